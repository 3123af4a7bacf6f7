"""Leads are worked on by tier, then by deadlines of the law, then as they came in."""

import shutil

import pytest

from fanal.pipeline import leads
from fanal.pipeline.assess import assess
from fanal.pipeline.checklist import answer, set_tiers
from fanal.pipeline.clocks import rules, start
from fanal.pipeline.worklist import worklist
from makers.cases import opened
from makers.deciding import said
from makers.tiered import fill, known

PERIOD = next(iter(rules()))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiered")
    with_store = opened(folder / "case")
    fill(with_store, folder / "list", 6)
    with_store.close()
    return folder / "case"


@pytest.fixture
def store(made, tmp_path):
    with_store = opened(shutil.copytree(made, tmp_path / "case"))
    yield with_store
    with_store.close()


@pytest.fixture
def book(store):
    with leads.book(store) as opened_book:
        yield opened_book


def test_only_what_people_looked_at_is_in_it(store, book):
    assert worklist(store, book) == []


def test_the_tier_comes_first_then_deadlines_then_the_order_of_coming_in(store, book):
    """PRIO-07."""
    ids = sorted(book.ids())
    for id_, tier in zip(ids, "CBBBCA", strict=True):
        set_tiers(store, said("Anna"), known(store, book, id_), tier)
    for at, hour in ((3, "10"), (2, "11")):
        start(store, said("Anna"), ids[at], PERIOD, f"2026-11-01T{hour}:00:00+00:00")
    found = worklist(store, book)
    assert [one.id for one in found] == [ids[at] for at in (5, 3, 2, 1, 0, 4)]
    assert {one.came for one in found} == {"2024-03-01T00:00:00+00:00"}
    assert found[0].due > found[0].stands.assessments[0].when
    assert found[-1].due == ""


def test_the_screen_lifts_at_once(store, book):
    ids = sorted(book.ids())
    for id_ in ids:
        set_tiers(store, said("Anna"), known(store, book, id_), "C")
    answer(store, said("Béla"), book.lead(ids[4]), ("access", "yes"))
    first = worklist(store, book)[0]
    assert (first.id, first.tier, first.stands.tier) == (ids[4], "A", "C")
    assert "child-safety screen" in first.tier_says


def test_possible_minors_are_told_apart(store, book):
    """PRIO-09."""
    id_ = min(book.ids())
    set_tiers(store, said("Anna"), known(store, book, id_), "B")
    assess(store, said("Anna"), "juvenile", id_, "possible minor")
    assert [one.juvenile for one in worklist(store, book)] == [True]
