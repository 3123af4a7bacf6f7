import tarfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.sources.reading import DamagedError
from fanal.sources.tar_records import decimal, is_header, number, parse, pax, sparse_map
from makers.archives import tar_of


@given(st.integers(0, (1 << 62) - 1))
def test_numbers_are_read_as_the_standard_library_writes_them(value):
    assert number(tarfile.itn(value, 12, tarfile.GNU_FORMAT)) == value
    assert decimal(b"%d" % value) == value


@pytest.mark.parametrize(
    "data", [b"8", b"-1", b"0x1", b"1 2", b"\xff" * 12, b"\x80" + b"\xff" * 11]
)
def test_numbers_that_are_none_are_damage(data):
    with pytest.raises(DamagedError):
        number(data)


@pytest.mark.parametrize("text", [b"", b"-1", b"1.5", b"9" * 21, b"9" * 20, b"\xb2"])
def test_decimals_that_are_none_are_damage(text):
    with pytest.raises(DamagedError):
        decimal(text)


@given(st.binary(min_size=1, max_size=90).filter(lambda name: b"\0" not in name and name[-1] != 47),
       st.integers(0, 511))  # fmt: skip
def test_a_header_is_one_until_a_bit_of_it_changes(name, place):
    block = tar_of([(name, b"12345")], tarfile.USTAR_FORMAT)[:512]
    assert is_header(block)
    header = parse(block)
    assert (header.name, header.size, header.kind) == (name, 5, b"0")
    changed = bytearray(block)
    changed[place] ^= 0x40
    assert not is_header(bytes(changed))


def test_zeros_and_short_blocks_are_no_headers():
    assert not is_header(bytes(512))
    assert not is_header(b"")
    assert not is_header(tar_of([(b"a", b"")])[:511])


KEYWORD = st.sampled_from([b"path", b"mtime", b"comment", b"SCHILY.fflags"])


@given(st.dictionaries(KEYWORD, st.binary(max_size=200)))
def test_pax_records_come_back(records):
    """Written as POSIX says: the length counts its own digits."""
    data = b""
    for keyword, value in records.items():
        rest = b" " + keyword + b"=" + value + b"\n"
        length = len(rest)
        while len(b"%d" % length) + len(rest) != length:
            length = len(b"%d" % length) + len(rest)
        data += b"%d" % length + rest
    wanted = {key: value for key, value in records.items() if key in (b"path", b"mtime")}
    assert pax(data) == wanted


@given(st.binary(max_size=300))
def test_any_bytes_are_records_or_damage(data):
    with suppress(DamagedError):
        pax(data)


def test_maps_must_run_forward():
    assert sparse_map([0, 2, 5, 0]) == [(0, 2), (5, 0)]
    for numbers in ([0, 2, 1, 1], [0], [0, 1] * 70_000, [1 << 62, 1]):
        with pytest.raises(DamagedError):
            sparse_map(numbers)
