"""Packs files into archives of every kind the demonstration needs, the same bytes each time."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime

import py7zr
import zstandard
from py7zr.helpers import ArchiveTimestamp

Member = tuple[str, bytes, datetime]
"""Name, bytes and time of one file in an archive."""


def pack(kind: str, members: Sequence[Member], packed: datetime) -> bytes:
    """Return an archive: `zip`, `tar`, `tar.gz`, `tar.zst` or `7z`."""
    return PACKERS[kind](members, packed)


def _zip(members: Sequence[Member], _packed: datetime) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, (name, data, modified) in enumerate(members):
            info = zipfile.ZipInfo(name, modified.timetuple()[:6])
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            info.compress_type = zipfile.ZIP_STORED if number % 2 else zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=1)
    return out.getvalue()


def _tar(members: Sequence[Member], _packed: datetime) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data, modified in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            info.mtime = int(modified.timestamp())
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _tar_gz(members: Sequence[Member], packed: datetime) -> bytes:
    return gzip.compress(_tar(members, packed), 1, mtime=int(packed.timestamp()))


def _tar_zst(members: Sequence[Member], packed: datetime) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(_tar(members, packed))


def _seven_zip(members: Sequence[Member], _packed: datetime) -> bytes:
    out = io.BytesIO()
    quick = [{"id": py7zr.FILTER_LZMA2, "preset": 1}]
    with py7zr.SevenZipFile(out, "w", filters=quick) as archive:
        for name, data, modified in members:
            archive.writef(io.BytesIO(data), name)
            # py7zr notes the present time; the header is written on closing.
            stamp = ArchiveTimestamp.from_datetime(modified.timestamp())
            for time in ("creationtime", "lastwritetime", "lastaccesstime"):
                archive.header.files_info.files[-1][time] = stamp
    return out.getvalue()


PACKERS: dict[str, Callable[[Sequence[Member], datetime], bytes]] = {
    "zip": _zip,
    "tar": _tar,
    "tar.gz": _tar_gz,
    "tar.zst": _tar_zst,
    "7z": _seven_zip,
}
"""Kind of archive → how it is made."""
