"""Reads exhibits: finds and digests every file and member, looks at each new content once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from fanal import sources
from fanal.content.handle import open_evidence
from fanal.engines.interface import Died, Engine
from fanal.model.failure import Failure
from fanal.model.finding import Seen
from fanal.model.item import Entry, Exhibit, Expanded, FileBody, Item, MemoryBody, Place
from fanal.pipeline.canaries import EXHIBIT as CANARY
from fanal.pipeline.canaries import Canaries
from fanal.pipeline.progress import Progress
from fanal.pipeline.work import (
    DigestWork,
    LookTask,
    LookWork,
    NotRead,
    analyzer_versions,
)
from fanal.settings import Settings
from fanal.sources import Limits
from fanal.stores.interface import CaseStore

ASKED = 500
"""Files whose earlier places are asked for at once."""
WRITTEN = 256
"""Contents looked at before what is known of them is written, as one act."""
HEAD = 4096
CANARY_MARK = "planted:"
"""Begins the mark of a planted picture; the mark of a file begins with its size."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What one intake met."""

    files: int = 0
    """Files and archive members listed."""
    unchanged: int = 0
    """Files taken as read before: same size, times and inode."""
    contents: int = 0
    """Contents met for the first time."""
    size: int = 0
    """Bytes read."""


def intake(
    store: CaseStore,
    engine: Engine,
    settings: Settings,
    actor: str,
    exhibits: Iterable[Exhibit],
    progress: Progress,
) -> Counted:
    """Read the exhibits into the case; what was read before and is unchanged is not read again."""
    run = _Intake(store, engine, settings, actor, progress)
    for exhibit in exhibits:
        run.read(exhibit)
    return run.counted


@dataclass(slots=True)
class _Expansion:
    """An archive under way: done when every member yielded has been written."""

    record: Expanded
    waiting: int = 0
    ended: bool = False


