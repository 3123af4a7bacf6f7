"""Inputs that ask for far more time or memory than they are long."""

import lzma
import sqlite3
from contextlib import closing

from fuzz.seeds.archives import number, sevenzip_headed, sevenzip_packed
from makers.archives import zip_of

PACKED = b"\x01\x04\x06\x00"
"""A header's beginning, up to how many packed streams there are."""


def folders(count: int) -> bytes:
    """Return a 7z whose header has so many folders of two bytes each."""
    told = PACKED + b"\x01\x09\x01\x00\x07\x0b" + number(count) + b"\x00"
    return sevenzip_packed(told + b"\x01\x00" * count + b"\x0c" + b"\x00" * (count + 3))


def packed_sizes() -> bytes:
    """Return a 7z whose header gives the sizes of 900,000 packed streams, ten times."""
    sizes = b"\x09" + bytes(900_000)
    return sevenzip_packed(PACKED + number(900_000) + sizes * 10 + bytes(3))


def properties() -> bytes:
    """Return a 7z whose header says 60 times which of 800,000 members are empty."""
    count = 800_000
    names = b"\x11" + number(2 * count + 1) + bytes(1 + 2 * count)
    empty = b"\x0e" + number(count // 8) + bytes(count // 8)
    return sevenzip_packed(b"\x01\x05" + number(count) + names + empty * 60 + bytes(2))


def nameless() -> bytes:
    """Return a ZIP of 7z archives each of which states as many members as are allowed."""
    inner = sevenzip_headed(b"\x01\x05" + number(1_000_000) + b"\x00")
    return zip_of([(b"%d" % n, inner) for n in range(100)])


def coder_chain(megabytes: int = 80) -> bytes:
    """Return a 7z whose LZMA2 expands to deflated blocks of nothing."""
    empty = b"\x00\x00\x00\xff\xff" * (megabytes * 200_000)
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0}]
    packed = lzma.compress(empty, lzma.FORMAT_RAW, filters=filters)
    told = PACKED + b"\x01\x09" + number(len(packed)) + b"\x00\x07\x0b\x01\x00"
    told += b"\x02\x03\x04\x01\x08\x21\x21\x01\x18\x00\x01\x0c"
    told += number(5) + number(len(empty)) + bytes(2) + b"\x05\x01\x11\x05\x00a" + bytes(5)
    return sevenzip_headed(told, packed)


def comment() -> bytes:
    """Return a list whose comment holds the beginnings of tags."""
    return b"<queryResult><images><!--" + b"<" * 30_000_000


def attributes() -> bytes:
    """Return a list whose document type gives every entry 3,000 attributes."""
    told = b"".join(b"<!ATTLIST image a%d CDATA 'x'>" % n for n in range(3000))
    return b"<!DOCTYPE a [" + told + b"]><queryResult>" + b"<image/>" * 8000


def damaged_values() -> bytes:
    """Return a list none of whose values is one."""
    return b'{"value":[' + b"x," * 400_000


def _database(*statements: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("PRAGMA page_size = 512")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        return connection.serialize()


def bad_view() -> bytes:
    """Return a database whose view names a table in bytes that are no text."""
    made = _database("CREATE TABLE t (a)", "CREATE VIEW FILE AS SELECT a AS md5 FROM zzzz")
    return made.replace(b"zzzz", b"\xff\xfe\xfd\xfc")


def cross_view() -> bytes:
    """Return a database whose view joins 200 rows with themselves, four times."""
    rows = [f"INSERT INTO t VALUES ('{'ab' * 32}')"] * 200  # noqa: S608 (a row of ours)
    view = "CREATE VIEW FILE AS SELECT x.a AS sha256 FROM t x, t y, t z, t w"
    return _database("CREATE TABLE t (a)", *rows, view)
