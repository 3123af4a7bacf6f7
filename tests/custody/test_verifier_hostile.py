# ruff: noqa: S608 (statements made of our own names)
import hashlib
import json
import os
import random
import shutil

import pytest

from fanal.custody import verifier
from fanal.custody.spelling import canonical
from fanal.custody.verifier import verify
from makers.cases import item, opened, place, signer
from makers.tampering import asked, change, files_of, places


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("CREATE TABLE more (a)", "case.db/more"),
        ("CREATE VIEW more AS SELECT * FROM item", "case.db/more"),
        ("CREATE TRIGGER more AFTER INSERT ON item BEGIN SELECT 1; END", "case.db/more"),
        ("CREATE VIRTUAL TABLE more USING fts5(a)", "case.db/more"),
        ("ALTER TABLE item RENAME COLUMN md5 TO sha2", "case.db/item"),
        ("ALTER TABLE item ADD COLUMN more TEXT", "case.db/item"),
        ("DROP TABLE match_run", "case.db/match_run"),
        ("UPDATE case_info SET value = '9' WHERE name = 'layout'", "case.db/case_info"),
        ("UPDATE case_info SET value = 'zz' WHERE name = 'id'", "case.db/log/leaf 1"),
    ],
)
def test_tables_that_are_not_as_they_should_be_are_named(case, statement, where):
    change(case, statement)
    assert where in places(verify(case))


NESTED = "[" * 100_000
NUMBER = "9" * 5_000


@pytest.mark.parametrize(
    "leaf",
    [
        "",
        "zz",
        "null",
        "[]",
        "{}",
        "5",
        NESTED,
        NUMBER,
        b"\xff\x00",
        None,
        '{"number":2}',
        "\udcff",
    ],
    ids=lambda leaf: repr(leaf)[:12],
)
def test_no_leaf_however_made_ends_the_check(case, leaf):
    stored = leaf.encode("utf-8", "surrogateescape") if isinstance(leaf, str) else leaf
    text = "CAST(? AS TEXT)" if isinstance(leaf, str) else "?"
    change(case, (f"UPDATE log SET leaf = {text} WHERE number = 2", (stored,)))
    assert "case.db/log/leaf 2" in places(verify(case))


@pytest.mark.parametrize(
    "value",
    [
        NESTED,
        "[]",
        "5",
        "null",
        '{"../../../../etc/passwd":"0"}',
        '{"/etc/passwd":5}',
        b"\xff",
        None,
    ],
    ids=lambda value: repr(value)[:12],
)
@pytest.mark.parametrize(
    ("table", "home"), [("known_list", "lists"), ("device", "devices"), ("dataset", "datasets")]
)
def test_no_record_of_files_however_made_ends_the_check_or_leads_outside(case, value, table, home):
    change(case, (f"UPDATE {table} SET files = ?, folder = '../../..'", (value,)))
    found = places(verify(case))
    assert (value == "[]") or any(where.startswith(f"{home}/../../..") for where in found)
    key = "kind=" if table == "dataset" else "name="
    assert any(where.startswith(f"case.db/{table}/{key}") for where in found)


def test_a_record_of_files_that_is_damaged_does_not_hide_the_next(case):
    (case / "devices" / "zz" / "reference.bin").unlink()
    change(case, "UPDATE device SET files = '[' WHERE name != 'zz-camera'")
    found = places(verify(case))
    assert "devices/zz/reference.bin" in found
    assert {f"devices/zz-{n}" for n in range(5)} <= set(found)


@pytest.mark.parametrize(
    "value",
    [None, 5, 1.5, "\x00", b"\xff" * 100, float("inf"), -(2**63), b"\x1b[2J"],
    ids=repr,
)
@pytest.mark.parametrize("column", ["size", "media_type", "act", "seal"])
def test_no_row_however_made_ends_the_check(case, column, value):
    ((sha256,),) = asked(case, "SELECT sha256 FROM item LIMIT 1")
    if value is None and column in ("act", "seal"):
        value = ""
    change(case, (f"UPDATE item SET {column} = ? WHERE sha256 = ?", (value, sha256)))
    report = verify(case)
    assert f"case.db/item/sha256={sha256}" in places(report)
    assert "\x1b" not in report.text()


def test_a_giant_value_is_refused_and_the_rest_is_checked(case):
    giant = bytes(verifier.LONGEST + 1)
    change(
        case,
        ("UPDATE item SET media_type = ?", (giant,)),
        "UPDATE place SET mark = 'zz' WHERE rowid = 1",
    )
    found = places(verify(case))
    assert "case.db/item" in found
    assert any(where.startswith("case.db/place/exhibit=") for where in found)


