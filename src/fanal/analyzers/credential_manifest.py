"""Turns one manifest of the library's answer into facts of bounded size, whatever it holds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fanal.analyzers.credential_boxes import Signed

LONGEST = 200
"""Characters of one text that are kept."""
MOST_ACTIONS = 64
MOST_INGREDIENTS = 64
MOST_LABELS = 64
MOST_CODES = 64
UNDECIDED, HOLDS, DIFFERS = "not checked", "holds", "differs"
CAPTURED = frozenset({"digitalCapture", "computationalCapture"})
"""IPTC digital source types of a picture as a camera took it."""
_BINDING = ("dataHash", "bmffHash", "boxesHash", "boxHash", "collectionHash", "multiAssetHash")
_OTHERS = ("signingCredential.", "timeStamp.", "timestamp.", "cawg.", "ingredient.")
"""Codes that bear on another fact than the signature over the claim and its statements."""
_FORM = "assertion.action."
"""Beginning of codes of statements that are signed and not in the form that the standard asks."""


def text(value: Any) -> str:
    """Return a text that can be shown on one line, cut; "" where it is none."""
    if not isinstance(value, str):
        return ""
    return "".join(letter if letter.isprintable() else " " for letter in value[:LONGEST])


def sequence(value: Any) -> Sequence[Any]:
    """Return a list of the answer, or none."""
    return value if isinstance(value, list) else ()


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object of the answer, or an empty one."""
    return value if isinstance(value, dict) else {}


def codes(statuses: Any) -> list[str]:
    """Return the codes of a list of checks, each once, in order."""
    found = (text(mapping(status).get("code")) for status in sequence(statuses)[:4096])
    return [code for code in dict.fromkeys(found) if code][:MOST_CODES]


def source_type(value: Any) -> str:
    """Return the name of a digital source type without the address before it."""
    return text(value).rstrip("/").rpartition("/")[2]


def bound(passed: Sequence[str], failed: Sequence[str]) -> str:
    """Return whether the content is the one that was signed, from the codes of the checks."""
    names = tuple(f"assertion.{name}." for name in _BINDING)
    ill = [code for code in failed if code.startswith((*names, "claim.hardBindings"))]
    if any(code.endswith("mismatch") for code in ill):
        return DIFFERS
    good = any(code.startswith(names) and code.endswith(".match") for code in passed)
    return HOLDS if good and not ill else UNDECIDED


def signed(passed: Sequence[str], failed: Sequence[str]) -> str:
    """Return whether the signature holds over the claim and over every statement that it lists."""
    names = tuple(f"assertion.{name}." for name in _BINDING)
    beside = (*names, *_OTHERS, _FORM, "claim.hardBindings")
    if any(not code.startswith(beside) for code in failed):
        return DIFFERS
    return HOLDS if "claimSignature.validated" in passed else UNDECIDED


def formed(failed: Sequence[str]) -> str:
    """Return whether the statements keep the rules of their form, whoever signed them."""
    return DIFFERS if any(code.startswith(_FORM) for code in failed) else HOLDS


def manifest(told: Mapping[str, Any], seal: Signed | None) -> dict[str, Any]:
    """Return the facts of one manifest, without what was checked of it."""
    held = mapping(told.get("assertions"))
    claim = mapping(told.get("claim.v2") or told.get("claim"))
    signature = mapping(told.get("signature"))
    certificate = mapping(signature.get("certificateInfo"))
    subject, validity = mapping(certificate.get("subject")), mapping(certificate.get("validity"))
    stamp = mapping(signature.get("timeStampInfo"))
    return {
        "label": text(told.get("label")),
        "version": 2 if "claim.v2" in told else 1,
        "update": told.get("isUpdateManifest") is True,
        "instance": text(claim.get("instanceID")),
        "generator": _generator(claim),
        "issuer": text(subject.get("O")),
        "common_name": text(subject.get("CN")),
        "serial": text(certificate.get("serialNumber")),
        "algorithm": text(signature.get("algorithm")),
        "not_before": text(validity.get("notBefore")),
        "not_after": text(validity.get("notAfter")),
        "signed_at": text(stamp.get("timestamp")),
        "stamp_serial": text(mapping(stamp.get("certificateInfo")).get("serialNumber")),
        "stamped": bool(seal and seal.token) or bool(stamp),
        "actions": list(_actions(held)),
        "ingredients": list(_ingredients(held)),
        "assertions": [text(label) for label in list(held)[:MOST_LABELS]],
        "exif_capture": _is_exif_of_a_camera(held),
    }


