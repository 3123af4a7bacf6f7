"""Lays out what is known of one item's origin: one structure for the terminal and for the page.

Groups are those of the single item's panel: provenance, metadata, generator traces, sensor noise,
compression history, detectors, resemblance; and what would change the verdict.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
CONFLICT = "CONFLICT: strong lines disagree; ask for a second opinion"
GENERATED = frozenset({"generator", "made_from_picture", "altered"})
"""States under which the caution stands."""
NOT_LOOKED = "not looked at; neutral"
NOT_MEASURED = "not measured on this kind and size of file"


@dataclass(frozen=True, slots=True)
class Group:
    """One group of evidence as it is looked for."""

    title: str
    kinds: tuple[str, ...]
    """Kinds of finding."""
    looker: str
    """How the analyzers that look for them are called."""
    missing: str
    """What it means where one looked and found none; "" where nothing is said then."""


GROUPS = (
    Group(
        "provenance data",
        (evidence.CREDENTIAL, evidence.CREDENTIAL_ABSENT, evidence.SIGNED),
        "credential",
        "no content credential and no signed record; neutral",
    ),
    Group(
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
    Group(
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
    Group(
        "sensor noise",
        (evidence.NOISE, evidence.COMPARED),
        "sensor ",
        "agrees with no device that it was compared with; neutral",
    ),
    Group(
        "compression history",
        (evidence.TRACE, evidence.PIXELS),
        "traces",
        "no trace was seen; neutral",
    ),
    Group("detector models", (evidence.DETECTOR,), "detector:", "they abstained; neutral"),
    Group("files of tools", (evidence.MODEL_FILE, evidence.NAMED_BY, evidence.SETUP), "", ""),
)
OTHERS = "other findings"
RESEMBLANCE = "resemblance to known material"
NO_MATCH = "on no list that was loaded; neutral"
TESTED = {
    "credential": "docs/guide/trust.md",
    "camera": "docs/guide/camera.md",
    "generator": "docs/guide/marks.md",
    "model_file": "docs/guide/model_files.md",
    "pixels": "docs/guide/marks.md",
    "features": "docs/guide/features.md",
    "case": "docs/guide/links.md",
    "traces": "docs/guide/origin.md",
    "sensor": "docs/guide/devices.md",
    "detector": "docs/guide/validate.md",
}
"""Analyzer → the page that says how it was tested."""
_PUSHES = {"C1": "camera", "C2": "camera", "C3": "edited", "G1": "AI", "G2": "AI", "S": "a copy"}
"""Code of a proposition → what a finding for it pushes towards."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of evidence."""

    kind: str
    """What it is called."""
    says: str
    """What was seen."""
    strength: str
    """A grade in words; `observation` where nothing is weighed."""
    supports: tuple[str, ...]
    """Codes of the propositions it speaks for."""
    over: tuple[str, ...]
    """… against these."""
    ratio: str
    """How many times more probable, as a number of one digit that counts; "" for none."""
    by: str
    """Analyzer and version."""
    doubts: tuple[str, ...]
    """How it could be wrong."""
    reliability: str = NOT_MEASURED
    """What was measured on files of this kind and size."""
    tested: str = ""
    """Where it is said how it was tested: a page of the documentation, or a calibration."""

    @property
    def push(self) -> str:
        """Return what it pushes towards: `camera`, `AI`, `edited`, `a copy` or `none`."""
        towards = dict.fromkeys(_PUSHES[code] for code in self.supports if code in _PUSHES)
        return " or ".join(towards) or "none"


@dataclass(frozen=True, slots=True)
class Part:
    """One group of evidence of one item."""

    title: str
    lines: tuple[Evidence, ...] = ()
    missing: str = ""
    """What it means that there are no lines."""


