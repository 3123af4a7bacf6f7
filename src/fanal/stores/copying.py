"""Carries every row of one case into a new one, and every file that its records name."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from sqlalchemy import MetaData, Table

from fanal.errors import CaseError
from fanal.model.known import KnownList
from fanal.model.opinion import Device
from fanal.model.site import Dataset
from fanal.stores.interface import CaseStore, Copying

HOMES: dict[type[KnownList | Device | Dataset], str] = {
    KnownList: "lists",
    Device: "devices",
    Dataset: "datasets",
}
"""Kind of record that names files → the folder of the case below which they lie."""
CHUNK = 1 << 20
"""Bytes of a file read, or kept in one row, at a time."""


def named(store: CaseStore) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each folder of files that records of the case name, and its files: name → SHA-256."""
    for kind, home in HOMES.items():
        for record in store.find(kind):
            yield f"{home}/{record.folder}", record.files


def pour(
    copying: Copying, metadata: MetaData, write: Callable[[Table, list[tuple[Any, ...]]], None]
) -> None:
    """Hand on each row as it is kept: its act and its digest too, whether they fit it or not."""
    for name, parts in copying.source.tables(copying.differs):
        count = 0
        for rows in parts:
            write(metadata.tables[name], rows)
            count += len(rows)
        copying.tell(name, count)


def inside(folder: Path, name: str) -> Path:
    """Return a path below a folder; a record that was tampered with must not lead out of it."""
    return folder.joinpath(*_plain(name))


def _plain(name: str) -> tuple[str, ...]:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or "\0" in name or ".." in parts or "//" in name:
        raise CaseError(
            f"{name!r} is no file of a list, a device or a dataset",
            "check the case: fanal audit verify",
        )
    return parts


def pieces(home: Path, name: str, digest: str) -> Iterator[bytes]:
    """Yield the bytes of a file below a case's folder; raise where it is another file.

    Whoever sends a case could name or link any file of this machine in it: no link is followed.
    """
    sha256 = hashlib.sha256()
    with _opened(home, name) as stream:
        while data := stream.read(CHUNK):
            sha256.update(data)
            yield data
    if sha256.hexdigest() != digest:
        raise CaseError(
            f"{name!r} is not the file that its record names",
            "check the case: fanal audit verify",
        )


def _opened(home: Path, name: str) -> BinaryIO:
    *folders, file = _plain(name)
    plain = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    held = [-1]
    try:
        held[0] = os.open(home, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
        for folder in folders:
            held.append(os.open(folder, plain | os.O_DIRECTORY, dir_fd=held[-1]))
        descriptor = os.open(file, plain, dir_fd=held[-1])
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return open(descriptor, "rb")  # noqa: PTH123 (a descriptor; the caller's)
        os.close(descriptor)
        said = "it is no plain file"
    except OSError as error:
        said = str(error.strerror)
    finally:
        for one in held:
            if one >= 0:
                os.close(one)
    raise CaseError(
        f"{name!r} cannot be read as a file of a list or a device: {said}",
        "check the case: fanal audit verify",
    )


def copy_file(home: Path, name: str, digest: str, target: Path) -> None:
    """Copy a file that a record names and bring it to the disk."""
    with target.open("wb") as out:
        out.writelines(pieces(home, name, digest))
        out.flush()
        os.fsync(out.fileno())


def settle(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
