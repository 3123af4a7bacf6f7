import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from fanal.custody.verifier import verify
from fanal.errors import CaseError
from fanal.model.item import Item
from fanal.stores import migrations
from fanal.stores.rows import KINDS
from makers.cases import item, of_every_kind, opened
from makers.layout1 import layout1
from makers.program import environment
from makers.tampering import change


@pytest.fixture
def old(tmp_path):
    return layout1(tmp_path / "old")


def schema(folder):
    with closing(sqlite3.connect(folder / "case.db")) as database:
        query = "SELECT type, name, tbl_name FROM sqlite_schema ORDER BY name"
        return database.execute(query).fetchall()


def rows(folder):
    with closing(sqlite3.connect(folder / "case.db")) as database:
        return {kind: database.execute(f"SELECT * FROM {kind}").fetchall() for kind in TABLES}  # noqa: S608


def columns(folder):
    with closing(sqlite3.connect(folder / "case.db")) as database:
        tables = [row[1] for row in schema(folder) if row[0] == "table"]
        return {
            name: database.execute("SELECT * FROM pragma_table_xinfo(?)", (name,)).fetchall()
            for name in tables
        }


def test_an_old_case_verifies_and_is_read_as_it_is(old):
    before = (old / "case.db").read_bytes()
    assert verify(old).problems == []
    reader = opened(old, writing=False)
    assert (reader.layout(), len(list(reader.history()))) == ("1", 3)
    for kind in KINDS:
        wanted = [r for n in (1, 2, 3) for r in of_every_kind(n) if type(r) is kind]
        found = list(reader.find(kind))
        assert len(found) == len(wanted)
        assert all(record in wanted for record in found)
    reader.close()
    assert (old / "case.db").read_bytes() == before


def test_opening_it_for_writing_is_an_act_that_changes_no_record(old, tmp_path):
    before = rows(old)
    store = opened(old)
    assert store.layout() == migrations.LAYOUT
    leaf = list(store.history())[-1]
    assert (leaf.number, leaf.verb, leaf.records) == (4, "migrate", {})
    assert leaf.details == {"from": "1", "to": migrations.LAYOUT}
    with store.act("zz", "go on") as act:
        assert act.put([item(77), item(1)]) == 1
    store.close()
    report = verify(old)
    assert (report.problems, report.sealed, report.leaves) == ([], True, 5)
    after = rows(old)
    assert all(after[kind][: len(before[kind])] == before[kind] for kind in TABLES)
    opened(old).close()
    assert verify(old).leaves == 5  # once and for all
    opened(tmp_path / "new").close()
    assert schema(old) == schema(tmp_path / "new")
    assert columns(old) == columns(tmp_path / "new")


TABLES = ("item", "place", "finding", "known_list", "match", "task")


def test_a_newer_layout_is_refused_and_keeps_its_seal(tmp_path):
    folder = tmp_path / "case"
    opened(folder).close()
    change(folder, "UPDATE case_info SET value = '3' WHERE name = 'layout'")
    before = (folder / "case.db").read_bytes()
    for writing in (True, False):
        with pytest.raises(CaseError, match="layout '3'") as told:
            opened(folder, writing=writing)
        assert "newer fanal" in told.value.advice
    assert (folder / "case.db").read_bytes() == before


def test_a_step_that_fails_leaves_the_old_layout_whole(old, monkeypatch):
    before = schema(old)
    good = migrations.STEPS[0].sqlite
    bad = migrations.Step("2", "zz", (*good, "CREATE INDEX zz ON no_such_table (zz)"))
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", (bad,))
        with pytest.raises(CaseError, match="no such table"):
            opened(old)
    assert schema(old) == before
    assert (verify(old).problems, verify(old).leaves) == ([], 3)
    opened(old).close()
    assert (verify(old).problems, verify(old).leaves) == ([], 4)


KILLED = """
import os, signal, sys
from fanal.stores.sql import SqlStore
from makers.cases import opened
from pathlib import Path
place = {place!r}
real = getattr(SqlStore, place)
def die(self, *given, **told):
    if {after}: real(self, *given, **told)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(SqlStore, place, die)
opened(Path(sys.argv[1]))
"""


@pytest.mark.parametrize(("place", "after"), [("_finish", 0), ("sign", 0), ("sign", 1)])
def test_a_program_killed_in_the_middle_leaves_the_old_layout(old, tmp_path, place, after):
    folder = tmp_path / "copy"
    shutil.copytree(old, folder)
    code = KILLED.format(place=place, after=after)
    done = subprocess.run([sys.executable, "-c", code, folder], env=environment(), check=False)
    assert done.returncode == -signal.SIGKILL
    reader = opened(folder, writing=False)
    assert (reader.layout(), reader.count(Item)) == ("1", 3)
    reader.close()
    assert verify(folder).problems == []
    opened(folder).close()
    assert (verify(folder).problems, verify(folder).leaves) == ([], 4)


def test_layouts_are_in_order_and_the_last_one_is_todays():
    assert list(migrations.LAYOUTS) == [str(n + 1) for n in range(len(migrations.LAYOUTS))]
    assert migrations.due({"layout": migrations.LAYOUT}) == ()
    assert [step.to for step in migrations.due({"layout": "1"})] == list(migrations.LAYOUTS[1:])
