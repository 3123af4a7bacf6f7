"""A few bytes of a file tell a disk image whose mark stands far inside it."""

import os

import pytest

from fanal.model.item import Entry, FileBody, MemoryBody
from fanal.pipeline.peek import first_bytes, unread_far


def entry_of(body):
    return Entry("zz", b"zz", "", b"zz", None, "1", body)


@pytest.fixture
def written(tmp_path):
    """Write a file and return its entry."""

    def write(data):
        path = tmp_path / "zz.bin"
        path.write_bytes(data)
        return entry_of(FileBody(os.fsencode(path)))

    return write


def test_an_optical_disk_is_told_by_its_volume_descriptor(written):
    entry = written(bytes(32768) + b"\x01CD001\x01" + bytes(2041))
    assert "ISO 9660" in unread_far(entry, first_bytes(entry))


def test_an_apple_disk_image_is_told_by_its_trailer(written):
    entry = written(b"\x81" * 5000 + b"koly" + bytes(508))
    assert "DMG" in unread_far(entry, first_bytes(entry))


@pytest.mark.parametrize("size", [0, 1, 511, 512, 4096, 40000])
def test_any_other_file_is_none(written, size):
    entry = written(b"\x81" * size)
    assert unread_far(entry, first_bytes(entry)) == ""


def test_a_picture_is_not_searched(written):
    entry = written(b"\xff\xd8\xff" + bytes(32765) + b"\x01CD001")
    assert unread_far(entry, first_bytes(entry)) == ""


def test_what_cannot_be_opened_gives_no_bytes():
    assert first_bytes(entry_of(FileBody(b"/nowhere/zz"))) == b""
    assert unread_far(entry_of(FileBody(b"/nowhere/zz")), b"\x01" * 9) == ""
    assert first_bytes(entry_of(MemoryBody(b"zz"))) == b""
