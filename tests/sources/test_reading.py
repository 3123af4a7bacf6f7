import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.content.digest import digest_bytes
from fanal.model.item import FileBody, MemoryBody, StreamedBody
from fanal.sources.interface import Budget, Limits
from fanal.sources.reading import (
    DamagedError,
    Limited,
    Member,
    Metered,
    Span,
    exactly,
    opened,
    plain,
    take,
)
from makers.archives import held


@given(st.binary(max_size=200), st.integers(0, 250), st.integers(0, 250), st.integers(1, 50))
def test_a_span_is_a_slice(data, start, size, piece):
    span = Span(io.BytesIO(data), start, size)
    parts = list(iter(lambda: span.read(piece), b""))
    assert b"".join(parts) == data[start : start + size]


@given(st.binary(max_size=200), st.integers(0, 250))
def test_exactly_so_many_bytes_or_none(data, size):
    if size <= len(data):
        assert exactly(io.BytesIO(data), size) == data[:size]
    else:
        with pytest.raises(DamagedError):
            exactly(io.BytesIO(data), size)


@given(st.binary(max_size=300), st.integers(0, 300))
def test_take_holds_what_fits_and_digests_what_does_not(data, memory):
    body = take(Limited(io.BytesIO(data), len(data)), memory)
    if len(data) <= memory:
        assert body == MemoryBody(data)
    else:
        assert body == StreamedBody(digest_bytes(data))


def test_a_meter_knows_size_and_check_sum():
    budget = Budget(Limits(), 1)
    meter = Metered(io.BytesIO(b"123456789"), budget)
    assert take(meter, 99) == MemoryBody(b"123456789")
    # The check value that every table of CRCs gives for CRC-32.
    meter.check(9, 0xCBF43926)
    meter.check(None, None)
    for size, crc in ((8, None), (None, 0)):
        with pytest.raises(DamagedError):
            meter.check(size, crc)
    assert budget.out == 9


@given(st.text(max_size=400))
def test_details_are_short_and_printable(text):
    shown = plain(text)
    assert shown.isprintable()
    assert shown == text or len(shown) == 300 or not text.isprintable()


def test_a_file_is_opened_for_reading_only(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"1")
    with opened(FileBody(os.fsencode(path))) as stream:
        assert stream.read() == b"1"
        with pytest.raises(OSError, match="write"):
            stream.write(b"2")


def test_a_folder_is_no_file(tmp_path):
    with (
        pytest.raises(OSError, match=r"plain file|directory"),
        opened(FileBody(os.fsencode(tmp_path))),
    ):
        pass


def test_members_of_members_have_joined_addresses_and_names():
    outer = Member(held(b"", b"box"), 4, b"in.zip").entry(MemoryBody(b""))
    inner = Member(outer, 0, b"\xff", "2024-05-06T07:08:10Z")
    assert (inner.inside, inner.whole_name) == ("4/0", b"box!/in.zip!/\xff")
    assert inner.entry(MemoryBody(b"")).modified == "2024-05-06T07:08:10Z"
    failure = inner.failure("damaged member", "x\x1b[1m\n")
    assert (failure.inside, failure.detail, failure.gap) == ("4/0", "x?[1m?", True)
