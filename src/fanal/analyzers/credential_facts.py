"""Brings together what the library and the boxes say of a store: four facts, never one word.

Whether the content is bound, whether the signature holds, whether the signer is trusted (judged
later) and what is known of the time are kept apart; so are the manifests of the whole chain.
"""

import base64
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from fanal.analyzers import credential_manifest as one
from fanal.analyzers.credential_boxes import Boxes, Signed
from fanal.analyzers.credential_library import Report
from fanal.analyzers.credential_manifest import DIFFERS, HOLDS, UNDECIDED
from fanal.model.evidence import SENSITIVE

MOST_KEPT = 48
"""Manifests of one store whose facts are kept; all are counted and walked."""
MOST_CERTIFICATES = 96 << 10
"""Characters of certificates that are kept for one file."""
MOST_JSON = 160 << 10
NOT_JUDGED = "not judged"
_UNTRUSTED = "signingCredential.untrusted"
_EXPIRED = "signingCredential.expired"
_UNCHANGED = ("c2pa.created", "c2pa.watermarked")
"""Actions after which a file still is as a camera wrote it."""


def facts(report: Report, boxes: Boxes, *, alone: bool = False) -> dict[str, Any]:
    """Return the facts of a store that the library could read."""
    seals = _seals(boxes)
    label = one.text(report.summary.get("active_manifest"))
    entries: dict[str, dict[str, Any]] = {}
    for told in report.whole:
        entry = one.manifest(told, seals.get(one.text(told.get("label"))))
        entries.setdefault(entry["label"], entry)
    _check(entries, report, label)
    line, reached = _line(entries, label), _reached(entries, label)
    active = entries.get(label, {})
    results = one.mapping(report.summary.get("validation_results"))
    failed = one.codes(one.mapping(results.get("activeManifest")).get("failure"))
    below = [
        code
        for delta in one.sequence(results.get("ingredientDeltas"))[:256]
        for code in one.codes(
            one.mapping(one.mapping(delta).get("validationDeltas")).get("failure")
        )
    ]
    data: dict[str, Any] = {
        "where": "alone" if alone else "embedded",
        "active": label,
        "manifests": max(boxes.manifests, len(report.whole)),
        "readable": len(one.mapping(report.summary.get("manifests"))),
        "binding": UNDECIDED if alone else active.get("binding", UNDECIDED),
        "signature": active.get("signature", UNDECIDED),
        "trust": NOT_JUDGED,
        "form": one.formed(failed),
        "time": _time(active),
        "failures": _timeless(failed, active),
        "ingredient_failures": _timeless(dict.fromkeys(below), active),
        "generator": active.get("generator", []),
        "issuer": active.get("issuer", ""),
        "common_name": active.get("common_name", ""),
        "algorithm": active.get("algorithm", ""),
    }
    data |= _summary(entries, label, line, reached)
    data["ingredients"] = _ingredients(data, entries, label, reached)
    data |= {"line": line} | _kept(entries, line, seals, reached)
    data[SENSITIVE] = {"titles": _titles(report)}
    return _fitting(data)


def _seals(boxes: Boxes) -> dict[str, Signed]:
    """Return who signed each manifest; a label that two of them have names nobody."""
    labels = Counter(signed.label for signed in boxes.signed)
    return {signed.label: signed for signed in boxes.signed if labels[signed.label] == 1}


def _check(entries: Mapping[str, dict[str, Any]], report: Report, active: str) -> None:
    """Add to each manifest what the checks gave: those of now, else those on record above it."""
    passed: defaultdict[str, list[str]] = defaultdict(list)
    failed: defaultdict[str, list[str]] = defaultdict(list)
    for told in report.whole:
        for is_good, code, address in one.recorded(told):
            if (label := one.label_of(address)) and label != active:
                (passed if is_good else failed)[label].append(code)
    for told in report.whole:
        label = one.text(told.get("label"))
        entry, results = entries[label], one.mapping(told.get("validationResults"))
        good, bad = one.codes(results.get("success")), one.codes(results.get("failure"))
        notes = one.codes(results.get("informational"))
        entry["failures"] = _timeless(bad, entry)
        entry["stamp"] = _stamp(entry, [*good, *passed[label]], [*bad, *notes])
        entry["binding"] = one.bound(good, bad)
        entry["signature"] = one.signed([*good, *passed[label]], [*bad, *failed[label]])


def _timeless(codes: Iterable[str], entry: Mapping[str, Any]) -> list[str]:
    """Leave out what hangs on trust lists, or on the day when nothing fixes the day of signing."""
    stamped = entry.get("signed_at")
    return [code for code in codes if code != _UNTRUSTED and (code != _EXPIRED or stamped)]


def _stamp(entry: Mapping[str, Any], good: Sequence[str], other: Sequence[str]) -> str:
    if "timeStamp.validated" in good:
        return HOLDS
    if any(code.lower().startswith("timestamp.") for code in other):
        return DIFFERS
    return UNDECIDED if entry["stamped"] else "none"


def _time(active: Mapping[str, Any]) -> dict[str, str]:
    """Return when the certificate is valid, and what a time stamp says of the day of signing."""
    keys = ("not_before", "not_after", "signed_at", "stamp")
    told = {key: str(active.get(key, "")) for key in keys}
    told["state"] = "no time stamp"
    if told["signed_at"] and told["stamp"] == HOLDS:
        told["state"] = _inside(told["signed_at"], told["not_before"], told["not_after"])
    return told


def _inside(at: str, begin: str, end: str) -> str:
    try:
        when, first, last = map(datetime.fromisoformat, (at, begin, end))
        inside = first <= when <= last
    except (ValueError, TypeError):
        return "not read"
    return "certificate valid when stamped" if inside else "certificate not valid when stamped"


