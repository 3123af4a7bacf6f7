"""Spells nodes of CASE/UCO 1.4 as JSON-LD: ids that are the same every time, typed literals.

CASE and UCO: ontology.caseontology.org and ontology.unifiedcyberontology.org, version 1.4.0. Its
shapes (SHACL) ask for exact types of literals, so none is left to be guessed.
"""

import json
import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

UCO = "https://ontology.unifiedcyberontology.org/uco"
OURS = "https://fanal.invalid/ontology/"
"""Our own classes: `.invalid` never resolves (RFC 2606), so nobody can claim the address."""
PARTS = (
    *("action", "analysis", "core", "identity", "marking", "observable", "tool", "types"),
    "vocabulary",
)
CONTEXT: Mapping[str, str] = {
    **{f"uco-{part}": f"{UCO}/{part}/" for part in PARTS},
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "fanal": OURS,
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
METHODS = {"sha256": "SHA256", "sha1": "SHA1", "md5": "MD5"}
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?")
Node = dict[str, Any]


class Terms:
    """Makes nodes of one graph, whose ids begin with one namespace."""

    def __init__(self, owner: str) -> None:
        """Take what the graph is of, such as a package: the same owner gives the same ids."""
        self.space = uuid.uuid5(uuid.NAMESPACE_URL, f"{OURS}{owner}")

    def context(self) -> dict[str, str]:
        """Return what the prefixes stand for."""
        return {"kb": f"https://fanal.invalid/kb/{self.space}/", **CONTEXT}

    def key(self, kind: str, *of: object) -> uuid.UUID:
        """Return the number of the node of this kind that stands for these values."""
        named = json.dumps([kind, *map(str, of)], ensure_ascii=True)
        return uuid.uuid5(self.space, named)

    def id(self, kind: str, *of: object) -> str:
        """Return the id of the node of this kind that stands for these values."""
        return f"kb:{kind}-{self.key(kind, *of)}"

    def ref(self, kind: str, *of: object) -> Node:
        """Return a reference to a node."""
        return {"@id": self.id(kind, *of)}

    def node(self, kind: str, of: Iterable[object], type_: str, said: Mapping[str, Any]) -> Node:
        """Return a node; what is None, "" or empty is not said."""
        return {"@id": self.id(kind, *of), "@type": type_} | _said(said)

    def facet(self, type_: str, of: Iterable[object], said: Mapping[str, Any]) -> Node:
        """Return a facet of UCO; one of a node is enough, so its class names it."""
        return {"@id": self.id(type_.partition(":")[2], *of), "@type": type_} | _said(said)

    def own_facet(self, name: str, of: Iterable[object], said: Mapping[str, Any]) -> Node:
        """Return a facet of our own, for what UCO has no words for."""
        kinds = [f"fanal:{name}", "uco-core:Facet"]
        own = {f"fanal:{key}": value for key, value in said.items()}
        return {"@id": self.id(name, *of), "@type": kinds} | _said(own)

    def hashes(self, facts: Mapping[str, Any], *of: object) -> list[Node]:
        """Return the digests that are well formed; of others nothing can be said."""
        return [
            {
                "@id": self.id("hash", name, *of),
                "@type": "uco-types:Hash",
                "uco-types:hashMethod": method,
                "uco-types:hashValue": hexadecimal(facts[name]),
            }
            for name, method in METHODS.items()
            if is_hex(facts.get(name))
        ]


def _said(said: Mapping[str, Any]) -> Node:
    return {name: one for name, one in said.items() if one not in (None, "", [], ())}


def is_hex(text: object) -> bool:
    """Tell whether a text is whole bytes in hexadecimal."""
    return bool(isinstance(text, str) and re.fullmatch(r"([0-9a-fA-F]{2})+", text))


def hexadecimal(text: str) -> Node:
    """Return bytes in hexadecimal as a literal."""
    return {"@type": "xsd:hexBinary", "@value": text.lower()}


def whole(number: int) -> Node:
    """Return a whole number as a literal."""
    return {"@type": "xsd:integer", "@value": str(int(number))}


def natural(number: int) -> Node:
    """Return a number from 0 as a literal."""
    return {"@type": "xsd:nonNegativeInteger", "@value": str(max(0, int(number)))}


def decimal(number: float) -> Node:
    """Return a number as a literal that has no exponent."""
    return {"@type": "xsd:decimal", "@value": format(Decimal(str(number)), "f")}


def truth(value: object) -> Node:
    """Return yes or no as a literal."""
    return {"@type": "xsd:boolean", "@value": "true" if value else "false"}


def time(text: object) -> Node | None:
    """Return a time as a literal; None where it is no whole time of ISO 8601."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        return None
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return {"@type": "xsd:dateTime", "@value": text}


def id_of(kind: str, high: int, low: int) -> str:
    """Return the id of a node of which only the number was kept, in two halves."""
    return f"kb:{kind}-{uuid.UUID(int=high << 64 | low)}"


def spelt(node: Any) -> bytes:
    """Return a node as JSON in plain ASCII."""
    return json.dumps(node, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
