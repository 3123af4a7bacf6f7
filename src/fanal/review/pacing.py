"""Says where something lighter comes between: never too many grave places one after the other.

A design choice of the desk, to be set by an agency: at most twenty grave ones in a row, then a few
of which only the text is shown. Nothing changes its place in the queue for it.
"""

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.bool_]
MOST = 20
"""Grave places one after the other."""
REST = 5
"""Places of which only the text is shown after that."""


def rests(grave: Bits, most: int = MOST, rest: int = REST) -> Bits:
    """Tell of which places only the text is shown, given which are grave, in their order."""
    if not len(grave):
        return np.zeros(0, np.bool_)
    at = np.arange(len(grave))
    light = np.where(grave, -1, at)
    run = at - np.maximum.accumulate(light) - 1
    found: Bits = grave & (run % (most + rest) >= most)
    return found
