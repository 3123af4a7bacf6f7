"""Reads rows of seized files again from their bytes, as a court would check them.

The files are asked for where they lay when the site was imported, or in a folder that is named; a
file that is not there, or is another one, is told and nothing of it is shown.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from fanal.engines import ENGINES
from fanal.engines.interface import Died
from fanal.errors import FanalError
from fanal.leads.mapping import read_mapping
from fanal.leads.money import cut, iban
from fanal.model.lead import Ref
from fanal.model.site import Dataset, RowRefused, Rows
from fanal.pipeline.leads import SITE, latest
from fanal.pipeline.progress import Progress
from fanal.settings import Settings
from fanal.sources.server import SITE_READERS
from fanal.sources.server.stream import taken
from fanal.stores.interface import CaseStore

SECONDS = 60.0
"""How long one row may take to be read again."""
BATCH = 50
LONGEST = 300
"""Characters of a value that are shown."""
AGAIN = "read again"
"""What is said of a row whose bytes were read again from the file with the recorded digest."""


@dataclass(frozen=True, slots=True)
class File:
    """A seized file as it was imported, and how it stands now."""

    site: str
    name: str
    path: str
    sha256: str
    size: int
    reader: str
    seized_at: str
    handler: str
    notes: tuple[str, ...]
    state: str
    """`the same`, or why nothing is read from it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that a statement rests on."""

    ref: Ref
    sha256: str
    """Of the file, as it was imported."""
    state: str
    """AGAIN, or why it was not."""
    bytes_sha256: str = ""
    """Of the row's bytes as they were read now; "" of a row in a database."""
    values: tuple[tuple[str, str], ...] = ()
    """Column and value, card and account numbers cut."""


@dataclass(frozen=True, slots=True)
class _Ask:
    reader: str
    path: Path
    options: Mapping[str, str]
    ref: int
    size: int


@dataclass(frozen=True, slots=True)
class _Told:
    found: Rows | RowRefused
    digest: str


@dataclass(frozen=True, slots=True)
class _ReadAt:
    """Reads one row again."""

    never_raises: ClassVar[bool] = True

    def __call__(self, ask: _Ask) -> _Told:
        """Return the row, and the digest of its bytes."""
        found = SITE_READERS.get(ask.reader)().at(ask.path, ask.options, ask.ref, ask.size)
        data = taken(ask.path, ask.ref, ask.size) if ask.size else b""
        return _Told(found, hashlib.sha256(data).hexdigest() if data else "")


