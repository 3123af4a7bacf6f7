"""Reads NSRL RDS version 3: an SQLite database of known software, opened so that it can do nothing.

Neither statements of a delta file nor triggers are ever run; a view is read within limits.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, ClassVar

from fanal.errors import ListError
from fanal.formats.digests import entry, kept
from fanal.formats.streams import CutError, head_of, open_list, until_cut
from fanal.model.known import KnownHash, Refused

MAGIC = b"SQLite format 3\0"
"""First bytes of an SQLite file."""
HASHES = ("sha256", "sha1", "md5")
"""Columns of `FILE` that are hashes."""
PACKAGES = 200_000
"""Names of packages that are kept in memory."""
CELL = 1 << 15
"""Bytes of one cell or result that SQLite may handle: each of its steps stays short."""
TEXT = 4096
"""Characters of one cell that are kept."""
FUNCTIONS = frozenset(
    {"coalesce", "ifnull", "nullif", "iif", "lower", "upper", "trim", "ltrim", "rtrim"}
    | {"substr", "substring", "length"}
)
"""What a `FILE` view may call: nothing that takes more time than its text is long."""
STEPS = 20_000_000
"""Steps of SQLite's machine that every list may take: half a second."""
STEPS_A_BYTE = 16
"""Further steps for each byte of the file; reading a table takes less than one."""
TICK = 10_000
"""Steps between two looks at the budget."""
FAULTS = (sqlite3.Error, OverflowError, UnicodeDecodeError, MemoryError)
"""What a damaged database raises: also errors that quote bytes, and absurd sizes of its own."""


class NsrlReader:
    """The United States' reference list of known software, version 3."""

    name: ClassVar[str] = "nsrl"
    example: ClassVar[bytes]

    @staticmethod
    def recognizes(head: bytes, file_name: str) -> bool:
        """Tell by SQLite's first bytes; no other list is a database."""
        del file_name
        return head.startswith(MAGIC)

    def read(self, path: Path) -> Iterator[KnownHash | Refused]:
        """Yield each row of `FILE`, with the name of its package where the list has it."""
        return until_cut(self.name, _read(path))

    def profile(self, path: Path) -> str:
        """Return the release as the table `VERSION`, or `METADATA`, names it."""
        try:
            with _opened(path) as connection:
                for table in ("VERSION", "METADATA"):
                    if names := _columns(connection, table):
                        rows = _rows(connection, table, names[:16], limit=4)
                        said = [f"{n}={v}" for row in rows for n, v in row.items() if v is not None]
                        return "; ".join(said)[:1000]
        except (CutError, *FAULTS):
            pass
        return ""


