"""What a score of some part weighs, as a laboratory measured it on its own pictures."""

import hashlib
import json
import math
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from itertools import pairwise
from typing import Any

LOGISTIC, ISOTONIC = METHODS = ("logistic", "isotonic")
MOST_TEXT = 1 << 20
"""Characters of a calibration's JSON that are read."""
MOST_KNOTS = 4096
MOST_WORDS = 200
"""Characters of any text in a calibration."""
MOST_COUNT = 1 << 40
MOST_NUMBER = 1e150
"""Largest score or parameter: differences and products of two are still numbers."""
MOST_LOG = 300.0
"""Largest base-ten logarithm that a calibration may hold; no cap comes near it."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Turns a score into the base-ten logarithm of a likelihood ratio, never beyond its caps.

    A higher score speaks for the first of the two propositions it was measured between.
    """

    method: str
    """One of METHODS: `logistic` is a straight line, `isotonic` a staircase with even slopes."""
    parameters: Mapping[str, Any]
    """`logistic`: slope and offset, in log10 LR. `isotonic`: `scores`, rising, and `log10_lr`."""
    cap_low: float
    """Smallest log10 LR that the pictures carry, at most 0."""
    cap_high: float
    """Largest log10 LR that the pictures carry, at least 0."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Pictures (or comparisons) under either proposition, `same` and `other`, and their groups."""
    date: str = ""
    """When it was measured, as the laboratory gives it; "" where it does not."""
    digest: str = ""
    """SHA-256 of the list of pictures and their truth."""
    condition: str = ""
    """The bin it holds for; "" for every picture."""
    part: str = ""
    """Which part gives the score."""
    part_version: str = ""
    """What identifies the part's computation: scores of another one mean something else."""

    def log10_lr(self, score: float) -> float:
        """Return what a score weighs, within the caps; a score that is no number has no weight."""
        if math.isnan(score):
            raise ValueError("a score that is no number weighs nothing")
        weight = _line if self.method == LOGISTIC else _stairs
        return min(max(weight(self.parameters, score), self.cap_low), self.cap_high)

    def text(self) -> str:
        """Return it as JSON: sorted keys, no white space, plain ASCII, a line feed at the end."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":")) + "\n"

    def sha256(self) -> str:
        """Return the digest of its JSON."""
        return hashlib.sha256(self.text().encode("ascii")).hexdigest()


def read_calibrated(text: str) -> Calibrated:
    """Return the calibration that a text of JSON holds; raise ValueError with the reason.

    The text may come from whoever made a plug-in, so every part of it is checked.
    """
    if len(text) > MOST_TEXT:
        raise ValueError(f"a calibration has at most {MOST_TEXT} characters")
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not JSON: {error}"[:200]) from None
    names = {part.name for part in fields(Calibrated)}
    if not isinstance(told, dict) or told.keys() != names:
        raise ValueError(f"a calibration is one object with {', '.join(sorted(names))}")
    for name, (check, words) in _CHECKS.items():
        if not check(told[name]):
            raise ValueError(f"{name} must be {words}")
    wanted = _PARAMETERS[told["method"]]
    if not wanted(told["parameters"]):
        raise ValueError(f"the parameters are not those of the method {told['method']}")
    return Calibrated(**told)


def _line(parameters: Mapping[str, Any], score: float) -> float:
    slope, offset = parameters["slope"], parameters["offset"]
    return float(slope * score + offset) if slope else float(offset)


def _stairs(parameters: Mapping[str, Any], score: float) -> float:
    scores, weights = parameters["scores"], parameters["log10_lr"]
    at = bisect_right(scores, score)
    if at == 0 or at == len(scores):
        return float(weights[max(at - 1, 0)])
    left, right = scores[at - 1], scores[at]
    share = (score - left) / (right - left)
    weight = weights[at - 1] + share * (weights[at] - weights[at - 1])
    return float(min(weight, weights[at]))  # rounding must not lift it above the next knot


def _number(value: Any) -> bool:
    return type(value) in {int, float} and abs(value) <= MOST_NUMBER  # False for what is none


def _log(value: Any) -> bool:
    return _number(value) and abs(value) <= MOST_LOG


def _words(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MOST_WORDS and value.isprintable()


def _hex(value: Any) -> bool:
    return value == "" or (
        _words(value) and len(value) == 64 and set(value) <= set("0123456789abcdef")
    )


def _counts(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and len(value) <= 16
        and all(_words(name) for name in value)
        and all(type(count) is int and 0 <= count < MOST_COUNT for count in value.values())
    )


def _is_line(value: Any) -> bool:
    return value.keys() == {"slope", "offset"} and all(map(_number, value.values()))


def _is_stairs(value: Any) -> bool:
    if value.keys() != {"scores", "log10_lr"}:
        return False
    scores, weights = value["scores"], value["log10_lr"]
    return (
        isinstance(scores, list)
        and isinstance(weights, list)
        and 0 < len(scores) == len(weights) <= MOST_KNOTS
        and all(map(_number, scores))
        and all(map(_log, weights))
        and all(left < right for left, right in pairwise(scores))
        and all(left <= right for left, right in pairwise(weights))
    )


_Check = Callable[[Any], bool]
_PARAMETERS: Mapping[str, _Check] = {LOGISTIC: _is_line, ISOTONIC: _is_stairs}
_TEXT: tuple[_Check, str] = (_words, f"a text of at most {MOST_WORDS} printable characters")
_CHECKS: Mapping[str, tuple[_Check, str]] = {
    "method": (lambda value: value in METHODS, f"one of {', '.join(METHODS)}"),
    "parameters": (lambda value: isinstance(value, dict), "an object"),
    "cap_low": (lambda value: _log(value) and value <= 0, "a number of at most 0"),
    "cap_high": (lambda value: _log(value) and value >= 0, "a number of at least 0"),
    "counts": (_counts, "an object of whole numbers"),
    "date": _TEXT,
    "digest": (_hex, "a SHA-256 or empty"),
    "condition": _TEXT,
    "part": _TEXT,
    "part_version": _TEXT,
}
