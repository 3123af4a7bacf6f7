import hashlib
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from fanal.custody import verifier
from fanal.custody.merkle import Tree
from fanal.custody.spelling import canonical, head_message, row_digest, rows_digest
from fanal.custody.verifier import Report, main, verify
from fanal.model.review import Task
from fanal.pipeline.lists import ListFile
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from fanal.settings import Settings
from makers.cases import item, of_every_kind, opened, place, signer
from makers.lists import many
from makers.pictures import png


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A case the main job made, with a known list, then a few records of every kind."""
    home = tmp_path_factory.mktemp("made")
    evidence = home / "evidence"
    evidence.mkdir()
    for number in range(3):
        (evidence / f"{number}.png").write_bytes(png(160, 120, number))
    known = many("plain", 20, home / "known.csv")
    told = Settings(engine="inline", key=str(home / "key"), actor="zz")
    triage(home / "case", told, [("", evidence)], [ListFile(known, "harmless")], Silent())
    store = opened(home / "case")
    with store.act("zz", "more") as act:
        act.put(r for n in range(5) for r in of_every_kind(n) if "KnownList" not in str(type(r)))
    with store.act("zz", "order") as act:
        act.drop(Task)
        act.put([Task(item(n).sha256, 2, n, "zz", "zz") for n in range(5)])
    store.close()
    return home / "case"


@pytest.fixture
def case(made, tmp_path):
    return shutil.copytree(made, tmp_path / "case")


@pytest.fixture
def unsealed(case):
    (case / "seal.json").unlink()
    return case


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


def test_a_case_as_it_was_left_verifies(made):
    before = {name: (made / name).stat().st_mtime_ns for name in files_of(made)}
    report = verify(made)
    assert (report.problems, report.sealed) == ([], True)
    assert report.leaves == asked(made, "SELECT count(*) FROM log")[0][0]
    assert report.records == sum(
        asked(made, f'SELECT count(*) FROM "{table}"')[0][0] for table in verifier.RECORDS
    )
    assert report.root == asked(made, "SELECT root FROM head ORDER BY size DESC")[0][0]
    assert report.keys[-1] == signer().public
    assert before == {name: (made / name).stat().st_mtime_ns for name in files_of(made)}


def test_each_flipped_bit_is_named_by_its_file(case):
    chance, names = random.Random(3), [n for n in files_of(case) if n != "lock"]
    names = [name for name in names if (case / name).stat().st_size]
    assert len(names) >= 8
    flips = [*names, *chance.choices(names, k=60 - len(names))]
    for name in flips:
        at, bit = flip(case / name, chance)
        report = verify(case)
        assert any(where == name or where.startswith(f"{name}/") for where in places(report)), (
            name,
            at,
            bit,
        )
        unflip(case / name, at, bit)
    assert verify(case).problems == []


def flip(path, chance, at=None):
    at = chance.randrange(path.stat().st_size) if at is None else at
    bit = 1 << chance.randrange(8)
    unflip(path, at, bit)
    return at, bit


def unflip(path, at, bit):
    data = bytearray(path.read_bytes())
    data[at] ^= bit
    path.write_bytes(data)


def test_each_flipped_bit_of_a_record_is_named_by_its_row(unsealed):
    chance, path = random.Random(4), unsealed / "case.db"
    found = 0
    for table, columns in verifier.RECORDS.items():
        for *values, act, _ in chance.sample(asked(unsealed, f'SELECT * FROM "{table}"'), 1):
            text = longest_run(values)
            if path.read_bytes().count(text) != 1:  # an index holds the same bytes
                continue
            at = path.read_bytes().find(text)
            for _ in range(4):
                where, bit = flip(path, chance, at + chance.randrange(len(text)))
                key = columns.split()[0].lstrip("*")
                lines = [
                    line
                    for line in verify(unsealed).problems
                    if line["where"].startswith(f"case.db/{table}/{key}=")
                ]
                assert [f"(act {act})" in line["what"] for line in lines] == [True], (table, where)
                unflip(path, where, bit)
                found += 1
    assert found >= 24
    assert verify(unsealed).problems == []


def longest_run(values):
    """The longest stretch of columns that lie side by side in the file, as bytes."""
    runs = [b""]
    for value in values:
        if isinstance(value, str | bytes):
            runs[-1] += value.encode() if isinstance(value, str) else value
        else:
            runs.append(b"")
    return max(runs, key=len)


def test_each_flipped_bit_of_the_log_is_named_by_its_leaf(unsealed):
    chance, path = random.Random(5), unsealed / "case.db"
    for number, leaf in chance.sample(asked(unsealed, "SELECT number, leaf FROM log"), 6):
        at = path.read_bytes().index(leaf.encode())
        where, bit = flip(path, chance, at + chance.randrange(len(leaf)))
        assert f"case.db/log/leaf {number}" in places(verify(unsealed))
        unflip(path, where, bit)
    assert verify(unsealed).problems == []


def test_a_missing_and_an_added_file_are_named(case):
    (lists,) = (case / "lists").iterdir()
    gone = (lists / "md5.keys").relative_to(case).as_posix()
    (case / gone).unlink()
    (lists / "more").write_bytes(b"zz")
    (case / "case.db-wal").write_bytes(b"zz")
    found = places(verify(case))
    assert gone in found
    assert (lists / "more").relative_to(case).as_posix() in found
    assert "case.db-wal" in found


def test_the_block_that_was_changed_is_named(tmp_path):
    folder = tmp_path / "case"
    opened(folder).close()
    (folder / "large").write_bytes(bytes(3 << 20))
    opened(folder).close()
    unflip(folder / "large", (1 << 20) + 5, 1)
    lines = [line for line in verify(folder).problems if line["where"] == "large"]
    assert "bytes 1048576 to 2097151" in lines[0]["what"]
    with (folder / "large").open("ab") as stream:
        stream.write(b"more")
    assert any("3145732 bytes" in line["what"] for line in verify(folder).problems)


def test_an_unsealed_case_is_checked_record_by_record(unsealed):
    report = verify(unsealed)
    assert (report.problems, report.sealed) == ([], False)
    assert any("not sealed" in note for note in report.notes)
    (lists,) = (unsealed / "lists").iterdir()
    unflip(lists / "md5.keys", 3, 1)
    assert places(verify(unsealed)) == [(lists / "md5.keys").relative_to(unsealed).as_posix()]


def test_a_forged_row_is_named_by_its_act(case):
    ((*values, act, _),) = asked(case, "SELECT * FROM item LIMIT 1")
    values[4] = "text/plain"
    seal = row_digest("item", values)
    change(
        case,
        ("UPDATE item SET media_type = 'text/plain', seal = ? WHERE sha256 = ?", (seal, values[0])),
    )
    assert places(verify(case)) == [f"case.db/item/act {act}"]


def test_a_removed_row_is_counted_in_its_act(case):
    ((sha256, act),) = asked(case, "SELECT sha256, act FROM item LIMIT 1")
    change(case, f"DELETE FROM item WHERE sha256 = '{sha256}'")
    (line,) = verify(case).problems
    assert line["where"] == f"case.db/item/act {act}"
    change(case, f"DELETE FROM item WHERE act = {act}")
    (line,) = verify(case).problems
    assert "are gone" in line["what"]


def test_an_added_row_is_counted_in_its_act_or_named(case):
    row = ("0" * 64, "1" * 40, "2" * 32, 5, "image/png")
    insert = "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?)"
    ((act,),) = asked(case, "SELECT act FROM item LIMIT 1")
    change(case, (insert, (*row, act, row_digest("item", row))))
    (line,) = verify(case).problems
    assert line["where"] == f"case.db/item/act {act}"
    change(case, f"UPDATE item SET act = 999 WHERE sha256 = '{row[0]}'")
    (line,) = verify(case).problems
    assert line["where"] == f"case.db/item/sha256={row[0]}"


def test_a_row_that_an_act_removed_may_not_come_back(case):
    dropped = next(
        drop
        for (leaf,) in asked(case, "SELECT leaf FROM log")
        for drop in json.loads(leaf)["drops"]
    )
    assert dropped[0] == "task"
    row = ("0" * 64, 1, 1, "zz", "zz")
    values = (*row, dropped[1], row_digest("task", row))
    change(case, ("INSERT INTO task VALUES (?, ?, ?, ?, ?, ?, ?)", values))
    (line,) = verify(case).problems
    assert line["where"] == f"case.db/task/sha256={row[0]}"


def rewritten(leaf, **facts):
    return canonical({**json.loads(leaf), **facts})


def test_a_rewritten_leaf_is_the_first_that_is_named(case):
    ((leaf,),) = asked(case, "SELECT leaf FROM log WHERE number = 3")
    change(case, ("UPDATE log SET leaf = ? WHERE number = 3", (rewritten(leaf, actor="other"),)))
    (line,) = verify(case).problems
    assert line["where"] == "case.db/log/leaf 3"
    later = asked(case, "SELECT count(*) FROM log WHERE number > 3")[0][0]
    assert f"{later} later ones" in line["what"]


def test_a_changed_head_is_told_from_a_changed_leaf(case):
    change(case, f"UPDATE head SET root = '{'0' * 64}' WHERE size = 4")
    assert set(places(verify(case))) == {"case.db/log/leaf 4", "case.db/log/head 4"}


def test_a_log_that_was_cut_is_seen(made, case):
    size = verify(made).leaves
    change(case, f"DELETE FROM log WHERE number > {size - 2}")
    found = places(verify(case))
    assert {f"case.db/log/head {size - 1}", f"case.db/log/head {size}"} <= set(found)
    change(case, f"DELETE FROM head WHERE size > {size - 2}")
    found = places(verify(case))  # the rows of the acts that were cut off give it away
    assert any(where.startswith("case.db/task/sha256=") for where in found)


def test_a_leaf_from_the_middle_is_missed(case):
    change(case, "DELETE FROM log WHERE number = 2")
    found = places(verify(case))
    assert {"case.db/log/leaf 3", "case.db/log/head 2"} <= set(found)
    change(case, "DELETE FROM head")
    assert "case.db/log/leaf 1" in places(verify(case))


def test_a_whole_log_cut_clean_is_seen_by_the_head_that_was_noted(made, case):
    noted = verify(made).root
    size = verify(made).leaves
    assert verify(case, noted.upper()).problems == []
    tables = [f'DELETE FROM "{table}" WHERE act = {size}' for table in verifier.RECORDS]
    cuts = [f"DELETE FROM log WHERE number = {size}", f"DELETE FROM head WHERE size = {size}"]
    drops = json.loads(asked(case, f"SELECT leaf FROM log WHERE number = {size}")[0][0])["drops"]
    assert drops
    change(case, *tables, *cuts)
    # What the act removed is not there again, but an earlier state would have it: so it shows.
    assert places(verify(case)) == [f"case.db/task/act {act}" for _, act in drops]
    assert "case.db/log" in places(verify(case, noted))


def forged_log(folder, by, number=3):
    """Rewrite a leaf and sign every head anew, as somebody with another key could."""
    ((case_id,),) = asked(folder, "SELECT value FROM case_info WHERE name = 'id'")
    tree, statements = Tree(), []
    for at, leaf, time in asked(
        folder, "SELECT number, leaf, time FROM log JOIN head ON size=number"
    ):
        text = rewritten(leaf, actor="other") if at == number else leaf
        tree.append(text.encode())
        root = tree.root().hex()
        if at >= number:
            signature = by.sign(head_message(case_id, at, root, time))
            statements.append(("UPDATE log SET leaf = ? WHERE number = ?", (text, at)))
            query = "UPDATE head SET root = ?, key = ?, signature = ? WHERE size = ?"
            statements.append((query, (root, by.public, signature, at)))
    change(folder, *statements)


def test_heads_signed_by_another_key_are_a_note_and_the_noted_head_is_gone(made, case):
    noted = verify(made).root
    forged_log(case, signer(9))
    report = verify(case)
    assert report.problems == []
    assert any(note.startswith("leaf 3:") and signer(9).public in note for note in report.notes)
    assert places(verify(case, noted)) == ["case.db/log"]


def test_heads_that_claim_another_key_are_not_signed_by_it(case):
    forged_log(case, signer(9))
    change(case, f"UPDATE head SET key = '{signer().public}' WHERE size = 5")
    assert places(verify(case)) == ["case.db/log/leaf 5"]
    change(case, "UPDATE head SET time = 'zz' WHERE size = 4")
    assert "case.db/log/leaf 4" in places(verify(case))


def test_a_clock_that_was_set_back_is_a_note(tmp_path, monkeypatch):
    store = opened(tmp_path / "case")
    for time in ("2026-03-01T10:00:00.000+00:00", "2026-03-01T09:00:00.000+00:00"):
        monkeypatch.setattr("fanal.stores.sql._now", lambda time=time: time)
        with store.act("zz", "write"):
            pass
    store.close()
    report = verify(tmp_path / "case")
    assert report.problems == []
    assert any(note.startswith("leaf 2: the clock") for note in report.notes)


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
def test_no_list_record_however_made_ends_the_check_or_leads_outside(case, value):
    change(case, ("UPDATE known_list SET files = ?, folder = '../../..'", (value,)))
    found = places(verify(case))
    assert any(where.startswith("lists") for where in found)
    assert any(where.startswith("case.db/known_list/name=") for where in found)


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
    rows = [("%064d" % n, "", "", 5, "zz", 999, b"") for n in range(verifier.SHOWN + 500)]
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


def run(*arguments, folder=None):
    # -I and -S: no environment, no installed packages, so no `cryptography` either.
    command = [sys.executable, "-I", "-S", str(folder or verifier.__file__), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_file_runs_alone_and_says_what_it_skips(case, tmp_path):
    alone = shutil.copy(verifier.__file__, tmp_path / "verifier.py")
    done = run(case, folder=alone)
    assert (done.returncode, done.stderr) == (0, "")
    assert "signatures SKIPPED" in done.stdout
    root, leaves = verify(case).root, verify(case).leaves
    assert f"head    {leaves} {root}" in done.stdout
    assert done.stdout.endswith("verdict VERIFIED\n")
    change(case, "UPDATE item SET size = 1 WHERE rowid = 1")
    done = run(case, "--json", "--head", root, folder=alone)
    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"], told["signatures"]) == (1, False, "skipped")
    assert told["problems"][0]["where"].startswith("case.db/item/sha256=")
    assert told["head"] == {"size": leaves, "root": root}


def test_wrong_use_has_a_code_of_its_own(case, tmp_path, capsys):
    assert run(tmp_path).returncode == 2
    for arguments in ([str(tmp_path)], [str(case), "--head", "zz"], [], ["--zz"]):
        with pytest.raises(SystemExit) as end:
            main(arguments)
        assert end.value.code == 2
    assert "there is no case" in capsys.readouterr().err
    assert main([str(case)]) == 0
    assert "verdict VERIFIED" in capsys.readouterr().out


def test_it_imports_nothing_of_fanal():
    text = Path(verifier.__file__).read_text()
    assert not re.search(r"^\s*(from|import) fanal", text, re.MULTILINE)
    assert len(text.splitlines()) < 400


def test_the_set_of_rows_is_spelled_as_fanal_spells_it(made):
    ((leaf,),) = asked(made, "SELECT leaf FROM log WHERE leaf LIKE '%\"item\":%' LIMIT 1")
    facts = json.loads(leaf)
    rows = asked(made, f"SELECT * FROM item WHERE act = {facts['number']}")
    digests = [row_digest("item", row[:-2]) for row in rows]
    assert facts["records"]["item"] == {"count": len(rows), "sha256": rows_digest(digests)}
