"""The sample-ratio check: whether the arms have the sessions that their weights say."""

from collections.abc import Sequence

from fanal.prevention.trials.special import chi_square_above

ALARM = 0.001
"""Below this, something assigns or counts wrongly, and no effect is shown."""


def ratio_p(shown: Sequence[float], weights: Sequence[int]) -> float:
    """Return the p-value of Pearson's chi-square test of sessions against weights."""
    total, whole = sum(shown), sum(weights)
    if not total:
        return 1.0
    due = [total * weight / whole for weight in weights]
    off = sum((seen - one) ** 2 / one for seen, one in zip(shown, due, strict=True))
    return chi_square_above(off, len(weights) - 1)


def is_alarm(p: float) -> bool:
    """Tell whether the arms are too far off their weights for chance."""
    return p < ALARM
