"""Reads the queue as it stands: the last full order, and what was moved since."""

import heapq
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from fanal.model.review import Drawn, Moved, Task
from fanal.model.series import Member, Series
from fanal.stores.interface import CaseStore

OUT = 0
"""Step of what is moved out of the queue."""
PAGE = 500
"""Tasks that are looked up at once."""
ORDER = ("step", "turn", "exhibit", "sha256")
Key = tuple[int, int, str, str]


@dataclass(frozen=True, slots=True)
class At:
    """Where a content stands in the queue, by itself or with its series."""

    task: Task
    rank: int
    """1 for the first of the queue."""
    drawn: bool
    """The blind sample drew it: of what is known of it nothing is shown before it is decided."""


@dataclass(frozen=True, slots=True)
class Line:
    """One place in the queue as a table shows it."""

    at: At
    series: str
    """"" where the content is alone."""
    size: int
    """Contents of the series."""


class Queue:
    """The queue of a case; holds what was moved, and no more than that."""

    def __init__(self, store: CaseStore) -> None:
        """Read what was moved since the last full order."""
        self._store = store
        self._moved: dict[str, Task] = {}
        for row in store.columns(Moved, *_FIELDS, order=("sha256", "number")):
            self._moved[row[0]] = Task(*row)
        self._counts: dict[int, int] = dict(store.tally(Task, "step"))
        self._in = sorted(_key(task) for task in self._moved.values() if task.step != OUT)
        left = store.find(Task, among={"sha256": list(self._moved)}) if self._moved else ()
        self._left = sorted(_key(task) for task in left)
        self._drawn = {sha256 for (sha256,) in store.columns(Drawn, "sha256")}

    def tasks(self, limit: int = 0, steps: Sequence[int] = ()) -> Iterator[Task]:
        """Yield the tasks in the order in which people look; the first of these, of these steps."""
        among = {"step": list(steps)} if steps else None
        most = limit + len(self._left) if limit else 0
        ordered = self._store.find(Task, order=ORDER, limit=most, among=among)
        stay = (task for task in ordered if task.sha256 not in self._moved)
        came = [self._moved[key[3]] for key in self._in if not steps or key[0] in steps]
        yield from islice(heapq.merge(stay, came, key=_key), limit or None)

    def of(self, contents: Sequence[str]) -> dict[str, Task]:
        """Return the tasks of these contents themselves."""
        found = {task.sha256: task for task in self._find(Task, contents)}
        found |= {name: self._moved[name] for name in contents if name in self._moved}
        return {name: task for name, task in found.items() if task.step != OUT}

    def of_series(self, names: Iterable[str]) -> dict[str, Task]:
        """Return the task of each of these series that has one."""
        wanted = list(dict.fromkeys(names))
        if not wanted:
            return {}
        among = {"name": wanted}
        first = dict(self._store.columns(Series, "name", "representative", among=among))
        by_first = self.of(list(first.values()))
        found = {name: by_first[one] for name, one in first.items() if one in by_first}
        if left := [name for name in wanted if name not in found]:
            members = self._store.columns(Member, "sha256", "series", among={"series": left})
            series = dict(members)
            found |= {series[name]: task for name, task in self.of(list(series)).items()}
        return found

    def rank(self, task: Task) -> int:
        """Return the place of a task in the whole queue."""
        key = _key(task)
        earlier = sum(count for step, count in self._counts.items() if step < task.step)
        ahead = min(task.turn - 1, self._counts.get(task.step, 0)) if task.turn > 0 else 0
        if task.sha256 in self._moved:  # the one whose turn it took may stand before it still
            same = {"turn": [task.turn], "step": [task.step]}
            ahead += sum(_key(one) < key for one in self._store.find(Task, among=same))
        moved = bisect_left(self._in, key) - bisect_left(self._left, key)
        return earlier + ahead + moved + 1

    def at(self, task: Task) -> At:
        """Return where a task stands."""
        return At(task, self.rank(task), task.sha256 in self._drawn)

    def lines(self, limit: int = 0, steps: Sequence[int] = ()) -> Iterator[Line]:
        """Yield the queue as a table shows it."""
        tasks = self.tasks(limit, steps)
        while part := list(islice(tasks, PAGE)):
            among = {"sha256": [task.sha256 for task in part]}
            series = dict(self._store.columns(Member, "sha256", "series", among=among))
            named = {"name": list(dict.fromkeys(series.values()))}
            sizes = dict(self._store.columns(Series, "name", "size", among=named))
            for task in part:
                name = series.get(task.sha256, "")
                yield Line(self.at(task), name, sizes.get(name, 1))

    def counted(self) -> Iterator[tuple[int, str, int]]:
        """Yield step, sentence and number of tasks, in order."""
        found: Counter[tuple[int, str]] = Counter()
        for step, reason, count in self._store.tally(Task, "step", "reason"):
            found[step, reason] = count
        if self._moved:
            for task in self._find(Task, list(self._moved)):
                found[task.step, task.reason] -= 1
        for task in self._moved.values():
            found[task.step, task.reason] += task.step != OUT
        for (step, reason), count in sorted(found.items()):
            if count > 0:
                yield step, reason, count

    def steps(self) -> dict[int, int]:
        """Return how many tasks each step has."""
        counts = Counter(self._counts)
        counts.subtract(key[0] for key in self._left)
        counts.update(key[0] for key in self._in)
        return {step: count for step, count in sorted(counts.items()) if count > 0}

    def _find(self, kind: type[Task], contents: Sequence[str]) -> Iterator[Task]:
        return self._store.find(kind, among={"sha256": contents})


def standing(store: CaseStore, contents: Sequence[str]) -> dict[str, Task]:
    """Return the tasks of these contents themselves, without reading what else was moved."""
    among = {"sha256": contents}
    found = {task.sha256: task for task in store.find(Task, among=among)}
    for row in store.columns(Moved, *_FIELDS, order=("sha256", "number"), among=among):
        found[row[0]] = Task(*row)
    return {name: task for name, task in found.items() if task.step != OUT}


_FIELDS = ("sha256", "step", "turn", "exhibit", "reason")


def _key(task: Task) -> Key:
    return task.step, task.turn, task.exhibit, task.sha256
