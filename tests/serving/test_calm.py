"""A server ends by a signal as by anything else, and hands the signals back."""

import os
import signal

import uvicorn

from fanal.serving.calm import Calm


class Noted(Calm):
    """A server that notes what SIGHUP asks of it."""

    hung = 0

    def hung_up(self):
        self.hung += 1


def made(kind):
    return kind(uvicorn.Config(None, lifespan="off", log_config=None), lambda _: None)


def test_one_signal_ends_it_and_a_second_one_ends_it_at_once():
    server, before = made(Calm), signal.getsignal(signal.SIGTERM)
    with server.capture_signals():
        os.kill(os.getpid(), signal.SIGTERM)
        assert (server.should_exit, server.force_exit) == (True, False)
        os.kill(os.getpid(), signal.SIGTERM)
        assert server.force_exit
    assert signal.getsignal(signal.SIGTERM) is before


def test_hanging_up_ends_it_unless_it_means_something_else():
    plain, noted = made(Calm), made(Noted)
    for server in (plain, noted):
        with server.capture_signals():
            os.kill(os.getpid(), signal.SIGHUP)
    assert (plain.should_exit, noted.should_exit, noted.hung) == (True, False, 1)


def test_its_end_is_told_to_whoever_waits_for_it():
    server = made(Calm)
    server.end()
    assert server.should_exit
