"""The entries of a word list, and how its files are read; nothing here prints a pattern."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fanal.errors import ListError
from fanal.prevention.nouns import Reason
from fanal.prevention.words.normalise import STEPS, is_text, normalise
from fanal.prevention.words.pace import breathe

KINDS = ("phrase", "token", "context")
"""`context`: words around a listed one that make it harmless, such as the name of a place."""
SUPPORT_KINDS = ("phrase", "token")
SEVERITIES = ("", "low", "medium", "high")
AUDIENCES = {"self": Reason.SELF, "victim": Reason.VICTIM, "family": Reason.FAMILY}
COLUMNS = (
    "id",
    "pattern",
    "kind",
    "langs",
    "severity",
    "valid_from",
    "source_ref",
    "steps_off",
    "fuzzy",
    "audience",
)
"""What an entry may say; `id`, `pattern` and `kind` must be there."""
KNOWN = frozenset(COLUMNS)
EVERY = frozenset(STEPS)
MOST_ROWS = 1_000_000
MOST_PATTERN = 500
MOST_FUZZY = 3
PIECE = 4
"""Letters that stay as they are for each one that differs, and four more (MATCH-02: 8 for one)."""
MOST_FAULTS = 20
"""Faults that an error names; the others are counted."""

csv.field_size_limit(1_000_000)


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One line of a list (MATCH, PREV-08); its pattern is never printed."""

    id: str
    pattern: str
    kind: str
    langs: tuple[str, ...] = ()
    severity: str = ""
    valid_from: date | None = None
    source_ref: str = ""
    steps: frozenset[str] = EVERY
    fuzzy: int = 0
    """Most letters that may differ; 0 for none."""
    audience: Reason | None = None
    """Of a support list: who looks for help with such words."""

    def __repr__(self) -> str:
        """Return the entry's name and kind."""
        return f"Entry({self.id!r}, {self.kind})"


class Fault(ValueError):  # noqa: N818 (what a row has)
    """What is wrong with a row, as a class; never a word of it."""


def read_entries(data: bytes, name: str, *, is_support: bool) -> tuple[Entry, ...]:
    """Read a list file whole, or refuse it whole and say which rows are at fault, and why.

    A list that came in without some of its rows would let pass what it seems to hold.
    """
    entries: list[Entry] = []
    faults: list[str] = []
    known: set[str] = set()
    count = 0
    try:
        for row, told in _rows(data, name):
            breathe(row)
            if row > MOST_ROWS:
                raise ListError(f"{name} has more than {MOST_ROWS:,} rows", "divide it")
            try:
                entry = _entry(told, known, is_support=is_support)
            except Fault as fault:
                count += 1
                if len(faults) < MOST_FAULTS:
                    faults.append(f"row {row}: {fault}")
                continue
            known.add(entry.id)
            entries.append(entry)
    except (csv.Error, RecursionError):
        raise ListError(f"{name} is no CSV", "export it again") from None
    if count:
        more = f" and {count - len(faults):,} more" if count > len(faults) else ""
        raise ListError(f"{name} is not taken: {'; '.join(faults)}{more}", "correct these rows")
    if not entries:
        raise ListError(f"{name} holds no entry", "is it the right file?")
    return tuple(entries)


