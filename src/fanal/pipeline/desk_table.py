"""Holds the queue of the desk in columns, which are chosen, counted and sorted as a whole."""

import datetime as dt
import hashlib
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.model.opinion import STATES
from fanal.model.series import SHEET
from fanal.pipeline.desk_rows import HIDDEN, KINDS, MARKS, NEW, UNDECIDED_YET, Row
from fanal.review.decisions import spoken
from fanal.review.facets import (
    Bits,
    Chosen,
    Codes,
    Counted,
    Values,
    counted,
    counted_marks,
    fitting,
    marked,
    others,
    place_key,
)
from fanal.review.order import DANGER, KNOWN_SERIES, STEPS

Slots = NDArray[np.int64]
FEW, ALONE = 10, 1
TITLES: Mapping[str, str] = {
    "step": "Step of the queue",
    "origin": "Origin",
    "strength": "Strength of its evidence",
    "known": "Lists",
    "kind": "Kind",
    "series": "Size of the series",
    "exhibit": "Exhibit",
    "device": "Device",
    "when": "Year taken",
    "copies": "Copies",
    "marks": "Remarks",
    "grade": "Decided",
    "agreement": "People",
    "reviewer": "Reviewer",
}
"""Facet → its heading, in order."""
BARS = ("none", "weak", "moderate", "strong", "very strong")
_KNOWN = {
    NEW: "new",
    "illegal": "on an illegal list",
    "unidentified": "on a list of unidentified victims",
    "generated": "on a list of generated pictures",
    "harmless": "on a harmless list",
    "near": "near a listed picture",
}
_GROUPS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "known": {"known": KINDS},
    "origin": {
        "edited": ("altered", "made_from_picture"),
        "ai": ("generator",),
        "unknown": ("inconclusive", "not_assessed", "conflicting", "reproduction"),
    },
}
"""Codes that stand for several."""
_GRAVE = {"known": ("illegal", "unidentified"), "step": (str(DANGER), str(KNOWN_SERIES))}
_MARK_WORDS = {name: name for name in MARKS} | {"lead": "lead to a victim"}
_NOT_SHOWN = "not shown before it is decided"


def _columns() -> dict[str, Any]:
    return dict.fromkeys(TITLES, np.int32) | {
        "key": np.int64,
        "taken": np.float64,
        "size": np.int32,
        "open": np.bool_,
        "listed": np.bool_,
    }


