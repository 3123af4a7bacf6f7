"""Cases carried from store to store, row for row."""

import hashlib
import os
import shutil

import pytest

from fanal.custody.verifier import verify
from fanal.errors import CaseError
from fanal.model.failure import Failure
from fanal.model.item import Exhibit, Item
from fanal.model.known import KnownList
from fanal.model.opinion import Device
from fanal.model.review import Task
from fanal.model.site import Dataset
from fanal.stores import STORES, copying, migrations
from fanal.stores.copying import copy_file, settle
from fanal.stores.folder import open_folder
from fanal.stores.interface import Copying, Opening
from makers import postgres
from makers.cases import of_every_kind
from makers.kept import kept
from makers.layout1 import layout1, layout2, layout3, layout4, layout5
from makers.tampering import places

HOMES = ("lists", "devices", "datasets")
HOSTILE = ["\0", "\1\2\0", "\udcff", "zz\n%s'\"", "z" * 5000]


@pytest.fixture(params=STORES.names())
def place(request, tmp_path):
    return kept(request.param, tmp_path / "source")


def written(store, name):
    """Files in a folder of the case, kept with it."""
    folder = store.folder / name
    folder.mkdir(parents=True)
    files = {}
    for file, size in (("a", 0), ("near/b.bin", 10), ("c", (1 << 20) + 7)):
        data = os.urandom(size)
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(data)
        files[file] = hashlib.sha256(data).hexdigest()
    store.keep_files(name, files)
    return files


NAMING = {
    "lists": lambda folder, files: KnownList("zz", "zz", "", "zz", "zz", folder, 1, 1, {}, files),
    "devices": lambda folder, files: Device("zz", "1", "", "", "", 6, 4, (), folder, files),
    "datasets": lambda folder, files: Dataset(
        *("site", "zz", "", "zz", "", {}, folder, files, "zz", "2026-03-01T10:00:00+00:00")
    ),
}
"""Folder of a case → a record that names files below it."""


def filled(place):
    """A case with every kind of record, hostile names, drops, a list and a device with files."""
    store, naming = place.open(), set(copying.HOMES)
    files = {home: written(store, f"{home}/zz-1") for home in HOMES}
    with store.act("zz", "add") as act:
        act.put(NAMING[home]("zz-1", files[home]) for home in HOMES)
    for number in range(3):
        with store.act("zz\0", "write", n=number) as act:
            act.drop(Task)
            act.put(r for r in of_every_kind(number) if type(r) not in naming)
    with store.act("zz", "hostile") as act:
        act.put(Exhibit(text, b"\0\xff") for text in HOSTILE)
        act.put(Failure(t, b"\0", t, b"\xff\0", "zz", t) for t in HOSTILE)
        act.put([Item("zz", "", "", 2**63 - 1, ""), Item("zy", "", "", -(2**63), "")])
    store.close()
    return files


def rows(place):
    store = place.open(writing=False)
    try:
        return {
            name: sorted(map(repr, (r for p in parts for r in p))) for name, parts in store.tables()
        }
    finally:
        store.close()


def copied(source, target, **details):
    given = source.open(writing=False)
    try:
        target.open(copying=Copying(given, details), actor="zz-copier").close()
    finally:
        given.close()


@pytest.mark.parametrize("middle", STORES.names())
def test_a_case_goes_round_without_loss(place, middle, tmp_path):
    files = filled(place)
    assert place.report().problems == []
    before = rows(place)
    there, back = kept(middle, tmp_path / "middle"), kept("folder", tmp_path / "back")
    copied(place, there, **{"from": place.name})
    copied(there, back)
    after = rows(back)
    assert after.keys() == before.keys()
    for name in before.keys() - {"log", "head"}:
        assert after[name] == before[name], name
    for name in ("log", "head"):
        assert len(after[name]) == len(before[name]) + 2
        assert set(before[name]) <= set(after[name])
    for home, file, digest in ((h, f, d) for h in files for f, d in files[h].items()):
        data = (tmp_path / "back" / home / "zz-1" / file).read_bytes()
        assert hashlib.sha256(data).hexdigest() == digest
    store = back.open(writing=False)
    *_, first, second = store.history()
    assert (first.verb, first.actor, second.verb) == ("copy", "zz-copier", "copy")
    assert first.details == {"from": place.name}
    store.close()
    report = verify(tmp_path / "back")
    assert (report.problems, report.sealed, report.leaves) == ([], True, 7)
    assert there.report().problems == []


