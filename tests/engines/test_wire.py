"""The parent takes records and plain values from a worker, and nothing that could act."""

import os
import pickle
from collections import OrderedDict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.engines.wire import UntrustedError, read, spelled
from fanal.engines.worker import Worker
from fanal.model.finding import Finding, Fingerprint, Seen
from makers import engine_work as work

RECORDS = (
    Seen("s", "a", "1", "spoke"),
    Fingerprint("s", "pdq", 0, bytes(32), 50, bytes(224)),
    Finding("s", "a", "1", "k", "says", data={"n": [1, None, 2.5, {"t": True}]}),
)


class Call:
    """Spelled, it calls what it was made with."""

    def __init__(self, function, *arguments):
        self.told = (function, arguments)

    def __reduce__(self):
        return self.told


@pytest.mark.parametrize("value", [None, 1, -1.5, "ü", b"\xff", (1, [2], {"a": {3}}), RECORDS])
def test_records_and_plain_values_come_as_they_were(value):
    assert read(spelled(value, good=True)) == (True, value)


def test_an_error_comes_with_its_notes():
    error = ValueError("zz-test-0001")
    error.add_note("at line 3")
    good, told = read(spelled(error, good=False))
    assert (good, str(told), type(told), told.__notes__) == (
        False,
        "zz-test-0001",
        ValueError,
        ["at line 3"],
    )


def test_an_error_of_a_kind_the_parent_does_not_take_comes_in_words():
    good, told = read(spelled(work.Odd("zz-test-0013", "second"), good=False))
    assert (good, type(told)) == (False, RuntimeError)
    assert "zz-test-0013" in str(told)


@pytest.mark.parametrize(
    "thing",
    [
        Call(os.system, "true"),
        Call(eval, "1"),
        Call(getattr, "", "join"),
        Call(Path, "zz"),
        Call(OrderedDict),
        Call(Worker, 1),
        Call(read, b""),
        KeyboardInterrupt(),
        SystemExit(3),
        os.system,
        type,
    ],
    ids=lambda thing: repr(getattr(thing, "told", thing))[:40],
)
def test_nothing_that_acts_is_taken(thing):
    with pytest.raises(UntrustedError):
        read(pickle.dumps(thing))


def test_names_with_dots_lead_nowhere():
    """`STACK_GLOBAL` of protocol 4 follows dots: a record's module must not lend its imports."""
    forged = b"\x80\x04\x8c\x13fanal.model.finding\x8c\x14dataclass.__globals__\x93."
    with pytest.raises(UntrustedError):
        read(forged)
    with pytest.raises(UntrustedError):
        read(b"\x80\x04\x8c\x13fanal.model.finding\x8c\x09dataclass\x93.")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    try:
        read(data)
    except UntrustedError:
        return


@given(st.data())
def test_a_changed_message_is_read_or_refused(data):
    whole = bytearray(spelled(RECORDS, good=True))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(bytes(whole))
    except UntrustedError:
        return


def test_an_unpicklable_answer_is_said():
    good, told = read(spelled(lambda: None, good=True))
    assert (good, type(told)) == (False, RuntimeError)
    assert "cannot be sent" in str(told)


def test_a_worker_that_was_taken_over_is_ended_and_its_task_told(tmp_path):
    marker = tmp_path / "made"
    worker = Worker(1 << 30)
    try:
        first, second = worker.answers(work.forging, (str(marker), ""), 20)
    finally:
        worker.kill()
        worker.close()
    assert not marker.exists()
    assert type(first).__name__ == "Died"
    assert second == "honest"
