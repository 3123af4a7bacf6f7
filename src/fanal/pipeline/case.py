"""Opens a case the way its address and the settings say, for reading or for writing."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fanal.custody.sign import Signer
from fanal.settings import Settings
from fanal.stores import STORES, Open
from fanal.stores.interface import CaseStore, Opening, Server, Where

PARTS = {"postgresql": "postgres", "postgres": "postgres"}
"""Beginning of an address → part that keeps such a case; others are called like their part."""


def where(given: Where | str) -> Where:
    """Return the place of a case: `postgresql://…` is a server, whatever is no address a folder."""
    return given if not isinstance(given, str) else Server(given) if "://" in given else Path(given)


def part(place: Where) -> Open:
    """Return the store that keeps cases in such a place."""
    if isinstance(place, Path):
        return STORES.get("folder")
    scheme = place.address.partition("://")[0]
    return STORES.get(PARTS.get(scheme, scheme))


@contextmanager
def reading(given: Where | str, settings: Settings | None = None) -> Iterator[CaseStore]:
    """Lend the case for reading."""
    place = where(given)
    store = part(place)(place, None, opening(settings or Settings.from_environment()))
    try:
        yield store
    finally:
        store.close()


@contextmanager
def writing(given: Where | str, settings: Settings, *, run: bool = True) -> Iterator[CaseStore]:
    """Lend the case for writing: for a run, of which there is one at a time, or for a short act.

    A short act is about something that is there: it makes no case where there is none.
    """
    place = where(given)
    if not run:
        with reading(place, settings):
            pass
    store = part(place)(place, signer(settings), opening(settings, run=run))
    try:
        yield store
    finally:
        store.close()


def opening(settings: Settings, *, run: bool = True) -> Opening:
    """Return how the settings say that a case is opened."""
    return Opening(run, settings.wait, home(settings), actor(settings))


def home(settings: Settings) -> Path:
    """Return the folder for what is kept on this machine."""
    return Path(settings.home) if settings.home else Path.home() / ".fanal"


def signer(settings: Settings) -> Signer:
    """Return who signs."""
    return Signer.from_file(key_file(settings))


def key_file(settings: Settings) -> Path:
    """Return where the signing key lies."""
    return Path(settings.key) if settings.key else home(settings) / "signing.key"


def actor(settings: Settings) -> str:
    """Return who acts: as told, else the user's login name."""
    return settings.actor or getpass.getuser()
