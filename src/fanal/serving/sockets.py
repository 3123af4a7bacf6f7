"""Binds sockets: both loopback addresses, on one port, or what was named."""

import errno
import ipaddress
import socket
from collections.abc import Sequence
from contextlib import suppress

from fanal.errors import UsageError

LOOPBACK = ("127.0.0.1", "::1")
"""Both: where only one listened, another program could be what `localhost` means to a client."""


def is_here(address: str) -> bool:
    """Tell whether only this machine reaches an address; "" is this machine."""
    with suppress(ValueError):
        return ipaddress.ip_address(address).is_loopback
    return address in {"", "localhost"}


def bound(addresses: Sequence[str], port: int, backlog: int) -> list[socket.socket]:
    """Return sockets that listen on addresses, all on one port; 0 takes a free one."""
    made: list[socket.socket] = []
    try:
        for address in addresses:
            at = made[0].getsockname()[1] if made else port
            with suppress(_NoFamily):
                made.append(_bound(address, at, backlog))
    except OSError as error:
        for one in made:
            one.close()
        raise UsageError(
            f"port {port} cannot be used: {error.strerror}",
            "another program may have it; --port 0 takes a free one",
        ) from error
    return made


class _NoFamily(Exception):  # noqa: N818 (what is not there)
    """This machine has no such addresses."""


def _bound(address: str, port: int, backlog: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        made = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        raise _NoFamily from None
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((address, port))
        made.listen(backlog)
    except OSError as error:
        made.close()
        if address == LOOPBACK[1] and error.errno == errno.EADDRNOTAVAIL:  # no IPv6 here
            raise _NoFamily from None
        raise
    return made
