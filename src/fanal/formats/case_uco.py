"""Writes CASE/UCO 1.4 as JSON-LD: the items of a case, or the leads of a package.

Every node's id is made from what it stands for, so the same case is spelt the same every time.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, ClassVar

from fanal.formats import case_items, case_leads, case_sources
from fanal.formats.case_terms import Node, Terms, id_of, spelt
from fanal.formats.lead_json import contents
from fanal.formats.losses import LossCount
from fanal.model.package import Loss, Sighting

READ, ANALYZED, RESOLVED = "read what was seized", "look at contents", "put accounts together"


class CaseWriter:
    """One CASE investigation that holds every item, its places and its findings."""

    name: ClassVar[str] = "case"

    def __init__(self, case: str, version: str) -> None:
        """Take the id of the case and the version of this program."""
        self._terms = Terms(f"case {case}")
        self._case, self._version = case, version

    def write(self, items: Iterable[Sighting], out: BinaryIO) -> tuple[Loss, ...]:
        """Write every item; what CASE has no words for is returned, or stands in our own facets."""
        lost = LossCount()
        out.write(_opening(self._terms, self._version))
        out.writelines(b",\n" + spelt(node) for node in self._nodes(items, lost))
        out.write(b"\n]}\n")
        return lost.losses()

    def _nodes(self, items: Iterable[Sighting], lost: LossCount) -> Iterator[Node]:
        tools: set[tuple[str, str]] = set()
        held: dict[str, array[int]] = {}
        for facts in _once(items, lost):
            yield from case_items.item(self._terms, facts, [])
            tools |= _tools(facts)
            _hold(held, self._terms, facts)
            _count(facts, lost)
        for analyzer, version in sorted(tools):
            yield from case_items.analysis(self._terms, analyzer, version)
        for exhibit in sorted(held):
            places = [{"@id": id_of(case_items.PLACE, *pair)} for pair in _pairs(held[exhibit])]
            yield case_sources.provenance(self._terms, exhibit, places)
        exhibits = [self._terms.ref("provenance", exhibit) for exhibit in sorted(held)]
        yield case_sources.act(self._terms, READ, exhibits, [])
        yield case_sources.act(self._terms, ANALYZED, exhibits, [], READ)
        yield case_sources.investigation(self._terms, self._case, sorted(held))


def package(
    head: Mapping[str, Any],
    documents: Iterable[Mapping[str, Any]],
    items: Mapping[str, Mapping[str, Any]],
    evidence: Mapping[str, Any],
) -> tuple[bytes, tuple[Loss, ...]]:
    """Return the leads of a package as one graph, and what it could not say.

    `head` tells the package, its recipient, its handling and the version of this program; `items`
    are facts of the contents that deeds are about, by SHA-256.
    """
    terms, every = Terms(f"package {head['package']}"), list(documents)
    parts = [
        *(case_leads.marking(terms, one["handling"]) for one in (head, *every)),
        *(node for one in every for node in case_leads.lead(terms, one)),
        *_contents(terms, every, items),
        *(node for one in evidence["artefacts"] for node in case_sources.seized(terms, one)),
        *_acts(terms, head, every, evidence),
    ]
    nodes = b"".join(b",\n" + spelt(node) for node in _unique(parts))
    return _opening(terms, str(head["made_with"])) + nodes + b"\n]}\n", _losses(every)


def _opening(terms: Terms, version: str) -> bytes:
    """Return the head of the file with the first node: this program."""
    context = b'{"@context":' + spelt(terms.context()) + b',\n"@graph":[\n'
    return context + spelt(case_sources.tool(terms, version))


def _contents(
    terms: Terms, documents: list[Mapping[str, Any]], items: Mapping[str, Mapping[str, Any]]
) -> Iterator[Node]:
    """Yield the contents that deeds are about, with the class of their origin and no more."""
    for sha256 in sorted({sha256 for one in documents for sha256 in contents(one)}):
        facts = items.get(sha256, {"sha256": sha256})
        yield case_items.content(terms, facts, [])
        if facts.get("origin"):
            yield case_items.classified(terms, sha256, facts["origin"])


def _acts(
    terms: Terms,
    head: Mapping[str, Any],
    documents: list[Mapping[str, Any]],
    evidence: Mapping[str, Any],
) -> Iterator[Node]:
    accounts = sorted(
        {(one["site"], one["account"]) for doc in documents for one in doc["facts"]["accounts"]}
    )
    names = [case_sources.label(one) for one in evidence["artefacts"]]
    held = [terms.ref(case_leads.ACCOUNT, *key) for key in accounts]
    persons = [terms.ref(case_leads.PERSON, one["lead"]) for one in documents]
    yield case_sources.act(terms, READ, [terms.ref("artefact", name) for name in names], held)
    yield case_sources.act(terms, RESOLVED, held, persons, READ)
    marked = [terms.ref("marking", *case_leads.handled(head["handling"]))]
    made = case_sources.investigation(terms, str(head["package"]), names)
    yield made | {"uco-core:objectMarking": marked}


def _once(items: Iterable[Sighting], lost: LossCount) -> Iterator[Mapping[str, Any]]:
    """Yield the facts of each item once: two nodes with one id would be one node."""
    seen: set[bytes] = set()
    for one in items:
        digest = bytes.fromhex(str(one.facts["sha256"]))
        if digest in seen:
            lost.add("item", "not written: the same item was given twice")
        else:
            seen.add(digest)
            yield one.facts


def _unique(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield each node once: several leads may have one marking, or one assessor."""
    seen: set[str] = set()
    for node in nodes:
        if node["@id"] not in seen:
            seen.add(node["@id"])
            yield node


def _tools(facts: Mapping[str, Any]) -> set[tuple[str, str]]:
    findings = (facts.get("origin") or {}).get("findings") or ()
    return {(str(one.get("analyzer") or ""), str(one.get("version") or "")) for one in findings}


def _hold(held: dict[str, "array[int]"], terms: Terms, facts: Mapping[str, Any]) -> None:
    """Remember which places an exhibit holds: 16 bytes a place."""
    for at, place in enumerate(facts.get("locations") or ()):
        number = terms.key(case_items.PLACE, facts["sha256"], at).int
        held.setdefault(str(place.get("exhibit") or ""), array("Q")).extend(
            (number >> 64, number & (1 << 64) - 1)
        )


def _pairs(numbers: "array[int]") -> Iterator[tuple[int, int]]:
    return zip(numbers[::2], numbers[1::2], strict=True)


def _count(facts: Mapping[str, Any], lost: LossCount) -> None:
    """Count the fields of one item that have no home."""
    for name, note in case_items.HOMELESS.items():
        if facts.get(name) not in (None, [], {}, ()):
            lost.add(name, note)
    if any(place.get("path_hex") for place in facts.get("locations") or ()):
        lost.add("locations.path_hex", "a name is not UTF-8; its exact bytes have no home")
    for name in ("origin", "pdq", "victim_state"):
        if facts.get(name):
            lost.add(name, case_items.OWN)


def _losses(documents: list[Mapping[str, Any]]) -> tuple[Loss, ...]:
    lost = LossCount()
    for one in documents:
        lost.add("countries, category, flags, evaluation", case_items.OWN)
        if one["facts"]["contents"]:
            lost.add("contents", "CASE has no class for how many contents are of which basis")
    return lost.losses()
