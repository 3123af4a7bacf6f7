"""Lists what a PyTorch file holds, by the names in its ZIP; nothing in it is ever unpickled.

A pickle is a program: loading one runs it. So its bytes are only searched for names, as one
searches any file for text (docs.python.org/3/library/pickletools.html has the opcodes).
"""

import hashlib
import re
import struct
from dataclasses import dataclass
from typing import Any

from fanal.analyzers.model_file_tensors import DAMAGED, LIMIT, Header
from fanal.content.handle import Content
from fanal.model.evidence import extent

MOST_LIST = 1 << 20
"""Bytes of a ZIP's central directory that are read."""
MOST_PICKLE = 4 << 20
"""Bytes of a pickle that are searched for names."""
TAIL = 65_557
"""Bytes at the end of a ZIP in which its last record stands (PKWARE APPNOTE 4.3.16)."""
_TEXT = re.compile(rb"X([\x01-\xa0])\x00\x00\x00")
"""The opcode BINUNICODE with the length of a text that may be a name."""
_NAME = re.compile(rb"[A-Za-z_<*][\w.<>*-]+")
_IMPORTS = re.compile(rb"c([A-Za-z_][\w.]{0,100})\n([A-Za-z_][\w.]{0,100})\n")
_ORDINARY = ("torch", "collections", "numpy", "_codecs", "__builtin__", "builtins")
_HARMLESS = {"set", "frozenset", "dict", "list", "tuple", "object", "bytearray"}
MOST_IMPORTS = 20


@dataclass(frozen=True, slots=True)
class _Member:
    name: bytes
    method: int
    size: int
    packed: int
    offset: int


def read_torch(content: Content) -> Header:
    """Return what a PyTorch file tells without being loaded; its bytes may be anything."""
    if content.read_at(0, 4) != b"PK\x03\x04":
        pickled_whole = {"container": "pickle"}
        return _searched(content, 0, min(content.size, MOST_PICKLE), pickled_whole, {})
    members, whole = _members(content)
    pickled = next((one for one in members if one.name.rpartition(b"/")[2] == b"data.pkl"), None)
    if pickled is None:
        return Header(0, problem=DAMAGED, detail="its ZIP lists no pickle")
    folder = pickled.name[: -len(b"data.pkl")]
    stem = folder.rstrip(b"/").decode("utf-8", "replace")
    metadata = {"name": stem} if stem not in {"", "archive"} else {}
    parts = [one for one in members if one.name.startswith(folder + b"data/")]
    facts: dict[str, Any] = {
        "container": "zip",
        "members": len(members),
        "tensors": len(parts),
        "tensor_bytes": sum(one.size for one in parts),
    }
    if not whole:
        detail = f"the list of its members was read to {MOST_LIST} bytes"
        return Header(0, metadata, facts=facts, problem=LIMIT, detail=detail)
    if pickled.method:
        detail = "its pickle is compressed, as PyTorch writes none"
        return Header(0, metadata, facts=facts, problem=DAMAGED, detail=detail)
    start = _data_of(content, pickled)
    if start >= content.size:
        detail = "its pickle lies behind the end of the file"
        return Header(0, metadata, facts=facts, problem=DAMAGED, detail=detail)
    return _searched(content, start, min(pickled.size, MOST_PICKLE), facts, metadata)


def _searched(
    content: Content, start: int, length: int, facts: dict[str, Any], metadata: dict[str, str]
) -> Header:
    """Return the names that stand in a pickle, and the functions that loading it would call."""
    data = content.read_at(start, length)
    texts = (data[one.end() : one.end() + one[1][0]] for one in _TEXT.finditer(data))
    names = dict.fromkeys(text.decode() for text in texts if _NAME.fullmatch(text))
    calls = dict.fromkeys(
        f"{module.decode()}.{name.decode()}"
        for module, name in _IMPORTS.findall(data)
        if not _ordinary(module.decode(), name.decode())
    )
    if calls:
        facts = {**facts, "foreign_calls": list(calls)[:MOST_IMPORTS]}
    rests_on = (extent(start, len(data), hashlib.sha256(data).hexdigest()),)
    return Header(0, metadata, tuple(names), facts, rests_on=rests_on)


def _ordinary(module: str, name: str) -> bool:
    first = module.partition(".")[0]
    if first in {"__builtin__", "builtins"}:
        return name in _HARMLESS
    return first in _ORDINARY


def _members(content: Content) -> tuple[list[_Member], bool]:
    """Return what a ZIP lists, and whether the list was read to its end."""
    size = content.size
    tail = content.read_at(max(size - TAIL, 0), TAIL)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return [], True
    length, start = struct.unpack_from("<2I", tail, at + 12)
    wide = tail.rfind(b"PK\x06\x06", 0, at)
    if 0xFFFFFFFF in {length, start} and 0 <= wide <= len(tail) - 56:
        length, start = struct.unpack_from("<2Q", tail, wide + 40)
    listed = content.read_at(start, min(length, MOST_LIST)) if start < size else b""
    members: list[_Member] = []
    at = 0
    while listed[at : at + 4] == b"PK\x01\x02" and len(listed) >= at + 46:
        method = int.from_bytes(listed[at + 10 : at + 12], "little")
        packed, plain = struct.unpack_from("<2I", listed, at + 20)
        named, extra, comment = struct.unpack_from("<3H", listed, at + 28)
        (offset,) = struct.unpack_from("<I", listed, at + 42)
        name = listed[at + 46 : at + 46 + named]
        members.append(_Member(name, method, plain, packed, offset))
        at += 46 + named + extra + comment
    return members, length <= MOST_LIST


def _data_of(content: Content, member: _Member) -> int:
    """Return where the bytes of a member begin, behind its own header."""
    header = content.read_at(member.offset, 30)
    if len(header) < 30:
        return content.size
    named, extra = struct.unpack_from("<2H", header, 26)
    return member.offset + 30 + int(named) + int(extra)