def _rows(data: bytes, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield what each row says, with the line where it ends: the first of the file is line 1.

    Only columns that say something are told; a row that is none has the column "".
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ListError(f"{name} is not UTF-8", "export it as UTF-8") from None
    if text.lstrip()[:1] == "{":
        yield from _json_rows(text)
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    head = next(reader, [])
    unknown = len(set(head) - set(COLUMNS))
    if unknown or not {"id", "pattern", "kind"} <= set(head) or len(set(head)) != len(head):
        raise ListError(
            f"{name} has {unknown} columns that are not known, or lacks id, pattern or kind",
            f"the first line names columns among: {', '.join(COLUMNS)}",
        )
    for row in reader:
        if row:
            told = {column: value for column, value in zip(head, row, strict=False) if value}
            yield reader.line_num, told if len(row) <= len(head) else {"": "too many fields"}


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            told = None
        if isinstance(told, dict):
            yield number, {column: value for column, value in told.items() if value is not None}
        else:
            yield number, {"": "no object"}


def _entry(told: Mapping[str, Any], known: set[str], *, is_support: bool) -> Entry:
    if not told.keys() <= KNOWN:
        raise Fault("it has more fields than are known")
    kind = _text(told, "kind")
    if kind not in (SUPPORT_KINDS if is_support else KINDS):
        raise Fault("its kind is none of phrase, token and (in lists of words) context")
    pattern = _text(told, "pattern")
    if not pattern.strip() or len(pattern) > MOST_PATTERN:
        raise Fault(f"its pattern is empty or longer than {MOST_PATTERN} characters")
    name = _name(told, pattern, known)
    if len(told) == 3 and not is_support:  # what must be there, as in most rows
        return Entry(name, pattern, kind, steps=_steps(told, pattern))
    severity = _text(told, "severity")
    if severity not in SEVERITIES:
        raise Fault("its severity is none of low, medium, high")
    audience = _text(told, "audience")
    if is_support != (audience in AUDIENCES) or (audience and not is_support):
        raise Fault("its audience must be self, victim or family in a support list, and empty else")
    return Entry(
        name,
        pattern,
        kind,
        _several(told, "langs"),
        severity,
        _day(told),
        _text(told, "source_ref"),
        _steps(told, pattern),
        _fuzzy(told, pattern, is_listed=kind != "context" and not is_support),
        AUDIENCES.get(audience),
    )


def _steps(told: Mapping[str, Any], pattern: str) -> frozenset[str]:
    """Return the steps that a pattern goes through; something of it must be left after them."""
    off = _several(told, "steps_off")
    if not set(off) <= EVERY:
        raise Fault(f"steps_off names none of {', '.join(STEPS)}")
    steps = EVERY - set(off) if off else EVERY
    if not any(map(str.isalnum, pattern)) and not normalise(pattern, steps).text:
        raise Fault("nothing of its pattern is left to compare")
    return steps


def _name(told: Mapping[str, Any], pattern: str, known: set[str]) -> str:
    """Return the entry's id, which is printed and so must not tell the pattern."""
    name = _text(told, "id")
    if not name or len(name) > 100 or not name.isprintable():
        raise Fault("its id is empty, too long or not printable")
    if name in known:
        raise Fault("its id is there already")
    if len(pattern) > 3 and pattern.strip().casefold() in name.casefold():
        raise Fault("its id tells its pattern, and ids are printed")
    return name


def _text(told: Mapping[str, Any], column: str) -> str:
    value = told.get(column)
    if value.__class__ is str and value.isascii():
        return value
    if value is None:
        return ""
    if not isinstance(value, str | int):
        raise Fault(f"{column} is no text")
    text = str(value)
    if not (text.isascii() or is_text(text)):
        raise Fault(f"{column} is no valid Unicode")
    return text


def _several(told: Mapping[str, Any], column: str) -> tuple[str, ...]:
    value = told.get(column)
    if value is None:
        return ()
    if isinstance(value, list):
        if not all(isinstance(one, str) and is_text(one) for one in value):
            raise Fault(f"{column} is no list of texts")
        return tuple(value)
    return tuple(_text(told, column).replace(",", " ").replace(";", " ").split())


def _day(told: Mapping[str, Any]) -> date | None:
    text = _text(told, "valid_from")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Fault("valid_from is no day such as 2026-11-27") from None


def _fuzzy(told: Mapping[str, Any], pattern: str, *, is_listed: bool) -> int:
    text = _text(told, "fuzzy")
    if not text:
        return 0
    if not text.isdecimal() or not text.isascii() or int(text[:3]) > MOST_FUZZY:
        raise Fault(f"fuzzy is no number from 0 to {MOST_FUZZY}")
    if int(text) and not is_listed:
        raise Fault("only listed phrases and tokens can be fuzzy")
    if int(text) and len(normalise(pattern).text) < PIECE * (int(text) + 1):
        raise Fault("fuzzy 1, 2 and 3 need patterns of 8, 12 and 16 characters or more")
    return int(text)
