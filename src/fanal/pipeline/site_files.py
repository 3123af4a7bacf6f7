"""Reads the files of a site: found, digested while they are read, their rows handed on."""

import hashlib
import os
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fanal.content.digest import BLOCK
from fanal.errors import CaseError, UsageError
from fanal.leads.mapping import File, SiteMapping
from fanal.leads.spool import Spool, Taken
from fanal.leads.tables import CARD
from fanal.model.site import Artefact
from fanal.pipeline.progress import Progress
from fanal.pipeline.site_reading import SiteFile
from fanal.settings import Settings
from fanal.sources.server import SITE_READERS
from fanal.sources.server.found import recognized

SAID_EVERY = 5.0
"""Seconds between two lines of progress."""
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A file that the mapping names, and who reads it."""

    file: File
    path: Path
    reader: str
    """Name and version, `mysql 1`."""
    stamp: Stamp
    """Size, time of change and inode before it is read."""


@dataclass(slots=True)
class Reading:
    """What came of reading a file."""

    found: Found
    taken: Taken
    sha256: str
    notes: tuple[str, ...] = field(default=())

    def artefact(self) -> Artefact:
        """Return its record."""
        file, counts = self.found.file, self.taken.refusals.counts
        return Artefact(
            file.name,
            os.fsencode(self.found.path.resolve()).decode("utf-8", "backslashreplace"),
            self.sha256,
            self.found.stamp[0],
            self.found.reader,
            file.seized_at,
            file.handler,
            dict(sorted(self.taken.rows.items())),
            {f"{table}: {reason}": count for (table, reason), count in sorted(counts.items())},
            (*self.notes, *self._cut()),
        )

    def _cut(self) -> Iterator[str]:
        if cut := self.taken.cut:
            yield f"numbers of cards were cut to the first 6 and last 4 digits: {cut}"
        if accounts := self.taken.accounts:
            yield f"numbers of accounts in texts were cut to country and last 4 digits: {accounts}"
        for role, count in sorted(self.taken.unread.items()):
            what = "cards" if role == CARD else "accounts"
            yield f"values in columns of numbers of {what} that are none were left out: {count}"

    def refused(self) -> Iterator[dict[str, Any]]:
        """Yield what the reader did not take, as facts."""
        refusals = self.taken.refusals
        for (table, reason), count in sorted(refusals.counts.items()):
            yield {
                "into": "",
                "artefact": self.found.file.name,
                "table": table,
                "reason": reason,
                "rows": count,
                "examples": refusals.examples[table, reason],
            }


def found_of(mapping: SiteMapping, folder: Path) -> tuple[Found, ...]:
    """Find the files of a mapping and who reads each; nothing is read yet."""
    used = {artefact for artefact, _ in mapping.wanted}
    found = []
    for file in mapping.files:
        if file.name not in used:
            continue
        path = folder / file.file
        if not path.is_file():
            raise UsageError(
                f"there is no file {path} (artefact {file.name!r})",
                "name the folder of the seized files: --artefacts DIR",
            )
        name = file.reader or recognized(path)
        if not name:
            raise UsageError(
                f"no reader recognizes {path} (artefact {file.name!r})",
                f"say what it is in the mapping: reader = {' | '.join(SITE_READERS.names())}",
            )
        version = SITE_READERS.get(name).version
        found.append(Found(file, path, f"{name} {version}", _stamp(path)))
    return tuple(found)


def digests(found: Iterable[Found]) -> dict[str, str]:
    """Return the SHA-256 of each file."""
    return {each.file.name: _sha256(each.path) for each in found}


def read_file(
    spool: Spool, index: int, found: Found, settings: Settings, progress: Progress
) -> Reading:
    """Read a file into the spool while its digest is made; it must not change meanwhile."""
    name = found.file.name
    progress.step(f"reading {name}")
    digest = _Digest(found.path)
    file = SiteFile(found.reader.rpartition(" ")[0], found.path, found.file.options)
    rows, said = 0, time.monotonic()

    def tell(more: int) -> None:
        nonlocal rows, said
        rows += more
        if time.monotonic() - said > SAID_EVERY:
            said = time.monotonic()
            progress.step(f"reading {name}: {rows:,} rows")

    taken = spool.take(index, name, file.rows(settings), tell)
    sha256 = digest.done()
    if _stamp(found.path) != found.stamp:
        raise CaseError(
            f"{found.path} changed while it was read", "work on a copy that nobody writes to"
        )
    return Reading(found, taken, sha256, tuple(file.notes))


class _Digest:
    """Digests a file beside the reader; hashing lets other threads run."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._told: list[str | OSError] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._told.append(_sha256(self._path))
        except OSError as error:
            self._told.append(error)

    def done(self) -> str:
        self._thread.join()
        (told,) = self._told
        if isinstance(told, OSError):
            raise CaseError(
                f"{self._path} cannot be read: {told.strerror}", "look at its disk"
            ) from told
        return told


def _sha256(path: Path) -> str:
    sha256 = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            sha256.update(block)
    return sha256.hexdigest()


def _stamp(path: Path) -> Stamp:
    told = path.stat()
    return told.st_size, told.st_mtime_ns, told.st_ino
