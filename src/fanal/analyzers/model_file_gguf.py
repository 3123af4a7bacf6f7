"""Reads the key-values and the names of tensors at the beginning of a GGUF file, no tensor.

The format is that of ggml (docs/gguf.md): version 1 counts in 32 bits, 2 and 3 in 64; 3 may be
big-endian.
"""

import hashlib
import struct
from typing import Any

from fanal.analyzers.model_file_tensors import DAMAGED, LIMIT, MOST_HEADER, Header
from fanal.analyzers.model_file_values import LONG
from fanal.content.handle import Content
from fanal.model.evidence import extent

MOST_ENTRIES = 65_536
"""Key-values, and tensors, that are read."""
MOST_LIST = 32
"""Values of a list that are kept."""
DEEPEST = 4
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q"}
_SCALARS[12] = "d"
_TEXT, _LIST = 8, 9


class _EndedError(Exception):
    """The bytes end, or say what cannot be."""


class _Cursor:
    """Takes values one after the other out of the first bytes of a file."""

    def __init__(self, data: bytes, order: str, wide: bool) -> None:  # noqa: FBT001
        self._data = data
        self.at = 8
        self._order = order
        self._count = "Q" if wide else "I"
        self.wide = 8 if wide else 4

    def scalar(self, letter: str) -> Any:
        """Return the next number."""
        shape = self._order + letter
        try:
            (value,) = struct.unpack_from(shape, self._data, self.at)
        except struct.error as error:
            raise _EndedError from error
        self.at += struct.calcsize(shape)
        return value

    def count(self) -> int:
        """Return the next length or number of things."""
        return int(self.scalar(self._count))

    def skip(self, size: int) -> None:
        """Pass over bytes that are here."""
        if size > len(self._data) - self.at:
            raise _EndedError
        self.at += size

    def text(self) -> str:
        """Return the next text, cut to what is kept."""
        size = self.count()
        start = self.at
        self.skip(size)
        return self._data[start : start + min(size, LONG)].decode("utf-8", "replace")

    def value(self, kind: int, depth: int = 0) -> Any:
        """Return the next value of a kind; a list as its first texts and numbers."""
        if kind in _SCALARS:
            return self.scalar(_SCALARS[kind])
        if kind == _TEXT:
            return self.text()
        if kind != _LIST:
            raise _EndedError(f"a value of kind {kind}, which there is not")
        kind, size = self.scalar("I"), self.count()
        if depth >= DEEPEST or kind > max(_SCALARS):
            raise _EndedError(f"a list {depth + 1} deep of values of kind {kind}")
        if kind in _SCALARS:
            width = struct.calcsize(self._order + _SCALARS[kind])
            self.skip(size * width)
            return []
        kept = []
        for index in range(min(size, len(self._data) // 4 + 1)):
            one = self.value(kind, depth + 1)
            if index < MOST_LIST and isinstance(one, str):
                kept.append(one)
        return kept


def read_gguf(content: Content) -> Header:
    """Return the header of a GGUF file; its bytes may be anything."""
    data = content.read_at(0, MOST_HEADER)
    little = int.from_bytes(data[4:8], "little")
    version = little if little in {1, 2, 3} else int.from_bytes(data[4:8], "big")
    cursor = _Cursor(data, "<" if version == little else ">", version > 1)
    metadata: dict[str, Any] = {}
    names: list[str] = []
    facts: dict[str, Any] = {"version": version}
    problem = detail = ""
    try:
        _walk(cursor, metadata, names, facts)
    except _EndedError as error:
        cut = content.size > len(data) and not str(error)
        problem = LIMIT if cut else DAMAGED
        detail = str(error) or "its key-values end early"
        detail = f"only the first {len(data)} bytes were read" if cut else detail
    seen = data[: cursor.at]
    rests_on = (extent(0, len(seen), hashlib.sha256(seen).hexdigest()),)
    return Header(0, metadata, tuple(names), facts, problem, detail, rests_on)


def _walk(
    cursor: _Cursor, metadata: dict[str, Any], names: list[str], facts: dict[str, Any]
) -> None:
    tensors, pairs = cursor.count(), cursor.count()
    if max(tensors, pairs) > MOST_ENTRIES:
        raise _EndedError("it claims more key-values or tensors than any model has")
    facts["tensors"] = tensors
    for _ in range(pairs):
        key = cursor.text()
        metadata[key] = cursor.value(cursor.scalar("I"))
    for _ in range(tensors):
        names.append(cursor.text())
        cursor.skip(cursor.wide * min(cursor.scalar("I"), MOST_ENTRIES) + 12)
