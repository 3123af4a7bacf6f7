"""Spells contents of a case as nodes of CASE/UCO: what they are, where they lie, what was found.

The class of an origin stands in `ArtifactClassification`. Its confidence stays out: a likelihood
ratio is no confidence. Propositions and weights stand in a facet of our own.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fanal.formats.case_terms import (
    Node,
    Terms,
    decimal,
    hexadecimal,
    is_hex,
    time,
    truth,
    whole,
)

HOMELESS = {
    "matches": "UCO has no class for a list that knows a content, nor for a match's distance",
    "queue": "UCO has no class for the order in which people look",
    "problems": "UCO has no class for what could not be read",
    "decisions": "only where a content stands is told, not each decision",
    "pdq_quality": "UCO has no class for the quality of a hash",
}
PLACE = "place"
OWN = "it stands in a facet of our own, which other programs do not know"


def item(terms: Terms, facts: Mapping[str, Any], marks: list[Node]) -> Iterator[Node]:
    """Yield the nodes of a content: itself, its places, its origin and each finding."""
    sha256 = str(facts["sha256"])
    yield content(terms, facts, marks)
    for at, place in enumerate(facts.get("locations") or ()):
        yield from _place(terms, sha256, at, place)
    if facts.get("origin"):
        yield from _origin(terms, sha256, facts)


def content(terms: Terms, facts: Mapping[str, Any], marks: list[Node]) -> Node:
    """Return the node of a content, known by its digests."""
    sha256 = str(facts["sha256"])
    size = facts.get("size")
    facets = [
        terms.facet(
            "uco-observable:ContentDataFacet",
            [sha256],
            {
                "uco-observable:hash": terms.hashes(facts, sha256),
                "uco-observable:sizeInBytes": None if size is None else whole(size),
                "uco-observable:mimeType": facts.get("media_type"),
            },
        )
    ]
    if facts.get("width") and facts.get("height"):
        facets.append(
            terms.facet(
                "uco-observable:RasterPictureFacet",
                [sha256],
                {
                    "uco-observable:pictureWidth": whole(facts["width"]),
                    "uco-observable:pictureHeight": whole(facts["height"]),
                },
            )
        )
    if is_hex(facts.get("pdq")):
        said = {"pdq": hexadecimal(facts["pdq"])}
        facets.append(terms.own_facet("PerceptualHashFacet", [sha256], said))
    told: dict[str, Any] = {
        "uco-core:tag": _tags(facts),
        "uco-core:objectMarking": marks,
        "uco-core:hasFacet": facets,
    }
    return terms.node("file", [sha256], "uco-observable:File", told)


def _tags(facts: Mapping[str, Any]) -> list[str]:
    series = facts.get("series")
    name = series.get("name") if isinstance(series, Mapping) else series
    return [
        f"fanal:{kind}={value}"
        for kind, value in (("victim_state", facts.get("victim_state")), ("series", name))
        if value
    ]


def _place(terms: Terms, sha256: str, at: int, where: Mapping[str, Any]) -> Iterator[Node]:
    path = str(where.get("path") or "")
    facet = terms.facet(
        "uco-observable:FileFacet",
        [sha256, at],
        {
            "uco-observable:fileName": path.rpartition("/")[2],
            "uco-observable:filePath": path,
            "uco-observable:modifiedTime": time(where.get("modified")),
        },
    )
    yield terms.node(PLACE, [sha256, at], "uco-observable:File", {"uco-core:hasFacet": [facet]})
    said = {
        "uco-core:source": terms.ref(PLACE, sha256, at),
        "uco-core:target": terms.ref("file", sha256),
        "uco-core:kindOfRelationship": "Copy_Of",
        "uco-core:isDirectional": truth(value=True),
    }
    yield terms.node("copy", [sha256, at], "uco-observable:ObservableRelationship", said)


def _origin(terms: Terms, sha256: str, facts: Mapping[str, Any]) -> Iterator[Node]:
    """Yield what the findings amount to, then each of them with the tool that made it."""
    origin = facts["origin"]
    yield classified(terms, sha256, origin)
    for at, one in enumerate(origin.get("findings") or ()):
        tool = (str(one.get("analyzer") or ""), str(one.get("version") or ""))
        weight = one.get("log10_lr")
        facet = terms.own_facet(
            "FindingFacet",
            [sha256, at],
            {
                "findingKind": one.get("kind"),
                "speaksFor": list(one.get("for") or ()),
                "speaksAgainst": list(one.get("against") or ()),
                "grade": one.get("grade"),
                "doubt": list(one.get("doubts") or ()),
                "log10LikelihoodRatio": None if weight is None else decimal(weight),
            },
        )
        said = {
            "uco-core:statement": str(one.get("says") or ""),
            "uco-analysis:resultContent": [terms.ref("file", sha256)],
            "uco-analysis:originatingAnalysis": terms.ref("analysis", *tool),
            "uco-core:hasFacet": [facet],
        }
        yield terms.node("finding", [sha256, at], "uco-analysis:AnalyticResult", said)


def classified(terms: Terms, sha256: str, origin: Mapping[str, Any]) -> Node:
    """Return the node that says of which origin a content is, with its propositions."""
    classes = {
        "@id": terms.id("classification", sha256),
        "@type": "uco-analysis:ArtifactClassification",
        "uco-analysis:class": f"origin: {origin.get('state') or 'not_assessed'}",
    }
    propositions = [
        f"{one.get('code')}: {one.get('says')} ({one.get('grade')})"
        for one in origin.get("propositions") or ()
    ]
    facets = [
        terms.facet(
            "uco-analysis:ArtifactClassificationResultFacet",
            [sha256],
            {"uco-analysis:classification": [classes]},
        ),
        terms.own_facet(
            "OriginFacet",
            [sha256],
            {
                "originState": origin.get("state") or "not_assessed",
                "realChildPossible": truth(origin.get("real_child_possible", True)),
                "proposition": propositions,
            },
        ),
    ]
    said = {
        "uco-analysis:resultContent": [terms.ref("file", sha256)],
        "uco-core:hasFacet": facets,
    }
    return terms.node("origin", [sha256], "uco-analysis:AnalyticResult", said)


def analysis(terms: Terms, analyzer: str, version: str) -> Iterator[Node]:
    """Yield the analysis that an analyzer in a version did, and the analyzer as a tool."""
    said: dict[str, Any] = {"uco-core:name": analyzer, "uco-tool:version": version}
    yield terms.node("tool", [analyzer, version], "uco-tool:AnalyticTool", said)
    said = {
        "uco-core:name": f"{analyzer} {version}",
        "uco-action:instrument": [terms.ref("tool", analyzer, version)],
    }
    yield terms.node("analysis", [analyzer, version], "uco-analysis:Analysis", said)
