"""Carries every row and every list file of one case into a new one."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import MetaData, Table

from fanal.errors import CaseError
from fanal.stores.interface import Copying

LISTS = "lists"


def pour(
    copying: Copying, metadata: MetaData, write: Callable[[Table, list[tuple[Any, ...]]], None]
) -> None:
    """Hand on each row as it is kept: its act and its digest too, whether they fit it or not."""
    for name, parts in copying.source.tables():
        count = 0
        for rows in parts:
            write(metadata.tables[name], rows)
            count += len(rows)
        copying.tell(name, count)


def inside(folder: Path, name: str) -> Path:
    """Return a path below a folder; a record that was tampered with must not lead out of it."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or "\0" in name or ".." in parts:
        raise CaseError(f"{name!r} is no file of a list", "check the case: fanal audit verify")
    return folder.joinpath(*parts)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file and bring it to the disk."""
    with source.open("rb") as given, target.open("wb") as out:
        shutil.copyfileobj(given, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())


def settle(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
