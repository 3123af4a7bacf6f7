"""Finds the pictures that others were made from, by what generators wrote of their pixels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal.analyzers import ANALYZERS
from fanal.model.evidence import PIXELS, RECORD
from fanal.model.finding import Finding
from fanal.pipeline.due import Asked
from fanal.stores.interface import CaseStore

HASHES = "init_image_hash"
"""Key in the data of a generator's record: a list of `{"algorithm", "value"}`."""
WHOLE, SHORT = "md5", "sha256-8"
"""Algorithms: MD5, and the first eight characters of SHA-256."""
LENGTHS = {WHOLE: 16, SHORT: 4}
"""Algorithm → bytes of its value."""
EQUAL = {
    WHOLE: "32 hex MD5 equal",
    SHORT: "first 8 hex of SHA-256 equal",
}
"""Algorithm → how a source picture was told; of eight characters one in 4.3 billion pairs is
equal by chance."""
ANALYZER = "pixels"


@dataclass(slots=True)
class Told:
    """What generators wrote of their source pictures: value → the pictures in which it stands."""

    whole: dict[bytes, list[str]] = field(default_factory=dict)
    short: dict[bytes, list[str]] = field(default_factory=dict)

    def outputs(self) -> set[str]:
        """Return the pictures that say that they were made from one."""
        return {
            sha256 for held in (self.whole, self.short) for of in held.values() for sha256 in of
        }


def told(store: CaseStore) -> Told:
    """Gather what the generators' records in a case say of source pictures."""
    found = Told()
    held = {WHOLE: found.whole, SHORT: found.short}
    for finding in store.find(Finding, among={"kind": [RECORD]}):
        for algorithm, value in _values(finding.data):
            outputs = held[algorithm].setdefault(value, [])
            if finding.sha256 not in outputs[-1:]:
                outputs.append(finding.sha256)
    return found


def asked(store: CaseStore) -> bool:
    """Tell whether a picture in the case says that it was made from another one."""
    found = store.find(Finding, among={"kind": [RECORD]})
    return any(True for finding in found for _ in _values(finding.data))


def asking() -> Asked:
    """Return what is asked to find the source pictures among what the case holds."""
    return Asked({ANALYZER: ANALYZERS.get(ANALYZER).version}, known=True)


def sources_of(store: CaseStore) -> dict[str, list[tuple[str, str]]]:
    """Return picture → the pictures in the case that it was made from, each with how it is told.

    Only what generators wrote is held in memory, however many pictures there are.
    """
    known = told(store)
    found: dict[str, dict[tuple[str, str], None]] = {}
    if not (known.whole or known.short):
        return {}
    for finding in store.find(Finding, among={"kind": [PIXELS]}):
        for algorithm, value in _digests(finding.data):
            held = known.whole if algorithm == WHOLE else known.short
            for output in held.get(value, ()):
                if output != finding.sha256:
                    told_by = (finding.sha256, EQUAL[algorithm])
                    found.setdefault(output, {})[told_by] = None
    return {output: sorted(sources) for output, sources in sorted(found.items())}


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
        for digests in (held, *(modes.values() if isinstance(modes, dict) else ())):
            if value := _bytes(digests.get("md5")):
                yield WHOLE, value
            if value := _bytes(digests.get("sha256")):
                yield SHORT, value[: LENGTHS[SHORT]]


def _bytes(text: Any) -> bytes:
    try:
        return bytes.fromhex(text)
    except (TypeError, ValueError):
        return b""
