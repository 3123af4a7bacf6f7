"""Reads `plugin.toml`: who made a detector, what it takes, what it gives, where it is silent."""

import math
import re
import statistics
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

MOST_TEXT = 64 << 10
"""Bytes of a plugin.toml."""
CROP, WHOLE, RESIZE = POLICIES = ("crop", "whole", "resize")
CHANNELS = {"rgb": 3, "bgr": 3, "grey": 1}
AGGREGATIONS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "mean": statistics.fmean,
    "max": max,
    "median": statistics.median,
}
"""Name → what makes one number of those of the crops."""
GRID = 8
"""Crops begin on the grid of JPEG blocks, so that its traces lie in every crop alike."""
MOST_SIDE = 8192
MOST_CROPS = 64
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
_HEX = re.compile(r"[0-9a-f]{64}")


class Unfit(Exception):  # noqa: N818 (a reason, not a fault of the program)
    """Why a plug-in is not taken, as a sentence."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who made the detector, and of what."""

    name: str
    version: str
    model_sha256: str
    licence: str
    author: str
    training: str
    """What it was trained on, in the author's words."""


@dataclass(frozen=True, slots=True)
class Input:
    """What the network takes: one picture or crop, as (1, channels, rows, columns) of float32."""

    tensor: str
    channels: str
    """A name of CHANNELS."""
    range: tuple[float, ...]
    """What 0 and 255 become, before mean and deviation."""
    mean: tuple[float, ...]
    std: tuple[float, ...]
    policy: str
    """One of POLICIES. `crop`: squares of the picture as it is; `whole`: all of it, as it is;
    `resize`: its middle square, scaled, which wears traces away and has to be said."""
    size: int
    """Side of a crop or of the scaled square; for `whole` the longest side that is taken."""
    count: int
    """Crops of one picture."""


@dataclass(frozen=True, slots=True)
class Output:
    """What the network gives: one number, higher where generated is more probable."""

    tensor: str
    heat_map: str
    """Tensor with a map for people to look at, "" for none; it is never asked for here."""


@dataclass(frozen=True, slots=True)
class Domain:
    """Where the detector may speak."""

    least_side: int
    formats: tuple[str, ...]
    """Media types; none for every one that can be decoded."""
    photographic_only: bool
    """It was made for photographs against generated pictures, not for drawings or screens."""
    abstain: tuple[str, ...]
    """Conditions in which it is silent; `*` stands for anything."""

    def silent_in(self, condition: str) -> bool:
        """Tell whether it abstains in a condition."""
        return any(fnmatchcase(condition, pattern) for pattern in self.abstain)


