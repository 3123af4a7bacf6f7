import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from fanal.custody.verifier import verify
from fanal.errors import CaseError
from fanal.model.decision import Decision
from fanal.model.desk import AuditRecord, Choice, Claim, Person, Remark, SecondOpinion
from fanal.model.finding import Mosaic
from fanal.model.item import Item
from fanal.model.lead import Assessment
from fanal.model.opinion import Device, Opinion, TrustList
from fanal.model.package import Package, Recipient
from fanal.model.review import Drawn, Moved, Priorities
from fanal.model.series import Cut, Link, Member, Regroup, Series, Tie
from fanal.model.site import Dataset
from fanal.stores import migrations
from fanal.stores.rows import KINDS, shapes
from makers import layout1
from makers.cases import item, of_every_kind, opened
from makers.program import environment
from makers.tampering import change, places


@pytest.fixture
def old(tmp_path):
    return layout1.layout1(tmp_path / "old")


LATER = {Link, Tie, Series, Member, Cut, Regroup, Decision, Moved, Drawn, Priorities}
"""What layout 4 brought."""
DESK = {Mosaic, Person, AuditRecord, Claim, Remark, SecondOpinion, Choice}
"""What layout 5 brought."""
LEADS = {Dataset, Assessment, Recipient, Package}
"""What layout 6 brought."""
EACH = pytest.mark.parametrize(
    ("make", "layout"),
    [
        *((layout1.layout1, "1"), (layout1.layout2, "2")),
        *((layout1.layout3, "3"), (layout1.layout4, "4")),
        (layout1.layout5, "5"),
    ],
    ids=["1", "2", "3", "4", "5"],
)


def kinds_of(layout):
    """Return the kinds of record that the frozen case of a layout holds."""
    return (
        *layout1.KINDS,
        *(layout1.OF_4 if layout >= "4" else ()),
        *(layout1.OF_5 if layout >= "5" else ()),
    )


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


@EACH
def test_an_old_case_verifies_and_is_read_as_it_is(tmp_path, make, layout):
    old = make(tmp_path / "old")
    before = (old / "case.db").read_bytes()
    report = verify(old)
    assert (report.problems, report.records) == ([], 3 * len(kinds_of(layout)))
    reader = opened(old, writing=False)
    assert (reader.layout(), len(list(reader.history()))) == (layout, 3)
    for kind in kinds_of(layout):
        wanted = [r for n in (1, 2, 3) for r in of_every_kind(n) if type(r) is kind]
        found = list(reader.find(kind))
        assert len(found) == len(wanted) == 3
        assert all(record in wanted for record in found)
    assert [name for name, _ in reader.tables()].count("task") == 1
    reader.close()
    assert (old / "case.db").read_bytes() == before


@EACH
def test_of_a_kind_that_came_later_an_old_case_has_none(tmp_path, make, layout):
    reader = opened(make(tmp_path / "old"), writing=False)
    later = set(KINDS) - set(layout1.KINDS)
    assert later == {*LATER, *DESK, *LEADS, Opinion, TrustList, Device}
    later = {kind for kind in later if shapes()[1][kind].table.name in migrations.missing(layout)}
    for kind in later:
        key = kind.KEY[0]
        assert list(reader.find(kind, order=kind.KEY, among={key: ["zz-1"]})) == []
        assert list(reader.since(kind, 0)) == []
        assert reader.count(kind) == reader.last_act(kind) == 0
        assert list(reader.tally(kind, key)) == []
    assert reader.last_act(Item, *later) == 3
    assert {name for name, _ in reader.tables()}.isdisjoint(migrations.missing(layout))
    reader.close()


def test_a_reader_finds_what_came_while_it_looked(old):
    reader = opened(old, writing=False)
    assert reader.count(Opinion) == 0
    (opinion,) = (r for r in of_every_kind(1) if type(r) is Opinion)
    store = opened(old)
    with store.act("zz", "write") as act:
        act.put([opinion])
    assert list(reader.find(Opinion)) == [opinion]
    reader.close()
    store.close()


def test_a_layout_set_back_hides_no_record(tmp_path):
    folder = tmp_path / "case"
    store = opened(folder)
    with store.act("zz", "write") as act:
        act.put(of_every_kind(1))
    store.close()
    later = sorted(migrations.missing("2"))
    change(folder, "UPDATE case_info SET value = '2' WHERE name = 'layout'")
    assert places(verify(folder)) == [f"case.db/{table}" for table in later]
    change(folder, *(f"DROP TABLE {table}" for table in later))
    report = verify(folder)
    assert sorted(places(report)) == [f"case.db/{table}" for table in later]
    assert {line["what"] for line in report.problems} == {"acts wrote to it, but it cannot be read"}


def test_a_table_that_the_layout_demands_may_not_be_missing(tmp_path):
    folder = tmp_path / "case"
    opened(folder).close()
    change(folder, "DROP TABLE device")
    assert places(verify(folder)) == ["case.db/device"]


@EACH
def test_opening_it_for_writing_is_an_act_that_changes_no_record(tmp_path, make, layout):
    old = make(tmp_path / "old")
    before = rows(old)
    store = opened(old)
    assert store.layout() == migrations.LAYOUT
    leaf = list(store.history())[-1]
    assert (leaf.number, leaf.verb, leaf.records) == (4, "migrate", {})
    assert leaf.details == {"from": layout, "to": migrations.LAYOUT}
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
KEPT = ("link", "tie", "series", "member", "cut", "regroup", "decision", "moved", "drawn")


def test_what_people_said_in_a_case_of_layout_4_stays_as_they_said_it(tmp_path):
    old = layout1.layout4(tmp_path / "old")
    with closing(sqlite3.connect(old / "case.db")) as database:
        before = {kind: database.execute(f"SELECT * FROM {kind}").fetchall() for kind in KEPT}  # noqa: S608
    opened(old).close()
    with closing(sqlite3.connect(old / "case.db")) as database:
        after = {kind: database.execute(f"SELECT * FROM {kind}").fetchall() for kind in KEPT}  # noqa: S608
    assert before == after
    assert all(len(found) == 3 for found in before.values())
    assert verify(old).problems == []


def test_a_newer_layout_is_refused_and_keeps_its_seal(tmp_path):
    folder = tmp_path / "case"
    opened(folder).close()
    newer = str(int(migrations.LAYOUT) + 1)
    change(folder, f"UPDATE case_info SET value = '{newer}' WHERE name = 'layout'")  # noqa: S608 (a number)
    before = (folder / "case.db").read_bytes()
    for writing in (True, False):
        with pytest.raises(CaseError, match=f"layout '{newer}'") as told:
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
