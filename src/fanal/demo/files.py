"""Keeps a folder of made files: writes what differs, removes what does not belong, dates all."""

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fanal.errors import UsageError

MARKER = ".fanal-demo"
"""The file that tells a demonstration's folder from any other."""
OURS = ("evidence", "lists", "truth.json", "series-truth.jsonl")
STILL = datetime(2025, 6, 1, tzinfo=UTC)
"""The time of files and folders that have none of their own."""


class Folder:
    """A folder that holds a demonstration and nothing of anybody else."""

    def __init__(self, root: Path, about: dict[str, Any]) -> None:
        """Take the folder over, if it is new, empty or an earlier demonstration."""
        self.root = root
        self._kept: set[Path] = set()
        marker = root / MARKER
        said = json.dumps(about, sort_keys=True)
        if marker.is_file() and not marker.is_symlink():
            if marker.read_text(encoding="utf-8") != said:
                self._clear()
        elif not _free(root):
            raise UsageError(
                f"{root} holds something that is not an earlier demonstration",
                "name a folder that does not exist yet",
            )
        root.mkdir(parents=True, exist_ok=True)
        marker.write_text(said, encoding="utf-8")

    def write(self, path: bytes, data: bytes, modified: datetime = STILL) -> bytes:
        """Write a file unless it is there already, and return the path the file system took."""
        try:
            self._write(path, data, modified)
        except OSError:
            # Some file systems (APFS) refuse names that are not UTF-8.
            readable = path.decode("utf-8", "replace").encode()
            if readable == path:
                raise
            self._write(readable, data, modified)
            return readable
        return path

    def link(self, path: bytes, target: bytes) -> bool:
        """Make a symbolic link and tell whether the file system took it."""
        full = self._make_room(path)
        aim = Path(os.fsdecode(target))
        if not (full.is_symlink() and full.readlink() == aim):
            full.unlink(missing_ok=True)
            try:
                full.symlink_to(aim)
            except OSError:
                return False
        self._kept.add(full)
        _date(full, STILL)
        return True

    def tidy(self) -> None:
        """Remove what was not written this time, and set the times of the folders."""
        for ours in OURS[:2]:
            for where, folders, files in os.walk(self.root / ours, topdown=False):
                folder = Path(where)
                for found in (folder / name for name in (*files, *folders)):
                    if found.is_symlink() or not found.is_dir():
                        if found not in self._kept:
                            found.unlink()
                    elif not any(found.iterdir()):
                        found.rmdir()
                _date(folder, STILL)

    def _write(self, path: bytes, data: bytes, modified: datetime) -> None:
        full = self._make_room(path)
        if full.is_symlink():
            full.unlink()
        if not _holds(full, data):
            full.write_bytes(data)
        _date(full, modified)
        self._kept.add(full)

    def _make_room(self, path: bytes) -> Path:
        full = self.root / os.fsdecode(path)
        full.parent.mkdir(parents=True, exist_ok=True)
        return full

    def _clear(self) -> None:
        """Remove an earlier demonstration of another size or seed, and nothing else."""
        for found in (self.root / name for name in OURS):
            if found.is_dir() and not found.is_symlink():
                shutil.rmtree(found)
            else:
                found.unlink(missing_ok=True)


def _free(root: Path) -> bool:
    """Tell whether the folder does not exist yet, or is an empty one."""
    if root.is_symlink() or not root.exists():
        return not root.is_symlink()
    return root.is_dir() and not any(root.iterdir())


def _holds(full: Path, data: bytes) -> bool:
    """Tell whether a file is there and holds exactly these bytes."""
    return full.is_file() and full.stat().st_size == len(data) and full.read_bytes() == data


def _date(full: Path, moment: datetime) -> None:
    """Set the time of last change, unless it stands so already (setting it changes other times)."""
    stamp = int(moment.timestamp()) * 10**9
    if full.lstat().st_mtime_ns != stamp:
        os.utime(full, ns=(stamp, stamp), follow_symlinks=False)
