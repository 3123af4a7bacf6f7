"""The parent's end of a worker's pipe: whole messages, none too large, none waited for for ever.

A worker that was taken over may send half a message, or stop reading. Nothing here waits longer
for it than an honest worker on a busy machine needs.
"""

import os
import pickle
import select
import struct
import time
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any

from fanal.engines.wire import LARGEST, UntrustedError

WHOLE = 60.0
"""Seconds a message may take from its first byte to its last."""
BEGIN = 300.0
"""Seconds for the first one and for the batch before it: the process is still starting."""
_PART = 1 << 20
_LENGTH, _LONG = struct.Struct("!i"), struct.Struct("!iQ")
"""How `multiprocessing` begins a message, and one of 2 GiB and more."""


class Line:
    """A pipe to one worker, to be used by one thread."""

    def __init__(self, pipe: Connection) -> None:
        """Take the parent's end for its own."""
        self._pipe = pipe
        os.set_blocking(pipe.fileno(), False)
        self._poll = select.poll()
        self._poll.register(pipe.fileno(), select.POLLIN)
        self._patience = BEGIN

    def close(self) -> None:
        """Let go of the pipe."""
        self._pipe.close()

    def speaks(self, seconds: float) -> bool:
        """Wait so long for the worker to say something or to end; 0: for ever."""
        return bool(self._poll.poll(seconds * 1000 or None))

    def send(self, told: Any) -> None:
        """Send a batch: any object, for the parent is trusted."""
        data = ForkingPickler.dumps(told, pickle.HIGHEST_PROTOCOL)
        size = len(data)
        head = _LENGTH.pack(size) if size < 1 << 31 else _LONG.pack(-1, size)
        until = time.monotonic() + self._patience
        for part in (memoryview(head), memoryview(data)):
            at = 0
            while at < len(part):
                try:
                    at += os.write(self._pipe.fileno(), part[at : at + _PART])
                except BlockingIOError:
                    self._ready(select.POLLOUT, until)

    def take(self) -> bytes:
        """Return one whole message; raises UntrustedError, or EOFError where the worker ended."""
        until = time.monotonic() + self._patience
        (size,) = _LENGTH.unpack(self._exactly(_LENGTH.size, until))
        if not 0 <= size <= LARGEST:
            raise UntrustedError("a message that is too large")
        self._patience = WHOLE
        return self._exactly(size, until)

    def _exactly(self, size: int, until: float) -> bytes:
        held = bytearray()
        while len(held) < size:
            try:
                part = os.read(self._pipe.fileno(), min(size - len(held), _PART))
            except BlockingIOError:
                self._ready(select.POLLIN, until)
                continue
            if not part:
                raise EOFError
            held += part
        return bytes(held)

    def _ready(self, event: int, until: float) -> None:
        ready = select.poll()
        ready.register(self._pipe.fileno(), event)
        if not ready.poll(max(0.0, until - time.monotonic()) * 1000):
            raise UntrustedError("a message that does not end")
