"""Boxes of ISO base media files, written out here by the letter of the standard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.content.boxes import HEAD_OF_C2PA, MOST_BOXES, boxes, store_in


def walked(data: bytes, at: int = 0) -> list[tuple[bytes, int, int]]:
    return list(boxes(lambda place, length: data[place : place + length], at, len(data)))


def test_sizes_of_32_and_64_bits_and_to_the_end():
    data = b"\0\0\0\x0aftypzz\0\0\0\1mdat\0\0\0\0\0\0\0\x13zzz\0\0\0\x08free\0\0\0\0jxlczzzz"
    told = [(b"ftyp", 8, 10), (b"mdat", 26, 29), (b"free", 37, 37), (b"jxlc", 45, 49)]
    assert walked(data) == told
    assert walked(data, 10) == told[1:]
    assert walked(data[:-2])[-1] == (b"jxlc", 45, 47)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0\x08fre",
        b"\0\0\0\x07free",
        b"\0\0\0\1mdat\0\0\0\0\0\0\0\x0fzz",
        b"\0\0\0\1mdat\0\0\0\0\0\0\0",
    ],
)
def test_what_is_no_box_ends_the_walk(data):
    assert walked(data) == []
    assert walked(b"\0\0\0\x08free" + data) == [(b"free", 8, 8)]


def test_a_box_that_states_more_than_there_is_ends_where_the_file_does():
    assert walked(b"\xff\xff\xff\xffmdatzz") == [(b"mdat", 8, 10)]


def test_a_file_that_grew_shorter_ends_the_walk():
    assert list(boxes(lambda *_: b"", 0, 100)) == []
    assert list(boxes(lambda *_: b"\0\0\0\1mdat", 0, 100)) == []


def test_boxes_without_end_are_left():
    assert len(walked(b"\0\0\0\x08free" * (MOST_BOXES + 5))) == MOST_BOXES


@pytest.mark.parametrize("purpose", [b"manifest", b"original", b"update"])
def test_where_a_store_begins(purpose):
    payload = bytes(4) + purpose + b"\0" + bytes(7) + b"\x09" + b"zz-store"
    assert payload[store_in(payload[:HEAD_OF_C2PA]) :] == b"zz-store"


@pytest.mark.parametrize("head", [b"", bytes(16), b"\0\0\0\0merkle\0zz", b"\0\0\0\0manifest"])
def test_what_holds_no_store(head):
    assert store_in(head) == 0


@given(st.binary(max_size=100))
def test_any_bytes_give_boxes_that_lie_in_them(data):
    last = 0
    for name, begin, end in walked(data):
        long = begin - last >= 16 and data[begin - 12 : begin - 8] == name
        assert long or data[begin - 4 : begin] == name
        assert last <= begin <= end <= len(data)
        last = end
