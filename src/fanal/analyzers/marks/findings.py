"""Turns what was recognised into findings: facts in plain values, within a budget, with extents."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fanal.analyzers.marks.recognise import Found
from fanal.analyzers.marks.record import AddOn, Input, Mark, Record, base_name, known
from fanal.analyzers.marks.values import Value, clean
from fanal.content.handle import Content
from fanal.model.evidence import ADD_ON, BYTES, INPUT, RECORD, SENSITIVE, extent

MOST_DATA = 96 << 10
"""Bytes of JSON of all findings of this analyzer about one content."""
MOST_ROWS = 64
"""Findings of inputs, and of add-ons, told of one content."""
MOST_EXTENTS = 8
ROUNDED = 8
"""Pixels by which a picture made larger may differ, for sizes are rounded to multiples of 8."""
PERSONAL = ("account", "paths", "user")
"""Facts of a record that name people or their folders: kept among the sensitive words."""
_ROLES = {
    "init": "a picture was worked over",
    "composite": "a picture was pasted in",
    "face": "a face was taken from a picture",
    "identity": "a person was copied from a picture",
    "control": "pose, edges or depth were taken from a picture",
    "guide": "the look was taken from a picture",
    "mask": "a mask said what to change",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding before it is about a content."""

    kind: str
    says: str
    data: dict[str, Any]
    doubts: tuple[str, ...]


class Stretches:
    """Digests stretches of one content, each once."""

    def __init__(self, content: Content) -> None:
        """Take the content."""
        self._content = content
        self._known: dict[tuple[int, int], dict[str, Any]] = {}

    def of(self, values: Sequence[Value]) -> list[dict[str, Any]]:
        """Return the stretches in which some values lie."""
        places = dict.fromkeys((each.offset, each.length) for each in values if each.length)
        return [self._one(*place) for place in list(places)[:MOST_EXTENTS]]

    def _one(self, offset: int, length: int) -> dict[str, Any]:
        place = offset, length
        if place not in self._known:
            raw = memoryview(self._content.data)[offset : offset + length]
            self._known[place] = extent(offset, length, hashlib.sha256(raw).hexdigest())
        return self._known[place]


def drafts(
    content: Content, found: Found, signed: Sequence[Mark], size: tuple[int, int] | None
) -> list[Draft]:
    """Return the findings, the weightiest first, cut to the budget."""
    stretches = Stretches(content)
    made = [
        *(_mark(stretches, mark) for mark in signed),
        *(_record(stretches, record, size) for record in found.records),
        *_inputs(stretches, found.records),
        *_add_ons(stretches, found.records),
        *(_mark(stretches, mark) for mark in found.marks),
    ]
    return _within(_distinct(made))


def _record(stretches: Stretches, record: Record, size: tuple[int, int] | None) -> Draft:
    carriers = list(dict.fromkeys(value.where for value in record.values))
    facts = {name: value for name, value in record.facts.items() if name not in PERSONAL}
    words = dict(record.words) | {
        name: record.facts[name] for name in PERSONAL if name in record.facts
    }
    words |= known(add_ons=[base_name(each.name) for each in record.add_ons][:32])
    data = {
        "tool": record.tool,
        "carrier": carriers[0],
        **known(carriers=carriers[1:]),
        **facts,
        "pass_through": facts.get("pass_through"),
        "size_agrees": agrees(facts, size),
        **known(actual_size=list(size) if size else None),
        "add_ons": len(record.add_ons),
        "inputs": sorted({each.role for each in record.inputs}),
    }
    doubts = [*record.doubts]
    if any(value.cut for value in record.values):
        doubts.append("the record is longer than is kept")
    version = clean(str(facts.get("version", "")).removeprefix(record.tool), 40)
    named = f"{record.tool} {version}".strip()
    carried = ": it carries a picture through and makes none" if facts.get("pass_through") else ""
    says = f"record of {named} in the {carriers[0]}{carried}"
    return Draft(RECORD, says, _with(stretches, data, words, record.values), tuple(doubts))


