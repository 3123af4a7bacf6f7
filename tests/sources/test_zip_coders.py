import io
import lzma
import struct
import zlib

import pytest

from fanal.sources.interface import Limits
from fanal.sources.reading import EncryptedError, UnsupportedError, take
from fanal.sources.zip_coders import METHODS, unpacked
from fanal.sources.zip_records import Listed
from makers.archives import COMPRESS, contents, expanded, raw_zip_of

DATA = b"zz-test-0001" * 300


def listed(method: int, size: int = len(DATA), flags: int = 0) -> Listed:
    return Listed(b"a", flags, method, 0, 0, size, 0, 0, None)


@pytest.mark.parametrize(
    ("method", "kind"), [(93, "zstd"), (20, "zstd"), (95, "xz"), (12, "bzip2")]
)
def test_methods_the_standard_library_cannot_write_are_read(method, kind):
    reader = unpacked(listed(method), io.BytesIO(COMPRESS[kind](DATA)), Limits())
    assert take(reader, 1 << 20).data == DATA


@pytest.mark.parametrize("flags", [0, 2])
def test_lzma_with_and_without_an_end_mark(flags):
    """Properties 0x5d and 64 KiB are lc 3, lp 0, pb 2, as the program writes them."""
    alone = lzma.compress(DATA, lzma.FORMAT_ALONE, filters=[
        {"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}
    ])  # fmt: skip
    packed = b"\x09\x14\x05\x00" + alone[:5] + alone[13:]
    reader = unpacked(listed(14, flags=flags), io.BytesIO(packed), Limits())
    assert take(reader, 1 << 20).data == DATA


def test_other_methods_are_refused_by_name():
    for method in set(METHODS) - {0, 8, 12, 14, 20, 93, 95, 99}:
        with pytest.raises(UnsupportedError, match=METHODS[method]):
            unpacked(listed(method), io.BytesIO(), Limits())
    with pytest.raises(EncryptedError):
        unpacked(listed(99), io.BytesIO(), Limits())


def test_a_member_packed_with_zstandard_comes_out_whole():
    packed = COMPRESS["zstd"](DATA)
    data = bytearray(raw_zip_of([(b"a", packed)], method=93))
    for signature, at in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        place = data.index(signature) + at
        sums = struct.pack("<LLL", zlib.crc32(DATA), len(packed), len(DATA))
        data[place : place + 12] = sums
    assert contents(expanded(bytes(data))) == [("0", b"a", DATA)]
