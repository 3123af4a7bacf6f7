"""Analyses a registered trial from its counts, by the rule that was registered and no other."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from fanal.prevention.nouns import Outcome
from fanal.prevention.trials import fixed
from fanal.prevention.trials.anytime import confidence, log_e, share_sequence
from fanal.prevention.trials.bayes import View, views
from fanal.prevention.trials.counts import Counted, Table, put_together
from fanal.prevention.trials.fixed import Interval, Share
from fanal.prevention.trials.guards import log_guard
from fanal.prevention.trials.ratio import is_alarm, ratio_p
from fanal.prevention.trials.registration import Registration
from fanal.prevention.trials.several import closed, holm, rotation

_MOST_LOG = 700.0


class State(StrEnum):
    """Where a trial stands."""

    EMPTY = "no counts yet"
    RATIO = "sample ratio off: no effect is shown"
    GUARD = "stopped by a guard"
    RUNS = "runs"
    CALLED = "a difference is called"
    ENDED = "ended without a result"


@dataclass(frozen=True, slots=True)
class Arm:
    """One wording, described; compared with nothing."""

    variant: str
    weight: int
    shown: int
    primary: int
    interval: Interval
    """Confidence sequence of the share with the primary outcome."""
    helped: int
    """Sessions in which a contact of help was chosen."""
    view: View


@dataclass(frozen=True, slots=True)
class Look:
    """What was known of a comparison after a day."""

    day: date
    e: float
    """Adjusted for all comparisons by closed testing."""
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AtHorizon:
    """The one test at the horizon."""

    p: float
    """Adjusted by Holm's procedure."""
    newcombe: Interval
    miettinen_nurminen: Interval
    odds_ratio: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A wording against the reference."""

    variant: str
    looks: tuple[Look, ...]
    called_on: date | None
    """The first day on which the registered rule called a difference."""
    is_better: bool | None
    """On that day; None where nothing is called."""
    at_horizon: AtHorizon | None


@dataclass(frozen=True, slots=True)
class Watch:
    """A guard in one arm."""

    outcome: Outcome
    variant: str
    events: int
    shown: int
    limit: float
    most_e: float
    e_limit: float
    stopped_on: date | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that a report tells of a trial."""

    registered: Registration
    before: date
    """Whole days before this one are counted."""
    state: State
    days: tuple[date, ...]
    arms: tuple[Arm, ...]
    """Empty where the sample ratio is off."""
    shown: tuple[int, ...]
    ratio: float
    """p-value of the sample-ratio check."""
    comparisons: tuple[Comparison, ...]
    watches: tuple[Watch, ...]
    """Where the sample ratio is off, only those that stopped the trial."""
    is_due: bool
    """The horizon is reached, or the last day is over."""
    rotation: tuple[int, ...]
    """Weights in thousandths for a trial that follows; empty before a decision."""
    elsewhere: int
    others: int

    @property
    def shown_in_all(self) -> int:
        """Return the sessions of all arms."""
        return sum(self.shown)


def analyse(registered: Registration, rows: Iterable[Counted], before: date) -> Analysis:
    """Analyse a trial on whole days before a day."""
    table = put_together(registered, rows, before)
    reached, is_due = _horizon(registered, table, before)
    table = table.until(reached)
    watches, stop = _guards(registered, table)
    if stop is not None:
        table = table.until(stop + 1)
    shown = tuple(int(one) for one in table.shown.sum(0))
    ratio = ratio_p([one / registered.repeats for one in shown], registered.weights)
    told = not is_alarm(ratio)
    comparisons = _compare(registered, table, is_due=is_due and stop is None) if told else ()
    arms = _arms(registered, table) if told else ()
    called = any(one.called_on for one in comparisons)
    state = _state(
        is_empty=not sum(shown), is_off=not told, is_stopped=stop is not None, is_called=called
    )
    if state is State.RUNS and is_due:
        state = State.ENDED
    return Analysis(
        registered=registered,
        before=before,
        state=state,
        days=table.days,
        arms=arms,
        shown=shown,
        ratio=ratio,
        comparisons=comparisons,
        watches=watches if told else tuple(one for one in watches if one.stopped_on),
        is_due=is_due,
        rotation=_rotated(registered, arms) if state is State.CALLED else (),
        elsewhere=table.elsewhere,
        others=table.others,
    )


def is_over(registered: Registration, rows: Iterable[Counted], before: date) -> bool:
    """Tell whether a trial has ended by its own rule: by a guard, a call or the horizon.

    A service asks once a day and then shows the reference to everybody.
    """
    told = analyse(registered, rows, before)
    is_stopped = any(one.stopped_on for one in told.watches)
    return is_stopped or told.is_due or told.state in {State.CALLED, State.ENDED}


def _horizon(registered: Registration, table: Table, before: date) -> tuple[int, bool]:
    """Return how many days count, and whether the horizon is reached."""
    total = np.cumsum(table.shown.sum(1))
    if len(total) and total[-1] >= registered.sessions:
        return int(np.argmax(total >= registered.sessions)) + 1, True
    return len(table.days), before > registered.last_day


