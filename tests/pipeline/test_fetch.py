"""What is fetched is the object that was listed, held or streamed; a fault travels in the task."""

import pickle
from dataclasses import replace

import pytest

from fanal.analyzers import ANALYZERS
from fanal.content.digest import digest_bytes
from fanal.model.item import Entry, FileBody, LostBody, MemoryBody, StoreBody, StreamedBody
from fanal.pipeline.fetch import FetchEntry, FetchTask
from fanal.pipeline.work import LookTask
from fanal.sources import object_store
from makers.evidence import digests

DATA = b"zz-test-0001\n" * 90


@pytest.fixture
def store(monkeypatch):
    """A store of one object, without a network; what is put in the list is raised instead."""
    faults = []

    def read(body, start, size):
        if faults:
            raise faults.pop()
        return DATA[start : start + size]

    monkeypatch.setattr(object_store.client, "read", read)
    monkeypatch.setattr(object_store, "BLOCK", 100)
    return faults


def entry(body) -> Entry:
    return Entry("17", b"a", "", b"a", None, f"{len(DATA)}:t:", body)


def task(body, data: bytes = DATA) -> LookTask:
    return LookTask(digests(data)[0], "image/jpeg", body, "9:t:", ("perceptual",))


BODY = StoreBody("lab", b"a", len(DATA), "t")
BOTH = pytest.mark.parametrize(
    "fetched", [lambda: FetchEntry(9999)(entry(BODY)), lambda: FetchTask()(task(BODY))]
)


@BOTH
def test_an_object_comes_as_bytes(store, fetched):
    assert fetched().body == MemoryBody(DATA)


@BOTH
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (FileNotFoundError(2, "gone"), "disappeared"),
        (object_store.client.ChangedError(116, "other"), "changed while reading"),
        (OSError(5, "zz-broken"), "not readable"),
        (TimeoutError(), "not readable"),
    ],
)
def test_a_fault_is_carried_and_not_raised(store, fetched, fault, reason):
    store.append(fault)
    body = fetched().body
    assert isinstance(body, LostBody)
    assert body.reason == reason


def test_a_large_object_is_digested_as_it_streams_past(store):
    assert FetchEntry(len(DATA) - 1)(entry(BODY)).body == StreamedBody(digest_bytes(DATA))
    store.append(OSError(5, "zz-broken"))
    assert FetchEntry(10)(entry(BODY)).body == LostBody("not readable", "zz-broken")


def test_a_large_object_is_not_fetched_to_be_looked_at(store):
    store.append(AssertionError())
    assert FetchTask(len(DATA) - 1)(task(BODY)) == task(BODY)


class Reader:
    """An analyzer that reads whatever it is shown."""

    name = "reader"


def test_only_a_picture_is_fetched_for_those_who_read_nothing_else(store, monkeypatch):
    text = replace(task(BODY), media_type="text/plain")
    assert FetchTask()(text) == text
    monkeypatch.setitem(ANALYZERS._table, "reader", "zz:Reader")
    monkeypatch.setitem(ANALYZERS._loaded, "reader", Reader)
    both = replace(text, analyzers=("perceptual", "reader"))
    assert FetchTask()(both).body == MemoryBody(DATA)


class Chooser:
    """An analyzer that says of each kind of file whether it asks for it."""

    name = "chooser"
    asks_for = staticmethod(lambda kind: kind == "video/mp4")


def test_an_analyzer_may_choose_the_kinds_that_are_fetched(store, monkeypatch):
    monkeypatch.setitem(ANALYZERS._table, "chooser", "zz:Chooser")
    monkeypatch.setitem(ANALYZERS._loaded, "chooser", Chooser)
    for kind, fetched in (("video/mp4", True), ("text/plain", False), ("image/png", False)):
        one = replace(task(BODY), media_type=kind, analyzers=("chooser",))
        assert (FetchTask()(one).body == MemoryBody(DATA)) is fetched
    picture = replace(task(BODY), analyzers=("chooser", "perceptual"))
    assert FetchTask()(picture).body == MemoryBody(DATA)
    made = replace(task(BODY), analyzers=("zz-made-at-run-time",))
    assert FetchTask()(made).body == MemoryBody(DATA)
    assert FetchTask()(replace(made, media_type="text/plain")).body == BODY


def test_only_the_bytes_that_were_digested_are_looked_at(store):
    body = FetchTask()(task(BODY, b"other")).body
    assert body == LostBody("changed while reading", "its bytes are not those digested")


@pytest.mark.parametrize("body", [FileBody(b"/zz"), MemoryBody(b"zz"), LostBody("x", "y")])
def test_what_is_not_in_a_store_is_left_alone(body):
    assert FetchEntry(1)(entry(body)) == entry(body)
    assert FetchTask()(task(body)) == task(body)


def test_it_can_be_sent_to_another_machine():
    for one in (FetchEntry(7), FetchTask(9), entry(BODY), task(BODY)):
        assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 (our own)
