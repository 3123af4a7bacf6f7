"""Keeps tables of address ranges as files: what they say of each range, and what was refused.

No table comes with the program. Whoever loads one says of which day it is, because an address is
looked up in the table that was nearest before the event.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fanal.leads.calculator import Calculator, literal

COUNTRY, NETWORK, APP_BANK, ISSUER = "country", "network", "app-bank", "issuer"
KINDS = (COUNTRY, NETWORK, APP_BANK, ISSUER)
MARKS = ("carrier", "hosting", "mobile", "residential", "tor", "vpn")
"""What a table of networks may say of a range or of a whole autonomous system."""
OPERATOR, SYSTEMS = "operator", "systems-"
"""Layer of who runs a network; beginning of the layer of systems with one mark."""
LARGEST = 4 << 30
"""Bytes of a file that is read."""
MOST = 10_000_000
"""Ranges of one layer that are kept."""
LOW = (1 << 64) - 1
CONFLICT = "overlaps a row that says otherwise"
JOINED = "overlaps a row that says the same"
Words = NDArray[np.uint64]
Texts = NDArray[np.object_]


class AddressError(ValueError):
    """A file of addresses cannot be read at all."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of addresses of the case, as it lies on the disk."""

    name: str
    kind: str
    date: str
    """ISO 8601: the day that it speaks of."""
    folder: Path
    layers: tuple[str, ...]
    """`country`; marks, `operator` and marked systems; `issuer`; `app-bank`: a file each."""

    @property
    def label(self) -> str:
        """Return how a reason calls it."""
        return f"{self.name} of {self.date}"


@dataclass(frozen=True, slots=True)
class Layer:
    """Ranges that do not overlap, sorted, and what is said of each."""

    start: tuple[Words, Words]
    """Upper and lower 64 bits of the first address of each range."""
    end: tuple[Words, Words]
    says: Texts
    asn: NDArray[np.uint32]

    def __len__(self) -> int:
        """Return how many ranges there are."""
        return len(self.says)


