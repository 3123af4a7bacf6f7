"""Answers the one question of the scheduler: about what an analyzer has said nothing yet."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal.model.finding import Seen
from fanal.model.item import Entry, Item, Place
from fanal.pipeline.work import LookTask, LookWork, Made, analyzer_versions
from fanal.stores.interface import CaseStore


@dataclass(frozen=True, slots=True)
class Asked:
    """Which analyzers a run asks about the contents that they have not seen."""

    versions: Mapping[str, str] = field(default_factory=analyzer_versions)
    """Name → version."""
    only: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Name → the contents it is asked about; one that is not here is asked about every content."""
    made: tuple[Made, ...] = ()
    """Those of the analyzers that are not of the table."""
    known: bool = False
    """Only what the case holds already is looked at: nothing new is read into it."""

    def work(self) -> LookWork:
        """Return the work that asks these analyzers."""
        return LookWork(self.made)


@dataclass(slots=True)
class Due:
    """What is still due on one exhibit, and what of it is under way."""

    store: CaseStore
    asked: Asked
    _files: set[tuple[str, bytes]] = field(default_factory=set)
    _under_way: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """Ask which files hold a content on which something is due."""
        only = self.asked.only
        whole = {name: of for name, of in self.asked.versions.items() if name not in only}
        self._files = set(self.store.unfinished(whole)) if whole else set()
        for name in only.keys() & self.asked.versions.keys():
            chosen = {"sha256": self.pending(name, only[name])}
            self._files.update(
                (place.exhibit, place.path) for place in self.store.find(Place, among=chosen)
            )

    def paths(self, exhibit: str) -> list[bytes]:
        """Return the files of an exhibit that hold a content on which something is due."""
        return sorted(path for name, path in self._files if name == exhibit)

    def concerns(self, entry: Entry, sha256: str) -> bool:
        """Tell whether an analyzer has yet to see this content, or a member of this archive.

        A content that the file held in an earlier state is not here to be looked at any more.
        """
        if (entry.exhibit, entry.path) not in self._files:
            return False
        places = self.store.find(Place, exhibit=entry.exhibit, path=entry.path)
        here = {place.sha256 for place in places if place.inside or place.sha256 == sha256}
        return any(self.pending(name, here) for name in self.asked.versions)

    def pending(self, name: str, among: Collection[str]) -> set[str]:
        """Return which of these contents an analyzer is asked about and has not seen."""
        if name in self.asked.only:
            among = self.asked.only[name].intersection(among)
        return self.store.pending(name, self.asked.versions[name], among)

    def tasks(self, met: Mapping[str, tuple[Entry, Item]]) -> Iterator[LookTask]:
        """Yield a task for each content that an analyzer has not seen and that is not under way."""
        left = met.keys() - self._under_way
        due: dict[str, list[str]] = {}
        for name in self.asked.versions:
            for sha256 in self.pending(name, left):
                due.setdefault(sha256, []).append(name)
        for sha256, (entry, item) in met.items():
            if sha256 in due:
                self._under_way.add(sha256)
                yield LookTask(sha256, item.media_type, entry.body, entry.mark, tuple(due[sha256]))

    def not_seen(self, sha256: str) -> None:
        """Take notice that nothing was said of a content: another copy may still be looked at."""
        self._under_way.discard(sha256)

    def written(self, records: Collection[Any]) -> None:
        """Take notice of what has been written: from now on the store knows it."""
        self._under_way -= {record.sha256 for record in records if isinstance(record, Seen)}
