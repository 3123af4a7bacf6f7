"""Databases of a seized site, among them such as nobody made in good faith."""

import gzip
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from fanal.model.site import RowRefused, Rows
from fanal.sources.server.sqlite import BATCH, SqliteReader


def made(path: Path, script: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
        connection.commit()
    return path


def read(path: Path):
    reader = SqliteReader()
    found = list(reader.read(path, {}))
    rows = {
        (each.table, ref): dict(zip(each.columns, row, strict=True))
        for each in found
        if isinstance(each, Rows)
        for ref, row in zip(each.refs, each.rows, strict=True)
    }
    return rows, [each for each in found if isinstance(each, RowRefused)], reader.notes


def test_values_are_text_whatever_their_type(tmp_path):
    path = made(
        tmp_path / "zz.db",
        "CREATE TABLE zz (a, b); INSERT INTO zz VALUES (1, 'é'), (1.5, NULL), (x'00ff', '');"
        "INSERT INTO zz (rowid, a) VALUES (-7, 9223372036854775807);",
    )
    rows, refused, notes = read(path)
    assert rows == {
        ("zz", -7): {"a": "9223372036854775807", "b": None},
        ("zz", 1): {"a": "1", "b": "é"},
        ("zz", 2): {"a": "1.5", "b": None},
        ("zz", 3): {"a": "0x00ff", "b": ""},
    }
    assert (refused, notes) == ([], ())
    assert list(SqliteReader().at(path, {"table": "zz"}, -7, 0).rows[0])[1] is None
    assert SqliteReader().at(path, {"table": "yy"}, 1, 0).reason == "there is no such table"
    assert SqliteReader().at(path, {"table": "zz"}, 99, 0).reason == "there is no such row"


def test_only_plain_tables_are_read(tmp_path):
    path = made(
        tmp_path / "zz.db",
        "CREATE TABLE zz (a, g AS (a || 'x') VIRTUAL, s AS (abs(a)) STORED);"
        "INSERT INTO zz (a) VALUES (1);"
        "CREATE VIEW evil AS SELECT load_extension(a) FROM zz;"
        "CREATE TRIGGER t AFTER INSERT ON zz BEGIN DELETE FROM zz; END;"
        "CREATE TABLE yy (k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
        "INSERT INTO yy VALUES ('b', 1), ('a', 2);"
        "CREATE TABLE rr (rowid, oid, _rowid_); INSERT INTO rr VALUES (7, 8, 9);"
        "CREATE TABLE empty (a);",
    )
    with closing(sqlite3.connect(path)) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE ft USING fts5(a)")
            connection.commit()
        except sqlite3.OperationalError:
            pytest.skip("this SQLite has no FTS5")
    rows, refused, notes = read(path)
    assert rows == {
        ("zz", 1): {"a": "1"},
        ("yy", 0): {"k": "a", "v": "2"},
        ("yy", 1): {"k": "b", "v": "1"},
        ("rr", 0): {"rowid": "7", "oid": "8", "_rowid_": "9"},
    }
    assert refused == []
    assert "evil" in notes[0]
    assert "ft" in notes[0]
    assert list(SqliteReader().at(path, {"table": "yy"}, 1, 0).rows[0]) == ["b", "1"]


def test_a_log_beside_the_database_is_told(tmp_path):
    path = made(tmp_path / "zz.db", "CREATE TABLE zz (a); INSERT INTO zz VALUES (1);")
    Path(f"{path}-wal").write_bytes(b"zz")
    assert "zz.db-wal" in read(path)[2][0]


def test_nothing_is_written_beside_or_into_the_database(tmp_path):
    path = made(tmp_path / "zz.db", "PRAGMA journal_mode=WAL; CREATE TABLE zz (a);")
    before = path.read_bytes()
    for beside in tmp_path.glob("zz.db-*"):
        beside.unlink()
    path.chmod(0o400)
    read(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["zz.db"]


def test_more_rows_than_one_lot_come_in_their_order(tmp_path):
    count = BATCH * 2 + 1
    script = "CREATE TABLE zz (a); CREATE TABLE yy (k PRIMARY KEY) WITHOUT ROWID;"
    path = made(tmp_path / "zz.db", script)
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany("INSERT INTO zz VALUES (?)", ((at,) for at in range(count)))
        connection.execute("INSERT INTO yy SELECT a FROM zz")
        connection.commit()
    rows, refused, _ = read(path)
    assert [ref for table, ref in rows if table == "zz"] == list(range(1, count + 1))
    assert len(rows) == 2 * count
    assert refused == []


def test_a_damaged_page_costs_its_own_rows(tmp_path):
    path = made(
        tmp_path / "zz.db",
        "PRAGMA page_size = 512; CREATE TABLE zz (a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
        " SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO zz SELECT 'zz-test-' || i FROM n;",
    )
    data = bytearray(path.read_bytes())
    middle = len(data) // 512 // 2 * 512
    data[middle : middle + 512] = os.urandom(512)
    path.write_bytes(data)
    rows, refused, _ = read(path)
    assert 1700 < len(rows) < 2000
    assert all(row["a"] == f"zz-test-{ref}" for (_, ref), row in rows.items())
    assert "rows behind a damaged page are missing" in {each.reason for each in refused}


def test_a_value_too_long_costs_its_row(tmp_path, monkeypatch):
    monkeypatch.setattr("fanal.sources.server.sqlite.LONGEST", 100_000)
    path = made(
        tmp_path / "zz.db",
        "CREATE TABLE zz (a); INSERT INTO zz VALUES (1), (zeroblob(200000)), (3);",
    )
    rows, refused, _ = read(path)
    assert [ref for _, ref in rows] == [1, 3]
    assert [(each.ref, each.reason) for each in refused] == [(2, "row cannot be read")]


@pytest.mark.parametrize(
    "data",
    [
        b"SQLite format 3\0",
        b"SQLite format 3\0" + b"\0" * 5000,
        b"SQLite format 3\0" + b"\xff" * 5000,
    ],
)
def test_what_is_no_database_is_refused(tmp_path, data):
    path = tmp_path / "zz.db"
    path.write_bytes(data)
    rows, refused, _ = read(path)
    assert rows == {}
    assert all(each.reason for each in refused)


def test_a_compressed_database_is_refused_with_advice(tmp_path):
    path = tmp_path / "zz.db.gz"
    path.write_bytes(gzip.compress(b"SQLite format 3\0" + b"\0" * 600))
    assert "decompress it first" in read(path)[1][0].reason


def test_a_schema_that_lies_does_nothing(tmp_path):
    path = made(tmp_path / "zz.db", "CREATE TABLE zz (a); INSERT INTO zz VALUES (1);")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "INSERT INTO sqlite_schema VALUES ('table', 'y\"); ATTACH ''x'' AS x; --',"
            " 'y', 2, 'CREATE TABLE broken (')"
        )
        connection.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE TABLE zz (a, b AS (load_extension(a)))'"
            " WHERE name = 'zz'"
        )
        connection.commit()
    begin = time.process_time()
    rows, refused, _ = read(path)
    assert time.process_time() - begin < 3
    assert len(rows) + len(refused) >= 1
    assert [each.name for each in tmp_path.iterdir()] == ["zz.db"]