class Table:
    """One row a content; a row once there stays at its slot, what it holds may change."""

    def __init__(self) -> None:
        """Begin without any."""
        self.count = 0
        self.digests: NDArray[np.uint8] = np.zeros((1024, 32), np.uint8)
        self.column: dict[str, NDArray[Any]] = {
            name: np.zeros(1024, kind) for name, kind in _columns().items()
        }
        self.values = {name: Values() for name in TITLES}
        self.exhibits: list[str] = []
        self.spoke: dict[int, frozenset[str]] = {}
        self.order: Slots = np.zeros(0, np.int64)
        """Slots of what is in the queue, in the order in which people look."""
        self._prefix: NDArray[np.uint64] = np.zeros(0, np.uint64)
        self._slots: Slots = np.zeros(0, np.int64)
        self._late: dict[str, int] = {}

    def sha256(self, slot: int) -> str:
        """Return the content of a slot."""
        return str(self.digests[slot].tobytes().hex())

    def slot(self, sha256: str) -> int:
        """Return the slot of a content; -1 where there is none."""
        if sha256 in self._late:
            return self._late[sha256]
        raw = bytes.fromhex(sha256)
        prefix = np.uint64(int.from_bytes(raw[:8]))
        at = int(np.searchsorted(self._prefix, prefix))
        while at < len(self._prefix) and self._prefix[at] == prefix:
            slot = int(self._slots[at])
            if self.digests[slot].tobytes() == raw:
                return slot
            at += 1
        return -1

    def fill(self, rows: Iterable[Row], tell: Callable[[int], None]) -> None:
        """Add the rows of a new table, each content once, and put them in order."""
        for row in rows:
            self._set(self._new(row.sha256), row)
            tell(self.count)
        digests = self.digests[: self.count]
        prefix = digests[:, :8].copy().view(">u8").ravel().astype(np.uint64)
        self._slots = np.argsort(prefix, kind="stable")
        self._prefix = prefix[self._slots]
        self._late = {}
        self.sort()

    def bring(self, rows: Sequence[Row]) -> None:
        """Take rows as they are now; those that are not shown are left out where they are new."""
        slots = [(self.slot(row.sha256), row) for row in rows]
        known = [slot for slot, _ in slots if slot >= 0 and self.column["open"][slot]]
        gone = np.array(known, np.int64)
        self.order = self.order[~np.isin(self.order, gone)] if len(gone) else self.order
        came = []
        for slot, row in slots:
            at = slot
            if slot < 0:
                if not row.is_listed:
                    continue
                at = self._late[row.sha256] = self._new(row.sha256)
            self._set(at, row)
            if row.task is not None:
                came.append(at)
        self._insert(came)

    def keep(self, contents: Sequence[str]) -> Slots:
        """Return the slots of contents; those that have none are kept as not shown any more."""
        found = np.array([self.slot(sha256) for sha256 in contents], np.int64)
        for at in np.flatnonzero(found < 0).tolist():
            found[at] = self._late[contents[at]] = self._new(contents[at])
        return found

    def _new(self, sha256: str) -> int:
        if self.count == len(self.digests):
            more = len(self.digests)
            self.digests = np.concatenate((self.digests, np.zeros((more, 32), np.uint8)))
            for name, column in self.column.items():
                self.column[name] = np.concatenate((column, np.zeros(more, column.dtype)))
        self.digests[self.count] = np.frombuffer(bytes.fromhex(sha256), np.uint8)
        self.count += 1
        return self.count - 1

    def _set(self, slot: int, row: Row) -> None:
        column, task = self.column, row.task
        for name, (code, words) in _told(row).items():
            column[name][slot] = self.values[name].of(code, words)
        column["marks"][slot] = row.marks
        if task is not None:  # else it keeps the place that it had
            column["key"][slot] = place_key(task.step, task.turn)
        column["taken"][slot] = row.taken
        column["size"][slot] = row.size
        column["open"][slot] = task is not None
        column["listed"][slot] = row.is_listed
        if row.spoke:
            self.spoke[slot] = row.spoke
        else:
            self.spoke.pop(slot, None)

    def sort(self) -> None:
        """Put what is in the queue in order."""
        slots = np.flatnonzero(self.column["open"][: self.count])
        parts = self.digests[slots].copy().view(">u8").astype(np.uint64)
        words = self.values["exhibit"].words
        rank = np.zeros(len(words) + 1, np.int64)
        rank[sorted(range(len(words)), key=words.__getitem__)] = np.arange(len(words))
        exhibit = rank[self.column["exhibit"][slots]]
        keys = (*parts.T[::-1], exhibit, self.column["key"][slots])
        self.order = slots[np.lexsort(keys)]

    def _insert(self, slots: Sequence[int]) -> None:
        came = sorted(slots, key=self._place)
        at = [self.before(slot) for slot in came]
        if came:
            self.order = np.insert(self.order, at, came)

    def _place(self, slot: int) -> tuple[int, str, bytes]:
        words = self.values["exhibit"].words
        exhibit = words[self.column["exhibit"][slot]]
        return int(self.column["key"][slot]), exhibit, self.digests[slot].tobytes()

    def before(self, slot: int) -> int:
        """Return how many stand before a slot."""
        place, low, high = self._place(slot), 0, len(self.order)
        while low < high:
            middle = (low + high) // 2
            if self._place(int(self.order[middle])) < place:
                low = middle + 1
            else:
                high = middle
        return low

    def rank(self, slot: int) -> int:
        """Return the place of a slot in the whole queue; 0 where it is not in it."""
        return self.before(slot) + 1 if self.column["open"][slot] else 0

    def masks(self, chosen: Chosen) -> dict[str, Bits]:
        """Tell of each facet of which something is chosen which rows it lets through."""
        masks: dict[str, Bits] = {"": self.column["listed"][: self.count]}
        for name, choice in chosen.items():
            column = self.column[name][: self.count]
            if name == "marks":
                masks[name] = marked(column, MARKS, choice)
            else:
                masks[name] = fitting(column, self.values[name], choice)
        return masks

    def facets(
        self, masks: Mapping[str, Bits], chosen: Chosen, leave_out: Collection[str] = ()
    ) -> list[tuple[str, str, list[Counted]]]:
        """Return every facet with its heading and its values, counted."""
        among, told = others(masks, self.count), []
        for name, title in TITLES.items():
            if name in leave_out:
                continue
            column: Codes = self.column[name][: self.count]
            rows = among.get(name, among[""])
            choice = chosen.get(name)
            always = choice.only | choice.without if choice else frozenset[str]()
            if name == "marks":
                values = counted_marks(column, MARKS, _MARK_WORDS, rows)
            else:
                values = counted(column, self.values[name], rows, always)
            told.append((name, title, values))
        return told

    def sorted(self, among: Bits, by: str) -> Slots:
        """Return the slots of these rows: in queue order, or by date or size and then so."""
        opened = self.order[among[self.order]]
        rest = np.flatnonzero(among & ~self.column["open"][: self.count])
        slots = np.concatenate((opened, rest[np.argsort(self.prefixes(rest), kind="stable")]))
        if by in {"newest", "oldest"}:
            taken = self.column["taken"][slots]
            known = np.where(np.isnan(taken), np.inf, taken if by == "oldest" else -taken)
            return slots[np.argsort(known, kind="stable")]
        if by == "size":
            return slots[np.argsort(-self.column["size"][slots], kind="stable")]
        return slots

    def grave(self, slots: Slots) -> Bits:
        """Tell which of these places are known to be grave: by a list, or by signs of danger."""
        found = np.zeros(len(slots), np.bool_)
        for name, codes in _GRAVE.items():
            numbers = self.values[name].numbers(frozenset(codes))
            found |= np.isin(self.column[name][slots], numbers)
        return found

    def prefixes(self, slots: Slots) -> NDArray[np.uint64]:
        """Return the first half of the digests of slots, as numbers."""
        parts: NDArray[np.uint64] = self.digests[slots][:, :8].copy().view(">u8").ravel()
        return parts.astype(np.uint64)

    def bytes(self) -> int:
        """Return what its columns take."""
        columns = (*self.column.values(), self.digests, self._prefix, self._slots, self.order)
        return sum(int(column.nbytes) for column in columns)


