"""Writes rows whose keys are not there, and holds that whatever was not written is there already.

A trigger, a rule, another index or a changed `key` can make a database pass over a row in silence.
"""

from collections.abc import Iterable
from typing import Any

from fanal.custody.spelling import row_digest
from fanal.errors import CaseError
from fanal.stores.acts import ROWS, Rows, SqlAct
from fanal.stores.rows import Shape, insert_text, spelled

BATCH = 2000
"""Rows written to a server in one statement."""
SHOWN = 200


def into_file(act: SqlAct, shape: Shape, rows: Rows) -> list[bytes]:
    """Write rows to SQLite; return the digests of those that were written."""
    table, connection = shape.table, act.connection
    statement, count = insert_text(shape), 0
    for start in range(0, len(rows), ROWS):
        part = [(*row, act.number, seal) for row, seal in rows[start : start + ROWS]]
        count += max(0, connection.exec_driver_sql(statement, part).rowcount)
    if count == len(rows):
        return [seal for _, seal in rows]
    # Some were there already: ask which of ours were written.
    query = f'SELECT seal FROM "{table.name}" WHERE act = ?'  # noqa: S608 (a name of our own)
    of_act = [bytes(seal) for (seal,) in connection.exec_driver_sql(query, (act.number,))]
    _hold_file(act, shape, _others(rows, of_act))
    earlier = set(act.seals.get(table.name, ()))
    return [seal for seal in of_act if seal not in earlier]


def _hold_file(act: SqlAct, shape: Shape, rows: list[tuple[Any, ...]]) -> None:
    equal = " AND ".join(f'"{name}" IS ?' for name in _names(shape))
    query = f'SELECT 1 FROM "{shape.table.name}" WHERE {equal}'  # noqa: S608 (names of our own)
    driver: Any = act.connection.connection.driver_connection
    for row in rows:
        key = _key(shape, row)
        if driver.execute(query, key).fetchone() is None:
            raise _vanished(shape, key)


def into_server(act: SqlAct, shape: Shape, rows: Rows) -> list[bytes]:
    """Write rows to PostgreSQL; return the digests of those that were written."""
    statement, written = _server_text(shape), list[bytes]()
    for start in range(0, len(rows), BATCH):
        given = rows[start : start + BATCH]
        part = [(*row, act.number, seal, row_key(shape, row)) for row, seal in given]
        columns = tuple([spelled(value) for value in column] for column in zip(*part, strict=True))
        answer = act.connection.exec_driver_sql(statement, columns)
        found = [bytes(seal) for (seal,) in answer]
        if set(found) - {seal for _, seal in given}:
            raise CaseError(
                f"the case was tampered with: {shape.table.name} keeps rows that were not given",
                "check it: fanal audit verify",
            )
        _hold_server(act, shape, _others(given, found))
        written.extend(found)
    return written


def _hold_server(act: SqlAct, shape: Shape, rows: list[tuple[Any, ...]]) -> None:
    """Compare the fields: the column `key` is but what somebody wrote there."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in _names(shape))
    query = f'SELECT {names} FROM "{shape.table.name}" WHERE key = ANY(%s)'  # noqa: S608 (ours)
    keys = [row_key(shape, row) for row in rows]
    there = {tuple(row) for row in act.connection.exec_driver_sql(query, (keys,))}
    for row in rows:
        key = _key(shape, row)
        if tuple(map(spelled, key)) not in there:
            raise _vanished(shape, key)


def _others(rows: Rows, written: Iterable[bytes]) -> list[tuple[Any, ...]]:
    seals = set(written)
    return [row for row, seal in rows if seal not in seals]


def _names(shape: Shape) -> list[str]:
    return [shape.fields[at][0] for at in shape.key]


def _key(shape: Shape, row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(row[at] for at in shape.key)


def _vanished(shape: Shape, key: tuple[Any, ...]) -> CaseError:
    shown = spell_key(shape, key)
    return CaseError(
        f"the case was tampered with: {shape.table.name} does not take the row {shown}",
        "check it: fanal audit verify",
    )


def spell_key(shape: Shape, key: tuple[Any, ...]) -> str:
    """Return the fields of a key for people to read, on one line and not too long."""
    pairs = zip(_names(shape), key, strict=True)
    return " ".join(f"{name}={repr(value)[:SHOWN]}" for name, value in pairs)


def row_key(shape: Shape, row: tuple[Any, ...]) -> bytes:
    """Return the SHA-256 over the fields that tell a record from others of its kind."""
    return row_digest("key", _key(shape, row))


def _server_text(shape: Shape) -> str:
    types = {"text": "text", "json": "text", "integer": "bigint", "bytes": "bytea"}
    arrays = [types.get(column, "float8") for _, column, _ in shape.fields]
    names = ", ".join(f'"{column.name}"' for column in shape.table.columns)
    marks = ", ".join(f"%s::{kind}[]" for kind in (*arrays, "bigint", "bytea", "bytea"))
    return (
        f'INSERT INTO "{shape.table.name}" ({names}) SELECT * FROM unnest({marks})'  # noqa: S608
        " ON CONFLICT DO NOTHING RETURNING seal"
    )
