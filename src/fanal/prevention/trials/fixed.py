"""The test of two shares at a horizon that was fixed before, and how many sessions it needs.

Differences are those of a wording from the reference: negative where its share is smaller.
"""

import math
from dataclasses import dataclass

from fanal.prevention.trials.special import NORMAL, two_sided

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many; parts where several sessions count as one."""

    events: float
    n: float

    @property
    def value(self) -> float:
        """Return the share; 0 of nothing is 0."""
        return self.events / self.n if self.n else 0.0


def p_value(arm: Share, reference: Share) -> float:
    """Return the two-sided p-value of the test with pooled variance, without a correction."""
    total = arm.n + reference.n
    pooled = (arm.events + reference.events) / total if total else 0.0
    if not arm.n or not reference.n or pooled in {0.0, 1.0}:
        return 1.0
    spread = math.sqrt(pooled * (1 - pooled) * (1 / arm.n + 1 / reference.n))
    return two_sided((arm.value - reference.value) / spread)


def wilson(share: Share, alpha: float) -> Interval:
    """Return the score interval of one share (Wilson 1927)."""
    if not share.n:
        return 0.0, 1.0
    z = _z(alpha)
    middle = share.events + z * z / 2
    around = z * math.sqrt(z * z / 4 + share.events * (1 - share.value))
    whole = share.n + z * z
    return max(0.0, (middle - around) / whole), min(1.0, (middle + around) / whole)


def newcombe(arm: Share, reference: Share, alpha: float) -> Interval:
    """Return the hybrid score interval of the difference (Newcombe 1998, method 10)."""
    difference = arm.value - reference.value
    low, high = wilson(arm, alpha)
    low_of, high_of = wilson(reference, alpha)
    below = math.hypot(arm.value - low, high_of - reference.value)
    above = math.hypot(high - arm.value, reference.value - low_of)
    return difference - below, difference + above


def miettinen_nurminen(arm: Share, reference: Share, alpha: float) -> Interval:
    """Return the score interval of the difference (Miettinen and Nurminen 1985), by bisection."""
    if not arm.n or not reference.n or arm.n + reference.n <= 1:
        return -1.0, 1.0
    difference = arm.value - reference.value
    limit = _z(alpha) ** 2
    ends = []
    for outer in (-1.0, 1.0):
        inner, far = difference, outer
        for _ in range(60):
            at = (inner + far) / 2
            if _score(arm, reference, at) <= limit:
                inner = at
            else:
                far = at
        ends.append((inner + far) / 2)
    return ends[0], ends[1]


def odds_ratio(arm: Share, reference: Share, alpha: float) -> tuple[float, float, float]:
    """Return the odds ratio with its interval: half a case added to each cell where one is empty.

    Woolf 1955, with the correction of Haldane 1956 and Anscombe 1956.
    """
    cells = [
        float(one) for share in (arm, reference) for one in (share.events, share.n - share.events)
    ]
    if 0.0 in cells:
        cells = [one + 0.5 for one in cells]
    yes, no, yes_of, no_of = cells
    told = math.log(yes * no_of / (no * yes_of))
    around = _z(alpha) * math.sqrt(sum(1 / one for one in cells))
    return math.exp(told), math.exp(told - around), math.exp(told + around)


def sessions_needed(base: float, other: float, alpha: float = 0.05, power: float = 0.9) -> int:
    """Return the sessions an arm that a two-sided test of two equal arms needs.

    Fleiss, Levin and Paik 2003, formula 4.14: pooled variance under the null, no correction for
    continuity.
    """
    middle = (base + other) / 2
    null = _z(alpha) * math.sqrt(2 * middle * (1 - middle))
    real = NORMAL.inv_cdf(power) * math.sqrt(base * (1 - base) + other * (1 - other))
    return math.ceil(((null + real) / (base - other)) ** 2)


def power_of(base: float, other: float, sessions: int, alpha: float = 0.05) -> float:
    """Return the power of the same test with so many sessions an arm."""
    middle = (base + other) / 2
    null = _z(alpha) * math.sqrt(2 * middle * (1 - middle))
    real = math.sqrt(base * (1 - base) + other * (1 - other))
    return NORMAL.cdf((abs(base - other) * math.sqrt(sessions) - null) / real)


def _z(alpha: float) -> float:
    return NORMAL.inv_cdf(1 - alpha / 2)


def _score(arm: Share, reference: Share, difference: float) -> float:
    """Return the squared score of a difference, its variance at the likeliest shares under it."""
    low = _restricted(arm, reference, difference)
    high = min(1.0, max(0.0, low + difference))
    total = arm.n + reference.n
    spread = high * (1 - high) / arm.n + low * (1 - low) / reference.n
    spread *= total / (total - 1)
    off = arm.value - reference.value - difference
    if spread <= 0:
        return 0.0 if abs(off) < 1e-12 else math.inf
    return off * off / spread


def _restricted(arm: Share, reference: Share, difference: float) -> float:
    """Return the likeliest share of the reference where the arm's is larger by a difference.

    The closed root of the cubic, in the letters of Miettinen and Nurminen's appendix.
    """
    n, events = arm.n + reference.n, arm.events + reference.events
    second = (arm.n + 2 * reference.n) * difference - n - events
    first = (reference.n * difference - n - 2 * reference.events) * difference + events
    zero = reference.events * difference * (1 - difference)
    third = second / (3 * n)
    lean = third**3 - first * second / (6 * n * n) + zero / (2 * n)
    size = math.copysign(math.sqrt(max(0.0, third * third - first / (3 * n))), lean)
    turn = max(-1.0, min(1.0, lean / size**3)) if size else 1.0
    root = 2 * size * math.cos((math.pi + math.acos(turn)) / 3) - third
    return min(1.0, max(0.0, root))
