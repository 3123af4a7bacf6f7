"""Shapes are well-formed SVG whatever words they are given, and a figure says what it is."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from fanal.review.svg import box, figure, line, text

PRINTABLE = st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1)


@given(PRINTABLE, PRINTABLE, PRINTABLE)
def test_words_stand_there_as_they_are(title, said, words):
    drawn = [line(0, 0, 9.04, 1, "axis"), box(1, 2, 3, 4, "full"), text(5, 6, words, "small")]
    root = ET.fromstring(str(figure("k", title, said, (960, 53.6), drawn)))  # noqa: S314 (our own)
    assert [each.tag for each in root] == ["title", "desc", "line", "rect", "text"]
    assert [each.text for each in root] == [title, said, None, None, words]
    assert root.get("viewBox") == "0 0 960 54"
    named = root.get("aria-labelledby").split()
    assert named == [each.get("id") for each in root if each.get("id")]
    assert root[2].get("x2") == "9.0"
    assert [root[3].get(side) for side in ("x", "y", "width", "height")] == [
        "1.0",
        "2.0",
        "3.0",
        "4.0",
    ]