def _line(entries: Mapping[str, Mapping[str, Any]], active: str) -> list[str]:
    """Return the manifests of the picture itself: the active one and its parents, up to a birth."""
    found: dict[str, None] = {}
    waiting = [active]
    while waiting:
        label = waiting.pop()
        entry = entries.get(label)
        if entry is None or label in found:
            continue
        found[label] = None
        if not any(action["action"] == "c2pa.created" for action in entry["actions"]):
            waiting += [
                part["manifest"]
                for part in entry["ingredients"]
                if part["relationship"] == "parentOf"
            ]
    return list(found)


def _reached(entries: Mapping[str, Mapping[str, Any]], active: str) -> list[str]:
    """Return every manifest that the active one leads to; a loop ends where it began."""
    found: dict[str, None] = {}
    waiting = [active]
    while waiting:
        label = waiting.pop()
        if label in entries and label not in found:
            found[label] = None
            waiting += [part["manifest"] for part in entries[label]["ingredients"]]
    return list(found)


def _summary(
    entries: Mapping[str, Mapping[str, Any]], active: str, line: list[str], reached: list[str]
) -> dict[str, Any]:
    """Return what the rules ask for."""
    own: dict[str, None] = {}
    other: dict[str, None] = {}
    edited: dict[str, None] = {}
    for label in reached:
        entry = entries[label]
        proved = label in line and (label == active or entry["signature"] == HOLDS)
        for action in entry["actions"]:
            if kind := action["source_type"]:
                born = action["action"] == "c2pa.created"
                (edited if not born else own if proved else other)[kind] = None
    captured = [label for label, entry in entries.items() if _is_capture(entry)]
    whole = active in captured and all(
        action["action"].startswith(_UNCHANGED) for action in entries[active]["actions"]
    )
    parts = [part for label in reached for part in entries[label]["ingredients"]]
    actions = [action["action"] for label in reached for action in entries[label]["actions"]]
    return {
        "created": list(own),
        "created_elsewhere": list(other),
        "edited_with": list(edited),
        "camera_capture": whole,
        "camera_ingredient": bool(captured) and not (whole and captured == [active]),
        "watermarked": any(action.startswith("c2pa.watermarked") for action in actions),
        "ingredients_unknown": sum(1 for part in parts if not part["manifest"]),
        "inputs": sum(1 for part in parts if is_input_picture(part)),
    }


def is_input_picture(part: Mapping[str, Any]) -> bool:
    """Tell whether an ingredient is a picture that went into a generator."""
    return bool(part["relationship"] == "inputTo" and part["format"].startswith("image/"))


def _is_capture(entry: Mapping[str, Any]) -> bool:
    """Tell whether a manifest is a camera's: it says so, or has nothing but a camera's EXIF.

    The second is how cameras signed before actions had to be there (Nikon 2022, Truepic 2023).
    """
    if any(action["source_type"] in one.CAPTURED for action in entry["actions"]):
        return True
    return bool(entry["exif_capture"] and not entry["actions"] and not entry["ingredients"])


def _ingredients(
    data: Mapping[str, Any],
    entries: Mapping[str, Mapping[str, Any]],
    active: str,
    reached: Sequence[str],
) -> str:
    """Return whether the chain below the active manifest holds."""
    below = [entries[label]["signature"] for label in reached if label != active]
    failed = [*data["ingredient_failures"], *data["failures"]]
    if DIFFERS in below or any(code.startswith("ingredient.") for code in failed):
        return DIFFERS
    if not below:
        return "none"
    return HOLDS if set(below) == {HOLDS} else UNDECIDED


def _kept(
    entries: Mapping[str, dict[str, Any]],
    line: Sequence[str],
    seals: Mapping[str, Signed],
    reached: Sequence[str],
) -> dict[str, Any]:
    """Return the manifests, those of the picture's own line first, and their certificates."""
    certificates: dict[str, str] = {}
    order = [*line, *(label for label in entries if label not in line)]
    graph = []
    for label in order[:MOST_KEPT]:
        entry = entries[label]
        seal = seals.get(label, Signed(label))
        entry["chain"] = _named(seal.chain, certificates)
        entry["stamp_chain"] = _named(seal.stamp_chain, certificates)
        entry["reached"] = label in reached
        graph.append(entry)
    return {"graph": graph, "certificates": certificates, "cut": len(entries) > MOST_KEPT}


def _named(chain: Iterable[bytes], certificates: dict[str, str]) -> list[str]:
    """Return the digests of certificates, each kept once, as long as there is room."""
    names = []
    for certificate in chain:
        name = hashlib.sha256(certificate).hexdigest()
        if name not in certificates:
            spelled = base64.b64encode(certificate).decode("ascii")
            if sum(map(len, certificates.values())) + len(spelled) > MOST_CERTIFICATES:
                continue
            certificates[name] = spelled
        names.append(name)
    return names


def _titles(report: Report) -> dict[str, Any]:
    return {one.text(told.get("label")): one.titles(told) for told in report.whole[:MOST_KEPT]}


def _fitting(data: dict[str, Any]) -> dict[str, Any]:
    """Keep as many manifests, from the first on, as fit, and say so."""
    graph, titles = data.pop("graph"), data.pop(SENSITIVE)["titles"]
    room = MOST_JSON - len(json.dumps(data))
    kept: list[Any] = []
    for entry in graph:
        room -= len(json.dumps([entry, titles.get(entry["label"])]))
        if room < 0 and kept:
            data["cut"] = True
            break
        kept.append(entry)
    data["graph"] = kept
    names = {entry["label"] for entry in kept}
    data[SENSITIVE] = {"titles": {label: titles[label] for label in titles if label in names}}
    return data
