"""Makes the series of a case anew where links, decisions or what people said of series changed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.model.decision import Decision
from fanal.model.finding import Finding, Picture
from fanal.model.item import Item, Place
from fanal.model.opinion import Opinion
from fanal.model.series import LINK_KINDS, Cut, Link, Member, Regroup, Series
from fanal.pipeline.decided import standings
from fanal.pipeline.group_facts import (
    Contents,
    Known,
    before,
    known_of,
    links_of,
    pictures_of,
)
from fanal.pipeline.group_says import Told, cut_says, says
from fanal.pipeline.progress import Progress
from fanal.series.cluster import Clusters, Links, People, cluster
from fanal.series.events import Event, in_effect
from fanal.series.naming import fresh, named
from fanal.series.representative import ranks, representatives
from fanal.stores.interface import Act, CaseStore

Array = NDArray[Any]
WRITTEN = 5000
VERB = "group"
GROUPED = "grouped"
"""What the leaf of an act says that brought the series up to date, whatever else it did."""
FACTS = (Item, Place, Picture, Finding, Opinion, Link, Regroup, Decision)
"""What series hang on."""
MADE = (Series, Member, Cut)
TABLES = frozenset(re.sub("(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower() for kind in FACTS)
"""What the log calls them."""
FIRST = 8
"""Contents that are proposed for a series and named."""
CUT = "c-"


def group(store: CaseStore, actor: str, progress: Progress) -> bool:
    """Bring the series of a case up to date; return whether there was anything to do."""
    if is_grouped(store) or not store.last_act(Link, Regroup, Series):
        return False
    progress.step("grouping contents into series")
    with store.act(actor, VERB) as act:
        bring(store, act, progress)
    return True


def bring(store: CaseStore, act: Act, progress: Progress, said: Sequence[Regroup] = ()) -> None:
    """Bring the series up to date within an act, which writes these events of people too."""
    act.note(**{GROUPED: act.number})
    made = Grouping.of(store, said)
    if made.differs(store):
        for kind in MADE:
            act.drop(kind)
        _write(act, made.records(), progress)


def is_grouped(store: CaseStore, *, decisions: bool = True) -> bool:
    """Tell whether the series are as new as the facts they hang on, decisions among them."""
    changed = done = 0
    tables = TABLES if decisions else TABLES - {"decision"}
    for leaf in store.history():
        if GROUPED in leaf.details:
            done = leaf.number
        elif not tables.isdisjoint((*leaf.records, *(table for table, _ in leaf.drops))):
            changed = leaf.number
    return changed <= done


def _write(act: Act, records: Iterable[Any], progress: Progress) -> None:
    records = iter(records)
    while part := list(islice(records, WRITTEN)):
        act.put(part)
        progress.advance(len(part), 0)


def events_of(store: CaseStore) -> list[Regroup]:
    """Return what people said of series, in the order of writing; no clock is asked."""
    return list(store.find(Regroup, order=("act",)))


def people_of(
    store: CaseStore,
    contents: Contents,
    now: tuple[Array, list[Series]],
    said: Sequence[Regroup] = (),
) -> tuple[People, dict[str, Regroup]]:
    """Return what people said and decided, over the series as they are now; and their events."""
    series, known = now
    every = [*events_of(store), *said]
    left = in_effect(every)
    effective = {event.id: event for event in left}
    gone = [event for event in every if event.id not in effective]
    decided = np.zeros(contents.count, dtype=bool)
    spoken = [sha256 for sha256, standing in standings(store).items() if standing.by]
    decided[_there(contents.at(spoken))] = True
    released = chain.from_iterable((*event.contents, *event.others) for event in gone)
    return (
        People(
            [event_of(event, contents) for event in left],
            series,
            frozenset(
                number
                for number, one in enumerate(known)
                if one.facts.get("event", "") not in {"", *effective}
            ),
            decided,
            frozenset(_there(contents.at(list(released))).tolist()),
        ),
        effective,
    )


def event_of(event: Regroup, contents: Contents) -> Event:
    """Return an event over the numbers of contents, without those that are not among them."""
    here, there = (tuple(_there(contents.at(of)).tolist()) for of in (event.contents, event.others))
    return Event(event.id, event.verb, here, there)


def _there(at: Array) -> Array:
    return at[at >= 0]


@dataclass(frozen=True, slots=True)
class Grouping:
    """The series of a case, before they are written."""

    contents: Contents
    links: Links
    clusters: Clusters
    names: list[str]
    first: Array
    """The content that stands for each series."""
    known: Known
    events: Mapping[str, Regroup]
    cuts: list[Cut]

    @classmethod
    def of(cls, store: CaseStore, said: Sequence[Regroup] = ()) -> "Grouping":
        """Read the facts, and make series of them and of what was said since."""
        contents = Contents.of(store)
        links = links_of(store, contents)
        now = before(store, contents)
        people, events = people_of(store, contents, now, said)
        clusters = cluster(contents.count, links, people)
        series = clusters.series
        names = named(series, contents.digests, now[0], [one.name for one in now[1]])
        picture = pictures_of(links, series)
        known = known_of(store, contents, series, picture)
        first = representatives(series, ranks(known.standing))
        cuts = _cuts(contents, clusters)
        return cls(contents, links, clusters, names, first, known, events, cuts)

    def differs(self, store: CaseStore) -> bool:
        """Tell whether the case holds other series than these."""
        series, known = before(store, self.contents)
        number = {one.name: at for at, one in enumerate(known)}
        told = np.array([*(number.get(name, -1) for name in self.names), -1], np.int64)
        mine = told[self.clusters.series]  # what is alone has the last
        if len(known) != len(self.names) or (mine != series).any() or (told[:-1] < 0).any():
            return True
        every = {one.name: one for one in known}
        return any(every[one.name] != one for one in self.series()) or (
            sorted(store.find(Cut), key=lambda cut: cut.name) != self.cuts
        )

    def records(self) -> Iterator[Series | Member | Cut]:
        """Yield all that is written."""
        yield from self.series()
        series = self.clusters.series
        for at in np.flatnonzero(series >= 0).tolist():
            yield Member(self.contents.digests[at], self.names[series[at]])
        yield from self.cuts

    def series(self) -> Iterator[Series]:
        """Yield the series in the order of their first contents."""
        clusters, digests = self.clusters, self.contents.digests
        sizes = np.bincount(clusters.series[clusters.series >= 0], minlength=clusters.count)
        kinds = self._kinds()
        proposed = self._proposed()
        spans = self._spans()
        places = self._places()
        for number, name in enumerate(self.names):
            facts: dict[str, Any] = {
                "exhibits": int(self.known.exhibits[number]),
                "kinds": {
                    kind: count
                    for kind, count in zip(LINK_KINDS, kinds[number], strict=True)
                    if count
                },
                **spans[number],
            }
            if number in proposed:
                others = proposed[number]
                named_ = [digests[at] for at in islice(others, FIRST)]
                facts["proposed"] = {"count": len(others), "first": named_}
            if number in places:
                facts |= places[number]
            if formed := clusters.formed.get(number):
                facts["event"] = formed.id
                facts |= {"against": formed.against} if formed.against else {}
            size, held = int(sizes[number]), number in clusters.held
            told = says(Told(size, held, facts), self.events)
            yield Series(name, size, digests[int(self.first[number])], held, told, facts)

    def _kinds(self) -> list[list[int]]:
        """Return of each series how many links of each kind lie within it."""
        series, links = self.clusters.series, self.links
        inside = (series[links.a] == series[links.b]) & (series[links.a] >= 0)
        width = len(LINK_KINDS)
        told = series[links.a][inside] * width + links.kind[inside]
        counts = np.bincount(told, minlength=self.clusters.count * width)
        table: list[list[int]] = counts.reshape(-1, width).tolist()
        return table

    def _proposed(self) -> dict[int, dict[int, None]]:
        """Return the contents that strong links would bring into each series, strongest first."""
        series, links = self.clusters.series, self.links
        found: dict[int, dict[int, None]] = {}
        at = self.clusters.refused
        for one, other in zip(links.a[at].tolist(), links.b[at].tolist(), strict=True):
            for here, there in ((one, other), (other, one)):
                if series[here] >= 0:
                    found.setdefault(int(series[here]), {})[there] = None
        return found

    def _spans(self) -> list[dict[str, Any]]:
        """Return the first and last time of each series: by cameras, else by the files."""
        count, series = self.clusters.count, self.clusters.series
        at = np.flatnonzero(series >= 0)
        found: list[dict[str, Any]] = [{} for _ in range(count)]
        for clock, column in (("file", self.known.changed), ("camera", self.known.taken)):
            first, last = np.full(count, np.nan), np.full(count, np.nan)
            np.fmin.at(first, series[at], column[at])
            np.fmax.at(last, series[at], column[at])
            for number in np.flatnonzero(~np.isnan(first)).tolist():
                span = _iso(first[number], clock), _iso(last[number], clock)
                found[number] = {"clock": clock, "first": span[0], "last": span[1]}
        return found

    def _places(self) -> dict[int, dict[str, Any]]:
        """Return of each series that was part of a cut: its cut, and which part it is."""
        clusters = self.clusters
        at = np.flatnonzero((clusters.cut >= 0) & (clusters.series >= 0))[::-1]
        first = dict(zip(clusters.series[at].tolist(), at.tolist(), strict=True))
        starts = [
            int(clusters.piece[clusters.cut == number].min()) for number in range(len(self.cuts))
        ]
        by_root = _cut_names(self.contents, clusters)
        return {
            number: {
                "cut": by_root[clusters.cut[one]],
                "part": int(clusters.piece[one]) - starts[clusters.cut[one]] + 1,
            }
            for number, one in first.items()
        }


def _iso(seconds: float, clock: str) -> str:
    text = datetime.fromtimestamp(float(seconds), UTC).isoformat(timespec="seconds")
    return text if clock == "file" else text[:19]


def _cut_names(contents: Contents, clusters: Clusters) -> list[str]:
    taken: set[str] = set()
    names = []
    for one in clusters.cuts:
        names.append(fresh(CUT, contents.digests[one.root], taken))
        taken.add(names[-1])
    return names


def _cuts(contents: Contents, clusters: Clusters) -> list[Cut]:
    """Return what was taken apart, by name."""
    made = []
    for name, one in zip(_cut_names(contents, clusters), clusters.cuts, strict=True):
        kind = LINK_KINDS[one.kind]
        told = cut_says(kind, one.contents, one.parts, contents.count)
        first = tuple(contents.digests[at] for at in one.first)
        made.append(Cut(name, kind, one.contents, one.parts, told, first))
    return sorted(made, key=lambda cut: cut.name)
