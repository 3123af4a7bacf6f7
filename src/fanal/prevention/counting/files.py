"""Writes and reads the files of counters: one a day and writer, whole or not at all.

A file holds what one writer counted of one day since it began, so writing it again adds nothing
twice, and any number of processes may share a folder without a lock.
"""

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fanal.prevention.counting.cells import NAME, OUTCOMES, SURFACES, Cell, CountersDead

FORMAT = "fanal counters 1"
MOST_BYTES = 64 * 1024 * 1024
MOST_COUNT = 1 << 53
DAMAGED = ".damaged"
_FILE = re.compile(r"counts-([0-9]{4}-[0-9]{2}-[0-9]{2})-([0-9a-f]{16})\.json")
_PLACE = re.compile(r"([A-Z]{2})?")
_VERSION = re.compile(r"[A-Za-z0-9+:._-]{1,300}")


@dataclass(frozen=True, slots=True)
class DayFile:
    """What one writer counted of one day."""

    day: date
    writer: str
    """Drawn when the writer began; names no machine and no process."""
    counts: Mapping[Cell, int]
    versions: tuple[str, ...]
    """Digests of the lists that were asked, in the order in which they came."""

    @property
    def name(self) -> str:
        """Return the name of the file."""
        return f"counts-{self.day.isoformat()}-{self.writer}.json"


def new_writer() -> str:
    """Draw the name of a writer."""
    return secrets.token_hex(8)


def canonical(told: Any) -> bytes:
    """Return JSON that has one form only."""
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def to_bytes(file: DayFile) -> bytes:
    """Return the bytes of a file, with a digest over all that it holds."""
    cells = [
        [cell.country, cell.surface, cell.trial, cell.variant, cell.outcome, n]
        for cell, n in sorted(file.counts.items())
    ]
    body = {
        "format": FORMAT,
        "day": file.day.isoformat(),
        "writer": file.writer,
        "versions": list(file.versions),
        "cells": cells,
    }
    return canonical(body | {"sha256": hashlib.sha256(canonical(body)).hexdigest()}) + b"\n"


def from_bytes(raw: bytes) -> DayFile:
    """Read the bytes of a file; raises ValueError, without a word of them, where one is wrong."""
    try:
        file = _sound(json.loads(raw))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        file = None
    if file is None:
        raise ValueError("not a file of counters, or damaged")
    return file


def is_version(text: str) -> bool:
    """Tell whether a text may be written as the digest of lists."""
    return _VERSION.fullmatch(text) is not None


def write(folder: Path, name: str, content: bytes) -> None:
    """Write a file whole, for its owner only, and have it on the disk before it gets its name."""
    passing = folder / f".{secrets.token_hex(8)}.tmp"
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(passing, flags, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        passing.replace(folder / name)
        sync(folder)
    except OSError as error:
        with suppress(OSError):
            passing.unlink(missing_ok=True)
        raise dead(folder, error) from None


def sync(folder: Path) -> None:
    """Have the names of a folder on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def dead(folder: Path, error: OSError) -> CountersDead:
    """Return the error for a disk that fails."""
    return CountersDead(
        f"the counters in {folder} cannot be kept: {os.strerror(error.errno or 5)}",
        "see to the folder and its disk; nothing was counted twice, and what is in memory is kept",
    )


def days_in(folder: Path) -> Iterator[tuple[Path, date]]:
    """Yield the files of counters in a folder with their days; raises CountersDead."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise dead(folder, error) from None
    for name in names:
        if (found := _FILE.fullmatch(name)) is not None:
            with suppress(ValueError):
                yield folder / name, date.fromisoformat(found[1])


def damaged_in(folder: Path) -> tuple[str, ...]:
    """Return the names of damaged files that were set aside."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        raise dead(folder, error) from None
    return tuple(
        name
        for name in names
        if name.endswith(DAMAGED) and _FILE.fullmatch(name.removesuffix(DAMAGED))
    )


def read(path: Path) -> DayFile:
    """Read one file; ValueError where it is damaged, CountersDead where the disk fails."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise dead(path.parent, error) from None
    if len(raw) > MOST_BYTES:
        raise ValueError("too long for a file of counters")
    file = from_bytes(raw)
    if file.name != path.name:
        raise ValueError("under the name of another file")
    return file


def _cell(day: date, told: Any) -> tuple[Cell, int]:
    country, surface, trial, variant, outcome, n = told
    is_cell = (
        surface in SURFACES
        and outcome in OUTCOMES
        and _PLACE.fullmatch(country)
        and NAME.fullmatch(trial)
        and NAME.fullmatch(variant)
    )
    if not is_cell or type(n) is not int or not 0 < n < MOST_COUNT:
        raise ValueError("a cell that is none")
    return Cell(day, country, surface, trial, variant, outcome), n


def _sound(told: Any) -> DayFile | None:
    """Return what a file holds, or None where a part of it is not as it was written."""
    body = {key: value for key, value in told.items() if key != "sha256"}
    day = date.fromisoformat(body["day"])
    counts = dict(_cell(day, cell) for cell in body["cells"])
    is_sound = (
        told["sha256"] == hashlib.sha256(canonical(body)).hexdigest()
        and body.keys() == {"format", "day", "writer", "versions", "cells"}
        and body["format"] == FORMAT
        and re.fullmatch(r"[0-9a-f]{16}", body["writer"])
        and all(_VERSION.fullmatch(one) for one in body["versions"])
        and len(counts) == len(body["cells"])
    )
    return DayFile(day, body["writer"], counts, tuple(body["versions"])) if is_sound else None
