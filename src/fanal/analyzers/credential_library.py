"""Asks the C2PA library (c2pa-python, in Rust) about one file: no network, no trust, no time.

It is imported the first time that a file holds a manifest store.
"""

import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from fanal.content.handle import Content
from fanal.content.image import Undecodable

SETTINGS: Mapping[str, Any] = {
    "verify": {
        "verify_after_reading": True,
        "remote_manifest_fetch": False,
        "ocsp_fetch": False,
        "verify_trust": True,
        "verify_timestamp_trust": False,
        "skip_ingredient_conflict_resolution": False,
    },
    "core": {
        "decode_identity_assertions": True,
        "allowed_network_hosts": [],
        "max_decompressed_manifest_size_in_mb": 32,
    },
    "trust": {"trust_anchors": None, "user_anchors": None, "allowed_list": None},
}
"""Nothing is fetched, no signer is trusted yet: trust is judged from what is kept. A time stamp is
checked against what it stamps; whether its own signer is trusted is judged later too, so that the
same bytes give the same answer whatever the day."""
MOST_ANSWER = 64 << 20
"""Characters of the library's answer that are parsed."""
ALONE = "application/c2pa"
_BLOCK = 64 << 10


@dataclass(frozen=True, slots=True)
class Report:
    """What the library says of a file; `error` is its kind of error where it could not read it."""

    summary: Mapping[str, Any] = field(default_factory=dict)
    """The manifests that it could read, and what its checks gave."""
    whole: tuple[Mapping[str, Any], ...] = ()
    """Every manifest in the store, the active one first."""
    error: str = ""
    detail: str = ""


class Bytes(io.RawIOBase):
    """A content as a stream that is read in blocks and never written."""

    def __init__(self, content: Content) -> None:
        """Begin at the first byte."""
        self._content = content
        self._at = 0
        self._block, self._begin = b"", 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that any byte can be gone to."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a byte and return where that is."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._content.size}[whence]
        if base + offset < 0:
            raise OSError("before the first byte")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer as far as the block reaches that holds the next byte."""
        skip = self._at - self._begin
        if not 0 <= skip < len(self._block):
            self._block, self._begin = self._content.read_at(self._at, _BLOCK), self._at
            skip = 0
        piece = self._block[skip : skip + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def ask(content: Content, media_type: str, store: bytes = b"") -> Report:
    """Return what the library says of a content and the store found in it.

    The store is handed over where its bytes are known, so that the library reads the same one; with
    no media type nothing but the store is read. Never raises for bad bytes; raises as reading does
    where they cannot be had.
    """
    import c2pa  # noqa: PLC0415 (23 MB of library, needed by few files)

    if not media_type:
        stream: io.IOBase = io.BytesIO(store)
    elif "data" in content.__dict__:  # it was read already
        stream = io.BytesIO(content.data)
    else:
        stream = Bytes(content)
    context = _context(os.getpid())
    try:
        with c2pa.Reader(media_type or ALONE, stream, store or None, context=context) as reader:
            return _parsed(reader.json(), reader.crjson())
    except (OSError, MemoryError, Undecodable):
        raise
    except Exception as error:  # noqa: BLE001 (whatever it makes of hostile bytes is its answer)
        return _failed(type(error).__name__, str(error))


@lru_cache(maxsize=1)
def _context(process: int) -> Any:  # noqa: ARG001 (what was made before a fork serves no child)
    """Return the library's settings, made once a process."""
    import c2pa  # noqa: PLC0415

    return c2pa.Context(c2pa.Settings.from_dict(SETTINGS))


def _parsed(summary: str, whole: str) -> Report:
    if len(summary) + len(whole) > MOST_ANSWER:
        return Report(error="TooLarge", detail="the library's answer is too long")
    try:
        told, every = json.loads(summary), json.loads(whole)
    except (ValueError, RecursionError):
        return Report(error="Json", detail="the library's answer cannot be read")
    manifests = every.get("manifests") if isinstance(every, dict) else None
    listed = manifests if isinstance(manifests, list) else []
    return Report(
        told if isinstance(told, dict) else {},
        tuple(one for one in listed if isinstance(one, dict)),
    )


def _failed(name: str, text: str) -> Report:
    """Spell a typed error; that of a manifest elsewhere has an address in it, which is left out."""
    kind, marked, rest = text.partition(": ")
    kind = kind if marked and kind.isalnum() else name.removeprefix("_C2pa")
    detail = "" if kind.startswith("Remote") else rest or text
    shown = "".join(letter if letter.isprintable() else " " for letter in detail)
    return Report(error=kind[:60], detail=shown[:200])
