"""Lists of pictures and scores are read as they stand, or refused with the line that is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.pipeline import validate_list
from fanal.pipeline.validate_list import Listed, Scored, read_pictures, read_scores


def written(tmp_path, text):
    path = tmp_path / "list"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    "text",
    [
        "path,truth,group\na.png,camera,one\n../b.png,generated,\n",
        "\ufefftruth,path,group\r\ncamera,a.png,one\r\ngenerated,../b.png,\r\n",
        '{"path":"a.png","truth":"camera","group":"one"}\n\n{"path":"../b.png","truth":"generated"}',
    ],
)
def test_pictures_as_csv_and_as_json_lines(tmp_path, text):
    base = bytes(tmp_path)
    assert read_pictures(written(tmp_path, text)) == [
        Listed(base + b"/a.png", same=False, group="one"),
        Listed(base + b"/../b.png", same=True, group=""),
    ]


def test_scores_with_and_without_a_condition(tmp_path):
    text = "score,truth,condition,group\n1.5,same,a/b,one\n-2e3,other,,\n0,camera,,\n"
    assert read_scores(written(tmp_path, text)) == [
        Scored(1.5, same=True, condition="a/b", group="one"),
        Scored(-2000.0, same=False, condition="", group=""),
        Scored(0.0, same=False, condition="", group=""),
    ]
    lines = '{"score": 1, "truth": "generated"}'
    assert read_scores(written(tmp_path, lines)) == [Scored(1.0, same=True, condition="", group="")]


BAD = {
    "nothing": ("", "lists nothing"),
    "no row": ("score,truth\n", "lists nothing"),
    "other columns": ("points,truth\n1,same\n", "has not the columns"),
    "more columns": ("score,truth,secret\n1,same,2\n", "has not the columns"),
    "short row": ("score,truth\n1\n", "line 2 has not as many columns"),
    "long row": ("score,truth\n1,same,2\n", "line 2 has not as many columns"),
    "truth": ("score,truth\n1,maybe\n", "line 2: the truth is one of"),
    "no score": ("score,truth\n,same\n", "line 2: the score is no number"),
    "nan": ("score,truth\nnan,same\n", "line 2: the score is no number"),
    "infinite": ("score,truth\n1e999,same\n", "line 2: the score is no number"),
    "true": ('{"score": true, "truth": "same"}', "line 1: the score is no number"),
    "a list": ('{"score": [1], "truth": "same"}', "line 1: the score is no number"),
    "truth of a kind": ('{"score": 1, "truth": ["same"]}', "line 1: the truth is one of"),
    "no object": ('{"score": 1, "truth": "same"}\n3', "line 2 is no JSON object"),
    "no JSON": ("{zz", "line 1 is not JSON"),
    "deep": ('{"score":' + "[" * 100_000, "line 1 is not JSON"),
    "screen": ("score,truth,group\n1,same,\x1b[2J\n", "cannot be shown"),
    "long word": ("score,truth,group\n1,same," + "z" * 300 + "\n", "group is no text"),
    "quotes": ('score,truth\n"1,same\n', "unexpected end of data"),
    "another alphabet": (b"score,truth\n1,\xff\n", "is not UTF-8"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_named_with_its_line(tmp_path, name):
    text, words = BAD[name]
    with pytest.raises(UsageError) as told:
        read_scores(written(tmp_path, text))
    assert words in told.value.message


def test_a_path_is_needed_and_a_list_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="path is no text"):
        read_pictures(written(tmp_path, "path,truth\n,camera\n"))
    with pytest.raises(UsageError, match="path is no text"):
        read_pictures(written(tmp_path, '{"path": "a\\u0000", "truth": "camera"}'))
    with pytest.raises(UsageError, match="cannot be read"):
        read_pictures(tmp_path / "nowhere")


def test_lists_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(validate_list, "MOST_ROWS", 2)
    with pytest.raises(UsageError, match="more than 2 rows"):
        read_scores(written(tmp_path, "score,truth\n" + "1,same\n" * 3))
    monkeypatch.setattr(validate_list, "MOST_BYTES", 10)
    with pytest.raises(UsageError, match="more than 10 bytes"):
        read_scores(written(tmp_path, "score,truth\n1,same\n"))


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any"
    for told in (data, b"score,truth\n" + data, b"{" + data):
        path.write_bytes(told)
        try:
            rows = read_scores(path)
        except UsageError:
            continue
        assert all(isinstance(row, Scored) for row in rows)
