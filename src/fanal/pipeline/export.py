"""Writes items out of the case: whole or not at all, with what was lost, and an act in the log."""

import hashlib
import io
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from fanal import __version__
from fanal.errors import FanalError, UsageError
from fanal.formats.interface import Writer
from fanal.model.desk import AuditRecord, Who
from fanal.model.item import Exhibit
from fanal.model.package import Loss, Sighting
from fanal.pipeline import facts
from fanal.pipeline.audit_records import Doing, audit_record
from fanal.pipeline.pollution import ANALYSIS, AUDIENCES, Guard
from fanal.pipeline.said import login
from fanal.stores.copying import settle
from fanal.stores.interface import CaseStore


@dataclass(frozen=True, slots=True)
class Choice:
    """Which contents are written: the queue and what is decided, some steps, or all of a case."""

    steps: frozenset[int] = frozenset()
    """Steps of the queue; empty means every one."""
    everything: bool = False
    """Contents that have no place in the queue too, such as texts that no list knows."""

    def takes(self, item: Mapping[str, Any]) -> bool:
        """Tell whether the item of this public object is chosen."""
        if self.everything:
            return True
        at, said = item["queue"], item["decisions"]
        if self.steps or (said is None or not said["decided"]):
            return at is not None and (not self.steps or at["step"] in self.steps)
        return True


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write, where, and how it is called in the log."""

    out: Path
    format: str
    choice: Choice = field(default_factory=Choice)
    profile: str = ""
    """Dialect of the format that the receiver asked for; "" where it has none."""
    force: bool = False
    """Write over an earlier file."""
    audience: str = ANALYSIS
    """Who reads it: what may enter lists of real victims is less than what people look at."""

    @property
    def loss_file(self) -> Path:
        """Where the losses go: beside the file."""
        return self.out.with_name(f"{self.out.name}.loss.json")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and what the format could not say."""

    file: str
    format: str
    profile: str
    sha256: str
    size: int
    items: int
    """Contents handed to the writer."""
    left_out: int
    """Contents of the case that were not chosen."""
    losses: tuple[Loss, ...]
    audience: str
    held_back: int
    """Contents that were chosen, but must not reach this audience."""


def export(store: CaseStore, actor: str, writer: Writer, plan: Plan) -> Exported:
    """Write the chosen items and the losses, and say so in the log.

    The log comes before the names: a file that stands there under its name is always in the log.
    """
    for path in (plan.out, plan.loss_file):
        refuse_place(store, path, force=plan.force)
    with written(plan.out) as draft, written(plan.loss_file) as report:
        chosen = _Chosen(store, plan)
        losses = writer.write(iter(chosen), cast("BinaryIO", draft))
        losses = (*chosen.guard.losses(), *losses)
        draft.finish()
        done = Exported(
            plan.out.name,
            plan.format,
            plan.profile,
            draft.sha256.hexdigest(),
            draft.size,
            chosen.taken,
            chosen.left_out,
            losses,
            plan.audience,
            chosen.guard.held.total(),
        )
        spelt = asdict(done) | {"losses": [asdict(loss) for loss in losses]}
        about = {"case": store.case_id, "fanal": __version__, "time": _now()}
        report.write(json.dumps(about | spelt, indent=2).encode() + b"\n")
        report.finish()
        with store.act(actor, "export", **spelt) as act:
            act.put([_audited(actor, done)])
    return done


def _audited(actor: str, done: Exported) -> AuditRecord:
    """Return the line of the audit log: who handed out what, and for whom."""
    says = f"{done.items:,} contents as {done.format}: {AUDIENCES[done.audience]}"
    data = {"file": done.file, "sha256": done.sha256, "held_back": done.held_back}
    who = Who(login(), actor, (), "")
    return audit_record(who, Doing("export", says, purpose=done.audience, data=data))


class _Chosen:
    """The sightings of the chosen items, one after the other, counted."""

    def __init__(self, store: CaseStore, plan: Plan) -> None:
        self._store = store
        self._choice = plan.choice
        self.guard = Guard(store, plan.audience)
        self.taken = self.left_out = 0

    def __iter__(self) -> Iterator[Sighting]:
        for item in facts.items(self._store):
            if not self._choice.takes(item):
                self.left_out += 1
            elif not self.guard.holds(item):
                self.taken += 1
                yield Sighting(item)


class Draft(io.BufferedIOBase):
    """A file under another name that is digested while it is written."""

    def __init__(self, out: BinaryIO) -> None:
        """Take the open file."""
        self._out = out
        self.sha256 = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Digest and write some bytes."""
        self._out.write(data)
        self.sha256.update(data)
        self.size += memoryview(data).nbytes
        return memoryview(data).nbytes

    def finish(self) -> None:
        """Bring everything to the disk."""
        if not self._out.closed:
            self._out.flush()
            os.fsync(self._out.fileno())


@contextmanager
def written(path: Path) -> Iterator[Draft]:
    """Lend a draft that takes the place of the file at the end of the block, unless it fails."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=".fanal-", suffix=".part", dir=path.parent)
    except OSError as error:
        raise FanalError(
            f"nothing can be written in {path.parent}: {error.strerror}",
            "name another file: --out FILE",
        ) from error
    try:
        with open(descriptor, "wb") as out:  # noqa: PTH123 (a descriptor)
            draft = Draft(out)
            yield draft
            draft.finish()
        os.replace(name, path)  # noqa: PTH105 (one rename, as it stands in POSIX)
        settle(path.parent)
    except OSError as error:
        raise FanalError(
            f"{path} was not written: {error.strerror or error}",
            "make room or name another file (--out FILE) and run the same command again",
        ) from error
    finally:
        Path(name).unlink(missing_ok=True)


def refuse_place(store: CaseStore, path: Path, *, force: bool) -> None:
    """Refuse to write into evidence, into the case, or over a file that is there."""
    if not path.parent.is_dir():
        raise UsageError(
            f"there is no folder {path.parent}", "make it, or name another file: --out FILE"
        )
    advice = "name a file elsewhere: --out FILE"
    # By device and number, so that neither a link nor a second mount hides what a folder is.
    above = {
        _identity(folder) for folder in (path.parent.resolve(), *path.parent.resolve().parents)
    }
    for exhibit in store.find(Exhibit):
        there = _identity(Path(os.fsdecode(exhibit.root)))
        if there is not None and there in above | {_identity(path)}:
            raise UsageError(f"{path} lies inside the evidence {exhibit.name!r}", advice)
    if _identity(store.folder) in above:
        raise UsageError(f"{path} lies inside the case, whose files are sealed", advice)
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UsageError(f"{path} is no plain file", advice)
    if path.exists() and not force:
        raise UsageError(f"{path} is there already", "name another file, or write over it: --force")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
