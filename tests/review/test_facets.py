import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fanal.review.facets import (
    Choice,
    Values,
    counted,
    counted_marks,
    fitting,
    marked,
    others,
    place_key,
)

CODES = "abcd"
MARKS = ("lead", "note")


def values():
    made = Values()
    for code in CODES:
        made.of(code, code.upper())
    return made


choices = st.builds(
    Choice,
    st.frozensets(st.sampled_from("abcdz"), max_size=3),
    st.frozensets(st.sampled_from("abcdz"), max_size=2),
)


@given(st.lists(st.sampled_from(CODES), max_size=30), choices)
def test_what_is_chosen_comes_through_and_what_is_left_out_does_not(row, choice):
    column = np.array([CODES.index(code) for code in row], np.int32)
    found = fitting(column, values(), choice).tolist()
    assert found == [
        (not choice.only or code in choice.only) and code not in choice.without for code in row
    ]


@given(
    st.lists(st.integers(0, 3), max_size=30),
    st.frozensets(st.sampled_from(MARKS)),
    st.frozensets(st.sampled_from(MARKS)),
)
def test_a_row_may_have_several_marks(row, only, without):
    found = marked(np.array(row, np.int32), MARKS, Choice(only, without)).tolist()
    has = [{name for at, name in enumerate(MARKS) if bits & 1 << at} for bits in row]
    assert found == [(not only or bool(one & only)) and not one & without for one in has]


def test_a_facet_counts_its_values_as_the_other_facets_leave_them():
    masks = {
        "": np.array([True, True, True, False]),
        "x": np.array([True, False, True, True]),
        "y": np.array([True, True, False, True]),
    }
    found = {name: mask.tolist() for name, mask in others(masks, 4).items()}
    assert found["x"] == [True, True, False, False]
    assert found["y"] == [True, False, True, False]


def test_values_are_counted_most_first_and_what_is_chosen_always():
    column = np.array([0, 1, 1, 2, 1, 0], np.int32)
    among = np.array([True, True, True, False, True, True])
    told = counted(column, values(), among, frozenset({"d"}))
    assert [(one.code, one.says, one.count) for one in told] == [
        ("d", "D", 0),
        ("b", "B", 3),
        ("a", "A", 2),
    ]


def test_marks_are_counted_each():
    column = np.array([3, 1, 0, 2], np.int32)
    told = counted_marks(
        column, MARKS, {"lead": "Lead", "note": "Note"}, np.array([True, True, True, False])
    )
    assert [(one.code, one.count) for one in told] == [("lead", 2), ("note", 1)]


@given(
    st.tuples(st.integers(0, 8), st.integers(0, 10**6)),
    st.tuples(st.integers(0, 8), st.integers(0, 10**6)),
)
def test_places_are_ordered_by_step_and_turn(one, other):
    assert (place_key(*one) < place_key(*other)) == (one < other)
