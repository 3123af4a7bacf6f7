"""Both loopback addresses on one port, and a clear word where that cannot be."""

import socket

import pytest

from fanal.errors import UsageError
from fanal.serving.sockets import LOOPBACK, bound, is_here


def test_both_addresses_share_one_port_and_answer():
    made = bound(LOOPBACK, 0, 8)
    try:
        assert len({one.getsockname()[1] for one in made}) == 1
        for one in made:
            socket.create_connection(one.getsockname()[:2], 5).close()
    finally:
        for one in made:
            one.close()


def test_a_port_that_is_taken_is_named_and_nothing_stays_bound():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} cannot be used"):
            bound(LOOPBACK, port, 8)
    for one in bound(LOOPBACK, port, 8):
        one.close()


@pytest.mark.parametrize("address", ["", "localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_these_are_this_machine(address):
    assert is_here(address)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.7", "desk.example", "localhost."])  # noqa: S104
def test_these_are_not(address):
    assert not is_here(address)
