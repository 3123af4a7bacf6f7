import io
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.sources.reading import DamagedError
from fanal.sources.zip_records import Directory, find_directory, read_directory, read_local
from makers.archives import raw_zip_of


@given(st.lists(st.tuples(st.binary(max_size=30), st.binary(max_size=30)), max_size=8))
def test_the_directory_lists_what_was_put_in(members):
    data = raw_zip_of(members)
    stream = io.BytesIO(data)
    directory = find_directory(stream, len(data))
    assert directory.shift == 0
    listed = list(read_directory(stream, directory))
    assert [(one.name, one.size) for one in listed] == [(name, len(b)) for name, b in members]
    for one, (name, content) in zip(listed, members, strict=True):
        local, start = read_local(stream, one.offset)
        assert local.name == name
        assert data[start : start + one.packed] == content


@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_bytes_give_a_directory_or_none(data, cut):
    stream = io.BytesIO(data[:cut] + b"PK\x05\x06" + data[cut:])
    directory = find_directory(stream, len(data) + 4)
    if directory:
        with suppress(DamagedError):
            list(read_directory(stream, directory))


def test_a_directory_longer_than_the_file_breaks_off():
    with pytest.raises(DamagedError):
        list(read_directory(io.BytesIO(b"PK\x01\x02" + bytes(42)), Directory(0, 1 << 40, 0)))


def test_wide_fields_are_taken_only_where_the_narrow_ones_are_full():
    wide = struct.pack("<HHQQ", 1, 16, 5, 6)
    data = raw_zip_of([(b"a", b"hello")], extra=wide)
    stream = io.BytesIO(data)
    (listed,) = read_directory(stream, find_directory(stream, len(data)))
    assert (listed.size, listed.packed) == (5, 5)
    full = data.replace(struct.pack("<LL", 5, 5), b"\xff" * 8)
    stream = io.BytesIO(full)
    (listed,) = read_directory(stream, find_directory(stream, len(full)))
    assert (listed.size, listed.packed) == (5, 6)


def test_a_local_header_that_is_none_is_damage():
    for place in (0, 1, 1 << 70):
        with pytest.raises(DamagedError):
            read_local(io.BytesIO(bytes(100)), place)
