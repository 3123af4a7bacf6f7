"""Reads the merge fields of letters: one row of a CSV a letter, read whole or refused.

What is wrong is told by row and column, never by what stands there.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from fanal.errors import UsageError
from fanal.prevention.kits.letter_template import FIELDS, NEEDED, ON_ENVELOPE, is_discreet

MOST_BYTES = 5_000_000
MOST_ROWS = 5_000
MOST_CELL = 300


def read_records(path: Path) -> tuple[dict[str, str], ...]:
    """Return the merge fields of every letter, in the order of the file."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise UsageError(f"{path} is too long", f"at most {MOST_ROWS:,} letters at a time")
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{path} cannot be read", "it must be a CSV in UTF-8") from None
    try:
        found = tuple(_rows(text, path.name))
    except csv.Error:
        raise UsageError(f"{path.name} is no CSV", "write it anew from a spreadsheet") from None
    if not found:
        raise UsageError(f"{path.name} has no row", f"columns: {', '.join(FIELDS)}")
    return found


def _rows(text: str, name: str) -> Iterator[dict[str, str]]:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    head = [one.strip().lower() for one in next(rows, [])]
    _check_head(head, name)
    for at, cells in enumerate(rows, 2):
        if not any(cells):
            continue
        if at > MOST_ROWS + 1:
            raise UsageError(f"{name} has too many rows", f"at most {MOST_ROWS:,} at a time")
        if len(cells) != len(head):
            raise UsageError(f"{name}, row {at}: {len(cells)} cells", f"there are {len(head)}")
        yield _record(dict(zip(head, cells, strict=True)), f"{name}, row {at}")


def _check_head(head: list[str], name: str) -> None:
    for at, one in enumerate(head, 1):
        if one not in FIELDS or one == "day":
            raise UsageError(
                f"{name}: column {at} is no merge field",
                f"known: {', '.join(one for one in FIELDS if one != 'day')}; leave others out",
            )
    if len(head) != len(set(head)):
        raise UsageError(f"{name} has a column twice", f"each once: {', '.join(head)}")
    if missing := [one for one in NEEDED if one not in head]:
        raise UsageError(f"{name} lacks {', '.join(missing)}", f"each once: {', '.join(NEEDED)}")


def _record(cells: dict[str, str], place: str) -> dict[str, str]:
    told = {name: " ".join(cell.split()) for name, cell in cells.items()}
    for name, cell in told.items():
        if (not cell and name in NEEDED) or len(cell) > MOST_CELL or not cell.isprintable():
            raise UsageError(
                f"{place}: {name} is empty, too long or unreadable",
                f"at most {MOST_CELL} characters",
            )
    for name in sorted(ON_ENVELOPE & told.keys()):
        if not is_discreet(told[name]):
            raise UsageError(
                f"{place}: {name} has a word that tells what it is about",
                "it stands on the envelope",
            )
    return {"address": ""} | told
