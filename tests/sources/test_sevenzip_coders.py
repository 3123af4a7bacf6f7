import io

import bcj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.sources.interface import Limits
from fanal.sources.reading import EncryptedError, UnsupportedError, take
from fanal.sources.sevenzip_coders import unpacked
from fanal.sources.sevenzip_records import Coder, Folder


def through(data: bytes, *coders: tuple[str, bytes], size: int | None = None) -> bytes:
    steps = [Coder(bytes.fromhex(m), props, size or len(data)) for m, props in coders]
    return take(unpacked(Folder(tuple(steps), 1), io.BytesIO(data), Limits()), 1 << 20).data


@given(st.binary(max_size=300))
def test_a_copy_is_a_copy(data):
    assert through(data, ("00", b""), ("00", b"")) == data


@given(st.binary(max_size=300), st.integers(1, 256))
def test_delta_adds_what_was_so_many_bytes_before(data, distance):
    plain = bytearray(data)
    for n in range(distance, len(plain)):
        plain[n] = (plain[n] + plain[n - distance]) & 255
    assert through(data, ("03", bytes([distance - 1]))) == bytes(plain)


@pytest.mark.parametrize("length", [0, 4, 5, 6, 99, 65_536, 65_537, 200_001])
def test_the_filter_for_programs_gives_every_byte_as_another_library_does(length):
    data = (b"\xe8\x10\x00\x00\x00\x90\xe9\xf0\xff\xff\xff" * (length // 11 + 1))[:length]
    encoder = bcj.BCJEncoder()
    packed = encoder.encode(data) + encoder.flush()
    assert through(packed, ("03030103", b"")) == data


def test_what_is_not_read_is_refused():
    with pytest.raises(EncryptedError):
        through(b"", ("06f10701", b""))
    for method in ("030401", "04f71102", "0a", "7f"):
        with pytest.raises(UnsupportedError):
            through(b"", (method, b""))
    with pytest.raises(UnsupportedError, match="several streams"):
        unpacked(Folder((), 4), io.BytesIO(), Limits())
    for properties in (b"", b"\x29", b"\x00\x00"):
        with pytest.raises(UnsupportedError):
            through(b"", ("21", properties))
