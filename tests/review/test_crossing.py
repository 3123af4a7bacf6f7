from collections import Counter

from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.opinion import STATES
from fanal.review.crossing import GROUPS, crossed, figure, group
from fanal.review.overview_facts import Row


def test_every_state_is_in_one_group_and_no_other_state_is():
    assert Counter(state for states in GROUPS.values() for state in states) == Counter(STATES)


def test_what_is_not_known_to_be_anything_is_unknown():
    for state in ("", "inconclusive", "conflicting", "not_assessed", "zz-new-state"):
        assert group(state) == "unknown"


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(("", *STATES)), st.booleans(), st.booleans()), st.integers(1, 99)
    )
)
def test_rows_add_up_to_what_was_counted(counts):
    rows = crossed(counts)
    assert [row.group for row in rows] == ["camera", "edited", "ai", "unknown"]
    assert sum(row.total for row in rows) == sum(counts.values())
    assert sum(row.known for row in rows) == sum(n for key, n in counts.items() if key[1])
    near = sum(n for (_, known, is_near), n in counts.items() if is_near and not known)
    assert sum(row.near for row in rows) == near


def test_the_figure_has_every_number_as_text():
    rows = [Row(name, at * 1111 + 1, at * 37) for at, name in enumerate(GROUPS)]
    drawn = fromstring(str(figure("f", rows)))
    words = ["".join(text.itertext()) for text in drawn.iter("text")]
    for row in rows:
        assert f"{row.total:,}" in words
        assert f"new {row.new:,}" in words
        assert f"known {row.known:,}" in words
