"""Series are written as links and people say, made anew only where their facts changed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.model.decision import Decision
from fanal.model.series import (
    MADE_FROM,
    SAME_PICTURE,
    SAME_SESSION,
    SHEET,
    Cut,
    Link,
    Member,
    Regroup,
    Series,
)
from fanal.pipeline.account import cuts
from fanal.pipeline.group import group, is_grouped
from fanal.pipeline.progress import Silent
from makers.cases import opened
from makers.groups import (
    add,
    content,
    decision,
    filled,
    grouped,
    link,
    named,
    opinion,
    run,
    series_of,
    sha,
    taken,
)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "case"


def only(store, kind, **equal):
    (one,) = store.find(kind, **equal)
    return one


def test_a_case_without_links_has_no_series_and_no_act(folder):
    store = filled(folder, 3)
    assert group(store, "zz", Silent()) is False
    assert [leaf.verb for leaf in store.history()] == ["intake"]
    store.close()


def test_series_are_written_with_their_reason_and_a_second_run_writes_nothing(folder):
    more = [link(0, 1, SAME_PICTURE), link(2, 3, joins=False), link(4, 5, MADE_FROM, 90)]
    dated = [taken(0, "2024-05-01T10:00:00+02:00"), taken(2, "2024-05-03T09:00:00")]
    store = filled(folder, 7, run([0, 1, 2]), more, dated)
    assert group(store, "zz", Silent()) is True
    assert set(series_of(store).values()) == {frozenset({0, 1, 2}), frozenset({4, 5})}
    one = only(store, Series, size=3)
    assert one.name == f"s-{min(map(sha, range(3)))[:12]}"
    assert one.says == ("3 contents on 3 exhibits: same picture (1 link), same session (2 links)")
    assert one.facts == {
        "exhibits": 3,
        "kinds": {SAME_PICTURE: 1, SAME_SESSION: 2},
        "clock": "camera",
        "first": "2024-05-01T10:00:00",
        "last": "2024-05-03T09:00:00",
    }
    assert only(store, Series, size=2).facts["clock"] == "file"
    leaves = len(list(store.history()))
    assert is_grouped(store)
    assert group(store, "zz", Silent()) is False
    assert len(list(store.history())) == leaves
    store.close()


def test_facts_that_change_nothing_leave_series_where_they_are(folder):
    store = filled(folder, 4, run([0, 1]))
    grouped(store)
    add(store, [opinion(3, "camera")])
    assert not is_grouped(store)
    assert group(store, "zz", Silent()) is True
    last = list(store.history())[-1]
    assert (last.verb, last.drops, dict(last.records)) == ("group", (), {})
    assert is_grouped(store)
    store.close()


def test_series_are_replaced_in_one_act_and_keep_their_names(folder):
    store = filled(folder, 9, run([0, 1, 2]), run([3, 4]))
    before = grouped(store)
    add(store, run([2, 5, 6, 7]))
    after = grouped(store)
    assert named(after, [0, 1, 2, 5, 6, 7]) == named(before, [0, 1, 2])
    assert named(after, [3, 4]) == named(before, [3, 4])
    last = list(store.history())[-1]
    assert {table for table, _ in last.drops} == {"series", "member"}
    assert last.records["member"]["count"] == 8
    store.close()


def test_links_that_are_gone_leave_no_series(folder):
    store = filled(folder, 3)
    add(store, run([0, 1]))
    assert grouped(store)
    with store.act("zz", "link") as act:
        act.drop(Link)
    assert grouped(store) == {}
    assert list(store.find(Member)) == []
    store.close()


def test_the_content_with_most_evidence_of_origin_stands_for_its_series(folder):
    told = [opinion(at, "generator") for at in range(3)] + [opinion(3, "camera")]
    store = filled(folder, 4, run(range(4)), told)
    grouped(store)
    assert only(store, Series).representative == sha(3)
    store.close()


def test_new_evidence_never_joins_a_series_in_which_somebody_decided(folder):
    store = filled(folder, 6, run([0, 1, 2]))
    name = named(grouped(store), [0, 1, 2])
    add(store, decision(1))
    grouped(store)
    assert only(store, Series).held
    add(store, [*run([2, 3, 4]), link(0, 3, strength=90)])
    assert grouped(store) == {
        name: frozenset({0, 1, 2}),
        f"s-{min(sha(3), sha(4))[:12]}": frozenset({3, 4}),
    }
    held = only(store, Series, name=name)
    assert held.facts["proposed"] == {"count": 1, "first": [sha(3)]}
    assert "nothing joins or leaves it by itself; 1 content proposed to join" in held.says
    other = only(store, Series, size=2)
    assert other.facts["proposed"] == {"count": 2, "first": [sha(0), sha(2)]}
    # What is taken back holds nothing.
    add(store, decision(1, name="d-2", undoes="d-1"))
    assert set(grouped(store).values()) == {frozenset(range(5))}
    store.close()


def test_a_person_s_merge_is_kept_whatever_links_say(folder):
    store = filled(folder, 9, run([0, 1]), run([2, 3, 4]))
    grouped(store)
    event = Regroup(
        *("r-1", "merge", "Zoe", "zz", "2026-03-01T10:00:00", "one room\x1b[2J" + "z" * 400),
        (sha(0), sha(1), sha(5), "f" * 64),
    )
    add(store, [event])
    after = grouped(store)
    assert set(after.values()) == {frozenset({0, 1, 5}), frozenset({2, 3, 4})}
    one = only(store, Series, name=named(after, [0, 1, 5]))
    assert one.held
    assert one.facts["event"] == "r-1"
    assert "put together by Zoe (login zz) on 2026-03-01 (one room" in one.says
    assert len(one.says) < 400
    add(store, [Regroup("r-2", "undo", "Abe", "zz", "2026-03-02", "no", (), (), "r-1")])
    assert set(grouped(store).values()) == {frozenset({0, 1}), frozenset({2, 3, 4})}
    store.close()


def test_an_event_that_contradicts_an_earlier_one_says_so(folder):
    store = filled(folder, 4, run([0, 1, 2, 3]))
    grouped(store)
    here, there = (sha(0),), (sha(1), sha(2), sha(3))
    add(store, [Regroup("r-1", "split", "Abe", "a", "2026-03-01", "no", here, there)])
    assert set(grouped(store).values()) == {frozenset({1, 2, 3})}
    assert "set apart by Abe" in only(store, Series).says
    add(store, [Regroup("r-2", "merge", "Zoe", "z", "2026-03-02", "yes", (*here, *there))])
    assert set(grouped(store).values()) == {frozenset({0, 1, 2, 3})}
    assert "although Abe said otherwise in r-1" in only(store, Series).says
    store.close()


def test_what_would_swallow_a_tenth_of_the_case_is_cut_and_reported(folder):
    store = filled(folder, 600, run(range(100), kind=SAME_PICTURE), run([200, 201]))
    series = grouped(store)
    assert sorted(map(len, series.values())) == [2, 100 % SHEET, SHEET, SHEET]
    cut = only(store, Cut)
    assert (cut.contents, cut.parts, cut.kind, len(cut.first)) == (100, 3, SAME_PICTURE, 8)
    assert cut.says == (
        "100 contents hang together, most by the link 'same picture', more than a tenth of the"
        " case: taken apart into 3 parts at the weakest links; blank pictures, icons and logos do"
        " this"
    )
    parts = [one.facts for one in store.find(Series) if "cut" in one.facts]
    assert sorted(one["part"] for one in parts) == [1, 2, 3]
    assert {one["cut"] for one in parts} == {cut.name}
    (line,) = cuts(store)
    assert (line.reason, line.detail, line.gap) == (f"taken apart: {cut.name}", cut.says, False)
    assert grouped(store) == series
    store.close()


def test_a_small_case_with_one_burst_is_not_cut(folder):
    store = filled(folder, 60, run(range(20), strength=88))
    assert list(grouped(store).values()) == [frozenset(range(20))]
    assert not list(store.find(Cut))
    store.close()


def test_hostile_times_and_rings_of_links_end_nothing(folder):
    dates = ["2099-01-01T00:00:00", "0000-00-00", "x" * 5000, "2024-13-45T99:99:99", ""]
    told = [taken(at, when) for at, when in enumerate(dates)]
    ring = [Link(sha(a), sha((a + 1) % 5), MADE_FROM, "zz", 90, True, "zz") for a in range(5)]  # noqa: FBT003
    itself = Link(sha(9), sha(9), SAME_PICTURE, "zz", 90, True, "zz")  # noqa: FBT003
    nowhere = Link(sha(8), "f" * 64, SAME_PICTURE, "zz", 90, True, "zz")  # noqa: FBT003
    store = filled(folder, 10, told, ring, [itself, nowhere])
    assert list(grouped(store).values()) == [frozenset(range(5))]
    assert only(store, Series).facts["clock"] == "file"
    store.close()


pairs = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] < pair[1]),
    max_size=12,
    unique=True,
)


@given(st.lists(pairs, min_size=1, max_size=3), st.lists(st.integers(0, 11), max_size=2))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_evidence_that_comes_bit_by_bit_is_as_good_as_at_once(tmp_path_factory, told, decided):
    """Where nobody decides, the series are those of all links; where somebody does, they stay."""
    store = opened(tmp_path_factory.mktemp("case") / "case")
    with store.act("zz", "intake") as act:
        act.put([record for at in range(12) for record in content(at)])
    for part in told:
        add(store, [link(*pair) for pair in part])
        before = grouped(store)
    add(store, decision(*set(decided)) if decided else [])
    assert grouped(store) == before
    held = {name for name, of in before.items() if of & set(decided)}
    assert {one.name for one in store.find(Series) if one.held} == held
    add(store, [link(at, at + 1, strength=99) for at in range(11)])
    after = grouped(store)
    assert {name: after[name] for name in held} == {name: before[name] for name in held}
    assert store.count(Decision) == len(set(decided))
    store.close()
