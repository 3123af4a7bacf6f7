"""Reads tables of address ranges, banks and card issuers from CSV files, row by row.

Ranges stand as first and last address or as a network (RFC 4632); addresses as text or as whole
numbers. A head line names the columns; without one they are taken in the usual order.
"""

import csv
import ipaddress
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fanal.leads.addresses import (
    APP_BANK,
    COUNTRY,
    ISSUER,
    LARGEST,
    MARKS,
    MOST,
    OPERATOR,
    AddressError,
    Read,
    Row,
    disjoint,
)
from fanal.leads.country_rules import MAPPED

LONGEST = 1 << 16
"""Bytes of one line."""
LONGEST_NAME = 200
NAMES = {
    "start": ("start", "first", "from", "start_ip", "ip_start", "ip_from", "range_start"),
    "end": ("end", "last", "to", "end_ip", "ip_end", "ip_to", "range_end"),
    "cidr": ("cidr", "network", "range", "prefix"),
    "country": ("country", "cc", "country_code", "country_iso_code", "country_iso"),
    "mark": ("mark", "marks", "kind", "type"),
    "asn": ("asn", "as", "as_number", "autonomous_system_number"),
    "name": ("name", "operator", "as_name", "organisation", "autonomous_system_organization"),
    "code": ("code", "bank_code", "blz"),
    "bin": ("bin", "iin", "issuer"),
    "prepaid": ("prepaid",),
}
"""Column → how a head line may call it; the first that is there counts."""
ORDER = {
    COUNTRY: (("start", "end", "country"), ("cidr", "country")),
    "network": (("start", "end", "mark", "name"), ("cidr", "mark", "name")),
    APP_BANK: (("country", "code", "name"), ("country", "code", "name")),
    ISSUER: (("bin", "country", "prepaid"), ("bin", "country", "prepaid")),
}
"""Kind → columns without a head line: of rows with first and last address, with a network."""
SERVICES = {"tor", "vpn"}
"""Marks of what runs on somebody's network: a name beside them is not who runs the network."""
YES = {"1", "true", "yes", "y", "t", "prepaid"}


class RowError(ValueError):
    """A row cannot be taken; its text is the reason that rows are counted by."""


@dataclass(slots=True)
class _Rows:
    """What the rows of one file come to, layer by layer."""

    read: Read
    countries: frozenset[str]
    layers: dict[str, list[Row]]

    def put(self, layer: str, row: Row) -> None:
        """Keep a row of a layer."""
        if len(self.layers[layer]) >= MOST:
            raise AddressError(f"it holds more than {MOST:,} ranges")
        self.layers[layer].append(row)


def read_csv(path: Path, kind: str, countries: frozenset[str]) -> Read:
    """Return what a CSV file says, with the rows that are refused counted by reason."""
    if path.stat().st_size > LARGEST:
        raise AddressError(f"it is larger than {LARGEST:,} bytes")
    rows = _Rows(Read(), countries, defaultdict(list))
    take = TAKERS.get(kind, _take_network)
    columns: Sequence[str] = ()
    for number, cells in _lines(path, rows.read):
        if not columns:
            columns, is_head = _columns(cells, kind)
            if is_head:
                continue
        rows.read.rows += 1
        told = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name}
        try:
            take(rows, told, number)
        except RowError as error:
            rows.read.refuse(str(error), number)
    rows.read.layers = {
        layer: disjoint(each, rows.read) for layer, each in sorted(rows.layers.items())
    }
    return rows.read


def _take_country(rows: _Rows, told: Mapping[str, str], line: int) -> None:
    start, end = _range(told)
    rows.put(COUNTRY, (start, end, _country(rows, told), 0, line))


def _take_network(rows: _Rows, told: Mapping[str, str], line: int) -> None:
    marks = marks_of(told.get("mark", ""))
    asn, name = system_of(told.get("asn", "")), told.get("name", "")[:LONGEST_NAME]
    if not (marks or asn or name):
        raise RowError("says nothing of the network")
    if not (told.get("start") or told.get("cidr")):
        if not (asn and marks):
            raise RowError("no range and no marked system")
        for mark in marks:
            rows.read.systems.setdefault((asn, mark), name)
        return
    start, end = _range(told)
    for mark in marks:
        rows.put(mark, (start, end, mark, 0, line))
    if asn or (name and not set(marks) & SERVICES):
        rows.put(OPERATOR, (start, end, name, asn, line))


def _take_bank(rows: _Rows, told: Mapping[str, str], line: int) -> None:  # noqa: ARG001
    code = "".join(told.get("code", "").split()).upper()
    if not (code.isascii() and code.isalnum()):
        raise RowError("no bank code")
    rows.read.banks.setdefault((_country(rows, told), code), told.get("name", "")[:LONGEST_NAME])


