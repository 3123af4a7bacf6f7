"""The queue in memory is what the case says, after whatever people and programs write."""

import itertools
import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fanal.errors import CaseError, UsageError
from fanal.model.desk import Remark, Who
from fanal.model.item import Place
from fanal.model.review import Drawn
from fanal.pipeline import claims, desk_index
from fanal.pipeline import regroup as regrouping
from fanal.pipeline.desk_index import DeskIndex
from fanal.pipeline.desk_rows import HIDDEN, rows
from fanal.pipeline.desk_table import TITLES
from fanal.pipeline.progress import Silent
from fanal.pipeline.queued import Queue
from fanal.pipeline.remarks import Told, remark
from fanal.review.facets import Choice
from fanal.stores.interface import Server
from makers.cases import opened
from makers.deciding import said, says, takes_back
from makers.ordering import Scene, anew, name, ordered

FRESH = itertools.count()
NOW = datetime(2026, 5, 1, 10, tzinfo=UTC)


@pytest.fixture
def store():
    made = memory()
    yield made
    made.close()


def memory():
    return opened(Server(f"memory://zz-index-{next(FRESH)}"), name="memory")


def filled(store, count=12):
    made = Scene()
    kinds = {3: "illegal", 4: "harmless", 9: "unidentified", 10: "generated"}
    for number in range(count):
        told = {"origin": "camera", "taken": "2025-03-04T10:00:00"} if number % 3 == 1 else {}
        device = f"zz camera {number % 2}" if number % 4 == 1 else ""
        where = (f"desk-{number % 3}/{number}", f"phone/{number}")[: 1 + number % 2]
        made.add(number, where, kind=kinds.get(number, ""), device=device, **told)
    made.series("s-1", 0, 1, 2)
    made.series("s-2", 5, 6)
    made.write(store)
    return ordered(store)


def index_of(store):
    made = DeskIndex(store, clock=lambda: NOW)
    made.refresh()
    made.wait()
    assert made.refresh()
    return made


def state(index):
    """Return all that a table says, however its rows came to be there."""
    table = index.table
    told = {}
    for slot in range(table.count):
        if table.column["listed"][slot]:
            values = {
                facet: table.values[facet].codes[table.column[facet][slot]]
                for facet in TITLES
                if facet != "marks"
            }
            told[table.sha256(slot)] = (
                values,
                int(table.column["marks"][slot]),
                int(table.column["key"][slot] * table.column["open"][slot]),
                int(table.column["size"][slot]),
                str(table.column["taken"][slot]),
                bool(table.column["open"][slot]),
                table.spoke.get(slot, frozenset()),
            )
    held = {content: one.login for content, one in index.claims.held().items()}
    return [table.sha256(slot) for slot in table.order.tolist()], told, held


shown_of = desk_index._shown


def same(index, store):
    index.refresh()
    index.wait()
    index.refresh()
    assert state(index) == state(index_of(store))
    assert state(index)[0] == [task.sha256 for task in Queue(store).tasks()]


def test_the_order_is_that_of_the_queue(store):
    tasks = filled(store)
    index = index_of(store)
    assert state(index)[0] == [task.sha256 for task in tasks]
    table = index.table
    ranks = [table.rank(table.slot(task.sha256)) for task in tasks]
    assert ranks == list(range(1, len(tasks) + 1))
    assert table.slot("f" * 64) == -1


def test_a_row_says_what_the_case_knows(store):
    filled(store)
    with store.act("zz", "intake") as act:
        act.put([Place("zz-9", b"zz", "", name(1), b"zz", None, "1")])
    by = {row.sha256: row for row in rows(store, [name(n) for n in range(12)])}
    one = by[name(1)]
    assert (one.origin, one.strength, one.known, one.kind) == ("camera", 2, "new", "image")
    assert (one.series, one.size, one.copies, one.exhibits) == ("s-1", 3, 3, 3)
    assert (one.device, one.taken) == ("zz camera 1", 1741082400.0)
    assert [by[name(n)].known for n in (3, 4, 9, 10)] == [
        *("illegal", "harmless", "unidentified", "generated")
    ]
    assert by[name(0)].origin == "not_assessed"