@pytest.mark.parametrize(
    "seal",
    [
        b"",
        b"\n\n",
        b"\xff\xfe",
        b"[]",
        b"{}",
        NESTED.encode(),
        NUMBER.encode(),
        b'{"block":1048576,"case":"","files":[{"name":5}],"key":"","signature":""}',
        b'{"block":1048576,"case":"","files":[{"name":"case.db"}],"key":5,"signature":[]}',
        b'{"block":1048576,"case":"","files":{"a":1},"key":null,"signature":null}',
        b'{"block":0,"case":[],"files":[{"name":"../x","size":"a","blocks":5}],"key":"","signature":""}',
    ],
    ids=lambda seal: repr(seal)[:20],
)
def test_no_seal_however_made_ends_the_check(case, seal):
    (case / "seal.json").write_bytes(
        seal + b"\n" + hashlib.sha256(seal).hexdigest().encode() + b"\n"
    )
    report = verify(case)
    assert "seal.json" in places(report)
    assert report.records > 0


def test_a_seal_signed_by_another_key_is_shown_and_a_forged_one_is_refused(case):
    facts = json.loads((case / "seal.json").read_bytes().partition(b"\n")[0])
    facts["key"] = signer(9).public
    text = canonical(facts)
    whole = f"{text}\n{hashlib.sha256(text.encode()).hexdigest()}\n"
    (case / "seal.json").write_text(whole)
    report = verify(case)
    assert places(report) == ["seal.json"]
    assert any(signer(9).public in note for note in report.notes)


@pytest.mark.parametrize("seed", range(12))
def test_no_database_however_damaged_ends_the_check(unsealed, seed):
    chance, path = random.Random(seed), unsealed / "case.db"
    data = bytearray(path.read_bytes())
    for _ in range(40):
        at = chance.randrange(100 if seed % 2 else 4096, len(data))
        data[at : at + 200] = chance.randbytes(200)
    path.write_bytes(data[: chance.randrange(4096, len(data))] if seed > 8 else data)
    assert places(verify(unsealed))


@pytest.mark.parametrize("data", [b"", b"zz", b"SQLite format 3\x00" + b"\xff" * 9000])
def test_what_is_no_database_is_named(unsealed, data):
    (unsealed / "case.db").write_bytes(data)
    assert any(where.startswith("case.db") for where in places(verify(unsealed)))


def test_what_is_not_a_plain_file_is_never_opened(case, tmp_path):
    (case / "case.db").rename(tmp_path / "elsewhere.db")
    (case / "case.db").symlink_to(tmp_path / "elsewhere.db")
    os.mkfifo(case / "pipe")
    (case / "lists" / "loop").symlink_to(case)
    found = places(verify(case))
    assert {"case.db", "pipe", "lists/loop"} <= set(found)


def test_many_differences_are_counted_and_the_first_are_named(case):
    rows = [(f"{n:064d}", "", "", 5, "zz", 999, b"") for n in range(verifier.SHOWN + 500)]
    change(case, *(("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?)", row) for row in rows))
    report = verify(case)
    assert len(report.problems) == verifier.SHOWN
    assert report.differences == verifier.SHOWN + 500


@pytest.fixture
def journaled(tmp_path):
    """A case whose last acts lie in the journal that a killed run left."""
    store = opened(tmp_path / "live")
    for n in range(3):
        with store.act("zz", "write") as act:
            act.put([item(n), place(n)])
    copy = shutil.copytree(tmp_path / "live", tmp_path / "case")
    (copy / "case.db-shm").unlink()
    store.close()
    assert (copy / "case.db-wal").stat().st_size > 0
    return copy


def test_a_journal_is_read_and_nothing_is_written(journaled):
    before = {name: (journaled / name).read_bytes() for name in files_of(journaled)}
    report = verify(journaled)
    assert (report.problems, report.leaves, report.records) == ([], 3, 6)
    assert before == {name: (journaled / name).read_bytes() for name in files_of(journaled)}


def test_an_empty_journal_needs_no_writing(unsealed):
    change(unsealed, "PRAGMA journal_mode=WAL", "UPDATE item SET size = size WHERE 0")
    before = files_of(unsealed)
    assert verify(unsealed).problems == []
    assert files_of(unsealed) == before
