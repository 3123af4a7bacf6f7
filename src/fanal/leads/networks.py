"""Looks every address up in the tables that were nearest before the day it was used.

An as-of join twice over: of days with tables, of addresses with ranges. Addresses are numbered in
their order, so that a range is a stretch of numbers; IPv4 ones are mapped as RFC 4291 does.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.leads.addresses import COUNTRY, MARKS, OPERATOR, SYSTEMS, Table, rows_sql
from fanal.leads.calculator import Calculator, literal
from fanal.leads.country_rules import MAPPED, Rules, span
from fanal.leads.ip import IPV4_SQL

RESERVED = {"unspecified", "tunnel"}
"""Special parts of the address space that are nobody's own network either."""
DAY = np.timedelta64(1, "D")
_IPV4 = " + ".join(f"split_part(ip, '.', {at})::UBIGINT * {256 ** (4 - at)}" for at in range(1, 5))
"""The number of an IPv4 address, as SQL."""
Numbers = NDArray[np.int64]
Bools = NDArray[np.bool_]
Keys = NDArray[np.bytes_]
"""Addresses as 16 bytes, the highest first, which compare like numbers."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A layer of a table, and the days on which it is the nearest one before."""

    layer: str
    table: Table
    number: int
    first: date
    before: date

    def holds(self, days: Numbers) -> Bools:
        """Tell for which days (since 1970) this table is the one to ask."""
        since, until = _days(self.first), _days(self.before)
        found: Bools = (days >= since) & (days < until)
        return found


@dataclass(slots=True)
class Spots:
    """Each address on each day that it was used, and what tables say of it."""

    id: Numbers
    day: Numbers
    country: Numbers
    """Place among the countries; -1 where no table says one."""
    tab: Numbers
    """Number of the table that was asked for the country; -1 where none was there yet."""
    asn: Numbers
    """Autonomous system; 0 where no table says one."""
    operator: Numbers
    """Place among the operators; -1 where no table says one."""
    marks: Numbers
    """One bit a mark."""
    layers: Numbers
    """One bit a mark of which a table was there to ask."""
    special: Numbers
    """Place among the special parts of the address space; -1 for none."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked up, with the names behind its numbers."""

    spots: Spots
    countries: Sequence[str]
    operators: Sequence[str]
    tables: Sequence[Table]
    """In the order of their days."""


def look_up(
    calculator: Calculator, tables: Sequence[Table], rules: Rules, *, operators: bool = False
) -> Looked:
    """Make `address`, and look up each of them on each day that it was used in a login or event.

    Operators are looked up where they are asked for, or where a table marks whole systems.
    """
    keys = _addresses(calculator)
    spots = _seen(calculator)
    _special(spots, keys, rules)
    ordered = sorted(tables, key=lambda table: (table.date, table.name))
    countries = sorted(rules.countries)
    names: list[str] = []
    systems = any(layer.startswith(SYSTEMS) for table in ordered for layer in table.layers)
    for one in in_force(ordered):
        at = np.flatnonzero(one.holds(spots.day))
        if not len(at) or (one.layer == OPERATOR and not (operators or systems)):
            continue
        if one.layer == COUNTRY:
            spots.tab[at] = one.number
            found, says, _ = _found(calculator, one, keys, spots.id[at])
            place = {code: number for number, code in enumerate(countries)}
            known = np.array([place.get(code, -1) for code in says], np.int64)
            spots.country[at] = _taken(found, known)
        elif one.layer == OPERATOR:
            found, says, asn = _found(calculator, one, keys, spots.id[at])
            spots.asn[at] = np.maximum(_taken(found, asn), 0)
            known = np.arange(len(names), len(names) + len(says))
            spots.operator[at] = _taken(found, known)
            names.extend(says if operators else ())
        else:
            _mark(calculator, one, keys, spots, at)
    return Looked(spots, countries, names, ordered)


def in_force(tables: Sequence[Table]) -> Iterator[InForce]:
    """Yield every layer of tables in their order with the days for which each is the nearest.

    Operators come before marks, which may be of a whole system.
    """
    for layer in (COUNTRY, OPERATOR, *MARKS):
        having = [
            (number, table)
            for number, table in enumerate(tables)
            if layer in table.layers or SYSTEMS + layer in table.layers
        ]
        days = [date.fromisoformat(table.date) for _, table in having]
        for (number, table), first, before in zip(having, days, [*days, date.max][1:], strict=True):
            yield InForce(layer, table, number, first, before)


