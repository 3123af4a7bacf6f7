"""Seals the files of a case at the end of a run, block by block: any changed bit has a place."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fanal.custody.sign import Signer
from fanal.custody.spelling import canonical

SEAL = "seal.json"
LOCK = "lock"
RUN_LOCK = "run.lock"
BLOCK = 1 << 20
"""Bytes of one block; a changed bit is named to within one."""


def write_seal(folder: Path, case: str, signer: Signer, known: Mapping[str, str]) -> None:
    """Write `seal.json` over every file of the case.

    `known` gives the digest of files that never change and are checked whenever they are opened
    (path relative to the folder → SHA-256); they are not read again.
    """
    files: list[dict[str, Any]] = []
    for name in case_files(folder):
        path = folder / name
        if name in known:
            files.append({"name": name, "size": path.stat().st_size, "sha256": known[name]})
        else:
            files.append({"name": name, **_digest(path)})
    facts = {"case": case, "block": BLOCK, "files": files, "key": signer.public}
    signature = signer.sign(f"fanal seal\n{canonical(facts)}\n".encode())
    text = canonical({**facts, "signature": signature})
    whole = f"{text}\n{hashlib.sha256(text.encode()).hexdigest()}\n"
    draft = folder / f".{SEAL}.new"
    with draft.open("wb") as out:
        out.write(whole.encode())
        out.flush()
        os.fsync(out.fileno())
    draft.replace(folder / SEAL)


def break_seal(folder: Path) -> None:
    """Remove the seal before anything is written."""
    (folder / SEAL).unlink(missing_ok=True)
    (folder / f".{SEAL}.new").unlink(missing_ok=True)


def case_files(folder: Path) -> Iterator[str]:
    """Yield the path of each file of a case but the seal and the locks, in order."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or name in {SEAL, LOCK, RUN_LOCK}:
            continue
        # SQLite's shared memory holds no content, and a reader may leave an empty journal.
        if name.endswith("-shm") or (name.endswith("-wal") and not path.stat().st_size):
            continue
        yield name


def _digest(path: Path) -> dict[str, Any]:
    whole, blocks, size = hashlib.sha256(), [], 0
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            whole.update(block)
            blocks.append(hashlib.sha256(block).hexdigest())
            size += len(block)
    return {"size": size, "sha256": whole.hexdigest(), "blocks": blocks}
