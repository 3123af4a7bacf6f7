"""The contract of a case store: read by type, write only inside an act."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote

from fanal.errors import CaseError
from fanal.model.custody import Head, Leaf

T = TypeVar("T")


class Act(Protocol):
    """One transaction and one leaf of the custody log."""

    number: int

    def put(self, records: Iterable[Any]) -> int:
        """Write records; one that is there already stays as it is. Return how many were new."""
        ...

    def drop(self, kind: type, /, **equal: Any) -> int:
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


@dataclass(frozen=True, slots=True)
class Server:
    """A case on a server: its address, shown everywhere without the password in it."""

    address: str = field(repr=False)

    def __str__(self) -> str:
        place, mark, query = self.address.partition("?")
        if "@" in query:  # part of a password? Then nobody can tell where it begins
            return f"{self.address.partition('://')[0]}://***"
        # Greedy on purpose: a password with a slash or an at-sign must not be shown in part.
        shown = re.sub(r"(//[^:@/]*:).*@", r"\1***@", place, flags=re.DOTALL)
        # Where the host was forgotten, what looks like a port may be a password.
        shown = re.sub(r"(//[^:@/\[]*:)(?!\*{3}@|[0-9]*(?:[/,]|$))[^/]*", r"\1***", shown)
        return shown + mark + "&".join(map(_without_secret, query.split("&")))


def _without_secret(pair: str) -> str:
    name, mark, _ = pair.partition("=")
    is_secret = unquote(name).strip().casefold().endswith("password")  # as the driver reads it
    return f"{name}{mark}***" if is_secret and mark else pair


Where = Path | Server
"""Where a case is kept: a folder, or a server."""
Differs = Callable[[str, str], None]
"""Is told where something is not as it must be, and what it is."""


def refuse(where: str, what: str) -> None:
    """Take nothing from a case in which anything differs."""
    raise CaseError(f"the case was tampered with: {where} {what}", "check it: fanal audit verify")


@dataclass(frozen=True, slots=True)
class Copying:
    """What a new case is filled with, and what its first act of its own says of that."""

    source: "CaseStore"
    details: Mapping[str, Any] = field(default_factory=dict)
    tell: Callable[[str, int], None] = lambda _what, _rows: None
    """Is told of each table and how many rows of it were copied."""
    differs: Differs = refuse
    """Is told of what the source keeps beside its rows and is wrong; ends the copy."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How a case is opened."""

    run: bool = True
    """For a run, of which a case bears one at a time; a short act needs none."""
    wait: float = 0.0
    """Seconds to wait for another run to end before this one is refused."""
    home: Path | None = None
    """Folder for what a case on a server needs on this machine; None where it can need nothing."""
    actor: str = "fanal"
    """Who acts where opening itself is an act: a migration, a copy."""
    copying: Copying | None = None
    """Make a new case of another one."""


RUN = Opening()
"""What a program means that says nothing of how."""


class CaseStore(Protocol):
    """Keeps the records of one case; speaks of the model's types, so a new kind adds no method."""

    kind: str
    """Name of the part, as it is registered."""
    seals: bool
    """Whether its files are sealed at the end of a run; a server has none to seal."""
    case_id: str
    folder: Path
    """Where the case's files lie on this machine; not all of it, where it is kept on a server."""

    def act(self, actor: str, verb: str, **details: Any) -> AbstractContextManager[Act]:
        """Open the only way to write; nothing is written if the block raises."""
        ...

    def find(
        self,
        kind: type[T],
        /,
        *,
        order: tuple[str, ...] = (),
        limit: int = 0,
        among: Mapping[str, Iterable[Any]] | None = None,
        **equal: Any,
    ) -> Iterator[T]:
        """Yield the records of a kind whose fields are equal to, or among, the given values."""
        ...

    def columns(
        self,
        kind: type,
        /,
        *fields: str,
        order: tuple[str, ...] = (),
        among: Mapping[str, Iterable[Any]] | None = None,
        **equal: Any,
    ) -> Iterator[tuple[Any, ...]]:
        """Yield these columns as they are kept (lists and mappings as JSON text), quickly."""
        ...

    def since(self, kind: type[T], act: int) -> Iterator[T]:
        """Yield the records of a kind that later acts wrote, oldest first."""
        ...

    def count(self, kind: type, /, **equal: Any) -> int:
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

    def history(self, after: int = 0) -> Iterator[Leaf]:
        """Yield the leaves of the log, in order; those after the one of that number."""
        ...

    def head(self) -> Head | None:
        """Return the last signed head."""
        ...

    def layout(self) -> str:
        """Return the version of the tables."""
        ...

    def is_at_rest(self) -> bool:
        """Tell whether all that was written is sealed, or nobody writes where nothing is sealed."""
        ...

    def is_run_on(self) -> bool:
        """Tell whether a run writes to the case now."""
        ...

    def keep_files(self, name: str, files: Mapping[str, str]) -> None:
        """Keep the files of `folder / name` with the case, for every machine that opens it."""
        ...

    def files(self, name: str, files: Mapping[str, str]) -> Path:
        """Return `folder / name` with its files (name → SHA-256) in it, fetched where need be."""
        ...

    def tables(
        self, differs: Differs = refuse
    ) -> Iterator[tuple[str, Iterator[list[tuple[Any, ...]]]]]:
        """Yield each table and its rows in parts, as they are kept, all of one moment.

        `differs` is told of what the database holds beside the rows and must not, such as triggers.
        """
        ...

    def close(self) -> None:
        """Finish writing, and seal the files where anything was written."""
        ...
