"""Opens a known list on disk and finds items in it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from fanal.errors import CaseError
from fanal.matching.build import HEAD, NEAR, VERSION, files_of
from fanal.matching.entries import EntryFile
from fanal.matching.exact import WIDTHS, ExactIndex
from fanal.matching.folders import digest_of
from fanal.matching.hits import NearHits
from fanal.matching.mapped import Array, mapped
from fanal.matching.near import NearIndex
from fanal.matching.near_build import CODE_BYTES
from fanal.matching.spool import key_of
from fanal.model.known import KnownHash

PROBES = 8
"""Own entries looked up to see that a list still finds what it holds."""


@dataclass(frozen=True, slots=True)
class ExactHit:
    """An entry that carries a digest of a query."""

    query: int
    entry: int
    via: str
    """The strongest digest that met: `sha256`, `sha1` or `md5`."""
    victim_identified: bool | None
    """What all entries with that digest say together."""
    conflict: str
    """Digests of the entry that differ from the query's, strongest first; "" where none does."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A key that the list must find: a digest it holds, or a code with some bits changed."""

    via: str
    """`sha256`, `sha1`, `md5` or `pdq`."""
    value: bytes
    entry: int
    distance: int


class OpenList:
    """A known list whose files are what they were when it was built."""

    def __init__(self, folder: Path, head: Mapping[str, Any]) -> None:
        """Map the tables that the head speaks of."""
        counts = head["keys"]
        self.count: int = head["entries"]
        self.radius: int = head["radius"]
        self._entries = EntryFile(folder, self.count)
        self._digests = {
            via: ExactIndex(folder, via, width, counts[via]) for via, width in WIDTHS.items()
        }
        self._owners = mapped(folder / "pdq.entries", np.uint32, (counts["pdq"],))
        self._victims = mapped(folder / "pdq.victims", np.uint8, (counts["pdq"],))
        self._near = NearIndex.open(folder / NEAR)
        if self._near.entries != counts["pdq"]:
            raise CaseError(f"{folder / NEAR} belongs to another list", "import the list again")

    @classmethod
    def open(cls, folder: Path, files: Mapping[str, str]) -> "OpenList":
        """Open a list after comparing every file with its SHA-256, or name the one that differs."""
        advice = "import the list again"
        for name in sorted({*files, *files_of(folder)}):
            path = folder / name
            if name not in files:
                raise CaseError(f"{path} is no part of this list", advice)
            try:
                same = digest_of(path) == files[name]
            except OSError as error:
                raise CaseError(f"{path} cannot be read: {error}", advice) from error
            if not same:
                raise CaseError(f"{path} was changed since the list was imported", advice)
        path = folder / HEAD
        try:
            head = json.loads(path.read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            raise CaseError(f"{path} cannot be read: {error}", advice) from error
        if not isinstance(head, dict) or head.get("version") != VERSION:
            raise CaseError(f"{path} is of another version", advice)
        return cls(folder, head)

    def exact(self, sha256: Array, sha1: Array, md5: Array) -> list[ExactHit]:
        """Find the entries with any of the digests: one hit a query and entry, by the strongest."""
        asked = {"sha256": sha256, "sha1": sha1, "md5": md5}
        met: dict[tuple[int, int], ExactHit] = {}
        for via, wanted in asked.items():
            index = self._digests[via]
            rows = index.find(wanted)
            for query in np.flatnonzero(rows >= 0).tolist():
                row = int(rows[query])
                entry = int(index.entries[row])
                if (query, entry) not in met:
                    conflict = self._conflict(entry, query, asked)
                    hit = ExactHit(query, entry, via, index.victim(row), conflict)
                    met[query, entry] = hit
        # A dictionary keeps the order of its keys, so each query's hits stay strongest first.
        return sorted(met.values(), key=lambda hit: hit.query)

    def near(self, codes: Array, radius: int, most: int = 0) -> NearHits:
        """Find the different codes within the radius; by query, then distance, then code.

        With `most`, only so many nearest codes of each query, and the exact count of all of them.
        Without, a query in the middle of a crowd meets the whole crowd: ask a few at a time.
        """
        hits = self._near.query(codes, radius, most)
        owners, victims = self._owners[hits.entries], self._victims[hits.entries]
        complete = np.ones(len(codes), np.bool_)
        return NearHits(hits.queries, owners, hits.distances, victims, hits.counts, complete)

    def entry(self, number: int) -> KnownHash:
        """Return one entry exactly as it was read from its list."""
        return self._entries.read(number)

    def probe(self, random: Random) -> tuple[Probe, ...]:
        """Draw up to eight of the list's own keys, codes with up to `radius` bits changed.

        The keys come from the entries themselves, not from the tables that are to find them.
        """
        tables = {via: index.entries for via, index in self._digests.items()}
        tables["pdq"] = self._owners
        owners = {via: table for via, table in tables.items() if len(table)}
        return tuple(
            self._draw(via, int(random.choice(owners[via])), random)
            for via, _ in zip(_around(owners), range(PROBES if owners else 0), strict=False)
        )

    def finds(self, probe: Probe) -> bool:
        """Tell whether the list finds a key it holds, at the right entry and distance."""
        wanted = np.frombuffer(probe.value, np.uint8)[None]
        if probe.via == "pdq":
            hits = self.near(wanted, max(self.radius, probe.distance))
            same = (hits.entries == probe.entry) & (hits.distances == probe.distance)
            return bool(same.any())
        index = self._digests[probe.via]
        row = int(index.find(wanted)[0])
        return row >= 0 and int(index.entries[row]) == probe.entry

    def _draw(self, via: str, entry: int, random: Random) -> Probe:
        """Take one key of an entry, and change some bits where it is a code."""
        value = bytearray(bytes.fromhex(getattr(self.entry(entry), via)))
        distance = random.randint(0, self.radius) if via == "pdq" else 0
        for bit in random.sample(range(CODE_BYTES * 8), distance):
            value[bit // 8] ^= 0x80 >> (bit % 8)
        return Probe(via, bytes(value), entry, distance)

    def _conflict(self, entry: int, query: int, asked: Mapping[str, Array]) -> str:
        """Name the digests of an entry that are not the query's."""
        known = self.entry(entry)
        keys = {via: key_of(getattr(known, via), WIDTHS[via]) for via in asked}
        return ", ".join(
            via for via, key in keys.items() if key and key != asked[via][query].tobytes()
        )


def _around(names: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names in turn, again and again."""
    while names:
        yield from names
