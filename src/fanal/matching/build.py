"""Builds a known list on disk from a stream of entries, whole or not at all."""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fanal.matching.exact import Owners, build_exact
from fanal.matching.folders import digest_of, whole_folder
from fanal.matching.mapped import mapped
from fanal.matching.near_build import build_near
from fanal.matching.spool import KINDS, Spool
from fanal.model.known import KnownHash, Refused

HEAD = "list.json"
NEAR = "near"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Built:
    """The report of a list that was built."""

    rows: int
    """Rows of the list: the number of the last one that was read or refused."""
    entries: int
    refused: dict[str, int]
    """Reason → number of rows or hashes refused."""
    duplicates: int
    """Entries whose every hash an earlier entry has brought already."""
    files: dict[str, str]
    """File of the folder → its SHA-256."""


def build_list(entries: Iterable[KnownHash | Refused], folder: Path, radius: int) -> Built:
    """Write the entries and the tables that find them to a new folder."""
    with whole_folder(folder) as partial:
        files = partial / "spool"
        files.mkdir()
        with ExitStack() as stack:
            spool = Spool(partial, files, stack)
            for found in entries:
                spool.take(found)
        counts, duplicates = _tables(partial, files, spool.entries, radius)
        for path in files.iterdir():
            path.unlink()
        files.rmdir()
        head = {"version": VERSION, "entries": spool.entries, "radius": radius, "keys": counts}
        (partial / HEAD).write_text(json.dumps(head), encoding="ascii")
        digests = {name: digest_of(partial / name) for name in files_of(partial)}
    return Built(spool.rows, spool.entries, dict(spool.refused), duplicates, digests)


def files_of(folder: Path) -> Iterator[str]:
    """Yield the name of everything below a folder that is not a folder, relative to it."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()


def _tables(folder: Path, spool: Path, entries: int, radius: int) -> tuple[dict[str, int], int]:
    """Build the table of each kind of key; return their sizes and the number of duplicates."""
    victims = mapped(spool / "victims", np.uint8, (entries,))
    bearing: npt.NDArray[np.bool_] = np.zeros(entries, np.bool_)
    bringing: npt.NDArray[np.bool_] = np.zeros(entries, np.bool_)
    counts = {}
    for kind, width in KINDS.items():
        path = spool / f"{kind}.owners"
        rows = path.stat().st_size // 4
        owners = mapped(path, np.uint32, (rows,))
        keys = mapped(spool / f"{kind}.keys", np.uint8, (rows, width))
        counts[kind] = build_exact(keys, Owners(owners, victims), folder, kind)
        bearing[owners] = True
        bringing[mapped(folder / f"{kind}.entries", np.uint32, (counts[kind],))] = True
    codes = folder / "pdq.keys"
    build_near(mapped(codes, np.uint8, (counts["pdq"], KINDS["pdq"])), folder / NEAR, radius)
    codes.unlink()
    return counts, int((bearing & ~bringing).sum())
