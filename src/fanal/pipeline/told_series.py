"""Gathers what a person is told of one series: why it is one, its contents, page by page."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fanal.model import evidence
from fanal.model.finding import Finding
from fanal.model.known import Match
from fanal.model.series import SHEET, Member
from fanal.pipeline import grouped
from fanal.pipeline.decided import standings
from fanal.pipeline.exposure import revealed
from fanal.pipeline.mosaics import mosaics
from fanal.pipeline.regroup import members
from fanal.pipeline.told_item import drawn_of, settled_by_list
from fanal.review.tiles import tile
from fanal.stores.interface import CaseStore

MOST_EVENTS = 20
"""Events of people that are told of one series, the last ones."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One kind of link that holds contents together."""

    kind: str
    how: str
    count: int
    strength: int
    """Of the strongest link, 1 to 100; it orders, and is no probability."""
    says: str


@dataclass(frozen=True, slots=True)
class Card:
    """One content of a series as its sheet and its strip show it."""

    sha256: str
    tile: str
    origin: str
    """State of origin; "" where it is not told."""
    place: Mapping[str, Any] | None
    is_drawn: bool
    is_listed: bool
    state: str
    """What people decided; "" for nothing."""
    gap: int | None = None
    """Milliseconds since the content before it; None where either has no time."""


@dataclass(frozen=True, slots=True)
class ToldSeries:
    """All that a person is told of one series."""

    name: str
    """"" where the content is in none and stands alone."""
    facts: Mapping[str, Any]
    """As `grouped.shown` spells it."""
    reasons: tuple[Reason, ...]
    devices: tuple[tuple[str, int], ...]
    positions: int
    """Contents whose metadata name a position."""
    known: Mapping[str, int]
    """Kind of list → contents that it knows by a digest; drawn ones are left out."""
    page: int
    pages: int
    sheet: tuple[Card, ...]
    strip: tuple[Card, ...]
    decided: int
    saved: int
    """Contents that were decided and never shown clearer than their mosaic."""
    events: tuple[Mapping[str, Any], ...] = field(default_factory=tuple)


def series_of(store: CaseStore, sha256: str) -> str:
    """Return the name of the series that a content is in; "" for none."""
    return next((name for (name,) in store.columns(Member, "series", sha256=sha256)), "")


def told_series(
    store: CaseStore, name: str, page: int = 1, veiled: Collection[str] = ()
) -> ToldSeries:
    """Return what a person is told of the series of that name, or of a content that is alone."""
    facts = grouped.shown(store, name)
    contents = [one["sha256"] for one in facts["contents"]]
    told = _Told(store, facts["contents"], veiled)
    pages = -(-len(contents) // SHEET)
    page = min(max(page, 1), pages)
    here = slice((page - 1) * SHEET, page * SHEET)
    devices, positions = _devices(store, told.open)
    standing = standings(store, contents).items()
    decided = {one for one, at in standing if at.decided and one not in veiled}
    if told.is_drawn or any(one in veiled for one in contents):
        facts |= {"queue": None}
    return ToldSeries(
        facts["name"] or "",
        facts,
        tuple(_reasons(facts["links"])),
        devices,
        positions,
        _known(store, told.open),
        page,
        pages,
        tuple(told.cards(contents[here])),
        tuple(told.strip(grouped.timeline(store, contents), here)),
        len(decided),
        len(decided - revealed(store, decided)),
        _events(store, contents),
    )


class _Told:
    """What cards of the contents of one series are made of."""

    def __init__(
        self, store: CaseStore, contents: Sequence[Mapping[str, Any]], veiled: Collection[str]
    ) -> None:
        self._store, self._veiled = store, veiled
        self._by = {one["sha256"]: one for one in contents}
        every = list(self._by)
        self._drawn = drawn_of(store, every)
        self._listed = settled_by_list(store, every) - self._drawn
        self.is_drawn = bool(self._drawn)
        self.open = [one for one in every if one not in self._drawn]

    def cards(self, contents: Sequence[str]) -> Iterator[Card]:
        """Yield the cards of these contents."""
        shown = mosaics(self._store, [one for one in contents if one not in self._listed])
        said = standings(self._store, [one for one in contents if one not in self._veiled])
        for sha256 in contents:
            one, at = self._by[sha256], said.get(sha256)
            is_drawn = sha256 in self._drawn
            yield Card(
                sha256,
                tile(shown.get(sha256)),
                "" if is_drawn else one["origin"] or "",
                one["location"],
                is_drawn,
                sha256 in self._listed,
                at.victim_state if at and at.decided else "",
            )

    def strip(self, line: Sequence[tuple[str, int | None]], here: slice) -> Iterator[Card]:
        """Yield the cards of a part of a line in time, with the gaps before them."""
        part = line[here]
        before = line[here.start - 1][1] if here.start else None
        for card, (_, time) in zip(self.cards([one for one, _ in part]), part, strict=True):
            gap = None if time is None or before is None else time - before
            yield _with_gap(card, gap)
            before = time


def _with_gap(card: Card, gap: int | None) -> Card:
    return Card(
        *(card.sha256, card.tile, card.origin, card.place),
        *(card.is_drawn, card.is_listed, card.state, gap),
    )


def _reasons(links: Sequence[Mapping[str, Any]]) -> Iterator[Reason]:
    """Yield each kind of link with the strongest one of it; `links` are the strongest first."""
    counts = Counter((one["kind"], one["how"]) for one in links)
    first: dict[tuple[str, str], Mapping[str, Any]] = {}
    for one in links:
        first.setdefault((one["kind"], one["how"]), one)
    for (kind, how), one in first.items():
        yield Reason(kind, how, counts[kind, how], one["strength"], one["says"])


def _devices(store: CaseStore, contents: Sequence[str]) -> tuple[tuple[tuple[str, int], ...], int]:
    """Return the devices that metadata name, those of most contents first, and the positions."""
    found: Counter[str] = Counter()
    positions = 0
    among = {"sha256": contents}
    for (data,) in store.columns(Finding, "data", among=among, kind=evidence.CAMERA):
        told = json.loads(data)
        name = ", ".join(str(told[key]) for key in ("make", "model", "serial") if told.get(key))
        found[name or "no camera named"] += 1
        positions += bool(told.get("gps"))
    return tuple(found.most_common()), positions


def _known(store: CaseStore, contents: Sequence[str]) -> dict[str, int]:
    among = {"sha256": contents}
    rows = {
        (kind, sha256)
        for sha256, kind, via in store.columns(Match, "sha256", "kind", "via", among=among)
        if via != "pdq"
    }
    return dict(sorted(Counter(kind for kind, _ in rows).items()))


def _events(store: CaseStore, contents: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """Return what people last said of these contents belonging together, the newest first."""
    own = set(contents)
    found = [
        one
        for one in grouped.events(store)
        if own.intersection(one["contents"]) or own.intersection(one["others"])
    ]
    return tuple(found[::-1][:MOST_EVENTS])


def after(store: CaseStore, name: str, sha256: str) -> list[str]:
    """Return the contents of a series from this one on, in the order of time."""
    line = [one for one, _ in grouped.timeline(store, members(store, name))]
    return line[line.index(sha256) :] if sha256 in line else []
