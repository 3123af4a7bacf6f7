"""Changes a case behind its back, and tells where the verifier sees it."""

import sqlite3
from contextlib import closing

from fanal.custody.verifier import Report


def change(folder, *statements):
    """Write into a case behind its back, without a seal to show it."""
    (folder / "seal.json").unlink(missing_ok=True)
    with closing(sqlite3.connect(folder / "case.db")) as connection:
        for statement in statements:
            connection.execute(*((statement,) if isinstance(statement, str) else statement))
        connection.commit()


def asked(folder, query):
    with closing(sqlite3.connect(folder / "case.db")) as connection:
        return connection.execute(query).fetchall()


def places(report: Report):
    return [line["where"] for line in report.problems]


def files_of(folder):
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def flip(path, chance, at=None):
    at = chance.randrange(path.stat().st_size) if at is None else at
    bit = 1 << chance.randrange(8)
    unflip(path, at, bit)
    return at, bit


def unflip(path, at, bit):
    data = bytearray(path.read_bytes())
    data[at] ^= bit
    path.write_bytes(data)
