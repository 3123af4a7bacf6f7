"""Opens one content, read only, and lends its bytes and its decoded frames, each made once."""

import errno
import os
import stat
from functools import cached_property

from fanal.content.exif import Exif, read_exif
from fanal.content.image import Decoded, Frame, Undecodable, coloured, decode
from fanal.content.media import is_picture, is_video
from fanal.content.metadata import Metadata, read_metadata
from fanal.model.item import Body, FileBody, MemoryBody, StoreBody

MOST_FILE = 1 << 30
"""Bytes of a picture file that is read into memory to be decoded."""


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
            case StoreBody(size=size):  # left where it lies by who fetches
                raise Undecodable("limit: memory", f"object of {size} bytes")
            case _:
                raise Undecodable("limit: memory", "archive member too large to be held")

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
            return read_exif(part.value, part.offset)
        return Exif()

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
        told = os.fstat(descriptor)
        if not stat.S_ISREG(told.st_mode):  # a device may never end
            raise OSError(errno.EINVAL, "not a regular file")
        if told.st_size > MOST_FILE:
            raise Undecodable("limit: memory", f"picture file of {told.st_size} bytes")
        return stream.readall()
