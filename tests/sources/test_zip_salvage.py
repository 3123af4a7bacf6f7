import struct

import pytest

from makers.archives import contents, expanded, raw_zip_of, reasons, streamed_zip_of, zip_of

MEMBERS = [(b"a.txt", b"zz-test-0001" * 50), (b"b.bin", bytes(range(256)) * 9), (b"c", b"end")]
WANTED = [(str(ordinal), name, data) for ordinal, (name, data) in enumerate(MEMBERS)]


def without_directory(data: bytes) -> bytes:
    return data[: data.index(b"PK\x01\x02")]


@pytest.mark.parametrize("method", [0, 8, 12, 14])
def test_members_are_found_without_a_directory(method):
    found = expanded(without_directory(zip_of(MEMBERS, method)))
    assert contents(found) == WANTED
    assert reasons(found) == [("", "archive damaged")]


@pytest.mark.parametrize("method", [0, 8])
def test_members_whose_length_stands_behind_them_are_found(method):
    found = expanded(without_directory(streamed_zip_of(MEMBERS, method)))
    assert contents(found) == WANTED


def test_a_length_behind_a_method_without_an_end_of_its_own_is_said_so():
    found = expanded(without_directory(streamed_zip_of(MEMBERS, 14)))
    assert reasons(found)[1:] == [(str(n), "unsupported compression") for n in range(3)]


def test_a_cut_member_is_damaged_and_those_before_are_whole():
    data = without_directory(zip_of(MEMBERS, 0))
    found = expanded(data[:-1])
    assert contents(found) == WANTED[:2]
    assert reasons(found) == [("", "archive damaged"), ("2", "damaged member")]


def test_a_directory_that_breaks_off_in_the_middle_is_not_used():
    data = raw_zip_of(MEMBERS)
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    found = expanded(data[:second] + b"XX" + data[second + 2 :])
    assert contents(found) == WANTED
    assert reasons(found) == [("", "archive damaged")]


def test_encrypted_members_are_said_so():
    found = expanded(without_directory(raw_zip_of(MEMBERS, flags=1)))
    assert reasons(found)[1:] == [(str(n), "encrypted") for n in range(3)]


def test_a_false_descriptor_inside_a_member_does_not_end_it():
    data = b"x" * 40 + b"PK\x07\x08" + struct.pack("<3L", 1, 2, 3) + b"y" * 40
    found = expanded(without_directory(streamed_zip_of([(b"a", data)], 0)))
    assert contents(found) == [("0", b"a", data)]


def test_a_stream_without_its_descriptor_is_damaged():
    data = without_directory(streamed_zip_of([(b"a", b"zz" * 99)], 8))
    assert reasons(expanded(data[:-16]))[1:] == [("0", "damaged member")]


def test_many_headers_without_an_end_take_no_time():
    """Each claims to be stored with its length behind it; none has one."""
    header = b"PK\x03\x04" + struct.pack("<5H3L2H", 20, 8, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    found = expanded(header * 20_000)
    assert len(reasons(found)) == 20_001
