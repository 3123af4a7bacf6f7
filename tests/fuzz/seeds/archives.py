"""Seeds: small archives of every kind, and the shapes an attacker would begin with."""

import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

import py7zr

from fanal.sources import ARCHIVES
from fanal.sources.tar_records import BLOCK
from makers.archives import (
    COMPRESS,
    raw_zip_of,
    resigned,
    sevenzip_of,
    streamed_zip_of,
    tar_of,
    zip_of,
)

MEMBERS = [(b"a.txt", b"zz-test-0001"), (b"d/", b""), (b"b/\xc3\xa9.jpg", b"zz" * 99)]
COPY = {"id": py7zr.FILTER_COPY}


def zips() -> list[bytes]:
    """Return ZIP archives."""
    whole = zip_of(MEMBERS)
    return [
        ARCHIVES.get("zip").example,
        whole,
        zip_of(MEMBERS, zipfile.ZIP_STORED),
        zip_of(MEMBERS[:1], zipfile.ZIP_BZIP2),
        zip_of(MEMBERS[:1], zipfile.ZIP_LZMA),
        streamed_zip_of(MEMBERS),
        streamed_zip_of(MEMBERS, zipfile.ZIP_STORED),
        raw_zip_of([(b"l", b"a/b")], mode=0o120777),
        raw_zip_of(
            [(b"x", b"yz")], method=93, flags=1, extra=struct.pack("<HHQQQ", 1, 24, 2, 2, 0)
        ),
        raw_zip_of([(b"t", b"u")], extra=b"UT\x05\x00\x01\xff\xff\xff\x7f"),
        whole[: len(whole) // 2],
        whole + b"PK\x05\x06" * 9,
        b"MZ" + bytes(40) + whole,
        zip64(whole),
        b"".join(b"PK\x03\x04" + bytes(26) for _ in range(40)),
        stored_in_stored(12),
    ]


def zip64(whole: bytes) -> bytes:
    """Return a ZIP whose end is told by the records of ZIP64."""
    end = whole.rindex(b"PK\x05\x06")
    size, offset = struct.unpack_from("<LL", whole, end + 12)
    record = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 3, 3, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    return whole[:end] + record + locator + whole[end:]


def stored_in_stored(count: int) -> bytes:
    """Return local headers each of which is quoted by the deflated bytes of the one before."""
    head = b"PK\x03\x04" + struct.pack("<5H3L2H", 20, 8, 8, 0, 0, 0, 0, 0, 1, 0) + b"n"
    block = b"\x00" + struct.pack("<HH", len(head), len(head) ^ 0xFFFF)
    return head + (block + head) * count + b"\x01\x00\x00\xff\xff"


def tars() -> list[bytes]:
    """Return tar archives, plain and compressed."""
    plain = tar_of([(b"a.txt", b"zz-test-0001"), (b"d/" + b"e" * 120, b"zz" * 300)])
    gnu = tar_of([(b"n" * 150, b"x")], tarfile.GNU_FORMAT)
    return [
        ARCHIVES.get("tar").example,
        plain,
        gnu,
        *(pack(ARCHIVES.get("tar").example) for pack in COMPRESS.values()),
        gzip.compress(b"zz") + gzip.compress(b"yy") + b"rest",
        lzma.compress(b"zz" * 99)[:40],
        pax_tar(b"mtime=--5", b"path=" + b"p" * 300),
        pax_tar(b"size=99999999999999999999"),
        pax_tar(b"GNU.sparse.map=0,1,4,1", b"GNU.sparse.size=9", b"GNU.sparse.name=s"),
        pax_tar(b"GNU.sparse.major=1", b"GNU.sparse.realsize=20"),
        links(),
        plain + gnu,
    ]


def pax_tar(*records: bytes) -> bytes:
    """Return a tar of one member with an extended header of these records."""
    text = b""
    for record in records:
        length = len(record) + 3
        while len(b"%d %s\n" % (length, record)) != length:
            length += 1
        text += b"%d %s\n" % (length, record)
    body = text.ljust(-(-len(text) // BLOCK) * BLOCK, b"\0")
    member = header(b"a", b"0", 5) + b"hello".ljust(BLOCK, b"\0")
    return header(b"x", b"x", len(text)) + body + member + bytes(2 * BLOCK)


def header(name: bytes, kind: bytes, size: int) -> bytes:
    """Return a header block whose check sum is right."""
    block = name.ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" % size
    block += b"14544377600\0" + b" " * 8 + kind + bytes(100) + b"ustar\x0000"
    return signed(block.ljust(BLOCK, b"\0"))


def signed(tar: bytes) -> bytes:
    """Return a tar whose every block that may be a header has a right check sum."""
    blocks = bytearray(tar)
    for at in range(0, len(blocks) - BLOCK + 1, BLOCK):
        if blocks[at + 257 : at + 262] == b"ustar":
            blocks[at + 148 : at + 156] = b" " * 8
            blocks[at + 148 : at + 156] = b"%06o\0 " % sum(blocks[at : at + BLOCK])
    return bytes(blocks)


def links() -> bytes:
    """Return a tar of links, devices and an old sparse file."""
    kinds = b"1234567SDVLKg"
    return b"".join(
        header(b"%c" % kind, b"%c" % kind, 9) + b"zz".ljust(BLOCK, b"\0") for kind in kinds
    )


def sevenzips() -> list[bytes]:
    """Return 7z archives."""
    found = [(b"a.txt", b"zz-test-0001"), (b"b", b"zz" * 99)]
    return [
        ARCHIVES.get("sevenzip").example,
        sevenzip_of(found),
        sevenzip_of(found, COPY, plain_header=True),
        sevenzip_of(found, {"id": py7zr.FILTER_X86}, {"id": py7zr.FILTER_LZMA2, "preset": 0}),
        sevenzip_of(found, {"id": py7zr.FILTER_DEFLATE}, plain_header=True),
        sevenzip_of(found, {"id": py7zr.FILTER_BZIP2}, plain_header=True),
        sevenzip_of(found, {"id": py7zr.FILTER_DELTA}, {"id": py7zr.FILTER_LZMA}),
        sevenzip_headed(b"\x01\x05\xc1\x86\xa0\x11\x01\x00\x00\x00"),
    ]


def sevenzip_headed(header: bytes, packed: bytes = b"") -> bytes:
    """Return a 7z archive with any header."""
    start = struct.pack("<QQL", len(packed), len(header), 0)
    return resigned(b"7z\xbc\xaf\x27\x1c\0\4" + bytes(4) + start + packed + header)


def sevenzip_packed(header: bytes) -> bytes:
    """Return a 7z archive whose header is packed with LZMA2 and unpacks to this one."""
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0}]
    packed = lzma.compress(header, lzma.FORMAT_RAW, filters=filters)
    told = b"\x17\x06\x00\x01\x09" + number(len(packed)) + b"\x00\x07\x0b\x01\x00"
    told += b"\x01\x21\x21\x01\x18\x0c" + number(len(header)) + b"\x00\x00"
    return sevenzip_headed(told, packed)


def number(value: int) -> bytes:
    """Return a number as 7z spells it, the long way."""
    return b"\xff" + value.to_bytes(8, "little")


def nested() -> list[bytes]:
    """Return archives in archives."""
    inner = zip_of(MEMBERS[:1])
    deep = inner
    for _ in range(6):
        deep = zip_of([(b"z", deep)])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in (("t", tars()[1]), ("s", sevenzips()[0]), ("g", gzip.compress(inner))):
            archive.writestr(name, data)
    return [
        deep,
        out.getvalue(),
        tar_of([(b"z", inner), (b"s", sevenzips()[0])]),
        sevenzip_of([(b"z", inner)], COPY, plain_header=True),
        gzip.compress(gzip.compress(gzip.compress(bytes(1 << 16)))),
        zip_of([(b"zeros", bytes(1 << 20))]),
    ]


def streams() -> list[bytes]:
    """Return a byte that chooses a coder, then what it decodes."""
    plain = b"zz-test-0001" * 9
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = raw.compress(plain) + raw.flush()
    packed = [COMPRESS[kind](plain) for kind in ("gzip", "bzip2", "xz", "zstd")]
    return [bytes([n]) + data for n, data in enumerate([*packed, deflated, b"", b"", plain, plain])]
