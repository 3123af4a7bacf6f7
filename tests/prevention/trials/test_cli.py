import csv
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner

from fanal.cli.deter_trial import trial
from fanal.errors import FanalError
from fanal.prevention.counting.cells import Cell
from fanal.prevention.counting.counters import Counters
from fanal.prevention.trials.counts import COLUMNS
from makers.trials import FIRST, draft, registered, rows_of


def run(*arguments, fails=False):
    done = CliRunner().invoke(trial, [str(one) for one in arguments])
    assert (done.exception is not None) is fails, done.output
    assert not fails or isinstance(done.exception, FanalError)
    return done.exception if fails else done.output


@pytest.fixture
def told(tmp_path):
    return registered(tmp_path)


def as_csv(path, rows):
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows([getattr(row, name) for name in COLUMNS] for row in rows)
    return path


def test_a_draft_is_registered_today_and_shown(tmp_path):
    today = datetime.now(UTC).date()
    days = {
        "2026-12-01": str(today + timedelta(days=2)),
        "2027-01-31": str(today + timedelta(days=50)),
    }
    path = draft(tmp_path, days)
    made = json.loads(run("register", path, "--json"))
    copy = tmp_path / "draft.registered.toml"
    assert made["file"] == str(copy)
    assert date.fromisoformat(made["registered_on"]) - today <= timedelta(days=1)
    shown = run("show", copy)
    assert made["digest"] in shown
    assert json.loads(run("show", copy, "--json"))["digest"] == made["digest"]
    assert "nothing is overwritten" in str(run("register", path, fails=True))
    run("register", path, "--out", tmp_path / "other.toml")


def test_counts_of_a_file_and_of_counters_give_one_report(tmp_path, told):
    rows = rows_of(told, {"combined": 0.27, "help": 0.15}, 8, 150)
    file = as_csv(tmp_path / "c.csv", rows)
    counters = Counters(tmp_path / "state", lambda: datetime(2026, 12, 9, tzinfo=UTC))
    for row in rows:
        cell = Cell(row.day, row.country, row.surface, row.trial, row.variant, row.outcome)
        counters.add([cell] * row.n)
    counters.flush()
    path, day = tmp_path / "registered.toml", FIRST + timedelta(days=8)
    one = run("analyse", path, "--counts", file, "--day", day, "--json")
    assert json.loads(one) == json.loads(
        run("analyse", path, "--state", tmp_path / "state", "--day", day, "--json")
    )
    assert json.loads(one)["state"] == "called"
    text = run("analyse", path, "--counts", file, "--day", day, "--html", tmp_path / "r.html")
    assert told.digest in text
    assert "The same person may appear in several sessions." in text
    assert told.digest in (tmp_path / "r.html").read_text("utf-8")
    again = run("analyse", path, "--counts", file, "--html", tmp_path / "r.html", fails=True)
    assert "nothing is overwritten" in str(again)


def test_counts_come_from_one_place(tmp_path, told):
    path = tmp_path / "registered.toml"
    assert "one place" in str(run("analyse", path, fails=True))
    file = as_csv(tmp_path / "c.csv", [])
    both = run("analyse", path, "--counts", file, "--state", tmp_path, fails=True)
    assert "one place" in str(both)


def test_damaged_counters_make_no_report(tmp_path, told):
    state = tmp_path / "state"
    Counters(state)
    (state / "counts-2026-12-01-0123456789abcdef.json").write_text("{")
    assert "is damaged" in str(
        run("analyse", tmp_path / "registered.toml", "--state", state, fails=True)
    )


def test_a_changed_registration_does_not_analyse_as_the_same_trial(tmp_path, told):
    file = as_csv(tmp_path / "c.csv", rows_of(told, {"combined": 0.27, "help": 0.15}, 8, 150))
    text = (tmp_path / "registered.toml").read_text().replace("0.04", "0.02")
    (tmp_path / "changed.toml").write_text(text)
    assert "was changed" in str(
        run("analyse", tmp_path / "changed.toml", "--counts", file, fails=True)
    )
    other = tmp_path / "other"
    other.mkdir()
    registered(other, {"0.04": "0.02"})
    arguments = ("--counts", file, "--day", FIRST + timedelta(days=8), "--json")
    found = json.loads(run("analyse", other / "registered.toml", *arguments))
    assert found["sessions"] == 0
    assert found["of_other_registrations"] > 0


def test_power_prints_the_table_or_one_pair():
    told = [json.loads(line) for line in run("power", "--json").splitlines()]
    assert [one["sessions"] for one in told] == [379, 79, 180, 1_964, 20_966, 36_164, 174_991]
    assert "2,703" in run("power", "--base", 0.27, "--other", 0.31)
    (half,) = [
        json.loads(run("power", "--base", 0.27, "--other", 0.31, "--sessions", 1354, "--json"))
    ]
    assert 0.6 < half["power"] < 0.7
    assert "go together" in str(run("power", "--base", 0.27, fails=True))
    assert "one share" in str(run("power", "--base", 0.27, "--other", 0.27, fails=True))


def test_simulate_prints_every_method():
    told = [json.loads(line) for line in run("simulate", "--trials", 100, "--json").splitlines()]
    assert len({one["kind"] for one in told}) == 6
    quiet = [one for one in told if one["kind"].startswith("no difference, 27")]
    assert {one["method"]: one["called"] <= 0.08 for one in quiet}["e-process"]
    assert "median sessions an arm" in run("simulate", "--trials", 10, "--looks", 5)


def test_a_series_is_asked(tmp_path):
    pytest.importorskip("statsmodels", reason="the extra campaigns is not installed")
    begins = date(2026, 9, 1)
    rows = [
        (begins + timedelta(days=at), country, 100 + (at * step) % 17 - (at >= 0) * cut)
        for country, step, cut in (("NL", 5, 40), ("DE", 7, 0))
        for at in range(-150, 28)
    ]
    path = tmp_path / "s.csv"
    path.write_text("day,country,count\n" + "".join(f"{d},{c},{n}\n" for d, c, n in rows))
    told = json.loads(
        run("series", path, "--country", "NL", "--begins", begins, "--control", "DE", "--json")
    )
    assert told["effect"]["ratio"] == pytest.approx(0.63, abs=0.02)
    assert told["placebo_p"] is None
    text = run("series", path, "--country", "NL", "--begins", begins, "--before", 56)
    assert "interrupted time series" in text
    assert "cannot show that nobody moved elsewhere" in text
