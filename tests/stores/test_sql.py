import pytest
from sqlalchemy import event

from fanal.custody.verifier import verify
from fanal.errors import CaseError
from fanal.model.item import Item
from fanal.stores.sql import ROWS, SqlStore
from makers.cases import item, opened, place, seen


@pytest.fixture
def store(tmp_path):
    made = opened(tmp_path / "case")
    assert isinstance(made, SqlStore)
    yield made
    made.close()


@pytest.mark.parametrize("count", [ROWS - 1, ROWS, ROWS + 1, 3 * ROWS + 7])
def test_more_records_than_one_statement_carries(store, count):
    with store.act("zz", "write") as act:
        assert act.put([item(n) for n in range(0, count, 2)]) == len(range(0, count, 2))
        assert act.put([item(n) for n in range(count)]) == len(range(1, count, 2))
    (leaf,) = store.history()
    assert leaf.records["item"]["count"] == store.count(Item) == count
    store.close()
    assert verify(store.folder).problems == []


def test_a_failing_end_of_an_act_leaves_nothing_and_the_next_one_works(store):
    def refuse(_connection):
        raise KeyboardInterrupt

    event.listen(store._engine, "commit", refuse)
    with pytest.raises(KeyboardInterrupt), store.act("zz", "lost") as act:
        act.put([item(1)])
    event.remove(store._engine, "commit", refuse)
    assert (store.count(Item), store.head()) == (0, None)
    with store.act("zz", "kept") as act:
        act.put([item(2)])
    store.close()
    report = verify(store.folder)
    assert (report.problems, report.leaves, report.records) == ([], 1, 1)


def test_an_act_inside_an_act_is_refused_and_the_outer_one_is_lost_whole(store):
    @event.listens_for(store._engine, "connect")
    def hurry(connection, _record):
        connection.execute("PRAGMA busy_timeout=10")

    store._engine.dispose()
    with pytest.raises(CaseError, match="locked"), store.act("zz", "outer") as outer:
        nested(store, outer)
    assert list(store.history()) == []
    assert store.count(Item) == 0


def nested(store, outer):
    outer.put([item(1)])
    with store.act("zz", "inner") as inner:
        inner.put([item(2)])


def test_records_of_many_kinds_come_in_one_stream(store):
    with store.act("zz", "write") as act:
        records = (record for n in range(3) for record in (item(n), place(n), seen(n)))
        assert act.put(records) == 9
    (leaf,) = store.history()
    assert {kind: rows["count"] for kind, rows in leaf.records.items()} == {
        "item": 3,
        "place": 3,
        "seen": 3,
    }
