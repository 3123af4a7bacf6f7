"""Several wordings at once: adjusted evidence, and rotation once a decision is made."""

from collections.abc import Sequence

HOLD_OUT = 100
"""Thousandths that stay with the reference for good when wordings are rotated."""
WHOLE = 1000


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted by the step-down procedure of Holm 1979."""
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    told = [1.0] * len(p_values)
    most = 0.0
    for rank, at in enumerate(order):
        most = max(most, min(1.0, (len(p_values) - rank) * p_values[at]))
        told[at] = most
    return told


def closed(e_values: Sequence[float]) -> list[float]:
    """Return e-values adjusted by closed testing (Vovk and Wang 2021, algorithm 1).

    The e-value of several hypotheses together is the mean of theirs, which is one under any
    dependence; a hypothesis has the smallest mean of all sets that it belongs to. The smallest
    means are those with the smallest others, so one pass over the sorted values is enough.
    """
    order = sorted(e_values)
    told = []
    for own in e_values:
        others = list(order)
        others.remove(own)
        least = total = own
        for count, other in enumerate(others, start=2):
            total += other
            least = min(least, total / count)
        told.append(least)
    return told


def rotation(best: Sequence[float], reference: int) -> list[int]:
    """Return weights in thousandths for a trial that follows a decision.

    `best` holds each arm's probability of being best: what is left beside the hold-out goes to
    the arms by it (Thompson 1933), rounded by largest remainder.
    """
    left = WHOLE - HOLD_OUT
    total = sum(best) or 1.0
    exact = [left * one / total for one in best]
    told = [int(one) for one in exact]
    by_rest = sorted(range(len(best)), key=lambda at: (told[at] - exact[at], at))
    for at in by_rest[: left - sum(told)]:
        told[at] += 1
    told[reference] += HOLD_OUT
    return told
