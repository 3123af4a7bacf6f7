"""Believes a worker only so far: records of the kinds that were asked for, about what was asked.

A worker reads hostile bytes, so what it answers is checked as if an enemy had written it.
"""

import dataclasses
import math
import types
import typing
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, get_args

from fanal.custody.spelling import canonical
from fanal.engines.interface import Died
from fanal.model.evidence import BYTES, SENSITIVE, extent
from fanal.model.finding import Finding, Fingerprint, Mosaic, Record, Seen
from fanal.model.item import Item
from fanal.pipeline.work import LookTask, NotRead
from fanal.review.tiles import fits

UNSOUND = "answer not believed"
KINDS = get_args(Record)
LENGTHS = [64, 40, 32]
"""Characters of SHA-256, SHA-1 and MD5."""
LARGEST = 1 << 63


def believed(task: LookTask, answer: Any, versions: Mapping[str, str]) -> tuple[Record, ...]:
    """Return what a worker said of a content, or one failed `Seen` an analyzer in its place."""
    if isinstance(answer, tuple) and all(_about(task, record, versions) for record in answer):
        return answer
    detail = "its worker answered what no analyzer does: it may have been taken over"
    return tuple(
        Seen(task.sha256, name, versions[name], "failed", UNSOUND, detail)
        for name in task.analyzers
    )


def read(answer: Any) -> Any:
    """Return what a worker read of an entry, or why it was not read."""
    if isinstance(answer, Item):
        spelled: tuple[Any, ...] = (answer.sha256, answer.sha1, answer.md5)
        lengths = [len(text) for text in spelled if isinstance(text, str)]
        digests = lengths == LENGTHS and all(map(_is_hex, spelled))
        if digests and sound(answer) and answer.size >= 0:
            return answer
    elif type(answer) in {NotRead, Died} and sound(answer):
        return answer
    return NotRead("worker died", "it answered what no worker does: it may have been taken over")


def sound(record: Any) -> bool:
    """Tell whether every field holds a value of the type that its kind says."""
    kind: Any = type(record)
    return all(check(getattr(record, name, None)) for name, check in _checks(kind))


def _about(task: LookTask, record: Any, versions: Mapping[str, str]) -> bool:
    if type(record) not in KINDS or record.sha256 != task.sha256 or not sound(record):
        return False
    if isinstance(record, Fingerprint):
        return len(record.value) == 32 and len(record.turned) in {0, 224}
    if isinstance(record, Mosaic):
        return fits(record) and record.frame >= 0
    if isinstance(record, Finding) and not _can_be_weighed(record):
        return False
    if isinstance(record, Seen | Finding):
        return record.analyzer in task.analyzers and record.version == versions[record.analyzer]
    return True


def _can_be_weighed(finding: Finding) -> bool:
    """Tell whether ratio, words and bytes of a finding are what all that follows relies on."""
    words, rests = finding.data.get(SENSITIVE, {}), finding.data.get(BYTES, [])
    return (
        math.isfinite(finding.log10_lr or 0.0)
        and isinstance(words, dict)
        and isinstance(rests, list | tuple)
        and all(map(_is_extent, rests))
    )


def _is_extent(rest: Any) -> bool:
    if not isinstance(rest, dict) or rest.keys() != extent(0, 0, "").keys():
        return False
    numbers = (rest["offset"], rest["length"])
    whole = all(type(number) is int and 0 <= number < LARGEST for number in numbers)
    return whole and type(rest["sha256"]) is str and len(rest["sha256"]) == LENGTHS[0]


def _is_hex(text: str) -> bool:
    return not set(text) - set("0123456789abcdef")


@lru_cache(maxsize=32)
def _checks(kind: Any) -> tuple[tuple[str, Callable[[Any], bool]], ...]:
    hints = typing.get_type_hints(kind)
    return tuple((field.name, _check(hints[field.name])) for field in dataclasses.fields(kind))


def _check(hint: Any) -> Callable[[Any], bool]:
    if isinstance(hint, types.UnionType):
        parts = [_check(part) for part in get_args(hint)]
        return lambda value: any(part(value) for part in parts)
    origin = typing.get_origin(hint)
    if origin is tuple:
        return lambda value: type(value) is tuple and all(type(part) is str for part in value)
    if origin is not None:
        return _is_plain
    if hint is int:
        return lambda value: type(value) is int and -LARGEST <= value < LARGEST
    if hint is float:
        return lambda value: type(value) is float or (type(value) is int and abs(value) < LARGEST)
    return lambda value: type(value) is hint


def _is_plain(value: Any) -> bool:
    """Tell whether a mapping can be kept: plain values under names, as JSON has them."""
    if not isinstance(value, dict):
        return False
    try:
        canonical(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return True
