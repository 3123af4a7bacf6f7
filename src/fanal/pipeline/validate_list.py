"""Reads what a laboratory brings to a validation: pictures or scores, with their truth."""

import csv
import io
import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.errors import UsageError
from fanal.model.calibration import MOST_NUMBER, MOST_WORDS

MOST_BYTES = 256 << 20
MOST_ROWS = 1_000_000
TRUTHS = {"generated": True, "camera": False}
"""Word in a list of pictures → whether the first proposition is true."""
SIDES = {"same": True, "other": False, **TRUTHS}
"""Word in a list of scores, likewise."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A picture and its truth."""

    path: bytes
    same: bool
    group: str


@dataclass(frozen=True, slots=True)
class Scored:
    """A score and its truth."""

    score: float
    same: bool
    condition: str
    group: str


def read_pictures(path: Path) -> list[Listed]:
    """Return the pictures of a list: `path`, `truth`, and `group`, the device or generator."""
    base = os.fsencode(path.parent)
    return [
        Listed(
            os.path.join(base, os.fsencode(_word(row, "path", where, 4096))),  # noqa: PTH118 (bytes)
            _truth(row, TRUTHS, where),
            _word(row, "group", where, MOST_WORDS, needed=False),
        )
        for where, row in _rows(path, {"path", "truth"}, {"group"})
    ]


def read_scores(path: Path) -> list[Scored]:
    """Return the scores of a list: `score`, `truth`, and perhaps `condition` and `group`."""
    return [
        Scored(
            _number(row, where),
            _truth(row, SIDES, where),
            _word(row, "condition", where, MOST_WORDS, needed=False),
            _word(row, "group", where, MOST_WORDS, needed=False),
        )
        for where, row in _rows(path, {"score", "truth"}, {"condition", "group"})
    ]


def _rows(
    path: Path, needed: set[str], others: set[str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each row with where it stands; the columns are checked, the values are not."""
    text = _text(path)
    found = _json_lines(path, text) if text.lstrip()[:1] == "{" else _csv_rows(path, text)
    count = 0
    for line, row in found:
        where = f"{path}, line {line}"
        count += 1
        if count > MOST_ROWS:
            raise UsageError(f"{path} has more than {MOST_ROWS:,} rows", "divide it")
        if needed - row.keys() or row.keys() - needed - others:
            raise UsageError(
                f"{where} has not the columns it should",
                f"it takes {', '.join(sorted(needed))}, and may have {', '.join(sorted(others))}",
            )
        yield where, row
    if not count:
        raise UsageError(f"{path} lists nothing", "docs/guide/validate.md says what it holds")


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "name another file") from error
    if len(data) > MOST_BYTES:
        raise UsageError(f"{path} has more than {MOST_BYTES:,} bytes", "divide it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8: {error.reason}", "save it as UTF-8") from error


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if None in row or None in row.values():
                raise UsageError(
                    f"{path}, line {reader.line_num} has not as many columns as the first line",
                    "mend it",
                )
            yield reader.line_num, row
    except csv.Error as error:
        raise UsageError(f"{path}, line {reader.line_num}: {error}", "mend it") from error


def _json_lines(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line, spelled in enumerate(text.splitlines(), 1):
        if not spelled.strip():
            continue
        try:
            row = json.loads(spelled)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{path}, line {line} is not JSON: {error}"[:300], "mend it") from None
        if not isinstance(row, dict):
            raise UsageError(f"{path}, line {line} is no JSON object", "mend it")
        yield line, row


def _word(row: Mapping[str, Any], name: str, where: str, most: int, *, needed: bool = True) -> str:
    value = row.get(name, "")
    good = isinstance(value, str) and len(value) <= most and "\0" not in value
    if not good or (needed and not value):
        raise UsageError(f"{where}: {name} is no text of 1 to {most} characters", "mend it")
    if not needed and not value.isprintable():
        raise UsageError(f"{where}: {name} has characters that cannot be shown", "mend it")
    return str(value)


def _truth(row: Mapping[str, Any], words: Mapping[str, bool], where: str) -> bool:
    value = row["truth"]
    if not isinstance(value, str) or value not in words:
        raise UsageError(f"{where}: the truth is one of {', '.join(words)}", "mend it")
    return words[value]


def _number(row: Mapping[str, Any], where: str) -> float:
    try:
        value = float(row["score"])
    except (TypeError, ValueError, OverflowError):
        value = math.nan
    if isinstance(row["score"], bool) or not abs(value) <= MOST_NUMBER:
        raise UsageError(f"{where}: the score is no number", "mend it")
    return value
