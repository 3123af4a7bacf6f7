"""Walks the boxes of ISO base media files (ISO/IEC 14496-12, 4.2), reading their heads alone."""

from collections.abc import Callable, Iterator
from uuid import UUID

XMP = UUID("be7acfcb-97a9-42e8-9c71-999491e3afac").bytes
"""Type of a `uuid` box that holds an XMP packet (XMP specification part 3, 1.2.3)."""
C2PA = UUID("d8fec3d6-1b0e-483c-9297-5828877ec481").bytes
"""Type of a `uuid` box that holds a manifest store (C2PA 2.2, A.5)."""
HEAD_OF_C2PA = 16
"""Bytes behind that type that are enough to tell where the store begins."""
MOST_BOXES = 4096
"""Boxes walked of one level."""
_PURPOSES = frozenset({b"manifest", b"original", b"update"})


def boxes(read: Callable[[int, int], bytes], at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the name, begin and end of the payload of every box that lies in a stretch.

    `read` returns the bytes at an offset, of a length or fewer.
    """
    for _ in range(MOST_BOXES):
        if at + 8 > end:
            return
        head = read(at, 16)
        size, length = int.from_bytes(head[:4], "big"), 8
        if size == 1 and at + 16 <= end:
            size, length = int.from_bytes(head[8:16], "big"), 16
        elif size == 0:
            size = end - at
        if size < length or len(head) < length:
            return
        yield head[4:8], at + length, min(at + size, end)
        at += size


def store_in(head: bytes) -> int:
    """Return where the store begins behind the type of a C2PA box; 0 where its head is none.

    Version and flags, the purpose, then an offset of eight bytes stand before it.
    """
    purpose, ended, _ = head[4:].partition(b"\0")
    return 4 + len(purpose) + 1 + 8 if ended and purpose in _PURPOSES else 0
