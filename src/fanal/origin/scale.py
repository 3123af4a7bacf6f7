"""The laboratory's verbal scale and caps: which word a likelihood ratio has, and who may say it."""

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from fanal.errors import UsageError
from fanal.model.opinion import GRADES

HIGHEST: Mapping[str, str] = {
    **dict.fromkeys(("record", "device", "camera", "document"), "strong"),
    "pixels": "weak",
}
"""What a laboratory may lower and never raise: unsigned marks can be written by anyone, a camera's
structure can be copied, and pixels alone never order."""
MOST_PIXELS = 1.0
"""Logarithm of the likelihood ratio that pixels alone never exceed, whatever the words."""
FAMILIES = ("signature", "record", "device", "camera", "sensor", "document", "pixels")


@dataclass(frozen=True, slots=True)
class Scale:
    """Words for likelihood ratios, and the highest word of each family of findings."""

    least: tuple[float, ...]
    """For each of GRADES but "none", the smallest likelihood ratio that it stands for."""
    caps: Mapping[str, str]
    digest: str
    """SHA-256 of the file or text it was read from."""

    def word(self, log10_lr: float) -> str:
        """Return the word for a likelihood ratio, or its inverse where it is below 1."""
        ratio = abs(log10_lr) + 1e-9  # a ratio of 10 written as a logarithm is not below 10
        above = sum(1 for least in self.least if ratio >= math.log10(least))
        return GRADES[above]

    def bound(self, family: str) -> float:
        """Return the logarithm of the likelihood ratio that no finding of a family may exceed."""
        at = GRADES.index(self.caps[family])
        bound = math.log10(self.least[at]) if at < len(self.least) else math.inf
        return min(bound, MOST_PIXELS) if family == "pixels" else bound

    def capped(self, grade: str, family: str) -> str:
        """Return the grade, or the highest one that a finding of the family may have."""
        return min(grade, self.caps[family], key=GRADES.index)


def load_scale(path: Path | None = None) -> Scale:
    """Read the scale and caps, the laboratory's own where there is a file."""
    told = files("fanal.origin").joinpath("scale.toml").read_bytes()
    ours = _parsed(told, "scale.toml")
    if path is None:
        return _scale(ours, told, "scale.toml")
    try:
        told = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"the scale {path} cannot be read: {error.strerror}", "mend the setting origin"
        ) from error
    own = _parsed(told, str(path))
    if unknown := own.keys() - ours.keys():
        raise UsageError(f"{path} has a part named {min(unknown)!r}", "a scale has scale and caps")
    whole = {
        "scale": own.get("scale", ours["scale"]),
        "caps": {**ours["caps"], **own.get("caps", {})},
    }
    return _scale(whole, told, str(path))


def _parsed(told: bytes, name: str) -> dict[str, Any]:
    try:
        parsed = tomllib.loads(told.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is not valid TOML: {error}", "mend the file") from error
    for part in ("scale", "caps"):
        if not isinstance(parsed.get(part, {}), dict):
            raise UsageError(f"{part} in {name} is no table", "write it as in docs/guide/origin.md")
    return parsed


def _scale(told: Mapping[str, Any], raw: bytes, name: str) -> Scale:
    words, caps = told["scale"], told["caps"]
    if tuple(words) != GRADES[1:]:
        raise UsageError(
            f"the scale in {name} has the words {', '.join(map(str, words))}",
            f"give each of these its least likelihood ratio, in order: {', '.join(GRADES[1:])}",
        )
    least = tuple(words.values())
    good = all(type(value) in {int, float} and 1 < value < math.inf for value in least)
    if not good or list(least) != sorted(set(least)):
        raise UsageError(
            f"the likelihood ratios in {name} do not rise", "each word begins above the one before"
        )
    for family, grade in caps.items():
        if family not in FAMILIES or grade not in GRADES:
            raise UsageError(
                f"{name} caps {family!r} at {grade!r}",
                f"families: {', '.join(FAMILIES)}; grades: {', '.join(GRADES)}",
            )
        if GRADES.index(grade) > GRADES.index(HIGHEST.get(family, GRADES[-1])):
            raise UsageError(
                f"{name} lets findings of the family {family} be {grade}",
                f"they may be {HIGHEST[family]} at most",
            )
    return Scale(least, dict(caps), hashlib.sha256(raw).hexdigest())
