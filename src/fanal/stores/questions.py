"""Questions over several kinds of records, or many values, and answers put in order."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Select, Table, distinct, func, select

from fanal.stores.acts import ROWS


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
