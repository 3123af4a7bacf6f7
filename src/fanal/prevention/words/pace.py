"""Lets decisions go on while a list is built beside them."""

import threading
import time

ROWS = 96
"""Rows between two rests where each takes some microseconds: half a millisecond."""
REST = 0.0001


def breathe(row: int, every: int = ROWS) -> None:
    """Rest for a moment after every few rows, so that other threads of the interpreter may run.

    The main thread does not: whoever builds there waits for it.
    """
    if row % every == 0 and threading.current_thread() is not threading.main_thread():
        time.sleep(REST)
