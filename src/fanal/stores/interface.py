"""The contract of a case store: read by type, write only inside an act."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from fanal.model.custody import Head, Leaf

T = TypeVar("T")


class Act(Protocol):
    """One transaction and one leaf of the custody log."""

    number: int

    def put(self, records: Iterable[Any]) -> int:
        """Write records; one that is there already stays as it is. Return how many were new."""
        ...

    def drop(self, kind: type, **equal: Any) -> int:
        """Remove derived records that are to be made again: only whatever whole acts wrote."""
        ...

    def note(self, **details: Any) -> None:
        """Add details to the leaf."""
        ...


@dataclass(frozen=True, slots=True)
class Measure:
    """What was read of one exhibit."""

    exhibit: str
    places: int
    contents: int
    size: int
    """Bytes of all places, copies included."""


class CaseStore(Protocol):
    """Keeps the records of one case; speaks of the model's types, so a new kind adds no method."""

    case_id: str
    folder: Path

    def act(self, actor: str, verb: str, **details: Any) -> AbstractContextManager[Act]:
        """Open the only way to write; nothing is written if the block raises."""
        ...

    def find(
        self,
        kind: type[T],
        *,
        order: tuple[str, ...] = (),
        limit: int = 0,
        among: Mapping[str, Iterable[Any]] | None = None,
        **equal: Any,
    ) -> Iterator[T]:
        """Yield the records of a kind whose fields are equal to, or among, the given values."""
        ...

    def since(self, kind: type[T], act: int) -> Iterator[T]:
        """Yield the records of a kind that later acts wrote, oldest first."""
        ...

    def count(self, kind: type, **equal: Any) -> int:
        """Return how many such records there are."""
        ...

    def tally(self, kind: type, *fields: str) -> Iterator[tuple[Any, ...]]:
        """Yield each combination of values with the number of records that have it."""
        ...

    def last_act(self, *kinds: type) -> int:
        """Return the number of the last act that wrote a record of these kinds; 0 if none did."""
        ...

    def pending(self, analyzer: str, version: str, among: Iterable[str]) -> set[str]:
        """Return which of these contents the analyzer in that version has not seen."""
        ...

    def unfinished(self, analyzers: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
        """Yield (exhibit, path) of each file with a content that one of them has not seen."""
        ...

    def measures(self) -> Iterator[Measure]:
        """Yield what was read of each exhibit."""
        ...

    def history(self) -> Iterator[Leaf]:
        """Yield the leaves of the log, in order."""
        ...

    def head(self) -> Head | None:
        """Return the last signed head."""
        ...

    def close(self) -> None:
        """Finish writing, and seal the files where anything was written."""
        ...