def expanded(name: str, codes: Iterable[str]) -> frozenset[str]:
    """Return the codes of a facet, with the groups among them spelt out."""
    groups = _GROUPS.get(name, {})
    return frozenset(one for code in codes for one in groups.get(code, (code,)))


def _told(row: Row) -> dict[str, tuple[str, str]]:
    """Return the code and the words of a row in each facet, but for the marks."""
    task = row.task
    step = task.step if task else 0
    return {
        "step": (str(step), f"{step}: {STEPS[step]}" if step in STEPS else "not in the queue"),
        "origin": _origin(row.origin),
        "strength": (str(row.strength), BARS[row.strength]) if not row.drawn else _HIDDEN,
        "known": (row.known, _KNOWN[row.known]) if row.known in _KNOWN else _HIDDEN,
        "kind": (row.kind, row.kind),
        "series": _size(row.size),
        "exhibit": _named(row.exhibit),
        "device": _named(row.device),
        "when": _year(row.taken),
        "copies": _copies(row.copies),
        "grade": (row.grade, graded(row.grade)),
        "agreement": (row.waits or "none", _WAITS[row.waits]),
        "reviewer": _named(row.reviewer),
    }


_HIDDEN = (HIDDEN, _NOT_SHOWN)
_WAITS = {
    "": "nobody is waited for",
    "second": "waits for a second person",
    "disagree": "people disagree",
}


def _origin(state: str) -> tuple[str, str]:
    return (state, origin_words(state)) if state in STATES else _HIDDEN


def origin_words(state: str) -> str:
    """Return a state of origin in words."""
    return state.replace("_from_", "_from_a_").replace("_", " ") if state != HIDDEN else _NOT_SHOWN


def known_words(known: str) -> str:
    """Return what lists know of a content in words."""
    return _KNOWN.get(known, _NOT_SHOWN)


def graded(grade: str) -> str:
    """Return what people decided in words."""
    return "not decided" if grade == UNDECIDED_YET else spoken(grade)


def _size(size: int) -> tuple[str, str]:
    if size <= ALONE:
        return "alone", "alone"
    if size < FEW:
        return "few", "2 to 9"
    return ("many", f"{FEW} to {SHEET}") if size <= SHEET else ("more", f"more than {SHEET}")


def _copies(copies: int) -> tuple[str, str]:
    if copies <= 1:
        return "one", "one"
    return ("few", "2 to 9") if copies < FEW else ("many", f"{FEW} or more")


def _year(taken: float) -> tuple[str, str]:
    if math.isnan(taken):
        return "unknown", "not known"
    year = dt.datetime.fromtimestamp(taken, dt.UTC).year
    return f"y{year}", f"{year}"


def _named(text: str) -> tuple[str, str]:
    """Return a code that says nothing of a name that comes from evidence, and the name."""
    if not text:
        return "none", "none"
    return f"x{hashlib.sha256(text.encode('utf-8', 'backslashreplace')).hexdigest()[:10]}", text