def titles(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the names that a manifest gives its picture and ingredients: not for showing."""
    claim = mapping(told.get("claim.v2") or told.get("claim"))
    held = mapping(told.get("assertions"))
    named = [
        text(mapping(value).get("dc:title")) for _, value in _labelled(held, "c2pa.ingredient")
    ]
    return {"title": text(claim.get("dc:title")), "ingredients": named[:MOST_INGREDIENTS]}


def recorded(told: Mapping[str, Any]) -> Iterator[tuple[bool, str, str]]:
    """Yield (passed?, code, address) of what a manifest says was checked of its ingredients.

    The library reports of an ingredient only what differs from this record.
    """
    for _, value in _labelled(mapping(told.get("assertions")), "c2pa.ingredient"):
        results = mapping(value.get("validationResults"))
        found = [mapping(results.get("activeManifest"))]
        found += [
            mapping(mapping(delta).get("validationDeltas"))
            for delta in sequence(results.get("ingredientDeltas"))[:256]
        ]
        for group in found:
            for passed, key in ((True, "success"), (False, "failure")):
                yield from _statuses(passed, group.get(key))
        # Version 1 of the assertion lists failures, and what passed if its writer cared.
        for status in sequence(value.get("validationStatus"))[:4096]:
            code = text(mapping(status).get("code"))
            good = mapping(status).get("success") is True or code.endswith(
                (".match", ".validated", ".trusted", ".insideValidity")
            )
            yield from _statuses(good, [status])


def _statuses(passed: bool, statuses: Any) -> Iterator[tuple[bool, str, str]]:  # noqa: FBT001
    for status in sequence(statuses)[:4096]:
        address = mapping(status).get("url")
        yield passed, text(mapping(status).get("code")), address if isinstance(address, str) else ""


def label_of(address: Any) -> str:
    """Return the label of the manifest that a JUMBF address leads into."""
    if not isinstance(address, str):
        return ""
    _, found, rest = address[:2048].partition("/c2pa/")
    return text(rest.partition("/")[0]) if found else ""


def _labelled(held: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the assertions of a name, of any version and number: `name.v3__2`."""
    for label, value in held.items():
        base = label.partition("__")[0]
        if isinstance(value, dict) and (base == name or base.startswith(f"{name}.v")):
            yield label, value


def _generator(claim: Mapping[str, Any]) -> list[list[str]]:
    """Return who says that it made the claim, as (name, version)."""
    if old := text(claim.get("claim_generator")):
        return [[old, ""]]
    told = claim.get("claim_generator_info")
    infos = told if isinstance(told, list) else [told]
    pairs = [[text(mapping(one).get("name")), text(mapping(one).get("version"))] for one in infos]
    return [pair for pair in pairs if pair[0]][:8]


def _actions(held: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    count = 0
    for _, value in _labelled(held, "c2pa.actions"):
        for action in map(mapping, sequence(value.get("actions"))):
            if count >= MOST_ACTIONS:
                return
            count += 1
            agent = action.get("softwareAgent")
            yield {
                "action": text(action.get("action")),
                "source_type": source_type(action.get("digitalSourceType")),
                "agent": text(mapping(agent).get("name") if isinstance(agent, dict) else agent),
                "when": text(action.get("when")),
            }


def _ingredients(held: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for count, (_, value) in enumerate(_labelled(held, "c2pa.ingredient")):
        if count >= MOST_INGREDIENTS:
            return
        link = mapping(value.get("activeManifest") or value.get("c2pa_manifest"))
        thumbnail = mapping(value.get("thumbnail"))
        yield {
            "relationship": text(value.get("relationship")),
            "format": text(value.get("dc:format")),
            "instance": text(value.get("instanceID")),
            "manifest": label_of(link.get("url")),
            "manifest_hash": _digest(link.get("hash")),
            "thumbnail": bool(thumbnail),
            "thumbnail_hash": _digest(thumbnail.get("hash")),
        }


def _digest(value: Any) -> str:
    return text(value).removeprefix("b64'").removesuffix("'")


def _is_exif_of_a_camera(held: Mapping[str, Any]) -> bool:
    """Tell whether its EXIF statements, taken together, name a make and when it was taken."""
    keys: dict[str, Any] = {}
    for name in ("stds.exif", "c2pa.metadata", "stds.metadata"):
        for _, value in _labelled(held, name):
            keys |= {
                key.rpartition(":")[2].lower(): told for key, told in list(value.items())[:512]
            }
    return bool(text(keys.get("make")).strip() and text(keys.get("datetimeoriginal")).strip())
