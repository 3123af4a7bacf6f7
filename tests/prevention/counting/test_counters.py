"""Counts reach the disk whole or not at all, from any number of processes."""

import errno
import os
import stat
import subprocess
import sys
from datetime import date

import pytest

from fanal.prevention.counting import files
from fanal.prevention.counting.cells import Cell, CountersDead, Row, Version
from fanal.prevention.counting.counters import Counters, read_counts
from makers.counted import Moment

DAY, NEXT = date(2026, 11, 27), date(2026, 11, 28)
SHOWN = Cell(DAY, "DK", "search", "t1", "combined", "shown")
HELP = Cell(DAY, "", "upload", "", "harm", "help")


@pytest.fixture
def moment():
    return Moment()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "counts"


def counted(rows):
    return {(row.country, row.outcome): row.n for row in rows}


def day_files(folder):
    return sorted(path for path in folder.iterdir() if path.name.startswith("counts-"))


def test_counts_are_aggregated_and_found_again_after_a_restart(folder, moment):
    counters = Counters(folder, moment.now)
    counters.add([SHOWN, SHOWN, HELP])
    counters.flush()
    again = Counters(folder, moment.now)
    again.add([SHOWN])
    assert again.table([DAY]) == [
        Row(DAY, "", "upload", "", "harm", "help", 1),
        Row(DAY, "DK", "search", "t1", "combined", "shown", 3),
    ]
    again.flush()
    assert again.table([DAY]) == again.table()
    assert again.table([NEXT]) == []


def test_flushing_again_adds_nothing(folder, moment):
    counters = Counters(folder, moment.now)
    counters.add([SHOWN])
    for _ in range(3):
        counters.flush()
    counters.add([SHOWN])
    counters.flush()
    assert len(day_files(folder)) == 1
    assert counted(read_counts(folder).rows) == {("DK", "shown"): 2}


def test_files_are_for_their_owner_and_the_folder_too(folder, moment):
    counters = Counters(folder, moment.now)
    counters.add([SHOWN])
    counters.flush()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert not list(folder.glob("*.tmp"))


def test_several_writers_share_a_folder(folder, moment):
    writers = [Counters(folder, moment.now) for _ in range(3)]
    for _ in range(2):
        for counters in writers:
            counters.add([SHOWN])
            counters.flush()
    assert counted(writers[0].table()) == {("DK", "shown"): 6}


FORKS = """
import os, sys
from datetime import date
from pathlib import Path
from fanal.prevention.counting.counters import Cell, Counters
cells = [Cell(date(2026, 11, 27), one, "search", "", "", "shown") for one in ("DK", "SE")]
counters = Counters(Path(sys.argv[1]))
counters.add(cells[:1])
child = os.fork()
counters.add(cells[:1] if child else cells[1:])
counters.flush()
child and sys.exit(os.waitpid(child, 0)[1])
"""


def test_a_child_writes_its_own_counts_only(folder):
    subprocess.run([sys.executable, "-c", FORKS, folder], check=True, timeout=60)
    assert counted(read_counts(folder).rows) == {("DK", "shown"): 2, ("SE", "shown"): 1}
    assert len(day_files(folder)) == 2


def test_days_that_are_over_leave_memory_and_stay_on_disk(folder, moment):
    counters = Counters(folder, moment.now)
    counters.add([SHOWN])
    counters.flush()
    moment.pass_(days=5)
    counters.flush()
    assert not counters._days
    counters.add([SHOWN])
    counters.flush()
    assert counted(counters.table([DAY])) == {("DK", "shown"): 2}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_disk_that_fails_is_told_and_nothing_is_lost(folder, moment, monkeypatch, code):
    counters = Counters(folder, moment.now)
    counters.add([SHOWN])

    def failing(_handle):
        raise OSError(code, "zz-test-0001")

    with monkeypatch.context() as patched:
        patched.setattr(files.os, "fsync", failing)
        with pytest.raises(CountersDead) as told:
            counters.flush()
    assert os.strerror(code) in told.value.message
    assert "zz-test" not in told.value.message
    assert told.value.__suppress_context__
    assert not list(folder.glob(".*.tmp"))
    counters.add([SHOWN])
    counters.flush()
    assert counted(read_counts(folder).rows) == {("DK", "shown"): 2}


def test_a_folder_that_went_away_is_a_dead_disk(folder, moment):
    counters = Counters(folder, moment.now)
    counters.add([SHOWN])
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(CountersDead):
        counters.flush()
    folder.with_name("elsewhere").rename(folder)
    counters.flush()
    assert counted(counters.table()) == {("DK", "shown"): 1}


def test_what_is_no_folder_cannot_be_opened(tmp_path, moment):
    (tmp_path / "file").write_bytes(b"")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(CountersDead):
            Counters(place, moment.now)


def test_a_folder_that_may_not_be_written_cannot_be_opened(folder, moment, monkeypatch):
    folder.mkdir()

    def refused(*_told, **_also):
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(files.os, "open", refused)
    with pytest.raises(CountersDead):
        Counters(folder, moment.now)


def damage(path):
    path.write_bytes(path.read_bytes().replace(b'"shown",1]', b'"shown",9]'))


def test_a_damaged_file_is_named_and_set_aside_and_kept(folder, moment):
    counters = Counters(folder, moment.now)
    counters.add([SHOWN])
    counters.flush()
    other = Counters(folder, moment.now)
    (path,) = day_files(folder)
    damage(path)
    told = read_counts(folder)
    assert told.rows == ()
    assert told.damaged == (path.name,)
    with pytest.raises(CountersDead, match=path.name):
        other.table()
    again = Counters(folder, moment.now)
    aside = path.with_name(path.name + ".damaged")
    assert again.table() == []
    assert again.read().damaged == (aside.name,)
    assert again.read([NEXT]).damaged == ()
    assert b'"shown",9]' in aside.read_bytes()


def test_files_of_others_are_left_alone(folder, moment):
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "counts-2026-11-27-.json").write_text("mine")
    counters = Counters(folder, moment.now)
    assert counters.table() == []
    assert {"notes.txt", "counts-2026-11-27-.json"} <= {path.name for path in folder.iterdir()}


def test_versions_of_lists_are_kept_where_they_change(folder, moment):
    counters = Counters(folder, moment.now)
    later = date(2026, 11, 29)
    for day, version in ((DAY, "w1"), (DAY, "w1"), (NEXT, "w1"), (NEXT, "w2"), (later, "w2")):
        counters.saw(day, version)
    counters.saw(later, "no version\n")
    counters.saw(later, "")
    counters.flush()
    told = (Version(DAY, "w1"), Version(NEXT, "w2"))
    assert counters.versions() == told
    assert read_counts(folder).versions == told


def test_cells_have_an_end(folder, moment, monkeypatch):
    monkeypatch.setattr("fanal.prevention.counting.counters.MOST_CELLS", 2)
    counters = Counters(folder, moment.now)
    counters.add(Cell(DAY, one, "search", "", "", "shown") for one in ("DK", "SE", "NO", "NO"))
    assert counted(counters.table()) == {("DK", "shown"): 1, ("SE", "shown"): 1, ("", "shown"): 2}
