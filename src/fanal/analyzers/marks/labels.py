"""Recognises labels: China's TC260 label, a service's credit line, IPTC's digital source type."""

from collections.abc import Mapping
from typing import Any

from fanal.analyzers.marks.record import Mark, known
from fanal.analyzers.marks.values import Value, clean, decode_json, text_of
from fanal.model.evidence import LABEL, SOURCE_TYPE

SOURCE_TYPES = {
    "digitalCapture": "taken by a digital camera",
    "computationalCapture": "taken by a camera that joined several exposures",
    "negativeFilm": "scanned from a negative",
    "positiveFilm": "scanned from a slide",
    "print": "scanned from a print",
    "minorHumanEdits": "a photograph with small changes by hand",
    "humanEdits": "changed by hand",
    "compositeCapture": "composed of photographs",
    "algorithmicallyEnhanced": "a photograph enhanced by an algorithm",
    "dataDrivenMedia": "drawn from data",
    "digitalArt": "drawn by a person",
    "digitalCreation": "drawn by a person with a program",
    "virtualRecording": "recorded from a virtual scene",
    "compositeSynthetic": "composed of parts of which some are synthetic",
    "trainedAlgorithmicMedia": "made by a trained model",
    "compositeWithTrainedAlgorithmicMedia": "changed or completed by a trained model",
    "algorithmicMedia": "made by an algorithm without training data",
    "screenCapture": "captured from a screen",
    "composite": "composed",
    "softwareImage": "made by a program",
}
"""IPTC NewsCodes, vocabulary `digitalsourcetype`, the retired values included."""
_LABELS = {"1": "generated", "2": "may be generated", "3": "suspected to be generated"}
"""Values of `Label` (GB 45438-2025, annex E)."""
_FIELDS = {"ContentProducer", "ProduceID", "ContentPropagator", "PropagateID"}
_CREDITS = {"made with google ai": False, "edited with google ai": True}
"""Credit line of Google's tools → whether it speaks of a change to a picture that was there."""


def source_type(value: Value) -> Mark | None:
    """Return what `DigitalSourceType` says, by its name in the vocabulary."""
    if value.key != "DigitalSourceType":
        return None
    name = clean(value.text.strip().rstrip("/"), 200)
    short = name.rpartition("/")[2].rpartition(":")[2]
    if not short:
        return None
    meaning = SOURCE_TYPES.get(short, "of an unknown kind")
    doubts = () if short in SOURCE_TYPES else ("no such source type is in the vocabulary",)
    says = f"XMP says of the source: {clean(short, 60)} ({meaning})"
    return Mark(
        SOURCE_TYPE, says, (value,), {"value": short, "carrier": value.where}, doubts=doubts
    )


def tc260(value: Value) -> Mark | None:
    """Return the label that services in China put on what they generate (GB 45438-2025)."""
    found = _label_in(value.text)
    if found is None:
        return None
    told = text_of(found, "Label") or str(found.get("Label", ""))
    meaning = _LABELS.get(told, "of unknown meaning")
    return Mark(
        LABEL,
        f"{value.where} has the TC260 label {clean(told, 8)}: {meaning}",
        (value,),
        known(
            label="TC260",
            carrier=value.where,
            value=clean(told, 16),
            meaning=meaning,
            producer=clean(text_of(found, "ContentProducer"), 80),
            job_ids=[clean(each, 120) for each in [text_of(found, "ProduceID")] if each],
            propagator=clean(text_of(found, "ContentPropagator"), 80),
            propagate_id=clean(text_of(found, "PropagateID"), 120),
        ),
    )


def _label_in(text: str) -> Mapping[str, Any] | None:
    """Return the object that holds the label, bare or under the name AIGC."""
    mark = text.find("AIGC", 0, 4096)
    begin = text.find("{", max(mark, 0) if text[:1] != "{" else 0)
    if begin < 0 or begin > 8192:
        return None
    told = decode_json(text, begin)
    found = told[0].value if told else None
    for _ in range(2):
        if not isinstance(found, dict):
            return None
        if "Label" in found and _FIELDS & found.keys():
            return found
        found = found.get("AIGC")
        if isinstance(found, str):
            inner = decode_json(found.strip())
            found = inner[0].value if inner else None
    return found if isinstance(found, dict) and "Label" in found else None


def credit(value: Value) -> Mark | None:
    """Return the credit line that Google's tools write."""
    text = value.text.strip().lower()
    if value.key not in {"photoshop:Credit", "2:110"} or text not in _CREDITS:
        return None
    edited = _CREDITS[text]
    says = f"{value.where} says {clean(value.text, 60)}"
    facts = {"label": "credit line", "value": clean(value.text, 60), "carrier": value.where}
    doubts = ("it speaks of a picture that was there before",) if edited else ()
    return Mark(LABEL, says, (value,), {**facts, "edited": edited}, doubts=doubts)
