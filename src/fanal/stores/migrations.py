"""Makes the tables of a case, and brings older ones to the layout of today, step by step.

Rows that are there are sealed: their digests are in signed leaves. So a step adds tables and
indexes and never writes into a record. A new case is made from the records' classes; tests
compare it with an old one that took every step.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import URL, Connection, MetaData, insert, inspect, select, update
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from fanal.errors import CaseError

FIRST = "1"


@dataclass(frozen=True, slots=True)
class Step:
    """What one layout has that the one before it had not."""

    to: str
    why: str
    sqlite: tuple[str, ...] = ()
    postgresql: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    """Tables it adds, with their indexes."""


STEPS: tuple[Step, ...] = (
    Step(
        "2",
        "whether a list has matches, and which acts wrote them, is told without reading them all",
        # Cases on a server begin with this layout; a copy may have the index already.
        ('CREATE INDEX IF NOT EXISTS "match_by_0" ON "match" ("list")',),
    ),
    Step(
        "3",
        "where a picture comes from: opinions, trust lists, devices",
        tables=("opinion", "trust_list", "device"),
    ),
    Step(
        "4",
        "what belongs together, what people decided, and the order that follows",
        tables=(
            *("link", "tie", "series", "member", "cut", "regroup"),
            *("decision", "moved", "drawn", "priorities"),
        ),
    ),
    Step(
        "5",
        "the review desk: covered previews, accounts, the audit log, claims, remarks",
        tables=("mosaic", "person", "audit_record", "claim", "remark", "second_opinion", "choice"),
    ),
    Step(
        "6",
        "seized sites: their tables, what people made of leads, and packages for other countries",
        tables=("dataset", "assessment", "recipient", "package"),
    ),
)
"""In order; a new layout is one entry at the end, and the same change in `rows.py`."""
LAYOUT = STEPS[-1].to
"""The layout of today."""
LAYOUTS = (FIRST, *(step.to for step in STEPS))


def missing(layout: str) -> frozenset[str]:
    """Return the tables that a case of that layout has not: later ones added them."""
    steps = STEPS[LAYOUTS.index(layout) :] if layout in LAYOUTS else ()
    return frozenset(table for step in steps for table in step.tables)


NAMES = {
    "sqlite": "SELECT name FROM sqlite_master",
    "postgresql": "SELECT relname FROM pg_class WHERE relnamespace ="
    " (SELECT oid FROM pg_namespace WHERE nspname = current_schema())",
}
"""What tells the tables and indexes that are there."""


def make(connection: Connection, metadata: MetaData) -> None:
    """Make what is missing of a case's tables: all of them with their indexes."""
    # Without its unique index a table takes a record twice: a case cut off here must be made whole.
    there = set(connection.exec_driver_sql(NAMES[connection.dialect.name]).scalars())
    for made, statement in _statements(metadata, connection.dialect.name):
        if made not in there:
            connection.exec_driver_sql(statement)


@lru_cache(maxsize=4)
def _statements(metadata: MetaData, dialect: str) -> tuple[tuple[str, str], ...]:
    """Return the name of each table and index with the statement that makes it, in order."""
    spoken = URL.create(dialect).get_dialect()()
    return tuple((made, str(how.compile(dialect=spoken))) for made, how in _makings(metadata))


def _makings(metadata: MetaData) -> Iterator[tuple[str, ExecutableDDLElement]]:
    for table in metadata.sorted_tables:
        yield table.name, CreateTable(table)
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            yield str(index.name), CreateIndex(index)


def shed(connection: Connection, metadata: MetaData) -> None:
    """Remove the tables, empty so far, that a case copied as it is has not in its layout."""
    for table in sorted(missing(facts_of(connection, metadata)["layout"])):
        metadata.tables[table].drop(connection)


def name(connection: Connection, metadata: MetaData) -> None:
    """Give a new case its id and its layout."""
    info = metadata.tables["case_info"]
    facts = {"id": str(uuid.uuid4()), "layout": LAYOUT}
    rows = [{"name": name, "value": value} for name, value in facts.items()]
    connection.execute(insert(info), rows)


def is_new(connection: Connection, metadata: MetaData) -> bool:
    """Tell whether there is no case yet."""
    info = metadata.tables["case_info"]
    return not inspect(connection).has_table(info.name) or (
        connection.execute(select(info)).first() is None
    )


def facts_of(connection: Connection, metadata: MetaData) -> dict[str, str]:
    """Return the id and the layout of a case, or say that this program cannot read it."""
    info = metadata.tables["case_info"]
    facts = {row.name: str(row.value) for row in connection.execute(select(info))}
    if facts.get("layout") not in LAYOUTS or "id" not in facts:
        raise CaseError(
            f"the case has layout {facts.get('layout')!r}", "open it with a newer fanal"
        )
    return facts


def due(facts: Mapping[str, str]) -> tuple[Step, ...]:
    """Return the steps that a case has not taken."""
    return STEPS[LAYOUTS.index(facts["layout"]) :]


def take(connection: Connection, metadata: MetaData, steps: tuple[Step, ...]) -> None:
    """Take the steps, inside a transaction that is the caller's."""
    for step in steps:
        for statement in getattr(step, connection.dialect.name):
            connection.exec_driver_sql(statement)
        for table in step.tables:
            metadata.tables[table].create(connection, checkfirst=True)
    info = metadata.tables["case_info"]
    new = update(info).where(info.c.name == "layout").values(value=steps[-1].to)
    connection.execute(new)
