"""The parent takes records and plain values from a worker, and nothing that could act."""

import json
import os
import pickle
import resource
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.content.handle import Content
from fanal.custody.verifier import Report
from fanal.engines.wire import UntrustedError, read, spelled, together
from fanal.engines.worker import Worker
from fanal.model.finding import Finding, Fingerprint, Seen
from fanal.model.item import Entry, MemoryBody
from fanal.pipeline.passing import Passing
from fanal.pipeline.work import DigestWork
from makers import engine_work as work

RECORDS = (
    Seen("s", "a", "1", "spoke"),
    Fingerprint("s", "pdq", 0, bytes(32), 50, bytes(224)),
    Finding("s", "a", "1", "k", "says", data={"n": [1, None, 2.5, {"t": True}]}),
)


def sent(value, *, good=True):
    ((told, answer),) = read(together([spelled(value, good=good)]))
    return told, answer


@pytest.mark.parametrize(
    "value",
    [None, 1, -1.5, "ü", "\udc80", "a\0b", b"\xff", (), (1, [2], {"a": {"b": ()}}), RECORDS],
    ids=repr,
)
def test_records_and_plain_values_come_as_they_were(value):
    assert sent(value) == (True, value)


def test_several_come_together_in_order():
    message = together([spelled(number, good=True) for number in range(3)])
    assert read(message) == [(True, 0), (True, 1), (True, 2)]


def test_an_error_comes_with_its_notes():
    error = ValueError("zz-test-0001")
    error.add_note("at line 3")
    good, told = sent(error, good=False)
    assert (good, str(told), type(told), told.__notes__) == (
        False,
        "zz-test-0001",
        ValueError,
        ["at line 3"],
    )


def test_an_error_of_a_kind_the_parent_does_not_take_comes_in_words():
    good, told = sent(work.Odd("zz-test-0013", "second"), good=False)
    assert (good, type(told)) == (False, RuntimeError)
    assert "zz-test-0013" in str(told)


@pytest.mark.parametrize("thing", [lambda: None, {1}, {1: 2}, os.system, type, KeyboardInterrupt()])
def test_an_answer_that_does_not_travel_is_said(thing):
    good, told = sent(thing)
    assert (good, type(told)) == (False, RuntimeError)
    assert "cannot be sent" in str(told)


def record(kind, *values):
    return ["record", kind.__module__, kind.__name__, *values]


@pytest.mark.parametrize(
    "answer",
    [
        record(os.PathLike),
        record(Worker, 1),  # no record
        record(Content, "s", "m", None),
        record(Passing, None, "zz", "zz"),  # does something when it is made
        record(Report),  # can be changed
        record(Seen, "s"),
        record(Seen, *["s"] * 9),
        ["record", "fanal.bench.nowhere", "Seen", "s"],
        ["record", "fanal.model.finding", "dataclass.__globals__"],
        ["record", "fanal.pipeline.work", "Died", True],  # under a name it has elsewhere
        ["record", ["fanal"], "Seen"],
        ["error", "KeyboardInterrupt", []],
        ["error", "SystemExit", [], 3],
        ["error", "eval", [], "1"],
        ["error", "ValueError", [3]],
        ["bytes", "!"],
        ["set", 1],
        [],
        [[]],
        [{}],
    ],
    ids=repr,
)
def test_nothing_that_acts_is_taken(answer):
    with pytest.raises(UntrustedError):
        read(json.dumps([[True, answer]]).encode())


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"[]",
        b"{}",
        b"[1]",
        b"[[]]",
        b"[[true]]",
        b"[[false,7]]",
        b"[[7,7]]",
        b"\xff",
        b"[" * 100_000,
        b"[[true," + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"]]",
        b"[[true," + b"9" * 100_000 + b"]]",
        pickle.dumps([(True, 1)]),
    ],
    ids=lambda message: repr(message[:20]),
)
def test_what_is_no_message_is_refused(message):
    with pytest.raises(UntrustedError):
        read(message)


def test_nothing_is_called_for_a_message():
    """As a pickle could: a record of work that is handed a task, by whoever reads it."""

    class Order:
        def __reduce__(self):
            return DigestWork(), (Entry("zz", b"", "", b"", None, "", MemoryBody(b"zz")),)

    with pytest.raises(UntrustedError):
        read(pickle.dumps([(True, Order())]))


def test_nothing_is_loaded_for_a_message():
    assert "fanal.demo.run" not in sys.modules
    with pytest.raises(UntrustedError):
        read(b'[[true,["record","fanal.demo.run","Zz"]]]')
    assert "fanal.demo.run" not in sys.modules


def test_ten_bytes_do_not_take_all_memory():
    """A pickle that keeps what it has read at place 100,000,000."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UntrustedError):
        read(b"\x80\x04Nr\x00\xe1\xf5\x05.")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    try:
        read(data)
    except UntrustedError:
        return


@given(st.data())
def test_a_changed_message_is_read_or_refused(data):
    whole = bytearray(together([spelled(RECORDS, good=True)]))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(bytes(whole))
    except UntrustedError:
        return
