"""Spells series as public objects: why each is one, its contents, what is related to it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.model.item import Place
from fanal.model.known import Match
from fanal.model.opinion import STATES
from fanal.model.series import MADE_FROM, Link, Member, Regroup, Series, Tie
from fanal.pipeline.decided import standings
from fanal.pipeline.facts import location
from fanal.pipeline.group import event_of, events_of
from fanal.pipeline.group_facts import KINDS, Contents, known_of, pictures_of
from fanal.pipeline.named import whole
from fanal.pipeline.order_says import BY_DISTANCE
from fanal.pipeline.queued import Queue
from fanal.pipeline.regroup import members
from fanal.review.order import by_lists
from fanal.series.cluster import Links
from fanal.series.events import in_effect, replay, taken_back
from fanal.series.naming import PREFIX
from fanal.series.representative import UNDATED, Standing, ordered
from fanal.stores.interface import CaseStore

RELATED = 20
"""Things in common that are told of a series: those of most of its contents."""
NAMED = 8
"""Series that are named for each."""
CLOSED = 99
"""Stands for what people decided, beside the steps that lists give."""
LINKED = 50
"""Contents outside that are told one by one."""


def listed(store: CaseStore, limit: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the series, the largest first; so many at most."""
    sizes = sorted(
        ((-size, name) for name, size in store.columns(Series, "name", "size")),
        key=itemgetter(0, 1),
    )
    placed = Queue(store)
    chosen = [name for _, name in (sizes[:limit] if limit else sizes)]
    for start in range(0, len(chosen), 200):
        part = chosen[start : start + 200]
        known = {one.name: one for one in store.find(Series, among={"name": part})}
        tasks = placed.of_series(part)
        for name in part:
            at = placed.at(tasks[name]) if name in tasks else None
            queue = (
                {"step": at.task.step, "rank": at.rank, "reason": at.task.reason} if at else None
            )
            yield spelled(known[name]) | {"queue": queue}


def spelled(series: Series) -> dict[str, Any]:
    """Return a series as a plain object."""
    return {
        "name": series.name,
        "size": series.size,
        "representative": series.representative,
        "held": series.held,
        "says": series.says,
        **series.facts,
    }


def shown(store: CaseStore, name: str) -> dict[str, Any]:
    """Return all that is known of one series, or of the series that a content is in.

    A content that is in none is told of as if it were one by itself.
    """
    if not name.startswith(PREFIX):
        sha256 = whole(store, name)
        name = next((one for (one,) in store.columns(Member, "series", sha256=sha256)), "")
        contents = members(store, name) if name else [sha256]
    else:
        contents = members(store, name)
    facts: dict[str, Any] = (
        next(spelled(one) for one in store.find(Series, name=name))
        if name
        else {"name": None, "size": 1, "representative": contents[0], "held": False, "says": ""}
    )
    tasks = Queue(store).of(contents)
    first = next((task for _, task in sorted(tasks.items())), None)
    inside, outside = _links(store, contents)
    joining = _not_refused(store, contents, [link for link in outside if link.joins])
    cut_off = "cut" in facts and not facts["held"]
    return facts | {
        "queue": {"step": first.step, "reason": first.reason} if first else None,
        "contents": _contents(store, contents, inside),
        "links": [_link(link) for link in inside],
        "proposals": _others(store, [] if cut_off else joining, contents),
        "cut_off": _others(store, joining if cut_off else [], contents),
        "linked": _others(store, [link for link in outside if not link.joins], contents),
        "related": list(_related(store, contents)),
    }


def _links(store: CaseStore, contents: Sequence[str]) -> tuple[list[Link], list[Link]]:
    """Return the links within these contents, and those that lead out, the strongest first."""
    own = set(contents)
    found = {
        (link.a, link.b, link.kind, link.how): link
        for end in ("a", "b")
        for link in store.find(Link, among={end: contents})
    }
    every = sorted(found.values(), key=lambda one: (-one.strength, one.a, one.b, one.kind, one.how))
    inside = [link for link in every if link.a in own and link.b in own]
    return inside, [link for link in every if not (link.a in own and link.b in own)]


def _not_refused(store: CaseStore, contents: Sequence[str], links: Sequence[Link]) -> list[Link]:
    """Return the links whose ends nobody parted."""
    every = in_effect(events_of(store))
    if not every:
        return list(links)
    near = {*contents, *(end for link in links for end in (link.a, link.b))}
    known = Contents.of(store, near)
    said = replay([event_of(event, known) for event in every])
    ends = known.at([link.a for link in links]), known.at([link.b for link in links])
    pairs = zip(links, *(column.tolist() for column in ends), strict=True)
    return [link for link, one, other in pairs if not said.parts(one, other)]


def _link(link: Link) -> dict[str, Any]:
    return {
        "a": link.a,
        "b": link.b,
        "kind": link.kind,
        "how": link.how,
        "strength": link.strength,
        "joins": link.joins,
        "says": link.says,
    }


def _others(
    store: CaseStore, links: Sequence[Link], contents: Sequence[str]
) -> list[dict[str, Any]]:
    """Return contents outside that links lead to, each once, with the strongest link."""
    own = set(contents)
    found: dict[str, Link] = {}
    for link in links:
        found.setdefault(link.b if link.a in own else link.a, link)
    series = dict(store.columns(Member, "sha256", "series", among={"sha256": list(found)}))
    return [
        {
            "sha256": sha256,
            "series": series.get(sha256),
            "to": link.a if link.b == sha256 else link.b,
            "kind": link.kind,
            "relation": _relation(link, sha256),
            "says": link.says,
        }
        for sha256, link in found.items()
    ]