def _addresses(calculator: Calculator) -> Keys:
    """Make `address`, numbered in the order of the addresses; return their bytes in that order."""
    there = "SELECT ip FROM login UNION ALL SELECT ip FROM media_event"
    calculator.run(
        "CREATE OR REPLACE TABLE address_plain AS SELECT ip, min(ip_hi) AS hi, min(ip_lo) AS lo"
        " FROM login WHERE ip IS NOT NULL AND ip_lo IS NOT NULL GROUP BY ip"
    )
    calculator.run(
        f"CREATE OR REPLACE TABLE address_other AS SELECT DISTINCT ip FROM ({there})"  # noqa: S608
        " WHERE ip IS NOT NULL AND ip NOT IN (SELECT ip FROM address_plain)"
    )
    plain = f"regexp_full_match(ip, {literal(IPV4_SQL)})"
    calculator.run(
        f"INSERT INTO address_plain SELECT ip, 0, {MAPPED} + {_IPV4}"  # noqa: S608
        f" FROM address_other WHERE {plain}"
    )
    others = calculator.rows(f"SELECT ip FROM address_other WHERE NOT {plain}")  # noqa: S608
    more = [(ip, number) for (ip,) in others if (number := _number(ip)) is not None]
    numbers = [number for _, number in more]
    calculator.give(
        "more",
        {
            "ip": [ip for ip, _ in more],
            "hi": np.array([number >> 64 for number in numbers], np.uint64),
            "lo": np.array([number & (1 << 64) - 1 for number in numbers], np.uint64),
        },
    )
    calculator.run(
        "CREATE OR REPLACE TABLE address_sorted AS SELECT ip, hi, lo FROM"
        " (SELECT * FROM address_plain UNION ALL SELECT * FROM more) ORDER BY hi, lo, ip"
    )
    calculator.run(
        "CREATE OR REPLACE VIEW address AS SELECT rowid AS id, ip, hi, lo FROM address_sorted"
    )
    for name in ("address_plain", "address_other", "more"):
        calculator.run(f"DROP TABLE {name}")
    told = calculator.columns("SELECT hi, lo FROM address ORDER BY id")
    return _keys(told["hi"], told["lo"])


def _number(ip: str) -> int | None:
    try:
        return span(ipaddress.ip_network(ip))[0]
    except ValueError:
        return None


def _seen(calculator: Calculator) -> Spots:
    told = calculator.columns(
        "SELECT DISTINCT id, date_diff('day', DATE '1970-01-01', ts::DATE) AS day FROM ("
        " SELECT ip, ts FROM login UNION ALL SELECT ip, ts FROM media_event)"
        " JOIN address USING (ip) WHERE ts IS NOT NULL ORDER BY id, day"
    )
    ids, days = told["id"].astype(np.int64), told["day"].astype(np.int64)
    many = len(ids)
    none = (np.full(many, -1, np.int64) for _ in range(4))
    return Spots(
        ids, days, next(none), next(none), np.zeros(many, np.int64), next(none),
        np.zeros(many, np.int64), np.zeros(many, np.int64), next(none),
    )  # fmt: skip


def _special(spots: Spots, keys: Keys, rules: Rules) -> None:
    for number, (_, first, last) in enumerate(rules.special):
        low, high = _stretch(keys, _key(first), _key(last))
        spots.special[(spots.id >= low) & (spots.id < high)] = number


def _found(
    calculator: Calculator, one: InForce, keys: Keys, ids: Numbers
) -> tuple[Numbers, list[str], Numbers]:
    """Return in which range each address lies (-1 for none), and what the ranges say."""
    told = calculator.columns(rows_sql(one.table, one.layer))
    low = np.searchsorted(keys, _keys(told["start_hi"], told["start_lo"]), "left")
    high = np.searchsorted(keys, _keys(told["end_hi"], told["end_lo"]), "right")
    used = np.flatnonzero(high > low)
    place = np.searchsorted(low[used], ids, "right") - 1
    within = place >= 0
    within[within] = ids[within] < high[used][place[within]]
    found = np.where(within, place, -1)
    says = [str(each) for each in told["says"][used].tolist()]
    return found, says, told["asn"][used].astype(np.int64)


def _taken(found: Numbers, values: NDArray[Any]) -> Numbers:
    """Return the value of the range that each address lies in; -1 for none."""
    if not len(values):
        return np.full(len(found), -1, np.int64)
    return np.where(found >= 0, values[found], -1)


def _mark(calculator: Calculator, one: InForce, keys: Keys, spots: Spots, at: Numbers) -> None:
    bit = 1 << MARKS.index(one.layer)
    spots.layers[at] |= bit
    if one.layer in one.table.layers:
        found, _, _ = _found(calculator, one, keys, spots.id[at])
        spots.marks[at[found >= 0]] |= bit
    if SYSTEMS + one.layer in one.table.layers:
        told = calculator.columns(rows_sql(one.table, SYSTEMS + one.layer))
        spots.marks[at[np.isin(spots.asn[at], told["asn"])]] |= bit


def bits(marks: Iterable[str]) -> int:
    """Return marks as bits."""
    return sum(1 << MARKS.index(mark) for mark in marks)


def _keys(high: NDArray[Any], low: NDArray[Any]) -> Keys:
    pairs = np.empty((len(high), 2), ">u8")
    pairs[:, 0], pairs[:, 1] = high, low
    made: Keys = pairs.view("S16").reshape(-1)
    return made


def _key(number: int) -> bytes:
    return number.to_bytes(16)


def _stretch(keys: Keys, first: bytes, last: bytes) -> tuple[int, int]:
    """Return the numbers of the addresses from the first to the last one, as a half-open range."""
    bounds = np.array([first, last], "S16")
    return int(np.searchsorted(keys, bounds[0], "left")), int(
        np.searchsorted(keys, bounds[1], "right")
    )


def _days(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()