def _example() -> bytes:
    """Return a small list of two rows, the second one a file of no bytes."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(
            """
            PRAGMA page_size = 512;
            CREATE TABLE VERSION (version TEXT, release_date TEXT);
            INSERT INTO VERSION VALUES ('zz-test-0001', '2025-01-01');
            CREATE TABLE PKG (package_id INTEGER, name TEXT);
            INSERT INTO PKG VALUES (1, 'zz-test-package');
            CREATE TABLE FILE (sha256 TEXT, sha1 TEXT, md5 TEXT, file_name TEXT,
                               file_size INTEGER, package_id INTEGER);
            INSERT INTO FILE VALUES (
                'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD',
                'A9993E364706816ABA3E25717850C26C9CD0D89D', '900150983CD24FB0D6963F7D28E17F72',
                'zz-test-0001.txt', 3, 1);
            INSERT INTO FILE VALUES (
                'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855',
                '', NULL, 'zz-test-empty.txt', 0, 1);
            """
        )
        return connection.serialize()


NsrlReader.example = _example()


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database read-only, with nothing allowed but reading, and that within limits."""
    with open_list(path) as stream:
        size = stream.seek(0, 2)
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True, cached_statements=8)) as connection:
        # Bytes of a foreign database need not be text; a name must not stop the reading.
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.execute("PRAGMA trusted_schema = OFF")
        # Lets SQLite open a file that is shorter than it should be; nothing can be written.
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("PRAGMA cache_size = -8000")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, CELL)
        connection.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, 256)
        connection.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 64)
        connection.set_authorizer(_allowed)
        left = [(STEPS + STEPS_A_BYTE * size) // TICK]

        def spend() -> int:
            left[0] -= 1
            return left[0] < 0

        connection.set_progress_handler(spend, TICK)
        yield connection


def _allowed(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Allow reading and harmless functions; recursion, writing, attaching and loading are not."""
    allowed = (
        action in {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
        or (action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in FUNCTIONS)
        or (action == sqlite3.SQLITE_PRAGMA and first == "table_info")
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns of a table or view, none where there is no such thing."""
    return [str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")]


def _rows(
    connection: sqlite3.Connection, table: str, names: list[str], limit: int = -1
) -> Iterator[dict[str, Any]]:
    """Yield rows as they lie in the file, unsorted, so that nothing need be held."""
    columns = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    question = f"SELECT {columns} FROM {table} LIMIT {limit:d}"  # noqa: S608 - names are quoted
    for row in connection.execute(question):
        yield {name.lower(): _short(cell) for name, cell in zip(names, row, strict=True)}


def _short(cell: Any) -> Any:
    """Return a cell as text or number, and no longer than is kept."""
    if isinstance(cell, bytes):
        return cell[:TEXT].hex()
    return cell[:TEXT] if isinstance(cell, str) else cell


def _read(path: Path) -> Iterator[KnownHash | Refused]:
    number = 0
    try:
        with _opened(path) as connection:
            names = [name for name in _columns(connection, "FILE") if len(name) <= 64][:64]
            if not {name.lower() for name in names} & set(HASHES):
                raise ListError(
                    f"{path.name!r} is a database, but has no table FILE with hashes",
                    "give the RDS version 3 database of the NSRL",
                )
            packages = _packages(connection)
            cut_inside = _cut_inside_a_page(path)
            for row in _rows(connection, "FILE", names):
                if number >= path.stat().st_size:  # only a view can multiply what is there
                    raise CutError("more rows than bytes")
                if cut_inside and _looks_cut(row):
                    raise CutError("the last page is cut")
                number += 1
                yield from _entry(number, row, packages)
                if number == 1 and len(packages) >= PACKAGES:
                    yield Refused(number, "field not kept: package name")
    except FAULTS as error:
        slow = "interrupted" in str(error)
        raise CutError("reading takes too long" if slow else "the database is damaged") from error


def _cut_inside_a_page(path: Path) -> bool:
    """Tell whether the file ends inside a page; SQLite reads the missing part as zeros."""
    # "The Database Header", offset 16: the page size in bytes, 1 for 65536.
    page = int.from_bytes(head_of(path, 18)[16:18], "big")
    return path.stat().st_size % (1 << 16 if page == 1 else max(page, 1)) != 0


def _looks_cut(row: dict[str, Any]) -> bool:
    """Tell whether parts of a row are zeros, or all of it, as in the missing part of a page."""
    cells = tuple(row.values())
    zeros = any(isinstance(cell, str) and "\0" in cell for cell in cells)
    return zeros or all(cell is None for cell in cells)


def _packages(connection: sqlite3.Connection) -> dict[Any, str]:
    """Return the names of packages by their number; a list without them is read all the same."""
    wanted = {"package_id", "name"}
    try:
        names = [name for name in _columns(connection, "PKG") if name.lower() in wanted]
        if len(names) != len(wanted):
            return {}
        rows = _rows(connection, "PKG", names, limit=PACKAGES)
        return {row["package_id"]: str(row["name"])[:200] for row in rows}
    except FAULTS:
        return {}


def _entry(
    number: int, row: dict[str, Any], packages: dict[Any, str]
) -> Iterator[KnownHash | Refused]:
    given = [(kind, row.pop(kind, None)) for kind in HASHES]
    if name := packages.get(row.get("package_id")):
        row["package_name"] = name
    yield from entry(number, given, fields=kept(row))