def _relation(link: Link, other: str) -> str:
    """Return what one side of a link is of the other: only "made from" has a direction."""
    if link.kind != MADE_FROM:
        return f"{link.kind} as"
    return "made from" if other == link.a else "source of"


def sheets(store: CaseStore, contents: Sequence[str]) -> list[str]:
    """Return the contents of one series in the order in which contact sheets show them."""
    some, standing = _standing(store, contents, _links(store, contents)[0])
    return [some.digests[at] for at in ordered(standing)]


def timeline(store: CaseStore, contents: Sequence[str]) -> list[tuple[str, int | None]]:
    """Return the contents of one series in the order of time, each with its milliseconds.

    Time is that of the camera's clock, else of the last change of the first copy; None for none.
    """
    some, standing = _standing(store, contents, _links(store, contents)[0])
    order = np.lexsort((np.arange(some.count), standing.time)).tolist()
    times = [None if time == UNDATED else int(time) for time in standing.time.tolist()]
    return [(some.digests[at], times[at]) for at in order]


def _standing(
    store: CaseStore, contents: Sequence[str], links: Iterable[Link]
) -> tuple[Contents, Standing]:
    """Return what decides the order of the contents of one series, given the links within it."""
    some = Contents.of(store, contents)
    joining = [link for link in links if link.joins]
    columns = (
        some.at([link.a for link in joining]),
        some.at([link.b for link in joining]),
        np.array([link.strength for link in joining], np.int64),
        np.array([KINDS[link.kind] for link in joining], np.int64),
    )
    series = np.zeros(some.count, np.int64)
    picture = pictures_of(Links(*columns), series)
    standing = known_of(store, some, series, picture).standing
    return some, replace(standing, told=_told(store, some))


def _told(store: CaseStore, some: Contents) -> NDArray[np.int64]:
    """Return the step that lists give each content, 0 where none knows it; CLOSED of what is done.

    So what lists and people say nothing of is on the first sheet, among however many they know.
    """
    told = np.zeros(some.count, np.int64)
    matches = store.find(Match, order=BY_DISTANCE, among={"sha256": some.digests})
    for sha256, group in groupby(matches, key=lambda match: match.sha256):
        if placed := by_lists(tuple(group)):
            told[some.number[sha256]] = placed.step
    for sha256, standing in standings(store, some.digests).items():
        if standing.decided:
            told[some.number[sha256]] = CLOSED
    return told


def _contents(
    store: CaseStore, contents: Sequence[str], links: Iterable[Link]
) -> list[dict[str, Any]]:
    """Return the contents in the order in which contact sheets show them."""
    some, standing = _standing(store, contents, links)
    places = {
        sha256: next(of)
        for sha256, of in groupby(
            store.find(Place, order=_PLACES, among={"sha256": contents}),
            key=lambda place: place.sha256,
        )
    }
    return [
        {
            "sha256": some.digests[at],
            "origin": STATES[int(standing.state[at])] if standing.state[at] >= 0 else None,
            "pixels": int(standing.pixels[at]),
            "picture": some.digests[int(standing.picture[at])],
            "location": location(places[some.digests[at]]) if some.digests[at] in places else None,
        }
        for at in ordered(standing)
    ]


_PLACES = ("sha256", "exhibit", "path", "inside")


def _related(store: CaseStore, contents: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield what these contents have in common with others, most contents first."""
    own = set(contents)
    told: dict[tuple[str, str], str] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for tie in store.find(Tie, order=("sha256", "kind", "common"), among={"sha256": contents}):
        told.setdefault((tie.kind, tie.common), tie.says)
        counts[tie.kind, tie.common] += 1
    for kind, common in sorted(counts, key=lambda one: (-counts[one], one))[:RELATED]:
        rows = store.columns(Tie, "sha256", kind=kind, common=common)
        others = [sha256 for (sha256,) in rows if sha256 not in own]
        in_series: defaultdict[str, int] = defaultdict(int)
        for (name,) in store.columns(Member, "series", among={"sha256": others}) if others else ():
            in_series[name] += 1
        most = sorted(in_series.items(), key=lambda one: (-one[1], one[0]))
        yield {
            "kind": kind,
            "common": common,
            "says": told[kind, common],
            "here": counts[kind, common],
            "contents": len(others),
            "in_series": len(in_series),
            "series": [{"name": name, "contents": count} for name, count in most[:NAMED]],
        }


def events(store: CaseStore) -> Iterator[dict[str, Any]]:
    """Yield what people said of series, in the order of writing."""
    every = events_of(store)
    gone = taken_back(every)
    by: dict[str, Regroup] = {event.undoes: event for event in every if event.id not in gone}
    for event in every:
        yield {
            "id": event.id,
            "verb": event.verb,
            "when": event.when,
            "by": event.by,
            "account": event.account,
            "reason": event.reason,
            "contents": list(event.contents),
            "others": list(event.others),
            "undoes": event.undoes or None,
            "undone_by": by[event.id].id if event.id in gone and event.id in by else None,
        }
