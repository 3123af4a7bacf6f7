"""Gathers what the queue hangs on: columns of a case, one row a content, a million at a time."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.content.media import is_picture, is_video
from fanal.model.item import Item, Place
from fanal.model.known import Match
from fanal.model.opinion import Opinion
from fanal.model.series import (
    MADE_FROM,
    SAME_DEVICE,
    SAME_PICTURE,
    SAME_SESSION,
    SAME_SETUP,
    Link,
    Member,
    Series,
    Tie,
)
from fanal.pipeline.decided import standings
from fanal.review.decisions import Standing
from fanal.review.order import UNKNOWN, by_lists, by_origin
from fanal.review.signals import Bits, Facts, Whole, pairs, positions
from fanal.stores.interface import CaseStore

PART = 100_000
"""Rows that are turned into columns at once."""
JOINING = (SAME_PICTURE, SAME_SESSION, SAME_SETUP)
"""Kinds of link that join contents, unless that would make too large a series."""
GRAVE = frozenset({"illegal", "unidentified"})
INSIDE = b"!/"
"""What joins the name of an archive and of a member."""
_INPUT_STATES = frozenset({"altered", "made_from_picture"})
_MARKED_STATES = frozenset({"inconclusive", "made_from_picture", "generator"})


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts, and what else is needed to say them."""

    facts: Facts
    names: Sequence[str]
    """SHA-256 of each content."""
    representative: Whole
    """The content that stands for each series; -1 where it is not in the case."""
    sizes: Whole
    """Contents of each series."""
    standings: dict[str, Standing]
    """What people decided, of those contents of which they did."""
    lists: dict[str, list[int]] = field(default_factory=dict)
    """Name of a list → the contents that it knows by a digest."""


def gather(store: CaseStore) -> Gathered:
    """Read every column once."""
    rows = list(store.columns(Item, "sha256", "media_type", order=("sha256",)))
    digests = [sha256 for sha256, _ in rows]
    names = np.array(digests, "S64") if digests else np.zeros(0, "S64")
    kinds = np.fromiter((_kind(media) for _, media in rows), np.uint8, len(rows))
    del rows
    column = _Columns(store, names, kinds)
    column.opinions()
    column.matches()
    said = standings(store)
    exhibits = _Places.of(store, names)
    column.step[exhibits.nowhere(len(names))] = 0
    series, representative, sizes, pictures = _series(store, names)
    is_decided = np.zeros(len(names), np.bool_)
    closed = [sha256 for sha256, standing in said.items() if standing.decided]
    is_decided[_there(positions(names, closed))] = True
    facts = Facts(
        names=names,
        step=column.step,
        listed=column.listed,
        grave=column.grave,
        camera=column.camera,
        marked=column.marked,
        input=column.input,
        decided=is_decided,
        series=series,
        places=exhibits.lies,
        folders=exhibits.kept,
        devices=_devices(store, names),
        made=_made(store, names),
        exhibits=exhibits.names,
        exhibit_of=exhibits.of_folder,
        pictures=pictures,
        related=_related(store, names, series),
    )
    return Gathered(facts, digests, representative, sizes, said, column.lists)


def _kind(media: str) -> int:
    return 1 if is_picture(media) else 2 if is_video(media) else 0


def _there(at: Whole) -> Whole:
    return at[at >= 0]


def parts(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[Sequence[Any]]]:
    """Yield rows as columns, so many rows at a time."""
    iterator = iter(rows)
    while part := list(islice(iterator, PART)):
        yield list(zip(*part, strict=True))


