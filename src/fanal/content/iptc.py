"""Reads IPTC-IIM datasets (IPTC-NAA Information Interchange Model, version 4.2)."""

from dataclasses import dataclass

MOST_SETS = 4096
"""Datasets read; more are told as a problem."""
_UTF8 = b"\x1b%G"
"""What dataset 1:90 says of UTF-8 (ISO 2022)."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """One dataset: its number, its bytes and where they lie in the records."""

    record: int
    number: int
    value: bytes
    offset: int


@dataclass(frozen=True, slots=True)
class Iptc:
    """The datasets in their order."""

    sets: tuple[DataSet, ...] = ()
    problems: tuple[str, ...] = ()

    def texts(self, record: int, number: int) -> tuple[str, ...]:
        """Return the values of a dataset as text: UTF-8 where that can be read, else Latin-1."""
        return tuple(
            _text(each.value)
            for each in self.sets
            if (each.record, each.number) == (record, number)
        )

    @property
    def utf8(self) -> bool:
        """Tell whether the records say that their text is UTF-8."""
        return any((s.record, s.number, s.value) == (1, 90, _UTF8) for s in self.sets)


def read_iptc(value: bytes) -> Iptc:
    """Return the datasets of a part of kind `iptc`; never raises."""
    found: list[DataSet] = []
    at, end = 0, len(value)
    while at + 5 <= end:
        if value[at] != 0x1C:
            stray = value[at:].strip(b"\0")
            return Iptc(tuple(found), ("something that is no dataset",) if stray else ())
        if len(found) >= MOST_SETS:
            return Iptc(tuple(found), (f"more than {MOST_SETS} datasets",))
        length = value[at + 3] << 8 | value[at + 4]
        begin = at + 5
        if length & 0x8000:  # an extended dataset: so many bytes of length follow (1.5.2)
            size = length & 0x7FFF
            length = int.from_bytes(value[begin : begin + size], "big") if size <= 4 else end
            begin += size
        if begin + length > end:
            return Iptc(tuple(found), ("a dataset is cut off",))
        found.append(DataSet(value[at + 1], value[at + 2], value[begin : begin + length], begin))
        at = begin + length
    return Iptc(tuple(found))


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
