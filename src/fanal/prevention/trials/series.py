"""Compares days before and after a campaign, by country, where nobody could be assigned by chance.

One country alone: an interrupted time series, negative-binomial, with level, trend and weekdays.
With controls: a difference in differences of the logarithm of counts. Given each day's sum over all
countries, the country's part of it is what a day common to all cannot explain; so days need no
terms of their own, and the part is fitted as a quasi-binomial share. Errors of near days may hang
together in both.

Only sums of a day and a country go in, so there is no history of a person to adjust by; a covariate
is another sum of the same days, such as all visits.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from math import exp, sqrt
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray

from fanal.errors import FanalError, UsageError
from fanal.prevention.trials.counts import whole

COLUMNS = ("day", "country", "count")
MOST_ROWS = 1_000_000
STEP = timedelta(days=7)
"""From one placebo date to the next: the same weekday."""
LAG = 7
"""Days over which errors may hang together (Newey and West 1987)."""
_ROBUST: Mapping[str, Any] = {
    "cov_type": "HAC",
    "cov_kwds": {"maxlags": LAG, "use_correction": True},
}
ENOUGH = 9
"""Placebo dates, from which on the test can reach one in ten."""
_MORE = "take more days or larger counts"
_ADVICE = f"the first row is {','.join(COLUMNS)}; then one row for each day and country"

Sums = Mapping[tuple[str, date], int]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a series."""

    country: str
    """Where the campaign was."""
    begins: date
    before: int = 84
    after: int = 28
    """Days on both sides that are compared."""
    controls: tuple[str, ...] = ()
    """Countries without it; none makes an interrupted time series of one country."""


@dataclass(frozen=True, slots=True)
class Effect:
    """How many times as large the counts are as the model expects without a campaign."""

    ratio: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a series shows, with the same question asked of dates without a campaign."""

    design: str
    effect: Effect
    slope: Effect | None
    """Change of the trend for each week after; only in an interrupted time series."""
    dispersion: float
    """Of the negative binomial: variance = mean + dispersion · mean²; 0 for shares."""
    days: int
    placebo: tuple[tuple[date, float], ...]
    """Earlier dates with the ratio that the model finds there."""
    placebo_p: float | None
    """Share of dates, with the campaign's own, whose ratio is as far from 1; None where few."""


LIMITS = (
    "A change over time has many causes; chance did not decide who saw the campaign.",
    "This cannot show that nobody moved elsewhere.",
    "The same person may be counted on several days.",
    "Countries without the campaign may have been reached by it, or have changed on their own.",
)


def read_series(path: Path) -> dict[tuple[str, date], int]:
    """Read a CSV file of sums; names the row where it is wrong, and never what stands there."""
    told: dict[tuple[str, date], int] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            if tuple(next(reader, ())) != COLUMNS:
                raise UsageError(f"{path} is no series", _ADVICE)
            for at, cells in enumerate(islice(reader, MOST_ROWS), 2):
                key, n = _row(cells, path, at)
                if key in told:
                    raise UsageError(f"{path}: row {at} names a day of a country again", _ADVICE)
                told[key] = n
            if next(reader, None) is not None:
                raise UsageError(f"{path} has more than {MOST_ROWS:,} rows", "take fewer days")
    except (OSError, UnicodeDecodeError, csv.Error):
        raise UsageError(f"{path} cannot be read as CSV", _ADVICE) from None
    return told


def _row(cells: list[str], path: Path, at: int) -> tuple[tuple[str, date], int]:
    try:
        day, country, n = cells
        return (country, date.fromisoformat(day)), whole(n)
    except ValueError:
        raise UsageError(f"{path}: row {at} is no row of a series", _ADVICE) from None


def ask(question: Question, sums: Sums, covariate: Sums | None = None) -> Answer:
    """Answer a question from sums; raises where days are missing or the extra is not installed."""
    _check(question, sums, covariate)
    own = _fit(question, sums, covariate)
    placebo = tuple(
        (day, exp(float(_fit(_at(question, day), sums, covariate).params[0])))
        for day in _placebo_days(question, sums)
    )
    far = abs(float(own.params[0]))
    beyond = sum(abs(float(np.log(ratio))) >= far for _, ratio in placebo)
    is_alone = not question.controls
    return Answer(
        design="interrupted time series" if is_alone else "difference in differences",
        effect=_effect(own, 0),
        slope=_effect(own, 1) if is_alone else None,
        dispersion=float(own.family.variance.alpha) if _is_spread(own) else 0.0,
        days=question.before + question.after,
        placebo=placebo,
        placebo_p=(1 + beyond) / (1 + len(placebo)) if len(placebo) >= ENOUGH else None,
    )


def _check(question: Question, sums: Sums, covariate: Sums | None) -> None:
    if question.country in question.controls or len(set(question.controls)) < len(
        question.controls
    ):
        raise UsageError("a country is named twice", "name each country once")
    if question.before < 28 or question.after < 7:
        raise UsageError("too few days to compare", "at least 28 before and 7 after")
    if not _is_in_calendar(question):
        raise UsageError("the days that are compared leave the calendar", "name fewer days")
    for known in (sums, covariate):
        if known is not None and not _has(question, known):
            raise UsageError(
                "the series lacks days of the countries that are compared",
                "a row for each day, with 0 where nothing was counted",
            )
    if not _is_counted(question, sums):
        raise UsageError("nothing was counted before or after", _MORE)


