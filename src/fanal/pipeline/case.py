"""Opens a case the way the settings say, for reading or for writing."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fanal.custody.sign import Signer
from fanal.settings import Settings
from fanal.stores import STORES
from fanal.stores.interface import CaseStore


@contextmanager
def reading(folder: Path) -> Iterator[CaseStore]:
    """Lend the case for reading."""
    store = STORES.get("folder")(folder, None)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def writing(folder: Path, settings: Settings) -> Iterator[CaseStore]:
    """Lend the case for writing; only one process at a time gets it."""
    store = STORES.get("folder")(folder, Signer.from_file(key_file(settings)))
    try:
        yield store
    finally:
        store.close()


def key_file(settings: Settings) -> Path:
    """Return where the signing key lies."""
    return Path(settings.key) if settings.key else Path.home() / ".fanal" / "signing.key"


def actor(settings: Settings) -> str:
    """Return who acts: as told, else the user's login name."""
    return settings.actor or getpass.getuser()
