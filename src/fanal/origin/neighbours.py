"""Places each picture in the sequence of its camera, where number and time grow together.

The memory is a few dozen bytes a picture, so that a case of a million is placed at once.
"""

import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

NEAR = 50
"""Numbers between a picture's two neighbours at the most, else they say nothing of it."""
_DCF_FILE = re.compile(r"([A-Za-z0-9_]{4})(\d{4})\.\w{1,5}")
_DCF_FOLDER = re.compile(r"([1-9]\d\d)[A-Za-z0-9_]{5}")
"""Names of files and folders that cameras write (CIPA DC-009, DCF 2.0)."""
_NAMED_TIME = re.compile(
    r"(?:^|[^0-9])((?:19|20)\d\d)-?([01]\d)-?([0-3]\d)[-_ T]?"
    r"([0-2]\d)[-.:]?([0-5]\d)[-.:]?([0-5]\d)"
)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (clocks of cameras have no zone)
_LARGEST = 1 << 61
_COUNTERS = ("shutter_count", "image_count")
"""Counters of a maker note that only grow."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture in the sequence of its camera."""

    sha256: str
    stream: str
    """Camera and way of counting: only numbers of one stream are compared."""
    number: int
    time: float
    """Seconds by the camera's clock."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a picture lies between its neighbours."""

    number: int
    before: str
    """SHA-256 of the neighbour with the lower number, "" where there is none nearby."""
    after: str
    before_number: int | None
    after_number: int | None
    fits: bool
    """Both neighbours lie nearby, and number and time of the picture lie between theirs."""
    differs: bool
    """By its time it lies between two that follow each other, by its number elsewhere."""
    pictures: int
    """Pictures of the stream."""
    copies: int
    """Other contents with the same number and time."""

    @property
    def says(self) -> str:
        """Return one sentence."""
        between = f"{self.before_number} and {self.after_number}"
        if self.fits:
            return f"number {self.number} and time lie between those of the same camera's {between}"
        if self.differs:
            return (
                f"by its time it lies between the same camera's pictures {between}, "
                f"by its number {self.number} it does not"
            )
        return f"number {self.number} has no neighbours of the same camera on both sides"

    @property
    def data(self) -> dict[str, Any]:
        """Return what a finding keeps."""
        return {
            "number": self.number,
            "before": self.before,
            "after": self.after,
            "before_number": self.before_number,
            "after_number": self.after_number,
            "fits": self.fits,
            "differs": self.differs,
            "pictures": self.pictures,
            "copies": self.copies,
        }


def shot_of(sha256: str, record: Mapping[str, Any], path: str, scope: str) -> Shot | None:
    """Return a picture's place in its camera's sequence, None where it has no number or time.

    `record` is the data of its `camera record`, `path` where it was found, and `scope` (an
    exhibit) keeps cameras apart that write no serial number.
    """
    time = _seconds(record.get("taken"))
    numbered = _number(record, path)
    if time is None or numbered is None:
        return None
    serial = record.get("serial") or record.get("internal_serial") or f"in {scope}"
    way, number = numbered
    device = "\0".join(str(record.get(name, "")) for name in ("make", "model"))
    return Shot(sha256, "\0".join((device, str(serial), way)), number, time)


def _number(record: Mapping[str, Any], path: str) -> tuple[str, int] | None:
    """Return the way of counting and the number: the maker note's counter first, then names."""
    for counter in _COUNTERS:
        if isinstance(record.get(counter), int):
            return counter, record[counter]
    number, folder = record.get("file_number"), record.get("folder_number")
    if isinstance(number, int):
        return "file number", number + (10_000 * folder if isinstance(folder, int) else 0)
    *above, name = path.replace("\\", "/").split("/")
    found = _DCF_FILE.fullmatch(name)
    if found is None:
        return None
    inside = _DCF_FOLDER.fullmatch(above[-1]) if above else None
    start = 10_000 * int(inside[1]) if inside else 0
    return f"name {found[1].upper()}", start + int(found[2])


def _seconds(taken: Any) -> float | None:
    """Return seconds by the camera's own clock: a zone that is written beside it is left out."""
    if not isinstance(taken, str) or len(taken) < 19:
        return None
    try:
        local = datetime.fromisoformat(taken).replace(tzinfo=None)
    except ValueError:
        return None
    return (local - _EPOCH).total_seconds()


def named_time(name: str) -> str:
    """Return the time that a file's name spells, as phones name pictures, in ISO 8601; else ""."""
    found = _NAMED_TIME.search(name)
    if found is None:
        return ""
    try:
        year, month, day, hour, minute, second = map(int, found.groups())
        return datetime(year, month, day, hour, minute, second).isoformat()  # noqa: DTZ001
    except ValueError:
        return ""


