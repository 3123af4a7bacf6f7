import math
import re
from importlib.resources import files
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from fanal.review.world import (
    BORDER,
    DISPUTED,
    HIGH,
    IMPOSSIBLE,
    SEA,
    WIDTH,
    Atlas,
    Country,
    atlas,
    projected,
    world,
)

FILE = files("fanal.review") / "templates" / "world.toml"
CITIES = {
    "Paris": (48.857, 2.352, "France"),
    "Berlin": (52.52, 13.405, "Germany"),
    "Madrid": (40.417, -3.704, "Spain"),
    "Tokyo": (35.68, 139.69, "Japan"),
    "New York": (40.713, -74.006, "United States of America"),
    "Honolulu": (21.307, -157.858, "United States of America"),
    "Vancouver": (49.283, -123.121, "Canada"),
    "Nairobi": (-1.292, 36.822, "Kenya"),
    "Sydney": (-33.869, 151.209, "Australia"),
    "São Paulo": (-23.55, -46.63, "Brazil"),
    "Mumbai": (19.076, 72.878, "India"),
    "Manila": (14.6, 120.984, "Philippines"),
    "Bangkok": (13.756, 100.502, "Thailand"),
    "Lagos": (6.524, 3.379, "Nigeria"),
    "Cape Town": (-33.925, 18.424, "South Africa"),
    "Reykjavik": (64.147, -21.943, "Iceland"),
    "Anadyr, by the antimeridian": (64.734, 177.5, "Russia"),
    "Uelen, beyond it": (66.16, -169.81, "Russia"),
    "Suva": (-18.142, 178.442, "Fiji"),
    "Taveuni, Fiji, at 180 degrees": (-16.85, 179.97, "Fiji"),
    "Las Palmas, an island": (28.124, -15.436, "Spain"),
    "Ponta Delgada, an island": (37.741, -25.676, "Portugal"),
    "Valletta, too small for the map": (35.899, 14.515, "Malta"),
    "Nuku'alofa": (-21.13, -175.2, "Tonga"),
}
UNASSIGNED = {
    "Geneva": (46.204, 6.143, BORDER),
    "Kos, by another country's coast": (36.893, 27.288, BORDER),
    "Singapore": (1.29, 103.85, BORDER),
    "Llívia, inside another country": (42.464, 1.981, BORDER),
    "the Atlantic": (30.5, -45.5, SEA),
    "the North Pole": (90.0, 0.0, SEA),
    "Simferopol": (44.95, 34.1, DISPUTED),
    "Pristina": (42.66, 21.16, DISPUTED),
}
NOWHERE = [
    (math.nan, 1.0),
    (1.0, math.nan),
    (math.inf, 0.0),
    (1e308, 1e308),
    (-90.0001, 0.0),
    (0.0, 180.0001),
]


@pytest.mark.parametrize("city", CITIES)
def test_a_city_lies_in_its_country(city):
    *place, country = CITIES[city]
    assert atlas().country(*place) == country


@pytest.mark.parametrize("place", UNASSIGNED)
def test_what_is_not_sure_is_given_to_no_country(place):
    latitude, longitude, why = UNASSIGNED[place]
    assert atlas().counted([latitude], [longitude]) == ({}, {why: 1})


@pytest.mark.parametrize("place", NOWHERE, ids=str)
def test_what_is_no_position_is_none(place):
    assert atlas().counted([place[0]], [place[1]]) == ({}, {IMPOSSIBLE: 1})


def test_many_are_counted_as_one_by_one():
    places = [*CITIES.values(), *UNASSIGNED.values()] * 3
    found, why = atlas().counted([y for y, _, _ in places], [x for _, x, _ in places])
    assert sum(found.values()) == 3 * len(CITIES)
    assert sum(why.values()) == 3 * len(UNASSIGNED)
    assert found["United States of America"] == 6


POSITIONS = st.lists(
    st.tuples(st.floats(), st.floats()) | st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    max_size=20,
)


@given(POSITIONS)
def test_every_position_is_counted_once_whatever_it_is(places):
    found, why = atlas().counted([y for y, _ in places], [x for _, x in places])
    assert sum(found.values()) + sum(why.values()) == len(places)


SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
HOLE = ((4.0, 4.0), (6.0, 4.0), (6.0, 6.0), (4.0, 6.0))


@given(st.floats(0.5, 9.5), st.floats(0.5, 9.5))
def test_a_hole_is_not_the_country(latitude, longitude):
    made = Atlas([Country("A", "1", (SQUARE, HOLE), ())], ())
    deep = 4.3 < latitude < 5.7 and 4.3 < longitude < 5.7
    far = not (3.7 < latitude < 6.3 and 3.7 < longitude < 6.3)
    if deep:
        assert made.country(latitude, longitude) == ""
    elif far:
        assert made.country(latitude, longitude) == "A"


def test_an_empty_map_knows_no_country():
    assert Atlas([], []).counted([1.0], [1.0]) == ({}, {SEA: 1})


def test_where_the_map_comes_from_is_recorded():
    text = FILE.read_text("utf-8")
    assert "public domain" in text
    assert (
        len(re.findall(r"^# countries-\d+m\.json: SHA-256 [0-9a-f]{64}$", text, re.MULTILINE)) == 3
    )
    assert len(text.encode()) < 150_000
    assert (Path(__file__).parents[2] / "tools" / "world.py").is_file()


def test_every_country_has_a_name_of_its_own_and_parts():
    countries = atlas().countries
    assert len({one.name for one in countries}) == len(countries) > 230
    assert all(one.drawn or one.more for one in countries)
    assert sum(bool(one.drawn) for one in countries) == 177
    for one in countries:
        for ring in (*one.drawn, *one.more):
            assert ring, one.name
            assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in ring), one.name


def test_the_projection_is_that_of_its_paper():
    # The edge of Equal Earth: x = 2.7066 at the equator, y = 1.3173 at the pole.
    scale = WIDTH / 5.41326
    assert projected(180, 0)[0] - WIDTH / 2 == pytest.approx(2.70663 * scale, abs=0.05)
    assert projected(0, 90)[1] == pytest.approx(0, abs=0.05)
    assert projected(0, 0) == pytest.approx((WIDTH / 2, 1.317363 * scale))
    across = projected(180, 90)[0] - projected(-180, 90)[0]
    assert across / WIDTH == pytest.approx(0.59, abs=0.01)


COUNTS = st.dictionaries(
    st.sampled_from([one.name for one in atlas().countries]), st.integers(1, 10**7), max_size=30
)


@given(COUNTS)
def test_the_figure_tells_every_number_and_nothing_leaves_it(counts):
    root = fromstring(str(world("w", "Places", counts)))
    said = root.find("desc").text
    titles = [title.text for title in root.iter("title")]
    for name, count in counts.items():
        assert f"{name}: {count:,}" in said
        assert name == "Antarctica" or f"{name}: {count:,}" in titles
    assert root.get("viewBox") == f"0 0 {WIDTH} {HIGH}"
    for dot in root.iter("circle"):
        assert 0 < float(dot.get("cx")) < WIDTH
        assert 0 < float(dot.get("cy")) < HIGH


def test_countries_too_small_for_the_map_are_dots_with_names():
    root = fromstring(str(world("w", "Places", {"Malta": 3, "Tonga": 2, "Germany": 40})))
    words = ["".join(text.itertext()) for text in root.iter("text")]
    assert sorted(words) == ["40", "Malta 3", "Tonga 2"]
    assert len(list(root.iter("circle"))) == 2


def test_shades_follow_the_numbers():
    root = fromstring(str(world("w", "Places", {"Germany": 90, "France": 20, "Spain": 1})))
    shade = {
        path.find("title").text: path.get("class")
        for path in root.iter("path")
        if path.find("title") is not None
    }
    assert shade == {"Germany: 90": "full", "France: 20": "half", "Spain: 1": "pale"}


def test_a_figure_is_small_and_has_no_style_of_its_own():
    drawn = str(world("w", "Places", {"Germany": 1}))
    assert len(drawn) < 60_000
    assert " style=" not in drawn
