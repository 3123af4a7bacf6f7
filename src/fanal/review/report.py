"""Writes the report of a case as one page that needs nothing but itself."""

from markupsafe import Markup

from fanal.review.figures import Bar, Part, bars, histogram
from fanal.review.page import page
from fanal.review.report_facts import Funnel, Report, Step
from fanal.review.report_reasons import meaning

FIRST_ASIDE = 6
"""From this step of the queue on, items are placed last: by lists, or by settled evidence."""
QUEUED = (
    ("steps 1–3, on no list:", range(1, 4), "full"),
    ("step 4, known, unidentified:", range(4, 5), "half"),
    ("step 5, conflicting:", range(5, FIRST_ASIDE), "pale"),
    ("steps 6–8, placed last:", range(FIRST_ASIDE, 9), "open"),
)
"""What each part of the queue's bar counts."""


def render(report: Report) -> str:
    """Return the whole page as HTML."""
    return page(
        "report.html",
        report=report,
        places=_places(report),
        funnel_figure=_funnel(report.funnel, report.steps),
        queue_figure=_queue(report.steps),
        distance_figure=_distances(report),
        meaning=meaning,
    )


def _places(report: Report) -> dict[str, int]:
    """Return reason → number of its explanation on the page, in the order of their names."""
    reasons = sorted({group.reason for group in report.not_done.groups})
    return {reason: number for number, reason in enumerate(reasons, 1)}


def _funnel(funnel: Funnel, steps: tuple[Step, ...]) -> Markup:
    copies = funnel.files - funnel.contents
    aside = [f"step {step.number}: {step.items:,}" for step in steps if step.number >= FIRST_ASIDE]
    kinds = (
        Part("pictures", funnel.pictures, "full"),
        Part("videos", funnel.videos, "half"),
        Part("other files", funnel.other, "open"),
    )
    queued = tuple(
        Part(words, sum(step.items for step in steps if step.number in among), fill)
        for words, among, fill in QUEUED
    )
    rows = (
        Bar(
            "files read",
            (Part("files", funnel.files, "pale"),),
            f"{copies:,} of them are further copies of the same bytes",
        ),
        Bar("distinct contents", kinds),
        Bar(
            "in the queue",
            queued,
            "a series counts once; what is decided is in it no more",
        ),
        Bar(
            "left to look at",
            (Part("left", funnel.left),),
            f"placed last: {funnel.aside:,} ({', '.join(aside)})",
        ),
    )
    return bars("funnel-figure", "From the files that were read to what is left to look at", rows)


def _queue(steps: tuple[Step, ...]) -> Markup:
    rows = tuple(
        Bar(
            f"{step.number}. {step.name}",
            (Part(step.name, step.items, "open" if step.number >= FIRST_ASIDE else "full"),),
        )
        for step in steps
    )
    return bars("queue-figure", "Contents in each step of the queue", rows)


def _distances(report: Report) -> Markup | None:
    if not report.distances:
        return None
    radius = max((known.radius or 0 for known in report.lists), default=0)
    title = "Contents by their distance to the nearest entry of a list"
    return histogram("distance-figure", title, report.distances, radius)
