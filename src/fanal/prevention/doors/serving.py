"""Runs the HTTP service: on this machine alone, on a Unix socket, or elsewhere with a token.

SIGHUP reads the lists anew at once; SIGTERM and Ctrl-C let requests finish, then counters are
written. Nothing is logged.
"""

import asyncio
import gc
import ipaddress
import os
import signal
import socket
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fanal.errors import UsageError
from fanal.prevention.doors.answers import JSON_HEADERS
from fanal.prevention.doors.service import Entry, application
from fanal.prevention.doors.wire import Refused, refusal, spelled

PORT = 8418
LOOPBACK = ("127.0.0.1", "::1")
"""Both: where only one listened, another program could be what `localhost` means to a client."""
HEAD_SECONDS = 10.0
"""In which the head of a request must be here."""
HEAD_BYTES = 16_384
CONNECTIONS = 1_000
KEEP_SECONDS = 60
END_SECONDS = 3
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
        with suppress(ValueError):
            return ipaddress.ip_address(self.address).is_loopback
        return self.address in {"", "localhost"}


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
    made: list[socket.socket] = []
    try:
        for address in addresses:
            port = made[0].getsockname()[1] if made else place.port
            with suppress(_NoFamily):
                made.append(_bound(address, port))
    except OSError as error:
        for one in made:
            one.close()
        raise UsageError(
            f"port {place.port} cannot be used: {error.strerror}",
            "another program may have it; --port 0 takes a free one",
        ) from None
    return made


class _NoFamily(Exception):  # noqa: N818 (what is not there)
    """This machine has no such addresses."""


def _bound(address: str, port: int) -> socket.socket:
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
        made.listen(256)
    except OSError as error:
        made.close()
        if address == LOOPBACK[1] and error.errno == 99:  # EADDRNOTAVAIL: IPv6 is switched off
            raise _NoFamily from None
        raise
    return made


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
        made.listen(256)
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
            Calm(_config(app), deterrent.reload, lambda end: ready(where, end)).run(sockets)
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


class Calm(uvicorn.Server):
    """A server that ends in good order, and reads lists anew when it is told to."""

    def __init__(
        self,
        config: uvicorn.Config,
        reload: Callable[[], Any],
        ready: Callable[[Callable[[], None]], Any],
    ) -> None:
        """Take what reads lists anew, and what is done once it listens."""
        super().__init__(config)
        self._reload, self._ready = reload, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self._ready(self.end)

    async def on_tick(self, counter: int) -> bool:
        """Sweep once a second."""
        if counter % 10 == 0:
            sweep()
        return await super().on_tick(counter)

    def end(self) -> None:
        """End as if told by a signal, from whatever thread."""
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End by a signal as by anything else: what is after the server is still done."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        told = {signal.SIGINT: self._told, signal.SIGTERM: self._told, signal.SIGHUP: self._anew}
        before = {number: signal.signal(number, act) for number, act in told.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _told(self, _number: int, _frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True

    def _anew(self, _number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=self._read, name="fanal-deter-reload", daemon=True).start()

    def _read(self) -> None:
        with suppress(Exception):  # the old lists stay, and the health says why
            self._reload()


class Patient(HttpToolsProtocol):
    """One connection, which is closed where the head of a request does not come or is too long."""

    _late: asyncio.TimerHandle | None = None
    _head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or none where there are too many."""
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS:
            transport.abort()
            return
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take bytes; whatever belongs to no request yet has little time and little room."""
        if not self._is_busy:
            self._head += len(data)
        super().data_received(data)
        if self._is_busy:
            self._wait_no_more()
            self._head = 0
        elif self._head > HEAD_BYTES:
            self.transport.abort()
        elif self._late is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of a connection."""
        self._wait_no_more()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request: closed, like everything that is not taken."""
        del msg
        body = spelled(refusal(None, Refused(400, "this is no request")))
        headers = {**JSON_HEADERS, "Content-Length": str(len(body)), "Connection": "close"}
        lines = [f"{name.lower()}: {value}" for name, value in headers.items()]
        head = "\r\n".join(["HTTP/1.1 400 Bad Request", *lines, "", ""])
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()

    @property
    def _is_busy(self) -> bool:
        cycle: Any = self.cycle  # none before the first request
        return cycle is not None and not cycle.response_complete

    def _wait(self) -> None:
        self._late = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
