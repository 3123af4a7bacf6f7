"""Reads plain CSV lists: a first row that names at least one hash column, and any others."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import ClassVar

from fanal.errors import ListError
from fanal.formats.csv_rows import (
    COLUMNS,
    ICSE_HEADER,
    NSRL2_COLUMNS,
    Row,
    column_names,
    delimiter_of,
    entries,
    rows_of,
    split,
)
from fanal.formats.digests import (
    entry,
    flag,
    kept,
    kind_named,
    kinds_of_64,
    kinds_unnamed,
    plain_name,
    unreadable_flag,
)
from fanal.formats.streams import head_of, lines_of, open_list, text_of, until_cut
from fanal.model.known import KnownHash, Refused

CATEGORY = frozenset({"category", "categorie", "categoria", "kategorie", "classification"})
"""What a column of categories may be called."""
SERIES = frozenset({"series", "seriesname", "seriestitle", "serie"})
"""What a column of series may be called."""
VICTIM = frozenset({"victimidentified", "identifiedvictim", "victimisidentified"})
"""What a column that says whether the victim is identified may be called."""
UNNAMED = frozenset({"hash", "hashvalue", "filehash", "digest"})
"""Columns that hold hashes without saying which; their length tells."""
SAMPLE = 1 << 16
"""Bytes from which unnamed hashes of 64 digits are told apart."""


@dataclass(frozen=True, slots=True)
class Header:
    """What each column of a list is."""

    delimiter: str
    names: tuple[str, ...]
    digests: tuple[tuple[int, str], ...]
    """Place and kind of each hash column; the kind is "" where the length tells it."""
    category: int = -1
    series: int = -1
    victim: int = -1

    @classmethod
    def of(cls, line: str) -> "Header | None":
        """Read the first line of a list; None where it names no hash."""
        delimiter = delimiter_of(line)
        cells = split(line.strip(), delimiter)
        if len(cells) > COLUMNS or line.strip() == ICSE_HEADER or cells == NSRL2_COLUMNS:
            return None  # the last two have readers of their own
        plain = [plain_name(cell) for cell in cells]
        digests = [(place, kind) for place, kind in enumerate(map(kind_named, cells)) if kind]
        digests += [(place, "") for place, name in enumerate(plain) if name in UNNAMED]
        if not digests:
            return None
        return cls(
            delimiter,
            column_names(cells),
            tuple(digests),
            category=_place(plain, CATEGORY),
            series=_place(plain, SERIES),
            victim=_place(plain, VICTIM),
        )


def _place(names: list[str], spellings: frozenset[str]) -> int:
    return next((place for place, name in enumerate(names) if name in spellings), -1)


class PlainReader:
    """Any table of hashes whose first row says what its columns are."""

    name: ClassVar[str] = "plain"
    example: ClassVar[bytes] = (
        b"MD5,SHA-1,File name,Category\n"
        b"900150983cd24fb0d6963f7d28e17f72,a9993e364706816aba3e25717850c26c9cd0d89d,zz-test-0001,0\n"
        b"not-a-hash,,zz-test-0002,1\n"
    )

    @staticmethod
    def recognizes(head: bytes, file_name: str) -> bool:
        """Tell by a first row that names a hash column."""
        del file_name
        return _header(head) is not None

    def read(self, path: Path) -> Iterator[KnownHash | Refused]:
        """Yield each row; columns that mean nothing here are kept as they are."""
        return until_cut(self.name, _read(path))

    def profile(self, path: Path) -> str:
        """Return the first row."""
        return _first_line(head_of(path))


def _first_line(head: bytes) -> str:
    return next((line for line in text_of(head).splitlines() if line.strip()), "").strip()


def _header(head: bytes) -> Header | None:
    return Header.of(_first_line(head))


def _read(path: Path) -> Iterator[KnownHash | Refused]:
    header = _header(head_of(path))
    if header is None:
        raise ListError(f"{path.name!r} names no hash column in its first row", "name one: MD5 …")
    kinds = _kinds_of_64(path, header)
    with open_list(path) as stream:
        rows = rows_of(lines_of(stream), header.delimiter)
        make = partial(_entry, header, kinds)
        yield from entries(islice(rows, 1, None), len(header.names), make)


def _kinds_of_64(path: Path, header: Header) -> tuple[str, ...]:
    """Tell what unnamed hashes of 64 digits are, by the first rows."""
    unnamed = [place for place, kind in header.digests if not kind]
    if not unnamed:
        return ()
    lines = text_of(head_of(path, SAMPLE)).splitlines()
    rows = (split(line, header.delimiter) for line in lines)
    return kinds_of_64(row[place] for row in rows for place in unnamed if place < len(row))


def _entry(header: Header, kinds: tuple[str, ...], row: Row) -> Iterator[KnownHash | Refused]:
    cells = row.cells
    given: list[tuple[str, object]] = []
    refused = []
    for place, kind in header.digests:
        value = cells[place] if place < len(cells) else ""
        possible = (kind,) if kind else kinds_unnamed(value, kinds)
        if value.strip() and not possible:
            refused.append(Refused(row.number, "wrong length: hash"))
        given.extend((each, value) for each in possible)
    taken = {place for place, _ in header.digests} | {header.category, header.series}
    said = cells[header.victim] if 0 <= header.victim < len(cells) else ""
    victim = flag(said)
    if victim is not None:
        taken.add(header.victim)
    further = range(len(header.names) + 1, len(cells) + 1)
    names = header.names + tuple(f"column {place}" for place in further)
    fields = {names[place]: cell for place, cell in enumerate(cells) if place not in taken}
    if given or not refused:
        yield from entry(
            row.number,
            given,
            victim_identified=victim,
            category=cells[header.category] if 0 <= header.category < len(cells) else "",
            series=cells[header.series] if 0 <= header.series < len(cells) else "",
            fields=kept(fields),
        )
    yield from refused
    yield from unreadable_flag(row.number, "victim identified", said)
