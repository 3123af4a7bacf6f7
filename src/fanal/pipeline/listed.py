"""Counts what lists say of several contents, where these are treated as if they were one."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from fanal.model.known import Match
from fanal.pipeline.order_says import BY_DISTANCE
from fanal.review.order import STEPS, UNKNOWN, by_lists
from fanal.stores.interface import CaseStore

NO_LIST = "on no list"


def listed(store: CaseStore, contents: Iterable[str]) -> dict[str, int]:
    """Return what lists say of contents, and of how many; a near harmless entry says nothing."""
    told = dict.fromkeys(contents, NO_LIST)
    matches = store.find(Match, order=BY_DISTANCE, among={"sha256": list(told)})
    for sha256, group in groupby(matches, key=lambda match: match.sha256):
        placed = by_lists(tuple(group))
        if placed and placed.step != UNKNOWN:
            told[sha256] = STEPS[placed.step]
    return dict(sorted(Counter(told.values()).items()))
