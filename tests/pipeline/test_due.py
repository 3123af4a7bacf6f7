"""What is due is what was asked for and not seen, and each content is under way once."""

import pytest

from fanal.model.finding import Seen
from fanal.model.item import Entry, Item, MemoryBody, Place
from fanal.pipeline.case import writing
from fanal.pipeline.due import Asked, Due
from fanal.pipeline.work import LookWork, Made, analyzer_versions, on_request

A, B, C = ("abc"[n] * 64 for n in range(3))
BOTH = {"one": "1", "two": "1"}


def entry(path: bytes = b"x", inside: str = "") -> Entry:
    return Entry("17", path, inside, path, None, "1:1", MemoryBody(b""))


def item(sha256: str) -> Item:
    return Item(sha256, sha256[:40], sha256[:32], 1, "image/png")


def place(sha256: str, path: bytes, inside: str = "") -> Place:
    return Place("17", path, inside, sha256, path, None, "" if inside else "1:1")


@pytest.fixture
def store(case, settings):
    """Three contents in two files, one of them seen by one analyzer."""
    with writing(case, settings) as opened:
        with opened.act("zz", "intake") as act:
            act.put([item(A), item(B), item(C)])
            act.put([place(A, b"x"), place(B, b"box"), place(C, b"box", "0")])
            act.put([Seen(A, "one", "1", "spoke")])
        yield opened


def begun(store, asked: Asked) -> Due:
    due = Due(store, asked)
    due.begin()
    return due


def test_everything_is_due_that_was_not_seen(store):
    due = begun(store, Asked(BOTH))
    assert due.paths("17") == [b"box", b"x"]
    assert due.paths("18") == []
    assert due.pending("one", {A, B}) == {B}
    tasks = list(due.tasks({sha: (entry(), item(sha)) for sha in (A, B)}))
    assert [(task.sha256, task.analyzers) for task in tasks] == [(A, ("two",)), (B, ("one", "two"))]


def test_an_analyzer_may_be_asked_about_some_contents_only(store):
    due = begun(store, Asked(BOTH, {"one": frozenset({A, C}), "two": frozenset()}))
    assert due.paths("17") == [b"box"]
    assert due.concerns(entry(b"box"), B)
    assert not due.concerns(entry(b"x"), A)
    tasks = list(due.tasks({sha: (entry(), item(sha)) for sha in (A, B, C)}))
    assert [(task.sha256, task.analyzers) for task in tasks] == [(C, ("one",))]


def test_one_that_is_not_named_is_asked_about_everything(store):
    due = begun(store, Asked(BOTH, {"one": frozenset({C})}))
    assert due.paths("17") == [b"box", b"x"]
    assert due.pending("two", {A, B}) == {A, B}


def test_a_content_is_under_way_once_until_it_is_written(store):
    due = begun(store, Asked(BOTH))
    met = {B: (entry(), item(B))}
    assert len(list(due.tasks(met))) == 1
    assert list(due.tasks(met)) == []
    due.not_seen(B)
    assert len(list(due.tasks(met))) == 1
    said = [Seen(B, name, "1", "silent") for name in BOTH]
    with store.act("zz", "intake") as act:
        act.put(said)
    due.written(said)
    assert list(due.tasks(met)) == []


def test_what_is_due_in_every_run_leaves_out_what_is_asked_on_request():
    everything = analyzer_versions("pixels", "traces")
    assert everything.keys() - analyzer_versions().keys() == {"pixels", "traces"}
    assert Asked().versions == analyzer_versions()
    assert [name for name in everything if on_request(name)] == ["pixels", "traces"]


def test_analyzers_that_are_made_travel_with_the_work():
    made = Made("zz", "1", "makers.plugged:load", "/zz")
    assert Asked({"zz": "1"}, made=(made,)).work() == LookWork((made,))
