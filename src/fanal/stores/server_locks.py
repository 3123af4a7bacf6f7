"""Advisory locks of one writer on a server, which lets go of them when the writer is gone."""

import hashlib
import time
from contextlib import suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from fanal.errors import CaseError

PAUSE = 0.2
GHOST = 2.0
"""Seconds that a lost connection of our own may still hold its locks."""


def lock_number(purpose: str, schema: str) -> int:
    """Return the number of an advisory lock; a server counts them apart for each database."""
    digest = hashlib.sha256(f"fanal {purpose} {schema}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def take_turn(connection: Connection, schema: str) -> None:
    """Be the only one that acts until this transaction ends."""
    number = lock_number("turn", schema)
    connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": number})


class ServerLocks:
    """What one writer holds for as long as it has the case open, on a connection of its own."""

    def __init__(self, engine: Engine, schema: str, *, run: bool, wait: float) -> None:
        """Take the locks, or refuse to be the second run."""
        self._engine, self._schema, self._run = engine, schema, run
        self._connection: Connection | None = None
        self._take(wait)

    def hold(self) -> None:
        """Take the locks anew where the server was restarted; somebody else may have them now."""
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return
        except DBAPIError:
            self.release()
        self._take(GHOST)

    def _take(self, wait: float) -> None:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            writer = lock_number("writer", self._schema)
            connection.execute(text("SELECT pg_advisory_lock_shared(:n)"), {"n": writer})
            if self._run:
                self._take_run(connection, time.monotonic() + wait)
        except BaseException:
            connection.invalidate()  # with its locks
            connection.close()
            raise
        self._connection = connection

    def _take_run(self, connection: Connection, end: float) -> None:
        while not self._is_ours(connection):
            if time.monotonic() >= end:
                raise CaseError(
                    "another run is writing to this case",
                    "wait for it to end (FANAL_WAIT=SECONDS does), or name another case",
                )
            time.sleep(PAUSE)

    def _is_ours(self, connection: Connection) -> bool:
        number = lock_number("run", self._schema)
        return bool(
            connection.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": number}).scalar()
        )

    def release(self) -> None:
        """Let the next one write."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            with suppress(SQLAlchemyError):  # at once, not when the server sees that we are gone
                connection.execute(text("SELECT pg_advisory_unlock_all()"))
            connection.invalidate()  # a connection that goes back to a pool keeps its locks
            connection.close()
