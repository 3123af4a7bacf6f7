"""Loads a known list into the case: read as a stream, indexed once, kept on disk."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fanal import formats
from fanal.content.digest import BLOCK
from fanal.errors import ListError, UsageError
from fanal.matching import OpenList, build_list
from fanal.model.known import LIST_KINDS, KnownHash, KnownList, Refused
from fanal.pipeline.progress import Progress
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

FOLDER = "lists"


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list the user names: the file, what it means, what it is called, and of when it is."""

    path: Path
    kind: str
    name: str = ""
    date: str = ""


def add_list(
    store: CaseStore, settings: Settings, actor: str, given: ListFile, progress: Progress
) -> KnownList:
    """Load one list; the same file under the same name and kind is not loaded again."""
    if given.kind not in LIST_KINDS:
        raise UsageError(
            f"a list cannot be of kind {given.kind!r}",
            f"say what it means: {', '.join(LIST_KINDS)}",
        )
    if not given.path.is_file():
        raise UsageError(f"there is no list file {given.path}", "name the file of a hash list")
    name = given.name or given.path.stem
    progress.step(f"reading list {name}")
    digest = _digest(given.path)
    if earlier := next(store.find(KnownList, name=name), None):
        if (earlier.sha256, earlier.kind) == (digest, given.kind):
            return earlier
        raise UsageError(
            f"the case has another list named {name!r}",
            "give this one a name of its own: --name NAME",
        )
    reader = formats.recognize(given.path)
    folder = own_folder(name, digest)
    target = _target(store, folder)
    kept: Counter[str] = Counter()
    built = build_list(_counted(reader.read(given.path), kept), target, settings.radius)
    if not built.entries and not built.refused:
        _remove(target)
        raise ListError(f"{given.path} holds no entry", "is it the right file?")
    known = KnownList(
        name,
        given.kind,
        given.date,
        digest,
        reader.name,
        folder,
        built.rows,
        built.entries,
        {**built.refused, **({"duplicate entry": built.duplicates} if built.duplicates else {})},
        built.files,
        reader.profile(given.path)[:500],
    )
    store.keep_files(f"{FOLDER}/{folder}", built.files)
    with store.act(
        actor, "add list", list=name, kind=given.kind, sha256=digest, hashes=dict(kept)
    ) as act:
        act.put([known])
    return known


def _target(store: CaseStore, folder: str) -> Path:
    """Return where to build a list, which is not there yet."""
    target = store.folder / FOLDER / folder
    if target.exists():  # an earlier run was cut off between building it and writing so
        _remove(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def open_list(store: CaseStore, known: KnownList) -> OpenList:
    """Open a list of the case after checking every file of it."""
    return OpenList.open(store.files(f"{FOLDER}/{known.folder}", known.files), known.files)


def _counted(
    entries: Iterable[KnownHash | Refused], kept: Counter[str]
) -> Iterator[KnownHash | Refused]:
    for entry in entries:
        if isinstance(entry, KnownHash):
            kept.update(name for name in ("md5", "sha1", "sha256", "pdq") if getattr(entry, name))
        yield entry


def _digest(path: Path) -> str:
    sha256 = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            sha256.update(block)
    return sha256.hexdigest()


def own_folder(name: str, digest: str) -> str:
    """Return a folder of its own for each name and file, however alike the names look."""
    own = hashlib.sha256(f"{digest} {name}".encode("utf-8", "backslashreplace")).hexdigest()
    return f"{_slug(name)}-{own[:12]}"


def _slug(name: str) -> str:
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)
    return kept.strip("-")[:40] or "list"


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()
