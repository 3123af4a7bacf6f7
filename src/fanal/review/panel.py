"""Lays out what is known of one item as text: where it comes from, and what people decided.

The layout is that of the single item's panel: provenance, metadata, generator traces, sensor
noise, compression history, detectors, resemblance, and what would change the verdict.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fanal.model import evidence
from fanal.model.opinion import number_of

VERDICTS = {
    "not_assessed": "not assessed",
    "camera": "made by a camera",
    "altered": "a camera picture with generated or swapped parts",
    "made_from_picture": "generated from a picture",
    "generator": "generated",
    "reproduction": "a screen capture, scan or drawing",
    "conflicting": "the evidence conflicts; treated as a camera picture",
    "inconclusive": "cannot tell; treated as a camera picture",
}
CAUTION = (
    "A real child may still be depicted or resembled: the victim track stays open until a person"
    " closes it."
)
_GROUPS: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    (
        "provenance data",
        (evidence.CREDENTIAL, evidence.CREDENTIAL_ABSENT, evidence.SIGNED),
        "credential",
        "no content credential and no signed record; neutral",
    ),
    (
        "metadata",
        (
            evidence.CAMERA,
            evidence.STRUCTURE,
            evidence.ENCODER,
            evidence.SEQUENCE,
            evidence.EDITOR,
            evidence.REPRODUCTION,
            evidence.SOURCE_TYPE,
        ),
        "camera",
        "no camera metadata: platforms and messengers strip it; neutral",
    ),
    (
        "generator traces",
        (
            evidence.RECORD,
            evidence.TAG,
            evidence.LABEL,
            evidence.INPUT,
            evidence.ADD_ON,
            evidence.MODEL_FOUND,
            evidence.SOURCE_FOUND,
            evidence.SOURCE_OF,
        ),
        "generator",
        "no mark of a generator; neutral",
    ),
    (
        "sensor noise",
        (evidence.NOISE, evidence.COMPARED),
        "sensor ",
        "agrees with no device that it was compared with; neutral",
    ),
    (
        "compression history",
        (evidence.TRACE, evidence.PIXELS),
        "traces",
        "no trace was seen; neutral",
    ),
    ("detector models", (evidence.DETECTOR,), "detector:", "they abstained; neutral"),
    ("files of tools", (evidence.MODEL_FILE, evidence.NAMED_BY, evidence.SETUP), "", ""),
)
"""Title, kinds of finding, how the analyzers that look for them are called, and what it means
where one looked and found none."""
NOT_LOOKED = "not looked at; neutral"


def panel(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the panel for the public object of an item."""
    origin = facts["origin"]
    yield from _verdict(origin)
    found = origin["findings"]
    for title, kinds, looker, missing in _GROUPS:
        lines = [line for one in found if one["kind"] in kinds for line in _finding(one)]
        if lines or missing:
            looked = any(name.startswith(looker) for name in origin["looked"])
            yield f"  {title}"
            yield from lines or [f"    – {missing if looked else NOT_LOOKED}"]
    others = [one for one in found if not any(one["kind"] in kinds for _, kinds, *_ in _GROUPS)]
    if others:
        yield "  other findings"
        for one in others:
            yield from _finding(one)
    yield "  resemblance to known material"
    yield from _matches(facts["matches"])
    yield f"  what would change this: {_change(origin)}"


def victim(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield where the victim's track stands, and what people said, in the order they said it."""
    told = facts["decisions"]
    yield f"victim: {facts['victim_state'].replace('_', ' ')}"
    yield f"  {told['says'] if told else 'nobody has decided: treated as real'}"
    for one in told["events"] if told else ():
        what = (one["victim_state"] or f"takes back {one['undoes']}").replace("_", " ")
        with_ = f", with {one['via']}" if one["via"] else ""
        gone = "  (taken back)" if one["undone"] else ""
        yield f"    • {one['when']}  {one['by']} (login {one['account']}): {what}{with_}{gone}"
        yield f"      {one['reason']}  [{one['id']}]"
    for why in told["ignored"] if told else ():
        yield f"    – counts for nothing: {why}"


def _verdict(origin: Mapping[str, Any]) -> Iterator[str]:
    state, grade = origin["state"], origin["grade"]
    words = VERDICTS[state]
    yield f"origin: {words}{f' ({grade})' if grade and grade != 'none' else ''}"
    for one in origin["propositions"]:
        if one["code"] != "U":
            yield f"  {one['code']}  {one['grade']:<18}{one['says']}"
    if state == "conflicting":
        yield "  CONFLICT: strong lines disagree; ask for a second opinion"
    if state in {"generator", "made_from_picture", "altered"}:
        yield f"  {CAUTION}"


def _finding(one: Mapping[str, Any]) -> Iterator[str]:
    strength = one["grade"] or "observation"
    towards = f" → {', '.join(one['for'])} over {', '.join(one['against'])}" if one["for"] else ""
    ratio = one["log10_lr"]
    ratio = "" if ratio is None else f", about {number_of(ratio)} times more probable"
    yield f"    • {one['says']}"
    yield f"      {strength}{towards}{ratio}  [{one['analyzer']} {one['version']}]"
    for doubt in one["doubts"]:
        yield f"      could be wrong: {doubt}"


def _matches(matches: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for match in matches:
        how = f"{match['distance']} bits apart" if match["via"] == "pdq" else f"same {match['via']}"
        yield f"    • {match['kind']} list {match['list']}, entry {match['entry']}: {how}"
    if not matches:
        yield "    – on no list that was loaded; neutral"


def _change(origin: Mapping[str, Any]) -> str:
    changes = {
        "not_assessed": "looking at it",
        "camera": "a verified signature of a generator, or parts that do not fit the camera",
        "altered": "a source picture, or a signature that does not hold",
        "made_from_picture": "the source picture itself, or sensor noise of a device",
        "generator": "anything that speaks for a camera, a source picture or a person",
        "reproduction": "the picture that was captured or scanned",
        "conflicting": "a check of each side: sensor noise, the file's neighbours, the trust list",
        "inconclusive": "a device to compare sensor noise with, an original, a second kind of mark",
    }
    return changes[origin["state"]]
