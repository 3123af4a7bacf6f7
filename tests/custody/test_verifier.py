# ruff: noqa: S608 (statements made of our own names)
import errno
import json
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fanal.custody import verifier
from fanal.custody.merkle import Tree
from fanal.custody.spelling import canonical, head_message, row_digest, rows_digest
from fanal.custody.verifier import main, verify
from makers.cases import opened, signer
from makers.tampering import asked, change, files_of, flip, places, unflip


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


EACH_HOME = pytest.mark.parametrize(
    ("home", "file"), [("lists", "md5.keys"), ("devices", "reference.bin")]
)


@EACH_HOME
def test_a_missing_and_an_added_file_are_named(case, home, file):
    (folder,) = (case / home).iterdir()
    gone = (folder / file).relative_to(case).as_posix()
    (case / gone).unlink()
    (folder / "more").write_bytes(b"zz")
    (case / "case.db-wal").write_bytes(b"zz")
    found = places(verify(case))
    assert found.count(gone) == 2  # by the seal and by its record
    assert (folder / "more").relative_to(case).as_posix() in found
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


@EACH_HOME
def test_an_unsealed_case_is_checked_record_by_record(unsealed, home, file):
    report = verify(unsealed)
    assert (report.problems, report.sealed) == ([], False)
    assert any("not sealed" in note for note in report.notes)
    (folder,) = (unsealed / home).iterdir()
    unflip(folder / file, 3, 1)
    assert places(verify(unsealed)) == [(folder / file).relative_to(unsealed).as_posix()]


def test_a_file_that_cannot_be_read_hides_no_other(unsealed, monkeypatch):
    folder = unsealed / "devices" / "zz"
    unflip(folder / "reference.bin", 3, 1)
    digest = verifier.hashlib.file_digest

    def failing(stream, kind):
        if stream.name == str(folder / "near" / "b"):
            raise OSError(errno.EIO, "zz-test-0001")
        return digest(stream, kind)

    monkeypatch.setattr(verifier.hashlib, "file_digest", failing)
    assert places(verify(unsealed)) == ["devices/zz/near/b", "devices/zz/reference.bin"]


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
        monkeypatch.setattr("fanal.stores.acts.now", lambda time=time: time)
        with store.act("zz", "write"):
            pass
    store.close()
    report = verify(tmp_path / "case")
    assert report.problems == []
    assert any(note.startswith("leaf 2: the clock") for note in report.notes)


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