class _Columns:
    """What opinions and lists say of each content."""

    def __init__(self, store: CaseStore, names: NDArray[np.bytes_], kinds: NDArray[np.uint8]):
        self.store = store
        self.names = names
        self.kinds = kinds
        self.step = np.where(kinds > 0, UNKNOWN, 0).astype(np.uint8)
        self.listed, self.grave, self.camera, self.marked, self.input = (
            np.zeros(len(names), np.bool_) for _ in range(5)
        )
        self.lists: dict[str, list[int]] = {}

    def opinions(self) -> None:
        """Read where the pictures come from."""
        names = ("sha256", "state", "settled", "real_child", "propositions")
        for of, *columns in parts(self.store.columns(Opinion, *names)):
            at = positions(self.names, of)
            told = np.array([_told(*row) for row in zip(*columns, strict=True)], np.uint8)
            at, told = at[at >= 0], told[at >= 0]
            pictures = self.kinds[at] == 1
            self.step[at[pictures]] = told[pictures, 0]
            for column, bits in zip(
                (self.camera, self.marked, self.input), told.T[1:], strict=True
            ):
                column[at] = bits > 0

    def matches(self) -> None:
        """Read what the lists say: it goes before what the pictures say themselves."""
        order = ("sha256", "distance", "list", "entry")
        every = groupby(self.store.find(Match, order=order), key=lambda match: match.sha256)
        while part := [(sha256, tuple(of)) for sha256, of in islice(every, PART)]:
            at = positions(self.names, [sha256 for sha256, _ in part])
            for place, (_, matches) in zip(at.tolist(), part, strict=True):
                placed = by_lists(matches)
                if place < 0 or placed is None:
                    continue
                self.step[place] = placed.step
                self.grave[place] = any(match.kind in GRAVE for match in matches)
                for match in matches:
                    if match.via != "pdq":
                        self.listed[place] = True
                        self.lists.setdefault(match.list, []).append(place)


@lru_cache(maxsize=4096)
def _told(
    state: str, settled: int, real_child: int, propositions: str
) -> tuple[int, bool, bool, bool]:
    """Return the step of a picture, and whether it is a camera's, but marked, or names an input."""
    of_camera, generated, part = (
        any(f'"{code}"' in propositions for code in codes)
        for codes in (("C1", "C2"), ("G1", "G2"), ("C3",))
    )
    marked = state in _MARKED_STATES and generated and not of_camera
    conflict = state == "conflicting" and part and '"G1"' in propositions
    return (
        by_origin(state, settled=bool(settled), real_child=bool(real_child)),
        state == "camera",
        marked,
        (state in _INPUT_STATES or conflict) and bool(real_child),
    )


@dataclass(frozen=True, slots=True)
class _Places:
    """Where contents lie."""

    names: Sequence[str]
    lies: tuple[Whole, Whole]
    kept: tuple[Whole, Whole]
    of_folder: Whole

    @classmethod
    def of(cls, store: CaseStore, names: NDArray[np.bytes_]) -> "_Places":
        """Read every place once."""
        exhibits: dict[str, int] = {}
        folders: dict[tuple[int, bytes], int] = {}
        lies: list[tuple[Whole, Whole]] = []
        kept: list[tuple[Whole, Whole]] = []
        for of, exhibit, name, inside in parts(
            store.columns(Place, "sha256", "exhibit", "name", "inside")
        ):
            at = positions(names, of)
            on = [exhibits.setdefault(each, len(exhibits)) for each in exhibit]
            lies.append((at, np.array(on, np.int64)))
            where = [
                folders.setdefault((each, bytes(path).rpartition(b"/")[0]), len(folders))
                for each, path in zip(on, name, strict=True)
            ]
            kept.append((at, np.array(where, np.int64)))
            packed = [
                (number, folders.setdefault((each, _archive(path)), len(folders)))
                for number, (each, path, member) in enumerate(zip(on, name, inside, strict=True))
                if member
            ]
            if packed:
                row, archive = np.array(packed, np.int64).T
                kept.append((at[row], archive))
        told = sorted(exhibits)
        places = {name: place for place, name in enumerate(told)}
        rank = np.array([places[name] for name in exhibits], np.int64)
        content, exhibit_of = _joined(lies)
        of_folder = rank[np.array([exhibit for exhibit, _ in folders], np.int64)]
        return cls(told, pairs(content, rank[exhibit_of]), pairs(*_joined(kept)), of_folder)

    def nowhere(self, count: int) -> Bits:
        """Tell which contents lie nowhere: nobody could look at them."""
        found = np.ones(count, np.bool_)
        found[self.lies[0]] = False
        return found


