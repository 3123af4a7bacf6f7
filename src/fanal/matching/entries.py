"""Writes the entries of a list to a file, one a line, and reads any of them again."""

import json
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from fanal.errors import CaseError
from fanal.matching.mapped import mapped
from fanal.model.known import KnownHash

FILE = "entries.jsonl"
OFFSETS = "entries.offsets"
FIELDS = ("md5", "sha1", "sha256", "pdq", "victim_identified", "category", "series", "fields")


def to_line(entry: KnownHash) -> bytes:
    """Spell an entry as one line of JSON; raises ValueError if its fields cannot be spelled.

    Escaped to ASCII, so that even half characters (lone surrogates) come back as they were.
    """
    record = {name: getattr(entry, name) for name in FIELDS}
    record["fields"] = dict(entry.fields)
    try:
        return json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n"
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def from_line(line: bytes) -> KnownHash:
    """Read an entry back."""
    record: dict[str, Any] = json.loads(line)
    return KnownHash(**record)


class EntryFile:
    """The entries of a list, read by their number."""

    def __init__(self, folder: Path, count: int) -> None:
        """Map both files of a list with so many entries."""
        self._offsets = mapped(folder / OFFSETS, np.uint64, (count + 1,))
        self._path = folder / FILE
        self._text = mapped(self._path, np.uint8, (int(self._offsets[-1]),))

    def read(self, number: int) -> KnownHash:
        """Return one entry as it was read from its list."""
        if not 0 <= number < len(self._offsets) - 1:
            raise CaseError(f"{self._path} has no entry {number}")
        start, stop = int(self._offsets[number]), int(self._offsets[number + 1])
        return from_line(self._text[start:stop].tobytes())


class EntryWriter:
    """Writes entries one after the other."""

    def __init__(self, text: BinaryIO, offsets: BinaryIO) -> None:
        """Take the two open files."""
        self._text = text
        self._offsets = offsets
        self._size = 0
        offsets.write((0).to_bytes(8, "little"))

    def write(self, line: bytes) -> None:
        """Write the next entry's line."""
        self._size += len(line)
        self._text.write(line)
        self._offsets.write(self._size.to_bytes(8, "little"))
