"""Keeps what a later run may mend in the account until a run has mended it, and no longer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from fanal.model.failure import Failure
from fanal.stores.interface import CaseStore

PASSING = frozenset(
    (
        "changed while reading",
        "disappeared",
        "limit: time",
        "not readable",
        "unreadable file",
        "unreadable folder",
        "worker died",
    )
)
"""Reasons that a later run may find gone."""
FOLDER = "unreadable folder"
Key = tuple[bytes, str, str]


@dataclass(slots=True)
class Passing:
    """The passing failures of one exhibit: those of earlier runs, and those of this one.

    They are written in acts of their own, one reason an act: a store removes whole acts only.
    """

    store: CaseStore
    actor: str
    exhibit: str
    _earlier: set[Key] = field(default_factory=set)
    _folders: set[bytes] = field(default_factory=set)
    _again: set[Key] = field(default_factory=set)
    _read: set[tuple[bytes, str]] = field(default_factory=set)
    _waiting: list[Failure] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Ask which failures earlier runs left."""
        self._earlier = {_key(failure) for failure in self._stored()}
        self._folders = {path for path, _, reason in self._earlier if reason == FOLDER}

    def add(self, failure: Failure) -> None:
        """Take a failure of this run."""
        if _key(failure) in self._earlier:
            self._again.add(_key(failure))
        else:
            self._waiting.append(failure)

    def read(self, path: bytes, inside: str) -> None:
        """Take notice that a place has been read in the state it is in now."""
        if not self._earlier:
            return
        self._read.add((path, inside))
        for folder in [at for at in self._folders if not at or path.startswith(at + b"/")]:
            self._read.add((folder, ""))
            self._folders.discard(folder)

    def write(self) -> None:
        """Write the failures of this run."""
        self._waiting.sort(key=lambda failure: failure.reason)
        for _, group in groupby(self._waiting, key=lambda failure: failure.reason):
            with self.store.act(self.actor, "intake", exhibit=self.exhibit) as act:
                act.put(list(group))
        self._waiting.clear()

    def end(self) -> None:
        """Take out of the account what this run has read; what vanished unread stays in it."""
        self.write()
        mended = {key for key in self._earlier - self._again if key[:2] in self._read}
        for reason in sorted({reason for _, _, reason in mended}):
            left = [
                failure
                for failure in self._stored()
                if failure.reason == reason and _key(failure) not in mended
            ]
            with self.store.act(self.actor, "read again", exhibit=self.exhibit) as act:
                act.drop(Failure, exhibit=self.exhibit, reason=reason)
                act.put(left)

    def _stored(self) -> Iterator[Failure]:
        return self.store.find(Failure, exhibit=self.exhibit, among={"reason": sorted(PASSING)})


def _key(failure: Failure) -> Key:
    return failure.path, failure.inside, failure.reason
