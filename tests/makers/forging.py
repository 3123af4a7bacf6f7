"""Work that speaks on its worker's pipe by itself, as hostile bytes would that took it over."""

import ctypes
import gc
import os
import struct
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

MESSAGES = {
    "half a message": struct.pack("!i", 100_000) + b"zz",
    "half a length": b"\0\0",
    "nothing": struct.pack("!i", 2) + b"[]",
    "too many": struct.pack("!i", 1000) + b"[" + b"[true,7],".ljust(9) * 110 + b"[true,77]",
    "no error": struct.pack("!i", 11) + b"[[false,7]]",
    "a pickle": struct.pack("!i", 9) + b"\x80\x04Nr\xff\xff\xff\x7f.",
    "a length": struct.pack("!i", (1 << 31) - 1),
}


def same(task: Any) -> Any:
    """Return what came."""
    return task


def sends(name: str) -> str:
    """Write a forged message, where one is named, and rest."""
    if name in MESSAGES:
        os.write(_pipe().fileno(), MESSAGES[name])
        time.sleep(30)
    return name


def deaf(task: int) -> int:
    """Answer by itself, and never listen again."""
    answer = b"[[true,%d]]" % task
    os.write(_pipe().fileno(), struct.pack("!i", len(answer)) + answer)
    time.sleep(60)
    return task


def fills(number: int) -> int:
    """Write a number over all of the memory that is shared with the parent."""
    with open("/proc/self/maps", encoding="utf-8") as maps:  # noqa: PTH123 (a kernel table)
        shared = [line.split()[0] for line in maps if " rw-s " in line and "pym-" in line]
    for start, end in ((int(at, 16) for at in span.split("-")) for span in shared):
        numbers = (ctypes.c_long * ((end - start) // 8)).from_address(start)
        numbers[:] = [number] * len(numbers)
    return number


def _pipe() -> Connection:
    held = (each for each in gc.get_objects() if isinstance(each, Connection) and not each.closed)
    return next(each for each in held if _leads(each).startswith("socket:"))


def _leads(pipe: Connection) -> str:
    return str(Path(f"/proc/self/fd/{pipe.fileno()}").readlink())