class Artefacts:
    """The seized files of a case, each looked for and digested once, when it is asked for."""

    def __init__(
        self, store: CaseStore, settings: Settings, folder: Path | None, progress: Progress
    ) -> None:
        """Take the case, and the folder where the files lie if that is not where they lay."""
        self._settings = settings
        self._folder = folder
        self._progress = progress
        self._sites = latest(store, SITE)
        self._options = {name: _options(one) for name, one in self._sites.items()}
        self._known: dict[tuple[str, str], tuple[File, Path]] = {}

    def file(self, site: str, name: str) -> File | None:
        """Return one file and how it stands now; None where the case knows of none."""
        found = self._found(site, name)
        return found[0] if found else None

    def rows(self, refs: Iterable[Ref]) -> dict[Ref, Row]:
        """Read rows again, each once, in a worker that can do nothing else."""
        every = list(dict.fromkeys(refs))
        rows = {ref: self._unread(ref) for ref in every}
        asked = [ref for ref in every if not rows[ref].state]
        if not asked:
            return rows
        engine = _engine(self._settings)
        try:
            tasks = iter([self._ask(ref) for ref in asked])
            batches = iter(lambda: tuple(islice(tasks, BATCH)), ())
            answers = (
                answer for _, told in engine.run(_ReadAt(), batches, SECONDS) for answer in told
            )
            for ref, answer in zip(asked, answers, strict=True):
                rows[ref] = _row(ref, rows[ref].sha256, answer)
        finally:
            engine.close()
        return rows

    def _unread(self, ref: Ref) -> Row:
        """Return a row that is not read yet, with why it will not be; "" where it will."""
        found = self._found(ref.site, ref.artefact)
        if found is None:
            return Row(ref, "", "the case names no such file")
        file, _ = found
        return Row(ref, file.sha256, "" if file.state == "the same" else file.state)

    def _ask(self, ref: Ref) -> _Ask:
        file, path = self._known[ref.site, ref.artefact]
        options = {**self._options[ref.site].get(ref.artefact, {}), "table": ref.table}
        columns = self._sites[ref.site].facts.get("columns", {}).get(ref.artefact, {})
        if ref.table in columns:  # of a dump, in which no row says so
            options["columns"] = ",".join(columns[ref.table])
        return _Ask(file.reader.rpartition(" ")[0], path, options, ref.ref, ref.size)

    def _found(self, site: str, name: str) -> tuple[File, Path] | None:
        if (site, name) not in self._known:
            told = self._sites.get(site)
            artefacts = told.facts.get("artefacts", ()) if told else ()
            one = next((each for each in artefacts if each.get("name") == name), None)
            if one is None:
                return None
            self._known[site, name] = self._looked(site, one)
        return self._known[site, name]

    def _looked(self, site: str, one: Mapping[str, Any]) -> tuple[File, Path]:
        path = Path(str(one.get("path", "")))
        if self._folder is not None:
            path = self._folder / path.name
        file = File(
            site,
            str(one.get("name", "")),
            str(one.get("path", "")),
            str(one.get("sha256", "")),
            int(one.get("size", 0)),
            str(one.get("reader", "")),
            str(one.get("seized_at", "")),
            str(one.get("handler", "")),
            tuple(one.get("notes", ())),
            "",
        )
        return _stated(file, self._state(file, path)), path

    def _state(self, file: File, path: Path) -> str:
        try:
            if not path.is_file():
                return f"the file is not at its place ({path})"
            if path.stat().st_size != file.size:
                return f"the file at {path} is another one: its size differs"
            self._progress.step(f"digesting {file.name}")
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            return f"the file at {path} cannot be read: {error.strerror}"
        if digest != file.sha256:
            return f"the file at {path} is another one: its SHA-256 is {digest}"
        return "the same"


def _stated(file: File, state: str) -> File:
    names = (
        *(file.site, file.name, file.path, file.sha256, file.size, file.reader),
        *(file.seized_at, file.handler, file.notes),
    )
    return File(*names, state)


def _options(site: Dataset) -> dict[str, Mapping[str, str]]:
    """Return what the mapping says of each file of a site."""
    try:
        return {one.name: one.options for one in read_mapping(site.text).files}
    except FanalError:  # a site of a test, or a mapping of a later version: readers find out
        return {}


def _engine(settings: Settings) -> Any:
    name = settings.engine if settings.engine in {"inline", "pool"} else "pool"
    return ENGINES.get(name)(settings.changed({"workers": 1}))


def _row(ref: Ref, sha256: str, answer: _Told | Died) -> Row:
    if isinstance(answer, Died):
        return Row(ref, sha256, "the row kills its reader, or takes too long")
    found = answer.found
    if isinstance(found, RowRefused):
        return Row(ref, sha256, f"not read: {found.reason}", answer.digest)
    values = found.rows[0] if found.rows else ()
    shown = tuple((str(column), hidden(value)) for column, value in _named(found.columns, values))
    return Row(ref, sha256, AGAIN, answer.digest, shown)


def _named(
    columns: Sequence[str], values: Sequence[str | None]
) -> Iterator[tuple[str, str | None]]:
    for at, value in enumerate(values):
        yield columns[at] if at < len(columns) else str(at + 1), value


def hidden(value: str | None) -> str:
    """Return a value to be shown: numbers of cards and bank accounts cut, and not without end."""
    if value is None:
        return "NULL"
    account = iban(value, b"")
    if account is not None:
        return account.shown
    text, _ = cut(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"
