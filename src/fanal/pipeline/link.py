"""Finds which contents belong together, and writes it down, kind by kind as its facts changed."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from fanal.model import evidence
from fanal.model.failure import Failure
from fanal.model.finding import Finding, Fingerprint, Picture
from fanal.model.item import Item, Place
from fanal.model.series import (
    MADE_FROM,
    SAME_DEVICE,
    SAME_PICTURE,
    SAME_PLACE,
    SAME_SESSION,
    SAME_SETUP,
    Link,
    Tie,
)
from fanal.pipeline.link_facts import cameras_of, data_of, runs_of, sessions_of, sides_of
from fanal.pipeline.link_features import features_of
from fanal.pipeline.link_made import setups_of, sources_of
from fanal.pipeline.link_pictures import RADIUS, TURNED_RADIUS, hashes_of, links_of
from fanal.pipeline.progress import Progress
from fanal.series.alike import BACKGROUND, FEATURES
from fanal.series.bodies import body_of
from fanal.series.devices import Devices, by_noise
from fanal.series.places import Places, place_of
from fanal.settings import Settings
from fanal.stores.interface import Act, CaseStore

VERB = "link"
RULES = "1"
"""Version of what is linked and how; another one makes all links anew."""
WRITTEN, SORTED = 5000, 200_000
"""Records written at once, and sorted together before."""
REFUSED = "serial number that ties nothing"
MOST_REFUSED = 100
"""Serial numbers that tie nothing and are named in the account, those of most contents first."""
SIDES = (evidence.STRUCTURE, evidence.NOISE, evidence.INPUT, evidence.RECORD, evidence.CREDENTIAL)
Made = Iterator[Link | Tie | Failure]


@dataclass(frozen=True, slots=True)
class Part:
    """Links of one kind: what they hang on, and how they are found."""

    kind: str
    says: str
    """What the run tells while it works on them."""
    findings: tuple[str, ...]
    records: tuple[type, ...]
    make: Callable[[CaseStore], Made]
    links: bool = True
    """It writes links, and not ties alone."""
    others: Mapping[type, Mapping[str, Any]] = field(default_factory=dict)
    """Further records that it writes, and by what they are told."""


def link_all(store: CaseStore, settings: Settings, actor: str, progress: Progress) -> bool:  # noqa: ARG001
    """Bring the links and ties of a case up to date; return whether there was anything to do."""
    work = _Work(store, actor, progress)
    changed = work.pictures() | work.features()
    for part in PARTS:
        changed |= work.bring(part)
    return changed


class _Work:
    """One run: what was done before is read once."""

    def __init__(self, store: CaseStore, actor: str, progress: Progress) -> None:
        self.store, self.actor, self.progress = store, actor, progress
        self._done: dict[str, Mapping[str, Any]] = {}
        self._told: dict[str, str] | None = None
        self._upto = 0
        self._anew = False
        for leaf in store.history():
            if leaf.verb == VERB:
                self._done[str(leaf.details["links"])] = leaf.details

    def pictures(self) -> bool:
        """Link pictures that show the same; only what is new is sought, among all."""
        store, newest = self.store, self.store.last_act(Fingerprint)
        done = self._done.get(SAME_PICTURE, {})
        told = f"{RULES} {RADIUS} {TURNED_RADIUS}"
        after = int(done.get("upto", 0)) if done.get("rules") == told else 0
        self._upto = newest
        if newest <= after or not newest:
            return False
        self.progress.step("linking pictures that show the same")
        hashes = hashes_of(store, after)
        facts = {"links": SAME_PICTURE, "rules": told, "upto": newest}
        with store.act(self.actor, VERB, **facts) as act:
            if not after:
                self._anew = bool(act.drop(Link, kind=SAME_PICTURE))
            self._write(act, links_of(hashes))
        return True

    def features(self) -> bool:
        """Link pictures that have local points in common, where anybody asked for these.

        An act may hold one kind of link only, or what it holds could not be made anew alone.
        """
        if not self._anew and self._is_linked(PARTS[-1]):
            return False  # no finding has come since
        told = f"{RULES} {self._findings().get(evidence.FEATURES, '')}"
        if not self._anew and self._done.get(FEATURES, {}).get("mark", f"{RULES} ") == told:
            return False
        self.progress.step("linking pictures that have local points in common")
        found = list(features_of(self.store))
        for kind, how in ((SAME_PLACE, BACKGROUND), (SAME_PICTURE, FEATURES)):
            with self.store.act(self.actor, VERB, links=how, mark=told) as act:
                act.drop(Link, how=how)
                self._write(act, (link for link in found if link.kind == kind))
        return True

    def bring(self, part: Part) -> bool:
        """Make the links of one kind anew where their facts changed."""
        facts = self.store.last_act(Finding, *part.records)
        if not facts or self._is_linked(part):
            return False
        mark = self._mark(part)
        if self._done.get(part.kind, {}).get("mark") == mark:
            return False
        self.progress.step(part.says)
        told = {"links": part.kind, "rules": RULES, "facts": facts, "mark": mark}
        with self.store.act(self.actor, VERB, **told) as act:
            act.drop(Tie, kind=part.kind)
            if part.links:
                act.drop(Link, kind=part.kind)
            for kind, equal in part.others.items():
                act.drop(kind, **equal)
            self._write(act, part.make(self.store))
        return True

    def _is_linked(self, part: Part) -> bool:
        """Tell whether nothing at all has come since the links of a part were made."""
        done = self._done.get(part.kind, {})
        facts = self.store.last_act(Finding, *part.records)
        return done.get("facts") == facts and done.get("rules") == RULES

    def _mark(self, part: Part) -> str:
        """Return what stands for all that the links of a part hang on."""
        told = [f"{name}: {self._findings().get(name, '')}" for name in sorted(part.findings)]
        told.append(f"pictures: {self._upto}")
        told += [
            f"{kind.__name__}: {self.store.last_act(kind)} {self.store.count(kind)}"
            for kind in part.records
        ]
        return hashlib.sha256("\n".join([RULES, *told]).encode()).hexdigest()[:16]

    def _findings(self) -> dict[str, str]:
        """Return for each kind of finding the last act that wrote it and how many there are."""
        if self._told is None:
            last: dict[str, list[int]] = {}
            for kind, act, count in self.store.tally(Finding, "kind", "act"):
                held = last.setdefault(kind, [0, 0])
                held[0] = max(held[0], act)
                held[1] += count
            self._told = {kind: f"{act} {count}" for kind, (act, count) in last.items()}
        return self._told

    def _write(self, act: Act, records: Iterable[Any]) -> None:
        """Write each record once: a store asks after all of an act where one is there already.

        Many are sorted before they are written, for an index takes them faster in its own order.
        """
        fresh = _once(records)
        while held := list(islice(fresh, SORTED)):
            held.sort(key=_key)
            for at in range(0, len(held), WRITTEN):
                written = held[at : at + WRITTEN]
                act.put(written)
                self.progress.advance(len(written), 0)


def _key(record: Any) -> tuple[Any, ...]:
    return (type(record).__name__, *(getattr(record, name) for name in record.KEY))


def _once(records: Iterable[Any]) -> Iterator[Any]:
    """Yield the records without those whose key came before; a key is held as one number."""
    met: set[int] = set()
    for record in records:
        key = hash(_key(record))
        if key not in met:
            met.add(key)
            yield record


def _sessions(store: CaseStore) -> Made:
    yield from sessions_of(store).links()
    counting, coming, telling_little = runs_of(store, *sides_of(store))
    linked = set()
    for one in counting.found():
        if isinstance(one, Link):
            linked.add(_pair(one))
        yield one
    yield from coming.found()
    yield from (one for one in telling_little.found() if _pair(one) not in linked)


def _pair(link: Link) -> int:
    """Return a number for two contents, small enough to hold a million of."""
    return int(link.a[:16], 16) ^ int(link.b[-16:], 16)


def _devices(store: CaseStore) -> Made:
    gathered = Devices()
    for sha256, _, record in data_of(store, evidence.CAMERA):
        gathered.add(sha256, body_of(record))
    noise = data_of(store, evidence.NOISE)
    agreeing = ((sha256, str(data["device"])) for sha256, _, data in noise if data.get("device"))
    yield from chain(gathered.ties(), by_noise(agreeing))
    for one in islice(gathered.refused(), MOST_REFUSED):
        name = one.serial.encode("utf-8", "replace")
        yield Failure("", name, "", name, REFUSED, one.says, gap=False)


def _places(store: CaseStore) -> Made:
    gathered = Places()
    for sha256, record, _ in cameras_of(store):
        if place := place_of(record.get("gps")):
            gathered.add(sha256, place)
    yield from gathered.ties()


def _setups(store: CaseStore) -> Made:
    sides, _ = sides_of(store)
    yield from setups_of(store, sides)


def _sources(store: CaseStore) -> Made:
    yield from sources_of(store)


PARTS = (
    Part(
        SAME_SESSION,
        "linking pictures of one session",
        (evidence.CAMERA, *SIDES),
        (Place, Picture),
        _sessions,
    ),
    Part(
        SAME_DEVICE,
        "tying pictures of one device",
        (evidence.CAMERA, evidence.NOISE),
        (),
        _devices,
        links=False,
        others={Failure: {"reason": REFUSED}},
    ),
    Part(SAME_PLACE, "tying pictures of one place", (evidence.CAMERA,), (), _places, links=False),
    Part(
        SAME_SETUP,
        "linking pictures of one set-up",
        (evidence.CAMERA, *SIDES, evidence.ADD_ON, evidence.MODEL_FILE),
        (Place,),
        _setups,
    ),
    Part(
        MADE_FROM,
        "linking pictures with their sources",
        (evidence.RECORD, evidence.PIXELS, evidence.CREDENTIAL, evidence.CAMERA),
        (Item,),
        _sources,
    ),
)
"""What is found besides the pictures that show the same, in the order of its finding."""
