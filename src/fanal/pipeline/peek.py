"""Looks at a few bytes of a file on disk, to tell whether it is an archive or a disk image."""

import os

from fanal import sources
from fanal.content.handle import open_evidence
from fanal.content.media import UNKNOWN, media_type
from fanal.model.item import Entry, FileBody

HEAD = 4096
SECTOR = 32768
"""Where the first volume descriptor of an optical disk stands (ECMA-119)."""


def first_bytes(entry: Entry) -> bytes:
    """Return the first bytes of a file; none where it cannot be opened (reading it says why)."""
    if not isinstance(entry.body, FileBody):
        return b""
    try:
        with open(open_evidence(entry.body.path), "rb", buffering=0) as stream:  # noqa: PTH123
            return stream.read(HEAD)
    except OSError:
        return b""


def unread_far(entry: Entry, head: bytes) -> str:
    """Return the kind of a disk image whose mark stands far inside it, "" for any other file."""
    if not isinstance(entry.body, FileBody) or media_type(head) != UNKNOWN:
        return ""
    try:
        with open(open_evidence(entry.body.path), "rb", buffering=0) as stream:  # noqa: PTH123
            stream.seek(SECTOR)
            sector = stream.read(HEAD)
            stream.seek(-min(512, stream.seek(0, os.SEEK_END)), os.SEEK_END)
            return sources.unread_far(sector, stream.read(512))
    except OSError:
        return ""