class Sequences:
    """Gathers the pictures of every camera of a case."""

    def __init__(self) -> None:
        """Begin empty."""
        self._streams: dict[str, int] = {}
        self._stream = array("i")
        self._number = array("q")
        self._time = array("d")
        self._sha256 = bytearray()

    def add(self, shot: Shot) -> None:
        """Add one picture; a content that lies in several places may be added with each."""
        self._stream.append(self._streams.setdefault(shot.stream, len(self._streams)))
        self._number.append(max(-_LARGEST, min(shot.number, _LARGEST)))
        self._time.append(shot.time)
        self._sha256 += bytes.fromhex(shot.sha256)

    def sorted(self) -> "Neighbours":
        """Return every picture between its neighbours; what is added later is not among them."""
        return Neighbours(
            np.array(self._stream, dtype=np.int32),
            np.array(self._number, dtype=np.int64),
            np.array(self._time, dtype=np.float64),
            np.frombuffer(bytes(self._sha256), dtype=np.uint8).reshape(-1, 32),
        )


class Neighbours:
    """Pictures sorted by camera, time and number; those with the same share one slot."""

    def __init__(self, stream: Any, number: Any, time: Any, sha256: Any) -> None:
        """Sort the columns, one row a picture, and find who does not go with its neighbours."""
        self._sha256 = sha256
        self._in_stream = np.bincount(stream) if len(stream) else np.zeros(0, np.int64)
        self._order = np.lexsort((number, time, stream))
        columns = [column[self._order] for column in (stream, number, time)]
        new = np.ones(len(stream), dtype=bool)
        new[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
        self._starts = np.append(np.flatnonzero(new), len(stream))
        self._slot = np.empty(len(stream), dtype=np.int64)
        self._slot[self._order] = np.cumsum(new) - 1
        self._streams, self._numbers = columns[0][new], columns[1][new]
        self._stray = _strays(self._streams, self._numbers)
        self._steady = np.flatnonzero(~self._stray)
        heads = np.ascontiguousarray(sha256[:, :8]).view(">u8").ravel().astype(np.uint64)
        self._by_head = np.argsort(heads, kind="stable")
        self._heads = heads[self._by_head]

    def of(self, sha256: str) -> Placed | None:
        """Return a content's place, the best where it has several; None where it has none."""
        wanted = np.frombuffer(bytes.fromhex(sha256), dtype=np.uint8)
        head = int.from_bytes(wanted[:8].tobytes(), "big")
        first = int(np.searchsorted(self._heads, np.uint64(head), "left"))
        last = int(np.searchsorted(self._heads, np.uint64(head), "right"))
        rows = [row for row in self._by_head[first:last] if (self._sha256[row] == wanted).all()]
        placed = [self._placed(slot, wanted) for slot in {int(self._slot[row]) for row in rows}]
        return max(placed, key=lambda one: (one.fits, not one.differs), default=None)

    def _placed(self, slot: int, own: Any) -> Placed:
        stray = bool(self._stray[slot])
        before, after = (slot - 1, slot + 1) if stray else self._beside(slot)
        members = self._order[self._starts[slot] : self._starts[slot + 1]]
        return Placed(
            number=int(self._numbers[slot]),
            before=self._name(before),
            after=self._name(after),
            before_number=None if before is None else int(self._numbers[before]),
            after_number=None if after is None else int(self._numbers[after]),
            fits=not stray and before is not None and after is not None,
            differs=stray,
            pictures=int(self._in_stream[self._streams[slot]]),
            copies=int((self._sha256[members] != own).any(axis=1).sum()),
        )

    def _beside(self, slot: int) -> tuple[int | None, int | None]:
        """Return the slots before and after that go with one, strays left out."""
        place = int(np.searchsorted(self._steady, slot))
        found: list[int | None] = []
        for step in (-1, 1):
            beside = place + step
            good = 0 <= beside < len(self._steady)
            other = int(self._steady[beside]) if good else slot
            apart = step * (int(self._numbers[other]) - int(self._numbers[slot]))
            same = self._streams[other] == self._streams[slot]
            found.append(other if same and 0 < apart <= NEAR else None)
        return found[0], found[1]

    def _name(self, slot: int | None) -> str:
        if slot is None:
            return ""
        return bytes(self._sha256[self._order[self._starts[slot]]]).hex()


def _strays(streams: Any, numbers: Any) -> Any:
    """Tell of each slot whether those before and after it follow each other and it does not."""
    stray = np.zeros(len(streams), dtype=bool)
    if len(streams) < 3:
        return stray
    before, after, own = numbers[:-2], numbers[2:], numbers[1:-1]
    same = (streams[:-2] == streams[1:-1]) & (streams[1:-1] == streams[2:])
    follow = same & (before < after) & (after - before <= NEAR)
    stray[1:-1] = follow & ((own < before) | (own > after))
    return stray
