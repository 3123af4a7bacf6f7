"""Locks on a case folder that the kernel lets go of when their holder dies.

lock      held by every writer, shared; alone by the one that seals the case
run.lock  held by the one run that a case bears at a time
"""

import fcntl
import os
import time
from pathlib import Path

from fanal.custody.seal import LOCK, RUN_LOCK
from fanal.errors import CaseError

PAUSE = 0.02
SEALING = 600.0
"""Seconds to wait for somebody who seals the case, which takes a while where it is large."""
GLANCE = 0.2
"""Seconds a glance of somebody else at the lock may last."""


class Locks:
    """What one writer holds."""

    def __init__(self, folder: Path, *, run: bool, wait: float) -> None:
        """Take the lock of the run first: who is refused has touched nothing."""
        self._held: list[int] = []
        try:
            if run:
                self._take(folder / RUN_LOCK, fcntl.LOCK_EX, max(wait, GLANCE), folder)
            self._lock = self._take(folder / LOCK, fcntl.LOCK_SH, max(wait, SEALING), folder)
        except BaseException:
            self.release()
            raise

    def _take(self, path: Path, how: int, wait: float, folder: Path) -> int:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._held.append(descriptor)
        end = time.monotonic() + wait
        while not _locked(descriptor, how):
            if time.monotonic() >= end:
                raise CaseError(
                    f"another run is writing to the case in {folder}",
                    "wait for it to end (FANAL_WAIT=SECONDS does), or name another case",
                )
            time.sleep(PAUSE)
        return descriptor

    def is_last(self) -> bool:
        """Become the only writer, where no other is left; else let go of the writers' lock.

        The kernel lets go of the shared lock before it tries the other, so of two that end at the
        same moment the later one succeeds: never do both leave the case without a seal.
        """
        return _locked(self._lock, fcntl.LOCK_EX)

    def leave_writers(self) -> None:
        """Let go of the writers' lock only, so that another writer of this program may seal."""
        fcntl.flock(self._lock, fcntl.LOCK_UN)

    def release(self) -> None:
        """Let the next one write."""
        for descriptor in self._held:
            os.close(descriptor)
        self._held.clear()


def is_run_on(folder: Path) -> bool:
    """Tell whether somebody holds the lock of a run."""
    try:
        descriptor = os.open(folder / RUN_LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _locked(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _locked(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
