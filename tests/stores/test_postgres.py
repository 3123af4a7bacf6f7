"""What only a server can do to a case: go away, come back, refuse, and keep text its own way."""

import gc
import os
import signal
import threading
import time

import pytest
import sqlalchemy
from sqlalchemy.exc import OperationalError

from fanal.errors import CaseError, UsageError
from fanal.model.failure import Failure
from fanal.model.item import Exhibit, Item
from fanal.stores import migrations
from fanal.stores import server as servers
from fanal.stores.interface import Opening, Server
from fanal.stores.postgres import open_postgres
from fanal.stores.rows import spelled, unspelled
from makers import postgres
from makers.cases import item, of_every_kind, signer
from makers.kept import Kept, kept
from makers.layout1 import KINDS as KINDS_OF_OLD


@pytest.fixture(scope="module")
def server():
    return postgres.running()


@pytest.fixture
def place(tmp_path, server):
    return kept("postgres", tmp_path / "case")


@pytest.fixture
def store(place):
    made = place.open()
    yield made
    made.close()


def database_of(place):
    return place.where.address.rpartition("/")[2].partition("?")[0]


def backends(server, place):
    """The processes of the server that work for a case."""
    query = "SELECT pid FROM pg_stat_activity WHERE datname = %(name)s AND pid <> pg_backend_pid()"
    return [pid for (pid,) in server.sql(query, name=database_of(place))]


def restart(server):
    server.restart()


def power_loss(server):
    server.restart("immediate")


def put_all(store, before):
    with store.act("zz", "write") as act:
        act.put([item(0)])
        act.put([item(1), item(2)])
        before()
        act.put([item(3)])
    return [leaf.number for leaf in store.history()]


@pytest.mark.parametrize("how", [restart, power_loss], ids=lambda how: how.__name__)
def test_a_server_that_restarts_in_the_middle_of_an_act_costs_nothing(
    server, place, store, how, capsys
):
    with store.act("zz", "first") as act:
        act.put([item(9)])
    assert put_all(store, lambda: how(server)) == [1, 2]
    assert store.count(Item) == 5
    how(server)
    with store.act("zz", "between"):
        pass
    assert store.is_run_on()
    how(server)
    assert store.count(Item) == 5
    assert "the database went away" in capsys.readouterr().err
    store.close()
    assert (place.report().problems, place.report().leaves) == ([], 3)


@pytest.mark.parametrize("how", ["terminate", "kill"])
def test_a_backend_that_dies_in_the_middle_of_an_act_costs_nothing(server, place, store, how):
    def end():
        for pid in backends(server, place):
            if how == "terminate":
                server.sql("SELECT pg_terminate_backend(%(pid)s)", pid=pid)
            else:
                os.kill(pid, signal.SIGKILL)
                break  # the server ends all others and begins anew

    assert put_all(store, end) == [1]
    assert store.count(Item) == 4
    store.close()
    assert (place.report().problems, place.report().leaves) == ([], 1)


def test_an_act_whose_answer_was_lost_is_not_written_twice(store, place):
    with store.act("zz", "write") as act:
        act.put([item(1)])
        connection, lost = act.connection, []
        real = connection.commit

        def commit():
            real()
            lost.append(1)
            raise OperationalError("COMMIT", {}, Exception("zz"), connection_invalidated=True)

        connection.commit = commit
    assert lost == [1]
    assert [leaf.verb for leaf in store.history()] == ["write"]
    with store.act("zz", "next") as act:
        assert act.number == 2
    store.close()
    assert (place.report().problems, place.report().leaves) == ([], 2)


def test_an_act_that_was_not_committed_is_written_once_after_others(store, place):
    other = place.open(run=False, seed=2)
    with store.act("zz", "write") as act:
        act.put([item(1), item(2)])
        connection, lost = act.connection, []

        def commit():
            lost.append(1)
            connection.invalidate()
            with other.act("zz", "between") as inner:
                inner.put([item(2)])
            raise OperationalError("COMMIT", {}, Exception("zz"), connection_invalidated=True)

        connection.commit = commit
    other.close()
    leaves = [(leaf.number, leaf.verb, leaf.records) for leaf in store.history()]
    assert [(number, verb) for number, verb, _ in leaves] == [(1, "between"), (2, "write")]
    assert leaves[1][2]["item"]["count"] == 1
    store.close()
    assert place.report().problems == []


