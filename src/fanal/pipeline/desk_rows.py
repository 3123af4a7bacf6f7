"""Reads what the queue of the desk shows of contents: one row each, however many there are."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

from fanal.content.media import is_picture, is_video
from fanal.model import evidence
from fanal.model.decision import Decision
from fanal.model.finding import Finding, Seen
from fanal.model.item import Item, Place
from fanal.model.known import Match
from fanal.model.opinion import GRADES, Opinion
from fanal.model.review import Drawn, Task
from fanal.model.series import SAME_DEVICE, Member, Series, Tie
from fanal.pipeline.decided import events
from fanal.pipeline.facts import ASSESSES
from fanal.pipeline.queued import standing
from fanal.pipeline.remarks import remarks_of
from fanal.review.decisions import UNDECIDED, Standing, fold
from fanal.series.times import by_own_clock
from fanal.stores.interface import CaseStore

PART = 4000
"""Contents that are asked for at once."""
HIDDEN = "hidden"
"""Stands for what would show from where the blind sample drew a content."""
NEW, NEAR = "new", "near"
KINDS = ("illegal", "unidentified", "generated", "harmless", NEAR)
"""Of the lists that know a content by a digest, or nearly, the first of these is told."""
SECOND, DISAGREE, UNDECIDED_YET = "second", "disagree", "undecided"
MARKS = ("lead", "note", "second opinion", "question", "violent")
"""Remarks that a row shows, each by a bit."""
STRENGTHS = {"weak": 1, "moderate": 2, "moderately strong": 3, "strong": 3}
"""Grade → bars of four; those above have four."""


@dataclass(frozen=True, slots=True)
class Row:
    """One content as the queue shows it."""

    sha256: str
    task: Task | None
    """Its place; None where it is not in the queue now."""
    origin: str = "not_assessed"
    strength: int = 0
    known: str = NEW
    kind: str = "other"
    series: str = ""
    size: int = 1
    taken: float = math.nan
    """By its camera's clock, in seconds."""
    device: str = ""
    copies: int = 0
    exhibits: int = 0
    exhibit: str = ""
    """Under which it takes its turn; of what has no place the first on which it lies."""
    grade: str = UNDECIDED_YET
    """The state that people decided."""
    waits: str = ""
    """`second` or `disagree` where people said something that does not close it."""
    reviewer: str = ""
    """Who decided."""
    marks: int = 0
    drawn: bool = False
    """The blind sample drew it, and nobody decided yet."""
    spoke: frozenset[str] = frozenset()
    """Logins that said something of it that does not close it."""
    is_first: bool = True
    """It is alone, or stands for its series."""

    @property
    def is_listed(self) -> bool:
        """Tell whether the desk shows it: in the queue, or decided and of its own account."""
        return self.task is not None or (self.grade != UNDECIDED_YET and self.is_first)


def rows(store: CaseStore, contents: Iterable[str]) -> Iterator[Row]:
    """Yield the row of each of these contents that the case holds."""
    iterator = iter(contents)
    while part := list(islice(iterator, PART)):
        yield from _Part.of(store, part).rows()


@dataclass(slots=True)
class _Part:
    """What is known of some contents."""

    media: dict[str, str]
    tasks: dict[str, Task]
    said: dict[str, list[Decision]]
    series: dict[str, str]
    known_series: dict[str, tuple[int, str]]
    origins: dict[str, tuple[str, str]]
    assessed: set[str]
    known: dict[str, str]
    drawn: set[str]
    devices: dict[str, str]
    taken: dict[str, float]
    places: dict[str, list[str]]
    marks: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, store: CaseStore, part: Sequence[str]) -> "_Part":
        """Read it."""
        among = {"sha256": part}

        def column(of: type, /, *fields: str, **equal: Any) -> Iterator[tuple[Any, ...]]:
            return store.columns(of, "sha256", *fields, among=among, **equal)

        series = dict(column(Member, "series"))
        named = {"name": sorted({*series.values()})}
        told = store.columns(Series, "name", "size", "representative", among=named)
        return cls(
            dict(column(Item, "media_type")),
            standing(store, part),
            {group[0].sha256: group for group in events(store, part)},
            series,
            {name: (size, first) for name, size, first in (told if series else ())},
            {name: (state, grade) for name, state, grade in column(Opinion, "state", "grade")},
            {
                name
                for name, outcome in column(Seen, "outcome", analyzer=ASSESSES)
                if outcome != "failed"
            },
            _worst(column(Match, "kind", "via")),
            {name for (name,) in column(Drawn)},
            _first(column(Tie, "common", kind=SAME_DEVICE)),
            {
                name: _taken(data)
                for name, data in sorted(column(Finding, "data", kind=evidence.CAMERA))
            },
            _all(column(Place, "exhibit")),
            {name: _marks(of) for name, of in remarks_of(store, part).items()},
        )

    def rows(self) -> Iterator[Row]:
        """Put them together."""
        for sha256, media in self.media.items():
            said = self.said.get(sha256, [])
            now = fold(said) if said else UNDECIDED
            name = self.series.get(sha256, "")
            size, first = self.known_series.get(name, (1, sha256))
            drawn = sha256 in self.drawn and not now.decided
            origin, grade = self._origin(sha256, media)
            lies = self.places.get(sha256, [])
            yield Row(
                sha256,
                self.tasks.get(sha256),
                HIDDEN if drawn else origin,
                0 if drawn else grade,
                HIDDEN if drawn else self.known.get(sha256, NEW),
                "image" if is_picture(media) else "video" if is_video(media) else "other",
                name,
                size,
                self.taken.get(sha256, math.nan),
                self.devices.get(sha256, ""),
                len(lies),
                len({*lies}),
                self.tasks[sha256].exhibit if sha256 in self.tasks else min(lies, default=""),
                now.victim_state if now.decided else UNDECIDED_YET,
                SECOND if now.waits_for_second else DISAGREE if now.contradicted else "",
                ", ".join(now.by) if now.decided else "",
                self.marks.get(sha256, 0),
                drawn,
                _spoke(said, now),
                first == sha256,
            )

    def _origin(self, sha256: str, media: str) -> tuple[str, int]:
        if sha256 in self.origins:
            state, grade = self.origins[sha256]
            return state, strength(grade)
        assessed = sha256 in self.assessed and is_picture(media)
        return ("inconclusive" if assessed else "not_assessed"), 0


def strength(grade: str) -> int:
    """Return a grade of evidence as bars of four."""
    return STRENGTHS.get(grade, 4 if grade in GRADES[5:] else 0)


def _spoke(said: Sequence[Decision], now: Standing) -> frozenset[str]:
    if now.decided:
        return frozenset()
    return frozenset(one.account for one in said if one.victim_state and one.id not in now.undone)


def _worst(rows: Iterable[tuple[Any, ...]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for sha256, kind, via in rows:
        told = NEAR if via == "pdq" else kind
        if sha256 not in found or KINDS.index(told) < KINDS.index(found[sha256]):
            found[sha256] = told
    return found


def _first(rows: Iterable[tuple[Any, ...]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for sha256, value in rows:
        found[sha256] = min(value, found.get(sha256, value))
    return found


def _all(rows: Iterable[tuple[Any, ...]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for sha256, value in rows:
        found[sha256].append(value)
    return found


def _marks(remarks: Iterable[Any]) -> int:
    found = 0
    for one in remarks:
        if one.kind in MARKS:
            found |= 1 << MARKS.index(one.kind)
    return found


@lru_cache(maxsize=1024)
def _taken(data: str) -> float:
    return by_own_clock(json.loads(data).get("taken"))
