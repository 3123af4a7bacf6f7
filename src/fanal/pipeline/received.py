"""Checks and opens a package that came in, offline; nothing is written before all was checked."""

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fanal.custody.sign import public_key
from fanal.errors import PackageError, UsageError
from fanal.exchange import superseded
from fanal.exchange.container import LARGEST, refused
from fanal.exchange.manifest import REPLY
from fanal.exchange.paths import MARKS, MOST, PADDING
from fanal.exchange.recipients import read_identities
from fanal.exchange.superseded import Line
from fanal.exchange.unseal import (
    MOST_READ,
    Opened,
    check,
    check_files,
    is_encrypted,
    meant_for,
    unlock,
)
from fanal.pipeline.received_register import Before, Register, changing, read
from fanal.settings import Settings
from fanal.stores.copying import settle

KEY = 64
"""Characters of a public key in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Given:
    """A package that came in, and what is known to open and to check it."""

    package: Path
    """Encrypted file, decrypted archive, or the folder of an opened package."""
    identity: Path | None = None
    """File of the age key that it is encrypted to."""
    sender: str = ""
    """The key that the sender is known by: its file, or 64 hexadecimal characters."""
    passphrase: Callable[[], str] = lambda: ""
    """Asks for the passphrase of the identity file, where it has one."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A package all of which was checked, and on whose word it is believed."""

    opened: Opened
    trust: str
    """One sentence on the sender's key."""
    is_known: bool
    """The key was named, or is known from before."""
    is_folder: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What opening a package did."""

    checked: Checked
    folder: Path
    before: Before | None
    """What was opened here of the same package before."""
    lines: tuple[Line, ...]
    """Values of the version before, where its folder is still there."""


def verify(settings: Settings, given: Given) -> Checked:
    """Check a package; nothing is written, and nothing of it is kept."""
    found = _checked(settings, given)
    manifest = found.opened.manifest
    if why := read(settings).stale(manifest, found.opened.digest):
        raise PackageError(f"{manifest.id}: {why}", "use the newer one")
    return found


def open_package(settings: Settings, given: Given, into: Path) -> Taken:
    """Check a package and write its files into a new folder, whole or not at all."""
    if into.exists() or into.is_symlink():
        raise UsageError(f"{into} is there already", "name a new folder: --into FOLDER")
    if not into.parent.is_dir():
        raise UsageError(f"there is no folder {into.parent}", "make it, or name another one")
    found = _checked(settings, given)
    manifest = found.opened.manifest
    if manifest.kind == REPLY:
        raise UsageError("it is a reply", "take it in: fanal package reply FILE --case DIR")
    with changing(settings) as register:
        if why := register.stale(manifest, found.opened.digest):
            raise PackageError(f"{manifest.id}: {why}", "use the newer one")
        before = register.before(manifest)
        lines = _marked(before, found.opened)
        _write(found.opened, into)
        when = datetime.now(UTC).isoformat(timespec="seconds")
        register.take(manifest, found.opened.digest, into.resolve(), when)
    return Taken(found, into, before, lines)


def sender_key(text: str) -> str:
    """Return a sender's public key, given as 64 hexadecimal characters or as a PEM file."""
    if len(text) == KEY and set(text) <= set("0123456789abcdef"):
        return text
    try:
        with Path(text).open("rb") as stream:
            found = public_key(stream.read(4096))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{text[:80]!r} is neither a public key nor a file", "give its file: --sender FILE"
        ) from error
    if not found:
        raise UsageError(f"{text[:80]} holds no public Ed25519 key", "ask the sender for it")
    return found


def _checked(settings: Settings, given: Given) -> Checked:
    key = sender_key(given.sender) if given.sender else ""
    is_folder = given.package.is_dir()
    opened = check_files(_folder(given.package), key) if is_folder else _from_file(given, key)
    trust, is_known = _trust(read(settings), opened, bool(key))
    return Checked(opened, trust, is_known, is_folder)


