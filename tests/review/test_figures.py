import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.review.figures import RIGHT, WIDTH, Bar, Part, bars, histogram

COUNTS = st.integers(0, 10_000_000)
FILLS = ("full", "half", "pale", "open")


def drawn(markup):
    return ET.fromstring(str(markup))  # noqa: S314 (our own drawing)


def boxes(figure, fill):
    return [
        float(box.get("width"))
        for box in figure.iter("rect")
        if box.get("class") == fill and float(box.get("height")) == 24
    ]


def test_bars_are_as_long_as_their_numbers():
    figure = drawn(
        bars("f", "Numbers", (Bar("a", (Part("a", 100),)), Bar("b", (Part("b", 25, "open"),))))
    )
    (whole,), (quarter,) = boxes(figure, "full"), boxes(figure, "open")
    assert quarter == pytest.approx(whole / 4, abs=0.1)


@given(st.lists(st.tuples(*[COUNTS] * 4), min_size=1, max_size=8))
def test_every_number_stands_there_as_text_and_nothing_leaves_the_figure(rows):
    made = tuple(
        Bar(
            f"row {at}",
            tuple(Part(f"part {fill}", n, fill) for n, fill in zip(row, FILLS, strict=True)),
        )
        for at, row in enumerate(rows)
    )
    figure = drawn(bars("f", "Numbers", made))
    texts = ["".join(text.itertext()) for text in figure.iter("text")]
    for row in rows:
        assert f"{sum(row):,}" in texts
        for count, fill in zip(row, FILLS, strict=True):
            assert f"part {fill} {count:,}" in texts
    for box in figure.iter("rect"):
        assert float(box.get("x")) + float(box.get("width")) <= RIGHT + 3 * len(FILLS) + 100
        assert float(box.get("y")) + float(box.get("height")) <= float(
            figure.get("viewBox").split()[3]
        )


def test_a_part_of_a_millionth_is_seen_and_nothing_is_not_drawn():
    figure = drawn(
        bars(
            "f",
            "Numbers",
            (Bar("a", (Part("many", 10_000_000), Part("one", 1, "open"), Part("no", 0, "pale"))),),
        )
    )
    assert boxes(figure, "open") == [3.0]
    assert boxes(figure, "pale") == []


def test_bars_of_nothing_are_drawn():
    figure = drawn(bars("f", "Numbers", (Bar("a", (Part("a", 0),)),)))
    assert "0" in [text.text for text in figure.iter("text")]
    drawn(bars("f", "Numbers", ()))


@given(
    st.dictionaries(st.integers(0, 127), st.integers(1, 10_000_000), min_size=1),
    st.integers(0, 127),
)
def test_histogram_has_a_bar_a_distance_and_the_radius_between_two(counts, radius):
    figure = drawn(histogram("h", "Distances", sorted(counts.items()), radius))
    bars_ = list(figure.iter("rect"))
    assert len(bars_) == len(counts)
    (limit,) = [line for line in figure.iter("line") if line.get("class") == "limit"]
    assert 0 < float(limit.get("x1")) < WIDTH
    within = [box for box in bars_ if float(box.get("x")) < float(limit.get("x1"))]
    assert len(within) == sum(bits <= radius for bits in counts)
    said = figure.find("desc").text
    assert all(f"{bits} bits: {count:,}" in said for bits, count in counts.items())


def test_a_figure_is_named_and_told_in_words():
    figure = drawn(bars("f", "A <title>", (Bar("a & b", (Part("x", 1234), Part("y", 5)), "note"),)))
    assert figure.get("role") == "img"
    assert figure.get("aria-labelledby") == "f-title f-desc"
    assert (figure.find("title").get("id"), figure.find("title").text) == ("f-title", "A <title>")
    assert figure.find("desc").text == "a & b: 1,239 (x 1,234, y 5), note."


def test_a_long_key_is_broken_into_lines_inside_the_figure():
    parts = tuple(Part("a rather long name of a part", 1_000_000 + n, "full") for n in range(6))
    figure = drawn(bars("f", "Numbers", (Bar("label", parts),)))
    names = [text for text in figure.iter("text") if (text.text or "").startswith("a rather")]
    assert len({text.get("y") for text in names}) > 1
    assert all(float(text.get("x")) + 7 * len(text.text) <= WIDTH for text in names)


def test_a_figure_refers_to_nothing():
    markup = str(bars("f", "t", (Bar("a", (Part("b", 1), Part("c", 2)), "n"),)))
    assert not re.search(r"href|url\(|src|http|style=", markup)
    HTMLParser().feed(markup)
