"""Tells a trial: what was registered and counted, by which method, and what it cannot show."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from fanal.prevention.nouns import Outcome
from fanal.prevention.rendering import page
from fanal.prevention.trials.analysis import Analysis, Arm, Comparison, State, Watch
from fanal.prevention.trials.anytime import LEAST_EVENTS
from fanal.prevention.trials.bayes import PRIOR
from fanal.prevention.trials.figure import figure
from fanal.prevention.trials.fixed import Interval
from fanal.prevention.trials.ratio import ALARM
from fanal.prevention.trials.registration import Registration

PRIMARY = {
    Outcome.CONTINUED: "sessions with a further match after a message (a smaller share is better)",
    Outcome.ABANDONED: "sessions in which the act was given up (a larger share is better)",
}
LIMITS = (
    "The same person may appear in several sessions.",
    "This cannot show that nobody moved elsewhere.",
    "It tells what happened in sessions at this service, and nothing of what people do beside it.",
    "It compares wordings with the one used before; what a message does against none is not told.",
    "It holds for these days, surfaces and countries; wordings wear off.",
)
"""What every report of a trial says."""
_UNIT = "Unit: the session, counted at most once for each outcome; days are whole days (UTC)."
_EVIDENCE = (
    "Evidence: e-process for two shares (Turner, Ly, Grünwald), a day a block; several wordings by "
    "closed testing. It may be looked at every day."
)
_HORIZON = (
    "At the horizon: test of two shares, adjusted by Holm; intervals of Newcombe, and of Miettinen "
    "and Nurminen; odds ratio; alpha shared by all comparisons."
)
_ONCE = "Sessions are taken as independent: one person sees one wording in one session."


def methods(registered: Registration) -> tuple[str, ...]:
    """Return how it was calculated, in sentences."""
    ratio = "Sample ratio: chi-square test of sessions against weights"
    intervals = f"Intervals: confidence sequence from a normal mixture, {registered.alpha:g} shared"
    least = f"from {LEAST_EVENTS} events and {LEAST_EVENTS} sessions without one in each arm"
    prior = f"Beta({PRIOR[0]:g}, {PRIOR[1]:g})"
    several = f"One person may see one wording in {registered.repeats} sessions, as registered"
    return (
        _UNIT,
        f"{ratio}; below {ALARM:g} no effect is shown.",
        _EVIDENCE,
        f"{intervals} by all comparisons; {least}.",
        _HORIZON,
        f"Descriptive only: chance of being best, prior {prior}; never a reason to stop.",
        _ONCE if registered.repeats == 1 else f"{several}: evidence counts for that much less.",
    )


def verdict(analysis: Analysis) -> str:
    """Return where the trial stands, as one sentence."""
    called = [one for one in analysis.comparisons if one.called_on is not None]
    stopped = [one for one in analysis.watches if one.stopped_on is not None]
    if analysis.state is State.CALLED:
        return " ".join(f"{_called(analysis.registered, one)}." for one in called)
    if analysis.state is State.GUARD:
        return _stopped(stopped)
    if analysis.state is State.RATIO:
        off = (
            "The arms do not have the sessions that their weights say: something assigns or counts"
            " wrongly, and no effect is shown until that is found."
        )
        return f"{off} {_stopped(stopped)}" if stopped else off
    if analysis.state is State.ENDED:
        return "The horizon is reached, and no difference is called."
    if analysis.state is State.EMPTY:
        return "Nothing was counted yet."
    return "No difference is called so far."


def _stopped(watches: Sequence[Watch]) -> str:
    first = min(watches, key=lambda one: str(one.stopped_on))
    return f"Stopped on {first.stopped_on}: {first.outcome} under {first.variant} is too frequent."


def _called(registered: Registration, one: Comparison) -> str:
    is_more = one.is_better is not registered.is_less_better
    share = "a larger" if is_more else "a smaller"
    return (
        f"On {one.called_on}: {share} share under {one.variant} than under {registered.reference}"
    )


def told(analysis: Analysis) -> dict[str, Any]:
    """Return the report as plain JSON."""
    registered = analysis.registered
    return {
        "trial": registered.trial_id,
        "registration": registration(registered),
        "before": analysis.before.isoformat(),
        "days": len(analysis.days),
        "sessions": analysis.shown_in_all,
        "state": analysis.state.name.lower(),
        "verdict": verdict(analysis),
        "sample_ratio": {"p": analysis.ratio, "alarm_below": ALARM},
        "shown": dict(zip(registered.arms, analysis.shown, strict=True)),
        "arms": [_arm(one) for one in analysis.arms],
        "comparisons": [_comparison(one) for one in analysis.comparisons],
        "guards": [_watch(one) for one in analysis.watches],
        "rotation_in_thousandths": dict(zip(registered.arms, analysis.rotation, strict=False)),
        "left_out_as_registered": analysis.elsewhere,
        "of_other_registrations": analysis.others,
        "methods": list(methods(registered)),
        "limits": list(LIMITS),
    }


def registration(registered: Registration) -> dict[str, Any]:
    """Return what was registered, with its digest."""
    return {
        "digest": registered.digest,
        "registered_on": registered.registered_on.isoformat(),
        "registered_by": registered.registered_by,
        "hypothesis": registered.hypothesis,
        "primary": registered.primary.value,
        "surfaces": list(registered.surfaces),
        "arms": dict(zip(registered.arms, registered.weights, strict=True)),
        "reference": registered.reference,
        "base": registered.base,
        "minimum_effect": registered.minimum_effect,
        "rule": registered.rule,
        "alpha": registered.alpha,
        "stopping": registered.stopping,
        "sessions": registered.sessions,
        "repeats": registered.repeats,
        "days": [registered.first_day.isoformat(), registered.last_day.isoformat()],
        "key": registered.key,
        "exclusions": {
            "countries": sorted(registered.without_countries),
            "days": sorted(one.isoformat() for one in registered.without_days),
            "reason": registered.reason,
        },
        "guards": {one.outcome.value: [one.limit, one.e_value] for one in registered.guards},
    }


def html(analysis: Analysis) -> str:
    """Return the report as a page that is whole in itself."""
    registered = analysis.registered
    figures = {
        one.variant: Markup(figure(one, registered.alpha, registered.minimum_effect))  # noqa: S704
        for one in analysis.comparisons
    }
    return page(
        "fanal.prevention.trials",
        "trial.html",
        told=told(analysis),
        primary=PRIMARY[registered.primary],
        figures=figures,
        percent=percent,
        points=points,
        number=number,
        alarm=analysis.state is State.RATIO,
    )


def percent(share: float) -> str:
    """Return a share as people read it."""
    return f"{100 * share:.2f} %" if share < 0.1 else f"{100 * share:.1f} %"


def points(difference: float) -> str:
    """Return a difference of shares in percentage points."""
    return f"{100 * difference:+.2f}"


def number(value: float) -> str:
    """Return an e-value or a p-value as people read it."""
    return f"{value:,.0f}" if 100 <= value < 1e6 else f"{value:.3g}"


def _arm(arm: Arm) -> dict[str, Any]:
    return {
        "variant": arm.variant,
        "weight": arm.weight,
        "shown": arm.shown,
        "primary": arm.primary,
        "share": arm.primary / arm.shown if arm.shown else None,
        "confidence_sequence": list(arm.interval),
        "help_chosen": arm.helped,
        "descriptive": {"best": arm.view.best, "expected_loss": arm.view.loss},
    }


def _comparison(one: Comparison) -> dict[str, Any]:
    last = one.looks[-1] if one.looks else None
    horizon = one.at_horizon
    return {
        "variant": one.variant,
        "e_value": last.e if last else 1.0,
        "largest_e_value": max((look.e for look in one.looks), default=1.0),
        "difference": last.difference if last else None,
        "confidence_sequence": [last.low, last.high] if last else None,
        "called_on": one.called_on.isoformat() if one.called_on else None,
        "is_better": one.is_better,
        "at_horizon": None
        if horizon is None
        else {
            "p": horizon.p,
            "newcombe": _ends(horizon.newcombe),
            "miettinen_nurminen": _ends(horizon.miettinen_nurminen),
            "odds_ratio": list(horizon.odds_ratio),
        },
    }


def _ends(interval: Interval) -> list[float]:
    return list(interval)


def _watch(watch: Watch) -> dict[str, Any]:
    return {
        "outcome": watch.outcome.value,
        "variant": watch.variant,
        "sessions": watch.events,
        "share": watch.events / watch.shown if watch.shown else None,
        "limit": watch.limit,
        "largest_e_value": watch.most_e,
        "stops_at": watch.e_limit,
        "stopped_on": watch.stopped_on.isoformat() if watch.stopped_on else None,
    }
