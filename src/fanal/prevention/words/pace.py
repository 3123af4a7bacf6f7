"""Lets decisions go on while a list is built beside them."""

import threading
import time

ROWS = 64
"""Rows between two rests: a third of a millisecond."""
REST = 0.0001


def breathe(row: int) -> None:
    """Rest for a moment after every few rows, so that other threads of the interpreter may run.

    The main thread does not: whoever builds there waits for it.
    """
    if row % ROWS == 0 and threading.current_thread() is not threading.main_thread():
        time.sleep(REST)
