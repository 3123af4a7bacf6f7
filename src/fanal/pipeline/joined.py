"""Walks several kinds of records side by side, content by content, without holding them all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fanal.model.decision import Decision
from fanal.model.finding import Finding, Fingerprint, Picture, Seen
from fanal.model.item import Item, Place
from fanal.model.known import Match
from fanal.model.opinion import Opinion
from fanal.model.review import Task
from fanal.pipeline.decided import WRITTEN
from fanal.stores.interface import CaseStore


@dataclass(frozen=True, slots=True)
class Known:
    """One item and everything the case says of it."""

    item: Item
    places: tuple[Place, ...] = ()
    pictures: tuple[Picture, ...] = ()
    fingerprints: tuple[Fingerprint, ...] = ()
    seen: tuple[Seen, ...] = ()
    matches: tuple[Match, ...] = ()
    findings: tuple[Finding, ...] = ()
    tasks: tuple[Task, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    decisions: tuple[Decision, ...] = ()
    """In the order in which they were written."""

    @property
    def opinion(self) -> Opinion | None:
        """What the findings amount to; None where there are none."""
        return self.opinions[0] if self.opinions else None


_FIELDS: dict[str, type] = {
    "places": Place,
    "pictures": Picture,
    "fingerprints": Fingerprint,
    "seen": Seen,
    "matches": Match,
    "findings": Finding,
    "tasks": Task,
    "opinions": Opinion,
    "decisions": Decision,
}
_ORDER: dict[str, tuple[str, ...]] = {
    "places": ("sha256", "exhibit", "path", "inside"),
    "fingerprints": ("sha256", "frame"),
    "seen": ("sha256", "analyzer", "version"),
    "findings": ("sha256", "analyzer", "version", "kind", "says"),
    "matches": ("sha256", "distance", "list", "entry"),
    "decisions": WRITTEN,
}
"""All of it, so that every store gives the same."""


def everything(
    store: CaseStore, *fields: str, among: Sequence[str] | None = None
) -> Iterator[Known]:
    """Yield every item, or those of the given digests, by SHA-256, with these fields."""
    chosen = {"sha256": sorted(among)} if among is not None else None
    order = ("sha256",)
    streams = {
        name: _Stream(store.find(_FIELDS[name], order=_ORDER.get(name, order), among=chosen))
        for name in fields
    }
    for item in store.find(Item, order=order, among=chosen):
        yield Known(item, **{name: stream.upto(item.sha256) for name, stream in streams.items()})


class _Stream:
    """Records in the order of SHA-256, taken group by group."""

    def __init__(self, records: Iterator[Any]) -> None:
        self._groups = groupby(records, key=lambda record: record.sha256)
        self._head: tuple[str, tuple[Any, ...]] | None = None

    def upto(self, sha256: str) -> tuple[Any, ...]:
        """Return the records of that content, dropping those of contents passed by."""
        while self._head is None or self._head[0] < sha256:
            group = next(self._groups, None)
            if group is None:
                self._head = ("g", ())  # past every digest: hexadecimal ends with f
                break
            self._head = (group[0], tuple(group[1]))
        return self._head[1] if self._head[0] == sha256 else ()
