import json

import pytest

from fanal.demo.series_truth import KINDS, TrueSeries, Truth, read_truth, write_truth
from fanal.errors import UsageError

ABOUT = {"size": 3, "seed": 7, "strip": 0.5, "wrong": 0.0}
PLANTED, CLUTTER = True, False
SERIES = [
    TrueSeries("zz-r-001", "real", PLANTED, "traded", ("aa", "bb"), ("001-phone",), "zz note"),
    TrueSeries("zz-c-001", "clutter", CLUTTER, "meme", ("cc",), ("001-phone", "002-disk")),
]


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "new" / "series-truth.jsonl"
    write_truth(path, SERIES, ABOUT)
    assert read_truth(path) == Truth(SERIES, 3, 7, 0.5, 0.0, json.loads(first(path))["counts"])
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def first(path) -> str:
    return path.read_text("utf-8").splitlines()[0]


def test_the_lines_are_as_agreed(tmp_path):
    path = tmp_path / "truth"
    write_truth(path, SERIES, ABOUT)
    about, one, _ = map(json.loads, path.read_text("utf-8").splitlines())
    assert about["version"] == 1
    assert about["counts"]["series"] == {
        "real": 1,
        "clutter": 1,
        "planted": 1,
        "planted traded": 1,
    }
    assert about["counts"]["contents"]["planted"] == 2
    assert one == {
        "id": "zz-r-001",
        "kind": "real",
        "planted": True,
        "way": "traded",
        "contents": ["aa", "bb"],
        "exhibits": ["001-phone"],
        "note": "zz note",
    }
    assert {"real", "clutter"} < set(KINDS)


def test_a_run_that_was_cut_off_leaves_no_truth(tmp_path):
    path = tmp_path / "truth"
    with pytest.raises(ZeroDivisionError):
        write_truth(path, (one for one in SERIES if 1 // 0), ABOUT)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "text", ["", "null\n", '{"version":2}\n', '{"version":1}\n{"id":1}\n', "{"]
)
def test_other_files_are_refused(tmp_path, text):
    path = tmp_path / "zz"
    path.write_text(text)
    with pytest.raises(UsageError):
        read_truth(path)
    with pytest.raises(UsageError):
        read_truth(tmp_path / "nothing")
