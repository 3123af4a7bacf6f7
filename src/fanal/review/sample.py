"""Draws a blind sample of what was set back, and spreads it among what comes first.

Who draws has no say: a keyed digest of each content's digest decides, and the key is the case's
id. So the same case draws the same again, and nobody can prepare a file that is never drawn.
"""

import hashlib
from collections.abc import Collection, Sequence

import numpy as np

from fanal.review.order import ALTERED
from fanal.review.signals import Whole

SHARE = 0.02
"""Of the series and single contents that were set back."""


def drawn(
    case_id: str, names: Sequence[str], share: float, before: Collection[int] = ()
) -> list[int]:
    """Return which of these are drawn, in an order that says nothing of them.

    `before` were drawn earlier and stay so: a sample grows and never changes its mind.
    """
    key = hashlib.sha256(case_id.encode()).digest()
    lots = [hashlib.blake2b(name.encode(), digest_size=16, key=key).digest() for name in names]
    order = sorted(range(len(names)), key=lots.__getitem__)
    wanted = round(share * len(names))
    chosen = {*order[:wanted], *before}
    return [place for place in order if place in chosen]


def mixed(rows: Whole, step: Whole, chosen: Sequence[int]) -> tuple[Whole, Whole]:
    """Return rows in their order with the chosen ones among the first, and the step of each.

    `step` is that of each row of `rows`. A chosen row takes the step of those that it stands among,
    and lies evenly among all up to the last step for pictures that nobody knows.
    """
    is_chosen = np.isin(rows, np.asarray(chosen, np.int64))
    rows, step = rows[~is_chosen], step[~is_chosen]
    front = int(np.searchsorted(step, ALTERED, "right"))
    count = len(chosen)
    at = (np.arange(count) * 2 + 1) * front // (2 * max(count, 1))
    beside = step[np.maximum(at - 1, 0)] if front else np.full(count, ALTERED, np.int64)
    return (
        np.insert(rows, at, np.asarray(chosen, np.int64)),
        np.insert(step, at, beside),
    )