def test_what_the_sample_drew_shows_nothing_of_where_it_was_drawn_from(store):
    made = Scene()
    for number in range(10):
        made.add(number, f"desk/{number}", kind="harmless" if number < 5 else "")
    made.write(store)
    tasks = ordered(store, blind=0.5)
    drawn = {one.sha256 for one in store.find(Drawn)}
    assert drawn
    index = index_of(store)
    facets = {
        facet: {one.code: one.count for one in values}
        for facet, _, values in index.table.facets(index.table.masks({}), {})
    }
    assert facets["known"][HIDDEN] == facets["origin"][HIDDEN] == len(drawn)
    assert facets["known"]["harmless"] == 5 - len(drawn)
    assert facets["step"]["8"] == 5 - len(drawn)
    for choice in ({"known": ["harmless"]}, {"step": ["8"]}):
        chosen = {facet: Choice(frozenset(codes)) for facet, codes in choice.items()}
        masks = index.table.masks(chosen)
        found = np.flatnonzero(np.logical_and.reduce([*masks.values()]))
        assert not {index.table.sha256(slot) for slot in found} & drawn
    assert {task.step for task in tasks if task.sha256 in drawn} == {2}
    (first, *_) = sorted(drawn)
    says(store, "zz-a", "identified", first)
    (row,) = rows(store, [first])
    assert row.known == "harmless"


def test_what_people_decided_stays_to_be_found(store):
    filled(store)
    index = index_of(store)
    says(store, "zz-a", "identified", name(7))
    says(store, "zz-b", "identified", series="s-2")
    index.refresh()
    order, told, _ = state(index)
    assert name(7) not in order
    assert told[name(7)][0]["grade"] == "identified"
    assert told[name(7)][0]["step"] == "0"
    assert name(5) in told
    assert name(6) not in told  # its series has one row
    same(index, store)


def test_a_place_is_free_until_somebody_takes_it(store):
    tasks = [task.sha256 for task in filled(store)]
    index = index_of(store)
    anna, bela = (Who(login, login, ("reviewer",), "s") for login in ("zz-a", "zz-b"))
    assert index.free("zz-a") == tasks[0]
    claims.claim(store, anna, tasks[0], lambda: NOW)
    claims.claim(store, bela, tasks[2], lambda: NOW)
    index.refresh()
    assert index.free("zz-a") == tasks[0]
    assert index.free("zz-b") == tasks[1]
    assert index.free("zz-b", after=tasks[0]) == tasks[1]
    assert index.free("zz-a", after=tasks[1]) == tasks[3]
    assert index.free("zz-a", after=tasks[-1]) == tasks[0]
    says(store, "zz-a", "identified", tasks[3])
    index.refresh()
    assert index.free("zz-a", after=tasks[3]) == tasks[4]
    later = DeskIndex(store, clock=lambda: NOW + timedelta(minutes=16))
    later.refresh()
    assert later.free("zz-b") == tasks[0]


def test_nobody_gets_an_item_that_waits_for_somebody_else_than_them(store):
    tasks = [task.sha256 for task in filled(store)]
    says(store, "zz-a", "no_real_person_found", tasks[0])
    index = index_of(store)
    assert index.free("zz-a") == tasks[1]
    assert index.free("zz-b") == tasks[0]


def test_an_empty_case_has_an_empty_queue(store):
    with store.act("zz", "intake"):
        pass
    index = index_of(store)
    assert index.left() == 0
    assert index.free("zz-a") == ""
    assert index.slots([name(1)]) == [-1]


def test_a_new_order_is_taken_over_without_blocking(store, monkeypatch):
    filled(store)
    monkeypatch.setattr(desk_index, "AT_ONCE", 0)
    index = DeskIndex(store, clock=lambda: NOW)
    gate = threading.Event()
    monkeypatch.setattr(desk_index, "_shown", lambda of: gate.wait() and shown_of(of))
    assert not index.refresh()
    assert index.progress() is not None
    assert index.free("zz-a") == ""
    gate.set()
    index.wait()
    assert index.refresh()
    assert index.progress() is None
    swapped = []
    index._swapped = lambda before, after: swapped.append((before, after))
    before = index.table
    anew(store)
    assert index.refresh()
    index.wait()
    assert swapped == [(before, index.table)]
    same(index, store)


