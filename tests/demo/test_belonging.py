"""The truth answers by content, and knows which series the story ties together."""

from fanal.demo.belonging import Belonging
from fanal.demo.series_truth import NAME, Truth, write_truth
from makers.series_cases import sha, true

SERIES = [
    true("zz-k-001", "known", ["a"]),
    true("zz-r-002", "real", ["b"], planted=True, note="the same session as zz-k-001, all listed"),
    true("zz-g-003", "generated", ["c"], note="made from the photographs of zz-r-002"),
    true("zz-g-010", "generated", ["d"], note="zz-g-999 is not in the story"),
]


def test_it_is_read_from_the_file_beside_the_operation(tmp_path):
    write_truth(tmp_path / NAME, SERIES, {"size": 4, "seed": 1})
    truth = Belonging.read(tmp_path / NAME)
    assert truth.by_content[sha("c")].id == "zz-g-003"
    assert [series.id for series in truth.planted] == ["zz-r-002"]


def test_series_that_a_note_names_are_one_family():
    family = Belonging(Truth(SERIES)).family
    assert len({family[name] for name in ("zz-k-001", "zz-r-002", "zz-g-003")}) == 1
    assert family["zz-g-010"] == "zz-g-010"


def test_notes_that_name_each_other_end():
    told = [
        true("zz-r-001", "real", ["a"], note="zz-r-002"),
        true("zz-r-002", "real", ["b"], note="zz-r-001"),
    ]
    assert len(set(Belonging(Truth(told)).family.values())) == 1
