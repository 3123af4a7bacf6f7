"""Questions over several kinds of records at once, as statements."""

from typing import Any

from sqlalchemy import Select, Table, distinct, func, select


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
