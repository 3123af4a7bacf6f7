"""Targets: files of counters, days that were published, the ledger of the budget."""

import hashlib
import json
from contextlib import suppress
from datetime import date

from fanal.prevention.counting import files, ledger, publish
from fanal.prevention.counting.cells import Cell
from fuzz.target import Target, require, watched, written

DAY = date(2026, 11, 27)
CELL = Cell(DAY, "DK", "search", "t1", "harm", "shown")
FILE = files.to_bytes(files.DayFile(DAY, "0123456789abcdef", {CELL: 3}, ("w1+f1",)))
PLAN = publish.Plan((), ("shown",))
RELEASE = publish.to_bytes(publish.Release(DAY, PLAN, dict.fromkeys(PLAN.keys(), -4)))


def _sealed(data: bytes) -> bytes:
    """Return JSON with the digest that it should have, so that what is inside is read too."""
    with suppress(ValueError, RecursionError):
        told = json.loads(data)
        if isinstance(told, dict):
            body = {key: value for key, value in told.items() if key != "sha256"}
            digest = hashlib.sha256(files.canonical(body)).hexdigest()
            return files.canonical(body | {"sha256": digest}) + b"\n"
    return data


def counters(data: bytes) -> None:
    """Read a file of counters: what is taken is written as it was."""
    for raw in (data, _sealed(data)):
        with watched():
            try:
                file = files.from_bytes(raw)
            except ValueError as error:
                require(str(error) == "not a file of counters, or damaged", "other words")
                continue
        require(files.from_bytes(files.to_bytes(file)) == file, "another file")
        require(all(n > 0 for n in file.counts.values()), "a count of nothing")


def release(data: bytes) -> None:
    """Read what was published of a day: byte for byte as it was written, or not at all."""
    with watched():
        try:
            found = publish.from_bytes(data)
        except ValueError as error:
            require(str(error) == "not a release, or damaged", "other words")
            return
    require(publish.to_bytes(found) == data, "another release")


def lines(data: bytes) -> None:
    """Read a ledger, or name the line that is damaged."""
    folder = written(data).parent / "ledger"
    folder.mkdir(exist_ok=True)
    (folder / ledger.NAME).write_bytes(data)
    with watched():
        try:
            found = ledger.read(folder)
        except ledger.LedgerDamaged as error:
            require("damaged at line" in error.message, "other words")
            return
    require(len(found) == data.count(b"\n"), "a line that is none")


def _ledger() -> list[bytes]:
    folder = written(b"").parent / "spent"
    folder.mkdir(exist_ok=True)
    (folder / ledger.NAME).unlink(missing_ok=True)
    for day in (DAY, date(2026, 11, 28)):
        ledger.spend(folder, ledger.Spent(day, "counts", ledger.DAY, "a" * 64, day))
    return [(folder / ledger.NAME).read_bytes(), b"", b"{}\n"]


TARGETS = (
    Target("counters", counters, lambda: [FILE, b"{}", b"[" * 5_000], examples=12),
    Target("release", release, lambda: [RELEASE, b"{}", b"[" * 5_000], examples=12),
    Target("ledger", lines, _ledger, examples=12),
)
