"""Finds the pictures that others were made from, by what generators wrote of their pixels."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal.analyzers import ANALYZERS
from fanal.model.evidence import PIXELS, RECORD
from fanal.model.finding import Finding
from fanal.model.item import Item
from fanal.pipeline.due import Asked
from fanal.stores.interface import CaseStore

HASHES = "init_image_hash"
"""Key in the data of a generator's record: a list of `{"algorithm", "value"}`."""
WHOLE, SHORT, FILE = "md5", "sha256-8", "sha256-file"
"""Algorithms: MD5 and the first eight characters of SHA-256 over pixels; SHA-256 of the file."""
LENGTHS = {WHOLE: 16, SHORT: 4, FILE: 32}
"""Algorithm → bytes of its value."""
EQUAL = {
    WHOLE: "32 hex MD5 equal",
    SHORT: "first 8 hex of SHA-256 equal",
    FILE: "SHA-256 of the file equal",
}
"""Algorithm → how a source picture was told; of eight characters one in 4.3 billion pairs is
equal by chance."""
ANALYZER = "pixels"
ASKED = 500
"""Files that are asked for at once."""


MOST_SOURCES = 8
"""Pictures that are named beside one as its source, or as made from it; others are counted."""
Told = dict[str, dict[bytes, list[str]]]
"""What generators wrote of source pictures: algorithm → value → the pictures in which it stands."""


def told(store: CaseStore) -> Told:
    """Gather what the generators' records in a case say of source pictures."""
    found: Told = {algorithm: {} for algorithm in LENGTHS}
    for sha256, data in _records(store):
        for algorithm, value in _values(data):
            outputs = found[algorithm].setdefault(value, [])
            if sha256 not in outputs[-1:]:
                outputs.append(sha256)
    return found


def _records(store: CaseStore) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the data of generators' records that name a source; the others are not parsed."""
    for sha256, data in store.columns(Finding, "sha256", "data", kind=RECORD):
        if HASHES in data:
            yield sha256, json.loads(data)


def outputs(named: Told) -> set[str]:
    """Return the pictures that name their source by its pixels."""
    held = (of for algorithm in (WHOLE, SHORT) for of in named[algorithm].values())
    return {sha256 for of in held for sha256 in of}


def asked(store: CaseStore) -> bool:
    """Tell whether a picture in the case says that it was made from another one."""
    named = (algorithm for _, data in _records(store) for algorithm, _ in _values(data))
    return any(algorithm != FILE for algorithm in named)


def asking() -> Asked:
    """Return what is asked to find the source pictures among what the case holds."""
    return Asked({ANALYZER: ANALYZERS.get(ANALYZER).version}, known=True)


@dataclass(slots=True)
class Ties:
    """Which pictures were made from which, as far as their records say so."""

    sources: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Picture → the pictures in the case that it was made from, each with how it is told; the first
    MOST_SOURCES, in order."""
    outputs: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    """Source picture → how many name it, and the first MOST_SOURCES of these."""


def ties_of(store: CaseStore) -> Ties:
    """Return the ties of a case; what is held in memory grows with what generators wrote."""
    known, ties = told(store), Ties()
    met: Counter[tuple[str, bytes]] = Counter()
    for source, algorithm, value in _held(store, known):
        named = known[algorithm][value]
        others = len(named) - (source in named)
        count, first = ties.outputs.get(source, (0, ()))
        if others:
            more = [output for output in named[: MOST_SOURCES + 1] if output != source]
            kept = tuple(dict.fromkeys((*first, *more)))[:MOST_SOURCES]
            ties.outputs[source] = count + others, kept
        met[algorithm, value] += 1
        # The pictures of one value share their sources: past the first ones nothing is added.
        for output in named if met[algorithm, value] <= MOST_SOURCES + 1 else ():
            held = ties.sources.setdefault(output, [])
            if len(held) < MOST_SOURCES and output != source:
                held.append((source, EQUAL[algorithm]))
    ties.sources = {output: sorted(of) for output, of in ties.sources.items() if of}
    return ties


def _held(store: CaseStore, known: Told) -> Iterator[tuple[str, str, bytes]]:
    """Yield each content of the case that a record names, the algorithm, and the value."""
    if known[WHOLE] or known[SHORT]:
        columns = ("sha256", "data")
        for sha256, data in store.columns(Finding, *columns, order=("sha256",), kind=PIXELS):
            for algorithm, value in dict.fromkeys(_digests(json.loads(data))):
                if value in known[algorithm]:
                    yield sha256, algorithm, value
    files = [value.hex() for value in known[FILE]]
    for at in range(0, len(files), ASKED):
        for item in store.find(Item, among={"sha256": files[at : at + ASKED]}):
            yield item.sha256, FILE, bytes.fromhex(item.sha256)


def _values(data: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Yield algorithm and value of each well-formed hash of a source picture."""
    written = data.get(HASHES)
    for each in written if isinstance(written, list) else []:
        if not isinstance(each, dict):
            continue
        value = _bytes(each.get("value"))
        for algorithm, length in LENGTHS.items():
            if each.get("algorithm") == algorithm and len(value) == length:
                yield algorithm, value


def _digests(data: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Yield algorithm and value of every digest over the pixels of a picture."""
    turned = data.get("turned")
    for held in (data, turned if isinstance(turned, dict) else {}):
        modes = held.get("modes")
        each = [held, *(modes.values() if isinstance(modes, dict) else ())]
        for digests in (one for one in each if isinstance(one, dict)):
            if value := _bytes(digests.get("md5")):
                yield WHOLE, value
            if value := _bytes(digests.get("sha256")):
                yield SHORT, value[: LENGTHS[SHORT]]


def _bytes(text: Any) -> bytes:
    try:
        return bytes.fromhex(text)
    except (TypeError, ValueError):
        return b""