def _take_issuer(rows: _Rows, told: Mapping[str, str], line: int) -> None:
    digits = told.get("bin", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
        raise RowError("not the first six digits of a card")
    said = (_country(rows, told), told.get("prepaid", "").lower() in YES)
    if rows.read.issuers.setdefault(digits, said) != said:
        rows.read.issuers[digits] = ("", True)
        rows.read.refuse("says otherwise than an earlier row", line)


TAKERS: Mapping[str, Callable[[_Rows, Mapping[str, str], int], None]] = {
    COUNTRY: _take_country,
    APP_BANK: _take_bank,
    ISSUER: _take_issuer,
}
"""Kind → what takes a row; rows of networks are taken by another."""


def _lines(path: Path, read: Read) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each line; one that is too long is refused."""
    delimiter, number, is_rest = "", 0, False
    with path.open("rb") as stream:
        while line := stream.readline(LONGEST):
            goes_on, is_rest = is_rest, not line.endswith(b"\n") and len(line) == LONGEST
            number += not goes_on
            if is_rest or goes_on:
                if not goes_on:
                    read.refuse("longer than a row can be", number)
                continue
            text = line.decode("utf-8-sig" if number == 1 else "utf-8", "replace").strip()
            if text and not text.startswith("#"):
                delimiter = delimiter or max(",;\t|", key=text.count)
                try:
                    cells = _cells(text, delimiter)
                except csv.Error:
                    read.refuse("cannot be taken apart", number)
                    continue
                yield number, cells


def _cells(text: str, delimiter: str) -> list[str]:
    """Return the cells of one line; quotes as in RFC 4180."""
    if '"' not in text:
        return text.split(delimiter)
    return next(csv.reader([text], delimiter=delimiter), [])


def _columns(cells: Sequence[str], kind: str) -> tuple[Sequence[str], bool]:
    """Return the columns of a file by its first line, and whether that is a head line."""
    words = [cell.strip().strip('"').lower().replace(" ", "_") for cell in cells]
    called = {word: name for name, others in NAMES.items() for word in others}
    found = [called.get(word, "") for word in words]
    if sum(map(bool, found)) >= 2:
        return [name if name not in found[:at] else "" for at, name in enumerate(found)], True
    ranges, networks = ORDER[kind]
    return (networks if "/" in words[0] else ranges), False


def _country(rows: _Rows, told: Mapping[str, str]) -> str:
    code = told.get("country", "").upper()
    if code not in rows.countries:
        raise RowError("no country code of ISO 3166-1")
    return code


def marks_of(text: str) -> list[str]:
    """Return the marks that a cell names; raise `RowError` over one that nobody knows."""
    marks = sorted({part for part in text.lower().replace("|", " ").split() if part})
    if not set(marks) <= set(MARKS):
        raise RowError("unknown mark")
    return marks


def system_of(text: str) -> int:
    """Return the number of an autonomous system, 0 for none; raise `RowError`."""
    digits = text.upper().removeprefix("AS")
    if not digits:
        return 0
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10 and int(digits) < 1 << 32):
        raise RowError("no number of an autonomous system")
    return int(digits)


def _range(told: Mapping[str, str]) -> tuple[int, int]:
    """Return the first and last address of a row among 128 bits."""
    if cidr := told.get("cidr", ""):
        return _network(cidr)
    start, end = address(told.get("start", "")), address(told.get("end", "") or told["start"])
    if (start >> 32 == MAPPED >> 32) != (end >> 32 == MAPPED >> 32):
        raise RowError("first and last address are of two families")
    if end < start:
        raise RowError("last address before the first")
    return start, end


def _network(text: str) -> tuple[int, int]:
    host, slash, length = text.partition("/")
    start = address(host)
    width = 32 if ":" not in host else 128
    if slash and not (length.isascii() and length.isdigit() and int(length) <= width):
        raise RowError("no length of a network")
    rest = (1 << (width - int(length))) - 1 if slash else 0
    if start & rest:
        raise RowError("an address inside of a network instead of the network")
    return start, start | rest


def address(text: str) -> int:
    """Return an address among 128 bits, IPv4 ones as RFC 4291 maps them; raise `RowError`."""
    try:
        if ":" in text and "%" not in text:
            return int(ipaddress.IPv6Address(text))
        if "." in text:
            return MAPPED | int(ipaddress.IPv4Address(text))
        if text.isascii() and text.isdigit() and len(text) <= 39 and int(text) < 1 << 128:
            return int(text) | (MAPPED if int(text) < 1 << 32 else 0)
    except ValueError as error:
        raise RowError("no address") from error
    raise RowError("no address")
