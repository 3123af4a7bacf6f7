"""Reads the mapping of a site: which table and column is which canonical one; never guesses."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from fanal.errors import UsageError
from fanal.leads.mapping_values import Value, read_value
from fanal.leads.mapping_words import (
    FURTHER,
    flat,
    known,
    pairs,
    refuse,
    some,
    table,
    texts,
    word,
)
from fanal.leads.tables import CARD, IBAN, KEY, NUMBERS, PHONE, TABLES
from fanal.leads.times import EARLIEST, LATEST, Bounds

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
SITE_KEYS = (
    "name",
    "clock_offset_s",
    "clock_measured_by",
    "clock_measured_at",
    "from",
    "to",
    "phone_region",
    "zone",
    "server_country",
    "app_banks",
)
CLOCK_KEYS = SITE_KEYS[1:4]
ARTEFACT_KEYS = ("name", "file", "reader", "options", "seized_at", "handler", *CLOCK_KEYS)


@dataclass(frozen=True, slots=True)
class Clock:
    """How far a clock of the site was ahead of UTC, and who measured that."""

    offset_s: float | None
    """None where nobody measured."""
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class File:
    """A seized file that the mapping names."""

    name: str
    file: str
    reader: str
    options: Mapping[str, str]
    seized_at: str
    handler: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class Condition:
    """What a column must hold for its row to be taken."""

    column: str
    among: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    match: str = ""
    filled: bool | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """Another table of the site, of which one row belongs to ours."""

    name: str
    artefact: str
    table: str
    on: tuple[tuple[str, str], ...]
    """Our column, theirs."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows of one canonical table come from."""

    place: str
    """`[[login]] 2`, for what must be said of it."""
    into: str
    artefact: str
    table: str
    where: tuple[Condition, ...]
    joins: Mapping[str, Join]
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class SiteMapping:
    """A mapping, read and found to be whole."""

    name: str
    text: str
    bounds: Bounds
    phone_region: str
    server_country: str
    app_banks: frozenset[str]
    """Country and code of each: `LT32500`."""
    files: tuple[File, ...]
    sources: tuple[Source, ...]
    wanted: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """(artefact, table) → columns that are asked for."""

    def roles(self) -> dict[tuple[str, str, str], str]:
        """Return the columns whose kind matters before they are on disk.

        Those that rows are joined by are keys, like those that tell accounts and media apart.
        """
        keys = {
            at: KEY
            for source in self.sources
            for join in source.joins.values()
            for ours, theirs in join.on
            for at in (
                (source.artefact, source.table, ours),
                (join.artefact, join.table, theirs),
            )
        }
        told = self.columns_as((KEY, PHONE, CARD, IBAN))
        return keys | {(artefact, raw, column): kind for artefact, raw, column, kind in told}

    def columns_as(self, kinds: tuple[str, ...]) -> Iterator[tuple[str, str, str, str]]:
        """Yield artefact, table and column of each that becomes a column of these kinds."""
        for source in self.sources:
            for name, value in source.values.items():
                kind = TABLES[source.into].columns[name].kind
                if kind in kinds:
                    join = source.joins.get(value.join)
                    at = (join.artefact, join.table) if join else (source.artefact, source.table)
                    yield from ((*at, column, kind) for column in value.columns)


def read_mapping(text: str) -> SiteMapping:
    """Read a mapping; raise with the place where it is wrong, and what might be meant."""
    try:
        told = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"the mapping is not valid TOML: {error}", "mend the file") from error
    known("the mapping", told, ("site", "artefact", *TABLES))
    site = table("the mapping", told, "site")
    known("[site]", site, SITE_KEYS)
    name = word("[site]", site, "name", needed=True)
    if not NAME.fullmatch(name):
        refuse("[site], name", f"a site cannot be called {name!r}", "use letters, digits, . _ -")
    clock = _clock("[site]", site, Clock(None, "", ""))
    files = tuple(_files(told, clock))
    zone = word("[site]", site, "zone")
    sources = tuple(_sources(told, {each.name for each in files}, zone))
    if not sources:
        refuse("the mapping", "no table of it becomes a canonical one", f"add [[{FURTHER[0]}]]")
    read = SiteMapping(
        name,
        text,
        _bounds(site),
        _region(site, "phone_region"),
        _region(site, "server_country"),
        frozenset(_banks(site)),
        files,
        sources,
        _wanted(sources),
    )
    _apart(read)
    return read


def _clock(place: str, told: Mapping[str, Any], default: Clock) -> Clock:
    if not CLOCK_KEYS & told.keys():
        return default
    offset = told.get("clock_offset_s")
    by, at = word(place, told, "clock_measured_by"), flat(told.get("clock_measured_at", ""))
    if isinstance(offset, bool) or not isinstance(offset, int | float) or abs(offset) > 10**9:
        refuse(f"{place}, clock_offset_s", "it is no number of seconds", "leave it out")
    if not by.strip():
        refuse(
            f"{place}, clock_measured_by",
            "nobody says who measured the clock",
            "name the person, or leave clock_offset_s out",
        )
    return Clock(float(offset), by, at)


def _bounds(site: Mapping[str, Any]) -> Bounds:
    days = []
    for key, default in (("from", EARLIEST), ("to", LATEST)):
        given = site.get(key, default)
        day = given.date() if isinstance(given, datetime) else given
        if isinstance(day, str):
            try:
                day = date.fromisoformat(day)
            except ValueError:
                refuse(f"[site], {key}", f"{day!r} is no day", "write it like 2024-05-31")
        if not isinstance(day, date):
            refuse(f"[site], {key}", f"{day!r} is no day", "write it like 2024-05-31")
        days.append(day)
    if days[0] > days[1]:
        refuse("[site], from", "it is later than `to`", "change one of them")
    return Bounds(days[0], days[1])