@dataclass(slots=True)
class _Intake:
    store: CaseStore
    engine: Engine
    settings: Settings
    actor: str
    progress: Progress
    counted: Counted = Counted()
    _buffer: list[Any] = field(default_factory=list)
    _looked: int = 0
    _fresh: set[str] = field(default_factory=set)
    _open: dict[tuple[str, bytes], _Expansion] = field(default_factory=dict)
    _unfinished: set[tuple[str, bytes]] = field(default_factory=set)
    _canaries: Canaries = field(default_factory=Canaries)
    _versions: dict[str, str] = field(default_factory=lambda: dict(analyzer_versions()))

    def read(self, exhibit: Exhibit) -> None:
        """Read one exhibit, canaries among it."""
        with self.store.act(self.actor, "open exhibit", exhibit=exhibit.name) as act:
            act.put([exhibit])
        self._unfinished = set(self.store.unfinished(self._versions))
        entries = self._canaries.planted(self._entries(exhibit))
        look, limit = LookWork(), self.settings.seconds
        try:
            for tasks, answers in self.engine.run(look, self._due(entries), limit):
                self._keep(tasks, answers)
        finally:
            # Also on Ctrl-C: what is complete is written, and the next run goes on from there.
            self._write()
        stage = {"stage": "digests and PDQ", "exhibit": exhibit.name}
        with self.store.act(self.actor, "canaries", **stage, **self._canaries.check()):
            pass

    # ---- listing

    def _entries(self, exhibit: Exhibit) -> Iterator[Entry]:
        """Yield what must be read: new and changed files, members of archives not yet done."""
        found = sources.walk(exhibit.name, exhibit.root)
        while part := list(islice(found, ASKED)):
            entries = [entry for entry in part if isinstance(entry, Entry)]
            self._buffer.extend(failure for failure in part if isinstance(failure, Failure))
            self._count(files=len(entries))
            known = self._known(exhibit.name, entries)
            for entry in entries:
                kinds = known.get((entry.path, entry.mark))
                due = (entry.exhibit, entry.path) in self._unfinished
                if kinds is None or due:
                    yield entry
                else:
                    self._count(unchanged=1)
                    self.progress.advance(1, 0)
                if kinds is None or due or kinds == "archive?":
                    yield from self._members(entry)

    def _known(self, exhibit: str, entries: list[Entry]) -> dict[tuple[bytes, str], str]:
        """Return (path, mark) of files read before → "done", or "archive?" where to look again."""
        paths = [entry.path for entry in entries]
        chosen = {"path": paths}
        places = list(self.store.find(Place, exhibit=exhibit, inside="", among=chosen))
        done = {
            (record.path, record.mark)
            for record in self.store.find(Expanded, exhibit=exhibit, among=chosen)
        }
        opaque = {
            item.sha256
            for item in self.store.find(Item, among={"sha256": {place.sha256 for place in places}})
            if item.media_type.startswith(("image/", "video/", "audio/", "text/"))
        }
        return {
            (place.path, place.mark): "done"
            if place.sha256 in opaque or (place.path, place.mark) in done
            else "archive?"
            for place in places
        }

    def _members(self, entry: Entry) -> Iterator[Entry]:
        """Yield the members of an entry that is an archive, recording what could not be read."""
        head = _head(entry)
        if sources.recognize(head) is None:
            if kind := sources.unread_kind(head):
                detail = "fanal does not open this kind: unpack it and read the folder"
                self._buffer.append(_failure(entry, f"not opened: {kind}", detail))
            return
        expansion = _Expansion(Expanded(entry.exhibit, entry.path, entry.mark, 0))
        self._open[entry.exhibit, entry.path] = expansion
        members = 0
        for found in sources.expand(entry, self._limits()):
            if isinstance(found, Failure):
                self._buffer.append(found)
                continue
            expansion.waiting += 1
            members += 1
            self._count(files=1)
            yield found
        expansion.record = replace(expansion.record, members=members)
        expansion.ended = True
        self._finish(expansion)

    def _limits(self) -> Limits:
        told = self.settings
        return Limits(told.depth, told.members, told.ratio, told.total, told.member_memory)

    def _finish(self, expansion: _Expansion) -> None:
        if expansion.ended and not expansion.waiting:
            self._buffer.append(expansion.record)
            self._open.pop((expansion.record.exhibit, expansion.record.path), None)

    # ---- digests

    def _due(self, entries: Iterable[Entry]) -> Iterator[tuple[LookTask, ...]]:
        """Digest entries, note items and places, and yield what is to be looked at."""
        for batch, answers in self.engine.run(DigestWork(), self._batches(entries)):
            met: dict[str, tuple[Entry, Item]] = {}
            planted: list[LookTask] = []
            for entry, answer in zip(batch, answers, strict=True):
                if entry.exhibit == CANARY:
                    planted.extend(self._planted(entry, answer))
                elif item := self._noted(entry, answer):
                    met.setdefault(item.sha256, (entry, item))
            if tasks := (*self._tasks(met), *planted):
                yield tasks
            if len(self._buffer) >= WRITTEN * 8:
                self._write()

    def _batches(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, ...]]:
        batch: list[Entry] = []
        held = 0
        for entry in entries:
            batch.append(entry)
            held += _weight(entry)
            if len(batch) >= self.settings.batch_files or held >= self.settings.batch_bytes:
                yield tuple(batch)
                batch, held = [], 0
        if batch:
            yield tuple(batch)

    def _noted(self, entry: Entry, answer: Item | NotRead | Died) -> Item | None:
        """Put the item and its place, or why it was not read, into the buffer."""
        if expansion := self._open.get((entry.exhibit, entry.path)) if entry.inside else None:
            expansion.waiting -= 1
        if isinstance(answer, Item):
            place = Place(
                entry.exhibit,
                entry.path,
                entry.inside,
                answer.sha256,
                entry.name,
                entry.modified,
                entry.mark,
            )
            self._buffer += (answer, place)
            self._count(size=answer.size)
        elif isinstance(answer, NotRead):
            self._buffer.append(_failure(entry, answer.reason, answer.detail))
        else:
            self._buffer.append(_failure(entry, "worker died", "reading it killed the worker"))
        self.progress.advance(1, answer.size if isinstance(answer, Item) else 0)
        if expansion:
            self._finish(expansion)
        return answer if isinstance(answer, Item) else None

    def _planted(self, entry: Entry, answer: Item | NotRead | Died) -> Iterator[LookTask]:
        """Yield the task of a planted picture; its mark is its name, as no file's mark is."""
        self._canaries.digested(entry, answer)
        if isinstance(answer, Item):
            kind, names = answer.media_type, tuple(self._versions)
            yield LookTask(answer.sha256, kind, entry.body, f"{CANARY_MARK}{entry.mark}", names)

    def _tasks(self, met: dict[str, tuple[Entry, Item]]) -> Iterator[LookTask]:
        """Yield a task for each content that an analyzer has not seen and that is not under way."""
        asked = met.keys() - self._fresh
        due: dict[str, list[str]] = {}
        for name, version in self._versions.items():
            for sha256 in self.store.pending(name, version, asked):
                due.setdefault(sha256, []).append(name)
        for sha256, (entry, item) in met.items():
            if sha256 in due:
                self._fresh.add(sha256)
                self._count(contents=1)
                yield LookTask(sha256, item.media_type, entry.body, entry.mark, tuple(due[sha256]))

    # ---- writing

    def _keep(self, tasks: tuple[LookTask, ...], answers: tuple[Any, ...]) -> None:
        for task, answer in zip(tasks, answers, strict=True):
            if task.mark.startswith(CANARY_MARK):
                self._canaries.looked(task.mark.removeprefix(CANARY_MARK), answer)
                continue
            self._buffer.extend(self._died(task, answer) if isinstance(answer, Died) else answer)
            self._looked += 1
        if self._looked >= WRITTEN:
            self._write()

    def _died(self, task: LookTask, died: Died) -> tuple[Seen, ...]:
        reason = "limit: time" if died.out_of_time else "worker died"
        detail = (
            "looking at it took too long" if died.out_of_time else "looking at it killed the worker"
        )
        return tuple(
            Seen(task.sha256, name, self._versions[name], "failed", reason, detail)
            for name in task.analyzers
        )

    def _write(self) -> None:
        if not self._buffer:
            return
        with self.store.act(self.actor, "intake") as act:
            act.put(self._buffer)
        self._fresh -= {record.sha256 for record in self._buffer if isinstance(record, Seen)}
        self._buffer.clear()
        self._looked = 0

    def _count(self, files: int = 0, unchanged: int = 0, contents: int = 0, size: int = 0) -> None:
        was = self.counted
        self.counted = Counted(
            was.files + files, was.unchanged + unchanged, was.contents + contents, was.size + size
        )


def _head(entry: Entry) -> bytes:
    """Return the first bytes of a file; none where it cannot be opened (reading it says why)."""
    if not isinstance(entry.body, FileBody):
        return b""
    try:
        with open(open_evidence(entry.body.path), "rb", buffering=0) as stream:  # noqa: PTH123
            return stream.read(HEAD)
    except OSError:
        return b""


def _weight(entry: Entry) -> int:
    if isinstance(entry.body, MemoryBody):
        return len(entry.body.data)
    size, _, _ = entry.mark.partition(":")
    return int(size or 0)


def _failure(entry: Entry, reason: str, detail: str) -> Failure:
    return Failure(entry.exhibit, entry.path, entry.inside, entry.name, reason, detail)
