"""Reads INTERPOL ICSE lists: CSV with semicolons and one exact header."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import ClassVar

from fanal.formats.csv_rows import ICSE_HEADER, Row, entries, rows_of
from fanal.formats.digests import entry, flag, kept, unreadable_flag
from fanal.formats.streams import head_of, lines_of, open_list, text_of, until_cut
from fanal.model.known import KnownHash, Refused

COLUMNS = tuple(ICSE_HEADER.split(";"))
"""The twelve columns; the first two are hashes."""
VICTIM = "Victim identified"
"""The column that matters most: an unidentified victim is somebody to find."""
SERIES = "Series name"
"""Name under which investigators know the pictures."""


class IcseReader:
    """INTERPOL's list of the ICSE database, with its exact header."""

    name: ClassVar[str] = "icse"
    example: ClassVar[bytes] = (
        ICSE_HEADER + "\r\n"
        "900150983CD24FB0D6963F7D28E17F72;A9993E364706816ABA3E25717850C26C9CD0D89D;;zz-test-0001;"
        "n;n;n;zz-test-series;1;y;image;n\r\n"
        "900150983CD24FB0;;;zz-test-0002;n;n;n;;1;y;image;n\r\n"
    ).encode()

    @staticmethod
    def recognizes(head: bytes, file_name: str) -> bool:
        """Tell by the header, which is always the same."""
        del file_name
        return _first_line(head) == ICSE_HEADER

    def read(self, path: Path) -> Iterator[KnownHash | Refused]:
        """Yield each row; what the victim column says comes along."""
        return until_cut(self.name, _read(path))

    def profile(self, path: Path) -> str:
        """Return the header."""
        return _first_line(head_of(path))


def _first_line(head: bytes) -> str:
    return next(iter(text_of(head).splitlines()), "").strip()


def _read(path: Path) -> Iterator[KnownHash | Refused]:
    with open_list(path) as stream:
        rows = rows_of(lines_of(stream), ";")
        yield from entries(islice(rows, 1, None), len(COLUMNS), _entry)


def _entry(row: Row) -> Iterator[KnownHash | Refused]:
    named = dict(zip(COLUMNS, row.cells, strict=False))
    hashes = [("md5", named.pop("MD5", "")), ("sha1", named.pop("SHA1", ""))]
    said = named.get(VICTIM, "")
    victim = flag(said)
    if victim is not None:
        del named[VICTIM]
    yield from entry(
        row.number,
        hashes,
        victim_identified=victim,
        series=named.pop(SERIES, ""),
        fields=kept(named),
    )
    yield from unreadable_flag(row.number, VICTIM, said)
