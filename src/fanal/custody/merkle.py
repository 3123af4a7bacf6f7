"""The Merkle tree of RFC 6962, section 2.1, grown one leaf at a time."""

import hashlib


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256 over a zero byte and the data."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256 over a one byte and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The frontier of a growing tree: enough to append a leaf and to give the root."""

    def __init__(self) -> None:
        """Start with the empty tree."""
        self.size = 0
        self._peaks: list[bytes] = []
        """Roots of the perfect subtrees, the largest first."""

    def append(self, data: bytes) -> None:
        """Add a leaf at the end."""
        peak = leaf_hash(data)
        at = self.size
        while at & 1:  # each trailing one bit is a perfect subtree of the same size to join
            peak = node_hash(self._peaks.pop(), peak)
            at >>= 1
        self._peaks.append(peak)
        self.size += 1

    def root(self) -> bytes:
        """Return the root; of the empty tree, the hash of nothing."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root
