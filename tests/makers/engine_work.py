"""Work that engines run in their tests: at top level of a module, so that workers can import it."""

import os
import signal
import time
from pathlib import Path


def double(number: int) -> int:
    """Return twice the number."""
    return number * 2


def dying(number: int) -> int:
    """Return the number doubled, or kill the process where it is a multiple of ten."""
    if number % 10 == 5:
        os._exit(3)
    if number % 10 == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 2
