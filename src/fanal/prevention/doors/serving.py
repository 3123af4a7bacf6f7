"""Runs the HTTP service: on this machine alone, on a Unix socket, or elsewhere with a token.

SIGHUP reads the lists anew at once; SIGTERM and Ctrl-C let requests finish, then counters are
written. Nothing is logged.
"""

import gc
import ipaddress
import os
import socket
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fanal.errors import UsageError
from fanal.prevention.doors.answers import JSON_HEADERS
from fanal.prevention.doors.service import Entry, application
from fanal.prevention.doors.wire import Refused, refusal, spelled
from fanal.serving.calm import END_SECONDS, HEAD_BYTES, Calm, Patience
from fanal.serving.sockets import LOOPBACK, bound, is_here

PORT = 8418
BACKLOG = 256
CONNECTIONS = 1_000
KEEP_SECONDS = 60
SWITCH = 0.0003
"""Seconds after which a thread that reads lists lets a decision in."""
FEW = 20_000
"""Objects that are looked through for cycles at once; a list that was read has millions."""
LEAST_TOKEN = 20
MOST_TOKEN = 1_000


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """Where the service is reached."""

    port: int = PORT
    """0: any that is free."""
    address: str = ""
    """An address beyond this machine; "" for this machine alone."""
    path: Path | None = None
    """A Unix socket, in place of a port."""
    names: tuple[str, ...] = ()
    """Further names that clients give as the host."""
    token: bytes = b""

    @property
    def is_here(self) -> bool:
        """Tell whether only this machine reaches it."""
        return is_here(self.address)


def checked(place: Place) -> Place:
    """Return the place; refuse one beyond this machine without a token."""
    if place.path is not None or place.is_here:
        return place
    try:
        ipaddress.ip_address(place.address)
    except ValueError:
        raise UsageError(
            "--listen is no address of this machine", "give one like 192.0.2.7"
        ) from None
    if not place.token:
        raise UsageError(
            "other machines reach that address: anybody there could ask what your lists know",
            "give --token FILE, or leave --listen out",
        )
    return place


def read_token(path: Path) -> bytes:
    """Return the token of a file that only its owner reads."""
    advice = f"write one line of at least {LEAST_TOKEN} characters, for its owner alone (chmod 600)"
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            told = stream.read(MOST_TOKEN + 1).strip()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", advice) from None
    if stat.S_IMODE(mode) & 0o077:
        raise UsageError(f"{path} can be read by others", advice)
    is_fit = LEAST_TOKEN <= len(told) <= MOST_TOKEN and told.isascii()
    if not is_fit or any(one in b" \t\r\n" for one in told):
        raise UsageError(f"{path} holds no token", advice)
    return told


def hosts(place: Place, port: int) -> frozenset[str] | None:
    """Return the names under which clients reach it; None where no browser can come."""
    if place.path is not None:
        return None
    known = ["localhost", *LOOPBACK, *([place.address] if place.address else [])]
    spelled_out = [f"[{one}]" if ":" in one else one for one in known]
    with_port = [f"{one}:{port}" for one in spelled_out]
    return frozenset(one.lower() for one in (*with_port, *place.names))


def listening(place: Place) -> list[socket.socket]:
    """Return sockets that are bound."""
    if place.path is not None:
        return [_unix(place.path)]
    addresses = LOOPBACK if place.is_here else (place.address,)
    return bound(addresses, place.port, BACKLOG)


def _unix(path: Path) -> socket.socket:
    """Return a socket at a path, for its owner and group; one that nobody serves is replaced."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.is_socket() and not _answers(path):
            path.unlink()
        before = os.umask(0o117)
        try:
            made.bind(str(path))
        finally:
            os.umask(before)
        made.listen(BACKLOG)
    except OSError as error:
        made.close()
        raise UsageError(
            f"{path} cannot be a socket: {error.strerror or error}", "give a path that is free"
        ) from None
    return made


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
        try:
            one.connect(str(path))
        except OSError:
            return False
    return True


def serve(deterrent: Any, place: Place, ready: Callable[[str, Callable[[], None]], Any]) -> None:
    """Serve until the program is told to end; `ready` is given the address and what ends it."""
    place = checked(place)
    sockets = listening(place)
    port = 0 if place.path is not None else sockets[0].getsockname()[1]
    where = f"unix:{place.path}" if place.path else f"http://{_host(place)}:{port}"
    app = application(deterrent, Entry(hosts(place, port), place.token))
    try:
        with _unhurried():
            Reading(_config(app), deterrent.reload, lambda end: ready(where, end)).run(sockets)
    finally:
        for one in sockets:
            one.close()
        if place.path is not None:
            place.path.unlink(missing_ok=True)


@contextmanager
def _unhurried() -> Iterator[None]:
    """Let decisions in while lists are read, and let nothing go through all objects meanwhile."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()
        sys.setswitchinterval(before)


def sweep() -> None:
    """Let go of cycles among the objects of the last second; keep what a list is made of."""
    if gc.get_count()[0] < FEW:
        gc.collect(0)
    else:
        gc.freeze()


def _host(place: Place) -> str:
    if place.is_here:
        return "localhost"
    return f"[{place.address}]" if ":" in place.address else place.address


def _config(app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Patient,
        ws="none",
        loop="auto",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_SECONDS,
        timeout_graceful_shutdown=END_SECONDS,
    )


class Reading(Calm):
    """A server that reads lists anew when it is told to."""

    def __init__(
        self,
        config: uvicorn.Config,
        reload: Callable[[], Any],
        ready: Callable[[Callable[[], None]], Any],
    ) -> None:
        """Take what reads lists anew, and what is done once it listens."""
        super().__init__(config, ready)
        self._reload = reload

    async def on_tick(self, counter: int) -> bool:
        """Sweep once a second."""
        if counter % 10 == 0:
            sweep()
        return await super().on_tick(counter)

    def hung_up(self) -> None:
        """Read lists anew, beside the answers."""
        threading.Thread(target=self._read, name="fanal-deter-reload", daemon=True).start()

    def _read(self) -> None:
        with suppress(Exception):  # the old lists stay, and the health says why
            self._reload()


class Patient(Patience, HttpToolsProtocol):
    """One connection, which is closed where the head of a request does not come or is too long."""

    MOST = CONNECTIONS
    _head = 0

    def data_received(self, data: bytes) -> None:
        """Take bytes; whatever belongs to no request yet has little time and little room."""
        if not self.is_busy:
            self._head += len(data)
        super().data_received(data)
        if self.is_busy:
            self.wait_no_more()
            self._head = 0
        elif self._head > HEAD_BYTES:
            self.transport.abort()
        else:
            self.wait()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request: closed, like everything that is not taken."""
        del msg
        body = spelled(refusal(None, Refused(400, "this is no request")))
        headers = {**JSON_HEADERS, "Content-Length": str(len(body)), "Connection": "close"}
        lines = [f"{name.lower()}: {value}" for name, value in headers.items()]
        head = "\r\n".join(["HTTP/1.1 400 Bad Request", *lines, "", ""])
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()
