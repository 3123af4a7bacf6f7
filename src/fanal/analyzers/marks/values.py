"""Texts of a file's metadata and where they lie; JSON read within limits; words cut to a length."""

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_JSON = 8 << 20
"""Characters of one JSON text that is parsed."""
MOST_DIGITS = 40
"""Digits of an integer that is kept as one; a longer one stays text."""
MOST_NAME = 256
"""Characters kept of a name: of a model, a node class, a program."""
MOST_WORDS = 16 << 10
"""Bytes kept of a prompt and its like."""
SAFE_INTEGER = 1 << 63

_BROKEN = re.compile("[\0\ud800-\udfff]")
_START = re.compile(r"[\s\0\ufeff]*[\[{]")


@dataclass(frozen=True, slots=True)
class Value:
    """One text found in a file: what it says, what carries it, and where its bytes lie."""

    text: str = field(repr=False)
    carrier: str
    """`PNG text`, `EXIF`, `XMP`, `IPTC`, `JPEG comment`, `low bits of alpha` … for people."""
    key: str
    """Keyword, tag or property."""
    offset: int = 0
    length: int = 0
    cut: bool = False
    """There was more of it than was kept."""

    @property
    def where(self) -> str:
        """Return the carrier and the key in one phrase."""
        return f"{self.carrier} {self.key}".strip()

    def inner(self, text: str, key: str) -> "Value":
        """Return a text that stands inside this one."""
        return Value(text, self.carrier, key or self.key, self.offset, self.length, self.cut)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A JSON text as Python values, and what was odd about it."""

    value: Any
    problems: tuple[str, ...] = ()


class _Reader:
    """Parses one JSON text and notes names that an object has twice."""

    def __init__(self) -> None:
        self.twice = False

    def pairs(self, pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        """Return an object; of a name that stands twice the last value, as the writers read it."""
        made = dict(pairs)
        if len(made) != len(pairs):
            self.twice = True
        return made


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= MOST_DIGITS else digits


def decode_json(text: str, at: int = 0) -> tuple[Loaded, int] | None:
    """Return the JSON value that begins at a place and where it ends; None where there is none."""
    reader = _Reader()
    decoder = json.JSONDecoder(object_pairs_hook=reader.pairs, parse_int=_whole)
    try:
        value, end = decoder.raw_decode(text, at)
    except RecursionError:
        return Loaded(None, ("JSON nested too deep: not read",)), len(text)
    except ValueError:
        return None
    twice = ("an object in the JSON names one member twice: programs may read it differently",)
    return Loaded(value, twice if reader.twice else ()), end


def load_json(text: str) -> Loaded | None:
    """Return an object or a list that a text holds; None where the text is something else."""
    begin = _START.match(text)
    if begin is None:
        return None
    if len(text) > MOST_JSON:
        return Loaded(None, (f"JSON of {len(text)} characters: not read",))
    found = decode_json(text, begin.end() - 1)
    if found is None:
        return None
    loaded, end = found
    if text[end : end + 4096].strip(" \t\r\n\0"):
        return Loaded(loaded.value, (*loaded.problems, "something follows the JSON"))
    return loaded


def clean(text: str, most: int = MOST_NAME) -> str:
    """Return a name in one printable line of at most so many characters."""
    short = text[: most + 1]
    shown = "".join(letter if letter.isprintable() else " " for letter in short).strip()
    return shown if len(text) <= most else shown[: most - 1] + "…"


def plain(value: Any) -> Any:
    """Return a scalar of JSON as findings keep it: finite, of 64 bits, of bounded length."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if -SAFE_INTEGER <= value < SAFE_INTEGER else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return clean(value) or None
    return None


def words(text: str) -> Any:
    """Return a long text as findings keep it: whole, or its beginning with digest and length."""
    kept = _BROKEN.sub("\ufffd", text)
    raw = kept.encode("utf-8")
    if len(raw) <= MOST_WORDS:
        return kept
    return {
        "text": raw[:MOST_WORDS].decode("utf-8", "ignore"),
        "cut": True,
        "length": len(raw),
        "sha256": hashlib.sha256(raw).hexdigest(),
    }


def text_of(found: Mapping[str, Any], *names: str) -> str:
    """Return the first member of these names that is a text with something in it."""
    for name in names:
        value = found.get(name)
        if isinstance(value, str) and value.strip():
            return value
    return ""


def number_of(found: Mapping[str, Any], *names: str) -> int | float | None:
    """Return the first member of these names that is a number, or a text that spells one."""
    for name in names:
        value = as_number(found.get(name))
        if value is not None:
            return value
    return None


def as_number(value: Any) -> int | float | None:
    """Return a number, or the number that a text spells; None where it is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = _spelled(value.strip())
    if isinstance(value, int):
        return value if -SAFE_INTEGER <= value < 2 * SAFE_INTEGER else None
    return value if isinstance(value, float) and math.isfinite(value) else None


def _spelled(text: str) -> int | float | None:
    if not text or len(text) > MOST_DIGITS:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None


def dicts_of(value: Any, most: int = 64) -> list[dict[str, Any]]:
    """Return the objects of a list, at most so many."""
    return (
        [each for each in value if isinstance(each, dict)][:most] if isinstance(value, list) else []
    )
