"""Counts what people decided, and names the first contents on which they have not finished."""

from collections import Counter

from fanal.pipeline.decided import events
from fanal.review import report_facts as told
from fanal.review.decisions import fold
from fanal.stores.interface import CaseStore

FIRST = 10
"""Open contents that the report names."""


def decided(store: CaseStore) -> told.Decided:
    """Return how many contents stand in each state by people's words, and how many are open."""
    states: Counter[str] = Counter()
    waits = disputed = 0
    first: list[told.Open] = []
    for group in events(store):
        standing = fold(group)
        states[standing.victim_state] += standing.decided
        waits += standing.waits_for_second
        disputed += standing.contradicted
        is_open = standing.waits_for_second or standing.contradicted
        if is_open and len(first) < FIRST:
            first.append(told.Open(group[0].sha256, standing.says))
    counted = tuple((state, count) for state, count in states.most_common() if count)
    return told.Decided(counted, waits, disputed, tuple(first))
