import sqlite3
import time
from contextlib import closing

import pytest

from fanal.errors import ListError
from fanal.formats import nsrl, recognize
from fanal.formats.nsrl import NsrlReader
from fanal.model.known import KnownHash, Refused
from fuzz.seeds.hostile import bad_view, cross_view
from makers import lists

ENDLESS = "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT n AS md5 FROM x"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "zz ü?#%.db"


def read(path):
    return list(NsrlReader().read(path))


def test_rows_come_with_the_name_of_their_package(path):
    lists.nsrl(
        path,
        [lists.nsrl_row(1)],
        "CREATE TABLE PKG (package_id, name, version)",
        "INSERT INTO PKG VALUES (1, 'zz-package', '2')",
        "CREATE TABLE VERSION (version, release_date)",
        "INSERT INTO VERSION VALUES ('zz-1', '2025-03-01')",
    )
    assert read(path) == [
        KnownHash(
            md5=lists.digest("md5", 1),
            sha1=lists.digest("sha1", 1),
            sha256=lists.digest("sha256", 1),
            fields={
                "file_name": "zz-test-1.txt",
                "file_size": 1,
                "package_id": 1,
                "package_name": "zz-package",
            },
        )
    ]
    assert isinstance(recognize(path), NsrlReader)
    assert NsrlReader().profile(path) == "version=zz-1; release_date=2025-03-01"


def test_a_full_edition_has_a_view_over_its_metadata(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """
            CREATE TABLE METADATA (sha256, md5, file_name, extension, bytes, package_id);
            CREATE VIEW FILE AS SELECT DISTINCT UPPER(sha256) AS sha256, LOWER(md5) AS md5,
                CASE extension WHEN '' THEN file_name ELSE file_name || '.' || extension END
                AS file_name, bytes AS file_size, package_id FROM METADATA;
            """
        )
        row = (lists.digest("sha256", 1), lists.digest("md5", 1), "zz", "jpg", 3, 1)
        connection.executemany("INSERT INTO METADATA VALUES (?, ?, ?, ?, ?, ?)", [row, row])
        connection.commit()
    (known,) = read(path)
    assert (known.sha256, known.md5) == (lists.digest("sha256", 1), lists.digest("md5", 1))
    assert known.fields["file_name"] == "zz.jpg"
    assert "file_name=zz" in NsrlReader().profile(path)


def test_every_hash_refused_is_counted(path):
    empty = ("", "", "d41d8cd98f00b204e9800998ecf8427e", "zz", 0, 1)
    blob = (b"\0\xff", None, lists.digest("md5", 2), b"caf\xe9", 1, 1)
    found = read(lists.nsrl(path, [empty, (None,) * 6, blob]))
    assert found[:2] == [Refused(1, "zero-length file: md5"), Refused(2, "no hash")]
    assert found[2].md5 == lists.digest("md5", 2)
    assert found[3] == Refused(3, "wrong length: sha256")


def test_text_that_is_no_utf_8_stops_nothing(path):
    lists.nsrl(path, [lists.nsrl_row(1)], "UPDATE FILE SET file_name = CAST(x'636166E9' AS TEXT)")
    assert read(path)[0].fields["file_name"] == "caf\ufffd"


@pytest.mark.parametrize(
    "view",
    [
        ENDLESS,
        ENDLESS.replace("SELECT n AS", "SELECT max(n) AS"),
        "SELECT a.md5 FROM F a, F b, F c, F d WHERE a.md5 || b.md5 || c.md5 || d.md5 = 'x'",
        "SELECT load_extension('zz') AS md5",
        "SELECT hex(zeroblob(900000000)) AS md5",
        "SELECT writefile('zz', 'zz') AS md5 FROM F",
        "SELECT md5 FROM pragma_table_info('F'), F",
    ],
)
def test_a_hostile_view_neither_runs_nor_hangs(path, view):
    rows = [lists.nsrl_row(n) for n in range(300)]
    lists.nsrl(path, rows, "ALTER TABLE FILE RENAME TO F", f"CREATE VIEW FILE AS {view}")
    began = time.monotonic()
    with pytest.raises(ListError):
        read(path)
    assert time.monotonic() - began < 60


def test_triggers_and_deltas_change_nothing(path):
    lists.nsrl(
        path,
        [lists.nsrl_row(1)],
        "CREATE TRIGGER zz AFTER INSERT ON FILE BEGIN DELETE FROM FILE; END",
    )
    before = path.read_bytes()
    assert len(read(path)) == 1
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_cut_database_gives_what_came_before(path):
    lists.nsrl(path, map(lists.nsrl_row, range(3000)))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2 + 100])
    found = read(path)
    assert [each.md5 for each in found[:-1]] == [
        lists.digest("md5", n) for n in range(len(found) - 1)
    ]
    assert len(found) > 1000
    assert found[-1].reason.startswith("file ends early: ")


def test_a_damaged_page_is_one_refusal(path):
    lists.nsrl(path, map(lists.nsrl_row, range(3000)))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    found = read(path)
    assert sum(isinstance(each, Refused) for each in found) == 1
    assert found[-1] == Refused(
        len(found),
        "file ends early: the database is damaged",
        "everything before this row was read",
    )


def test_other_databases_are_named_as_such(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text)")
    with pytest.raises(ListError, match="no table FILE"):
        read(path)
    assert NsrlReader().profile(path) == ""


def test_names_of_packages_are_bounded(path, monkeypatch):
    monkeypatch.setattr(nsrl, "PACKAGES", 2)
    lists.nsrl(
        path,
        [lists.nsrl_row(n) for n in range(3)],
        "CREATE TABLE PKG (package_id, name)",
        "INSERT INTO PKG VALUES (1, 'a'), (2, 'b'), (3, 'c')",
    )
    reasons = [each.reason for each in read(path) if isinstance(each, Refused)]
    assert reasons == ["field not kept: package name"]


def test_a_view_cannot_multiply_what_is_there(reading):
    assert reading.reasons("nsrl", cross_view()) == {"file ends early: more rows than bytes": 1}


def test_an_error_that_quotes_bytes_is_a_list_error(reading):
    with pytest.raises(ListError):
        reading.all("nsrl", bad_view())
