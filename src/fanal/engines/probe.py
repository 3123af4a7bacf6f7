"""Tries, inside a worker, what no worker may do: the doctor's proof that the guards hold."""

import ctypes
import os
from collections.abc import Callable
from typing import Any

REFUSED = "refused"


def attempts(folder: str) -> dict[str, str]:
    """Try each forbidden act and return act → `refused`, or what came of it.

    `folder` is where a file would be written; nothing is left behind where that succeeds.
    """
    acts: dict[str, Callable[[], Any]] = {
        "open a connection": _connection,
        "write a file": lambda: _file(folder),
        "start a program": _program,
        "start a process": _process,
        "signal another process": lambda: os.kill(os.getppid(), 0),
    }
    told = {}
    for name, act in acts.items():
        try:
            act()
        except OSError:
            told[name] = REFUSED
        else:
            told[name] = "possible"
    return told


def _connection() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    for family in (1, 2, 10):  # a local one, IPv4, IPv6
        made = libc.socket(family, 1, 0)
        if made >= 0:
            os.close(made)
            return
    raise OSError(ctypes.get_errno(), "no socket")


def _file(folder: str) -> None:
    path = os.path.join(folder, f".fanal-doctor-{os.getpid()}")  # noqa: PTH118 (as few calls as can be)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    os.unlink(path)  # noqa: PTH108


def _program() -> None:
    """Ask for a program that does not exist: only who may run programs is told so."""
    try:
        os.execv("/fanal-no-such-program", ["zz"])  # noqa: S606 (what is tried)
    except FileNotFoundError:
        return


def _process() -> None:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
