import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.series import SAME_SESSION
from fanal.series.sessions import Sessions
from makers.linked import content, groups, shot


def links_of(*shots):
    gathered = Sessions()
    for one in shots:
        gathered.add(one)
    return list(gathered.links())


def test_pictures_of_one_camera_within_half_an_hour_are_one_session():
    found = links_of(shot(0, 0), shot(1, 3), shot(2, 1700), shot(3, 3600))
    assert groups(found, 4) == {frozenset({0, 1, 2}), frozenset({3})}
    assert [(link.kind, link.how, link.joins) for link in found] == [
        (SAME_SESSION, "burst", True),
        (SAME_SESSION, "session", True),
    ]


def test_other_cameras_are_other_sessions():
    assert not links_of(shot(0, 0), shot(1, 3, body=2))


def test_numbers_and_places_that_go_on_make_a_link_stronger():
    def strength(*more):
        (link,) = links_of(shot(0, 0, **more[0]), shot(1, 100, **more[1]))
        return link.strength

    bare = strength({}, {})
    numbered = strength({"number": 7}, {"number": 8})
    placed = strength({"number": 7, "place": (52.0, 4.0)}, {"number": 8, "place": (52.0, 4.0)})
    jumped = strength({"number": 7}, {"number": 4000})
    assert jumped < bare < numbered < placed


def test_two_telephones_of_one_model_are_told_apart_by_their_numbers():
    two = shot(0, 0, number=100, sure=False), shot(1, 120, number=7000, sure=False)
    assert not links_of(*two)
    assert links_of(shot(0, 0, number=100), shot(1, 120, number=7000))


def test_what_was_taken_elsewhere_minutes_later_is_not_joined():
    assert not links_of(shot(0, 0, place=(52.0, 4.0)), shot(1, 600, place=(48.0, 2.0)))
    (near,) = links_of(shot(0, 0, place=(52.0, 4.0)), shot(1, 600, place=(52.001, 4.0)))
    assert "at one place" in near.says


def test_a_time_that_thousands_have_joins_nobody():
    assert not links_of(*(shot(number, 0) for number in range(1001)))
    assert len(links_of(*(shot(number, 0) for number in range(1000)))) == 999


def test_a_picture_without_a_time_is_left_out():
    assert not links_of(shot(0, float("nan")), shot(1, 0))


def test_a_content_on_several_exhibits_is_not_linked_to_itself():
    found = links_of(shot(0, 0), shot(0, 0), shot(1, 5))
    assert [(link.a, link.b) for link in found] == [tuple(sorted((content(0), content(1))))]


SHOTS = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.integers(1, 2),
        st.integers(0, 20_000),
        st.none() | st.integers(-(2**70), 2**70),
        st.booleans(),
        st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    ),
    max_size=25,
)


@given(SHOTS)
def test_links_are_a_sparse_chain_within_cameras_and_half_an_hour(told):
    shots = [
        shot(number, time, body=body, number=count, sure=sure, place=place)
        for number, body, time, count, sure, place in told
    ]
    found = links_of(*shots)
    assert len(found) <= max(0, len(shots) - 1)
    times = {}
    for one in shots:
        times.setdefault(one.sha256, set()).add((one.body, one.time))
    for link in found:
        assert link.a < link.b
        assert 1 <= link.strength <= 100
        assert any(
            first[0] == second[0] and abs(first[1] - second[1]) <= 1800
            for first, second in itertools.product(times[link.a], times[link.b])
        )
    assert {*map(repr, found)} == {*map(repr, links_of(*reversed(shots)))}


@pytest.mark.parametrize(("apart", "joins"), [(1800, True), (1801, False)])
def test_the_longest_pause(apart, joins):
    assert bool(links_of(shot(0, 0), shot(1, apart))) is joins