@dataclass(frozen=True, slots=True)
class SelfTest:
    """A picture in the folder, and what the network says of it."""

    picture: str
    logit: float
    tolerance: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that plugin.toml says."""

    identity: Identity
    input: Input
    output: Output
    domain: Domain
    aggregation: str
    """A name of AGGREGATIONS."""
    selftest: SelfTest


_Check = tuple[Callable[[Any], bool], str]
_REQUIRED = object()


def read_manifest(data: bytes) -> Manifest:
    """Return what plugin.toml says; raise Unfit with the reason."""
    if len(data) > MOST_TEXT:
        raise Unfit(f"plugin.toml has more than {MOST_TEXT} bytes")
    try:
        told = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # also what is no UTF-8
        raise Unfit(f"plugin.toml is not TOML: {error}"[:200]) from None
    if told.keys() - _SECTIONS.keys():
        raise Unfit(f"plugin.toml may have only the tables {', '.join(_SECTIONS)}")
    parts = {name: _section(name, told.get(name, {})) for name in _SECTIONS}
    made = Manifest(
        Identity(**parts["identity"]),
        Input(**_shaped(parts["input"])),
        Output(**parts["output"]),
        Domain(**parts["domain"]),
        parts["aggregation"]["of"],
        SelfTest(**parts["selftest"]),
    )
    _agree(made)
    return made


def _section(name: str, told: Any) -> dict[str, Any]:
    """Return the values of one table, checked, lists as tuples."""
    wanted = _SECTIONS[name]
    if not isinstance(told, dict):
        raise Unfit(f"{name} in plugin.toml is not a table")
    if unknown := sorted(told.keys() - wanted.keys()):
        raise Unfit(f"[{name}] in plugin.toml has no {unknown[0]!r}"[:200])
    found = {}
    for key, (default, (check, words)) in wanted.items():
        value = told.get(key, default)
        if value is _REQUIRED:
            raise Unfit(f"[{name}] in plugin.toml lacks {key!r}: {words}")
        if value is not default and not check(value):
            raise Unfit(f"{key!r} of [{name}] in plugin.toml must be {words}")
        found[key] = tuple(value) if isinstance(value, list) else value
    return found


def _shaped(told: dict[str, Any]) -> dict[str, Any]:
    """Return the input with a mean and a deviation for each channel."""
    count = CHANNELS[told["channels"]]
    for name, usual in (("mean", 0.0), ("std", 1.0)):
        told[name] = told[name] or (usual,) * count
        if len(told[name]) != count:
            raise Unfit(f"{name!r} of [input] in plugin.toml must have {count} numbers")
    return told


def _agree(made: Manifest) -> None:
    """Raise where two statements do not go together."""
    taken, least = made.input, made.domain.least_side
    if taken.policy == CROP and taken.size % GRID:
        raise Unfit(f"'size' of [input] must be a multiple of {GRID}: crops lie on that grid")
    if taken.policy != CROP and taken.count != 1:
        raise Unfit(f"'count' of [input] belongs to the policy {CROP!r}")
    if taken.policy == CROP and least < taken.size:
        raise Unfit("'least_side' of [domain] must not be below 'size' of [input]")


def _text(most: int) -> _Check:
    def check(value: Any) -> bool:
        return isinstance(value, str) and 0 < len(value) <= most and value.isprintable()

    return check, f"a text of 1 to {most} printable characters"


def _matches(pattern: re.Pattern[str], words: str) -> _Check:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value)), words


def _whole(least: int, most: int) -> _Check:
    return lambda value: type(value) is int and least <= value <= most, f"from {least} to {most}"


def _one_of(*names: str) -> _Check:
    return lambda value: value in names, f"one of {', '.join(names)}"


def _is_number(value: Any) -> bool:
    return type(value) in {int, float} and math.isfinite(value) and abs(value) <= 1e6


def _numbers(check: Callable[[list[Any]], bool], words: str) -> _Check:
    return (
        lambda value: isinstance(value, list) and all(map(_is_number, value)) and check(value),
        words,
    )


def _texts(value: Any) -> bool:
    one, _ = _text(60)
    return isinstance(value, list) and len(value) <= 64 and all(map(one, value))


_SECTIONS: Mapping[str, Mapping[str, tuple[Any, _Check]]] = {
    "identity": {
        "name": (_REQUIRED, _matches(_NAME, "up to 40 of a-z, 0-9, '.', '_', '-'")),
        "version": (_REQUIRED, _matches(_VERSION, "up to 20 letters, digits, '.', '_', '-'")),
        "model_sha256": (_REQUIRED, _matches(_HEX, "the SHA-256 of model.onnx, 64 of 0-9, a-f")),
        "licence": (_REQUIRED, _text(200)),
        "author": (_REQUIRED, _text(200)),
        "training": (_REQUIRED, _text(2000)),
    },
    "input": {
        "tensor": (_REQUIRED, _text(100)),
        "channels": ("rgb", _one_of(*CHANNELS)),
        "range": (
            (0.0, 1.0),
            _numbers(lambda value: len(value) == 2 and value[0] < value[1], "two rising numbers"),
        ),
        "mean": ((), _numbers(bool, "a number a channel")),
        "std": ((), _numbers(lambda value: min(value, default=0) > 0, "numbers above 0")),
        "policy": (_REQUIRED, _one_of(*POLICIES)),
        "size": (_REQUIRED, _whole(GRID, MOST_SIDE)),
        "count": (1, _whole(1, MOST_CROPS)),
    },
    "output": {
        "tensor": (_REQUIRED, _text(100)),
        "heat_map": ("", _text(100)),
    },
    "domain": {
        "least_side": (_REQUIRED, _whole(GRID, MOST_SIDE)),
        "formats": ((), (_texts, "a list of media types")),
        "photographic_only": (False, (lambda value: isinstance(value, bool), "true or false")),
        "abstain": ((), (_texts, "a list of conditions, like 'small/*/*'")),
    },
    "aggregation": {"of": ("mean", _one_of(*AGGREGATIONS))},
    "selftest": {
        "picture": (_REQUIRED, _matches(_FILE, "the name of a file in the folder")),
        "logit": (_REQUIRED, (_is_number, "a number")),
        "tolerance": (0.01, (lambda value: _is_number(value) and 0 < value <= 1, "above 0 to 1")),
    },
}
