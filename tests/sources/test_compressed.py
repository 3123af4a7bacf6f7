import pytest

from fanal.sources.compressed import compression, gzip_time, inner_name
from makers.archives import COMPRESS


@pytest.mark.parametrize("kind", COMPRESS)
def test_each_kind_is_told_by_its_bytes(kind):
    for data in (b"", b"zz" * 100):
        assert compression(COMPRESS[kind](data)) == kind


@pytest.mark.parametrize(
    "head", [b"", b"\x1f\x8b", b"BZh9", b"BZhello world", b"\xfd7zXY\0", b"PK"]
)
def test_other_bytes_are_no_compression(head):
    assert compression(head) == ""


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        (b"a.txt.bz2", b"a.txt"),
        (b"deep/a.txt.BZ2", b"a.txt"),
        (b"box!/a.txt.bz2", b"a.txt"),
        (b"a.txt", b"a.txt"),
        (b".bz2", b".bz2"),
        (b"\xff.bz2", b"\xff"),
    ],
)
def test_a_file_is_named_by_the_outer_name(outer, inner):
    assert inner_name("bzip2", b"", outer) == inner


def test_an_odd_gzip_header_names_nothing():
    for head in (b"\x1f\x8b\x08\x08" + bytes(6), b"\x1f\x8b\x08\x0c" + bytes(6) + b"\xff\xffab\0",
                 b"\x1f\x8b\x08\x08" + bytes(6) + b"no end"):  # fmt: skip
        assert inner_name("gzip", head, b"x.gz") == b"x"
    head = b"\x1f\x8b\x08\x0c" + bytes(6) + b"\x03\x00abcname\0"
    assert inner_name("gzip", head, b"x.gz") == b"name"


def test_only_gzip_states_a_time_and_zero_is_none():
    assert gzip_time("gzip", b"\x1f\x8b\x08\0\x01\0\0\0") == 1
    assert gzip_time("gzip", b"\x1f\x8b\x08\0\0\0\0\0") is None
    assert gzip_time("xz", b"\xfd7zXZ\0\0\0") is None


def test_a_head_of_three_bytes_has_no_name():
    assert inner_name("gzip", b"\x1f\x8b\x08", b"a/b.gz") == b"b"