def _region(site: Mapping[str, Any], key: str) -> str:
    region = word("[site]", site, key)
    if region and not re.fullmatch("[A-Z]{2}", region):
        refuse(f"[site], {key}", f"{region!r} is no country", "write it like DK")
    return region


def _banks(site: Mapping[str, Any]) -> Iterator[str]:
    for bank in texts("[site], app_banks", site.get("app_banks", [])):
        if not re.fullmatch("[A-Z]{2}:[A-Z0-9]{2,9}", bank):
            refuse("[site], app_banks", f"{bank!r} is no bank", "write it like LT:32500")
        yield bank.replace(":", "")


def _files(told: Mapping[str, Any], clock: Clock) -> Iterator[File]:
    seen: set[str] = set()
    for place, each in some(told, "artefact"):
        known(place, each, ARTEFACT_KEYS)
        name = word(place, each, "name", needed=True)
        if not NAME.fullmatch(name) or name in seen:
            what = "another artefact has it" if name in seen else "it is no name"
            refuse(f"{place}, name", f"{name!r}: {what}", "use letters, digits, . _ -, once each")
        seen.add(name)
        options = each.get("options", {})
        yield File(
            name,
            word(place, each, "file", needed=True),
            word(place, each, "reader"),
            dict(pairs(f"{place}, options", options)),
            flat(each.get("seized_at", "")),
            word(place, each, "handler"),
            _clock(place, each, clock),
        )


def _sources(told: Mapping[str, Any], files: set[str], zone: str) -> Iterator[Source]:
    for into, canonical in TABLES.items():
        for place, each in some(told, into):
            columns = canonical.columns
            values = {name: given for name, given in each.items() if name not in FURTHER}
            known(place, values, (*columns, *FURTHER))
            artefact, raw = _from(place, each, files)
            joins = dict(_joins(place, each, files))
            read = {
                name: read_value(f"{place}, {name}", columns[name], given, zone)
                for name, given in values.items()
            }
            for name, value in read.items():
                if value.join and value.join not in joins:
                    refuse(f"{place}, {name}", f"there is no join {value.join!r}", "add it")
            for name in canonical.needs:
                if name not in read:
                    refuse(place, f"its {name} is missing", f'add {name} = "column"')
            where = tuple(_conditions(f"{place}, where", each.get("where", {})))
            yield Source(place, into, artefact, raw, where, joins, read)


def _from(place: str, each: Mapping[str, Any], files: set[str]) -> tuple[str, str]:
    told = word(place, each, "from", needed=True)
    artefact, mark, raw = told.partition(":")
    if not mark or not raw:
        refuse(f"{place}, from", f"{told!r} names no table", 'write from = "artefact:table"')
    known(f"{place}, from", {artefact: ""}, files, "artefact")
    return artefact, raw


def _joins(place: str, each: Mapping[str, Any], files: set[str]) -> Iterator[tuple[str, Join]]:
    told = each.get("join", {})
    if not isinstance(told, dict):
        refuse(f"{place}, join", "it is no table", 'write join.u = {from = "a:t", on = {…}}')
    for name, given in told.items():
        at = f"{place}, join {name}"
        if not isinstance(given, dict):
            refuse(at, "it is no table", 'write {from = "artefact:table", on = {ours = "theirs"}}')
        known(at, given, ("from", "on"))
        artefact, raw = _from(at, given, files)
        on = tuple(pairs(f"{at}, on", given.get("on", {})))
        if not on:
            refuse(f"{at}, on", "no column is named", 'write on = {ours = "theirs"}')
        yield name, Join(name, artefact, raw, on)


def _conditions(place: str, told: Any) -> Iterator[Condition]:
    if not isinstance(told, dict):
        refuse(place, "it is no table", 'write where = {column = ["value"]}')
    for column, given in told.items():
        at = f"{place}, {column}"
        if not isinstance(given, dict):
            yield Condition(column, among=texts(at, given))
            continue
        known(at, given, ("among", "not", "match", "filled"))
        filled = given.get("filled")
        if filled is not None and not isinstance(filled, bool):
            refuse(f"{at}, filled", "it is neither true nor false", "write filled = true")
        yield Condition(
            column,
            texts(at, given.get("among", [])),
            texts(at, given.get("not", [])),
            word(at, given, "match"),
            filled,
        )


def _wanted(sources: tuple[Source, ...]) -> dict[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for source in sources:
        ours = found.setdefault((source.artefact, source.table), set())
        ours |= {each.column for each in source.where}
        for join in source.joins.values():
            ours |= {mine for mine, _ in join.on}
            theirs = found.setdefault((join.artefact, join.table), set())
            theirs |= {other for _, other in join.on}
        for value in source.values.values():
            at = source.joins.get(value.join)
            (found[at.artefact, at.table] if at else ours).update(value.columns)
    return {at: frozenset(columns) for at, columns in found.items()}


def _apart(read: SiteMapping) -> None:
    """Refuse a column of card or account numbers that is meant to be something else as well."""
    kinds = tuple({column.kind for each in TABLES.values() for column in each.columns.values()})
    seen: dict[tuple[str, str, str], str] = {}
    for artefact, raw, column, kind in read.columns_as(kinds):
        earlier = seen.setdefault((artefact, raw, column), kind)
        if earlier != kind and {earlier, kind} & set(NUMBERS):
            refuse(
                f"column {column!r} of {artefact}:{raw}",
                f"it is named as {earlier} and as {kind}",
                "numbers of cards and accounts are cut, so they can be nothing else",
            )
