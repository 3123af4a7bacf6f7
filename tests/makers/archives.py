"""Builds archives in memory, some of them as no honest program would write them."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from functools import partial

import py7zr
import zstandard

from fanal.model.failure import Failure
from fanal.model.item import Entry, FileBody, MemoryBody, StreamedBody
from fanal.sources import Limits, expand

Members = Iterable[tuple[bytes, bytes]]


def held(data: bytes, name: bytes = b"box") -> Entry:
    """Return bytes as an entry."""
    return Entry("17", name, "", name, None, "", MemoryBody(data))


def expanded(data: bytes, name: bytes = b"box", **limits: int) -> list[Entry | Failure]:
    """Return all that comes out of an archive held in memory."""
    return list(expand(held(data, name), Limits(**limits)))


def contents(found: Iterable[Entry | Failure]) -> list[tuple[str, bytes, bytes]]:
    """Return address, own name and bytes of every member held in memory."""
    return [
        (one.inside, one.name.rpartition(b"!/")[2], one.body.data)
        for one in found
        if isinstance(one, Entry) and isinstance(one.body, MemoryBody)
    ]


def reasons(found: Iterable[Entry | Failure]) -> list[tuple[str, str]]:
    """Return address and reason of everything that was not read."""
    return [(one.inside, one.reason) for one in found if isinstance(one, Failure)]


def zip_of(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP archive as the standard library writes it; names are UTF-8."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name.decode(), (2024, 5, 6, 7, 8, 10)), data, method)
    return out.getvalue()


def streamed_zip_of(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP archive written to a pipe: lengths stand behind the bytes."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    out = Pipe()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name.decode(), data, method)
    return out.getvalue()


def raw_zip_of(
    members: Members,
    *,
    flags: int = 0,
    method: int = 0,
    mode: int = 0,
    extra: bytes = b"",
    stamp: tuple[int, int] = (0x58A6, 0x3905),
) -> bytes:
    """Return a ZIP archive written field by field: names are any bytes, methods only claimed."""
    body, directory, count = b"", b"", 0
    for name, data in members:
        date, time = stamp
        common = struct.pack(
            "<5H3L2H",
            20,
            flags,
            method,
            time,
            date,
            zlib.crc32(data),
            len(data),
            len(data),
            len(name),
            len(extra),
        )
        directory += b"PK\x01\x02" + struct.pack("<BB", 20, 3) + common
        directory += struct.pack("<3HLL", 0, 0, 0, mode << 16, len(body)) + name + extra
        body += b"PK\x03\x04" + common + name + extra + data
        count += 1
    end = struct.pack("<4H2LH", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def tar_of(members: Members, form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar archive as the standard library writes it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form, encoding="utf-8") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name.decode("utf-8", "surrogateescape"))
            info.size, info.mtime = len(data), 1_714_979_290
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


COMPRESS = {
    "gzip": partial(gzip.compress, mtime=0),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.compress,
}
"""Kind of compression → the library function that makes it."""


def sevenzip_of(members: Members, *filters: dict[str, int], **options: object) -> bytes:
    """Return a 7z archive as py7zr writes it."""
    packed = not options.pop("plain_header", False)
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", filters=list(filters) or None, **options) as archive:
        archive.set_encoded_header_mode(packed)
        for name, data in members:
            archive.writestr(data, name.decode())
    return out.getvalue()


def resigned(sevenzip: bytes) -> bytes:
    """Return a 7z archive whose header was changed, with check sums that fit again."""
    offset, size = struct.unpack_from("<QQ", sevenzip, 12)
    header = sevenzip[32 + offset : 32 + offset + size]
    start = struct.pack("<QQL", offset, size, zlib.crc32(header))
    return sevenzip[:8] + struct.pack("<L", zlib.crc32(start)) + start + sevenzip[32:]


__all__ = [
    "COMPRESS",
    "FileBody",
    "MemoryBody",
    "StreamedBody",
    "contents",
    "expanded",
    "held",
    "raw_zip_of",
    "reasons",
    "resigned",
    "sevenzip_of",
    "streamed_zip_of",
    "tar_of",
    "zip_of",
]
