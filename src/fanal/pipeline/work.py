"""What travels to a worker: read and digest one entry, or look at one content."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint
from typing import ClassVar, cast

from fanal.analyzers import ANALYZERS
from fanal.analyzers.interface import Analyzer
from fanal.content.digest import digest_bytes, digest_stream
from fanal.content.handle import Content, open_evidence
from fanal.content.media import is_model, is_picture, media_type
from fanal.engines.interface import Died
from fanal.model.finding import Record, Seen
from fanal.model.item import (
    Body,
    Digests,
    Entry,
    FileBody,
    Item,
    LostBody,
    MemoryBody,
    StreamedBody,
)


@dataclass(frozen=True, slots=True)
class NotRead:
    """Why an entry could not be read: the code for the account, and a sentence."""

    reason: str
    detail: str = ""


def file_mark(stat: os.stat_result) -> str:
    """Return what must be equal for a file to count as unchanged."""
    return f"{stat.st_size}:{stat.st_mtime_ns}:{stat.st_ctime_ns}:{stat.st_ino}"


@dataclass(frozen=True, slots=True)
class DigestWork:
    """Reads an entry once and computes its digests."""

    never_raises: ClassVar[bool] = True
    """A worker that answers with an error has been taken over: it shall not stop the run."""

    def __call__(self, entry: Entry) -> Item | NotRead:
        """Return the item, or why it could not be read whole."""
        match entry.body:
            case MemoryBody(data):
                return _item(digest_bytes(data))
            case FileBody(path):
                return _digest_file(path, entry.mark)
            case StreamedBody(digests):
                return _item(digests)
            case LostBody(reason, detail):
                return NotRead(reason, detail)
            case _:
                return NotRead("not readable", "it was not fetched from its store")


@dataclass(frozen=True, slots=True)
class Pace:
    """How long an entry may take to be read: a constant, and its size at the slowest good rate."""

    seconds: float
    rate: int
    """Bytes a second."""

    def __call__(self, entry: Entry) -> float:
        """Return the seconds; 0 where there is no limit."""
        return self.seconds and self.seconds + weight(entry) / self.rate


def weight(entry: "Entry | LookTask") -> int:
    """Return the bytes of an entry that are still to be read; a mark begins with them."""
    if isinstance(entry.body, MemoryBody):
        return len(entry.body.data)
    size, _, _ = entry.mark.partition(":")
    return int(size or 0)


def end_of(died: Died) -> tuple[str, str]:
    """Return how a worker ended: the account's reason, and the rest of the sentence."""
    if died.out_of_time:
        return "limit: time", "took too long"
    return "worker died", "killed the worker"


def _digest_file(path: bytes, mark: str) -> Item | NotRead:
    try:
        descriptor = open_evidence(path)
        with open(descriptor, "rb", buffering=0) as stream:  # noqa: PTH123 (a descriptor)
            if file_mark(os.fstat(descriptor)) != mark:
                return NotRead("changed while reading", "it differs from what was listed")
            digests = digest_stream(stream)
            if file_mark(os.fstat(descriptor)) != mark:
                return NotRead("changed while reading", "it was written to while it was read")
    except FileNotFoundError:
        return NotRead("disappeared", "it was listed, then gone")
    except OSError as error:
        return NotRead("not readable", error.strerror or str(error))
    return _item(digests)


def _item(digests: Digests) -> Item:
    kind = media_type(digests.head)
    return Item(digests.sha256, digests.sha1, digests.md5, digests.size, kind)


@dataclass(frozen=True, slots=True)
class LookTask:
    """One content and the analyzers that are still due on it."""

    sha256: str
    media_type: str
    body: Body
    mark: str
    analyzers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """An analyzer that is made when it is asked for, of what a laboratory brings."""

    name: str
    version: str
    factory: str
    """`module:function`; the function returns the analyzer."""
    argument: str
    """What the function is given: a folder, at the same place on every machine that works."""


