"""Fetches what lies in a store to where the work is done, for no worker reaches the network."""

import hashlib
import os
import platform
from dataclasses import dataclass, replace
from typing import TypeVar

from fanal.content.digest import Hasher
from fanal.content.handle import MOST_FILE
from fanal.errors import CaseError
from fanal.model.item import Body, Entry, FileBody, LostBody, MemoryBody, StoreBody, StreamedBody
from fanal.pipeline.work import LookTask, asks_for
from fanal.sources import is_store, object_store

Task = TypeVar("Task", Entry, LookTask)


@dataclass(frozen=True, slots=True)
class Mounted:
    """Makes sure, where the work is done, that the evidence lies where it was listed.

    Without it a machine that lacks the mount would call every file of the exhibit gone.
    """

    root: bytes

    def __call__(self, task: Task) -> Task:
        """Return the task; raise where nothing lies at the exhibit's root."""
        if isinstance(task.body, FileBody) and not os.path.lexists(self.root):
            raise CaseError(
                f"the evidence {os.fsdecode(self.root)!r} is not there on {platform.node()!r}",
                "mount it there, at the same place, and run the same command again",
            )
        return task


@dataclass(frozen=True, slots=True)
class FetchEntry:
    """Turns an object into its bytes in memory, a larger one into its digests."""

    memory: int
    """Bytes of an object that is held in memory; a larger one is digested as it streams past."""

    def __call__(self, entry: Entry) -> Entry:
        """Return the entry with what is to be digested, or with why it cannot be had."""
        if not isinstance(entry.body, StoreBody):
            return entry
        return replace(entry, body=self._fetched(entry.body))

    def _fetched(self, body: StoreBody) -> Body:
        if body.size <= self.memory:
            return _whole(body)
        hasher = Hasher()
        try:
            for block in object_store.blocks(body):
                hasher.update(block)
        except OSError as error:
            return object_store.lost(error)
        return StreamedBody(hasher.digests())


@dataclass(frozen=True, slots=True)
class FetchTask:
    """Turns an object that is to be looked at into its bytes: those that were digested, or none."""

    most: int = MOST_FILE
    """Bytes of an object that is fetched."""

    def __call__(self, task: LookTask) -> LookTask:
        """Return the task with its bytes, or with why they cannot be had.

        A large one is left, for no file so large is read; and one that nobody will read.
        """
        if not isinstance(task.body, StoreBody) or task.body.size > self.most or _unread(task):
            return task
        body = _whole(task.body)
        if isinstance(body, MemoryBody) and hashlib.sha256(body.data).hexdigest() != task.sha256:
            body = LostBody("changed while reading", "its bytes are not those digested")
        return replace(task, body=body)


def to_digest(root: bytes, memory: int) -> FetchEntry | Mounted:
    """Return how an exhibit's entries come to where they are digested."""
    return FetchEntry(memory) if is_store(root) else Mounted(root)


def to_look_at(root: bytes) -> FetchTask | Mounted:
    """Return how an exhibit's contents come to where they are looked at."""
    return FetchTask() if is_store(root) else Mounted(root)


def _unread(task: LookTask) -> bool:
    """Tell whether no analyzer that is due will ask for the bytes of such a content."""
    return not any(asks_for(name, task.media_type) for name in task.analyzers)


def _whole(body: StoreBody) -> MemoryBody | LostBody:
    try:
        return MemoryBody(b"".join(object_store.blocks(body)))
    except OSError as error:
        return object_store.lost(error)