def test_a_place_that_is_taken_is_refused(place, tmp_path):
    filled(place)
    for name in STORES.names():
        taken = kept(name, tmp_path / f"taken-{name}")
        taken.open().close()
        before = rows(taken)
        with pytest.raises(CaseError, match="already"):
            copied(place, taken)
        assert rows(taken) == before


class CutOffError(Exception):
    """Stops a copy."""


@pytest.mark.parametrize("after", ["exhibit", "task", "lists/zz-1", "devices/zz-1"])
@pytest.mark.parametrize("name", STORES.names())
def test_a_copy_that_is_cut_off_leaves_no_case_and_can_be_run_again(tmp_path, name, after):
    source, target = kept("folder", tmp_path / "source"), kept(name, tmp_path / "target")
    filled(source)

    def tell(what, _count):
        if what.startswith(after):
            raise CutOffError

    given = source.open(writing=False)
    with pytest.raises(CutOffError):
        target.open(copying=Copying(given, {}, tell))
    given.close()
    with pytest.raises(CaseError, match="there is no case"):
        target.open(writing=False)
    copied(source, target)
    assert target.report().problems == []


def test_what_was_changed_in_a_database_is_named_in_the_copy(tmp_path):
    place = kept("postgres", tmp_path / "case")
    filled(place)
    name = place.where.address.rpartition("/")[2].partition("?")[0]
    server = postgres.running()
    server.sql("UPDATE \"fanal_zz-1\".item SET size = 7 WHERE sha256 = 'zz'", name)
    server.sql('DELETE FROM "fanal_zz-1".seen WHERE act = 3', name)
    server.sql("UPDATE \"fanal_zz-1\".list_file SET data = 'zz' WHERE name = 'near/b.bin'", name)
    report = place.report()
    named = places(report)
    assert "case.db/item/sha256=zz" in named
    assert "case.db/seen/act 3" in named
    assert {f"{home}/zz-1/near/b.bin" for home in HOMES} <= set(named)
    reader = place.open(writing=False, home=tmp_path / "other")
    for kind, home in copying.HOMES.items():
        with pytest.raises(CaseError, match="is not the file"):
            reader.files(f"{home}/zz-1", dict(next(reader.find(kind)).files))
    reader.close()


def test_another_machine_fetches_the_files_of_a_list_once(tmp_path):
    place = kept("postgres", tmp_path / "case")
    files = filled(place)["lists"]
    other = type(place)(place.name, place.where, tmp_path / "other")
    store = other.open(writing=False)
    folder = store.files("lists/zz-1", files)
    assert tmp_path / "other" in folder.parents
    assert {str(path.relative_to(folder)) for path in folder.rglob("*")} == {*files, "near"}
    before = (folder / "c").stat().st_ino
    (folder / "a").write_bytes(b"damaged")
    assert store.files("lists/zz-1", files) == folder
    assert (folder / "a").read_bytes() == b""
    assert (folder / "c").stat().st_ino == before
    with pytest.raises(CaseError, match="is no file of a list"):
        store.files("lists/zz-1", {"../zz": "zz"})
    store.close()


@pytest.mark.parametrize("name", STORES.names())
@pytest.mark.parametrize("make", [layout1, layout2, layout3, layout4, layout5])
def test_an_old_case_may_be_copied(tmp_path, name, make):
    source, target = kept("folder", tmp_path / "source"), kept(name, tmp_path / "target")
    make(tmp_path / "source", acts=2)
    before = rows(source)
    copied(source, target)
    store = target.open(writing=False)
    assert store.layout() == migrations.LAYOUT
    assert {leaf.verb for leaf in store.history()} == {"write", "migrate", "copy"}
    store.close()
    after = rows(target)
    assert after.keys() - before.keys() == migrations.missing(
        {layout1: "1", layout2: "2", layout3: "3", layout4: "4"}.get(make, "5")
    )
    for kind in before.keys() - {"log", "head", "case_info"}:
        assert after[kind] == before[kind], kind
    assert target.report().problems == []