def agrees(facts: Mapping[str, Any], size: tuple[int, int] | None) -> bool | None:
    """Tell whether the declared size is that of the picture; None where either is unknown."""
    declared = facts.get("size")
    if size is None:
        return None
    if not declared:
        return _aspect_agrees(facts.get("aspect"), size)
    scale = float(facts.get("scale") or 1.0)
    rest = [abs(real - told * scale) for real, told in zip(size, declared, strict=True)]
    if max(rest) <= (0 if scale == 1.0 else ROUNDED):
        return True
    tiles = facts.get("tiles")
    if isinstance(tiles, int) and tiles > 1:
        (across, over), (down, under) = (
            divmod(real, told) for real, told in zip(size, declared, strict=True)
        )
        return bool(over == under == 0 and tiles <= across * down < 2 * tiles)
    return False


def _aspect_agrees(aspect: list[int] | None, size: tuple[int, int]) -> bool | None:
    """Return False where a declared aspect cannot be that of the picture, else None."""
    if not aspect:
        return None
    ratio = float((size[0] / size[1]) / (aspect[0] / aspect[1]))
    return None if 0.9 <= ratio <= 1.1 else False


def _inputs(stretches: Stretches, records: Sequence[Record]) -> Iterator[Draft]:
    every = [(record, each) for record in records for each in record.inputs]
    for number, (record, each) in enumerate(every[:MOST_ROWS], 1):
        says = f"{_ROLES[each.role]} ({each.how}): input {number} of {len(every)}"
        yield Draft(INPUT, says, *_input(stretches, record, each))


def _input(
    stretches: Stretches, record: Record, each: Input
) -> tuple[dict[str, Any], tuple[str, ...]]:
    data = {
        "role": each.role,
        "tool": record.tool,
        "derives": each.derives,
        "node": each.how,
        **each.facts,
        **known(pass_through=record.facts.get("pass_through")),
    }
    words = known(file=clean(each.file, 512))
    return _with(stretches, data, words, record.values), each.doubts


def _add_ons(stretches: Stretches, records: Sequence[Record]) -> Iterator[Draft]:
    every: list[tuple[Record, AddOn]] = []
    for record in records:
        names = {(each.kind, base_name(each.name).lower()) for _, each in every}
        every += [
            (record, each)
            for each in record.add_ons
            if (each.kind, base_name(each.name).lower()) not in names
        ]
    for number, (record, each) in enumerate(every[:MOST_ROWS], 1):
        says = f"add-on model {number} of {len(every)} ({each.kind}) was loaded by {record.tool}"
        data = {
            "type": each.kind,
            "tool": record.tool,
            **known(weight=each.weight, hash=each.hash, hashes=[each.hash] if each.hash else []),
        }
        words = {"name": each.name}  # a person may be called so
        yield Draft(ADD_ON, says, _with(stretches, data, words, record.values), ())


def _mark(stretches: Stretches, mark: Mark) -> Draft:
    data = _with(stretches, dict(mark.facts), mark.words, mark.values)
    return Draft(mark.kind, mark.says, data, mark.doubts)


def _with(
    stretches: Stretches,
    data: dict[str, Any],
    words: Mapping[str, Any],
    values: Sequence[Value],
) -> dict[str, Any]:
    """Return data with the sensitive words and with the bytes it rests on."""
    return {**data, **known(**{SENSITIVE: dict(words), BYTES: stretches.of(values)})}


def _distinct(made: Sequence[Draft]) -> list[Draft]:
    """Return drafts that no two say the same of one kind."""
    seen: dict[tuple[str, str], int] = {}
    kept = []
    for each in made:
        says = clean(each.says, 190)
        count = seen.get((each.kind, says), 0) + 1
        seen[each.kind, says] = count
        told = says if count == 1 else f"{says} ({count})"
        kept.append(Draft(each.kind, told, each.data, each.doubts))
    return kept


def _within(made: Sequence[Draft]) -> list[Draft]:
    """Return drafts cut to the budget: first the words go, then what comes last."""
    left = MOST_DATA
    kept = []
    for each in made:
        size = len(json.dumps(each.data))
        data, doubts = each.data, each.doubts
        if size > left and SENSITIVE in data:
            data = {name: value for name, value in data.items() if name != SENSITIVE}
            doubts = (*doubts, "its words are too many to be kept")
            size = len(json.dumps(data))
        if size > left:
            continue
        left -= size
        kept.append(Draft(each.kind, each.says, data, tuple(clean(one, 200) for one in doubts)))
    return kept
