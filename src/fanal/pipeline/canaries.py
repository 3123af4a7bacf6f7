"""Plants pictures whose digests and PDQ are known from elsewhere, and demands them back."""

import random
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import chain

from fanal.errors import CanaryMissed
from fanal.model.finding import Finding, Fingerprint, Record, Seen
from fanal.model.item import Entry, Item, MemoryBody

EXHIBIT = ""
"""No exhibit has this name, so nothing planted is ever taken for evidence."""
TOLERANCE = 4
"""Bits by which our PDQ of a planted picture may differ from that of the `pdqhash` package."""
HASH = "perceptual"
NAMED = {HASH: "perceptual hash"}
"""Analyzer → what a person is told that it makes."""
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
    pixels: str
    """MD5 over its decoded red, green and blue, by Pillow; "" where a decoder may differ."""


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
            facts.get("pixels", ""),
        )
        for name, facts in table.items()
    )


class Canaries:
    """The planted pictures of one exhibit's run, and which of them came back."""

    def __init__(self, analyzers: Sequence[str] = (HASH,)) -> None:
        """Plant nothing yet; take the analyzers that the pictures must come back from."""
        self._all = {canary.name: canary for canary in load()}
        self._analyzers = tuple(analyzers)
        self._digested: set[str] = set()
        self._seen: set[tuple[str, str]] = set()
        """(planted picture, analyzer) where what came back is right."""

    @property
    def stage(self) -> str:
        """Return what the pictures go through, as the log calls it."""
        first = "PDQ" if HASH in self._analyzers else ", ".join(self._analyzers)
        return f"digests and {first}"

    def planted(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """Yield the entries with each planted picture somewhere among them."""
        self._digested.clear()
        self._seen.clear()
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
            if (
                isinstance(record, Seen)
                and record.outcome != "failed"
                and _is_right(canary, record.analyzer, records)
            ):
                self._seen.add((name, record.analyzer))

    def counts(self) -> dict[str, int]:
        """Return how many were planted and how many came back right from every stage."""
        return {"planted": len(self._all), "found": len(self._all.keys() - self._missed())}

    def check(self) -> None:
        """Raise CanaryMissed where one did not come back right."""
        missed = self._missed()
        if missed:
            name, stage = min(missed.items())
            raise CanaryMissed(
                f"planted picture {name!r} did not come back right from: {stage}",
                "trust nothing in this case; compare the library versions with the lock file,"
                " mend that and begin a new case",
            )

    def _missed(self) -> dict[str, str]:
        """Return each picture that did not come back right, and the first stage that lost it."""
        missed = dict.fromkeys(self._all.keys() - self._digested, "digests")
        for analyzer in self._analyzers:
            for name in self._all:
                if (name, analyzer) not in self._seen:
                    missed.setdefault(name, NAMED.get(analyzer, analyzer))
        return missed


def _is_right(canary: Canary, analyzer: str, records: tuple[Record, ...]) -> bool:
    """Tell whether an analyzer said of a planted picture what is known of it from elsewhere."""
    if analyzer == HASH:
        return any(
            isinstance(record, Fingerprint)
            and record.sha256 == canary.sha256
            and _apart(record.value, canary.pdq) <= TOLERANCE
            for record in records
        )
    if analyzer == "pixels" and canary.pixels:
        found = [record for record in records if isinstance(record, Finding)]
        return any(record.data.get("md5") == canary.pixels for record in found)
    return True


def _apart(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


def _entry(canary: Canary) -> Entry:
    return Entry(
        EXHIBIT, b"", canary.name, canary.name.encode(), None, canary.name, MemoryBody(canary.data)
    )
