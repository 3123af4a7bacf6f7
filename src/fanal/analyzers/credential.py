"""States what a content credential (C2PA) says and what of it holds; trust is judged later."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from fanal.analyzers import credential_library as library
from fanal.analyzers.credential_boxes import read_boxes
from fanal.analyzers.credential_facts import facts, is_input_picture
from fanal.analyzers.credential_manifest import DIFFERS, HOLDS, UNDECIDED, text
from fanal.analyzers.credential_places import MOST_STORE, Places, asked_for, places
from fanal.content.handle import Content
from fanal.content.image import Undecodable
from fanal.model.evidence import BYTES, CREDENTIAL, CREDENTIAL_ABSENT, INPUT, SENSITIVE, extent
from fanal.model.finding import Finding, Record, Seen

MOST_HASHED = 1 << 30
"""Bytes of a file over which the binding is computed; of a larger one only the store is read."""
GENERATED = "trainedAlgorithmicMedia"
ALTERED = "compositeWithTrainedAlgorithmicMedia"
_BOUND = {HOLDS: "content as it was signed", DIFFERS: "content changed since it was signed"}
_SEALED = {HOLDS: "signature holds", DIFFERS: "signature does not hold"}


class Credential:
    """Yields one finding about the manifest store of a file, and one about a store elsewhere."""

    name: ClassVar[str] = "credential"
    version: ClassVar[str] = "1"

    @staticmethod
    def asks_for(media_type: str) -> bool:
        """Tell whether the bytes of such a content are asked for."""
        return asked_for(media_type)

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield the findings and one Seen; silent where the file has no credential."""
        try:
            found = places(content)
        except Undecodable as why:
            if asked_for(content.media_type):
                yield self._seen(content, "failed", why.reason, why.detail)
            else:
                yield self._seen(content, "silent")
            return
        if not found.stores and not found.addresses:
            yield self._seen(content, "silent")
            return
        if found.stores:
            yield from self._of_store(content, found)
        if found.addresses:
            yield self._elsewhere(content, found)
        yield self._seen(content, "spoke")

    def _of_store(self, content: Content, found: Places) -> Iterator[Finding]:
        store = found.stores[0]
        boxes, large = read_boxes(store.value), content.size > MOST_HASHED
        if store.length > MOST_STORE:
            report = library.Report(error="limit", detail=f"a store of {store.length} bytes")
        elif boxes.problem.startswith("more than"):
            report = library.Report(error="limit", detail=boxes.problem)
        elif large and (store.cut or not store.value):
            report = library.Report(error="limit", detail=f"a file of {content.size} bytes")
        else:
            kind = library.ALONE if found.alone else content.media_type
            whole = b"" if store.cut else store.value
            report = library.ask(content, "" if large and whole else kind, whole)
        if report.error:
            data = _unread(report)
            says = f"content credential that cannot be read: {report.detail or report.error}"
        else:
            data = facts(report, boxes, alone=found.alone or large)
            says = _sentence(data)
        data["stores"] = len(found.stores)
        data[BYTES] = [
            extent(each.offset, each.length, _digest(content, each.offset, each.length))
            for each in found.stores[:4]
            if each.length <= MOST_STORE
        ]
        doubts = tuple(_doubts(data, found, large=large))
        yield self._finding(content, CREDENTIAL, says[:200], data, doubts)
        if inputs := [part for part in _parts(data) if is_input_picture(part)]:
            told = {"derives": False, "count": len(inputs), "formats": _formats(inputs)}
            many = f"{len(inputs)} pictures" if len(inputs) > 1 else "a picture"
            says = f"content credential names {many} that went into the generator"
            yield self._finding(content, INPUT, says, told | {BYTES: data[BYTES]}, ())

    def _elsewhere(self, content: Content, found: Places) -> Finding:
        data = {
            "addresses": len(found.addresses),
            "embedded": bool(found.stores),
            SENSITIVE: {"addresses": list(found.addresses)},
        }
        says = "names an address outside the file where its content credential lies; not fetched"
        return self._finding(content, CREDENTIAL_ABSENT, says, data, ())

    def _finding(
        self,
        content: Content,
        kind: str,
        says: str,
        data: Mapping[str, Any],
        doubts: tuple[str, ...],
    ) -> Finding:
        return Finding(
            content.sha256, self.name, self.version, kind, says, doubts=doubts, data=data
        )

    def _seen(self, content: Content, outcome: str, reason: str = "", detail: str = "") -> Seen:
        return Seen(content.sha256, self.name, self.version, outcome, reason, detail)


def _unread(report: library.Report) -> dict[str, Any]:
    """Return the facts of a store that could not be read: nothing was checked."""
    return {
        "error": report.error,
        "detail": report.detail,
        "binding": UNDECIDED,
        "signature": UNDECIDED,
        "trust": "not judged",
    }


def _sentence(data: Mapping[str, Any]) -> str:
    signer = text(data["issuer"] or data["common_name"])[:60].strip() or "an unnamed signer"
    content = _BOUND.get(data["binding"], "content not checked")
    seal = _SEALED.get(data["signature"], "signature not checked")
    return f"content credential signed by {signer}: {content}, {seal}; {_claim(data)}"


def _claim(data: Mapping[str, Any]) -> str:
    if GENERATED in data["created"]:
        return "it says that a trained model made it"
    if data["camera_capture"]:
        return "it says that a camera took it"
    if ALTERED in data["edited_with"] or GENERATED in data["edited_with"]:
        return "it says that a trained model changed it"
    if GENERATED in data["created_elsewhere"]:
        return "it says that a trained model made a part of it"
    if data["camera_ingredient"]:
        return "it says that a camera took what it was made from"
    return "it does not say where the picture comes from"


def _doubts(data: Mapping[str, Any], found: Places, *, large: bool) -> Iterator[str]:
    if len(found.stores) > 1:
        yield f"the file holds {len(found.stores)} manifest stores; the first was read"
    if found.alone:
        yield "the store is a file of its own: which picture it belongs to was not checked"
    if large:
        yield "the file is too large for its bytes to be checked against the store"
    if data.get("cut"):
        yield "the store holds more manifests than are kept here"
    if data.get("ingredients_unknown"):
        yield "it names pictures that went into it and say nothing of themselves"


def _parts(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for entry in data.get("graph", ()):
        if entry["reached"]:
            yield from entry["ingredients"]


def _formats(parts: list[Mapping[str, Any]]) -> list[str]:
    return sorted({part["format"] for part in parts})[:8]


def _digest(content: Content, offset: int, length: int) -> str:
    sha256 = hashlib.sha256()
    for block in content.blocks(offset, length):
        sha256.update(block)
    return sha256.hexdigest()
