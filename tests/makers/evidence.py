"""Builds small evidence, and says what lies in a folder or in a case."""

import dataclasses
import hashlib
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from fanal.model.custody import Leaf
from fanal.model.known import MatchRun
from fanal.pipeline.case import reading
from fanal.pipeline.lists import ListFile
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import Triaged, triage
from fanal.settings import Settings
from fanal.stores.rows import KINDS
from makers.archives import zip_of
from makers.pictures import jpeg, png, truncated

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
"""Pictures from elsewhere, beside the repository; where they are absent, their tests skip."""


def corpus(*parts: str) -> Path:
    """Return a place in the corpus; skip the test where one of these parts of it is absent."""
    for part in parts:
        if not (CORPUS / part).exists():
            pytest.skip(f"the corpus is not beside the repository, or lacks {part}")
    return CORPUS / parts[-1]


def thumb(seed: int, quality: int = 85) -> bytes:
    """Return a small drawn JPEG; another seed is another picture, another quality other bytes."""
    return jpeg(160, 120, seed, quality)


def fill(folder: Path, files: Mapping[bytes, bytes]) -> Path:
    """Write files, by names of bytes."""
    for name, data in files.items():
        path = os.path.join(os.fsencode(folder), name)  # noqa: PTH118 (bytes)
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        with open(path, "wb") as out:  # noqa: PTH123
            out.write(data)
    return folder


def small(folder: Path) -> Path:
    """Write pictures, copies, an archive with a copy, a text, a damaged picture and a link."""
    fill(
        folder,
        {
            b"a.jpg": thumb(1),
            b"b.jpg": thumb(2),
            b"copies/a again.jpg": thumb(1),
            b"c.png": png(160, 120, 3),
            b"box.zip": zip_of([(b"in/a.jpg", thumb(1)), (b"in/d.jpg", thumb(4))]),
            b"note.txt": b"zz-test-0001\n",
            b"cut.png": truncated(png(160, 120, 5)),
        },
    )
    (folder / "link.jpg").symlink_to("a.jpg")
    return folder


def many(folder: Path, count: int) -> Path:
    """Write about `count` files and an archive; some contents lie in several places."""
    files = {b"%d/%03d.jpg" % (n % 5, n): thumb(n % 9, 40 + n // 2) for n in range(count)}
    files[b"box.zip"] = zip_of(
        [(b"%d.jpg" % n, thumb(n, 39 if n % 2 else 40 + n)) for n in range(10)]
    )
    files[b"cut.png"] = truncated(png(160, 120, 5))
    return fill(folder, files)


def digests(data: bytes) -> tuple[str, str, str]:
    """Return SHA-256, SHA-1 and MD5."""
    return (
        hashlib.sha256(data).hexdigest(),
        hashlib.sha1(data).hexdigest(),
        hashlib.md5(data).hexdigest(),
    )


def sha256(data: bytes) -> str:
    """Return the SHA-256."""
    return digests(data)[0]


def table(path: Path, *columns: str, rows: Iterable[Sequence[str]]) -> Path:
    """Write a known list as a plain table."""
    lines = [",".join(columns), *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def done(
    case: Path, settings: Settings, *evidence: Path, lists: Iterable[ListFile] = ()
) -> Triaged:
    """Run the main job in this process."""
    return triage(case, settings, [("", path) for path in evidence], lists, Silent())


def found(case: Path, kind: type, **equal: Any) -> list[Any]:
    """Return the records of a kind."""
    with reading(case) as store:
        return list(store.find(kind, **equal))


def leaves(case: Path) -> list[Leaf]:
    """Return the whole log."""
    with reading(case) as store:
        return list(store.history())


def every_record(case: Path) -> dict[str, list[str]]:
    """Return every record of a case, spelled out, without the acts that wrote them."""
    with reading(case) as store:
        return {kind.__name__: sorted(map(repr, store.find(kind))) for kind in KINDS}


def what_was_found(case: Path) -> dict[str, list[str]]:
    """Return all that must be the same however often a run was cut off: no act numbers."""
    runs = [repr(dataclasses.replace(run, upto=0)) for run in found(case, MatchRun)]
    return every_record(case) | {"MatchRun": sorted(runs)}


def folder_state(folder: Path) -> dict[bytes, tuple[Any, ...]]:
    """Return name → kind, size, times and bytes of everything in a folder, changing no time."""
    state: dict[bytes, tuple[Any, ...]] = {}
    for above, folders, files in os.walk(os.fsencode(folder)):
        for name in [*folders, *files]:
            path = os.path.join(above, name)  # noqa: PTH118 (bytes)
            status = os.lstat(path)
            held: Any = None
            if stat.S_ISREG(status.st_mode):
                number = os.open(path, os.O_RDONLY | os.O_NOATIME)
                with open(number, "rb") as stream:  # noqa: PTH123
                    held = hashlib.sha256(stream.read()).digest()
            times = (status.st_mtime_ns, status.st_ctime_ns)
            accessed = status.st_atime_ns if held else 0  # listing a folder changes the folder's
            state[path] = (status.st_mode, status.st_size, times, accessed, held)
    return state
