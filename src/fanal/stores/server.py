"""Reaches a PostgreSQL server, and tells in a sentence why it cannot be."""

import re
import sys
import time
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from sqlalchemy import Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import DBAPIError

from fanal.errors import CaseError, UsageError
from fanal.stores.interface import Server

SCHEMES = ("postgresql", "postgres")
CASE = "case"
"""The part of an address that is ours: which of the database's cases is meant."""
HOST = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(:[0-9]*)?")
RESTART = 60.0
"""Seconds to wait for a server that went away."""
PAUSE = 0.2
STARTING = re.compile("starting up|not yet accepting connections|in recovery mode|shutting down")
"""What a server says that is there but not ready (PostgreSQL, `canAcceptConnections`)."""
TURN = "60s"
"""How long an act waits for the acts of others."""
ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
"""So that a machine that died does not keep a run's lock for hours."""


def address_of(server: Server) -> tuple[str, str]:
    """Return the address as libpq reads it, and the schema of the case."""
    try:
        parts = urlsplit(server.address)
    except ValueError:  # its text repeats the address, and the password in it
        raise _unreadable() from None
    if parts.scheme not in SCHEMES:
        raise UsageError(f"{server} is no address of a case", "write postgresql://USER@HOST/NAME")
    user, _, hosts = parts.netloc.rpartition("@")
    # The driver would take a part of the password for a host, and say so.
    if "@" in user or not all(HOST.fullmatch(host) for host in hosts.split(",")):
        raise _unreadable()
    asked = parse_qsl(parts.query, keep_blank_values=True)
    names = [value for name, value in asked if name == CASE] or ["case"]
    if len(names) > 1 or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,49}", names[0]):
        raise UsageError(
            f"{'this' if '@' in parts.query else repr(names[0])} cannot be the name of a case",
            "letters, digits, dot, dash and underscore, 50 at most: ?case=NAME",
        )
    others = [(name, value) for name, value in asked if name != CASE]
    query = f"?{urlencode(others, quote_via=quote)}" if others else ""
    return f"{parts.scheme}://{parts.netloc}{parts.path}{query}", f"fanal_{names[0]}"


def _unreadable() -> UsageError:
    return UsageError(
        "the address of the case cannot be read",
        "write postgresql://USER@HOST/NAME; in a password, @ is %40, / %2F, : %3A and [ %5B",
    )


def connected(address: str, schema: str, *, writing: bool) -> Engine:
    """Return an engine whose connections see the case's schema and nothing else."""
    try:
        import psycopg  # noqa: PLC0415 (only where a case lies on a server)
    except ImportError as error:
        raise CaseError(
            "a case on a server needs the package psycopg", "pip install 'fanal[postgres]'"
        ) from error
    try:
        told: dict[str, Any] = dict(psycopg.conninfo.conninfo_to_dict(address))
    except psycopg.Error:  # its text repeats the address, and the password in it
        raise _unreadable() from None
    defaults: dict[str, Any] = {"connect_timeout": 10, "application_name": "fanal", **ALIVE}
    told = {**defaults, **told}

    def connect() -> Any:
        connection = _reached(told)
        try:
            _prepare(connection, schema, writing=writing)
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine(
        "postgresql+psycopg://", creator=connect, pool_pre_ping=True, pool_size=4, max_overflow=40
    )
    event.listen(engine, "handle_error", _let_go)
    return engine


def _let_go(told: ExceptionContext) -> None:
    """Close the cursor of a lost connection, which SQLAlchemy leaves open."""
    if told.is_disconnect and told.execution_context is not None:
        with suppress(Exception):
            told.execution_context.cursor.close()


def _prepare(connection: Any, schema: str, *, writing: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'SET search_path TO "{schema}"')
        cursor.execute(f"SET lock_timeout TO '{TURN}'")
        cursor.execute("SET client_min_messages TO error")
        cursor.execute("SET synchronous_commit TO on")  # an act that ended stays, come what may
        # Our two joins go over whole tables. Before a server has counted a new table's rows it may
        # choose to compare each with each, which takes hours.
        cursor.execute("SET enable_nestloop TO off")
        for name, value in ALIVE.items():  # the other end watches too
            cursor.execute(f"SET tcp_{name} TO {value}")
        if not writing:
            cursor.execute("SET default_transaction_read_only TO on")
    connection.commit()
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise CaseError(f"the database keeps text as {encoding}", "make one with: createdb -E UTF8")


def _reached(told: dict[str, Any]) -> Any:
    """Return a connection; a server that is just starting is waited for."""
    import psycopg  # noqa: PLC0415 (only where a case lies on a server)

    until = time.monotonic() + RESTART
    while True:
        try:
            return psycopg.connect(**told)
        except psycopg.OperationalError as error:
            if not STARTING.search(str(error)) or time.monotonic() > until:
                raise
            time.sleep(PAUSE)


def is_gone(error: DBAPIError) -> bool:
    """Tell whether the server went away, or is not there yet; whatever else it said stays said."""
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return type(error.orig).__name__ in {"OperationalError", "InterfaceError"}
    return str(state).startswith("08") or state in {"57P01", "57P02", "57P03"}


def sentence(error: DBAPIError, server: Server) -> CaseError:
    """Return what was wrong with the server, and what to do about it."""
    said = " ".join(str(error.orig).split())
    if getattr(error.orig, "sqlstate", None) == "42501":
        return CaseError(
            f"{server}: {said}", "ask whose database it is: GRANT CREATE ON DATABASE … TO …"
        )
    for part, told, advice in (
        ("password", "refuses the user or the password", "set PGPASSWORD or ~/.pgpass"),
        ("role", "does not know the user", "name another: postgresql://USER@HOST/NAME"),
        ("database", "has no such database", "make it: createdb -E UTF8 NAME"),
    ):
        if re.search(rf"FATAL: +{part} .*(failed|does not exist)|no {part} supplied", said):
            return CaseError(f"the server of {server} {told}", advice)
    return CaseError(f"the server of {server} cannot be reached: {said}", "start it, or mend that")


class Patience:
    """Waits for a server that went away, but not for ever; says once that it does."""

    def __init__(self) -> None:
        """Wait for nothing yet."""
        self._end: float | None = None

    def wait(self, error: DBAPIError) -> None:
        """Sleep a little, or say that it took too long."""
        if self._end is None:
            self._end = time.monotonic() + RESTART
            sys.stderr.write(f"fanal: the database went away; waiting {RESTART:.0f} s for it\n")
        elif time.monotonic() > self._end:
            said = " ".join(str(error.orig).split())
            raise CaseError(
                f"the database did not come back within {RESTART:.0f} s: {said}",
                "start it and run the same command again; it goes on where it was",
            ) from error
        time.sleep(PAUSE)