def _from_file(given: Given, key: str) -> Opened:
    data = read_bytes(given.package, MOST_READ)
    if not is_encrypted(data):
        return check(data, key)
    if given.identity is None:
        raise UsageError(
            "the package is encrypted", "name the file of your age key: --identity FILE"
        )
    identities = read_identities(given.identity, given.passphrase)
    opened = check(unlock(data, identities), key)
    meant_for(opened.manifest, identities)
    return opened


def read_bytes(path: Path, most: int) -> bytes:
    """Return the bytes of a package's file, refusing more than there can be."""
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is no plain file", "name a package")
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "name a package") from error
    if len(data) > most:
        raise refused("the file", f"it is larger than {most:,} bytes")
    return data


def _folder(folder: Path) -> dict[str, bytes]:
    """Return the files of an opened package; nothing in it may be anything but a plain file."""
    files: dict[str, bytes] = {}
    room = LARGEST
    for name, path in _walk(folder):
        if len(files) == MOST:
            raise refused(f"folder {folder}", f"it has more than {MOST:,} files")
        files[name] = read_bytes(path, room)
        room -= len(files[name])
    for mark in MARKS:
        files.pop(mark, None)
    if files.pop(PADDING, b"").strip(b"\0"):  # it is there where stock programs unpacked it
        raise refused(PADDING, "there is something hidden in it")
    return files


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    waiting = [folder]
    while waiting:
        for entry in os.scandir(waiting.pop()):
            path = Path(entry.path)
            name = path.relative_to(folder).as_posix()
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                waiting.append(path)
            elif stat.S_ISREG(mode):
                yield name, path
            else:
                raise refused(f"file {name!r}", "it is no plain file")


def _trust(register: Register, opened: Opened, pinned: bool) -> tuple[str, bool]:  # noqa: FBT001
    """Return on whose word the sender's key is believed; refuse a name under another key."""
    name, key = opened.manifest.sender.name, opened.key
    if pinned:
        return f"signed by {name} with the key that you named, {key}", True
    if register.senders.get(key) == name:
        return f"signed by {name} with the key {key}, by which this machine knows them", True
    others = register.known_by(name) or [register.senders.get(key, "")]
    if others[0]:
        raise PackageError(
            f"it says it is from {name!r}, with the key {key}; this machine knows {others[0]!r}",
            "ask the sender by another way whether the key changed; if so: --sender KEY",
        )
    says = (
        f"signed by whoever has the key {key}, and says it is {name}: nobody here has named that"
        " key before. Compare it with what the sender tells you by another way"
    )
    return says, False


def _marked(before: Before | None, opened: Opened) -> tuple[Line, ...]:
    """Mark what was opened before as superseded, wherever it still is, unchanged."""
    lines: tuple[Line, ...] = ()
    if before is None or before.manifest == opened.digest:
        return lines
    for folder in map(Path, before.folders):
        try:
            earlier = check_files(_folder(folder), before.key)
        except (OSError, PackageError, UsageError):
            continue
        if earlier.digest == before.manifest:
            lines = tuple(superseded.compared(earlier.files, opened.files, opened.manifest))
            draft = folder / f".{MARKS[0]}"
            draft.write_bytes(superseded.page(earlier.manifest, opened.manifest, lines))
            draft.replace(folder / MARKS[0])
    return lines


def _write(opened: Opened, into: Path) -> None:
    draft = Path(tempfile.mkdtemp(prefix=".fanal-", suffix=".part", dir=into.parent))
    try:
        for name, data in opened.everything().items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as out:  # noqa: PTH123 (a descriptor)
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
        draft.rename(into)
        settle(into.parent)
    except OSError as error:
        raise PackageError(
            f"{into} was not written: {error.strerror}", "make room and run it again"
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def struck(lines: Sequence[Line]) -> list[Line]:
    """Return the values that count no more."""
    return [line for line in lines if line.is_gone]
