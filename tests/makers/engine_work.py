"""Work that engines run in their tests: at top level of a module, so that workers can import it."""

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any


class Odd(Exception):  # noqa: N818 (a name for a test)
    """An error that cannot be read again where it is sent to."""

    def __init__(self, first: str, second: str) -> None:
        """Take two words and hand on one."""
        super().__init__(first)
        self.second = second


def double(number: int) -> int:
    """Return twice the number."""
    return number * 2


def same(task: Any) -> Any:
    """Return what came."""
    return task


def worker(task: Any) -> tuple[Any, int]:
    """Return the process that does the work, and the one that started it."""
    return os.getpid(), os.getppid()


def dying(number: int) -> int:
    """Return the number doubled; every tenth kills the process, every tenth ends it."""
    if number % 10 == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    if number % 10 == 5:
        os._exit(3)
    return number * 2


def resting(seconds: float) -> float:
    """Rest so long, and return it."""
    time.sleep(seconds)
    return seconds


def spinning(number: int) -> int:
    """Return the number; never, where it is 13."""
    while number == 13:
        pass
    return number


def failing(number: int) -> int:
    """Return the number; raise where it is 13."""
    if number == 13:
        raise ValueError("zz-test-0013")
    return number


def odd(number: int) -> int:
    """Return the number; raise what cannot be sent where it is 13."""
    if number == 13:
        raise Odd("zz-test-0013", "second")
    return number


def unsendable(number: int) -> Any:
    """Return what cannot be sent where it is 13."""
    return (lambda: number) if number == 13 else number


def large(size: int) -> bytes:
    """Return so many bytes."""
    return b"\x5a" * size


def allocate(size: int) -> str:
    """Take so many bytes of memory, and say how it went."""
    try:
        return f"had {len(bytearray(size))}"
    except MemoryError:
        return "MemoryError"


def hoard(size: int) -> int:
    """Take so many bytes of memory, and raise where they are not there."""
    return len(bytearray(size))


def write(path: str) -> str:
    """Try to write a file, and say how it went."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with Path(path).open("wb", buffering=0) as out:
            out.write(b"zz-test-0001")
    except OSError as error:
        return type(error).__name__ + f" {error.errno}"
    return "written"


def speak(word: str) -> str:
    """Write to the screen by every way there is."""
    os.write(1, word.encode())
    os.write(2, word.encode())
    print(word)  # noqa: T201 (what is tested)
    print(word, file=sys.stderr)  # noqa: T201
    return word


def core(task: Any) -> tuple[int, ...]:
    """Return the limits and the signal handling of the worker."""
    import resource  # noqa: PLC0415 (only where this work is done)

    return (
        resource.getrlimit(resource.RLIMIT_CORE)[1],
        resource.getrlimit(resource.RLIMIT_FSIZE)[1],
        int(signal.getsignal(signal.SIGINT) is signal.SIG_IGN),
    )


class _Order:
    """Tells whoever reads it to make a file."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return os.mkdir, (self.path,)


def forging(path: str) -> Any:
    """Answer with a message that makes its reader act, as a worker would that was taken over."""
    return _Order(path) if path else "honest"


class NeverRaises:
    """Work that says it never raises, and does where the number is 13."""

    never_raises = True

    def __call__(self, number: int) -> int:
        """Return the number, or break the promise."""
        return failing(number)
