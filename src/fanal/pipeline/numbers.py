"""Gives each content a number that says nothing of it, for the addresses of pages."""

import hashlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from fanal.model.item import Item
from fanal.stores.interface import CaseStore

LENGTH = 16
"""Characters of a number: 64 bits in hexadecimal."""
PART = 50_000
"""Contents that are read at once."""
Whole = NDArray[np.uint64]
Digests = NDArray[np.uint8]


def number_of(case_id: str, sha256: str, turn: int = 0) -> int:
    """Return the 64 bits that a content of a case is known by; other turns give other ones."""
    told = "\0".join((case_id, sha256, *([str(turn)] if turn else [])))
    return int.from_bytes(hashlib.sha256(told.encode("ascii", "replace")).digest()[:8])


class Numbers:
    """The numbers of the contents of one case: sorted, 40 bytes for each content.

    Of two contents that would share a number, the later one (by the act that wrote it, then by
    digest) takes another, so that a number once given stays. Whoever does not know the case's
    contents cannot find out from a number which they are.
    """

    def __init__(self, store: CaseStore) -> None:
        """Read nothing yet."""
        self._store = store
        self._lock = threading.RLock()
        self._act = -1
        self._known: Whole = np.zeros(0, np.uint64)
        self._digests: Digests = np.zeros((0, 32), np.uint8)
        self._other: dict[str, int] = {}
        """Contents whose own number was taken."""
        self._by_other: dict[int, str] = {}

    def of(self, sha256: str) -> str:
        """Return the number of a content; "" where the case has no such content."""
        found = self._number(sha256)
        if found is None and self._refresh():
            found = self._number(sha256)
        return "" if found is None else f"{found:0{LENGTH}x}"

    def of_all(self, contents: Iterable[str]) -> dict[str, str]:
        """Return the number of each of these contents."""
        return {sha256: self.of(sha256) for sha256 in contents}

    def sha256(self, number: str) -> str:
        """Return the content of a number as `of` spells it; "" where there is none."""
        if len(number) != LENGTH or not set(number) <= set("0123456789abcdef"):
            return ""
        found = self._content(int(number, 16))
        if not found and self._refresh():
            found = self._content(int(number, 16))
        return found

    def _number(self, sha256: str) -> int | None:
        with self._lock:
            if sha256 in self._other:
                return self._other[sha256]
            number = number_of(self._store.case_id, sha256)
            at = self._at(number)
            return number if at >= 0 and self._digests[at].tobytes().hex() == sha256 else None

    def _content(self, number: int) -> str:
        with self._lock:
            if number in self._by_other:
                return self._by_other[number]
            at = self._at(number)
            return self._digests[at].tobytes().hex() if at >= 0 else ""

    def _at(self, number: int) -> int:
        at = int(np.searchsorted(self._known, np.uint64(number)))
        return at if at < len(self._known) and int(self._known[at]) == number else -1

    def _refresh(self) -> bool:
        """Read what later acts wrote; tell whether there was anything."""
        with self._lock:
            last = self._store.last_act(Item)
            if last <= self._act:
                return False
            rows = self._rows(self._act)
            came = [_columns(part, self._store.case_id) for part in _parts(rows)]
            self._take(came)
            self._act = last
            return True

    def _rows(self, act: int) -> Iterator[tuple[int, str]]:
        """Yield act and digest of contents that later acts wrote."""
        if act < 0:
            yield from self._store.columns(Item, "act", "sha256")
            return
        newer = [item.sha256 for item in self._store.since(Item, act)]
        yield from self._store.columns(Item, "act", "sha256", among={"sha256": newer})

    def _take(self, came: Sequence[tuple[Whole, Digests, NDArray[np.int64]]]) -> None:
        """Add contents; what was there goes before, then the earlier acts."""
        if not came:
            return
        known, digests, acts = (np.concatenate(column) for column in zip(*came, strict=True))
        order = np.lexsort((*digests.T[::-1], acts))
        known, digests = known[order], digests[order]
        known = np.concatenate((self._known, known))
        digests = np.concatenate((self._digests, digests))
        order = np.argsort(known, kind="stable")
        known, digests = known[order], digests[order]
        first = np.r_[True, known[1:] != known[:-1]] if len(known) else np.zeros(0, np.bool_)
        self._known, self._digests = known[first], digests[first]
        late = np.flatnonzero(~first)
        for sha256 in (digests[at].tobytes().hex() for at in late[np.argsort(order[late])]):
            self._place(sha256)

    def _place(self, sha256: str) -> None:
        """Give another number to a content whose own is taken."""
        turn = 1
        while self._is_taken(number := number_of(self._store.case_id, sha256, turn)):
            turn += 1
        self._other[sha256], self._by_other[number] = number, sha256

    def _is_taken(self, number: int) -> bool:
        return self._at(number) >= 0 or number in self._by_other


def _parts(rows: Iterator[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    while part := list(islice(rows, PART)):
        yield part


def _columns(
    part: Sequence[tuple[int, str]], case_id: str
) -> tuple[Whole, Digests, NDArray[np.int64]]:
    """Return numbers, digests and acts of contents."""
    known = np.array([number_of(case_id, sha256) for _, sha256 in part], np.uint64)
    raw = bytes.fromhex("".join(sha256 for _, sha256 in part))
    digests: Digests = np.frombuffer(raw, np.uint8).reshape(-1, 32)
    return known, digests, np.array([act for act, _ in part], np.int64)
