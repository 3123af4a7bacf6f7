"""Looks every address up in the tables that were nearest before the day it was used.

An as-of join twice over: of days with tables, of addresses with ranges (DuckDB, ASOF join), on
128-bit numbers in which IPv4 addresses are mapped as RFC 4291 does.
"""

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from fanal.leads.addresses import COUNTRY, MARKS, OPERATOR, SYSTEMS, Table, ranges_sql, rows_sql
from fanal.leads.calculator import Calculator, literal
from fanal.leads.country_rules import Rules, span

RESERVED = {"unspecified", "tunnel"}
"""Special parts of the address space that are nobody's own network either."""


@dataclass(frozen=True, slots=True)
class _InForce:
    """A table, and the days on which it is the nearest one before for a layer."""

    layer: str
    table: Table
    number: int
    first: date
    before: date


def look_up(calculator: Calculator, tables: Sequence[Table], rules: Rules) -> None:
    """Make `spot`: each address on each day that it was used, and all that tables say of it.

    `network` names the addresses and days that are no subscriber's of one country.
    """
    _addresses(calculator)
    _special(calculator, rules)
    calculator.run(
        "CREATE OR REPLACE TABLE in_force (layer VARCHAR, tab INTEGER, label VARCHAR,"
        " date DATE, day DATE)"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE told (layer VARCHAR, tab INTEGER, id BIGINT, says VARCHAR,"
        " asn UINTEGER)"
    )
    calculator.run("CREATE OR REPLACE TABLE marked (layer VARCHAR, tab INTEGER, asn UINTEGER)")
    calculator.run("CREATE OR REPLACE TABLE used AS SELECT DISTINCT day FROM seen")
    for one in _in_force(tables):
        _take(calculator, one)
    _spots(calculator, rules)
    _networks(calculator, rules)


def _addresses(calculator: Calculator) -> None:
    """Make `address`, one row an address, and `seen`, one row an address and day."""
    calculator.run(
        "CREATE OR REPLACE TABLE address AS SELECT row_number() OVER (ORDER BY ip) AS id, ip, n"
        " FROM (SELECT ip, min((ip_hi::UHUGEINT << 64) | ip_lo::UHUGEINT) AS n FROM login"
        " WHERE ip IS NOT NULL AND ip_lo IS NOT NULL GROUP BY ip)"
    )
    others = calculator.rows(
        "SELECT DISTINCT ip FROM (SELECT ip FROM login UNION ALL SELECT ip FROM media_event)"
        " WHERE ip IS NOT NULL AND ip NOT IN (SELECT ip FROM address) ORDER BY ip"
    )
    more = [(ip, number) for (ip,) in others if (number := _number(ip)) is not None]
    calculator.give("more", {"ip": [ip for ip, _ in more], "n": [str(n) for _, n in more]})
    calculator.run(
        "INSERT INTO address SELECT (SELECT count(*) FROM address) + row_number()"
        " OVER (ORDER BY ip), ip, n::UHUGEINT FROM more"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE seen AS SELECT DISTINCT id, day FROM ("
        " SELECT ip, ts::DATE AS day FROM login UNION ALL SELECT ip, ts::DATE FROM media_event)"
        " JOIN address USING (ip) WHERE day IS NOT NULL"
    )


def _number(ip: str) -> int | None:
    try:
        return span(ipaddress.ip_network(ip))[0]
    except ValueError:
        return None


def _special(calculator: Calculator, rules: Rules) -> None:
    """Make `special`: addresses of the parts of the space that no country has."""
    names = [literal(name) for name, _, _ in rules.special]
    rows = ", ".join(
        f"({name}, {first}::UHUGEINT, {last}::UHUGEINT)"
        for name, (_, first, last) in zip(names, rules.special, strict=True)
    )
    calculator.run(
        "CREATE OR REPLACE TABLE special AS SELECT id, min(name) AS name FROM address"  # noqa: S608
        f" JOIN (VALUES {rows}) AS parts (name, first, last) ON n BETWEEN first AND last"
        " GROUP BY id"
    )


def _in_force(tables: Sequence[Table]) -> Iterator[_InForce]:
    """Yield every layer of every table with the days for which it is the nearest one before."""
    ordered = sorted(tables, key=lambda table: (table.date, table.name))
    for layer in (COUNTRY, OPERATOR, *MARKS):
        having = [
            (number, table)
            for number, table in enumerate(ordered)
            if layer in table.layers or SYSTEMS + layer in table.layers
        ]
        days = [date.fromisoformat(table.date) for _, table in having]
        for (number, table), first, before in zip(having, days, [*days, date.max][1:], strict=True):
            yield _InForce(layer, table, number, first, before)


def _take(calculator: Calculator, one: _InForce) -> None:
    """Look up, in one layer of one table, the addresses of the days for which it is the nearest."""
    span_ = (one.first, one.before)
    calculator.run(
        "INSERT INTO in_force SELECT ?, ?, ?, ?, day FROM used WHERE day >= ? AND day < ?",
        (one.layer, one.number, one.table.label, one.first, *span_),
    )
    if one.layer in one.table.layers:
        calculator.run(
            "INSERT INTO told SELECT ?, ?, id, says, asn FROM (SELECT DISTINCT id, n FROM seen"  # noqa: S608
            " JOIN address USING (id) WHERE day >= ? AND day < ?)"
            f" ASOF JOIN ({ranges_sql(one.table, one.layer)}) ON n >= first WHERE n <= last",
            (one.layer, one.number, *span_),
        )
    if SYSTEMS + one.layer in one.table.layers:
        systems = rows_sql(one.table, SYSTEMS + one.layer)
        calculator.run(
            f"INSERT INTO marked SELECT ?, ?, asn FROM ({systems})",  # noqa: S608
            (one.layer, one.number),
        )


def _spots(calculator: Calculator, rules: Rules) -> None:
    """Make `spot`: for each address and day its country, operator, marks and the tables' dates."""
    calculator.run(
        "CREATE OR REPLACE TABLE operated AS SELECT s.id, s.day, t.asn, t.says AS operator"  # noqa: S608
        " FROM seen s JOIN in_force f USING (day) JOIN told t USING (layer, tab, id)"
        f" WHERE f.layer = {literal(OPERATOR)}"
    )
    marks = ", ".join(map(literal, MARKS))
    calculator.run(
        "CREATE OR REPLACE TABLE mark AS SELECT DISTINCT id, day, layer AS mark FROM ("  # noqa: S608
        " SELECT s.id, s.day, f.layer FROM told t JOIN in_force f USING (layer, tab)"
        f" JOIN seen s USING (id, day) WHERE f.layer IN ({marks})"
        " UNION ALL SELECT o.id, o.day, f.layer FROM operated o JOIN in_force f USING (day)"
        " JOIN marked m ON m.layer = f.layer AND m.tab = f.tab AND m.asn = o.asn)"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE spot_marks AS"
        " SELECT id, day, list(mark ORDER BY mark) AS marks FROM mark GROUP BY id, day"
    )
    needed = ", ".join(map(literal, rules.needed))
    calculator.run(
        "CREATE OR REPLACE TABLE known AS SELECT day, count(DISTINCT layer)"  # noqa: S608
        f" = {len(rules.needed)} AS is_known FROM in_force WHERE layer IN ({needed}) GROUP BY day"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE spot AS SELECT s.id, s.day, t.says AS country, f.label,"  # noqa: S608
        " f.date AS dated,"
        " date_diff('day', f.date, s.day) AS away, coalesce(m.marks, []) AS marks,"
        " p.name AS special, o.asn, o.operator, coalesce(k.is_known, false) AS is_known"
        " FROM seen s"
        f" LEFT JOIN in_force f ON f.day = s.day AND f.layer = {literal(COUNTRY)}"
        " LEFT JOIN told t ON t.layer = f.layer AND t.tab = f.tab AND t.id = s.id"
        " LEFT JOIN spot_marks m ON m.id = s.id AND m.day = s.day"
        " LEFT JOIN operated o ON o.id = s.id AND o.day = s.day"
        " LEFT JOIN special p ON p.id = s.id LEFT JOIN known k ON k.day = s.day"
    )


def _networks(calculator: Calculator, rules: Rules) -> None:
    """Make `network`: addresses and days with a mark that takes their weight, or special ones."""
    marks = ", ".join(map(literal, rules.weightless))
    reserved = ", ".join(map(literal, sorted(RESERVED)))
    calculator.run(
        "CREATE OR REPLACE TABLE network AS SELECT ip, day, kind FROM ("  # noqa: S608
        f" SELECT id, day, mark AS kind FROM mark WHERE mark IN ({marks}) UNION ALL"
        f" SELECT id, day, CASE WHEN name IN ({reserved}) THEN 'reserved' ELSE 'private' END"
        " FROM seen JOIN special USING (id)) JOIN address USING (id) ORDER BY ip, day, kind"
    )
