"""Gives each file of the story a path of its own, as programs do that find a name taken."""

import hashlib

from fanal.demo.pieces import At


class Naming:
    """Remembers which paths are taken, in a few bytes each."""

    def __init__(self) -> None:
        """Begin with none taken."""
        self._taken: set[int] = set()

    def path(self, exhibit: str, at: At) -> bytes:
        """Return where a copy lies, with a number in its name where another has that name."""
        stem, mark, suffix = at.name.rpartition(".")
        path, copies = f"{at.folder}/{at.name}".encode(), 0
        while (key := hash_of(exhibit, path.lower())) in self._taken:  # some systems fold the case
            copies += 1
            path = f"{at.folder}/{stem} ({copies}){mark}{suffix}".encode()
        self._taken.add(key)
        return path


def hash_of(exhibit: str, path: bytes) -> int:
    """Return 64 bits that stand for a place."""
    whole = hashlib.blake2b(exhibit.encode() + b"\0" + path, digest_size=8).digest()
    return int.from_bytes(whole, "big")
