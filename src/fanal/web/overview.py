"""The first page of a case: what must be looked at first, and what need not be looked at."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from importlib.resources import files
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from fanal.pipeline.overview import PARTS, Board
from fanal.pipeline.overview_done import progress
from fanal.review import crossing
from fanal.review.figures import Bar, Part, bars
from fanal.review.overview_facts import Card, Counted, Found, Placed, Progress
from fanal.review.permits import allowed
from fanal.review.report_reasons import meaning
from fanal.review.timeline import Timeline, gaps, spelled, timeline
from fanal.review.world import world
from fanal.stores.interface import CaseStore
from fanal.web.asked import Asked, Way
from fanal.web.desk import Desk
from fanal.web.numbers import numbers
from fanal.web.pages import page
from fanal.web.veiled import seconds

AIM = 90
"""Percent of what is settled that nobody should have had to see."""


def board(desk: Desk) -> Board:
    """Return what keeps the figures of the desk's case."""

    def told(store: CaseStore) -> Progress:
        asked = desk.of(seconds).waiting()
        return replace(progress(store), asked=tuple(sorted(asked.items())))

    return Board(desk.store, {**PARTS, "progress": replace(PARTS["progress"], count=told)})


def overview(asked: Asked) -> Response:
    """Return the page, of what was counted last."""
    told = asked.desk.of(board).now()
    return page(
        asked,
        "overview.html",
        told=told,
        at=_clock(told.oldest),
        cards=partial(_cards, asked),
        funnel=_funnel(told.counted, told.placed),
        crossed=crossing.figure("origin-figure", told.counted.rows) if told.counted else "",
        titles=crossing.TITLES,
        found=_found(told.found),
        settled=_settled(told.progress),
        aim=AIM,
        queue=partial(_queue, may=allowed(asked.who.roles, "queue")),
        number=asked.desk.of(numbers).of,
        day=_day,
    )


def account(asked: Asked) -> Response:
    """Return what was not done, exhibit by exhibit, as `fanal account` tells it."""
    told = asked.desk.of(board).now()
    return page(asked, "account.html", told=told, at=_clock(told.oldest), meaning=meaning)


def _clock(when: str) -> str:
    """Return a time for the eye."""
    return f"{when[11:16]} UTC" if when else ""


def _day(when: str) -> str:
    return f"{when[:10]}, {_clock(when)}" if when else ""


def _cards(asked: Asked, cards: tuple[Card, ...]) -> list[dict[str, Any]]:
    """Return cards for the page: the address and how long it has waited."""
    known, now = asked.desk.of(numbers), asked.desk.clock()
    return [
        {
            "card": card,
            "number": known.of(card.sha256),
            "kind": "series" if card.in_series else "item",
            "waits": _waited(card.since, now),
        }
        for card in cards
    ]


def _waited(since: str, now: datetime) -> str:
    """Return how long something has waited, in words."""
    if not since:
        return ""
    hours = int((now - datetime.fromisoformat(since)).total_seconds() // 3600)
    if hours < 1:
        return "less than an hour"
    count, unit = (hours, "hour") if hours < 48 else (hours // 24, "day")
    return f"{count:,} {unit}{'s' * (count != 1)}"


def _queue(words: str, *, may: bool, **only: str) -> Markup:
    """Return words that lead to the queue with a filter, where the person may see it."""
    if not may:
        return Markup("{}").format(words)
    asked = "&amp;".join(f"{facet}={code}" for facet, code in sorted(only.items()))
    href = Markup("/queue" + (f"?{asked}" if asked else ""))  # noqa: S704 (our own words)
    return Markup('<a href="{}">{}</a>').format(href, words)


def _funnel(counted: Counted | None, placed: Placed | None) -> Markup | None:
    """Draw from the files to the queue."""
    if counted is None:
        return None
    rows = [
        Bar("files", (Part("files", counted.files, "pale"),)),
        Bar(
            "distinct contents",
            (
                Part("pictures", counted.pictures, "full"),
                Part("videos", counted.videos, "half"),
                Part("other files", counted.other, "open"),
            ),
        ),
        Bar("decoded", (Part("decoded", counted.decoded),)),
        Bar(
            "pictures and videos",
            (Part("new", counted.new, "full"), Part("known", counted.known, "open")),
        ),
        Bar(
            "by origin",
            tuple(
                Part(crossing.TITLES[row.group], row.total, fill)
                for row, fill in zip(counted.rows, ("full", "half", "pale", "open"), strict=True)
            ),
        ),
        Bar(
            "series and single ones",
            (
                Part("series", counted.series, "full"),
                Part("alone", max(0, counted.looked - counted.members), "pale"),
            ),
        ),
    ]
    if placed is not None:
        rows.append(Bar("in the queue", (Part("waiting", placed.waiting),)))
    return bars("funnel-figure", "From the files that were read to what waits in the queue", rows)


def _found(found: Found | None) -> dict[str, Any] | None:
    """Return the figures of time and place, and their numbers as tables."""
    if found is None:
        return None
    devices = (*found.devices, *((found.others,) if found.others.pictures else ()))
    of = Timeline.of(devices)
    counts = [of.counts(row) for row in devices]
    periods = [
        (name, column)
        for name, column in zip(of.names(), zip(*counts, strict=True), strict=True)
        if any(column)
    ]
    return {
        "facts": found,
        "devices": devices,
        "timeline": timeline("time-figure", "When cameras took pictures", devices),
        "periods": periods,
        "gaps": {row.device: [gap.says for gap in gaps(row)] for row in devices},
        "span": {
            row.device: f"{spelled(row.months[0][0])} to {spelled(row.months[-1][0])}"
            for row in devices
            if row.months
        },
        "world": world("world-figure", "Where pictures say that they were taken", _named(found)),
    }


def _named(found: Found) -> dict[str, int]:
    return dict(found.countries)


def _settled(progress: Progress | None) -> int | None:
    """Return the percentage of what is settled that nobody saw clearly; None where nothing is."""
    if progress is None or not progress.settled:
        return None
    return 100 * progress.unseen // progress.settled


def figures(_asked: Asked) -> Response:
    """Return how figures look, for the desk as for the report."""
    style = (files("fanal.review") / "templates" / "figures.css").read_text("utf-8")
    return Response(style, media_type="text/css")


DOORS = {
    "prevention": (
        "Prevention",
        "This page will hold figures for prevention: sums only, none smaller than ten.",
        "figure",
    ),
}
"""Section → its title, what it will hold, and what this case has none of."""


def door(section: str, asked: Asked) -> Response:
    """Return the page of a section that holds nothing yet."""
    title, holds, what = DOORS[section]
    return page(asked, "door.html", section=section, title=title, holds=holds, what=what)


WAYS = (
    Way("GET", "/", overview, "overview"),
    Way("GET", "/account", account, "overview"),
    Way("GET", "/figures.css", figures),
    *(Way("GET", f"/{name}", partial(door, name), "overview") for name in DOORS),
)