def _state(*, is_empty: bool, is_off: bool, is_stopped: bool, is_called: bool) -> State:
    if is_empty:
        return State.EMPTY
    if is_off:
        return State.RATIO
    if is_stopped:
        return State.GUARD
    return State.CALLED if is_called else State.RUNS


def _guards(registered: Registration, table: Table) -> tuple[tuple[Watch, ...], int | None]:
    """Return every guard in every arm, and the first day on which one stops the trial."""
    told, stops = [], []
    for guard in registered.guards:
        events = table.outcomes[guard.outcome]
        worth = [table.worth(one, registered.repeats).T for one in (guard.outcome, Outcome.SHOWN)]
        logs = log_guard(worth[0], worth[1], guard.limit)
        for at, variant in enumerate(registered.arms):
            crossed = np.flatnonzero(logs[at] >= math.log(guard.e_value))
            stops += [int(crossed[0])] if len(crossed) else []
            told.append(
                Watch(
                    outcome=guard.outcome,
                    variant=variant,
                    events=int(events[:, at].sum()),
                    shown=int(table.shown[:, at].sum()),
                    limit=guard.limit,
                    most_e=_e(float(logs[at].max(initial=0.0))),
                    e_limit=guard.e_value,
                    stopped_on=table.days[int(crossed[0])] if len(crossed) else None,
                )
            )
    return tuple(told), min(stops, default=None)


def _arms(registered: Registration, table: Table) -> tuple[Arm, ...]:
    shares = _shares(registered, table)
    sums = {one: counts.sum(0) for one, counts in table.outcomes.items()}
    seen = views(shares, is_less_better=registered.is_less_better)
    level = registered.alpha / len(shares)
    return tuple(
        Arm(
            variant=variant,
            weight=registered.weights[at],
            shown=int(sums[Outcome.SHOWN][at]),
            primary=int(sums[registered.primary][at]),
            interval=share_sequence(shares[at].events, shares[at].n, level),
            helped=int(sums[Outcome.HELP][at]),
            view=seen[at],
        )
        for at, variant in enumerate(registered.arms)
    )


def _compare(registered: Registration, table: Table, *, is_due: bool) -> tuple[Comparison, ...]:
    looks = _looks(registered, table)
    tests = _at_horizon(registered, table) if is_due and len(table.days) else None
    told = []
    for at, variant in enumerate(registered.treatments):
        called = _called(registered, looks[at], tests[at] if tests else None)
        sign = -1 if registered.is_less_better else 1
        told.append(
            Comparison(
                variant=variant,
                looks=looks[at],
                called_on=called.day if called else None,
                is_better=sign * called.difference > 0 if called else None,
                at_horizon=tests[at] if tests else None,
            )
        )
    return tuple(told)


def _called(
    registered: Registration, looks: tuple[Look, ...], test: AtHorizon | None
) -> Look | None:
    """Return the look at which the registered rule calls a difference."""
    if registered.rule == "fixed":
        return looks[-1] if test is not None and test.p <= registered.alpha else None
    return next((look for look in looks if look.e >= 1 / registered.alpha), None)


def _looks(registered: Registration, table: Table) -> list[tuple[Look, ...]]:
    """Return each comparison's looks, adjusted for all of them together."""
    own = registered.arms.index(registered.reference)
    pairs = [[own, registered.arms.index(one)] for one in registered.treatments]
    events = table.worth(registered.primary, registered.repeats)
    shown = table.worth(Outcome.SHOWN, registered.repeats)
    spread = registered.minimum_effect
    logs = np.stack([log_e(events[:, pair], shown[:, pair], spread) for pair in pairs])
    adjusted = [closed([_e(one) for one in day]) for day in logs.T]
    level = registered.alpha / len(pairs)
    told = []
    for at, pair in enumerate(pairs):
        lines = confidence(events[:, pair], shown[:, pair], spread, level)
        told.append(
            tuple(
                Look(day, adjusted[row][at], *(float(line[row]) for line in lines))
                for row, day in enumerate(table.days)
            )
        )
    return told


def _at_horizon(registered: Registration, table: Table) -> list[AtHorizon]:
    share = dict(zip(registered.arms, _shares(registered, table), strict=True))
    base = share[registered.reference]
    adjusted = holm([fixed.p_value(share[one], base) for one in registered.treatments])
    alpha = registered.alpha / len(registered.treatments)
    return [
        AtHorizon(
            p,
            fixed.newcombe(share[one], base, alpha),
            fixed.miettinen_nurminen(share[one], base, alpha),
            fixed.odds_ratio(share[one], base, alpha),
        )
        for one, p in zip(registered.treatments, adjusted, strict=True)
    ]


def _shares(registered: Registration, table: Table) -> list[Share]:
    """Return each arm's share with the primary outcome, as evidence."""
    told = [
        table.worth(one, registered.repeats).sum(0) for one in (registered.primary, Outcome.SHOWN)
    ]
    return [Share(float(y), float(n)) for y, n in zip(*told, strict=True)]


def _rotated(registered: Registration, arms: tuple[Arm, ...]) -> tuple[int, ...]:
    own = registered.arms.index(registered.reference)
    return tuple(rotation([arm.view.best for arm in arms], own))


def _e(log: float) -> float:
    """Return an e-value from its logarithm, as large as it can be told."""
    return math.exp(min(float(log), _MOST_LOG))
