"""Computes the three digests in one pass over the bytes."""

import hashlib
from typing import BinaryIO

from fanal.model.item import Digests

BLOCK = 1 << 20
"""Bytes read at once; hashlib lets other threads run for blocks this large."""
HEAD = 4096
"""Bytes kept to tell the kind of file."""


class Hasher:
    """Takes bytes as they stream past and gives SHA-256, SHA-1, MD5, length and the first bytes."""

    def __init__(self) -> None:
        """Start with no bytes."""
        self._sha256 = hashlib.sha256()
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._head = b""
        self.size = 0

    def update(self, data: bytes) -> None:
        """Take the next bytes."""
        if len(self._head) < HEAD:
            self._head += bytes(data[: HEAD - len(self._head)])
        self._sha256.update(data)
        self._sha1.update(data)
        self._md5.update(data)
        self.size += len(data)

    def digests(self) -> Digests:
        """Return the digests of all bytes taken so far."""
        return Digests(
            sha256=self._sha256.hexdigest(),
            sha1=self._sha1.hexdigest(),
            md5=self._md5.hexdigest(),
            size=self.size,
            head=self._head,
        )


def digest_bytes(data: bytes) -> Digests:
    """Return the digests of bytes held in memory."""
    hasher = Hasher()
    hasher.update(data)
    return hasher.digests()


def digest_stream(stream: BinaryIO) -> Digests:
    """Return the digests of everything the stream still holds."""
    hasher = Hasher()
    while block := stream.read(BLOCK):
        hasher.update(block)
    return hasher.digests()
