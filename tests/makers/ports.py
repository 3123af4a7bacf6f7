"""Ports on loopback for servers that may stop and start again in the middle of a test."""

import os
import socket
from itertools import count

FIRST, EACH = 20_000, 1_000
"""Below the ports that a system hands out by itself: nobody's connection takes one meanwhile."""
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 10
_NUMBERS = count(os.getpid())


def free_port() -> int:
    """Return a port that nobody listens at; tests that run side by side are told different ones."""
    for number in _NUMBERS:
        port = FIRST + _WORKER * EACH + number % EACH
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError
