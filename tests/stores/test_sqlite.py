"""What is spelled for one case serves all, and each answers for itself."""

import sqlite3
import threading
from contextlib import closing

import pytest

from fanal.model.item import Item
from fanal.stores import sqlite
from fanal.stores.sqlite import Sqlite, engine_of
from makers.cases import item, opened


@pytest.fixture
def stores(tmp_path):
    made = [opened(tmp_path / name) for name in ("one", "two")]
    for number, store in enumerate(made):
        with store.act("zz", "write") as act:
            act.put([item(number)])
    yield made
    for store in made:
        store.close()


def test_each_case_answers_for_itself(stores):
    assert [list(store.find(Item)) for store in stores] == [[item(0)], [item(1)]]
    found = [list(store.columns(Item, "sha256", order=("sha256",))) for store in stores]
    assert found == [[(item(0).sha256,)], [(item(1).sha256,)]]


def test_what_one_asked_is_spelled_for_the_others(stores):
    one, two = stores
    assert one.count(Item, size=7) == 0
    spelled = len(sqlite._SPELLED)
    assert two.count(Item, size=7) == 0
    assert len(sqlite._SPELLED) == spelled


def test_statements_of_other_programs_are_kept_apart(tmp_path):
    engine = engine_of(str(tmp_path / "zz.db"))
    assert engine.dialect == Sqlite()
    assert engine.dialect != "sqlite"
    assert engine.dialect.name == "sqlite"
    engine.dispose()


def test_the_log_is_turned_on_once_a_file_is_free(tmp_path):
    path = tmp_path / "case.db"
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("CREATE TABLE zz (one)")
    holder.execute("BEGIN EXCLUSIVE")
    with closing(sqlite3.connect(path, timeout=0)) as waiting:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            sqlite.write_ahead(waiting.cursor(), 0)
        freed = threading.Timer(0.2, holder.execute, ("COMMIT",))
        freed.start()
        sqlite.write_ahead(waiting.cursor())
        freed.join()
        assert waiting.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    holder.close()


def test_what_is_no_database_is_not_waited_for(tmp_path):
    path = tmp_path / "case.db"
    path.write_bytes(b"zz" * 2_000)
    with closing(sqlite3.connect(path)) as one, pytest.raises(sqlite3.DatabaseError, match="not a"):
        sqlite.write_ahead(one.cursor())
