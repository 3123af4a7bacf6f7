"""Makes something once for all jobs that run tests side by side; nobody changes it afterwards."""

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")


def common(folders: pytest.TempPathFactory) -> Path:
    """Return the folder that all jobs of this run share."""
    own = folders.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


def once(folders: pytest.TempPathFactory, name: str, make: Callable[[Path], T]) -> T:
    """Return what was made in the folder of that name: by the first job that asks for it.

    The folder is where it was made from the start: what is made may know its own place.
    """
    place = common(folders) / f"once-{name}"
    place.mkdir(exist_ok=True)
    told = place / "told"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            made = make(place / "made")
            told.write_bytes(pickle.dumps(made))
        return pickle.loads(told.read_bytes())  # noqa: S301 (written above)
