import io
import tarfile
import zipfile
from datetime import UTC, datetime

import py7zr
import pytest
import zstandard

from fanal.demo import archives

TIME = datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)
MEMBERS = [("zz/один.txt", b"zz-test-0001" * 9, TIME), ("写真 2.jpg", bytes(range(256)), TIME)]


def unpacked(kind: str, data: bytes) -> list[tuple[str, bytes]]:
    if kind == "zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [(info.filename, archive.read(info)) for info in archive.infolist()]
    if kind == "7z":
        box = py7zr.io.BytesIOFactory(1 << 30)
        with py7zr.SevenZipFile(io.BytesIO(data)) as archive:
            archive.extractall(factory=box)  # noqa: S202 (into memory)
            return [(name, box.products[name].read()) for name in archive.namelist()]
    if kind == "tar.zst":
        data = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)).read()
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return [(info.name, archive.extractfile(info).read()) for info in archive]


@pytest.mark.parametrize("kind", archives.PACKERS)
def test_each_kind_gives_its_members_back(kind):
    data = archives.pack(kind, MEMBERS, TIME)
    assert unpacked(kind, data) == [(name, held) for name, held, _ in MEMBERS]


@pytest.mark.parametrize("kind", archives.PACKERS)
def test_the_clock_does_not_show(kind, monkeypatch):
    first = archives.pack(kind, MEMBERS, TIME)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert archives.pack(kind, MEMBERS, TIME) == first
