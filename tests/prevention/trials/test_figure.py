from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from fanal.prevention.trials.analysis import Comparison, Look
from fanal.prevention.trials.figure import figure

SVG = "{http://www.w3.org/2000/svg}"


def drawn(looks):
    days = [date(2026, 12, 1) + timedelta(days=at) for at in range(len(looks))]
    told = tuple(Look(day, *look) for day, look in zip(days, looks, strict=True))
    text = figure(Comparison("help", told, None, None, None), 0.05, 0.04)
    return ET.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314 (ours)


def test_evidence_is_drawn_against_its_limit():
    svg = drawn([(1.0, 0.0, -1, 1), (20.0, -0.05, -0.1, 0.0), (400.0, -0.06, -0.09, -0.03)])
    (line,) = [one for one in svg.iter(f"{SVG}line") if one.get("class") == "limit"]
    evidence, difference = [
        [tuple(map(float, point.split(","))) for point in one.get("points").split()]
        for one in svg.iter(f"{SVG}polyline")
    ]
    assert evidence[1][1] == pytest.approx(float(line.get("y1")), abs=0.1)
    assert evidence[2][1] < evidence[1][1] < evidence[0][1]  # upwards on the page
    assert difference[2][1] > difference[0][1]
    assert "e-value 400, difference -6.0 points" in svg.get("aria-label")


@pytest.mark.parametrize(
    "looks",
    [
        [(1.0, 0.0, -1.0, 1.0)],
        [(0.0, -1.0, -1.0, 1.0), (1e300, 1.0, 0.9, 1.0)],
        [(1e-12, 0.001, -1.0, 1.0)] * 200,
        [(2.0, -0.5, -0.6, -0.4)] * 3,
    ],
)
def test_everything_stays_on_the_page(looks):
    svg = drawn(looks)
    for shape in svg.iter():
        for point in (shape.get("points") or "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= 640
            assert 0 <= y <= 150
    assert not [one for one in svg.iter() if one.get("style") or one.get("onload")]


def test_no_looks_make_no_figure():
    assert figure(Comparison("help", (), None, None, None), 0.05, 0.04) == ""
