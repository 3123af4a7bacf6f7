"""Finds digests in sorted tables on disk, many at once."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fanal.errors import CaseError
from fanal.matching.mapped import Array, mapped

WIDTHS = {"sha256": 32, "sha1": 20, "md5": 16}
"""Bytes of each digest, the strongest first."""
BLOCK = 1 << 18
"""Rows gathered at once."""

# What a list says of the victim, so that the smallest of several numbers is what they say together:
# one entry that says "not identified" outweighs silence, and silence outweighs "identified".
VICTIMS: tuple[bool | None, ...] = (False, None, True)


@dataclass(frozen=True, slots=True)
class Owners:
    """The entry each key came from, and what each entry says of the victim."""

    entries: Array
    victims: Array


def build_exact(keys: Array, owners: Owners, folder: Path, name: str) -> int:
    """Write the sorted table of the different keys, with the first entry of each; return how many.

    Equal keys become one row whose victim flag is what all their entries say together.
    """
    order = sorted_rows(keys)
    fresh = np.zeros(len(order), np.bool_)
    with (folder / f"{name}.keys").open("wb") as stream:
        last = keys[:0]
        for start in range(0, len(order), BLOCK):
            rows = np.asarray(keys[order[start : start + BLOCK]])
            new = np.ones(len(rows), np.bool_)
            new[1:] = (rows[1:] != rows[:-1]).any(axis=1)
            if len(last):
                new[0] = bool((rows[0] != last[0]).any())
            fresh[start : start + BLOCK] = new
            stream.write(rows[new].tobytes())
            last = rows[-1:]
    starts = np.flatnonzero(fresh)
    entries = owners.entries[order]
    says = owners.victims[entries]
    together = np.minimum.reduceat(says, starts) if len(starts) else says
    first = np.minimum.reduceat(entries, starts) if len(starts) else entries
    (folder / f"{name}.entries").write_bytes(first.astype(np.uint32).tobytes())
    (folder / f"{name}.victims").write_bytes(together.astype(np.uint8).tobytes())
    return len(starts)


def sorted_rows(keys: Array) -> npt.NDArray[np.int64]:
    """Return the order of the rows by their bytes.

    Sorts by the first eight bytes and then only the rows that share them, so that an enemy who
    makes all of them alike costs a slower sort and nothing else.
    """
    prefixes = np.ascontiguousarray(keys[:, :8]).view(">u8")[:, 0].astype(np.uint64)
    order = np.argsort(prefixes)
    ordered = prefixes[order]
    same = ordered[1:] == ordered[:-1]
    shared = np.zeros(len(order), np.bool_)
    shared[1:] |= same
    shared[:-1] |= same
    rows = order[shared]
    if len(rows):
        order[shared] = rows[np.argsort(as_text(np.asarray(keys[rows])), kind="stable")]
    return order


def as_text(keys: Array) -> Array:
    """See rows of bytes as one text each, which NumPy compares byte by byte."""
    return np.ascontiguousarray(keys).view(f"S{keys.shape[1]}")[:, 0]


class ExactIndex:
    """A sorted table of keys, mapped read-only."""

    def __init__(self, folder: Path, name: str, width: int, count: int) -> None:
        """Map the three files of one kind of key."""
        self.keys = mapped(folder / f"{name}.keys", np.uint8, (count, width))
        self.entries = mapped(folder / f"{name}.entries", np.uint32, (count,))
        self.victims = mapped(folder / f"{name}.victims", np.uint8, (count,))
        self._width = width

    def find(self, wanted: Array) -> npt.NDArray[np.int64]:
        """Return the row of each wanted key in the table, -1 where it is not there."""
        if wanted.ndim != 2 or wanted.shape[1] != self._width or wanted.dtype != np.uint8:
            raise CaseError(f"keys to look up are rows of {self._width} bytes")
        found = np.full(len(wanted), -1, np.int64)
        if not len(self.keys) or not len(wanted):
            return found
        # Neighbours in the table are looked up one after the other, while their pages are at hand.
        order = np.argsort(np.ascontiguousarray(wanted[:, :8]).view(">u8")[:, 0])
        asked = np.ascontiguousarray(wanted[order])
        rows = np.searchsorted(as_text(self.keys), as_text(asked))
        rows = np.minimum(rows, len(self.keys) - 1)
        there = (self.keys[rows] == asked).all(axis=1)
        found[order[there]] = rows[there]
        return found

    def victim(self, row: int) -> bool | None:
        """Return what the entries with this key say of the victim, taken together."""
        return VICTIMS[int(self.victims[row])]
