"""Questions over several kinds of records, or many values, and answers put in order."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, distinct, func, select

from fanal.stores.acts import ROWS
from fanal.stores.rows import equal_to, storable


def ask(
    query: Select[Any],
    table: Table,
    equal: Mapping[str, Any],
    ordered: Callable[[ColumnElement[Any]], ColumnElement[Any]],
    order: tuple[str, ...],
    limit: int,
) -> Select[Any]:
    """Ask for rows whose fields are equal to values, in an order, and for so many at most."""
    query = query.where(*equal_to(table, equal))
    if order:
        query = query.order_by(*(ordered(table.c[name]) for name in order))
    return query.limit(limit) if limit else query


def among(
    answers: Callable[[Select[Any]], Iterator[Any]],
    table: Table,
    query: Select[Any],
    order: tuple[str, ...],
    limit: int,
    chosen: Mapping[str, Iterable[Any]] | None,
) -> Iterator[Any]:
    """Yield the answers to a query about rows whose fields are among values, many or few."""
    if not chosen:
        yield from answers(query)
        return
    (name, values), *others = chosen.items()
    for other, allowed in others:
        query = query.where(table.c[other].in_([storable(value) for value in allowed]))
    wanted = dict.fromkeys(storable(value) for value in values)
    asked = parts(sorted(wanted) if order[:1] == (name,) else wanted)
    queries = (query.where(table.c[name].in_(part)) for part in asked)
    found: Iterator[Any] = chain.from_iterable(answers(one) for one in queries)
    if order and order[0] != name and len(wanted) > ROWS:  # parts are in order, not the whole
        found = iter(sorted(found, key=lambda row: place(row, order)))
    yield from islice(found, limit or None)


def unfinished(item: Table, place: Table, seen: Table, analyzer: str, version: str) -> Select[Any]:
    """Ask for the files with a content which the analyzer in that version has not seen."""
    looked = select(seen.c.sha256).where(
        seen.c.sha256 == item.c.sha256,
        seen.c.analyzer == analyzer,
        seen.c.version == version,
    )
    return (
        select(place.c.exhibit, place.c.path)
        .distinct()
        .join(item, item.c.sha256 == place.c.sha256)
        .where(~looked.exists())
    )


def measures(item: Table, place: Table) -> Select[Any]:
    """Ask for places, contents and bytes of each exhibit."""
    sums = (func.count(), func.count(distinct(place.c.sha256)), func.sum(item.c.size))
    return (
        select(place.c.exhibit, *sums)
        .join(item, item.c.sha256 == place.c.sha256)
        .group_by(place.c.exhibit)
        .order_by(place.c.exhibit)
    )


def parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the values in parts, each of as many as one statement asks for."""
    iterator = iter(values)
    while part := list(islice(iterator, ROWS)):
        yield part


def place(record: Any, order: tuple[str, ...]) -> tuple[tuple[bool, Any], ...]:
    """Return what records are ordered by, as the database does: what is missing comes first."""
    values = [getattr(record, name) for name in order]
    return tuple((value is not None, value) for value in values)