def _archive(name: bytes) -> bytes:
    """Return the name of the outermost archive, told from a folder of that name."""
    return bytes(name).partition(INSIDE)[0] + INSIDE


def _joined(columns: Sequence[tuple[Whole, Whole]]) -> tuple[Whole, Whole]:
    """Return columns one after the other, without what is not in the case."""
    if not columns:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    first, second = (np.concatenate(side) for side in zip(*columns, strict=True))
    good = (first >= 0) & (second >= 0)
    return first[good], second[good]


def _series(store: CaseStore, names: NDArray[np.bytes_]) -> tuple[Whole, Whole, Whole, Whole]:
    """Return the series of each content; of each series who stands for it, size and pictures."""
    number: dict[str, int] = {}
    first: list[str] = []
    copies: list[int] = []
    fields = ("name", "representative", "facts")
    for name, representative, facts in store.columns(Series, *fields, order=("name",)):
        number[name] = len(number)
        first.append(representative)
        copies.append(_copies(facts))
    series = np.full(len(names), -1, np.int64)
    for of, name_of in parts(store.columns(Member, "sha256", "series")):
        at = positions(names, of)
        told = np.array([number.get(name, -1) for name in name_of], np.int64)
        series[at[at >= 0]] = told[at >= 0]
    sizes = np.bincount(series[series >= 0], minlength=len(number))
    pictures = np.maximum(sizes - np.array(copies, np.int64), 1)
    return series, positions(names, first), sizes, pictures


def _copies(facts: str) -> int:
    """Return how many links of a series say that two contents show the same picture."""
    kinds = json.loads(facts).get("kinds", {})
    return int(kinds.get(SAME_PICTURE, 0)) if isinstance(kinds, dict) else 0


def _of_kind(store: CaseStore, records: type, kind: str, *fields: str) -> Iterator[tuple[Any, ...]]:
    return store.columns(records, *fields, among={"kind": [kind]})


def _devices(store: CaseStore, names: NDArray[np.bytes_]) -> tuple[Whole, Whole]:
    bodies: dict[str, int] = {}
    found: list[tuple[Whole, Whole]] = []
    for of, common in parts(_of_kind(store, Tie, SAME_DEVICE, "sha256", "common")):
        told = [bodies.setdefault(each, len(bodies)) for each in common]
        found.append((positions(names, of), np.array(told, np.int64)))
    return pairs(*_joined(found))


def _related(store: CaseStore, names: NDArray[np.bytes_], series: Whole) -> tuple[Whole, Whole]:
    """Return contents and groups: of files that lie as one session's do, and of links in vain."""
    groups: dict[str, int] = {}
    found: list[tuple[Whole, Whole]] = []
    for of, common in parts(_of_kind(store, Tie, SAME_SESSION, "sha256", "common")):
        told = [groups.setdefault(each, len(groups)) for each in common]
        found.append((positions(names, of), np.array(told, np.int64)))
    links = store.columns(Link, "a", "b", among={"kind": JOINING}, joins=True)
    count = len(groups)
    for one, other in parts(links):
        a, b = positions(names, one), positions(names, other)
        apart = (a >= 0) & (b >= 0) & ((series[a] != series[b]) | (series[a] < 0))
        told_ = count + np.arange(int(apart.sum()), dtype=np.int64)
        found += [(a[apart], told_), (b[apart], told_)]
        count += len(told_)
    return pairs(*_joined(found))


def _made(store: CaseStore, names: NDArray[np.bytes_]) -> tuple[Whole, Whole]:
    found = [
        (positions(names, made), positions(names, of))
        for made, of in parts(_of_kind(store, Link, MADE_FROM, "a", "b"))
    ]
    return _joined(found)
