"""What is told twice is written once: lost answers, two windows, many threads, a crash between."""

import itertools
import threading

import pytest

from fanal.errors import UsageError
from fanal.model.decision import Decision
from fanal.model.desk import AuditRecord
from fanal.model.review import Moved
from fanal.pipeline import decide as deciding
from fanal.pipeline.decide import Wanted, decide, undo
from fanal.pipeline.decided import standings
from fanal.pipeline.queued import Queue
from fanal.stores import STORES
from fanal.stores.interface import Opening, Server
from makers.cases import opened, signer
from makers.deciding import said
from makers.ordering import Scene, name, ordered
from makers.postgres import running

FRESH = itertools.count()
A = name(0)


@pytest.fixture
def store():
    made = opened(Server(f"memory://zz-again-{next(FRESH)}"), name="memory")
    fill(made, 12)
    yield made
    made.close()


def fill(store, count):
    made = Scene()
    for number in range(count):
        made.add(number, f"desk/{number}")
    made.write(store)
    ordered(store)


def told(store, token, *contents, by="zz-a", state="identified", **also):
    return decide(store, Wanted(contents or (A,), token=token), state, said(by), **also)


def acts(store):
    return store.head().size


def test_a_token_that_was_seen_gives_the_first_result_and_writes_nothing(store):
    first = told(store, "zz-1")
    before = acts(store)
    assert told(store, "zz-1") == first
    assert acts(store) == before
    assert store.count(Decision) == 1


def test_a_token_belongs_to_its_login(store):
    first, other = told(store, "zz-1"), told(store, "zz-1", by="zz-b")
    assert first.id != other.id
    assert store.count(Decision) == 2


def test_without_a_token_each_wish_is_another(store):
    assert told(store, "").id != told(store, "").id
    assert store.count(Decision) == 2


def test_a_token_decides_nothing_else_and_says_so(store):
    told(store, "zz-1", A, name(1))
    assert told(store, "zz-1", name(1)).contents == told(store, "zz-1", A, name(1)).contents
    with pytest.raises(UsageError, match="another decision"):
        told(store, "zz-1", A, name(2))
    assert store.count(Decision) == 2


def test_a_token_stands_for_one_wish_only(store):
    first = told(store, "zz-1")
    with pytest.raises(UsageError, match="used for another decision"):
        told(store, "zz-1", state="known_unidentified")
    with pytest.raises(UsageError, match="used for another decision"):
        undo(store, first.id, said("zz-a"), "zz-1")
    with pytest.raises(UsageError, match="characters at most"):
        told(store, "z" * 201)
    assert store.count(Decision) == 1


def test_an_undo_that_is_told_twice_is_one_and_can_be_undone(store):
    first = told(store, "zz-1")
    gone = undo(store, first.id, said("zz-a"), "zz-2")
    assert undo(store, first.id, said("zz-a"), "zz-2") == gone
    assert not standings(store)[A].decided
    back = undo(store, gone.id, said("zz-a"), "zz-3")
    assert standings(store)[A].decided
    undo(store, back.id, said("zz-a"), "zz-4")
    assert not standings(store)[A].decided
    assert store.count(Decision) == 4


def test_an_undo_may_be_about_some_of_the_contents_only(store):
    first = told(store, "zz-1", name(0), name(1), name(2))
    gone = undo(store, first.id, said("zz-b"), only=[name(1)])
    assert gone.contents == (name(1),)
    assert [standings(store)[name(n)].decided for n in range(3)] == [True, False, True]
    with pytest.raises(UsageError, match="about none of these"):
        undo(store, first.id, said("zz-b"), only=[name(7)])


def record(act, id_, when):
    line = ("reviewer", "zz", "decide", A, 0, "", "done", f"act {act}")
    return [AuditRecord(f"a-{id_}", when, "zz-a", *line)]


def test_what_else_is_written_is_in_the_same_act(store):
    first = told(store, "zz-1", also=record)
    ((says, act),) = store.columns(AuditRecord, "says", "act", id=f"a-{first.id}")
    ((wrote,),) = store.columns(Decision, "act", id=first.id)
    assert (says, act) == (f"act {wrote}", wrote)
    told(store, "zz-1", also=record)
    assert store.count(AuditRecord) == 1


def test_nothing_is_written_where_what_belongs_to_it_is_not(store):
    def broken(*_):
        raise OSError("zz")

    with pytest.raises(OSError, match="zz"):
        told(store, "zz-1", also=broken)
    assert store.count(Decision) == 0


def test_whoever_was_cut_off_has_the_queue_moved_when_it_is_told_again(store, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(deciding, "reflect", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            told(store, "zz-1")
    assert store.count(Moved) == 0
    assert A in {task.sha256 for task in Queue(store).tasks()}
    assert told(store, "zz-1").contents == (A,)
    assert A not in {task.sha256 for task in Queue(store).tasks()}
    assert store.count(Decision) == 1


def at_once(*steps):
    """Do steps in threads that begin together; return what each gave or raised."""
    gate, found = threading.Barrier(len(steps)), [None] * len(steps)

    def run(number, step):
        gate.wait()
        try:
            found[number] = step()
        except Exception as error:  # noqa: BLE001
            found[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def repeated(store):
    """Let eight threads tell four wishes, each in two windows."""
    wishes = [(f"zz-{number % 4}", name(number % 4)) for number in range(8)]
    return at_once(*(lambda w=wish: told(store, *w) for wish in wishes))


def hold(store, found):
    assert not [one for one in found if isinstance(one, Exception)], found
    assert len({one.id for one in found}) == 4
    assert store.count(Decision) == 4
    assert {name(number) for number in range(4)} == {
        sha256 for sha256, standing in standings(store).items() if standing.decided
    }
    left = {task.sha256 for task in Queue(store).tasks()}
    assert left == {name(number) for number in range(4, 12)}


def test_threads_that_tell_the_same_lose_nothing_and_write_nothing_twice(store):
    hold(store, repeated(store))


def test_two_programs_that_tell_the_same_write_it_once(tmp_path):
    one = opened(tmp_path / "case")
    fill(one, 12)
    two = opened_beside(tmp_path / "case")
    found = at_once(*(lambda s=s: told(s, "zz-1") for s in (one, two, one, two)))
    assert len({done.id for done in found}) == 1
    assert one.count(Decision) == 1
    two.close()
    one.close()


def opened_beside(folder):
    return STORES.get("folder")(folder, signer(), Opening(run=False))


def test_on_a_server_it_is_the_same(tmp_path):
    server = running()
    where = Server(server.address(server.database()))
    made = STORES.get("postgres")(where, signer(), Opening(home=tmp_path))
    fill(made, 12)
    hold(made, repeated(made))
    made.close()
