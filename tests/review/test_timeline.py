import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from fanal.review.overview_facts import Taken
from fanal.review.timeline import MOST_BINS, Gap, Timeline, gaps, plain, spelled, timeline

HOSTILE = "<script>alert(1)</script>\u202egnp\x1b[2J\x00"
FIRST, LAST = 1990 * 12, 2060 * 12 + 11
ROWS = st.lists(
    st.dictionaries(st.integers(FIRST, LAST), st.integers(1, 10**7), min_size=1, max_size=20),
    min_size=1,
    max_size=11,
)


def taken(months, name="ZZ-1"):
    return Taken(name, own=True, months=tuple(sorted(months.items())))


def at(text):
    year, month = text.split("-")
    return int(year) * 12 + int(month) - 1


@given(ROWS)
def test_every_picture_is_in_one_stretch(every):
    rows = [taken(months) for months in every]
    of = Timeline.of(rows)
    assert of.bins <= MOST_BINS
    assert len(of.names()) == len(set(of.names())) == of.bins
    for row, months in zip(rows, every, strict=True):
        counts = of.counts(row)
        assert sum(counts) == sum(months.values())
        for month, count in months.items():
            number = (month - of.start) // of.wide
            assert counts[number] >= count
            assert str(month // 12)[:3] in of.names()[number]


def test_stretches_are_months_then_quarters_then_years():
    def names(first, last):
        return Timeline.of([taken({at(first): 1, at(last): 1})]).names()

    assert names("2024-11", "2025-02") == ["2024-11", "2024-12", "2025-01", "2025-02"]
    assert names("2015-02", "2025-11")[0] == "2015, Jan to Mar"
    assert names("2015-02", "2025-11")[-1] == "2025, Oct to Dec"
    assert names("2001-05", "2025-01")[:2] == ["2001", "2002"]
    assert names("1990-01", "2060-01")[0] == "1990 to 1994"


def test_gaps_are_the_stretches_between_pictures():
    row = taken(dict.fromkeys(map(at, ("2023-01", "2023-04", "2024-01", "2024-05")), 3))
    assert list(gaps(row)) == [
        Gap(at("2023-05"), at("2024-01")),
        Gap(at("2024-02"), at("2024-05")),
    ]
    assert [gap.says for gap in gaps(row)] == [
        "none for 8 months: 2023-05 to 2023-12",
        "none for 3 months: 2024-02 to 2024-04",
    ]


def test_a_gap_has_three_months_without_a_picture_at_least():
    assert not list(gaps(taken({100: 1, 103: 1})))
    assert list(gaps(taken({100: 1, 104: 1}))) == [Gap(101, 104)]


@given(ROWS)
def test_the_figure_is_whole_and_nothing_leaves_it(every):
    rows = [taken(months, f"ZZ-{number}") for number, months in enumerate(every)]
    drawn = fromstring(str(timeline("t", "Times", rows)))
    _, _, wide, tall = map(float, drawn.get("viewBox").split())
    bars = list(drawn.iter("rect"))
    assert len(bars) >= len(rows)
    for box in bars:
        assert float(box.get("x")) >= 0
        assert float(box.get("x")) + float(box.get("width")) <= wide
        assert 0 <= float(box.get("y")) <= float(box.get("y")) + float(box.get("height")) <= tall
    words = ["".join(text.itertext()) for text in drawn.iter("text")]
    for number, months in enumerate(every):
        assert f"ZZ-{number}" in words
        assert f"{sum(months.values()):,}" in words
    said = drawn.find("desc").text
    for months in every:
        assert spelled(min(months)) in said


def test_the_tallest_bar_is_that_of_most_pictures():
    drawn = fromstring(str(timeline("t", "Times", [taken({24000: 10, 24001: 40, 24005: 20})])))
    tall = [float(box.get("height")) for box in drawn.iter("rect")]
    assert tall[1] == pytest.approx(2 * tall[2], abs=0.1) == pytest.approx(4 * tall[0], abs=0.2)


def test_names_from_evidence_do_nothing():
    drawn = str(timeline("t", "Times", [taken({24000: 1}, HOSTILE), taken({24001: 1}, "x" * 900)]))
    root = fromstring(drawn)
    assert "<script" not in drawn
    assert not {"\u202e", "\x1b", "\x00"} & set(drawn)
    words = "".join("".join(text.itertext()) for text in root.iter("text"))
    assert "U+202E" in words
    assert "x" * 91 not in words
    assert {child.tag for child in root} <= {"title", "desc", "text", "line", "rect"}


@given(st.text())
def test_a_name_is_printable_whatever_it_was(name):
    assert plain(name).isprintable()


def test_nothing_dated_is_drawn_as_nothing():
    assert "no picture has a date" in str(
        timeline("t", "Times", [Taken("a", own=False, months=())])
    )


def test_a_figure_has_no_style_of_its_own():
    assert " style=" not in str(timeline("t", "Times", [taken({24000: 1})]))
