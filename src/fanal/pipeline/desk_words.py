"""Finds contents by words in their paths and exhibits, in memory."""

import threading
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from fanal.errors import UsageError
from fanal.model.item import Place
from fanal.model.series import Member
from fanal.stores.interface import CaseStore

PART = 50_000
MOST = 50_000
"""Contents that are found at once; of more the words say too little."""
END = b"\n"
MOST_WORDS = 8


class Words:
    """Where every copy lies, as one text of small letters; read when somebody first searches."""

    def __init__(self, store: CaseStore) -> None:
        """Read nothing yet."""
        self._store = store
        self._lock = threading.RLock()
        self._act = 0
        self._parts: list[_Text] = []

    def find(self, wanted: str) -> set[str]:
        """Return the contents with all these words in one path or exhibit, and their series.

        A word may stand anywhere, also inside another one; letters count without case.
        """
        words = sorted({plain(word) for word in wanted.split()} - {b""}, key=len)[-MOST_WORDS:]
        if not words:
            return set()
        with self._lock:
            self._refresh()
            found = set(islice(self._fitting(words), MOST + 1))
        if len(found) > MOST:
            raise UsageError(f"more than {MOST:,} contents fit these words", "add another word")
        return found | self._with_series(found)

    def _fitting(self, words: Sequence[bytes]) -> Iterator[str]:
        seen: set[str] = set()
        for part in self._parts:
            for sha256 in part.find(words):
                if sha256 not in seen:
                    seen.add(sha256)
                    yield sha256

    def _refresh(self) -> None:
        last = self._store.last_act(Place)
        if last <= self._act:
            return
        if not self._parts:
            rows = self._store.columns(Place, "exhibit", "name", "sha256")
        else:
            later = self._store.since(Place, self._act)
            rows = ((place.exhibit, place.name, place.sha256) for place in later)
        while part := list(islice(rows, PART)):
            self._parts.append(_Text.of(part))
        self._act = last

    def _with_series(self, contents: set[str]) -> set[str]:
        """Return all that are in a series with any of these contents."""
        among = {"sha256": sorted(contents)}
        names = {name for (name,) in self._store.columns(Member, "series", among=among)}
        if not names:
            return set()
        members = self._store.columns(Member, "sha256", among={"series": sorted(names)})
        return {sha256 for (sha256,) in members}


def plain(text: str) -> bytes:
    """Return text as it is compared: small letters, without ends of lines."""
    return text.casefold().replace("\n", " ").encode("utf-8", "backslashreplace")


class _Text:
    """Some copies, one line each."""

    def __init__(self, text: bytes, starts: NDArray[np.int64], digests: NDArray[np.uint8]) -> None:
        self.text = text
        self.starts = starts
        self.digests = digests

    @classmethod
    def of(cls, rows: Sequence[tuple[str, bytes, str]]) -> "_Text":
        """Put copies together."""
        lines = [
            plain(exhibit) + b"\t" + plain(bytes(name).decode("utf-8", "replace"))
            for exhibit, name, _ in rows
        ]
        lengths = np.array([len(line) + 1 for line in lines], np.int64)
        starts = np.r_[0, np.cumsum(lengths)[:-1]]
        raw = bytes.fromhex("".join(sha256 for _, _, sha256 in rows))
        return cls(END.join(lines), starts, np.frombuffer(raw, np.uint8).reshape(-1, 32))

    def find(self, words: Sequence[bytes]) -> list[str]:
        """Return the contents of the lines that hold all these words; the longest is last."""
        found, at, text = [], 0, self.text
        while (at := text.find(words[-1], at)) >= 0:
            row = int(np.searchsorted(self.starts, at, "right")) - 1
            end = text.find(END, at)
            end = len(text) if end < 0 else end
            start = int(self.starts[row])
            if all(text.find(word, start, end) >= 0 for word in words[:-1]):
                found.append(self.digests[row].tobytes().hex())
            at = end
        return found
