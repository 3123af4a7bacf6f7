"""Guards: outcomes that must stay rare, watched every day in every arm."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.prevention.trials.anytime import Numbers

ODDS = (1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)
"""How much larger the odds of a guard may be than its limit: the alternatives, equally weighted."""


def log_guard(events: NDArray[Any], sessions: NDArray[Any], limit: float) -> Numbers:
    """Return the logarithm of the evidence after each day that a share exceeds its limit.

    The last axis is days. For each alternative share above the limit the ratio of likelihoods is a
    supermartingale of mean at most 1 wherever the true share is at most the limit, even if it
    changes from day to day; so is their mean (Ville 1939; Shafer 2021). It depends on totals only.
    """
    y = np.cumsum(events, axis=-1).astype(float)
    rest = np.cumsum(sessions, axis=-1) - y
    told = []
    for times in ODDS:
        odds = times * limit / (1 - limit)
        share = odds / (1 + odds)
        told.append(y * np.log(share / limit) + rest * np.log((1 - share) / (1 - limit)))
    stacked = np.stack(told)
    most = stacked.max(0)
    mean: Numbers = most + np.log(np.exp(stacked - most).mean(0))
    return mean
