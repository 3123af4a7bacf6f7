"""Reads exhibits: finds and digests every file and member, looks once at each content due."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from fanal import sources
from fanal.engines.interface import Died, Engine
from fanal.model.failure import Failure
from fanal.model.finding import Seen
from fanal.model.item import (
    Entry,
    Exhibit,
    Expanded,
    Item,
    LostBody,
    Opened,
    Place,
    Reread,
)
from fanal.pipeline.canaries import EXHIBIT as CANARY
from fanal.pipeline.canaries import Canaries
from fanal.pipeline.case import actor
from fanal.pipeline.due import Asked, Due
from fanal.pipeline.fetch import to_digest, to_look_at
from fanal.pipeline.passing import PASSING, Passing
from fanal.pipeline.peek import fetched, first_bytes, unread_far
from fanal.pipeline.progress import Progress
from fanal.pipeline.sound import believed, read
from fanal.pipeline.work import DigestWork, LookPace, LookTask, NotRead, Pace, end_of, weight
from fanal.settings import Settings
from fanal.sources import Limits
from fanal.stores.interface import CaseStore

ASKED = 500
"""Files whose earlier places are asked for at once."""
WRITTEN = 256
"""Contents looked at before what is known of them is written, as one act."""
CANARY_MARK = "planted:"
"""Begins the mark of a planted picture; the mark of a file begins with its size."""
CHANGED = "changed between runs"
SLOWEST = 1_000_000
"""Bytes a second that must come from the evidence; a disk that is slower counts as stalled."""
EXAMINED = "examined"
"""Verb of the act that ends a look on request at an exhibit."""
LIMIT = "limit: "
"""Begins the reasons that other limits may mend."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What one intake met."""

    files: int = 0
    """Files and archive members listed."""
    unchanged: int = 0
    """Files taken as read before: same size, times and inode."""
    contents: int = 0
    """Contents looked at: those met for the first time, and those that are looked at anew."""
    size: int = 0
    """Bytes read."""


def intake(
    store: CaseStore,
    engine: Engine,
    settings: Settings,
    exhibits: Iterable[Exhibit],
    progress: Progress,
    asked: Asked | None = None,
) -> Counted:
    """Read the exhibits into the case; what was read before and is unchanged is not read again."""
    due = Due(store, asked or Asked())
    run = _Intake(store, engine, settings, progress, due, Canaries(tuple(due.asked.versions)))
    for exhibit in exhibits:
        run.read(exhibit)
    return run.counted


@dataclass(slots=True)
class _Expansion:
    """An archive under way: done when every member yielded has been written."""

    record: Expanded
    waiting: int = 0
    ended: bool = False
    limited: bool = False
    """A limit was hit: with other limits it is opened again."""
    spoiled: bool = False
    """Something in it could not be read this time: open it again next time."""


