"""Purity and completeness are B-cubed precision and recall, as the papers define them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.demo.belonging import Belonging
from fanal.demo.grouping import grouped, kind_of, mixed
from fanal.demo.series_truth import Truth
from makers.series_cases import sha, true


def truth(*series):
    return Belonging(Truth(list(series)))


def by_definition(told, series_of):
    """The definition, content by content and pair by pair."""
    contents = [(sha256, series.id) for series in told.series for sha256 in series.contents]
    pure = complete = 0.0
    for one, own in contents:
        with_it = [
            id_ for other, id_ in contents if group(other, series_of) == group(one, series_of)
        ]
        belong = [group(other, series_of) for other, id_ in contents if id_ == own]
        pure += with_it.count(own) / len(with_it)
        complete += belong.count(group(one, series_of)) / len(belong)
    return pure / len(contents), complete / len(contents)


def group(sha256, series_of):
    return series_of.get(sha256, sha256)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), min_size=1, max_size=30))
def test_the_shares_are_those_of_the_definition(placed):
    names: dict[int, list[str]] = {}
    series_of = {}
    for number, (own, formed) in enumerate(placed):
        names.setdefault(own, []).append(f"{number:04x}")
        if formed:
            series_of[sha(f"{number:04x}")] = f"s-{formed}"
    told = truth(*(true(f"zz-r-{own:03d}", "real", held) for own, held in names.items()))
    found = grouped(told, series_of)["all"]
    assert (found.purity, found.completeness) == pytest.approx(by_definition(told, series_of))
    assert found.contents == len(placed)


def test_kinds_are_told_apart_and_whole_series_counted():
    told = truth(
        true("zz-r-001", "real", ["a", "b"], planted=True),
        true("zz-g-002", "generated", ["c", "d"]),
        true("zz-c-003", "clutter", ["e"]),
    )
    found = grouped(told, {sha("a"): "s-1", sha("b"): "s-1", sha("c"): "s-1"})
    assert found["planted"] == found["real"]
    assert (found["real"].whole, found["real"].several) == (1, 1)
    assert found["real"].purity == pytest.approx(2 / 3)
    assert (found["generated"].whole, found["generated"].several) == (0, 1)
    assert found["generated"].completeness == 0.5
    assert (found["clutter"].purity, found["clutter"].several) == (1, 0)


def test_what_belongs_together_by_the_story_is_not_impure():
    told = truth(
        true("zz-k-001", "known", ["a", "b"]),
        true("zz-r-002", "real", ["c"], planted=True, note="the same session as zz-k-001"),
        true("zz-c-003", "clutter", ["d"]),
    )
    series_of = {sha(name): "s-1" for name in "abc"}
    assert grouped(told, series_of)["all"].purity == 1
    assert mixed(told, series_of) == []
    (found,) = mixed(told, series_of | {sha("d"): "s-1"})
    assert (found.name, found.contents, found.wrong) == ("s-1", 4, 1)
    assert found.kinds == (("known: zz-way", 2), ("clutter: zz-way", 1), ("planted: zz-way", 1))


def test_a_look_with_a_planted_content_is_called_planted():
    told = truth(
        true("zz-c-001", "clutter", ["a", "b"]), true("zz-r-002", "real", ["c"], planted=True)
    )
    assert kind_of(told, map(sha, "ab")) == "clutter: zz-way"
    assert kind_of(told, map(sha, "abc")) == "planted: zz-way"
    assert kind_of(told, [sha("f")]) == "not of the story"
