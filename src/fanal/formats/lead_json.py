"""Writes one lead as JSON: facts and what people made of them in sections of their own.

The fields are documented in `docs/formats/lead.md`. Every other format of a package is made from
this document, so what is not in it is in none of them.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal.formats.lead_unknown import unknown
from fanal.model.lead import Assessment, Deed, Flag, Identifier, Joined, Lead, Reason, Ref
from fanal.model.package import HANDLING, INFORMATION, SOURCES, Loss

FORMAT, VERSION = "fanal lead", 1
SOURCE, UNJUDGED = "X", "4"
"""What a record of a seized site is worth until a person says otherwise: nothing presets A1."""
SPOKEN = frozenset(
    {"category", "fraud", "juvenile", "restriction", "same person", "tier", "answer", "evaluation"}
)
"""Assessments that a receiver is told; notes, requests and outcomes stay with the case."""
HOMELESS = {
    "assessments.login": "the person is named, not the login",
    "identifiers.shared": "told as yes or no: how many others show the same value stays here",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a lead once it is handed over."""

    handling: str
    """`H0` to `H3`."""
    terms: str = ""
    source: str = SOURCE
    information: str = UNJUDGED


@dataclass(frozen=True, slots=True)
class Told:
    """What a document says besides the lead itself."""

    package: str
    version: int
    country: str
    """The receiver's."""
    possible: bool
    terms: Terms
    conflict: tuple[Reason, ...] = ()
    """Why others are named."""
    category: str = ""
    category_says: str = ""
    assessments: tuple[Assessment, ...] = ()
    """Those that hold, oldest first."""
    artefacts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(site, artefact) → SHA-256."""


def document(lead: Lead, told: Told) -> dict[str, Any]:
    """Return the document of a lead."""
    made = _Document(told)
    spoken = [one for one in told.assessments if one.kind in SPOKEN]
    body = {
        "format": FORMAT,
        "version": VERSION,
        "lead": lead.id,
        "package": told.package,
        "package_version": told.version,
        "for": told.country,
        "only_possible": told.possible,
        "handling": handling(told.terms),
        "category": {
            "is": told.category or lead.category,
            "because": told.category_says or lead.category_says,
            "facts_allow": lead.category,
            "fact": lead.category_says,
        },
        "facts": made.facts(lead),
        "assessments": [_assessment(one) for one in spoken],
    }
    return body | {"unknown": unknown(body)}


def handling(terms: Terms) -> dict[str, str]:
    """Return a handling code in words."""
    return {"code": terms.handling, "says": HANDLING[terms.handling], "terms": terms.terms}


def contents(document: Mapping[str, Any]) -> list[str]:
    """Return the contents that deeds are about, by SHA-256; not those that only look alike."""
    named = [
        sha256
        for one in document["facts"]["deeds"]
        for sha256 in (one["what"], *(one["data"].get("contents") or ()))
    ]
    return sorted({str(one) for one in named if re.fullmatch(r"[0-9a-f]{64}", str(one))})


def spelt(document: Mapping[str, Any]) -> bytes:
    """Return a document as its file: sorted, indented, the same for the same lead."""
    text = json.dumps(document, ensure_ascii=True, sort_keys=True, indent=1)
    return text.encode() + b"\n"


def losses(lead: Lead, assessments: Iterable[Assessment]) -> Iterable[Loss]:
    """Yield what the document does not say of a lead."""
    every = list(assessments)
    if any(one.kind in SPOKEN for one in every):
        yield Loss("assessments.login", 1, HOMELESS["assessments.login"])
    if kinds := sorted({one.kind for one in every} - SPOKEN):
        yield Loss("assessments", 1, f"not handed over: {', '.join(kinds)}")
    if any(one.shared for one in lead.identifiers):
        yield Loss("identifiers.shared", 1, HOMELESS["identifiers.shared"])


class _Document:
    """Spells the parts of a lead."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._of_all = told.terms.source, told.terms.information
        self._said = {
            one.other: (one.source or SOURCE, one.information or UNJUDGED)
            for one in told.assessments
            if one.kind == "evaluation"
        }

    def facts(self, lead: Lead) -> dict[str, Any]:
        """Return what rows say, each with its evaluation and where it is read."""
        return {
            "first": lead.first,
            "last": lead.last,
            "accounts": [
                {
                    "site": one.site,
                    "account": one.id,
                    "username": one.username,
                    "created": one.created,
                    "created_raw": one.created_raw,
                    "evaluation": self._worth(f"account: {one.site}/{one.id}"),
                    "from": [self._ref(one.ref)],
                }
                for one in lead.accounts
            ],
            "identifiers": [self._identifier(one) for one in lead.identifiers],
            "deeds": [self._deed(one) for one in lead.deeds],
            "contents": dict(lead.content),
            "countries": self._countries(lead),
            "flags": [self._flag(one) for one in lead.flags],
            "joined": [self._join(one) for one in lead.joins],
        }

    def _countries(self, lead: Lead) -> dict[str, Any]:
        return {
            "level": lead.level,
            "named": [{"country": one.country, "possible": one.possible} for one in lead.countries],
            "reasons": [self._reason(one) for one in lead.reasons],
            "conflict": [
                {
                    "country": one.country,
                    "role": one.role,
                    "family": one.family,
                    "strength": one.strength,
                }
                for one in self._told.conflict
            ],
        }

    def _identifier(self, one: Identifier) -> dict[str, Any]:
        return {
            "kind": one.kind,
            "value": one.value,
            "raw": one.raw,
            "confirmed": one.confirmed,
            "of": one.of,
            "shared": bool(one.shared),
            "evaluation": self._worth(f"{one.kind}: {one.value}"),
            "from": [self._ref(one.ref)],
        }

    def _deed(self, one: Deed) -> dict[str, Any]:
        return {
            "kind": one.kind,
            "what": one.what,
            "count": one.count,
            "first": one.first,
            "last": one.last,
            "says": one.says,
            "data": dict(one.data),
            "evaluation": self._worth(f"{one.kind}: {one.what}"),
            "from": self._refs(one.refs),
        }

    def _reason(self, one: Reason) -> dict[str, Any]:
        return {
            "country": one.country,
            "role": one.role,
            "family": one.family,
            "strength": one.strength,
            "first": one.first,
            "last": one.last,
            "rows": one.rows,
            "says": one.says,
            "dataset": one.dataset,
            "caveats": list(one.caveats),
            "evaluation": self._worth(f"{one.family}: {one.country}"),
            "from": self._refs(one.refs),
        }

    def _flag(self, one: Flag) -> dict[str, Any]:
        return {"code": one.code, "says": one.says, "from": self._refs(one.refs)}

    def _join(self, one: Joined) -> dict[str, Any]:
        return {
            "a": one.a,
            "b": one.b,
            "rule": one.rule,
            "identity": one.identity,
            "says": one.says,
            "from": self._refs(one.refs),
        }

    def _worth(self, about: str) -> dict[str, str]:
        source, information = self._said.get(about) or self._said.get("") or self._of_all
        return {"source": source, "information": information}

    def _refs(self, refs: Iterable[Ref]) -> list[dict[str, Any]]:
        return [self._ref(one) for one in refs]

    def _ref(self, one: Ref) -> dict[str, Any]:
        return {
            "site": one.site,
            "artefact": one.artefact,
            "sha256": self._told.artefacts.get((one.site, one.artefact), ""),
            "table": one.table,
            "offset": one.ref,
            "size": one.size,
        }


def _assessment(one: Assessment) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "about": one.about,
        "other": one.other,
        "value": one.value,
        "grounds": one.grounds,
        "evaluation": {"source": one.source, "information": one.information},
        "by": one.by,
        "when": one.when,
    }


def evaluation(worth: Mapping[str, str]) -> str:
    """Return an evaluation of the 4×4 system in words."""
    source, information = worth["source"], worth["information"]
    told = (SOURCES.get(source, "not asked"), INFORMATION.get(information, "not asked"))
    return f"{source}{information}: {told[0]}; {told[1]}"
