"""Word lists of neutral tokens, as files and as entries."""

import csv
import io
from pathlib import Path
from typing import Any

from fanal.prevention.words.lists import TermBook, book
from fanal.prevention.words.normalise import STEPS
from fanal.prevention.words.terms import COLUMNS, Entry

EVERY = frozenset(STEPS)


def entry(pattern: str, **told: Any) -> Entry:
    """Return an entry for a pattern, named after nothing of it."""
    told = {"id": "e", "kind": "phrase"} | told
    return Entry(pattern=pattern, **told)


def books(*entries: Entry, limit: int = 20_000) -> TermBook:
    """Return what answers for some entries."""
    named = tuple(
        Entry(**{name: getattr(one, name) for name in Entry.__slots__} | {"id": f"e{number}"})
        for number, one in enumerate(entries)
    )
    return book(named, "v1", limit)


def listed(*rows: dict[str, str]) -> bytes:
    """Return a list file in CSV."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def written(path: Path, *patterns: str, **told: str) -> Path:
    """Write a list of phrases."""
    rows = (
        {"id": f"e{number}", "pattern": pattern, "kind": "phrase"} | told
        for number, pattern in enumerate(patterns)
    )
    path.write_bytes(listed(*rows))
    return path
