"""The report is gathered of tiers, packages and outcomes that stand."""

import shutil

import pytest

from fanal.model.package import Package
from fanal.pipeline import leads
from fanal.pipeline.assess import assess, take_back
from fanal.pipeline.checklist import set_tiers
from fanal.pipeline.quality import facts, quality, sets
from makers.cases import opened
from makers.deciding import said
from makers.tiered import answers, fill, known


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiered")
    with_store = opened(folder / "case")
    fill(with_store, folder / "list")
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


def test_it_holds_what_was_proposed_set_sent_and_answered(store, book):
    ids = sorted(book.ids())
    answers(store, book.lead(ids[0]))
    set_tiers(store, said("Anna"), known(store, book, ids[0]), "B")
    (wrong,) = set_tiers(store, said("Anna"), known(store, book, ids[1]), "A")
    take_back(store, said("Anna"), wrong.id)
    with store.act("zz", "package") as act:
        told = ("p-1", act.number, 1, "DE", "zz", "sent", "H2", "", {ids[0]: {}}, "", "")
        act.put([Package(*told, (), "zz", "zz", "zz", "2099-01-01T00:00:00+00:00")])
    assess(store, said("Anna"), "outcome", ids[0], "known")
    (one,) = sets(store, book)
    assert (one.lead, one.tier, one.proposed, one.differs) == (ids[0], "B", "C", True)
    assert one.came == "2024-03-01T00:00:00+00:00"
    assert one.outcomes == ("known",)
    assert one.acted[:4] != "2099"
    assert facts(quality(store, book))["count"] == 1
    assert facts(quality(store, book, "2020-01"))["count"] == 0
