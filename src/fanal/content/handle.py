"""Opens one content, read only, and lends its bytes and its decoded frames, each made once."""

import errno
import os
import stat
from collections.abc import Iterator
from functools import cached_property

from PIL import Image

from fanal.content.digest import BLOCK
from fanal.content.exif import Exif, exif_of
from fanal.content.image import Decoded, Frame, Plane, Undecodable, coloured, decode, opened
from fanal.content.media import is_picture, is_video
from fanal.content.metadata import Metadata, read_metadata
from fanal.content.parts_webp import keeps_pixels
from fanal.content.whole import converted, in_colours, plain_jpeg
from fanal.model.item import Body, FileBody, MemoryBody, StoreBody, StreamedBody

MOST_FILE = 1 << 30
"""Bytes of a picture file that is read into memory to be decoded."""
KEPT_WHOLE = frozenset({"image/png", "image/bmp", "image/x-portable-anymap"})
"""Kinds of picture file whose pixels are always kept without loss."""


class Content:
    """The bytes of one item, opened where they lie."""

    def __init__(self, sha256: str, media_type: str, body: Body) -> None:
        """Take the item's digest and kind, and where its bytes are."""
        self.sha256 = sha256
        self.media_type = media_type
        self._body = body

    @cached_property
    def data(self) -> bytes:
        """Every byte; raises OSError where the file is gone, Undecodable where it is too large."""
        match self._body:
            case MemoryBody(data):
                return data
            case FileBody(path):
                return read_whole(path)
            case other:
                raise _out_of_reach(other)

    @cached_property
    def size(self) -> int:
        """How many bytes there are, read or not; raises OSError where the file is gone."""
        match self._body:
            case MemoryBody(data):
                return len(data)
            case FileBody(path):
                return _size(path)
            case StreamedBody(digests):
                return digests.size
            case StoreBody(size=size):
                return size
            case _:
                return 0

    def read_at(self, offset: int, length: int) -> bytes:
        """Return a stretch of the bytes, shorter where they end; raises as `blocks` does."""
        if isinstance(self._body, StreamedBody) and offset + length <= len(self._body.digests.head):
            return self._body.digests.head[offset : offset + length]
        return b"".join(self.blocks(offset, length))

    def blocks(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from an offset on, piece by piece, however large the file is.

        Raises OSError where the file is gone, Undecodable where its bytes are not here.
        """
        most = self.size - offset if length is None else min(length, self.size - offset)
        match self._body:
            case MemoryBody(data):
                for at in range(offset, offset + most, BLOCK):
                    yield data[at : min(at + BLOCK, offset + most)]
            case FileBody(path):
                yield from _stretch(path, offset, most)
            case other:
                raise _out_of_reach(other)

    @cached_property
    def decoded(self) -> Decoded:
        """The decoded frames; raises Undecodable with the reason, OSError if it is gone."""
        if is_video(self.media_type):
            raise Undecodable("no perceptual hash: video")
        if not is_picture(self.media_type):
            raise Undecodable("no perceptual hash: not a picture", self.media_type)
        return decode(self.data, self.media_type)

    @cached_property
    def metadata(self) -> Metadata:
        """What the file holds beside its pixels; raises as `data` does."""
        return read_metadata(self.data, self.media_type)

    @cached_property
    def exif(self) -> Exif:
        """The tags of the first EXIF block; empty where there is none; raises as `data` does."""
        for part in self.metadata.of("exif"):
            return exif_of(part)
        return Exif()

    @property
    def keeps_pixels(self) -> bool:
        """Whether the file surely keeps its pixels without loss; raises as `data` does."""
        if self.media_type == "image/webp":
            return keeps_pixels(self.data)
        return self.media_type in KEPT_WHOLE

    @cached_property
    def opened(self) -> Image.Image:
        """The first frame as Pillow opens it, decoded when its pixels are asked for.

        Raises as `decoded` does; what asks it for pixels may raise anything.
        """
        return opened(self.data, self.media_type)

    @cached_property
    def rgb(self) -> Plane:
        """The whole first frame in red, green and blue, as Pillow's users get it.

        Raises as `decoded` does; what it has decoded whole already is not decoded again.
        """
        only = self.media_type == "image/jxl"  # which Pillow does not read
        made = self.decoded if only else self.__dict__.get("decoded")
        if isinstance(made, Decoded) and made.frames and not made.partly:
            first = made.frames[0]
            if first.scale == 1 and (first.plane.ndim == 3 or only):
                return in_colours(first.plane)
        if not is_picture(self.media_type):
            raise Undecodable("no pixels: not a picture", self.media_type)
        plane = plain_jpeg(self.data) if self.media_type == "image/jpeg" else None
        return converted(self.opened) if plane is None else plane

    def coloured(self, scale: int) -> Frame:
        """Return the first frame in red, green and blue, scaled down by no more than `scale`."""
        return coloured(self.data, self.media_type, scale)


def open_evidence(path: bytes) -> int:
    """Open an evidence file: read only, links not followed, access time untouched where allowed."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        return os.open(path, flags | os.O_NOATIME)
    except PermissionError:  # only the owner of a file may leave its access time alone
        return os.open(path, flags)


def read_whole(path: bytes) -> bytes:
    """Return every byte of an evidence file of at most MOST_FILE bytes."""
    descriptor = open_evidence(path)
    with open(descriptor, "rb", buffering=0) as stream:  # noqa: PTH123 (a descriptor, not a path)
        size = _regular(descriptor)
        if size > MOST_FILE:
            raise Undecodable("limit: memory", f"picture file of {size} bytes")
        return stream.readall()


def _size(path: bytes) -> int:
    descriptor = open_evidence(path)
    try:
        return _regular(descriptor)
    finally:
        os.close(descriptor)


def _stretch(path: bytes, offset: int, most: int) -> Iterator[bytes]:
    descriptor = open_evidence(path)
    with open(descriptor, "rb", buffering=0) as stream:  # noqa: PTH123 (a descriptor, not a path)
        _regular(descriptor)
        stream.seek(offset)
        while most > 0 and (block := stream.read(min(BLOCK, most))):
            most -= len(block)
            yield block


def _regular(descriptor: int) -> int:
    """Return the size of an open file; raise where it is a device, which may never end."""
    told = os.fstat(descriptor)
    if not stat.S_ISREG(told.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    return told.st_size


def _out_of_reach(body: Body) -> Undecodable:
    """Return why a body's bytes are not here, as whoever asks for them shall raise it."""
    if isinstance(body, StoreBody):  # left where it lies by who fetches
        return Undecodable("limit: memory", f"object of {body.size} bytes")
    return Undecodable("limit: memory", "archive member too large to be held")
