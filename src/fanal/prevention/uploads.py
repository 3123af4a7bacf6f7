"""Compares uploads with hash lists: by digest, and by PDQ within a radius."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fanal.errors import ListError
from fanal.matching import OpenList
from fanal.matching.folders import digest_of
from fanal.prevention.nouns import Reason, Signals

WIDTHS = {"sha256": 32, "sha1": 20, "md5": 16, "pdq": 32}
"""Signal → its bytes."""
HEAD = ".json"
"""Beside each list's folder: what it is, and the digest of each of its files."""
MOST_HEAD = 10_000_000
ABSENT = hashlib.sha256(b"fanal: a digest that was not given").digest()
"""Stands where a digest is missing: no file is known that has it."""
RADIUS = 31
"""Bits of a PDQ hash that may differ, as its authors advise (The TMK+PDQF Video-Hashing Algorithm
and the PDQ Image-Hashing Algorithm, Facebook 2019)."""


@dataclass(frozen=True, slots=True)
class HashFiles:
    """The operator's hash lists as they were when they were opened; implements `ports.Files`."""

    lists: tuple[OpenList, ...] = ()
    version: str = ""
    radius: int = RADIUS

    def ask(self, signals: Signals) -> Reason:
        """Return `FILE`, `NEAR`, `UNREADABLE` where a digest is none, or `NONE`."""
        try:
            asked = {name: _bytes(getattr(signals, name), name) for name in WIDTHS}
        except ValueError:
            return Reason.UNREADABLE
        if not any(asked.values()):
            return Reason.NONE
        if any(_is_listed(one, asked) for one in self.lists):
            return Reason.FILE
        if asked["pdq"] and any(self._is_near(one, asked["pdq"]) for one in self.lists):
            return Reason.NEAR
        return Reason.NONE

    def _is_near(self, known: OpenList, code: bytes) -> bool:
        return len(known.near(_row(code), min(self.radius, known.radius), most=1)) > 0


def open_lists(heads: tuple[Path, ...], radius: int = RADIUS) -> HashFiles:
    """Open lists that `fanal deter lists hashes` built, each named by its head; all or none."""
    opened, versions = [], hashlib.sha256()
    for path in heads:
        told = _head(path)
        files = told["files"]
        known = OpenList.open(path.with_suffix(""), files)
        if known.radius < radius:
            raise ListError(
                f"{path} was built for a radius of {known.radius}, and {radius} is asked for",
                "build it again from its source, or ask for a smaller radius",
            )
        opened.append(known)
        versions.update(digest_of(path).encode())
    made = HashFiles(tuple(opened), versions.hexdigest() if opened else "", radius)
    made.ask(Signals(sha256="0" * 64, pdq="0" * 64))  # the kernels are compiled at the first query
    return made


def write_head(folder: Path, told: Mapping[str, Any]) -> Path:
    """Write what a built list is beside its folder and return where; `told` has `files`."""
    path = folder.with_name(folder.name + HEAD)
    path.write_text(json.dumps(dict(told), indent=1, sort_keys=True) + "\n", encoding="ascii")
    return path


def _head(path: Path) -> dict[str, Any]:
    advice = "build it with `fanal deter lists hashes`"
    try:
        if path.stat().st_size > MOST_HEAD:
            raise ListError(f"{path} is no head of a hash list", advice)
        told = json.loads(path.read_text("ascii"))
    except (OSError, ValueError, RecursionError):
        raise ListError(f"{path} cannot be read as the head of a hash list", advice) from None
    files = told.get("files") if isinstance(told, dict) else None
    if not isinstance(files, dict) or not all(isinstance(one, str) for one in files.values()):
        raise ListError(f"{path} is no head of a hash list", advice)
    return dict(told)


def _bytes(spelled: str, name: str) -> bytes:
    if not spelled:
        return b""
    value = bytes.fromhex(spelled)  # which passes over blanks
    if len(spelled) != 2 * WIDTHS[name] or len(value) != WIDTHS[name]:
        raise ValueError(name)
    return value


def _row(value: bytes) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.frombuffer(value, np.uint8)[None]


def _is_listed(known: OpenList, asked: Mapping[str, bytes]) -> bool:
    """Tell whether a list holds one of the digests that were given."""
    rows = [_row(asked[via] or ABSENT[: WIDTHS[via]]) for via in ("sha256", "sha1", "md5")]
    return bool(known.exact(*rows))
