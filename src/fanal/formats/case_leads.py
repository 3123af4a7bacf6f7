"""Spells leads as nodes of CASE/UCO: accounts, identifiers, deeds, reasons, assessments.

They are made from the documents of the leads (`lead_json`), so nothing stands here that stands not
there. Facts are objects, actions and analytic results; what people made of them are annotations.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from fanal.formats.case_terms import Node, Terms, is_hex, natural, time, truth

ACCOUNT, PERSON, IDENTIFIER = "account", "person", "identifier"
Document = Mapping[str, Any]


def lead(terms: Terms, document: Document) -> Iterator[Node]:
    """Yield the nodes of one lead."""
    marks = [terms.ref("marking", *handled(document["handling"]))]
    facts, name = document["facts"], str(document["lead"])
    yield _person(terms, document, marks)
    for one in facts["accounts"]:
        yield from _account(terms, name, one, marks)
    for at, one in enumerate(facts["identifiers"]):
        yield from _identifier(terms, name, at, one, marks)
    for at, one in enumerate(facts["deeds"]):
        yield _deed(terms, name, at, one, marks)
    for at, one in enumerate(facts["countries"]["reasons"]):
        yield _reason(terms, name, at, one, marks)
    for at, one in enumerate(facts["joined"]):
        yield _join(terms, name, at, one)
    for one in document["assessments"]:
        yield from _assessment(terms, name, one, marks)


def handled(handling: Mapping[str, str]) -> tuple[str, str]:
    """Return what tells markings apart."""
    return handling["code"], handling["terms"]


def marking(terms: Terms, handling: Mapping[str, str]) -> Node:
    """Return a handling code as a marking."""
    key = handled(handling)
    words = f" {handling['terms']}" if handling["terms"] else ""
    statement = {
        "@id": terms.id("statement", *key),
        "@type": "uco-marking:StatementMarking",
        "uco-marking:definitionType": "statement",
        "uco-marking:statement": f"{handling['code']}: {handling['says']}.{words}",
    }
    said = {"uco-marking:definitionType": "statement", "uco-marking:definition": [statement]}
    return terms.node("marking", key, "uco-marking:MarkingDefinition", said)


def is_content(what: object) -> bool:
    """Tell whether a deed is about a content, named by its SHA-256."""
    return is_hex(what) and len(str(what)) == 64


def _person(terms: Terms, document: Document, marks: list[Node]) -> Node:
    category, countries = document["category"], document["facts"]["countries"]
    facet = terms.own_facet(
        "LeadFacet",
        [document["lead"]],
        {
            "category": category["is"],
            "categoryBecause": category["because"],
            "factsAllow": category["facts_allow"],
            "fact": category["fact"],
            "level": countries["level"],
            "country": [one["country"] for one in countries["named"]],
            "onlyPossible": truth(document["only_possible"]),
            "conflict": [
                f"{one['country']}: {one['family']} ({one['role']}, {one['strength']})"
                for one in countries["conflict"]
            ],
            "flag": [f"{one['code']}: {one['says']}" for one in document["facts"]["flags"]],
            "unknown": document["unknown"],
        },
    )
    said = {
        "uco-core:name": document["lead"],
        "uco-core:description": "one person, as far as facts tell; nobody's name",
        "uco-core:objectMarking": marks,
        "uco-core:hasFacet": [facet],
    }
    return terms.node(PERSON, [document["lead"]], "uco-identity:Person", said)


def _worth(terms: Terms, key: tuple[object, ...], one: Mapping[str, Any]) -> Node:
    """Return the 4×4 evaluation of a fact and the rows that it is read from."""
    worth = one["evaluation"]
    rows = [
        f"{ref['site']}: {ref['artefact']} {ref['table']} {ref['offset']}+{ref['size']}"
        for ref in one["from"]
    ]
    said = {"source": worth["source"], "information": worth["information"], "row": rows}
    return terms.own_facet("EvaluationFacet", key, said)


def _account(terms: Terms, name: str, one: Mapping[str, Any], marks: list[Node]) -> Iterator[Node]:
    key = (one["site"], one["account"])
    facets = [
        terms.facet(
            "uco-observable:AccountFacet",
            key,
            {
                "uco-observable:accountIdentifier": one["account"],
                "uco-observable:observableCreatedTime": time(one["created"]),
            },
        ),
        terms.facet(
            "uco-observable:DigitalAccountFacet",
            key,
            {
                "uco-observable:accountLogin": one["username"],
                "uco-observable:displayName": one["username"],
            },
        ),
        _worth(terms, key, one),
    ]
    said = {
        "uco-core:name": f"{one['site']}/{one['account']}",
        "uco-core:objectMarking": marks,
        "uco-core:hasFacet": facets,
    }
    yield terms.node(ACCOUNT, key, "uco-observable:DigitalAccount", said)
    yield _link(
        terms, ("used", name, *key), terms.ref(ACCOUNT, *key), terms.ref(PERSON, name), "Used_By"
    )


def _identifier(
    terms: Terms, name: str, at: int, one: Mapping[str, Any], marks: list[Node]
) -> Iterator[Node]:
    key = (name, at)
    type_, facet = _spelt(terms, key, str(one["kind"]), str(one["value"]))
    own = terms.own_facet(
        "IdentifierFacet",
        key,
        {
            "kind": one["kind"],
            "value": one["value"],
            "raw": one["raw"],
            "confirmed": truth(one["confirmed"]),
            "of": one["of"],
            "shared": truth(one["shared"]),
        },
    )
    said = {
        "uco-core:name": f"{one['kind']}: {one['value']}",
        "uco-core:objectMarking": marks,
        "uco-core:hasFacet": [*facet, own, _worth(terms, key, one)],
    }
    yield terms.node(IDENTIFIER, key, type_, said)
    kind = "Paid_With_By_Somebody" if one["of"] == "payer" else "Identifier_Of"
    yield _link(terms, ("names", *key), terms.ref(IDENTIFIER, *key), terms.ref(PERSON, name), kind)


def _spelt(terms: Terms, key: tuple[object, ...], kind: str, value: str) -> tuple[str, list[Node]]:
    """Return the class of an identifier and its facet; one that UCO does not know is an object."""
    room = "uco-observable:"
    address = {f"{room}addressValue": value}
    if kind == "email":
        return f"{room}EmailAddress", [terms.facet(f"{room}EmailAddressFacet", key, address)]
    if kind == "phone":
        said = {f"{room}phoneNumber": value}
        return f"{room}PhoneAccount", [terms.facet(f"{room}PhoneAccountFacet", key, said)]
    if kind == "address" and (version := _version(value)):
        name = f"{room}IPv{version}Address"
        return name, [terms.facet(f"{name}Facet", key, address)]
    if kind == "card":
        return f"{room}PaymentCard", []
    return f"{room}ObservableObject", []


def _version(text: str) -> int:
    try:
        return ipaddress.ip_address(text).version
    except ValueError:
        return 0


def _deed(terms: Terms, name: str, at: int, one: Mapping[str, Any], marks: list[Node]) -> Node:
    named = [one["what"], *(one["data"].get("contents") or ())]
    about = [terms.ref("file", each) for each in dict.fromkeys(named) if is_content(each)]
    facets = [_worth(terms, (name, "deed", at), one)]
    if one["what"] and not is_content(one["what"]):
        facets.append(terms.own_facet("DeedFacet", (name, at), {"about": one["what"]}))
    said = {
        "uco-core:name": one["kind"],
        "uco-core:description": one["says"],
        "uco-core:objectMarking": marks,
        "uco-action:performer": terms.ref(PERSON, name),
        "uco-action:object": about,
        "uco-action:actionCount": natural(one["count"]),
        "uco-action:startTime": time(one["first"]),
        "uco-action:endTime": time(one["last"]),
        "uco-core:hasFacet": facets,
    }
    return terms.node("deed", [name, at], "uco-action:Action", said)


def _reason(terms: Terms, name: str, at: int, one: Mapping[str, Any], marks: list[Node]) -> Node:
    key = (name, "reason", at)
    facet = terms.own_facet(
        "CountryReasonFacet",
        key,
        {
            "country": one["country"],
            "role": one["role"],
            "family": one["family"],
            "strength": one["strength"],
            "rows": natural(one["rows"]),
            "first": time(one["first"]),
            "last": time(one["last"]),
            "dataset": one["dataset"],
            "caveat": one["caveats"],
        },
    )
    said = {
        "uco-core:statement": one["says"],
        "uco-core:objectMarking": marks,
        "uco-analysis:resultContent": [terms.ref(PERSON, name)],
        "uco-core:hasFacet": [facet, _worth(terms, key, one)],
    }
    return terms.node("reason", [name, at], "uco-analysis:AnalyticResult", said)


def _join(terms: Terms, name: str, at: int, one: Mapping[str, Any]) -> Node:
    ends = [terms.ref(ACCOUNT, *str(one[end]).split("/", 1)) for end in ("a", "b")]
    kind = "Same_Person" if one["identity"] else "Linked"
    said = {"uco-core:description": f"{one['rule']}: {one['says']}"}
    return _link(terms, ("join", name, at), ends[0], ends[1], kind) | said


def _assessment(
    terms: Terms, name: str, one: Mapping[str, Any], marks: list[Node]
) -> Iterator[Node]:
    """Yield what a person made of facts, and that person as an identity."""
    worth = one["evaluation"]
    facet = terms.own_facet(
        "AssessmentFacet",
        [one["id"]],
        {
            "kind": one["kind"],
            "other": one["other"],
            "value": one["value"],
            "source": worth["source"],
            "information": worth["information"],
        },
    )
    yield terms.node("assessor", [one["by"]], "uco-identity:Identity", {"uco-core:name": one["by"]})
    said = {
        "uco-core:statement": f"{one['kind']}: {one['value']}. {one['grounds']}",
        "uco-core:object": [terms.ref(PERSON, name)],
        "uco-core:createdBy": terms.ref("assessor", one["by"]),
        "uco-core:objectCreatedTime": time(one["when"]),
        "uco-core:objectMarking": marks,
        "uco-core:hasFacet": [facet],
    }
    yield terms.node("assessment", [one["id"]], "uco-core:Annotation", said)


def _link(terms: Terms, key: tuple[object, ...], source: Node, target: Node, kind: str) -> Node:
    said = {
        "uco-core:source": source,
        "uco-core:target": target,
        "uco-core:kindOfRelationship": kind,
        "uco-core:isDirectional": truth(value=kind != "Linked"),
    }
    return terms.node("relationship", key, "uco-core:Relationship", said)
