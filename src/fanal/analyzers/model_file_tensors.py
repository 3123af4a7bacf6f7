"""Reads the header of a safetensors file: lengths, metadata and names of tensors, no tensor.

The format is that of github.com/huggingface/safetensors (README, section Format): eight bytes with
the header's length, little-endian, then JSON, then the tensors. Its own reader takes no header
above 100 MB; the metadata stand first in what it writes.
"""

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal.content.handle import Content
from fanal.model.evidence import extent

LONGEST = 100_000_000
"""Bytes of a header that the format allows."""
MOST_HEADER = 8 << 20
"""Bytes of a header that are read."""
METADATA = "__metadata__"
_BEGIN = re.compile(r'\s*\{\s*"__metadata__"\s*:\s*(?=\{)')
DAMAGED, LIMIT = "model header damaged", "limit: header"
"""Reasons of the account."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a model file says."""

    length: int
    """Bytes before the first tensor; 0 where that is not known."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    """Of the tensors, as far as they were read."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    """Reason of the account where the header was not read whole; "" where it was."""
    detail: str = ""
    rests_on: tuple[Mapping[str, Any], ...] = ()
    """Stretches of the file that all this was read from."""


def read_tensors(content: Content) -> Header:
    """Return the header of a safetensors file; its bytes may be anything."""
    start = content.read_at(0, 8)
    length = int.from_bytes(start, "little")
    if length + 8 > content.size or length > LONGEST:
        what = "more than the file has" if length + 8 > content.size else "more than is allowed"
        return Header(0, problem=DAMAGED, detail=f"a header of {length} bytes: {what}")
    data = content.read_at(8, min(length, MOST_HEADER))
    rests_on = (extent(0, 8 + len(data), hashlib.sha256(start + data).hexdigest()),)
    text = data.decode("utf-8", "replace")
    if length > MOST_HEADER:
        detail = f"a header of {length} bytes, of which {MOST_HEADER} were read"
        metadata = _first_metadata(text)
        return Header(8 + length, metadata, (), {}, LIMIT, detail, rests_on)
    repeated: list[str] = []
    found = _parsed(text, repeated)
    if not isinstance(found, dict):
        detail = "the header is no JSON object"
        return Header(8 + length, problem=DAMAGED, detail=detail, rests_on=rests_on)
    metadata = found.pop(METADATA, {})
    facts = _tensors(found, content.size - 8 - length)
    problem = detail = ""
    if repeated or facts.pop("out_of_bounds"):
        problem = DAMAGED
        detail = "the header names a thing twice" if repeated else "tensors lie outside the file"
    metadata = metadata if isinstance(metadata, dict) else {}
    return Header(8 + length, metadata, tuple(found), facts, problem, detail, rests_on)


def _parsed(text: str, repeated: list[str]) -> Any:
    def joined(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs) and not repeated:
            repeated.append("")
        return made

    try:
        return json.loads(text, object_pairs_hook=joined)
    except (ValueError, RecursionError):
        return None


def _first_metadata(text: str) -> Mapping[str, Any]:
    """Return the metadata at the beginning of a header that is not read to its end."""
    begun = _BEGIN.match(text)
    try:
        found, _ = json.JSONDecoder().raw_decode(text, begun.end()) if begun else ({}, 0)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _tensors(listed: Mapping[str, Any], room: int) -> dict[str, Any]:
    """Count the tensors, their types and numbers; whether any lies outside the file."""
    types: Counter[str] = Counter()
    parameters, outside = 0, False
    for told in listed.values():
        if not isinstance(told, dict):
            outside = True
            continue
        kind, shape, where = (told.get(key) for key in ("dtype", "shape", "data_offsets"))
        types[kind if isinstance(kind, str) and len(kind) < 16 and kind.isalnum() else "?"] += 1
        sides, ends = _counts(shape), _counts(where)
        if sides is None or ends is None or len(ends) != 2:
            outside = True
            continue
        parameters += math.prod(sides)
        outside |= not ends[0] <= ends[1] <= room
    return {
        "tensors": len(listed),
        "parameters": parameters if parameters < 1 << 62 else None,
        "types": dict(types.most_common(12)),
        "out_of_bounds": outside,
    }


def _counts(value: Any) -> list[int] | None:
    """Return a short list of whole numbers, none below nothing; None where it is none."""
    if not isinstance(value, list) or len(value) > 16:
        return None
    return value if all(type(one) is int and 0 <= one < 1 << 62 for one in value) else None