@dataclass(slots=True)
class _Intake:
    store: CaseStore
    engine: Engine
    settings: Settings
    progress: Progress
    due: Due
    _canaries: Canaries
    counted: Counted = Counted()
    _buffer: list[Any] = field(default_factory=list)
    _looked: int = 0
    _open: dict[tuple[str, bytes], _Expansion] = field(default_factory=dict)
    _before: dict[tuple[str, bytes], set[str]] = field(default_factory=dict)
    """Changed files under way → contents noted of them before."""
    _passing: Passing | None = None

    @property
    def actor(self) -> str:
        """Return who acts."""
        return actor(self.settings)

    @property
    def asked(self) -> Asked:
        """Return which analyzers are asked about what."""
        return self.due.asked

    def read(self, exhibit: Exhibit) -> None:
        """Read one exhibit, canaries among it."""
        if not self.asked.known:
            with self.store.act(self.actor, "open exhibit", exhibit=exhibit.name) as act:
                act.put([exhibit])
        self.due.begin()
        self._passing = Passing(self.store, self.actor, exhibit.name)
        entries = self._canaries.planted(self._entries(exhibit))
        fetch = to_look_at(exhibit.root)
        due, limit = self._due(entries, exhibit), LookPace(self.settings.seconds, SLOWEST)
        try:
            for tasks, answers in self.engine.run(self.asked.work(), due, limit, fetch):
                self._keep(tasks, answers)
        finally:
            # Also on Ctrl-C: what is complete is written, and the next run goes on from there.
            self._write()
        self._passing.end()
        told = {
            "stage": self._canaries.stage,
            "exhibit": exhibit.name,
            "engine": self.engine.name,
            "analyzers": dict(self.asked.versions),
            "unguarded": {name: why for name, why in self.engine.guards.items() if why},
        }
        verb = EXAMINED if self.asked.known else "canaries"
        with self.store.act(self.actor, verb, **told, **self._canaries.counts()):
            pass
        self._canaries.check()

    # ---- listing

    def _entries(self, exhibit: Exhibit) -> Iterator[Entry]:
        """Yield what must be read: new and changed files, members of archives not yet done."""
        found = self._listed(exhibit)
        while part := list(islice(found, ASKED)):
            entries = [entry for entry in part if isinstance(entry, Entry)]
            for failure in part:
                if isinstance(failure, Failure):
                    self._failed(failure)
            self._count(files=len(entries))
            states, done = self._known(exhibit.name, entries)
            heads = fetched(entry for entry in entries if (entry.path, entry.mark) not in done)
            for entry in entries:
                state, head = (entry.path, entry.mark), heads.get(entry.path)
                if isinstance(head, LostBody):
                    yield replace(entry, body=head)
                    continue
                if self.asked.known and state not in states:
                    continue  # not what the case holds: reading it in is another job
                must = state not in states or self.due.concerns(entry, states[state])
                # Told before its place is: a cut-off run must not forget that it is an archive.
                archive = (must or state not in done) and self._opened(entry, head)
                if must:
                    yield entry
                else:
                    self._count(unchanged=1)
                    self._read(entry.path, "")
                    self.progress.advance(1, 0)
                if archive:
                    yield from self._members(entry)

    def _listed(self, exhibit: Exhibit) -> Iterator[Entry | Failure]:
        if self.asked.known:
            return sources.named(exhibit.name, exhibit.root, self.due.paths(exhibit.name))
        return sources.walk(exhibit.name, exhibit.root)

    def _known(
        self, exhibit: str, entries: list[Entry]
    ) -> tuple[dict[tuple[bytes, str], str], set[tuple[bytes, str]]]:
        """Return (path, mark) of files read before → SHA-256, and which need no further opening."""
        chosen = {"path": [entry.path for entry in entries]}
        states, done = {}, set()
        before: dict[bytes, set[str]] = {}
        for place in self.store.find(Place, exhibit=exhibit, inside="", among=chosen):
            states[place.path, place.mark] = place.sha256
            before.setdefault(place.path, set()).add(place.sha256)
        for again in self.store.find(Reread, exhibit=exhibit, among=chosen):
            states[again.path, again.mark] = again.sha256
        for record in self.store.find(Expanded, exhibit=exhibit, among=chosen):
            if record.limits in {"", self._limits().spelled()}:
                done.add((record.path, record.mark))
        opaque = {
            item.sha256
            for item in self.store.find(Item, among={"sha256": set(states.values())})
            if item.media_type.startswith(("image/", "video/", "audio/", "text/"))
        }
        begun = {
            (record.path, record.mark)
            for record in self.store.find(Opened, exhibit=exhibit, among=chosen)
        }
        whole = {state for state, sha256 in states.items() if sha256 in opaque} - begun
        done.update(whole)
        for entry in entries:
            if entry.path in before and (entry.path, entry.mark) not in states:
                self._before[exhibit, entry.path] = before[entry.path]
        return states, done

    def _opened(self, entry: Entry, head: bytes | None) -> bool:
        """Tell whether an entry is an archive, noting that, or that its kind is not opened here."""
        head = first_bytes(entry) if head is None else head
        if sources.recognize(head) is not None:
            self._buffer.append(Opened(entry.exhibit, entry.path, entry.mark))
            return True
        if kind := sources.unread_kind(head) or unread_far(entry, head):
            detail = "fanal does not open this kind: unpack it and read the folder"
            self._buffer.append(_failure(entry, f"not opened: {kind}", detail))
        return False

    def _members(self, entry: Entry) -> Iterator[Entry]:
        """Yield the members of an archive, recording what could not be read."""
        expansion = _Expansion(Expanded(entry.exhibit, entry.path, entry.mark, 0))
        self._open[entry.exhibit, entry.path] = expansion
        members = 0
        for found in sources.expand(entry, self._limits()):
            if isinstance(found, Failure):
                expansion.spoiled |= self._failed(found)
                expansion.limited |= found.reason.startswith(LIMIT)
                continue
            expansion.waiting += 1
            members += 1
            self._count(files=1)
            yield found
        limits = self._limits().spelled() if expansion.limited else ""
        expansion.record = replace(expansion.record, members=members, limits=limits)
        expansion.ended = True
        self._finish(expansion)

    def _limits(self) -> Limits:
        told = self.settings
        return Limits(told.depth, told.members, told.ratio, told.total, told.member_memory)

    def _finish(self, expansion: _Expansion) -> None:
        if expansion.ended and not expansion.waiting:
            if not expansion.spoiled:
                self._buffer.append(expansion.record)
            self._open.pop((expansion.record.exhibit, expansion.record.path), None)

    def _failed(self, failure: Failure) -> bool:
        """Keep what was not read; tell whether a later run may mend it."""
        if failure.reason not in PASSING or self._passing is None:
            self._buffer.append(failure)
            return False
        self._passing.add(failure)
        return True

    def _read(self, path: bytes, inside: str) -> None:
        if self._passing is not None:
            self._passing.read(path, inside)

    # ---- digests

    def _due(self, entries: Iterable[Entry], exhibit: Exhibit) -> Iterator[tuple[LookTask, ...]]:
        """Digest entries, note items and places, and yield what is to be looked at."""
        told = self.settings
        fetch = to_digest(exhibit.root, told.member_memory)
        pace = Pace(told.seconds, SLOWEST)
        for batch, answers in self.engine.run(DigestWork(), self._batches(entries), pace, fetch):
            met: dict[str, tuple[Entry, Item]] = {}
            planted: list[LookTask] = []
            for entry, answer in zip(batch, map(read, answers), strict=True):
                if entry.exhibit == CANARY:
                    planted.extend(self._planted(entry, answer))
                elif item := self._noted(entry, answer):
                    met.setdefault(item.sha256, (entry, item))
            tasks = (*self.due.tasks(met), *planted)
            self._count(contents=len(tasks) - len(planted))
            if tasks:
                yield tasks
            if len(self._buffer) >= WRITTEN * 8:
                self._write()

    def _batches(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, ...]]:
        batch: list[Entry] = []
        held = 0
        for entry in entries:
            batch.append(entry)
            held += weight(entry)
            if len(batch) >= self.settings.batch_files or held >= self.settings.batch_bytes:
                yield tuple(batch)
                batch, held = [], 0
        if batch:
            yield tuple(batch)

    def _noted(self, entry: Entry, answer: Item | NotRead | Died) -> Item | None:
        """Put the item and its place, or why it was not read, into the buffer."""
        expansion = self._open.get((entry.exhibit, entry.path)) if entry.inside else None
        before = set() if entry.inside else self._before.pop((entry.exhibit, entry.path), set())
        if isinstance(answer, Item):
            self._buffer += (answer, _place(entry, answer))
            if before and answer.sha256 not in before:
                detail = "its bytes are not those read before; both are kept"
                self._buffer.append(_failure(entry, CHANGED, detail))
            if answer.sha256 in before:
                again = Reread(entry.exhibit, entry.path, answer.sha256, entry.mark)
                self._buffer.append(again)
            self._read(entry.path, entry.inside)
            self._count(size=answer.size)
        elif isinstance(answer, NotRead):
            self._failed(_failure(entry, answer.reason, answer.detail))
        else:
            reason, how = end_of(answer)
            self._failed(_failure(entry, reason, f"reading it {how}"))
        self.progress.advance(1, answer.size if isinstance(answer, Item) else 0)
        if expansion:
            expansion.waiting -= 1
            expansion.spoiled |= not isinstance(answer, Item)
            self._finish(expansion)
        return answer if isinstance(answer, Item) else None

    def _planted(self, entry: Entry, answer: Item | NotRead | Died) -> Iterator[LookTask]:
        """Yield the task of a planted picture; its mark is its name, as no file's mark is."""
        self._canaries.digested(entry, answer)
        if isinstance(answer, Item):
            kind, names = answer.media_type, tuple(self.asked.versions)
            yield LookTask(answer.sha256, kind, entry.body, f"{CANARY_MARK}{entry.mark}", names)

    # ---- writing

    def _keep(self, tasks: tuple[LookTask, ...], answers: tuple[Any, ...]) -> None:
        for task, answer in zip(tasks, answers, strict=True):
            died = isinstance(answer, Died)
            told = self._died(task, answer) if died else believed(task, answer, self.asked.versions)
            if task.mark.startswith(CANARY_MARK):
                self._canaries.looked(task.mark.removeprefix(CANARY_MARK), told)
                continue
            self._buffer.extend(told)
            if not answer:  # the file changed meanwhile
                self.due.not_seen(task.sha256)
            self._looked += 1
        if self._looked >= WRITTEN:
            self._write()

    def _died(self, task: LookTask, died: Died) -> tuple[Seen, ...]:
        (reason, how), versions = end_of(died), self.asked.versions
        return tuple(
            Seen(task.sha256, name, versions[name], "failed", reason, f"looking at it {how}")
            for name in task.analyzers
        )

    def _write(self) -> None:
        if self._passing is not None:
            self._passing.write()
        if not self._buffer:
            return
        with self.store.act(self.actor, "intake") as act:
            act.put(self._buffer)
        self.due.written(self._buffer)
        self._buffer.clear()
        self._looked = 0

    def _count(self, files: int = 0, unchanged: int = 0, contents: int = 0, size: int = 0) -> None:
        was = self.counted
        self.counted = Counted(
            was.files + files, was.unchanged + unchanged, was.contents + contents, was.size + size
        )


def _place(entry: Entry, item: Item) -> Place:
    return Place(
        entry.exhibit,
        entry.path,
        entry.inside,
        item.sha256,
        entry.name,
        entry.modified,
        entry.mark,
    )


def _failure(entry: Entry, reason: str, detail: str) -> Failure:
    return Failure(entry.exhibit, entry.path, entry.inside, entry.name, reason, detail)
