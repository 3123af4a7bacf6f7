"""A worker that was taken over cannot hold its parent up, fill it or speak for others."""

import multiprocessing
import os
import struct
import threading
import time

import pytest

from fanal.engines import line
from fanal.engines.interface import Died
from fanal.engines.line import Line
from fanal.engines.wire import LARGEST, UntrustedError
from fanal.engines.worker import Worker
from makers import forging


@pytest.fixture
def ends(monkeypatch):
    monkeypatch.setattr(line, "BEGIN", 0.3)
    monkeypatch.setattr(line, "WHOLE", 0.3)
    ours, other = multiprocessing.get_context("forkserver").Pipe()
    made = Line(ours)
    yield made, other
    made.close()
    other.close()


def test_what_is_sent_arrives(ends):
    ours, other = ends
    told = [bytes(3 << 20)]
    thread = threading.Thread(target=lambda: told.append(other.recv()))
    thread.start()
    ours.send(told[0])
    thread.join()
    assert told[1] == told[0]
    other.send_bytes(b"zz-test-0001")
    assert ours.speaks(1)
    assert ours.take() == b"zz-test-0001"
    assert not ours.speaks(0.01)


@pytest.mark.parametrize("part", [b"\0", struct.pack("!i", 100) + b"zz"])
def test_half_a_message_is_not_waited_for_for_ever(ends, part):
    ours, other = ends
    os.write(other.fileno(), part)
    with pytest.raises(UntrustedError, match="does not end"):
        ours.take()


@pytest.mark.parametrize("size", [LARGEST + 1, (1 << 31) - 1, -1, -(1 << 31)])
def test_a_message_of_a_forged_length_is_not_begun(ends, size):
    ours, other = ends
    os.write(other.fileno(), struct.pack("!i", size))
    with pytest.raises(UntrustedError, match="too large"):
        ours.take()


def test_who_does_not_read_is_not_written_to_for_ever(ends):
    ours, _ = ends
    with pytest.raises(UntrustedError):
        ours.send(bytes(8 << 20))


def test_the_end_of_a_worker_ends_a_message(ends):
    ours, other = ends
    os.write(other.fileno(), struct.pack("!i", 100) + b"zz")
    other.close()
    with pytest.raises(EOFError):
        ours.take()


@pytest.mark.parametrize("forged", forging.MESSAGES)
def test_a_forged_message_costs_its_task_only(monkeypatch, forged):
    monkeypatch.setattr(line, "WHOLE", 1.0)
    worker = Worker(1 << 30)
    started = time.monotonic()
    try:
        assert worker.answers(forging.sends, ("", forged, "zz"), 20) == ("", Died(), "zz")
    finally:
        worker.kill()
        worker.close()
    assert time.monotonic() - started < 25


def test_a_worker_that_hears_nothing_more_is_replaced(monkeypatch):
    monkeypatch.setattr(line, "WHOLE", 1.0)
    worker = Worker(1 << 30)
    try:
        assert worker.answers(forging.deaf, (1,), 20) == (1,)
        assert worker.answers(forging.same, (2, 3), 20) == (2, 3)
    finally:
        worker.kill()
        worker.close()


def test_a_worker_cannot_tell_what_another_has_in_hand():
    one, other = Worker(1 << 30), Worker(1 << 30)
    try:
        other.answers(forging.same, (0,), 20)
        assert one.answers(forging.fills, (77,), 20) == (77,)
        assert one._hand.value == 77
        assert other._hand.value == 0
    finally:
        for worker in (one, other):
            worker.kill()
            worker.close()
