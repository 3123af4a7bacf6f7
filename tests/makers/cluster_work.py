"""Work and fetches for engines whose workers fetch what they look at."""

import os
import signal
import socket
import time
from functools import cache
from pathlib import Path
from typing import Any

LOADED: list[int] = []


def longer(task: Any) -> float:
    """Return the seconds of a task: little for 13, much for others."""
    return 0.4 if task == 13 else 30.0


def tenfold(number: int) -> int:
    """Fetch: ten times the number."""
    return number * 10


def open_handed(path: str) -> str:
    """Fetch: write a file, open a socket, and return the path; what no guarded child may do."""
    Path(path).write_text("zz-test-0001", "utf-8")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
    return path


def empty_handed(path: str) -> list[str]:
    """Read a file, and try to write it and to open a socket; say how it went."""
    said = [Path(path).read_text("utf-8")]
    for refused in (lambda: Path(path).write_text("", "utf-8"), socket.socket):
        try:
            refused()
        except OSError as error:
            said.append(type(error).__name__)
        else:
            said.append("done")
    return said


def where(_: Any) -> int:
    """Fetch: the process that fetches."""
    return os.getpid()


def both(fetched: int) -> tuple[int, int]:
    """Return the process that works and the one that fetched."""
    return os.getpid(), fetched


def resting(number: int) -> tuple[int, int]:
    """Fetch, taking its time: the number and the process that fetches."""
    time.sleep(0.03)
    return number, os.getpid()


def slow(number: int) -> int:
    """Return twice the number, taking its time."""
    time.sleep(0.02)
    return number * 2


def lost(number: int) -> int:
    """Fetch: the number; 13 does not come."""
    if number == 13:
        raise ConnectionError("zz-test-0013")
    return number


def unsendable(number: int) -> int:
    """Fetch: raise what cannot be sent."""
    error = ValueError(f"zz-test-{number:04}")
    error.reason = lambda: number  # type: ignore[attr-defined]
    raise error


def killing(number: int) -> int:
    """Fetch: the number; every tenth kills the process that fetches."""
    if number % 10 == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@cache
def _model() -> int:
    LOADED.append(1)
    return os.getpid()


def loaded(_: Any) -> tuple[int, int]:
    """Load something slow once; return the process and how often it was loaded in it."""
    return _model(), len(LOADED)