@dataclass(frozen=True, slots=True)
class Panel:
    """All that is said of one item's origin."""

    state: str
    words: str
    grade: str
    """How strong; "" for not at all."""
    propositions: tuple[Mapping[str, Any], ...]
    """Each with `code`, `says`, `grade`: what each answer is supported by."""
    is_conflict: bool
    is_generated: bool
    parts: tuple[Part, ...]
    matches: tuple[str, ...]
    """The entries of lists that it meets, one sentence each."""
    change: str
    """What would change the verdict."""
    by_kind: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)


def laid_out(facts: Mapping[str, Any]) -> Panel:
    """Return what the public object of an item says of its origin."""
    origin = facts["origin"]
    grade = origin["grade"]
    lines = [(one["kind"], _line(one)) for one in origin["findings"]]
    return Panel(
        origin["state"],
        VERDICTS[origin["state"]],
        grade if grade and grade != "none" else "",
        tuple(one for one in origin["propositions"] if one["code"] != "U"),
        origin["state"] == "conflicting",
        origin["state"] in GENERATED,
        tuple(_parts(lines, origin["looked"])),
        tuple(map(_match, facts["matches"])),
        CHANGES[origin["state"]],
        {kind: tuple(line for of, line in lines if of == kind) for kind, _ in lines},
    )


def _parts(lines: Sequence[tuple[str, Evidence]], looked: Sequence[str]) -> Iterator[Part]:
    grouped: set[str] = set()
    for group in GROUPS:
        grouped.update(group.kinds)
        own = tuple(line for kind, line in lines if kind in group.kinds)
        if own or group.missing:
            was_looked = any(name.startswith(group.looker) for name in looked)
            yield Part(group.title, own, group.missing if was_looked else NOT_LOOKED)
    if others := tuple(line for kind, line in lines if kind not in grouped):
        yield Part(OTHERS, others)


def _line(one: Mapping[str, Any]) -> Evidence:
    ratio = one["log10_lr"]
    return Evidence(
        one["kind"],
        one["says"],
        one["grade"] or "observation",
        tuple(one["for"]),
        tuple(one["against"]),
        "" if ratio is None else number_of(ratio),
        f"{one['analyzer']} {one['version']}",
        tuple(one["doubts"]),
        _reliability(one),
        _tested(one),
    )


def _reliability(one: Mapping[str, Any]) -> str:
    """Return what was measured: only comparisons with devices and detectors are calibrated."""
    data = one["data"]
    if one["kind"] == evidence.NOISE and isinstance(data.get("calibration"), Mapping):
        made = data["calibration"]
        return (
            f"compared with {made['own']} pictures of the device, {made['same_model']} of its model"
            f" and {made['other']} of others"
        )
    if one["kind"] == evidence.DETECTOR:
        counts = data.get("calibration_counts") or {}
        told = ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()))
        where = data.get("condition", "this condition")
        return f"measured for {where} on {told}" if told else f"not calibrated for {where}"
    return NOT_MEASURED


def _tested(one: Mapping[str, Any]) -> str:
    data = one["data"]
    if digest := data.get("calibration_digest"):
        return f"calibration {str(digest)[:12]}"
    made = data.get("calibration")
    if isinstance(made, Mapping) and made.get("sha256"):
        return f"calibration {str(made['sha256'])[:12]}"
    name = str(one["analyzer"]).partition(":")[0].partition(" ")[0]
    return TESTED.get(name, "")


def _match(match: Mapping[str, Any]) -> str:
    how = f"{match['distance']} bits apart" if match["via"] == "pdq" else f"same {match['via']}"
    return f"{match['kind']} list {match['list']}, entry {match['entry']}: {how}"


CHANGES = {
    "not_assessed": "looking at it",
    "camera": "a verified signature of a generator, or parts that do not fit the camera",
    "altered": "a source picture, or a signature that does not hold",
    "made_from_picture": "the source picture itself, or sensor noise of a device",
    "generator": "anything that speaks for a camera, a source picture or a person",
    "reproduction": "the picture that was captured or scanned",
    "conflicting": "a check of each side: sensor noise, the file's neighbours, the trust list",
    "inconclusive": "a device to compare sensor noise with, an original, a second kind of mark",
}
"""State → what would change the verdict."""
