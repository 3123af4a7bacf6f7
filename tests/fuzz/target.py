"""What a fuzz target is: seeds, one function that takes bytes, and the promises it checks."""

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

SLOW = 5.0
"""Seconds of processor time that no single input may take."""
WRITING = re.compile(r"[wax+]")
WRITE_FLAGS = 0o1 | 0o2 | 0o100 | 0o1000
"""O_WRONLY, O_RDWR, O_CREAT and O_TRUNC of Linux."""
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.system", "os.fork", "os.posix_spawn")
CHANGING = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink")
_seen: list[str] | None = None


class Defect(Exception):  # noqa: N818 (what the fuzzers look for)
    """A promise was broken."""


@dataclass(frozen=True, slots=True)
class Target:
    """A parser of ours under test."""

    name: str
    one: Callable[[bytes], None]
    """Takes any bytes; raises only where the parser breaks a promise."""
    seeds: Callable[[], list[bytes]]
    """Valid inputs, and some that an attacker would begin with."""
    longest: int = 1 << 14
    guided: bool = True
    """False where libraries in C could end the process, or one input costs too much."""
    examples: int = 25
    """Inputs drawn in the ordinary tests."""

    def run(self, data: bytes) -> None:
        """Try one input and complain where it takes too long."""
        begin = time.process_time()
        self.one(data)
        taken = time.process_time() - begin
        if taken > SLOW:
            raise Defect(f"{len(data)} bytes took {taken:.1f} s")


def require(good: object, what: str) -> None:
    """Complain unless a promise is kept."""
    if not good:
        raise Defect(what)


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _seen is None:
        return
    if event == "open":
        mode, flags = arguments[1], arguments[2]
        if (isinstance(mode, str) and WRITING.search(mode)) or (
            isinstance(flags, int) and flags & WRITE_FLAGS and mode is None
        ):
            _seen.append(f"{event} {arguments!r}")
    elif event.startswith(FORBIDDEN) or event.startswith(CHANGING):
        _seen.append(f"{event} {arguments!r}")


@lru_cache(maxsize=1)
def _listen() -> None:
    sys.addaudithook(_hear)  # for good; it does nothing outside `watched`


@contextmanager
def watched() -> Iterator[None]:
    """Complain where anything is written, started or connected meanwhile."""
    global _seen  # noqa: PLW0603 (a hook has no other way to be told)
    _listen()
    _seen = found = []
    try:
        yield
    finally:
        _seen = None
    require(not found, f"not only read: {found[:3]}")


@lru_cache(maxsize=1)
def scratch() -> Path:
    """Return a folder for inputs that must be files, in memory where that can be.

    A fuzzer ends without clearing up, so it hands a folder of its own down in ZZ_FUZZ_SCRATCH.
    """
    if "ZZ_FUZZ_SCRATCH" in os.environ:
        return Path(os.environ["ZZ_FUZZ_SCRATCH"])
    _kept.append(scratch_folder())
    return Path(_kept[0].name)


def scratch_folder() -> "tempfile.TemporaryDirectory[str]":
    """Make such a folder."""
    memory = Path("/dev/shm")  # noqa: S108 (made unique below)
    return tempfile.TemporaryDirectory(
        prefix="zz-fuzz-", dir=memory if memory.is_dir() else None, ignore_cleanup_errors=True
    )


_kept: list[tempfile.TemporaryDirectory[str]] = []


def written(data: bytes, name: str = "list") -> Path:
    """Return a file that holds the bytes."""
    path = scratch() / name
    path.write_bytes(data)
    return path


def fresh(source: Path, name: str) -> Path:
    """Return a new copy of a folder."""
    path = scratch() / name
    shutil.rmtree(path, ignore_errors=True)
    return Path(shutil.copytree(source, path))


def twice(data: bytes) -> bool:
    """Tell whether this input is one of those that are tried twice, to compare."""
    return len(data) < 4096 and sum(data[:64]) % 4 == 0
