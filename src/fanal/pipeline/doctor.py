"""Tells what this machine offers: guards, libraries, room, cores, engines, stores."""

import os
import platform
import re
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from fanal.engines import ENGINES
from fanal.engines.probe import REFUSED, attempts
from fanal.errors import FanalError
from fanal.pipeline.case import key_file
from fanal.settings import Settings

GOOD, BAD, NOTE = "good", "bad", "note"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at."""

    part: str
    """`machine`, `guard`, `attempt`, `library`, `room` or `engine`."""
    name: str
    state: str
    """`good`, `bad` (it should be mended before evidence is read here) or `note`."""
    says: str


def examine(settings: Settings, folder: Path) -> Iterator[Line]:
    """Yield what there is; `folder` is where cases would lie."""
    yield from _machine()
    yield from _guards(settings)
    yield from _engines(settings)
    yield from _libraries()
    yield from _room(settings, folder)


def _machine() -> Iterator[Line]:
    yield Line("machine", "system", NOTE, f"{platform.system()} {platform.release()}")
    yield Line("machine", "processor", NOTE, f"{platform.machine()}, {os.cpu_count()} cores")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    yield Line("machine", "memory", NOTE, f"{memory / 1e9:.1f} GB")
    yield Line("machine", "python", NOTE, platform.python_version())


def _guards(settings: Settings) -> Iterator[Line]:
    """Start one worker as a run would, ask which guards hold in it, and let it try."""
    pool = ENGINES.get("pool")(settings.changed({"workers": 1}))
    try:
        ((_, (tried,)),) = pool.run(attempts, [(tempfile.gettempdir(),)], settings.seconds)
        guards = dict(pool.guards)
    finally:
        pool.close()
    for name, why in guards.items():
        yield Line("guard", name, BAD if why else GOOD, why or "holds")
    if not isinstance(tried, dict):
        yield Line("attempt", "any", BAD, "the worker died over it")
        return
    for act, came in tried.items():
        yield Line("attempt", act, GOOD if came == REFUSED else BAD, came)


def _engines(settings: Settings) -> Iterator[Line]:
    for name in ENGINES.names():
        chosen = " (chosen)" if name == settings.engine else ""
        try:
            ENGINES.get(name)
        except (FanalError, ImportError) as error:
            said = error.message if isinstance(error, FanalError) else f"needs {error.name}"
            yield Line("engine", name, BAD if chosen else NOTE, f"{said}{chosen}")
        else:
            yield Line("engine", name, GOOD, f"there{chosen}")


def _libraries() -> Iterator[Line]:
    """Yield every library that fanal names, the extras too."""
    yield Line("library", "sqlite", GOOD, sqlite3.sqlite_version)
    for requirement in requires("fanal") or ():
        name = re.match(r"[A-Za-z0-9._-]+", requirement)
        if name is None:
            continue
        extra = re.search(r"""extra\s*==\s*["']([^"']+)""", requirement)
        for_extra = f" (extra {extra[1]})" if extra else ""
        try:
            yield Line("library", name[0], GOOD, f"{version(name[0])}{for_extra}")
        except PackageNotFoundError:
            state = NOTE if extra else BAD
            yield Line("library", name[0], state, f"not installed{for_extra}")


def _room(settings: Settings, folder: Path) -> Iterator[Line]:
    for name, path in (("case folder", folder), ("temporary files", Path(tempfile.gettempdir()))):
        there = next(path for path in (path, *path.absolute().parents) if path.exists())
        free = shutil.disk_usage(there).free
        state = GOOD if os.access(there, os.W_OK) else BAD
        says = f"{free / 1e9:.1f} GB free at {there}" if state == GOOD else f"{there}: not writable"
        yield Line("room", name, state, says)
    key = key_file(settings)
    says = f"{key}" if key.exists() else f"{key}: made by the first run"
    yield Line("room", "signing key", NOTE, says)
    coding = sys.getfilesystemencoding()
    state = GOOD if coding.lower() == "utf-8" else BAD
    yield Line("room", "file names", state, coding)