def test_a_copy_that_is_made_to_be_checked_has_the_old_layout(tmp_path):
    layout2(tmp_path / "source")
    given = kept("folder", tmp_path / "source").open(writing=False)
    open_folder(tmp_path / "copy", None, Opening(copying=Copying(given))).close()
    given.close()
    report = verify(tmp_path / "copy")
    assert (report.problems, report.leaves) == ([], 3)
    assert rows(kept("folder", tmp_path / "copy")) == rows(kept("folder", tmp_path / "source"))


def test_a_file_is_copied_whole(tmp_path):
    (tmp_path / "a").write_bytes(b"zz" * 3_000_000)
    digest = hashlib.sha256(b"zz" * 3_000_000).hexdigest()
    copy_file(tmp_path, "a", digest, tmp_path / "b")
    settle(tmp_path)
    assert (tmp_path / "b").read_bytes() == b"zz" * 3_000_000
    with pytest.raises(CaseError, match="is not the file"):
        copy_file(tmp_path, "a", "zz", tmp_path / "c")


def link(folder, to):
    if folder.is_dir():
        shutil.rmtree(folder)
    else:
        folder.unlink()
    folder.symlink_to(to)


def name_it(files, outside):
    (files / "zz-1" / "a").unlink()
    return {"name": str(outside / "a")}


def climb(files, outside):
    return {"name": os.path.relpath(outside / "a", files / "zz-1")}


def link_file(files, outside):
    link(files / "zz-1" / "a", outside / "a")


def link_folder(files, outside):
    link(files / "zz-1", outside)


def link_home(files, outside):
    (outside / "zz-1").mkdir()
    (outside / "a").rename(outside / "zz-1" / "a")
    link(files, outside)


def climb_out(files, outside):
    return {"folder": os.path.relpath(outside, files)}


def pipe(files, _outside):
    (files / "zz-1" / "a").unlink()
    os.mkfifo(files / "zz-1" / "a")


def change(files, _outside):
    (files / "zz-1" / "a").write_bytes(b"zz-other")


def lose(files, _outside):
    (files / "zz-1" / "a").unlink()


HOSTILE_FILES = (
    name_it,
    climb,
    climb_out,
    link_file,
    link_folder,
    link_home,
    pipe,
    change,
    lose,
)


@pytest.mark.parametrize(
    ("home", "name"),
    [*(("lists", name) for name in STORES.names()), ("devices", "folder"), ("datasets", "folder")],
)
@pytest.mark.parametrize("how", HOSTILE_FILES, ids=lambda how: how.__name__)
def test_no_file_outside_a_hostile_case_is_copied(tmp_path, name, home, how):
    source, target = kept("folder", tmp_path / "source"), kept(name, tmp_path / "target")
    outside, case = tmp_path / "outside", tmp_path / "source"
    for folder in (outside, case / home / "zz-1"):
        folder.mkdir(parents=True)
        (folder / "a").write_bytes(b"zz-test-0001")
    (case / "case.db").touch()
    told = {"name": "a", "folder": "zz-1", **(how(case / home, outside) or {})}
    files = {told["name"]: hashlib.sha256(b"zz-test-0001").hexdigest()}
    store = source.open()
    with store.act("zz", "add") as act:
        act.put([NAMING[home](told["folder"], files)])
    store._locks.release()  # a case like this is not sealed
    given = source.open(writing=False)
    with pytest.raises(CaseError, match=r"of a list|its record names"):
        target.open(copying=Copying(given))
    given.close()
    with pytest.raises(CaseError, match="there is no case"):
        target.open(writing=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["outside", "source"] or (
        name != "folder"
    )
