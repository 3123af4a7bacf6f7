"""A few bytes of a file tell a disk image whose mark stands far inside it."""

import os

import pytest

from fanal.model.item import Entry, FileBody, LostBody, MemoryBody, StoreBody
from fanal.pipeline.peek import fetched, first_bytes, unread_far
from fanal.sources import object_store


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


def test_what_lies_in_a_store_is_asked_for_together(monkeypatch):
    asked = []

    def many(bodies, size):
        asked.append((len(bodies), size))
        return [FileNotFoundError() if body.key == b"gone" else b"head" for body in bodies]

    monkeypatch.setattr(object_store.client, "read_many", many)
    bodies = [StoreBody("lab", key, 9, "t") for key in (b"a", b"gone")]
    entries = [Entry("17", body.key, "", body.key, None, "9:t:", body) for body in bodies]
    told = fetched([*entries, entry_of(MemoryBody(b"zz"))])
    assert told == {b"a": b"head", b"gone": LostBody("disappeared", "it was listed, then gone")}
    assert asked == [(2, 4096)]
    assert fetched([]) == {}
    assert [first_bytes(one) for one in entries] == [b"head", b""]


def test_a_disk_image_in_a_store_is_told_too(monkeypatch):
    data = bytes(32768) + b"\x01CD001\x01" + bytes(2041)
    entry = entry_of(StoreBody("lab", b"a", len(data), "t"))
    monkeypatch.setattr(
        object_store.client, "read", lambda _body, start, size: data[start : start + size]
    )
    assert "ISO 9660" in unread_far(entry, data[:4096])
    assert unread_far(entry_of(StoreBody("lab", b"a", 4096, "t")), data[:4096]) == ""

    def broken(*_):
        raise OSError

    monkeypatch.setattr(object_store.client, "read", broken)
    assert unread_far(entry, data[:4096]) == ""
