import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.formats.json_rows import (
    CHUNK,
    LIMIT,
    JsonScanner,
    Shape,
    UnreadableError,
    objects,
    outline,
)
from fanal.formats.streams import CutError

SHAPE = Shape(holders=("value", "Media"), dropped=("Miniature",))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


def scan(data: bytes | str) -> JsonScanner:
    return JsonScanner(io.BytesIO(data.encode() if isinstance(data, str) else data))


def found(data: bytes | str) -> list:
    return list(objects(scan(data), SHAPE))


@given(value=JSON, ascii_only=st.booleans(), blank=st.sampled_from(["", " ", "\n\t"]))
def test_every_value_is_read_as_json_reads_it(value, ascii_only, blank):
    text = blank + json.dumps(value, ensure_ascii=ascii_only, indent=1)
    scanner = scan(text.encode("utf-8", "surrogatepass"))
    assert scanner.value() == json.loads(text.encode("utf-8", "replace"))
    assert scanner.peek() == ""


@given(value=JSON, behind=JSON)
def test_what_is_passed_over_ends_where_it_ends(value, behind):
    scanner = scan(json.dumps(value) + " " + json.dumps(behind))
    scanner.skip()
    assert scanner.value() == behind


@given(text=st.text(alphabet=st.sampled_from('{}[]",:\\ a1'), max_size=40))
def test_no_text_raises_anything_else_or_hangs(text):
    try:
        for _ in range(100):
            found(text)
    except CutError:
        pass


def test_strings_and_numbers_may_lie_across_blocks():
    pad = " " * (CHUNK - 9)
    assert scan('{"a": ' + pad + '123456, "b\\\\": "x\\"y"}').value() == {
        "a": 123456,
        "b\\": 'x"y',
    }
    scanner = scan(" " * (CHUNK - 3) + "123456 7")
    assert (scanner.value(), scanner.value()) == (123456, 7)
    scanner = scan('["' + "\\\\" * CHUNK + '", 1] 2')
    scanner.skip()
    assert scanner.value() == 2


def test_numbers_are_not_rounded():
    values = scan("[1.10, 1.5, 1e400, 12345678901234567890, 0.1000000000000000055, NaN]").value()
    assert values == [1.1, 1.5, "1e400", 12345678901234567890, "0.1000000000000000055", "NaN"]
    assert scan("1" * 5000).value() == "1" * 5000


def test_what_python_cannot_write_again_is_made_plain():
    assert scan('"\\ud800x"').value() == "?x"
    with pytest.raises(UnreadableError):
        scan("[" * 40 + "]" * 40).value()
    with pytest.raises(UnreadableError):
        scan("[" * 100_000).value()


def test_control_characters_and_bytes_that_are_no_text_cost_nothing():
    assert scan(b'"a\tb\x01"').value() == "a\tb\x01"
    assert scan(b'"\xff"').value() == "\ufffd"


def test_a_huge_member_is_passed_over_and_the_rest_of_the_row_kept():
    files = ",".join('{"FileName": "x"}' for _ in range(50_000))
    text = '{"value": [{"MediaFiles": [' + files + '], "MD5": "m"}, {"MD5": "n"}]}'
    rows = found(text)
    assert [row.row for row in rows] == [{"MD5": "m"}, {"MD5": "n"}]
    assert [row.cut for row in rows] == [("MediaFiles",), ()]


def test_a_damaged_row_costs_its_damaged_members():
    rows = found('{"value": [{"MD5": "m", "x": [1 2], "SHA1": "s"}, {"MD5": "n"}]}')
    assert [row.row for row in rows] == [{"MD5": "m", "SHA1": "s"}, {"MD5": "n"}]
    assert rows[0].cut == ("x",)


def test_a_row_of_endless_members_is_bounded():
    members = ",".join(f'"k{n}": "{"v" * 4000}"' for n in range(2000))
    tracemalloc.start()
    (row,) = found('{"value": [{' + members + "}]}")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(len(value) for value in row.row.values()) < 5 * LIMIT
    assert peak < 40_000_000
    assert len(row.cut) > 0


def test_rows_are_found_in_cases_before_and_after_their_other_members():
    text = (
        '{"value": [{"Media": [{"MD5": "a"}], "CaseID": 1},'
        ' {"CaseID": 2, "Media": [{"MD5": "b"}, 7]}], "odata.metadata": "x"}'
    )
    for data in (text, text.replace(" ", " " * CHUNK)):
        assert [row.row for row in found(data)] == [{"MD5": "a"}, {"MD5": "b"}, None]


def test_pictures_are_dropped_on_either_path():
    small = found('{"value": [{"MD5": "a", "Miniature": "AAAA"}]}')
    large = found('{"value": [{"MD5": "a", "Miniature": "' + "A" * 2 * LIMIT + '"}]}')
    assert small == large
    assert small[0].row == {"MD5": "a"}


def test_the_outline_shows_what_the_first_bytes_show():
    data = b'{"a": "text", "b": 1, "value": [{"MD5": "x", "y": {"z": 1}}, {"SHA1": "cut'
    shown = outline(data)
    assert shown.top == {"a": "text", "b": "", "value": ""}
    assert shown.rows == {"MD5", "y", "SHA1"}
    assert outline(b'[{"type": 1}]').rows == {"type"}
    assert outline(b"").top == outline(b"nothing").top == {}
