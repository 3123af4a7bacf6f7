"""Finds what there is to look at: files in folders, objects in stores, members in archives."""

from collections.abc import Collection, Iterator

from fanal.model.failure import Failure
from fanal.model.item import Entry
from fanal.registry import Registry
from fanal.sources import folder, object_store
from fanal.sources.interface import Archive, Limits
from fanal.sources.nesting import follow
from fanal.sources.object_store import is_store
from fanal.sources.unread import unread_far, unread_kind

__all__ = [
    "ARCHIVES",
    "Archive",
    "Limits",
    "expand",
    "is_store",
    "named",
    "recognize",
    "unread_far",
    "unread_kind",
    "walk",
]

ARCHIVES: Registry[type[Archive]] = Registry(
    "fanal.archives",
    {
        "zip": "fanal.sources.zip_archive:Zip",
        "tar": "fanal.sources.tar_archive:Tar",
        "sevenzip": "fanal.sources.sevenzip:SevenZip",
    },
)
"""Every kind of archive that is read; the first that recognizes the bytes reads them."""


def walk(exhibit: str, root: bytes) -> Iterator[Entry | Failure]:
    """Yield every file or object of the evidence, and what of it cannot be read."""
    if is_store(root):
        return object_store.walk(exhibit, root)
    return folder.walk(exhibit, root)


def named(exhibit: str, root: bytes, paths: Collection[bytes]) -> Iterator[Entry | Failure]:
    """Yield those files or objects of the evidence that have these paths."""
    if not is_store(root):
        yield from folder.named(exhibit, root, paths)
        return
    wanted = set(paths)
    for found in object_store.walk(exhibit, root):
        if isinstance(found, Failure) or found.path in wanted:
            yield found


def recognize(head: bytes) -> Archive | None:
    """Return the kind of archive that begins with these (first 4096) bytes, or None."""
    for kind in ARCHIVES:
        if kind.recognizes(head):
            return kind()
    return None


def expand(entry: Entry, limits: Limits) -> Iterator[Entry | Failure]:
    """Yield every member of an archive, each followed by its own members where it is one."""
    return follow(entry, limits, recognize)
