"""Says what is not known of a lead, in sentences: what nobody may conclude from its facts."""

from collections.abc import Iterator, Mapping
from typing import Any

from fanal.model.lead import CONTESTED, UNCATEGORISED

CAMERA = "camera"
NEVER = "Who sat at the device: every fact is about accounts and connections, not about a person."


def unknown(document: Mapping[str, Any]) -> list[str]:
    """Return what this document of a lead cannot tell."""
    facts = document["facts"]
    return [
        NEVER,
        *_of_person(document, facts),
        *_of_country(document, facts["countries"]),
        *_of_times(facts),
        *_of_contents(facts),
    ]


def _of_person(document: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[str]:
    identifiers = facts["identifiers"]
    if not any(one["confirmed"] for one in identifiers):
        yield "Whether any identifier is true: the site confirmed none of them."
    if any(one["of"] == "payer" for one in identifiers):
        yield "Whether the payer used the account: payer details may be another person's."
    if any(one["shared"] for one in identifiers):
        yield "Who of several persons a shared value belongs to: a shared value links, no more."
    if document["category"]["is"] == UNCATEGORISED:
        yield "Whether the person is a suspect: the facts do not say so, and nobody may add it."


def _of_country(document: Mapping[str, Any], countries: Mapping[str, Any]) -> Iterator[str]:
    names = sorted(one["country"] for one in countries["named"])
    if document["only_possible"] or countries["level"] == CONTESTED:
        yield f"Which country the person belongs to: {', '.join(names)} are named, none is settled."
    if any("address" in _words(one) or "network" in _words(one) for one in countries["reasons"]):
        yield (
            "Who used an address: one address may serve thousands at the same time (carrier-grade"
            " NAT); ask for source port and time to the second, or name nobody."
        )


def _words(reason: Mapping[str, Any]) -> str:
    return f"{reason['family']} {reason['dataset']}".lower()


def _of_times(facts: Mapping[str, Any]) -> Iterator[str]:
    if any(one["first"] for one in (*facts["deeds"], *facts["countries"]["reasons"])):
        yield (
            "Whether the site's clock was right: times are UTC under the time zone that the sender"
            " assumed for the site; have a second person check them before anything is asked for."
        )


def _of_contents(facts: Mapping[str, Any]) -> Iterator[str]:
    if any(set(one["data"].get("origin") or {}) - {CAMERA} for one in facts["deeds"]):
        yield (
            "Whether a real child is concerned where a picture's origin is not settled: it is"
            " treated as real until people have shown otherwise."
        )