@dataclass(slots=True)
class Read:
    """What a reader found in a file."""

    layers: dict[str, Layer] = field(default_factory=dict)
    systems: dict[tuple[int, str], str] = field(default_factory=dict)
    """Number of an autonomous system and mark → its name."""
    issuers: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """First six digits of a card → country, prepaid."""
    banks: dict[tuple[str, str], str] = field(default_factory=dict)
    """Country and bank code → name."""
    rows: int = 0
    """Rows of the file that say something."""
    refused: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)
    """Reason → line of the first row that was refused for it."""
    joined: int = 0
    """Rows that say once more what another one says of the same addresses."""

    def refuse(self, reason: str, line: int) -> None:
        """Count a row that is not taken."""
        self.refused[reason] += 1
        self.first[reason] = min(line, self.first.get(reason, line))

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing of it can be used."""
        ranges = any(len(layer) for layer in self.layers.values())
        return not (ranges or self.systems or self.issuers or self.banks)


Row = tuple[int, int, str, int, int]
"""First and last address, what is said, autonomous system, line."""


def disjoint(rows: Sequence[Row], told: Read) -> Layer:
    """Return ranges without overlaps: what says the same is joined, what disagrees is refused.

    Of two rows that say different things of one address none is believed, whichever stands first.
    """
    ordered = sorted(rows)
    against = _against(ordered)
    kept: list[list[int]] = []
    says: list[str] = []
    for row, bad in zip(ordered, against, strict=True):
        start, end, says_row, asn, line = row
        if bad:
            told.refuse(CONFLICT, line)
        elif kept and start <= kept[-1][1] and (says[-1], kept[-1][2]) == (says_row, asn):
            told.joined += 1
            kept[-1][1] = max(kept[-1][1], end)
        else:
            kept.append([start, end, asn])
            says.append(says_row)
    return Layer(
        _words([one[0] for one in kept]),
        _words([one[1] for one in kept]),
        _texts(says),
        np.array([one[2] for one in kept], np.uint32),
    )


def _against(rows: Sequence[Row]) -> list[bool]:
    """Tell of each of the sorted rows whether it overlaps one that says something else."""
    bad = []
    farthest: tuple[int, object] = (-1, None)
    second: tuple[int, object] = (-1, None)
    """The last addresses of rows so far, of two that say different things."""
    for start, end, *value in (row[:4] for row in rows):
        bad.append((second if farthest[1] == value else farthest)[0] >= start)
        if farthest[1] == value:
            farthest = (max(end, farthest[0]), value)
        elif end > farthest[0]:
            farthest, second = (end, value), farthest
        elif end > second[0]:
            second = (end, value)
    other = len(rows)
    """The next row that says something else."""
    for at in range(len(rows) - 2, -1, -1):
        if rows[at + 1][2:4] != rows[at][2:4]:
            other = at + 1
        if other < len(rows) and rows[other][0] <= rows[at][1]:
            bad[at] = True
    return bad


def built(read: Read, folder: Path) -> dict[str, str]:
    """Write what was read as files of a folder; return name → SHA-256 of each."""
    names = []
    with Calculator(folder, threads=1) as calculator:
        for name, layer in sorted(read.layers.items()):
            calculator.give("given", _columns(layer))
            calculator.write("SELECT * FROM given", folder / _file(name))
            names.append(_file(name))
        for mark in sorted({mark for _, mark in read.systems}):
            rows = sorted((asn, name) for (asn, at), name in read.systems.items() if at == mark)
            _write(calculator, folder / _file(SYSTEMS + mark), rows, ("asn", "operator"))
            names.append(_file(SYSTEMS + mark))
        if read.issuers:
            cards = sorted((bin6, *told) for bin6, told in read.issuers.items())
            _write(calculator, folder / _file(ISSUER), cards, ("bin", "country", "prepaid"))
            names.append(_file(ISSUER))
        if read.banks:
            banks = sorted((country + code, name) for (country, code), name in read.banks.items())
            _write(calculator, folder / _file(APP_BANK), banks, ("bank", "name"))
            names.append(_file(APP_BANK))
    return {name: _sha256(folder / name) for name in sorted(names)}


def ranges_sql(table: Table, layer: str) -> str:
    """Return the ranges of one layer as SQL: `first`, `last` (128 bits), `says`, `asn`."""
    place = literal(str((table.folder / _file(layer)).resolve()))
    return (
        "SELECT (start_hi::UHUGEINT << 64) | start_lo::UHUGEINT AS first,"  # noqa: S608
        f" (end_hi::UHUGEINT << 64) | end_lo::UHUGEINT AS last, says, asn"
        f" FROM read_parquet({place})"
    )


def rows_sql(table: Table, layer: str) -> str:
    """Return the rows of marked systems, issuers or banks as SQL."""
    return f"SELECT * FROM read_parquet({literal(str((table.folder / _file(layer)).resolve()))})"  # noqa: S608


def layers_of(files: Iterable[str]) -> tuple[str, ...]:
    """Return the layers whose files these are."""
    return tuple(sorted(name.removesuffix(".parquet") for name in files))


def is_app_bank(iban: str, banks: Iterable[tuple[str, str]]) -> bool:
    """Tell whether an account (ISO 13616) is at one of these banks: country and bank code."""
    plain = "".join(iban.split()).upper()
    return any(plain[:2] == country and plain[4:].startswith(code) for country, code in banks)


def _columns(layer: Layer) -> Mapping[str, NDArray[np.generic]]:
    return {
        "start_hi": layer.start[0],
        "start_lo": layer.start[1],
        "end_hi": layer.end[0],
        "end_lo": layer.end[1],
        "says": layer.says,
        "asn": layer.asn,
    }


def _write(
    calculator: Calculator, path: Path, rows: Sequence[tuple[object, ...]], names: Sequence[str]
) -> None:
    columns = {
        name: np.array(each) for name, each in zip(names, zip(*rows, strict=True), strict=True)
    }
    calculator.give(
        "given",
        {n: c.astype(object) if c.dtype.kind == "U" else c for n, c in columns.items()},
    )
    calculator.write("SELECT * FROM given", path)


def _file(layer: str) -> str:
    return f"{layer}.parquet"


def _words(numbers: Sequence[int]) -> tuple[Words, Words]:
    return (
        np.array([number >> 64 for number in numbers], np.uint64),
        np.array([number & LOW for number in numbers], np.uint64),
    )


def _texts(values: Sequence[str]) -> Texts:
    made: Texts = np.empty(len(values), object)
    made[:] = values
    return made


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
