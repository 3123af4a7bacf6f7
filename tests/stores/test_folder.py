import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import event

import fanal
from fanal.custody.sign import Signer
from fanal.custody.verifier import verify
from fanal.errors import CaseError
from fanal.model.item import Exhibit, Item, Place
from fanal.model.review import Task
from fanal.stores import folder as folders
from makers import cases
from makers.cases import item, opened, place


def filled(folder, count=3):
    made = opened(folder)
    for number in range(count):
        with made.act("zz", "write") as act:
            act.put([item(number), place(number)])
    made.close()
    return folder


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", ["50%", "what?", "a#b&mode=rwc", "zz %3f é", "zz'\"", "\udcff"])
def test_a_folder_may_be_called_anything(tmp_path, name):
    folder = filled(tmp_path / name)
    assert names(folder) == ["case.db", "lock", "run.lock", "seal.json"]
    reader = opened(folder, writing=False)
    assert reader.count(Item) == 3
    reader.close()
    assert names(tmp_path) == [name]
    assert verify(folder).problems == []


def test_a_relative_folder_works(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    filled(Path("case"))
    opened(Path("case"), writing=False).close()
    assert verify(Path("case")).problems == []


def test_a_folder_that_is_no_case_is_left_alone(tmp_path):
    (tmp_path / "evidence.jpg").write_bytes(b"zz")
    with pytest.raises(CaseError, match="holds files but no case"):
        opened(tmp_path)
    with pytest.raises(CaseError, match="is a file"):
        opened(tmp_path / "evidence.jpg")
    assert names(tmp_path) == ["evidence.jpg"]


def test_a_full_disk_is_not_taken_for_damage(tmp_path, monkeypatch):
    folder = filled(tmp_path / "case")
    (folder / "case.db").write_bytes(b"zz" * 4000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=0))
    for writing in (True, False):
        with pytest.raises(CaseError, match="0 bytes are left on its disk"):
            opened(folder, writing=writing)


def test_a_database_that_is_none_is_said_so_and_keeps_its_seal(tmp_path):
    folder = filled(tmp_path / "case")
    seal = (folder / "seal.json").read_bytes()
    (folder / "case.db").write_bytes(b"zz" * 4000)
    for writing in (True, False, True):  # the lock is let go each time
        with pytest.raises(CaseError, match="cannot be read as a case"):
            opened(folder, writing=writing)
    assert (folder / "seal.json").read_bytes() == seal


def test_a_case_of_another_layout_is_said_so(tmp_path):
    folder = tmp_path / "case"
    made = opened(folder)
    with made._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE case_info SET value = '99' WHERE name = 'layout'")
    made.close()
    for writing in (True, False, True):
        with pytest.raises(CaseError, match="layout '99'"):
            opened(folder, writing=writing)


def test_a_case_cut_off_while_it_was_made_is_made_whole(tmp_path):
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "case.db").touch()
    filled(folder)
    assert verify(folder).problems == []


def test_the_seal_is_gone_while_somebody_writes(tmp_path):
    folder = filled(tmp_path / "case")
    made = opened(folder)
    assert "seal.json" not in names(folder)
    made.close()
    assert names(folder) == ["case.db", "lock", "run.lock", "seal.json"]


def test_a_reader_leaves_nothing_beside_a_sealed_case(tmp_path):
    folder = tmp_path / "case"
    made = opened(folder)
    with made.act("zz", "write") as act:
        act.put([item(1)])
    reads = [made.find(Item) for _ in range(3)]  # each takes a connection of its own
    assert [next(read) for read in reads] == [item(1)] * 3
    for read in reads:
        read.close()
    made.close()
    before = [(path.name, path.stat().st_mtime_ns) for path in sorted(folder.iterdir())]
    reader = opened(folder, writing=False)
    assert reader.count(Item) == 1
    assert before == [(path.name, path.stat().st_mtime_ns) for path in sorted(folder.iterdir())]
    reader.close()
    assert before == [(path.name, path.stat().st_mtime_ns) for path in sorted(folder.iterdir())]


def test_a_reader_that_stays_does_not_spoil_the_seal(tmp_path):
    folder = filled(tmp_path / "case")
    made = opened(folder)
    reader = opened(folder, writing=False)
    reading = reader._engine.connect()
    reading.exec_driver_sql("SELECT count(*) FROM item").fetchall()
    with made.act("zz", "write") as act:
        act.put([item(9)])
    reading.rollback()
    made.close()
    assert verify(folder).problems == []
    reading.close()
    reader.close()
    assert verify(folder).problems == []