def test_a_server_that_stays_away_ends_the_act_with_a_sentence(server, store, monkeypatch):
    monkeypatch.setattr(servers, "RESTART", 0.5)
    try:
        with pytest.raises(CaseError, match="did not come back") as told:
            put_all(store, server.stop)
        assert "goes on where it was" in told.value.advice
        with pytest.raises(CaseError, match="did not come back"):
            store.count(Item)
    finally:
        server.start()
    assert (store.count(Item), store.head()) == (0, None)
    with store.act("zz", "again") as act:
        assert act.put([item(1)]) == 1


def test_what_was_half_read_ends_with_a_sentence(server, store):
    with store.act("zz", "write") as act:
        act.put(item(n) for n in range(3000))
    found = store.find(Item, order=("sha256",))
    next(found)
    server.restart()
    with pytest.raises(CaseError, match="cannot be read"):
        list(found)
    assert len(list(store.find(Item))) == 3000


def test_whoever_lost_the_run_to_another_is_told(server, place, store):
    with store.act("zz", "write"):
        pass
    server.stop()
    server.start()
    other = place.open(seed=2)  # quicker than the first to come back
    with pytest.raises(CaseError, match="another run is writing"), store.act("zz", "write"):
        pass
    other.close()
    with store.act("zz", "write"):
        pass


def test_a_restart_is_waited_for(server, store):
    server.stop()
    thread = threading.Timer(2.0, server.start)
    thread.start()
    start = time.monotonic()
    with store.act("zz", "write") as act:
        act.put([item(1)])
    assert time.monotonic() - start > 1
    thread.join()


HOSTILE = [
    "",
    "\0",
    "\1",
    "\0\1\1\0\2\1\2",
    "a\0b",
    "\udcff\0",
    "zz'\"\\%s$1",
    "\U0010ffff",
    "é",
    "z" * 9000,
    "".join(chr(33 + n * 7919 % 5000) for n in range(9000)),
]


def test_hostile_text_is_kept_and_has_the_same_digests_in_every_store(tmp_path, server):
    records = [Exhibit(text, os.fsencode(text.replace("\0", "")) + b"\0") for text in HOSTILE]
    records += [
        Failure(text, text.encode("utf-8", "replace") * 2, text, b"\0\xff", text[:40] + "zz", text)
        for text in HOSTILE
    ]
    records += [Item("zz", "s", "m", 2**63 - 1, "t"), Item("zz-2", "s", "m", -(2**63), "t")]
    records += list(of_every_kind(4))
    leaves, orders = [], []
    for name in ("folder", "postgres"):
        place = kept(name, tmp_path / name)
        store = place.open()
        with store.act("zz", "write") as act:
            assert act.put(records) == len(records)
            assert act.put(records) == 0
        leaves.append(next(store.history()).records)
        by_name = list(store.find(Exhibit, order=("name",)))
        orders.append(
            (by_name, list(store.find(Failure, order=("exhibit", "path"))), list(store.measures()))
        )
        for text in HOSTILE:
            assert store.count(Exhibit, name=text) == 1
            assert len(list(store.find(Failure, among={"inside": [text]}))) == 1
        store.close()
        assert place.report().problems == []
    assert leaves[0] == leaves[1]
    assert orders[0] == orders[1]


def test_spelling_keeps_texts_apart_and_in_order():
    letters = ["", "\0", "\1", "\2", "a", "\0\0", "\0\1", "\1\0", "\1\1", "\1\2", "\0\2", "\2\1"]
    texts = [a + b for a in letters for b in letters]
    assert [unspelled(spelled(text)) for text in texts] == texts
    assert sorted(set(texts)) == [unspelled(text) for text in sorted(map(spelled, set(texts)))]
    assert not any("\0" in spelled(text) for text in texts)


