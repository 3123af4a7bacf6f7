import io

import pytest

from fanal.errors import ListError
from fanal.formats.streams import LINE, CutError, Line, head_of, lines_of, tail_of, until_cut
from fanal.model.known import KnownHash, Refused


def lines(data: bytes, encoding: str = "") -> list[Line]:
    return list(lines_of(io.BytesIO(data), encoding))


def test_lines_end_with_any_line_end():
    assert [line.text for line in lines(b"a\nb\r\nc\rd")] == ["a", "b", "c", "d"]
    assert [line.ended for line in lines(b"a\nb")] == [True, False]
    assert lines(b"") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_shows_its_hashes(encoding):
    found = lines("md5;x\nabc\n".encode(encoding))
    assert [line.text for line in found if line.text] == ["md5;x", "abc"]


def test_bytes_that_are_no_text_are_shown():
    assert lines(b"caf\xe9\n")[0].text == "caf\\xe9"
    assert lines(b"caf\xe9\n", "iso-8859-1")[0].text == "café"


def test_a_line_without_end_is_not_held():
    found = lines(b"a\n" + b"x" * (3 * LINE) + b"\nb\n")
    assert [(line.text, line.too_long) for line in found] == [
        ("a", False),
        ("", True),
        ("b", False),
    ]
    assert [line.number for line in found] == [1, 2, 3]


def test_the_two_ends_of_a_file(tmp_path):
    path = tmp_path / "list"
    path.write_bytes(b"0123456789")
    assert head_of(path, 3) == b"012"
    assert tail_of(path, 3) == b"789"
    assert tail_of(path, 99) == b"0123456789"


def test_a_cut_after_something_is_one_refusal():
    def rows():
        yield KnownHash(md5="a" * 32)
        yield Refused(2, "no hash")
        raise CutError("the text is cut")

    found = list(until_cut("zz", rows()))
    assert [type(each) for each in found] == [KnownHash, Refused, Refused]
    assert found[-1].row == 3
    assert found[-1].reason == "file ends early: the text is cut"


def test_a_cut_before_anything_is_a_list_error():
    def rows():
        raise CutError("the text is cut")
        yield

    with pytest.raises(ListError, match="nothing could be read from this zz list"):
        list(until_cut("zz", rows()))