def test_damage_met_while_reading_is_a_sentence(tmp_path):
    folder = filled(tmp_path / "case", count=1200)
    size = (folder / "case.db").stat().st_size
    with (folder / "case.db").open("r+b") as stream:
        stream.seek(size // 3)
        stream.write(b"\xff" * (size // 2))
    reader = opened(folder, writing=False)
    with pytest.raises(CaseError, match="cannot be read"):
        read_all(reader)
    reader.close()


def read_all(store):
    for kind in (Item, Place, Task):
        list(store.find(kind))
    list(store.history())


def test_a_full_database_gives_a_sentence_and_an_intact_case(tmp_path):
    folder = filled(tmp_path / "case")
    made = opened(folder)
    pages = (folder / "case.db").stat().st_size // 4096 + 20

    @event.listens_for(made._engine, "connect")
    def limit(connection, _record):
        connection.execute(f"PRAGMA max_page_count={pages}")

    made._engine.dispose()
    with pytest.raises(CaseError, match="could not be written: database or disk is full"):
        fill(made)
    assert made.count(Item) % 10 == 3
    made.close()
    report = verify(folder)
    assert (report.problems, report.sealed) == ([], True)


def fill(store):
    for number in range(10_000):
        with store.act("zz", "fill") as act:
            for n in range(10):
                act.put([item(number * 10 + n + 100)])


@contextmanager
def small_disk(folder):
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("mounting a small disk is not permitted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_gives_a_sentence_and_an_intact_case(tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        folder = filled(disk / "case")
        made = opened(folder)
        with pytest.raises(CaseError, match="could not be written"):
            fill(made)
        (disk / "ballast").write_bytes(b"")
        try:
            made.close()
        except CaseError as error:
            assert "make room on its disk" in error.advice  # noqa: PT017 (it may also succeed)
        report = verify(folder)
        assert report.problems == []
        assert report.leaves > 3
        assert report.records == 3 + 3 + 10 * (report.leaves - 3)


def test_a_writer_killed_at_any_moment_leaves_whole_acts(tmp_path):
    folder, chance, before = tmp_path / "case", random.Random(7), 0
    source = str(Path(fanal.__file__).parents[1])
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{source}:{Path(cases.__file__).parents[1]}",
    }
    for _ in range(4):
        writer = subprocess.Popen(
            [sys.executable, cases.__file__, str(folder)], stdout=subprocess.PIPE, env=environment
        )
        with writer:
            assert writer.stdout.read(1) == b"."
            time.sleep(chance.random() / 5)
            writer.send_signal(signal.SIGKILL)
        report = verify(folder)
        assert (report.problems, report.sealed) == ([], False)
        assert report.leaves > before
        # Seven items and seven places an act, and the tasks of the last act only.
        assert report.records == 14 * report.leaves + 7
        before = report.leaves
    made = opened(folder)
    assert made.count(Item) == made.count(Place) == 7 * before
    with made.act("zz", "go on"):
        pass
    made.close()
    report = verify(folder)
    assert (report.problems, report.sealed, report.leaves) == ([], True, before + 1)


def test_tables_and_their_indexes_are_made_whole_or_not_at_all(tmp_path, monkeypatch):
    def stopped(*_given, **_told):
        raise KeyboardInterrupt

    signer = Signer.from_file(tmp_path / "key")
    with monkeypatch.context() as patch:
        patch.setattr("fanal.stores.migrations.name", stopped)
        with pytest.raises(KeyboardInterrupt):
            folders.open_folder(tmp_path / "case", signer)
    with closing(sqlite3.connect(tmp_path / "case" / "case.db")) as database:
        assert database.execute("SELECT name FROM sqlite_schema").fetchall() == []
    folders.open_folder(tmp_path / "case", signer).close()


def test_an_index_that_is_missing_is_made(tmp_path):
    signer = Signer.from_file(tmp_path / "key")
    folders.open_folder(tmp_path / "case", signer).close()
    with closing(sqlite3.connect(tmp_path / "case" / "case.db")) as database:
        database.execute("DROP INDEX exhibit_key")
        database.commit()
    store = folders.open_folder(tmp_path / "case", signer)
    for _ in range(2):
        with store.act("zz", "zz") as act:
            act.put([Exhibit("zz", b"/zz")])
    assert store.count(Exhibit) == 1
    store.close()
