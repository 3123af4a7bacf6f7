import math

from hypothesis import assume, given
from hypothesis import strategies as st

from fanal.model.series import SAME_PLACE
from fanal.series.places import METRES, Places, cell_of, place_of
from makers.linked import content

EARTH = 6_371_000.0
POINTS = st.tuples(st.floats(-89, 89), st.floats(-180, 180))


def ties_of(*places):
    gathered = Places()
    for number, place in enumerate(places):
        gathered.add(content(number), place)
    return list(gathered.ties())


def metres(one, other):
    """By the haversine formula, on a sphere."""
    (a, b), (c, d) = (map(math.radians, place) for place in (one, other))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(half))


def test_pictures_of_one_cell_are_tied_and_one_alone_is_not():
    ties = ties_of((52.3702, 4.8952), (52.3706, 4.8949), (48.8566, 2.3522))
    assert {tie.sha256 for tie in ties} == {content(0), content(1)}
    assert {tie.kind for tie in ties} == {SAME_PLACE}
    assert len({tie.common for tie in ties}) == 1


@given(POINTS, st.floats(-0.004, 0.004), st.floats(-0.004, 0.004))
def test_what_shares_a_cell_is_not_far_apart(place, down, across):
    other = place[0] + down, place[1] + across
    assume(-180 <= other[1] <= 180)
    if cell_of(place) == cell_of(other):
        assert metres(place, other) <= METRES * 1.5  # the diagonal


def test_what_a_receiver_writes_without_a_position_is_none():
    for latitude, longitude in ((0, 0), (52.0, 4.0), (91.5, 0.5), (0.5, 181.5), (math.nan, 0.5)):
        assert place_of({"latitude": latitude, "longitude": longitude}) is None
    assert place_of(None) is None
    assert place_of({"latitude": "52.1", "longitude": 4.2}) is None
    assert place_of({"latitude": 52.1, "longitude": -4.2}) == (52.1, -4.2)
