"""A server that ends in good order, and connections that are not waited for without end."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, ClassVar

import uvicorn

HEAD_SECONDS = 10.0
"""In which the head of a request must be here."""
HEAD_BYTES = 16_384
END_SECONDS = 3
"""Seconds that requests have to finish when a service ends."""


class Calm(uvicorn.Server):
    """Ends in good order when it is told to, and says when it can be reached."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[Callable[[], None]], Any]) -> None:
        """Take what is done once it listens; it is given what ends the server."""
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self._ready(self.end)

    def end(self) -> None:
        """End as if told by a signal, from whatever thread."""
        self.should_exit = True

    def hung_up(self) -> None:
        """Do what SIGHUP asks for: to end."""
        self._told(signal.SIGHUP, None)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End by a signal as by anything else: what is after the server is still done."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        told: dict[int, Callable[[int, FrameType | None], None]] = {
            signal.SIGINT: self._told,
            signal.SIGTERM: self._told,
            signal.SIGHUP: lambda _number, _frame: self.hung_up(),
        }
        before = {number: signal.signal(number, act) for number, act in told.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _told(self, _number: int, _frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


class Patience(asyncio.Protocol):
    """Beside one of uvicorn's protocols: one connection, closed where a head does not come."""

    MOST: ClassVar[int]
    """Connections at once."""
    connections: Any
    transport: Any
    loop: Any
    cycle: Any
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Take a connection, or none where there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.MOST:
            transport.abort()
            return
        self.wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of a connection."""
        self.wait_no_more()
        super().connection_lost(exc)

    @property
    def is_busy(self) -> bool:
        """Tell whether a request is being answered."""
        cycle = self.cycle  # none before the first request
        return cycle is not None and not cycle.response_complete

    def wait(self) -> None:
        """Give the head of a request its time, which has begun already if it has."""
        if self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def wait_no_more(self) -> None:
        """Let a request take its time."""
        if self._late is not None:
            self._late.cancel()
            self._late = None
