"""Evidence that may be looked at every day: an e-process and a confidence sequence.

Both take counts by day, in any number of days, and arms of unequal sizes. All functions take arrays
whose last two axes are days and the two arms (the reference first, then the wording), so that many
trials are counted at once.

The e-process is the one of Turner, Ly and Grünwald (arXiv 2106.02693). A day is a block: n_a and
n_b sessions with y_a and y_b events. Before its events are looked at, shares θ_a and θ_b are
guessed from the days before; θ_0 is their mean, weighted by n_a and n_b. The day's factor is

    (θ_a/θ_0)^y_a ((1-θ_a)/(1-θ_0))^(n_a-y_a) (θ_b/θ_0)^y_b ((1-θ_b)/(1-θ_0))^(n_b-y_b).

If both arms have one share θ that day, one session of arm a gives the mean factor
E_a = θ θ_a/θ_0 + (1-θ)(1-θ_a)/(1-θ_0), so the day gives E_a^n_a E_b^n_b. By the inequality of the
arithmetic and geometric mean this is at most ((n_a E_a + n_b E_b)/(n_a+n_b))^(n_a+n_b), and the
inner sum is n_a+n_b by the choice of θ_0: so at most 1, whatever θ is, for any sizes, equal or not.
Sizes may differ and depend on the past; they must not depend on the day's own events. θ may differ
from day to day. The product over days is then a supermartingale of mean at most 1, and by Ville's
inequality it ever reaches 1/α with probability at most α, under any rule of looking and stopping.

Where one person may come in k sessions with one wording, the process is taken to the power 1/k:
counts are divided by k before they come here. Each of a person's sessions alone makes a valid
block, and by Hölder's inequality the geometric mean of k valid blocks is valid, as far as each has
the day's proportion of arms.

The guess shrinks each arm's share towards the common one, by as many sessions as make the
registered smallest effect its spread. Any guess from the past is valid; this one loses little where
a small first day is followed by large ones.
"""

from math import inf, lgamma, log, log1p
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
LEAST_EVENTS = 5
"""Events, and sessions without, that each arm has before the interval is told."""


def log_e(events: NDArray[Any], sessions: NDArray[Any], spread: float) -> Numbers:
    """Return the logarithm of the e-process after each day."""
    y, n = events.astype(float), sessions.astype(float)
    before_y, before_n = _before(y), _before(n)
    common = (before_y.sum(-1, keepdims=True) + 0.5) / (before_n.sum(-1, keepdims=True) + 1)
    worth = common * (1 - common) / spread**2
    guess = (before_y + worth * common) / (before_n + worth)
    size = n.sum(-1, keepdims=True)
    mean = (n * guess).sum(-1, keepdims=True) / np.where(size > 0, size, 1)
    mean = np.where(size > 0, mean, 0.5)
    factor = y * np.log(guess / mean) + (n - y) * np.log((1 - guess) / (1 - mean))
    day: Numbers = factor.sum(-1)
    return np.cumsum(day, axis=-1)


def _before(counts: Numbers) -> Numbers:
    """Return what was counted before each day."""
    total: Numbers = np.cumsum(counts, axis=-2) - counts
    return total


def confidence(
    events: NDArray[Any], sessions: NDArray[Any], spread: float, alpha: float
) -> tuple[Numbers, Numbers, Numbers]:
    """Return the difference of shares after each day, with the ends of its confidence sequence.

    The normal mixture of Robbins 1970 (Howard et al. 2021, arXiv 1810.08240) over the estimated
    information, as in Waudby-Smith et al. (arXiv 2103.06476): valid in the limit of many events.
    With few, before `LEAST_EVENTS`, the interval is everything.
    """
    y, n = np.cumsum(events, axis=-2).astype(float), np.cumsum(sessions, axis=-2).astype(float)
    whole = np.where(n > 0, n, 1)
    shares = y / whole
    careful = (y + 1) / (n + 2)
    variance = (careful * (1 - careful) / whole).sum(-1)
    known = 1 / variance
    mix = spread**2
    around = np.sqrt((known + 1 / mix) * np.log((1 + known * mix) / alpha**2)) / known
    difference: Numbers = shares[..., 1] - shares[..., 0]
    enough = (np.minimum(y, n - y) >= LEAST_EVENTS).all(-1)
    low = np.where(enough, np.maximum(difference - around, -1), -1.0)
    high = np.where(enough, np.minimum(difference + around, 1), 1.0)
    return difference, low, high


def share_sequence(events: float, sessions: float, alpha: float) -> tuple[float, float]:
    """Return a confidence sequence of one share, exact for any number of looks.

    All shares whose likelihood is not 1/α times smaller than the mean likelihood under a uniform
    prior: that ratio is a martingale of mean 1 under the true share (Robbins 1970).
    """
    if not sessions:
        return 0.0, 1.0
    mean = lgamma(events + 1) + lgamma(sessions - events + 1) - lgamma(sessions + 2)
    least = mean + log(alpha)
    share = events / sessions

    def end(far: float) -> float:
        near = share
        for _ in range(60):
            at = (near + far) / 2
            if _log_likelihood(events, sessions, at) >= least:
                near = at
            else:
                far = at
        return far

    return (end(0.0) if events else 0.0), (end(1.0) if events < sessions else 1.0)


def _log_likelihood(events: float, sessions: float, share: float) -> float:
    if not 0 < share < 1:
        return -inf
    return events * log(share) + (sessions - events) * log1p(-share)
