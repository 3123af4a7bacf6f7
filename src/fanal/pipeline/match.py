"""Matches what is new: new items against every list, every item against a new list or radius."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fanal.content.pdq import LEAST_QUALITY
from fanal.errors import CanaryMissed
from fanal.matching import NearHits, OpenList
from fanal.model.failure import Failure
from fanal.model.finding import Fingerprint
from fanal.model.item import Item
from fanal.model.known import KnownList, Match, MatchRun
from fanal.pipeline.lists import open_list
from fanal.pipeline.progress import Progress
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

ASKED = 4096
"""Items looked up at once."""
MOST_NEAR = 100
"""Near matches kept of one item and list, the nearest; the account says how many there were."""
TURNS = 8
CODE = 32
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Matched:
    """What one run of matching did."""

    lists: int = 0
    """Lists that had something to be matched."""
    matches: int = 0
    """Matches that are new."""


def match(store: CaseStore, settings: Settings, actor: str, progress: Progress) -> Matched:
    """Bring the matches of every list up to date."""
    newest = store.last_act(Item, Fingerprint)
    lists = matches = 0
    for known in store.find(KnownList, order=("name",)):
        run = MatchRun(known.name, settings.radius, settings.turns, newest)
        done = _done(store, run)
        if done >= newest:
            continue
        progress.step(f"matching list {known.name}")
        opened = open_list(store, known)
        found = _Run(store, settings, actor, known, opened)
        probes = found.canaries()
        if done == 0 and (
            store.count(Match, list=known.name) or store.count(MatchRun, list=known.name)
        ):
            found.start_over()
        matches += found.exact(done) + found.near(done)
        with store.act(
            actor, "match", list=known.name, radius=settings.radius, canaries=probes
        ) as act:
            act.put([run])
        lists += 1
    return Matched(lists, matches)


def _done(store: CaseStore, run: MatchRun) -> int:
    """Return up to which act the list has been matched in this way."""
    runs = store.find(MatchRun, list=run.list, radius=run.radius, turns=run.turns)
    last = max((earlier.upto for earlier in runs), default=0)
    others = [
        other.upto
        for other in store.find(MatchRun, list=run.list)
        if (other.radius, other.turns) != (run.radius, run.turns)
    ]
    # Matches of another radius took the place of ours: begin anew.
    return 0 if others and max(others) >= last else last


@dataclass(frozen=True, slots=True)
class _Run:
    store: CaseStore
    settings: Settings
    actor: str
    known: KnownList
    opened: OpenList

    def canaries(self) -> dict[str, int]:
        """Look up some of the list's own entries; raise CanaryMissed where one is not found."""
        probes = self.opened.probe(random.Random())  # noqa: S311 (which ones is no secret)
        for probe in probes:
            if not self.opened.finds(probe):
                raise CanaryMissed(
                    f"list {self.known.name!r} misses its own entry {probe.entry} by {probe.via}",
                    "trust no match of this list; load it again into a new case",
                )
        return {"planted": len(probes), "found": len(probes)}

    def start_over(self) -> None:
        """Remove the matches an earlier radius made."""
        with self.store.act(self.actor, "match anew", list=self.known.name) as act:
            act.drop(Match, list=self.known.name)
            act.drop(MatchRun, list=self.known.name)

    def exact(self, after: int) -> int:
        """Match digests."""
        return sum(self._write(self._exact(part)) for part in _parts(self.store.since(Item, after)))

    def _exact(self, items: list[Item]) -> Iterator[Match]:
        columns = [
            _table(getattr(item, name) for item in items) for name in ("sha256", "sha1", "md5")
        ]
        for hit in self.opened.exact(*columns):
            yield Match(
                items[hit.query].sha256,
                self.known.name,
                self.known.kind,
                hit.via,
                0,
                hit.entry,
                hit.victim_identified,
                0,
                hit.conflict,
            )

    def near(self, after: int) -> int:
        """Match perceptual hashes within the radius, those of low quality left out."""
        total = 0
        prints = self.store.since(Fingerprint, after)
        # The frames of one content stay together, so that the nearest of them is kept.
        contents = (list(frames) for _, frames in groupby(prints, key=lambda taken: taken.sha256))
        for part in _parts(contents):
            good = [taken for frames in part for taken in frames if taken.quality >= LEAST_QUALITY]
            if good:
                total += self._write(self._near(good))
        return total

    def _near(self, prints: list[Fingerprint]) -> Iterator[Match | Failure]:
        turns = TURNS if self.settings.turns else 1
        values = b"".join((taken.value + taken.turned)[: CODE * turns] for taken in prints)
        codes = np.frombuffer(values, dtype=np.uint8).reshape(-1, CODE)
        numbers: dict[str, int] = {}
        items = [numbers.setdefault(taken.sha256, len(numbers)) for taken in prints]
        hits = self.opened.near(codes, self.settings.radius, MOST_NEAR)
        hits = hits.together(np.repeat(items, turns), MOST_NEAR)
        for hit in hits:
            yield Match(
                prints[hit.query // turns].sha256,
                self.known.name,
                self.known.kind,
                "pdq",
                hit.distance,
                hit.entry,
                hit.victim_identified,
                hit.query % turns,
            )
        yield from _left_out(list(numbers), hits, self.known.name)

    def _write(self, records: Iterable[Match | Failure]) -> int:
        with self.store.act(self.actor, "match", list=self.known.name) as act:
            return act.put(records)


def _left_out(items: list[str], hits: NearHits, name: str) -> Iterator[Failure]:
    """Yield a note for each item that more entries are near than are kept."""
    for number in np.flatnonzero(hits.counts > MOST_NEAR).tolist():
        sure = "" if hits.complete[number] else "at least "
        count = f"{sure}{hits.counts[number]} entries of {name} are near"
        path = items[number].encode()
        detail = f"{count}; the {MOST_NEAR} nearest are kept"
        yield Failure("", path, name, path, "limit: near matches", detail, gap=False)


def _table(digests: Iterable[str]) -> NDArray[np.uint8]:
    rows = [bytes.fromhex(digest) for digest in digests]
    return np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(len(rows), -1)


def _parts(records: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(records)
    while part := list(islice(iterator, ASKED)):
        yield part
