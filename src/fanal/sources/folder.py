"""Walks a folder of evidence and says what lies in it, reading names and sizes only."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice

from fanal.model.failure import Failure
from fanal.model.item import Entry, FileBody
from fanal.sources.times import utc
from fanal.sources.unix import SPECIAL

Found = Entry | Failure
Folder = tuple[bytes, tuple[int, int], Iterator[bytes]]
"""Path relative to the root with its slash, device and inode, names still to come."""


def walk(exhibit: str, root: bytes) -> Iterator[Found]:
    """Yield every file under a folder, or the single file, in the order of the names' bytes.

    Nothing is opened but folders, and no symbolic link is followed, not even at the root. One list
    of names for each folder on the way down is all that is held.
    """
    root = root.rstrip(b"/") or b"/"
    name = root.rpartition(b"/")[2] or root
    try:
        status = os.lstat(root)
    except (OSError, ValueError) as error:
        yield _unread(exhibit, name, "unreadable file", error)
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _tree(exhibit, root.rstrip(b"/") + b"/", status)
    elif stat.S_ISLNK(status.st_mode):
        detail = f"to {_target(root)}: nothing was read; name the folder it points to"
        yield Failure(exhibit, name, "", name, "symbolic link", detail)
    else:
        yield _leaf(exhibit, name, root, status)


def named(exhibit: str, root: bytes, paths: Iterable[bytes]) -> Iterator[Found]:
    """Yield the files of these paths below a folder, or the single file, without walking it.

    As on a walk, no link is followed: a file that lies behind one by now has disappeared.
    """
    root = root.rstrip(b"/") or b"/"
    single = os.path.islink(root) or not os.path.isdir(root)  # noqa: PTH112, PTH114 (bytes)
    for path in paths:
        full = root if single else root.rstrip(b"/") + b"/" + path
        try:
            if (single and path != root.rpartition(b"/")[2]) or _is_elsewhere(root, path):
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
            status = os.lstat(full)
        except (OSError, ValueError) as error:
            yield _unread(exhibit, path, "disappeared", error)
        else:
            yield _leaf(exhibit, path, full, status)


def _is_elsewhere(root: bytes, path: bytes) -> bool:
    """Tell whether the way from the root to a file leads up, or through a link."""
    *folders, _ = path.split(b"/")
    ways = accumulate(folders, lambda above, name: above + b"/" + name, initial=root)
    return b".." in path.split(b"/") or any(map(os.path.islink, islice(ways, 1, None)))


def _tree(exhibit: str, root: bytes, status: os.stat_result) -> Iterator[Found]:
    stack: list[Folder] = []
    yield from _enter(exhibit, root, b"", status, stack)
    while stack:
        depth = len(stack)
        prefix, _, names = stack[-1]
        for name in names:
            path = prefix + name
            try:
                status = os.lstat(root + path)
            except OSError as error:
                yield _unread(exhibit, path, "unreadable file", error)
                continue
            if not stat.S_ISDIR(status.st_mode):
                yield _leaf(exhibit, path, root + path, status)
                continue
            yield from _enter(exhibit, root, path + b"/", status, stack)
            if len(stack) > depth:
                break
        else:
            stack.pop()


def _enter(
    exhibit: str, root: bytes, prefix: bytes, status: os.stat_result, stack: list[Folder]
) -> Iterator[Failure]:
    """Put a folder on the stack, unless it cannot be listed or lies inside itself."""
    path = prefix.rstrip(b"/")
    identity = (status.st_dev, status.st_ino)
    # Links are not followed, so only a mount can put a folder inside itself.
    if any(identity == above for _, above, _ in stack):
        detail = "the folder holds itself; what is in it was read above"
        yield Failure(exhibit, path, "", path, "folder loop", detail, gap=False)
        return
    names: list[bytes] = []
    try:
        # One by one: a damaged file system may fail half way, and the names before count.
        for name in _listed((root + prefix).rstrip(b"/") or b"/"):
            names.append(name)  # noqa: PERF402
    except OSError as error:
        yield _unread(exhibit, path, "unreadable folder", error)
    names.sort()
    stack.append((prefix, identity, iter(names)))


def _listed(folder: bytes) -> Iterator[bytes]:
    """Yield the names in a folder, leaving its access time alone where the system allows that."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        descriptor = os.open(folder, flags | os.O_NOATIME)
    except PermissionError:  # only the owner may leave it alone; or it cannot be listed at all
        descriptor = os.open(folder, flags)
    try:
        with os.scandir(descriptor) as entries:
            for entry in entries:
                yield os.fsencode(entry.name)
    finally:
        os.close(descriptor)


def _leaf(exhibit: str, path: bytes, full: bytes, status: os.stat_result) -> Found:
    if stat.S_ISREG(status.st_mode):
        if not os.access(full, os.R_OK):
            return Failure(exhibit, path, "", path, "unreadable file", "no permission to read")
        mark = f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}"
        modified = utc(status.st_mtime_ns // 1_000_000_000)
        return Entry(exhibit, path, "", path, modified, mark, FileBody(full))
    kind = stat.S_IFMT(status.st_mode)
    if kind == stat.S_IFLNK:
        detail = f"to {_target(full)}; what it points to is read where it lies, if in the exhibit"
        return Failure(exhibit, path, "", path, "symbolic link", detail, gap=False)
    reason, detail = SPECIAL.get(kind, ("special file", "of a kind that holds no bytes"))
    return Failure(exhibit, path, "", path, reason, detail, gap=False)


def _target(link: bytes) -> str:
    """Return where a link points, with every byte that is not plain text spelled out."""
    try:
        return ascii(os.readlink(link))[1:]  # noqa: PTH115 - pathlib has no bytes
    except OSError as error:
        return f"an unknown place ({error.strerror})"


def _unread(exhibit: str, path: bytes, reason: str, error: Exception) -> Failure:
    if isinstance(error, OSError):
        if error.errno == errno.ENAMETOOLONG:
            reason = "path too long"
        return Failure(exhibit, path, "", path, reason, error.strerror or type(error).__name__)
    return Failure(exhibit, path, "", path, reason, f"{type(error).__name__}: {error}")
