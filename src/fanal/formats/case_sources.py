"""Spells in CASE/UCO where facts come from: exhibits, seized files, the acts and the tool.

One `ProvenanceRecord` stands for each exhibit and each seized file, one `InvestigativeAction` for
each act of this program on them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fanal.formats.case_terms import Node, Terms, whole

PROGRAM = "fanal"


def tool(terms: Terms, version: str) -> Node:
    """Return this program as a tool."""
    said = {"uco-core:name": PROGRAM, "uco-tool:version": version}
    return terms.node("tool", [PROGRAM], "uco-tool:Tool", said)


def act(
    terms: Terms, name: str, objects: Iterable[Node], results: Iterable[Node], after: str = ""
) -> Node:
    """Return an act of this program: what it was done on, and what came of it."""
    said = {
        "uco-core:name": name,
        "uco-action:instrument": [terms.ref("tool", PROGRAM)],
        "uco-action:object": list(objects),
        "uco-action:result": list(results),
        "case-investigation:wasInformedBy": [terms.ref("act", after)] if after else [],
    }
    return terms.node("act", [name], "case-investigation:InvestigativeAction", said)


def provenance(terms: Terms, exhibit: str, objects: Iterable[Node]) -> Node:
    """Return the record of an exhibit and of what was found on it."""
    said = {
        "uco-core:name": exhibit,
        "case-investigation:exhibitNumber": exhibit,
        "uco-core:object": list(objects),
    }
    return terms.node("provenance", [exhibit], "case-investigation:ProvenanceRecord", said)


def investigation(terms: Terms, name: str, exhibits: Iterable[str]) -> Node:
    """Return the investigation that everything belongs to."""
    said = {
        "uco-core:name": name,
        "case-investigation:investigationForm": "case",
        "uco-core:object": [terms.ref("provenance", exhibit) for exhibit in exhibits],
    }
    return terms.node("investigation", [], "case-investigation:Investigation", said)


def seized(terms: Terms, artefact: Mapping[str, Any]) -> Iterator[Node]:
    """Yield a seized file, its provenance record and, where it is told, who took it and when."""
    name = label(artefact)
    size = artefact.get("size")
    facet = terms.facet(
        "uco-observable:ContentDataFacet",
        [name],
        {
            "uco-observable:hash": terms.hashes(artefact, name),
            "uco-observable:sizeInBytes": None if size is None else whole(size),
        },
    )
    said = {"uco-core:name": name, "uco-core:hasFacet": [facet]}
    yield terms.node("artefact", [name], "uco-observable:File", said)
    words = [
        f"{word}: {artefact[key]}"
        for key, word in (("seized_at", "seized"), ("handler", "by"), ("reader", "read by"))
        if artefact.get(key)
    ]
    record = provenance(terms, name, [terms.ref("artefact", name)])
    yield record | ({"uco-core:description": "; ".join(words)} if words else {})


def label(artefact: Mapping[str, Any]) -> str:
    """Return how a seized file is called: its site and its name there."""
    return f"{artefact['site']}/{artefact['artefact']}"
