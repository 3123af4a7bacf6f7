"""Files of a site through the pipeline: databases from a worker, samples for a proposal."""

import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from fanal.errors import UsageError
from fanal.model.site import RowRefused, Rows
from fanal.pipeline import site_look, site_reading
from fanal.pipeline.progress import Silent
from fanal.pipeline.site_look import look, look_all
from fanal.pipeline.site_reading import SiteFile
from fanal.settings import Settings
from fanal.sources.server.sqlite import BATCH, Part
from makers.site_files import KINDS, ROWS, csv_text, sqlite_file


def database(path: Path, count: int) -> Path:
    path.write_bytes(sqlite_file("zz", ["id"], [[str(at)] for at in range(count)]))
    return path


@pytest.mark.parametrize("engine", ["inline", "pool"])
def test_a_database_is_read_lot_by_lot_whatever_the_engine(tmp_path, settings, engine):
    path = database(tmp_path / "zz.db", BATCH + 7)
    file = SiteFile("sqlite", path, {})
    told = settings.changed({"engine": engine, "workers": 1})
    found = list(file.rows(told))
    assert [len(each.rows) for each in found] == [BATCH, 7]
    assert [row[0] for each in found for row in each.rows] == [str(at) for at in range(BATCH + 7)]
    assert (file.name, file.version) == ("sqlite", "1")


def test_a_database_that_kills_its_reader_is_refused(tmp_path, settings, monkeypatch):
    path = database(tmp_path / "zz.db", 3)

    class Dead:
        def run(self, _work, batches, _seconds):
            yield batches[0], (site_reading.Died(out_of_time=True),)

        def close(self):
            pass

    monkeypatch.setattr(site_reading.ENGINES, "get", lambda _name: lambda _told: Dead())
    found = list(SiteFile("sqlite", path, {}).rows(settings))
    assert [(each.reason, each.size) for each in found] == [
        ("the database takes too long", path.stat().st_size)
    ]


def test_notes_of_a_database_come_through_the_worker(tmp_path, settings):
    path = database(tmp_path / "zz.db", 1)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE VIEW vv AS SELECT * FROM zz")
    file = SiteFile("sqlite", path, {})
    assert sum(len(each.rows) for each in file.rows(settings)) == 1
    assert "vv" in file.notes[0]
    assert isinstance(site_reading._ReadLot()(site_reading._Lot(path, site_reading.Cursor())), Part)


def test_text_is_read_here_and_its_notes_are_kept(tmp_path, settings):
    (tmp_path / "zz.csv").write_text(csv_text("zz", ["a", "b"], [["1", "2"], ["3"]]))
    file = SiteFile("csv", tmp_path / "zz.csv", {"table": "yy"})
    rows, refused = [], []
    for each in file.rows(settings):
        (rows if isinstance(each, Rows) else refused).append(each)
    assert rows[0].table == "yy"
    assert isinstance(refused[0], RowRefused)
    assert "separated by ," in file.notes[0]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_of_file_can_be_looked_at(kind, tmp_path, settings):
    path = tmp_path / kind.file
    path.write_bytes(kind.data(rows=kind.rows()))
    looked = look(path, "zz", settings, Silent())
    assert looked.reader == kind.reader
    (sample,) = looked.tables
    assert sample.rows == len(kind.rows())
    assert list(zip(*sample.values, strict=True)) == [tuple(row) for row in kind.rows(ROWS)]


def test_samples_are_spread_over_the_whole_table_and_bounded(tmp_path, settings, monkeypatch):
    monkeypatch.setattr(site_look, "SAMPLE", 50)
    rows = [[str(at), "x" * 5000] for at in range(20_000)]
    (tmp_path / "zz.csv").write_text(csv_text("zz", ["id", "text"], rows))
    looked = look(tmp_path / "zz.csv", "zz", settings, Silent())
    ids = [int(each) for each in looked.tables[0].values[0]]
    assert looked.tables[0].rows == 20_000
    assert 25 <= len(ids) <= 50
    assert len({after - before for before, after in pairwise(ids)}) == 1
    assert ids[0] == 0
    assert ids[-1] > 19_000
    assert max(map(len, looked.tables[0].values[1])) == site_look.LONGEST


def test_files_below_the_folder_are_named_from_there(tmp_path, settings):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "zz.csv").write_text("a,b\n1,2\n")
    found = look_all([tmp_path / "inner" / "zz.csv"], tmp_path, settings, Silent())
    assert found[0].file == "inner/zz.csv"
    found = look_all([tmp_path / "inner" / "zz.csv"], tmp_path / "other", settings, Silent())
    assert found[0].file == str(tmp_path / "inner" / "zz.csv")


def test_what_nobody_reads_is_wrong_use(tmp_path):
    (tmp_path / "zz.bin").write_bytes(b"\0\1\2")
    with pytest.raises(UsageError, match="no reader"):
        look(tmp_path / "zz.bin", "zz", Settings(), Silent())
