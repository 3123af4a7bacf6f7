import pytest
from hypothesis import given
from hypothesis import strategies as st
from py7zr.archiveinfo import write_boolean, write_uint64

from fanal.sources.reading import DamagedError, UnsupportedError
from fanal.sources.sevenzip_records import Contents, Cursor, TooManyError, parse_header

PLAIN = st.integers(0, (1 << 64) - 1)


def written(write, *values) -> bytes:
    import io  # noqa: PLC0415

    out = io.BytesIO()
    write(out, *values)
    return out.getvalue()


@given(PLAIN)
def test_numbers_are_read_as_py7zr_writes_them(value):
    cursor = Cursor(written(write_uint64, value))
    assert cursor.number() == value
    assert cursor.left == 0


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_bits_are_read_as_py7zr_writes_them(bits):
    assert Cursor(written(write_boolean, bits)).bits(len(bits)) == bits
    assert Cursor(written(write_boolean, bits, True)).defined(len(bits)) == bits  # noqa: FBT003


@given(st.binary(max_size=120))
def test_any_header_is_contents_or_damage(data):
    for start in (b"\x01", b"\x01\x04", b"\x01\x05", b"\x01\x04\x06\x00\x01\x09"):
        try:
            found = parse_header(start + data, 1000)
        except (DamagedError, UnsupportedError, TooManyError):
            continue
        assert isinstance(found, Contents)


def test_counts_beyond_the_header_reserve_nothing():
    huge = b"\xff" + b"\xff" * 8
    for data in (b"\x01\x04\x06\x00" + huge, b"\x01\x04\x07\x0b" + huge + b"\0"):
        with pytest.raises(DamagedError):
            parse_header(data, 1000)
    with pytest.raises(TooManyError):
        parse_header(b"\x01\x05" + huge, 1000)


def test_coders_that_feed_each_other_in_a_circle_are_damage():
    # Two copy coders; both inputs are bound, each to the other's output.
    folder = b"\x02\x01\x00\x01\x00" + b"\x00\x01"
    circle = b"\x03\x01\x00\x01\x00\x01\x00" + b"\x01\x02\x02\x01"
    rest = b"\x0c" + b"\x01" * 3 + b"\0\0\0"
    start = b"\x01\x04\x06\x00\x01\x09\x01\x00\x07\x0b\x01\x00"
    assert parse_header(start + folder + b"\x0c\x01\x01\0\0\0", 9).folders[0].coders
    with pytest.raises(DamagedError, match="circle"):
        parse_header(start + circle + rest, 9)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (b"\x01\x04\x06\x00\x05\x09" + bytes(7), "more packed streams"),
        (b"\x01\x04\x06\x00\x01\x09\x01\x00\x07\x0b\x02\x00" + b"\x01\x00" * 2, "more folders"),
        (b"\x01\x04\x06\x00\x01\x09\x01\x09\x01\x00\x00", "two parts"),
        (b"\x01\x05\x05" + bytes(9), "no room"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_a_header_that_asks_for_more_than_it_is_long_is_damage(header, said):
    with pytest.raises(DamagedError, match=said):
        parse_header(header, 1000, 4)