@dataclass(frozen=True, slots=True)
class LookPace:
    """How long a content may be looked at: longer where every byte of it is read, as of models."""

    seconds: float
    rate: int
    """Bytes a second."""

    def __call__(self, task: LookTask) -> float:
        """Return the seconds; 0 where there is no limit."""
        streamed = weight(task) if is_model(task.media_type) else 0
        return self.seconds and self.seconds + streamed / self.rate


@dataclass(frozen=True, slots=True)
class LookWork:
    """Opens a content once, decodes it once and runs every analyzer that is due."""

    never_raises: ClassVar[bool] = True

    made: tuple[Made, ...] = ()
    """Analyzers beside those of the table."""

    def __call__(self, task: LookTask) -> tuple[Record, ...]:
        """Return what the analyzers said; nothing where the file is no longer the one digested."""
        if not _same(task):
            return ()
        content = Content(task.sha256, task.media_type, task.body)
        made = {one.name: one for one in self.made}
        records: list[Record] = []
        for name in task.analyzers:
            records.extend(
                _said_by(made[name], content) if name in made else _said(_analyzer(name), content)
            )
        return tuple(records) if _same(task) else ()


def _said_by(made: Made, content: Content) -> tuple[Record, ...]:
    """Return what an analyzer that is made said, or that it is not here as it was asked for."""
    try:
        analyzer = _built(made)
    except Exception as error:  # noqa: BLE001 (what a laboratory brings may fail in any way)
        detail = f"it cannot be made: {type(error).__name__}: {error}"
    else:
        if (analyzer.name, analyzer.version) == (made.name, made.version):
            return _said(analyzer, content)
        detail = f"what lies in {made.argument!r} here is version {analyzer.version}"
    shown = "".join(letter if letter.isprintable() else "?" for letter in detail)[:200]
    return (Seen(content.sha256, made.name, made.version, "failed", "analyzer failed", shown),)


def _said(analyzer: Analyzer, content: Content) -> tuple[Record, ...]:
    try:
        return tuple(analyzer.analyze(content))
    except OSError as error:
        reason, detail = "not readable", error.strerror or str(error)
    except MemoryError:
        reason, detail = "limit: memory", "it takes more memory than allowed"
    except Exception as error:  # noqa: BLE001 (a fault of ours costs this content, not the run)
        reason, detail = "analyzer failed", f"{type(error).__name__}: {error}"[:200]
    return (Seen(content.sha256, analyzer.name, analyzer.version, "failed", reason, detail),)


def _same(task: LookTask) -> bool:
    if isinstance(task.body, LostBody):
        return False
    if not isinstance(task.body, FileBody):
        return True
    try:
        return file_mark(os.lstat(task.body.path)) == task.mark
    except OSError:
        return False


@cache
def _analyzer(name: str) -> Analyzer:
    return ANALYZERS.get(name)()


@cache
def _built(made: Made) -> Analyzer:
    return build(made.factory, made.argument)


def build(factory: str, argument: str) -> Analyzer:
    """Return the analyzer that `module:function` makes of what a laboratory brings."""
    point = EntryPoint(name="made", value=factory, group="")
    return cast("Analyzer", point.load()(argument))


def analyzer_versions(*requested: str) -> Mapping[str, str]:
    """Return name and version of the analyzers due in every run, and of those also asked for."""
    return {
        name: ANALYZERS.get(name).version
        for name in ANALYZERS.names()
        if name in requested or not on_request(name)
    }


def on_request(name: str) -> bool:
    """Tell whether an analyzer of the table is asked only where somebody wants it."""
    return getattr(ANALYZERS.get(name), "on_request", False)


def asks_for(name: str, media_type: str) -> bool:
    """Tell whether an analyzer asks for the bytes of such contents; all that are made: pictures."""
    kind = ANALYZERS.get(name) if name in ANALYZERS.names() else None
    if told := getattr(kind, "asks_for", None):
        return bool(told(media_type))
    return is_picture(media_type) or not (kind is None or getattr(kind, "pictures_only", False))
