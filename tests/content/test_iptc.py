"""IPTC-IIM datasets, whole and damaged."""

from hypothesis import given
from hypothesis import strategies as st

from fanal.content.iptc import MOST_SETS, Iptc, read_iptc
from makers import parts


def test_datasets_in_their_order():
    found = read_iptc(
        parts.iim((1, 90, b"\x1b%G"), (2, 25, b"a"), (2, 25, "é".encode()), (2, 80, b"zz"))
    )
    assert found.texts(2, 25) == ("a", "é")
    assert found.texts(2, 80) == ("zz",)
    assert found.texts(2, 5) == ()
    assert found.utf8
    assert found.problems == ()
    assert [each.offset for each in found.sets] == [5, 13, 19, 26]


def test_text_that_is_not_utf_8_is_latin_1():
    found = read_iptc(parts.iim((2, 5, b"zz-\xe9")))
    assert found.texts(2, 5) == ("zz-é",)
    assert not found.utf8


def test_a_long_dataset():
    data = b"\x1c\x02\x78\x80\x04\x00\x01\x00\x00" + b"x" * 65536 + parts.iim((2, 80, b"zz"))
    found = read_iptc(data)
    assert [len(each.value) for each in found.sets] == [65536, 2]


def test_padding_is_no_problem_and_anything_else_is():
    assert read_iptc(parts.iim((2, 80, b"zz")) + bytes(6)).problems == ()
    assert read_iptc(parts.iim((2, 80, b"zz")) + b"zz-test").problems
    assert read_iptc(b"\x1c\x02\x50\x00\x09zz").problems
    assert read_iptc(b"\x1c\x02\x50\xff\xff" + bytes(40)).problems
    assert read_iptc(b"") == Iptc()


def test_more_datasets_than_are_read():
    found = read_iptc(parts.iim((2, 25, b"")) * (MOST_SETS + 1))
    assert len(found.sets) == MOST_SETS
    assert found.problems


@given(data=st.binary(max_size=300))
def test_any_bytes(data):
    for each in read_iptc(data).sets:
        assert data[each.offset : each.offset + len(each.value)] == each.value
