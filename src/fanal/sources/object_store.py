"""Lists the objects below a prefix of an S3-compatible store, page by page."""

import io
import os
import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from fanal.errors import UsageError
from fanal.model.failure import Failure
from fanal.model.item import Entry, LostBody, StoreBody
from fanal.sources import object_store_client as client
from fanal.sources.times import utc

SCHEME = b"s3://"
"""The only network address that is evidence: whoever names it asks for a connection."""
BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
BLOCK = 4 << 20
"""Bytes asked for at once."""
BLOCKS = 8
"""Blocks kept of an archive that is being read."""
Found = Entry | Failure


def is_store(root: bytes) -> bool:
    """Tell whether evidence lies in a store."""
    return root.startswith(SCHEME)


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket, and the key or the prefix in it that is the evidence."""

    bucket: str
    prefix: bytes

    @property
    def below(self) -> bytes:
        """Return how the keys of the evidence begin."""
        return self.prefix + b"/" if self.prefix else b""

    @property
    def root(self) -> bytes:
        """Return the address, spelled the one way the records do."""
        return SCHEME + self.bucket.encode() + (b"/" + self.prefix if self.prefix else b"")

    @property
    def name(self) -> bytes:
        """Return what the evidence is called: the last part of its address."""
        return self.prefix.rpartition(b"/")[2] or self.bucket.encode()


def placed(address: bytes) -> Place:
    """Return what an address names, or say what is wrong with it."""
    shown = ascii(os.fsdecode(address))
    if not is_store(address):
        raise UsageError(
            f"evidence cannot be read from {shown}", "name a folder, a file or s3://BUCKET/PREFIX"
        )
    bucket, _, prefix = address.removeprefix(SCHEME).partition(b"/")
    if not BUCKET.fullmatch(bucket.decode("latin-1")):
        raise UsageError(
            "the address of a store names no bucket", "write s3://BUCKET or s3://BUCKET/PREFIX"
        )
    try:
        prefix.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"the prefix of {shown} is not UTF-8", "name the one above it") from None
    return Place(bucket.decode("ascii"), prefix.removesuffix(b"/"))


def require(place: Place) -> None:
    """Ask the store for the first object of the evidence; say why there is none to be had."""
    shown = os.fsdecode(place.root)
    try:
        if client.page(place.bucket, place.below, most=1).objects or not place.prefix:
            return
        first = client.page(place.bucket, place.prefix, most=1).objects
    except OSError as error:
        raise UsageError(
            f"{shown} cannot be read: {error.strerror}",
            "endpoint and credentials are told as docs/guide/object_store.md says",
        ) from error
    if not first or first[0].key != place.prefix:
        raise UsageError(f"there is no evidence at {shown}", "name a prefix or key that exists")


def walk(exhibit: str, root: bytes) -> Iterator[Found]:
    """Yield every object below a prefix, or the single object, in the order of the store's list.

    Nothing is asked for but lists. An object that only marks a folder holds nothing and is left
    out, as folders are.
    """
    place = placed(root)
    try:
        if place.prefix:
            for first in client.page(place.bucket, place.prefix, most=1).objects:
                if first.key == place.prefix:
                    yield _entry(exhibit, place, first)
        token = ""
        while True:
            page = client.page(place.bucket, place.below, token)
            for listed in page.objects:
                if listed.size or not listed.key.endswith(b"/"):
                    yield _entry(exhibit, place, listed)
            token = page.token
            if not token:
                return
    except OSError as error:
        detail = f"{error.strerror}; what comes after in its list was not read"
        yield Failure(exhibit, b"", "", place.name, "unreadable folder", detail)


def _entry(exhibit: str, place: Place, listed: client.Listed) -> Entry:
    path = listed.key.removeprefix(place.below) if listed.key != place.prefix else place.name
    modified = utc(listed.changed)
    mark = f"{listed.size}:{listed.tag}:{modified or ''}"
    body = StoreBody(place.bucket, listed.key, listed.size, listed.tag)
    return Entry(exhibit, path or b"/", "", path or b"/", modified, mark, body)


def at(root: bytes, path: bytes, mark: str) -> StoreBody | None:
    """Return an object as it was listed, by its path and mark; None where a mark is another's."""
    place = placed(root)
    size, _, rest = mark.partition(":")
    if not (size.isascii() and size.isdigit() and len(size) < 16):
        return None
    key = place.prefix if place.prefix and path == place.name else place.below + path
    return StoreBody(place.bucket, key, int(size), rest.partition(":")[0])


def lost(error: OSError) -> LostBody:
    """Return what stands for bytes that could not be had: the account's reason, and a sentence."""
    if isinstance(error, FileNotFoundError):
        return LostBody("disappeared", "it was listed, then gone")
    if isinstance(error, client.ChangedError):
        return LostBody("changed while reading", "it differs from what was listed")
    return LostBody("not readable", error.strerror or str(error))


def heads(bodies: Sequence[StoreBody], size: int) -> list[bytes | LostBody]:
    """Return the first bytes of many objects, asked for together, or why they cannot be had."""
    told = client.read_many(bodies, size) if bodies else []
    return [head if isinstance(head, bytes) else lost(head) for head in told]


def read(body: StoreBody, start: int, size: int) -> bytes:
    """Return these bytes of an object as it was listed; raises OSError with a sentence."""
    return client.read(body, start, size)


def blocks(body: StoreBody) -> Iterator[bytes]:
    """Yield an object's bytes in order, in blocks; raises OSError as `client.read` does."""
    if not body.size:
        client.read(body, 0, 0)  # it must be there, and still be empty
    for start in range(0, body.size, BLOCK):
        yield client.read(body, start, BLOCK)


class Ranged(io.RawIOBase):
    """An object as a file that can be read anywhere; a few blocks are kept in memory."""

    def __init__(self, body: StoreBody) -> None:
        """Take the object; nothing is asked for yet."""
        self._body = body
        self._at = 0
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        """Tell that bytes can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that any place can be gone to."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._body.size}[whence]
        if base + offset < 0:
            raise ValueError("a place before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read up to the end of one block."""
        start = self._at - self._at % BLOCK
        if self._at >= self._body.size:
            return 0
        data = self._block(start)[self._at - start :][: len(buffer)]
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def _block(self, start: int) -> bytes:
        if start not in self._kept:
            self._kept[start] = client.read(self._body, start, BLOCK)
            if len(self._kept) > BLOCKS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(start)
        return self._kept[start]


@contextmanager
def opened(body: StoreBody) -> Iterator[BinaryIO]:
    """Open an object as a file for reading."""
    with io.BufferedReader(Ranged(body)) as stream:
        yield cast("BinaryIO", stream)
