"""Keeps a case in this machine's memory, for tests and for programs that keep nothing."""

import atexit
import shutil
import tempfile
from itertools import count
from pathlib import Path

from fanal.custody.sign import Signer
from fanal.errors import CaseError
from fanal.stores.folder import DATABASE, FolderStore, open_folder
from fanal.stores.interface import RUN, Opening, Server, Where

MEMORY = Path("/dev/shm")  # noqa: S108 (folders in it are made for their owner only)
"""Files here lie in memory; where it is missing, they lie among the temporary ones."""
_KEPT: dict[str, Path] = {}
_NUMBERS = count(1)


class MemoryStore(FolderStore):
    """A case that ends with the process: a folder like any other, but in memory."""

    kind = "memory"


def open_memory(where: Where, signer: Signer | None, told: Opening = RUN) -> FolderStore:
    """Open a case in memory: for writing where a signer is given, else for reading."""
    if not isinstance(where, Server):
        raise CaseError(f"{where} is a folder", "write memory://NAME")
    home = _KEPT.get(where.address)
    if signer is None and told.copying is None and not (home and (home / DATABASE).is_file()):
        raise CaseError(f"there is no case in {where}", "open it for writing first")
    if home is None:
        parent = _KEPT.get("") or _KEPT.setdefault("", _made())
        home = _KEPT[where.address] = parent / f"{next(_NUMBERS)}"
    return open_folder(home, signer, told, MemoryStore)


def forget(where: Server) -> None:
    """Let go of a case in memory, for good."""
    if (folder := _KEPT.pop(where.address, None)) is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _made() -> Path:
    inside = str(MEMORY) if MEMORY.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="fanal-", dir=inside))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
