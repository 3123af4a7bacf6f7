"""Plants pictures whose digests and PDQ are known from elsewhere, and demands them back."""

import random
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import chain

from fanal.errors import CanaryMissed
from fanal.model.finding import Fingerprint, Record
from fanal.model.item import Entry, Item, MemoryBody

EXHIBIT = ""
"""No exhibit has this name, so nothing planted is ever taken for evidence."""
TOLERANCE = 4
"""Bits by which our PDQ of a planted picture may differ from that of the `pdqhash` package."""
SPREAD = 200
"""A planted picture follows after at most so many entries."""


@dataclass(frozen=True, slots=True)
class Canary:
    """One planted picture and what must be found out about it."""

    name: str
    data: bytes = field(repr=False)
    sha256: str
    sha1: str
    md5: str
    pdq: bytes


def load() -> tuple[Canary, ...]:
    """Return every planted picture."""
    folder = files("fanal.pipeline") / "planted"
    table = tomllib.loads((folder / "planted.toml").read_text("utf-8"))
    return tuple(
        Canary(
            name,
            (folder / facts["file"]).read_bytes(),
            facts["sha256"],
            facts["sha1"],
            facts["md5"],
            bytes.fromhex(facts["pdq"]),
        )
        for name, facts in table.items()
    )


class Canaries:
    """The planted pictures of one exhibit's run, and which of them came back."""

    def __init__(self) -> None:
        """Plant nothing yet."""
        self._all = {canary.name: canary for canary in load()}
        self._digested: set[str] = set()
        self._hashed: set[str] = set()

    def planted(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Yield the entries with each planted picture somewhere among them."""
        self._digested.clear()
        self._hashed.clear()
        waiting = list(self._all.values())
        random.shuffle(waiting)
        gap = 0
        iterator = iter(entries)
        for entry in iterator:
            yield entry
            gap -= 1
            if waiting and gap <= 0:
                yield _entry(waiting.pop())
                gap = random.randint(1, SPREAD)  # noqa: S311 (where it stands is no secret)
            if not waiting:
                break
        yield from chain(map(_entry, waiting), iterator)

    def digested(self, entry: Entry, answer: object) -> None:
        """Take what came back from digesting a planted picture."""
        canary = self._all[entry.inside]
        right = (canary.sha256, canary.sha1, canary.md5, len(canary.data))
        if (
            isinstance(answer, Item)
            and (answer.sha256, answer.sha1, answer.md5, answer.size) == right
        ):
            self._digested.add(canary.name)

    def looked(self, name: str, records: Iterable[Record] | object) -> None:
        """Take what came back from looking at a planted picture."""
        if not isinstance(records, tuple):
            return
        canary = self._all[name]
        for record in records:
            if isinstance(record, Fingerprint) and record.sha256 == canary.sha256:
                differing = int.from_bytes(record.value, "big") ^ int.from_bytes(canary.pdq, "big")
                if differing.bit_count() <= TOLERANCE:
                    self._hashed.add(name)

    def counts(self) -> dict[str, int]:
        """Return how many were planted and how many came back right from every stage."""
        return {"planted": len(self._all), "found": len(self._digested & self._hashed)}

    def check(self) -> None:
        """Raise CanaryMissed where one did not come back right."""
        missed = sorted(self._all.keys() - (self._digested & self._hashed))
        if missed:
            stage = "digests" if self._all.keys() - self._digested else "perceptual hash"
            raise CanaryMissed(
                f"planted picture {missed[0]!r} did not come back right from: {stage}",
                "trust nothing in this case; compare the library versions with the lock file,"
                " mend that and begin a new case",
            )


def _entry(canary: Canary) -> Entry:
    return Entry(
        EXHIBIT, b"", canary.name, canary.name.encode(), None, canary.name, MemoryBody(canary.data)
    )
