"""Waits until something holds: long enough for a machine on which much else runs."""

import time
from collections.abc import Callable

LONGEST = 60.0
"""Seconds after which what should come will not."""


def until(holds: Callable[[], object], longest: float = LONGEST) -> None:
    """Wait until something holds, and fail where it does not come to that."""
    assert soon(holds, longest), "it did not come to that"


def soon(holds: Callable[[], object], longest: float = LONGEST) -> bool:
    """Wait until something holds, and say whether it came to that."""
    end = time.monotonic() + longest
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
