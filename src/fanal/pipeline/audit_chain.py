"""Checks the log while the desk is open: every leaf up to the signed head, every audit record."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, TypeVar

from fanal.custody.merkle import Tree
from fanal.custody.sign import is_signed
from fanal.custody.spelling import head_message, row_digest
from fanal.errors import FanalError
from fanal.model.custody import Head
from fanal.model.desk import AuditRecord
from fanal.stores.acts import leaf_text
from fanal.stores.interface import CaseStore

T = TypeVar("T")
TABLE = "audit_record"
STALE = 600.0
"""Seconds after which a page that is opened has the log checked anew."""
_FIELDS = tuple(field.name for field in fields(AuditRecord))
Written = dict[int, tuple[int, str]]
"""Act → how many audit records it wrote, and the digest over them."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of the log found."""

    number: int
    """The last record of the log that was checked."""
    when: str
    """ISO 8601, UTC."""
    differs: str
    """The first thing that is not as it was written; "" where nothing differs."""
    key: str = ""
    """The public key that signed the head."""


class _EndedError(Exception):
    """The desk closes: nobody waits for what a check would find."""


def check(store: CaseStore, ended: threading.Event | None = None) -> Checked:
    """Check the leaves up to the last head, its signature, and every audit record they wrote."""
    head, when = store.head(), datetime.now(UTC).isoformat(timespec="seconds")
    if head is None:
        return Checked(0, when, "")
    written: Written = {}
    stop = ended or threading.Event()
    differs = _of_log(store, head, written, stop) or _of_records(store, head.size, written, stop)
    return Checked(head.size, when, differs, head.key)


def _until(rows: Iterator[T], ended: threading.Event) -> Iterator[T]:
    """Yield rows until the desk closes."""
    for row in rows:
        if ended.is_set():
            raise _EndedError
        yield row


def _of_log(store: CaseStore, head: Head, written: Written, ended: threading.Event) -> str:
    tree = Tree()
    for leaf in _until(store.history(), ended):
        if tree.size == head.size:
            break
        if leaf.number != tree.size + 1:
            return f"after record {tree.size:,} of the log comes {leaf.number:,}"
        tree.append(leaf_text(leaf).encode())
        if TABLE in leaf.records:
            rows = leaf.records[TABLE]
            written[leaf.number] = (rows["count"], rows["sha256"])
    if tree.size != head.size or tree.root().hex() != head.root:
        return f"the log is not the one whose head was signed at record {head.size:,}"
    message = head_message(store.case_id, head.size, head.root, head.time)
    if not is_signed(message, head.key, head.signature):
        return f"the head of record {head.size:,} is not signed by the key that it names"
    return ""


def _of_records(store: CaseStore, last: int, written: Written, ended: threading.Event) -> str:
    for act, rows in groupby(_until(_rows(store), ended), key=lambda row: row[0]):
        if act > last:
            break
        whole, count = hashlib.sha256(), 0
        for _, seal, *values in rows:
            count += 1
            if row_digest(TABLE, values) != bytes(seal):
                return f"an audit record of record {act:,} was changed"
            whole.update(bytes(seal))
        if written.pop(act, None) != (count, whole.hexdigest()):
            return f"the audit records of record {act:,} are not those that it wrote"
    return f"the audit records of record {min(written):,} are gone" if written else ""


def _rows(store: CaseStore) -> Iterator[tuple[Any, ...]]:
    return store.columns(AuditRecord, "act", "seal", *_FIELDS, order=("act", "seal"))


class Chain:
    """The last check of one case's log; checks anew beside the pages, one check at a time."""

    def __init__(self, store: CaseStore, clock: Callable[[], float] = time.monotonic) -> None:
        """Check nothing yet."""
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._last: Checked | None = None
        self._at = 0.0
        self._running: threading.Thread | None = None
        self._failed = ""
        self._ended = threading.Event()

    def close(self) -> None:
        """End a check that runs, before the case is closed."""
        self._ended.set()
        self.wait()

    def last(self) -> Checked | None:
        """Return what the last check found; None where none has ended."""
        with self._lock:
            return self._last

    def failed(self) -> str:
        """Return why the last check could not be done; "" where it could."""
        with self._lock:
            return self._failed

    def is_running(self) -> bool:
        """Tell whether a check is on its way."""
        with self._lock:
            return self._running is not None

    def begin(self, *, anew: bool = False) -> None:
        """Begin a check where the last one is old, or where it is asked for."""
        with self._lock:
            is_old = self._last is None or self._clock() - self._at > STALE
            if self._running is not None or self._ended.is_set() or not (anew or is_old):
                return
            self._running = threading.Thread(target=self._run, name="log check", daemon=True)
            self._running.start()

    def wait(self, seconds: float = 60.0) -> Checked | None:
        """Wait until a check that runs has ended; return what it found."""
        with self._lock:
            running = self._running
        if running is not None:
            running.join(seconds)
        return self.last()

    def _run(self) -> None:
        found, failed = None, ""
        try:
            found = check(self._store, self._ended)
        except _EndedError:
            failed = ""
        except FanalError as error:
            failed = error.message
        except Exception:  # noqa: BLE001 (a log that somebody damaged ends no thread)
            failed = "the log cannot be read"
        with self._lock:
            self._last, self._failed, self._running = found or self._last, failed, None
            self._at = self._clock()
