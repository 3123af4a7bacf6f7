import bz2
import gzip
import io
import lzma
import zlib
from contextlib import suppress

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.sources.coders import (
    Decoded,
    Unzstandard,
    bzip2,
    deflate,
    lzma1_filter,
    raw_lzma,
    window,
    xz,
    zstd,
)
from fanal.sources.coders import gzip as read_gzip
from fanal.sources.interface import Limits
from fanal.sources.reading import DamagedError, UnsupportedError

ROOM = 64 << 20


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


KINDS = {
    "gzip": (gzip.compress, read_gzip),
    "deflate": (raw_deflate, deflate),
    "bzip2": (bz2.compress, bzip2),
    "xz": (lzma.compress, lambda source: xz(source, ROOM)),
    "zstd": (zstandard.compress, lambda source: zstd(source, ROOM)),
}
BY_KIND = pytest.mark.parametrize("kind", KINDS)


def everything(decoded: Decoded, size: int = 1000) -> bytes:
    parts = list(iter(lambda: decoded.read(size), b""))
    assert all(len(part) <= size for part in parts)
    assert decoded.read(size) == b""
    return b"".join(parts)


@BY_KIND
@given(data=st.binary(max_size=3000), times=st.integers(1, 50))
@settings(max_examples=40)
def test_what_was_packed_comes_out(kind, data, times):
    pack, read = KINDS[kind]
    assert everything(read(io.BytesIO(pack(data * times)))) == data * times


@BY_KIND
def test_no_piece_is_larger_than_asked_for_however_much_is_in_it(kind):
    pack, read = KINDS[kind]
    decoded = read(io.BytesIO(pack(bytes(5 << 20))))
    assert everything(decoded, 4096) == bytes(5 << 20)


@BY_KIND
def test_a_cut_stream_is_damage_each_time_it_is_read(kind):
    pack, read = KINDS[kind]
    packed = pack(bytes(range(256)) * 40)
    decoded = read(io.BytesIO(packed[:-9]))
    with pytest.raises(DamagedError):
        everything(decoded)
    for _ in range(3):
        with pytest.raises(DamagedError):
            everything(decoded)


@BY_KIND
@given(data=st.binary(max_size=200))
@settings(max_examples=40)
def test_any_bytes_end_in_bytes_or_in_damage(kind, data):
    _, read = KINDS[kind]
    with suppress(DamagedError, UnsupportedError):
        everything(read(io.BytesIO(data)))


def test_what_follows_a_deflate_stream_is_left_over():
    decoded = deflate(io.BytesIO(raw_deflate(b"zz") + b"rest"))
    assert (everything(decoded), decoded.leftover) == (b"zz", b"rest")


def test_zeros_between_streams_are_padding():
    decoded = xz(io.BytesIO(lzma.compress(b"a") + bytes(8) + lzma.compress(b"b")), ROOM)
    assert everything(decoded) == b"ab"
    assert not decoded.trailing


def test_windows_larger_than_allowed_are_refused():
    frame = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27)
    ).compressobj()
    packed = frame.compress(b"x" * 1000) + frame.flush()
    with pytest.raises(UnsupportedError):
        everything(zstd(io.BytesIO(packed), 1 << 20))
    with pytest.raises(UnsupportedError):
        everything(xz(io.BytesIO(lzma.compress(b"x", preset=9)), 1 << 20))
    with pytest.raises(UnsupportedError):
        raw_lzma(io.BytesIO(), [lzma1_filter(b"\x5d" + b"\xff" * 4)], ROOM)


def test_a_frame_of_many_zeros_is_given_out_piece_by_piece():
    decoder = Unzstandard(ROOM)
    packed = zstandard.compress(bytes(40 << 20))
    out = decoder.decompress(packed, 1000)
    assert out == bytes(1000)
    assert not decoder.eof
    assert not decoder.needs_input
    # Behind what was asked for waits at most what one feed can say.
    assert len(decoder._ready) < 32 << 20


@pytest.mark.parametrize("properties", [b"", b"\x5d\0\0\0", b"\xff\0\0\0\0", b"\x5d" + bytes(5)])
def test_properties_that_are_none_are_refused(properties):
    with pytest.raises(UnsupportedError):
        lzma1_filter(properties)


def test_the_window_follows_the_memory_allowed():
    assert window(Limits(memory=1)) == 128 << 20
    assert window(Limits(memory=1 << 30)) == 2 << 30
