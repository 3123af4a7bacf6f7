"""Looks at a few bytes of a file or object, to tell whether it is an archive or a disk image."""

import os
from collections.abc import Iterable

from fanal import sources
from fanal.content.handle import open_evidence
from fanal.content.media import UNKNOWN, media_type
from fanal.model.item import Entry, FileBody, LostBody, StoreBody
from fanal.sources import object_store

HEAD = 4096
SECTOR = 32768
"""Where the first volume descriptor of an optical disk stands (ECMA-119)."""


def fetched(entries: Iterable[Entry]) -> dict[bytes, bytes | LostBody]:
    """Return path → first bytes of the entries that lie in a store, asked for together."""
    bodies = {entry.path: entry.body for entry in entries if isinstance(entry.body, StoreBody)}
    return dict(zip(bodies, object_store.heads(list(bodies.values()), HEAD), strict=True))


def first_bytes(entry: Entry) -> bytes:
    """Return the first bytes of a file; none where it cannot be opened (reading it says why)."""
    if isinstance(entry.body, StoreBody):
        (head,) = object_store.heads([entry.body], HEAD)
        return head if isinstance(head, bytes) else b""
    if not isinstance(entry.body, FileBody):
        return b""
    try:
        with open(open_evidence(entry.body.path), "rb", buffering=0) as stream:  # noqa: PTH123
            return stream.read(HEAD)
    except OSError:
        return b""


def unread_far(entry: Entry, head: bytes) -> str:
    """Return the kind of a disk image whose mark stands far inside it, "" for any other file."""
    body = entry.body
    if not isinstance(body, FileBody | StoreBody) or media_type(head) != UNKNOWN:
        return ""
    try:
        if isinstance(body, StoreBody):
            return _far_in_store(body)
        with open(open_evidence(body.path), "rb", buffering=0) as stream:  # noqa: PTH123
            stream.seek(SECTOR)
            sector = stream.read(HEAD)
            stream.seek(-min(512, stream.seek(0, os.SEEK_END)), os.SEEK_END)
            return sources.unread_far(sector, stream.read(512))
    except OSError:
        return ""


def _far_in_store(body: StoreBody) -> str:
    if body.size <= HEAD:  # all of it has been seen
        return ""
    sector = object_store.read(body, SECTOR, HEAD) if body.size > SECTOR else b""
    return sources.unread_far(sector, object_store.read(body, body.size - 512, 512))