def test_whoever_reads_a_broken_case_is_told(store, monkeypatch):
    filled(store)
    monkeypatch.setattr(desk_index, "AT_ONCE", 0)

    def broken(*_):
        raise CaseError("zz is broken")

    monkeypatch.setattr(desk_index, "_shown", broken)
    index = DeskIndex(store)
    assert not index.refresh()
    index.wait()
    with pytest.raises(CaseError, match="zz is broken"):
        index.refresh()


def test_very_much_at_once_makes_the_table_anew(store, monkeypatch):
    filled(store)
    index = index_of(store)
    monkeypatch.setattr(desk_index, "MOST", 2)
    before = index.table
    says(store, "zz-a", "identified", name(7), name(8), name(9))
    index.refresh()
    assert index.table is not before
    same(index, store)


numbers = st.integers(0, 11)
steps = st.one_of(
    st.tuples(st.just("decide"), numbers, st.sampled_from(["identified", "no_real_person_found"])),
    st.tuples(st.just("series"), st.sampled_from(["s-1", "s-2"])),
    st.tuples(st.just("undo"), st.integers(0, 5)),
    st.tuples(st.just("claim"), numbers),
    st.tuples(st.just("give back"), numbers),
    st.tuples(st.just("remark"), numbers, st.sampled_from(["note", "lead"])),
    st.tuples(st.just("merge"), numbers, numbers),
    st.tuples(st.just("copy"), numbers),
    st.tuples(st.just("order")),
    st.tuples(st.just("look")),
)


def do(store, what, done):
    """Do one step; what cannot be done is not."""
    who = Who(f"zz-{len(done) % 3}", f"Person {len(done) % 3}", ("reviewer",), "s")
    verb, *told = what
    if verb == "decide":
        done.append(says(store, who.name, told[1], name(told[0]), login=who.login).id)
    elif verb == "series":
        done.append(says(store, who.name, "identified", series=told[0]).id)
    elif verb == "undo" and done:
        done.append(takes_back(store, who.name, done[told[0] % len(done)]).id)
    elif verb == "claim":
        claims.claim(store, who, name(told[0]), lambda: NOW)
    elif verb == "give back":
        claims.give_back(store, who, name(told[0]), lambda: NOW)
    elif verb == "remark":
        remark(store, who, Told(told[1], "zz", name(told[0])))
    elif verb == "merge":
        regrouping.merge(store, [name(told[0]), name(told[1])], said("zz-m"), Silent())
    elif verb == "copy":
        with store.act("zz", "intake") as act:
            act.put([Place("zz-9", b"zz", "", name(told[0]), b"zz", None, f"{act.number}")])
    elif verb == "order":
        anew(store)


@given(st.lists(steps, max_size=7))
@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_after_whatever_was_done_it_equals_one_made_anew(todo):
    store = memory()
    filled(store)
    index, done = index_of(store), []
    for what in todo:
        if what[0] == "look":
            same(index, store)
            continue
        try:
            do(store, what, done)
        except (UsageError, claims.HeldError):
            continue
    same(index, store)
    store.close()


def test_a_remark_of_no_content_changes_nothing(store):
    filled(store)
    index = index_of(store)
    with store.act("zz", "remark") as act:
        act.put([Remark("m-1", "outcome", "", "", "case closed", "", "", "zz", "zz", "zz")])
    same(index, store)


def test_a_table_that_is_being_made_is_given_up_when_the_case_is_closed(store, monkeypatch):
    filled(store)
    monkeypatch.setattr(desk_index, "AT_ONCE", 0)
    gate = threading.Event()
    monkeypatch.setattr(desk_index, "_shown", lambda of: gate.wait() and shown_of(of))
    index = DeskIndex(store)
    index.refresh()
    threading.Timer(0.05, gate.set).start()
    index.close()
    assert index.table is None
