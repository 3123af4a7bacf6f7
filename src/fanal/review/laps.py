"""Puts what hangs together with an earlier place of the queue behind what does not.

Parts of one series that no link joins firmly (the second sheet of a batch, the other photographs
that went into one run) would come one after the other, and each look would show the same again.
They keep their step, and come before all that has no sign; the first of them keeps its place.
"""

import numpy as np

from fanal.review.signals import Pairs, Whole


def laps(order: Whole, tier: Whole, related: Pairs) -> Whole:
    """Return for each row how many related rows of its tier come before it, at most of one group.

    `order` are the rows as they would come; only rows of one tier are counted; `related` are rows
    and groups, each pair once.
    """
    lap = np.zeros(len(order), np.int64)
    row, group = related
    if not len(row):
        return lap
    turn = np.empty(len(order), np.int64)
    turn[order] = np.arange(len(order))
    sorted_ = np.lexsort((turn[row], tier[row], group))
    row, group = row[sorted_], group[sorted_]
    new = np.r_[True, (group[1:] != group[:-1]) | (tier[row[1:]] != tier[row[:-1]])]
    starts = np.flatnonzero(new)
    before = np.arange(len(row)) - starts[np.cumsum(new) - 1]
    np.maximum.at(lap, row, before)
    return lap