def test_a_case_of_an_older_layout_is_read_as_it_is_and_brought_up_by_writing(server, place):
    store = place.open()
    later = [r for r in of_every_kind(1) if type(r) not in KINDS_OF_OLD]
    with store.act("zz", "write") as act:
        act.put(r for r in of_every_kind(1) if type(r) in KINDS_OF_OLD)
    store.close()
    old = [f'DROP TABLE "fanal_zz-1".{table}' for table in sorted(migrations.missing("2"))]
    old.append("UPDATE \"fanal_zz-1\".case_info SET value = '2' WHERE name = 'layout'")
    for statement in old:
        server.sql(statement, database_of(place))
    report = place.report()
    assert (report.problems, report.leaves, report.records) == ([], 1, len(KINDS_OF_OLD))
    reader = place.open(writing=False)
    assert (reader.layout(), reader.count(Item)) == ("2", 1)
    for record in later:
        kind = type(record)
        assert (list(reader.find(kind)), list(reader.since(kind, 0))) == ([], [])
        assert (reader.count(kind), reader.last_act(kind)) == (0, 0)
        assert list(reader.tally(kind, kind.KEY[0])) == []
    store = place.open()
    with store.act("zz", "go on") as act:
        assert act.put(later) == len(later) == len(migrations.missing("2"))
    assert [leaf.verb for leaf in store.history()] == ["write", "migrate", "go on"]
    for record in later:
        assert list(reader.find(type(record))) == [record]
    reader.close()
    store.close()
    report = place.report()
    assert (report.problems, report.records) == ([], len(KINDS_OF_OLD) + len(later))


def test_cases_of_one_database_do_not_meet(server, tmp_path):
    name, ids = server.database(), set()
    for case in ("", "?case=zz-2", "?case=ZZ-2"):
        place = Kept(
            "postgres", Server(server.socket_address(name, case.replace("?", "&"))), tmp_path
        )
        store = place.open()
        with store.act("zz", "write") as act:
            assert (act.number, act.put([item(1)])) == (1, 1)
        ids.add(store.case_id)
        store.close()
    assert len(ids) == 3
    query = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'fanal%%' ORDER BY 1"
    assert [row[0] for row in server.sql(query, name, zz=1)] == [
        "fanal_ZZ-2",
        "fanal_case",
        "fanal_zz-2",
    ]


WRONG = "zz-secret-2"


def refused(address, *, writing=True):
    with pytest.raises((CaseError, UsageError)) as told:
        open_postgres(Server(address), signer() if writing else None, Opening())
    said = f"{told.value.message} {told.value.advice}"
    assert "secret" not in said
    return said


def test_what_is_wrong_with_a_server_is_a_sentence_without_the_password(server, monkeypatch):
    assert "refuses the user or the password" in refused(server.address(password=WRONG))
    assert "has no such database" in refused(server.address("zz-none"))
    nowhere = server.address().replace(str(server.port), "1")
    assert "cannot be reached" in refused(nowhere)
    assert "there is no case in" in refused(server.address(server.database()), writing=False)
    assert "cannot be the name of a case" in refused(server.address(more="?case=a/b"))
    assert "no address of a case" in refused("mysql://zz:secret@h/db")
    assert "cannot be read" in refused("postgresql://zz:secret@h/db?zz-nonsense=1")
    server.sql("CREATE DATABASE zz_ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'")
    assert "keeps text as SQL_ASCII" in refused(server.address("zz_ascii"))
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    assert "pip install 'fanal[postgres]'" in refused(server.address())


def test_who_may_not_make_a_case_is_told_what_to_ask_for(server):
    name = server.database()
    server.sql("CREATE ROLE zz_guest LOGIN PASSWORD 'secret'")
    address = (
        server.address(name).replace("//zz:", "//zz_guest:").replace("zz-secret%40%2F1", "secret")
    )
    assert "GRANT CREATE ON DATABASE" in refused(address)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://u:secret@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u:se/cr@et@h:1/db?case=a", "postgresql://u:***@h:1/db?case=a"),
        ("postgresql://u@h/db?password=secret&x=1", "postgresql://u@h/db?password=***&x=1"),
        ("postgresql://u@h/db?case=zz", "postgresql://u@h/db?case=zz"),
        ("postgresql:///db?sslpassword=secret", "postgresql:///db?sslpassword=***"),
    ],
)
def test_an_address_is_shown_without_its_password(address, shown):
    assert str(Server(address)) == shown
    assert "secret" not in repr(Server(address))


def test_the_cursor_of_a_lost_connection_is_closed(server, store, place):
    with store._engine.connect() as connection:
        connection.execute(sqlalchemy.text("SELECT 1"))
        for process in backends(server, place):
            os.kill(process, signal.SIGTERM)
        time.sleep(0.5)
        with pytest.raises(OperationalError):
            connection.execution_options(yield_per=5).execute(sqlalchemy.text("SELECT 1"))
    gc.collect()  # a cursor left open would say so now


def test_a_reader_cannot_write(store, place):
    reader = place.open(writing=False)
    with reader._engine.connect() as connection, pytest.raises(Exception, match="read-only"):
        connection.exec_driver_sql("DELETE FROM item")
    reader.close()
