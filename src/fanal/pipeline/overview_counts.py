"""Counts a case for its overview: contents against lists and origins, the queue and its first."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any

from fanal.content.media import is_picture, is_video
from fanal.model import evidence
from fanal.model.finding import Finding, Picture
from fanal.model.item import Item
from fanal.model.known import Match
from fanal.model.opinion import Opinion
from fanal.model.series import Member, Series
from fanal.pipeline.account import media_counts
from fanal.pipeline.link_facts import Beside
from fanal.pipeline.order import is_current
from fanal.pipeline.order_says import without_end
from fanal.pipeline.queued import Line, Queue
from fanal.review.crossing import crossed
from fanal.review.order import DANGER, STEPS
from fanal.review.overview_facts import Card, Counted, Placed, Row
from fanal.series.bodies import body_of
from fanal.stores.interface import CaseStore

CARDS = 6
"""Cards of step 1, and of all others."""
CAMERAS = 3
"""Cameras that a card names."""
MEMBERS = 500
"""Contents of one series that are asked for its cameras."""
LATER = tuple(step for step in STEPS if step != DANGER)


def counted(store: CaseStore) -> Counted:
    """Count from the files to the series."""
    measures = list(store.measures())
    kinds = media_counts(store)
    return Counted(
        len(measures),
        sum(measure.places for measure in measures),
        sum(kinds.values()),
        store.count(Picture),
        kinds["pictures"],
        kinds["videos"],
        kinds["other"],
        _rows(store),
        store.count(Series),
        store.count(Member),
    )


def _rows(store: CaseStore) -> tuple[Row, ...]:
    """Count pictures and videos by origin and by what lists know, side by side by digest."""
    order = ("sha256",)
    states = Beside(store.columns(Opinion, "sha256", "state", order=order))
    matches = Beside(store.columns(Match, "sha256", "via", order=order))
    counts: Counter[tuple[str, bool, bool]] = Counter()
    for sha256, kind in store.columns(Item, "sha256", "media_type", order=order):
        if not (is_picture(kind) or is_video(kind)):
            continue
        state = states.upto(sha256)
        via = {row[1] for row in matches.upto(sha256)}
        counts[state[0][1] if state else "", bool(via - {"pdq"}), "pdq" in via] += 1
    return crossed(counts)


def placed(store: CaseStore) -> Placed:
    """Count the queue, and spell what comes first in it."""
    queue = Queue(store)
    steps = queue.steps()
    danger = _lines(queue, (DANGER,))
    first = _lines(queue, LATER)
    cards = _cards(store, (*danger, *first))
    return Placed(
        tuple((number, name, steps.get(number, 0)) for number, name in STEPS.items()),
        tuple(cards[: len(danger)]),
        tuple(cards[len(danger) :]),
        is_current(store),
    )


def _lines(queue: Queue, steps: Sequence[int]) -> list[Line]:
    """Return the first places, without those of which nothing may be told before they are seen."""
    return [line for line in queue.lines(4 * CARDS, steps) if not line.at.drawn][:CARDS]


def _cards(store: CaseStore, lines: Sequence[Line]) -> list[Card]:
    names = sorted({line.series for line in lines if line.series})
    members: dict[str, list[str]] = {}
    rows = store.columns(Member, "series", "sha256", among={"series": names}) if names else ()
    for name, sha256 in sorted(rows):
        members.setdefault(name, []).append(sha256)
    of = {line.at.task.sha256: members.get(line.series, []) for line in lines}
    asked = sorted({name for first, rest in of.items() for name in (first, *rest[:MEMBERS])})
    cameras = _cameras(store, asked)
    since = _since(store, asked)
    return [_card(line, of[line.at.task.sha256], cameras, since) for line in lines]


def _card(
    line: Line, members: Sequence[str], cameras: dict[str, str], since: dict[str, str]
) -> Card:
    task = line.at.task
    every = (task.sha256, *members[:MEMBERS])
    named = Counter(cameras[name] for name in {*every} if name in cameras)
    told = sorted(named, key=lambda name: (-named[name], name))
    return Card(
        task.sha256,
        task.step,
        line.at.rank,
        tuple(_parts(task.reason)),
        task.exhibit,
        line.size,
        bool(line.series),
        tuple(told[:CAMERAS]),
        min((since[name] for name in every if name in since), default=""),
    )


def _parts(sentence: str) -> Iterator[str]:
    """Yield what a sentence of the queue says, one thing at a time; no digest, no person."""
    for part in without_end(sentence).split("; "):
        if part:
            yield _SPEAKS.sub("one of the series: ", part)


_SPEAKS = re.compile(r"\Afor [0-9a-f]{12} of its series: ")


def _cameras(store: CaseStore, contents: Sequence[str]) -> dict[str, str]:
    """Return the camera that each of these contents names."""
    if not contents:
        return {}
    rows = store.columns(
        Finding, "sha256", "data", among={"sha256": contents}, kind=evidence.CAMERA
    )
    return {sha256: body_of(json.loads(data)).name for sha256, data in rows}


def _since(store: CaseStore, contents: Sequence[str]) -> dict[str, str]:
    """Return when each of these contents was read in, by the log."""
    acts: dict[str, int] = dict(_acts(store, contents))
    wanted = {*acts.values()}
    later = store.history(min(wanted) - 1) if wanted else ()
    leaves = takewhile(lambda leaf: leaf.number <= max(wanted), later)
    times = {leaf.number: leaf.time for leaf in leaves if leaf.number in wanted}
    return {sha256: times[act] for sha256, act in acts.items() if act in times}


def _acts(store: CaseStore, contents: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    if contents:
        yield from store.columns(Item, "sha256", "act", among={"sha256": contents})
