"""Names the kinds of container that hold files but are not opened, so that the account can."""

SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"Rar!\x1a\x07", "RAR archive"),
    (0, b"MSCF\0\0\0\0", "CAB archive"),
    (0, b"**ACE**", "ACE archive"),
    (7, b"**ACE**", "ACE archive"),
    (0, b"\x60\xea", "ARJ archive"),
    (2, b"-lh", "LHA archive"),
    (0, b"\x1f\x9d", "compress (.Z) file"),
    (0, b"\x04\x22\x4d\x18", "LZ4 file"),
    (0, b"LZIP\x01", "lzip file"),
    (0, b"070701", "cpio archive"),
    (0, b"070702", "cpio archive"),
    (0, b"070707", "cpio archive"),
    (0, b"!<arch>\n", "ar archive"),
    (0, b"xar!\0\x1c", "XAR archive"),
    (0, b"SIT!", "StuffIt archive"),
    (0, b"StuffIt ", "StuffIt archive"),
    (0, b"MSWIM\0\0\0", "disk image (WIM)"),
    (0, b"EVF\x09\x0d\x0a\xff\0", "disk image (EWF)"),
    (0, b"EVF2\x0d\x0a\x81\0", "disk image (EWF)"),
    (0, b"LVF\x09\x0d\x0a\xff\0", "logical image (EWF)"),
    (0, b"LEF2\x0d\x0a\x81\0", "logical image (EWF)"),
    (0, b"AFF10\r\n", "disk image (AFF)"),
    (0, b"ADSEGMENTEDFILE\0", "logical image (AD1)"),
    (0, b"QFI\xfb", "disk image (QCOW)"),
    (0, b"KDMV", "disk image (VMDK)"),
    (0, b"COWD", "disk image (VMDK)"),
    (0, b"# Disk DescriptorFile", "disk image (VMDK)"),
    (0, b"vhdxfile", "disk image (VHDX)"),
    (0, b"conectix", "disk image (VHD)"),
    (64, b"\x7f\x10\xda\xbe", "disk image (VDI)"),
    (0, b"encrcdsa", "disk image (DMG, encrypted)"),
    (0, b"sprs", "disk image (DMG, sparse)"),
    (512, b"EFI PART", "disk image (raw)"),
    (3, b"NTFS    ", "disk image (raw)"),
    (3, b"EXFAT   ", "disk image (raw)"),
    (3, b"-FVE-FS-", "disk image (raw, encrypted)"),
    (54, b"FAT1", "disk image (raw)"),
    (82, b"FAT32   ", "disk image (raw)"),
    (32, b"NXSB", "disk image (raw)"),
    (1080, b"\x53\xef\x01\0", "disk image (raw)"),
    (1080, b"\x53\xef\0\0", "disk image (raw)"),
    (1024, b"H+\0\x04", "disk image (raw)"),
    (1024, b"HX\0\x05", "disk image (raw)"),
    (0, b"hsqs", "disk image (SquashFS)"),
    (0, b"LUKS\xba\xbe", "disk image (raw, encrypted)"),
    (0, b"!BDN", "mail store (PST)"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "compound file (OLE)"),
)
"""Offset, bytes and kind, from the formats' own specifications, as the `file` program has them."""

PARTITIONS = frozenset((0x01, 0x04, 0x05, 0x06, 0x07, 0x0B, 0x0C, 0x0E, 0x0F, 0x82, 0x83, 0x8E))
PARTITIONS_ALSO = frozenset((0xA5, 0xA6, 0xA9, 0xAB, 0xAF, 0xEE, 0xEF, 0xFD))


def unread_kind(head: bytes) -> str:
    """Return the kind of container that begins with these bytes and is not opened, or ""."""
    for offset, magic, kind in SIGNATURES:
        if head.startswith(magic, offset):
            return kind
    return "disk image (raw)" if _has_partitions(head) else ""


def unread_far(sector: bytes, tail: bytes) -> str:
    """Return the kind that only the sector at byte 32768 or the last 512 bytes tell, or ""."""
    # ECMA-119 8.1.2 puts the standard identifier behind the first byte of a volume descriptor;
    # a UDIF image ends in a trailer of 512 bytes that begins with "koly".
    if sector[1:6] == b"CD001":
        return "disk image (ISO 9660)"
    return "disk image (DMG)" if tail.startswith(b"koly") else ""


def _has_partitions(head: bytes) -> bool:
    """Tell a master boot record by its end mark and four entries that could be partitions."""
    if len(head) < 512 or head[510:512] != b"\x55\xaa":
        return False
    entries = [head[446 + 16 * n : 462 + 16 * n] for n in range(4)]
    kinds = [entry[4] for entry in entries if entry[4]]
    known = PARTITIONS | PARTITIONS_ALSO
    return (
        bool(kinds)
        and all(kind in known for kind in kinds)
        and all(entry[0] in (0, 0x80) for entry in entries)
    )
