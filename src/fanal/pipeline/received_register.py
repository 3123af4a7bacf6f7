"""Remembers what packages were opened on this machine, and by which key a sender is known.

One small file beside the keys, for its owner only; no case is needed to receive a package.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fanal.custody.spelling import canonical
from fanal.errors import PackageError
from fanal.exchange.manifest import RECALL, Manifest
from fanal.pipeline.case import home
from fanal.settings import Settings

NAME = "packages.json"


@dataclass(frozen=True, slots=True)
class Before:
    """The newest version of a package that was opened here."""

    version: int
    manifest: str
    kind: str
    when: str
    key: str
    """The key that signed it."""
    folders: Sequence[str] = ()
    """Where it was opened to."""


@dataclass(slots=True)
class Register:
    """What this machine knows of senders and packages."""

    senders: dict[str, str] = field(default_factory=dict)
    """Key → the name that it goes under."""
    opened: dict[str, Before] = field(default_factory=dict)
    """`id` and sender → the newest version; another sender's package of that id is another one."""

    def known_by(self, name: str) -> list[str]:
        """Return the keys under which a sender is known."""
        return [key for key, one in self.senders.items() if one == name]

    def before(self, manifest: Manifest) -> Before | None:
        """Return what of the same package was opened here."""
        return self.opened.get(_of(manifest))

    def stale(self, manifest: Manifest, digest: str) -> str:
        """Return why a version must not be used; "" where it is not older than what is known."""
        before = self.before(manifest)
        if before is None:
            return ""
        what = "a recall of it" if before.kind == RECALL else f"version {before.version} of it"
        if manifest.version < before.version:
            return f"version {manifest.version} counts no more: {what} was opened on {before.when}"
        if manifest.version == before.version and digest != before.manifest:
            return (
                f"another version {manifest.version} with other content was opened on"
                f" {before.when}: the sender made two of one number"
            )
        return ""

    def take(self, manifest: Manifest, digest: str, folder: Path, when: str) -> None:
        """Remember a package that is opened, and its sender, who has one key at a time."""
        sender = manifest.sender
        for key in self.known_by(sender.name):
            del self.senders[key]
        self.senders[sender.signing_key] = sender.name
        before = self.before(manifest)
        same = before is not None and before.manifest == digest
        folders = (*(before.folders if before and same else ()), str(folder))
        self.opened[_of(manifest)] = Before(
            manifest.version, digest, manifest.kind, when, sender.signing_key, folders
        )


def _of(manifest: Manifest) -> str:
    return f"{manifest.id} of {manifest.sender.name}"


def register_file(settings: Settings) -> Path:
    """Return where the register lies."""
    return home(settings) / NAME


def read(settings: Settings) -> Register:
    """Return what is remembered; nothing yet where there is no file."""
    path = register_file(settings)
    try:
        told = json.loads(path.read_bytes())
    except FileNotFoundError:
        return Register()
    except (ValueError, RecursionError, OSError) as error:
        raise _bad(path) from error
    try:
        opened = {key: Before(**one) for key, one in told["opened"].items()}
        senders = {str(key): str(name) for key, name in told["senders"].items()}
    except (TypeError, KeyError, AttributeError) as error:
        raise _bad(path) from error
    return Register(senders, opened)


@contextmanager
def changing(settings: Settings) -> Iterator[Register]:
    """Lend the register for a change; it is written whole at the end, unless the block fails."""
    path = register_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(path.with_name(f".{NAME}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = read(settings)
        yield kept
        told: dict[str, Any] = asdict(kept)
        draft = path.with_name(f".{NAME}.{os.getpid()}")
        out = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(out, "wb") as stream:  # noqa: PTH123 (a descriptor)
            stream.write(canonical(told).encode())
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        os.close(lock)


def _bad(path: Path) -> PackageError:
    return PackageError(
        f"{path}, which says what packages were opened here, cannot be read",
        "restore it from backup; without it a stale version cannot be told",
    )