def _is_counted(question: Question, sums: Sums) -> bool:
    """Tell whether something was counted on both sides, before and after."""
    days = _window(question)
    parts = (days[: question.before], days[question.before :])
    sides = [one for one in _sides(question) if one]
    return all(_sums(one, part, sums).any() for one in sides for part in parts)


def _is_in_calendar(question: Question) -> bool:
    try:
        _ = question.begins + timedelta(days=question.after)
        _ = question.begins - timedelta(days=question.before + question.after)
    except OverflowError:
        return False
    return True


def _window(question: Question) -> list[date]:
    first = question.begins - timedelta(days=question.before)
    return [first + timedelta(days=at) for at in range(question.before + question.after)]


def _has(question: Question, sums: Sums) -> bool:
    countries = (question.country, *question.controls)
    return all((country, day) in sums for country in countries for day in _window(question))


def _at(question: Question, day: date) -> Question:
    return Question(question.country, day, question.before, question.after, question.controls)


def _placebo_days(question: Question, sums: Sums) -> Iterable[date]:
    """Yield earlier dates whose days are all there and end before the campaign."""
    day = question.begins - timedelta(days=question.after)
    while _is_in_calendar(_at(question, day)) and _has(_at(question, day), sums):
        if _is_counted(_at(question, day), sums):
            yield day
        day -= STEP


def _fit(question: Question, sums: Sums, covariate: Sums | None) -> Any:
    """Return the fitted model; its first column is the campaign."""
    days = _window(question)
    x = _columns(question, days)
    if covariate is not None:
        told = [np.log1p(_sums(countries, days, covariate)) for countries in _sides(question)]
        x.append(told[0] - told[1] if question.controls else told[0])
    own, others = (_sums(countries, days, sums) for countries in _sides(question))
    if np.linalg.matrix_rank(np.column_stack(x)) < len(x):
        raise FanalError("the covariate says nothing that the days do not", "leave it out")
    try:
        with np.errstate(divide="raise", invalid="raise"), catch_warnings():
            simplefilter("ignore")  # what did not converge is refused below
            if question.controls:
                fitted = _shares(own, others, np.column_stack(x))
            else:
                fitted = _negative_binomial(own, np.column_stack(x))
    except (ValueError, np.linalg.LinAlgError, ArithmeticError):
        raise FanalError("the model does not fit this series", _MORE) from None
    if not fitted.converged or not np.isfinite(fitted.bse[0]):
        raise FanalError("the model does not fit this series", _MORE)
    return fitted


def _shares(own: NDArray[np.float64], others: NDArray[np.float64], x: NDArray[np.float64]) -> Any:
    families, model, _ = _libraries()
    some = own + others > 0
    y = np.column_stack([own, others])[some]
    return model(y, x[some], family=families.Binomial()).fit(**_ROBUST)


def _negative_binomial(y: NDArray[np.float64], x: NDArray[np.float64]) -> Any:
    families, model, _ = _libraries()
    first = model(y, x, family=families.Poisson()).fit()
    spread = _dispersion(y, np.asarray(first.mu))
    family = families.NegativeBinomial(alpha=spread) if spread > 0 else families.Poisson()
    return model(y, x, family=family).fit(**_ROBUST)


def _sides(question: Question) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (question.country,), question.controls


def _sums(countries: Sequence[str], days: Sequence[date], sums: Sums) -> NDArray[np.float64]:
    return np.array([sum(sums[one, day] for one in countries) for day in days], dtype=float)


def _columns(question: Question, days: Sequence[date]) -> list[NDArray[np.float64]]:
    """Return the campaign, then what explains the counts besides."""
    after = np.array([day >= question.begins for day in days], dtype=float)
    always = np.ones(len(days))
    if question.controls:
        return [after, always]
    week = np.array([(day - question.begins).days / 7 for day in days])
    weekdays = [np.array([float(day.weekday() == at) for day in days]) for at in range(6)]
    return [after, after * week, week, always, *weekdays]


def _dispersion(y: NDArray[np.float64], mean: NDArray[np.float64]) -> float:
    """Return the dispersion by regression on the mean (Cameron and Trivedi 1990), at least 0."""
    excess = ((y - mean) ** 2 - y) / mean
    return max(0.0, float((excess * mean).sum() / (mean**2).sum()))


def _is_spread(fitted: Any) -> bool:
    return hasattr(fitted.family.variance, "alpha")


def _effect(fitted: Any, at: int) -> Effect:
    """Return an effect by the larger of two errors: of days that hang together, and that do not.

    With few days beside the terms of the model, the first alone is too small (MacKinnon and White
    1985); for the same reason quantiles are Student's.
    """
    _, _, student = _libraries()
    free = fitted.df_resid
    alone = fitted.normalized_cov_params[at, at] * max(1.0, fitted.pearson_chi2 / free)
    value, error = float(fitted.params[at]), max(float(fitted.bse[at]), sqrt(alone))
    around = float(student.ppf(0.975, free)) * error
    p = 2 * float(student.sf(abs(value) / error, free))
    return Effect(exp(value), exp(value - around), exp(value + around), p)


def _libraries() -> tuple[Any, Any, Any]:
    try:
        from scipy.stats import t as student  # noqa: PLC0415 (comes with the extra)
        from statsmodels.genmod import families  # noqa: PLC0415 (an extra)
        from statsmodels.genmod.generalized_linear_model import GLM  # noqa: PLC0415 (likewise)
    except ImportError:
        raise UsageError(
            "series need statsmodels, which is not installed", "install fanal[campaigns]"
        ) from None
    return families, GLM, student
