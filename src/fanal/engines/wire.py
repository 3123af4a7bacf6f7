"""Spells what travels between a worker and its parent; the parent takes nothing but plain records.

A worker may have been taken over by the bytes it read, and a pickle can call whatever it names. So
the parent's reader knows plain values, the dataclasses of fanal and the exceptions of Python, and
refuses every other name.
"""

import pickle
from dataclasses import is_dataclass
from io import BytesIO
from multiprocessing.reduction import ForkingPickler
from typing import Any

LARGEST = 1 << 28
"""Bytes of one message; a worker that sends more has been taken over, or is broken."""


class UntrustedError(Exception):
    """A message that no honest worker sends."""


class _Reader(pickle.Unpickler):
    """Reads plain values and records."""

    def find_class(self, module: str, name: str, /) -> Any:
        """Return the class of a record or an exception; refuse everything else."""
        if "." not in name and (module == "builtins" or module.startswith("fanal.")):
            found = super().find_class(module, name)
            if isinstance(found, type):
                if module != "builtins" and is_dataclass(found):
                    return found
                if module == "builtins" and issubclass(found, Exception):
                    return found
        raise UntrustedError(f"a worker may not send {module}.{name}"[:300])


def read(data: bytes) -> Any:
    """Return what a worker sent; raises UntrustedError."""
    try:
        return _Reader(BytesIO(data)).load()
    except UntrustedError:
        raise
    except Exception as error:  # whatever a forged pickle provokes
        raise UntrustedError(f"a message that cannot be read: {type(error).__name__}") from error


def spelled(answer: Any, *, good: bool) -> bytes:
    """Return an answer, or the error that came in its place, as the parent can read it."""
    try:
        data = bytes(ForkingPickler.dumps((good, answer)))
        if not good:
            read(data)  # many an exception can be written but not read again
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (an object of the work's own making)
        notes = getattr(answer, "__notes__", ())
        fault = RuntimeError(f"an answer cannot be sent: {answer!r}: {error!r}"[:2000])
        for note in notes:
            fault.add_note(note)
        data = bytes(ForkingPickler.dumps((False, fault)))
    return data
