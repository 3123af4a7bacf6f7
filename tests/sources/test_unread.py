import struct

import pytest

from fanal.sources import recognize, unread_far, unread_kind
from makers.archives import COMPRESS, sevenzip_of, tar_of, zip_of
from makers.evidence import corpus


def boot_record(*kinds: int, flag: int = 0x80) -> bytes:
    entries = [struct.pack("<B3xB3xLL", flag, kind, 2048, 99) for kind in kinds]
    return bytes(446) + b"".join(entries).ljust(64, b"\0") + b"\x55\xaa"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"Rar!\x1a\x07\x00", "RAR archive"),
        (b"Rar!\x1a\x07\x01\x00", "RAR archive"),
        (b"MSCF\0\0\0\0", "CAB archive"),
        (b"EVF\x09\x0d\x0a\xff\0", "disk image (EWF)"),
        (b"QFI\xfb\0\0\0\3", "disk image (QCOW)"),
        (b"KDMV", "disk image (VMDK)"),
        (bytes(512) + b"EFI PART", "disk image (raw)"),
        (boot_record(0x07), "disk image (raw)"),
        (boot_record(0x0C, 0x83), "disk image (raw)"),
        (b"!BDN", "mail store (PST)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "compound file (OLE)"),
    ],
)
def test_kinds_that_are_known_are_named(head, kind):
    assert unread_kind(head.ljust(4096, b"\0")) == kind


@pytest.mark.parametrize(
    "head",
    [b"", b"R", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"text", boot_record(),
     boot_record(0x07, flag=3), boot_record(0x42)],
)  # fmt: skip
def test_other_files_have_no_name_here(head):
    assert unread_kind(head) == ""


@pytest.mark.parametrize(
    "data", [zip_of([(b"a", b"1")]), tar_of([(b"a", b"1")]), sevenzip_of([(b"a", b"1")]),
             *(pack(b"1") for pack in COMPRESS.values())],
    ids=["zip", "tar", "7z", *COMPRESS],
)  # fmt: skip
def test_what_is_opened_is_not_called_unread(data):
    assert recognize(data[:4096])
    assert unread_kind(data[:4096]) == ""


def test_the_disk_images_of_the_corpus_are_named():
    wanted = {
        "ext2.E01": "disk image (EWF)",
        "image.E01": "disk image (EWF)",
        "ext2.qcow2": "disk image (QCOW)",
        "image.vmdk": "disk image (VMDK)",
        "image.dd": "disk image (raw)",
    }
    images = corpus("images")
    for name, kind in wanted.items():
        with (images / name).open("rb") as stream:
            assert unread_kind(stream.read(4096)) == kind


@pytest.mark.parametrize(
    ("sector", "tail", "kind"),
    [
        (b"\x01CD001\x01", b"", "disk image (ISO 9660)"),
        (b"", b"koly\0\0\0\4".ljust(512, b"\0"), "disk image (DMG)"),
        (b"CD001\x01", b"\0koly", ""),
        (b"", b"", ""),
    ],
)
def test_disk_images_that_only_a_later_sector_tells_are_named(sector, tail, kind):
    assert unread_far(sector, tail) == kind
