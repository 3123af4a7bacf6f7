"""Turns the raw rows of one source into canonical columns, and says of each what was not taken."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fanal.leads.calculator import Calculator, literal
from fanal.leads.kinds import Given, Told, told
from fanal.leads.looked_up import look_up
from fanal.leads.mapping import SiteMapping, Source
from fanal.leads.mapping_values import forms
from fanal.leads.raw_query import RawQuery
from fanal.leads.spool import Spool
from fanal.leads.tables import ALONE, NUMBERS, TABLES
from fanal.leads.times import IN_TEXT, Read, fixed, give_days, read

MISSING = {"account": "no account", "kind": "no kind", "media": "no id", "ts": "no time"}
"""Reasons where nothing stands in a column without which a row is refused."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One source, ready to be put with others: a file of canonical columns and why not."""

    source: Source
    path: Path
    assumed: Mapping[str, str] = field(default_factory=dict)
    """Column of times → the zone that was assumed, in words."""


class Staging:
    """Writes stages."""

    def __init__(
        self, calculator: Calculator, spool: Spool, mapping: SiteMapping, folder: Path
    ) -> None:
        """Take where raw rows are, and where stages go."""
        self._calculator = calculator
        self._spool = spool
        self._mapping = mapping
        self._folder = folder
        self._days: dict[str, str] = {}
        self._number = 0

    def stage(self, source: Source) -> Stage:
        """Write the stage of one source."""
        self._number += 1
        view, path = f"s{self._number}", self._folder / f"stage-{self._number}.parquet"
        query = RawQuery(self._calculator, self._spool, source).sql()
        self._calculator.run(f"CREATE VIEW {view} AS {query}")
        columns, times = self._columns(source, view)
        self._calculator.write(_staged(source, view, columns, times), path, "snappy")
        self._calculator.run(f"DROP VIEW {view}")
        for each in columns.values():
            for asked in each.asked:
                self._calculator.run(f"DROP TABLE {asked.table}")
        return Stage(source, path, {name: form.says for name, form in forms(source.values)})

    def _columns(self, source: Source, view: str) -> tuple[dict[str, Told], dict[str, Read]]:
        """Say what becomes of each column, and ask Python about its values where need be."""
        columns: dict[str, Told] = {}
        times: dict[str, Read] = {}
        for name, value in source.values.items():
            if value.form is not None:
                days = self._days_of(value.form.zone)
                times[name] = read(name, value.form, self._mapping.bounds, days)
                continue
            column = TABLES[source.into].columns[name]
            given = Given(name, column, value, self._number, self._mapping.phone_region)
            columns[name] = told(given)
            for asked in columns[name].asked:
                distinct = (
                    f"SELECT DISTINCT {given.x} FROM {view} WHERE {given.x} IS NOT NULL"  # noqa: S608
                    f" AND {asked.where}"
                )
                look_up(self._calculator, distinct, asked.what, asked.table, asked.told)
        return columns, times

    def _days_of(self, zone: str) -> str:
        """Return the table of days of a zone, made where it is not there; "" for none."""
        if not zone or zone == IN_TEXT or fixed(zone) is not None:
            return ""
        if zone not in self._days:
            self._days[zone] = f"days{len(self._days)}"
            give_days(self._calculator, self._days[zone], zone)
        return self._days[zone]


def _staged(
    source: Source, view: str, columns: Mapping[str, Told], times: Mapping[str, Read]
) -> str:
    """Return the query of a stage: layer upon layer, each with what the next one needs."""
    into, problems = _outputs(source, columns, times)
    shown = (
        "t.a AS artefact",
        f"{literal(source.table)} AS raw_table",
        "t.n",
        "t.ref",
        "t.size",
        *(
            f"CAST({into.get(name, 'NULL')} AS {kind}) AS {name}"
            for name, kind in TABLES[source.into].into.items()
        ),
        *(f"{problem} AS p_{name}" for name, problem in problems.items()),
        *(
            f"CASE WHEN {problem} IS NOT NULL THEN {_shown(source, name)} END AS s_{name}"
            for name, problem in problems.items()
        ),
    )
    asked = "".join(
        f" LEFT JOIN {each.table} ON {each.table}.raw = t.x_{name}"
        for name, column in columns.items()
        for each in column.asked
    )
    inner = f"SELECT {', '.join(shown)} FROM {_timed(view, times)} t{asked}"  # noqa: S608
    refused = " ".join(_needs(source))
    return f"SELECT *, CASE {refused} WHEN false THEN '' END AS refused FROM ({inner})"  # noqa: S608


def _shown(source: Source, name: str) -> str:
    """Return an expression of what is shown of a value that is not taken."""
    is_number = TABLES[source.into].columns[name].kind in NUMBERS
    return "NULL::VARCHAR" if is_number else f"left(t.x_{name}, 100)"


def _timed(view: str, times: Mapping[str, Read]) -> str:
    """Return the layers in which times are read."""
    if not times:
        return view
    parsed = ", ".join(
        f"{each.local} AS l_{name}, {each.exact} AS e_{name}" for name, each in times.items()
    )
    instants = ", ".join(part for each in times.values() for part in each.ts)
    joins = " ".join(each.join for each in times.values())
    return f"(SELECT s.*, {instants} FROM (SELECT *, {parsed} FROM {view}) s {joins})"  # noqa: S608


def _outputs(
    source: Source, columns: Mapping[str, Told], times: Mapping[str, Read]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return column of the file → expression, and column of the mapping → its problem."""
    into: dict[str, str] = {}
    problems: dict[str, str] = {}
    for name, each in columns.items():
        for own, expression in each.into.items():
            into[own] = f"coalesce({into[own]}, {expression})" if own in into else expression
        problems[name] = f"coalesce(q_{name}, {each.problem})"
    table = TABLES[source.into]
    for name, time in times.items():
        problems[name] = f"coalesce(q_{name}, {time.problem})"
        names = [own for own, _ in table.columns[name].into]
        good = f"{time.problem} IS NULL AND t_{name} IS NOT NULL"
        kept = [
            f"CASE WHEN {good} THEN {part} END" for part in (f"t_{name}", time.precision, time.zone)
        ]
        into |= dict(zip(names, (f"x_{name}", *kept), strict=False))
    if table.id and source.into not in ALONE:
        into[table.id] = f"coalesce({into.get(table.id, 'NULL')}, 'row ' || t.a || ':' || t.ref)"
    return into, problems


def _needs(source: Source) -> Iterator[str]:
    """Yield the conditions under which a row is refused, each with its reason."""
    for name in TABLES[source.into].needs:
        yield f"WHEN {name} IS NULL THEN coalesce(p_{name}, {literal(MISSING[name])})"
    if source.into == "message_meta":
        yield "WHEN from_account IS NULL AND to_account IS NULL THEN 'no account'"
