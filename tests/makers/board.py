"""A service of which the dashboard shows something in every part."""

from datetime import date, timedelta
from pathlib import Path

from fanal.prevention.counting import publish
from fanal.prevention.counting.cells import Cell
from fanal.prevention.counting.counters import Counters
from makers.counted import Moment
from makers.trials import FIRST, registered

TODAY = date(2026, 12, 16)
"""Two weeks into the made-up trial; its days before the 15th are over."""
SHARES = {"combined": 30, "help": 18}
"""Of a hundred sessions, how many continue."""


def service(folder: Path, days: int = 12) -> Path:
    """Write a configuration, a trial and what was counted; return the configuration's path."""
    folder.mkdir(exist_ok=True)
    trial = registered(folder)
    path = folder / "deter.toml"
    path.write_text(
        '[service]\noperator = "Made-up <service>"\n[trial]\nregistration = "registered.toml"\n'
        '[counting]\nfolder = "counts"\n',
        "utf-8",
    )
    counters = Counters(folder / "counts", Moment().now)
    for at in range(days):
        day = FIRST + timedelta(days=at)
        for variant, continued in SHARES.items():
            place = (day, "DK", "search", trial.trial_id, variant)
            counters.add([Cell(*place, "shown")] * 100)
            counters.add([Cell(*place, "continued")] * continued)
            counters.add([Cell(*place, "help"), Cell(*place, "left")])
        counters.add([Cell(day, "", "generate", "", "support.self", "support")] * 3)
        counters.add([Cell(day, "", "search", "", "", "acts")] * 5_000)
        counters.add([Cell(day, "", "search", "", "", "failed")] * 2)
        counters.saw(day, "w1+f1" if at < 5 else "w2+f1")
    counters.flush()
    publish.publish(folder / "counts", [FIRST], publish.Plan(), TODAY)
    return path
