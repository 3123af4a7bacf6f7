"""Says in sentences why contents are a series, and what was taken apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fanal.model.series import (
    MADE_FROM,
    SAME_DEVICE,
    SAME_PICTURE,
    SAME_PLACE,
    SAME_SESSION,
    SAME_SETUP,
    SHEET,
    Regroup,
)
from fanal.review.people import shown
from fanal.series.cluster import SHARE
from fanal.series.events import MERGE

LONGEST_REASON = 160
"""Characters of a person's reason that a series repeats."""
WHY = {
    SAME_PICTURE: "blank pictures, icons and logos do this",
    SAME_SESSION: "one long run of pictures does this",
    SAME_DEVICE: "one device that took most of a case does this",
    SAME_SETUP: "one generator that ran for long does this",
    MADE_FROM: "one source of many pictures does this",
    SAME_PLACE: "one place of many pictures does this",
}
"""What usually makes too much hang together, by the kind of link that did."""


@dataclass(frozen=True, slots=True)
class Told:
    """A series before its sentence."""

    size: int
    held: bool
    facts: Mapping[str, Any]


def says(series: Told, events: Mapping[str, Regroup]) -> str:
    """Return why it is a series, in one sentence."""
    facts = series.facts
    on = counted(facts["exhibits"], "exhibit")
    text = f"{counted(series.size, 'content')} on {on}: {_why(facts, events)}"
    if "cut" in facts:
        text += f"; part {facts['part']:,} of {facts['cut']}, which hung together and was cut"
    if series.held and "event" not in facts:
        text += "; a person decided in it, so nothing joins or leaves it by itself"
    if "proposed" in facts:
        text += f"; {counted(facts['proposed']['count'], 'content')} proposed to join"
    return text


def _why(facts: Mapping[str, Any], events: Mapping[str, Regroup]) -> str:
    if event := events.get(facts.get("event", "")):
        text = event_says(event)
        if against := events.get(facts.get("against", "")):
            text += f", although {shown(against.by)} said otherwise in {against.id}"
        return text
    links = ", ".join(f"{kind} ({counted(n, 'link')})" for kind, n in facts["kinds"].items())
    return links or "they hung on the same contents"


def event_says(event: Regroup) -> str:
    """Return who said what of a series, when and why."""
    did = "put together" if event.verb == MERGE else "set apart"
    reason = event.reason
    if len(reason) > LONGEST_REASON:
        reason = f"{reason[:LONGEST_REASON]}…"
    return f"{did} by {shown(event.by, event.account)} on {event.when[:10]} ({reason})"


def cut_says(kind: str, contents: int, parts: int, case: int) -> str:
    """Return what was taken apart, and why."""
    more = "a tenth of the case" if case // SHARE >= SHEET else f"a sheet of {SHEET} shows"
    return (
        f"{contents:,} contents hang together, most by the link {kind!r}, more than {more}:"
        f" taken apart into {counted(parts, 'part')} at the weakest links; {WHY[kind]}"
    )


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun}{'s' * (number != 1)}"
