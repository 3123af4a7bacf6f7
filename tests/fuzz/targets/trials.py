"""Targets: registrations of trials, files of counts, series of days."""

from datetime import date

from fanal.errors import FanalError
from fanal.prevention.trials.counts import COLUMNS, read_counts_file
from fanal.prevention.trials.registration import read_draft, read_registration, write_registered
from fanal.prevention.trials.series import read_series
from fuzz.target import Target, require, watched, written
from makers.trials import DRAFT

DAY = date(2026, 11, 30)
COUNTS = f"{','.join(COLUMNS)}\n2026-12-01,DE,search,wording-1.0,help,shown,5\n".encode()


def draft(data: bytes) -> None:
    """Read a draft: what is taken is a trial with a reference and all guards."""
    path = written(data)
    with watched():
        try:
            made = read_draft(path, DAY)
        except FanalError:
            return
    require(made.reference in made.arms, "a reference that is no arm")
    require(len(made.guards) == 3, "a guard is missing")
    require(0 < made.alpha <= 0.1, "an alpha out of range")


def registration(data: bytes) -> None:
    """Read a registration: only what was registered is taken."""
    path = written(data)
    with watched():
        try:
            made = read_registration(path)
        except FanalError:
            return
    require(made.digest.encode() in data, "a digest that does not stand there")


def rows(data: bytes) -> None:
    """Read counts and series, or say which row is wrong without what stands there."""
    path = written(data)
    for read in (read_counts_file, read_series):
        with watched():
            try:
                read(path)
            except FanalError as error:
                require(len(error.message) < 300, "a message as long as the input")


def _registered() -> list[bytes]:
    path = written(DRAFT.encode())
    out = path.with_name("registered.toml")
    out.unlink(missing_ok=True)
    write_registered(path, out, DAY)
    return [out.read_bytes(), b"[registered]\n", b""]


TARGETS = (
    Target("trial_draft", draft, lambda: [DRAFT.encode(), b"a=" + b"[" * 4_000], examples=12),
    Target("trial_registration", registration, _registered, examples=12),
    Target(
        "trial_counts", rows, lambda: [COUNTS, b"day,country,count\n2026-12-01,DE,5\n"], examples=12
    ),
)
