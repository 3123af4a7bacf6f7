"""The benchmark of effort counts looks rightly, for fanal and for those it is measured beside."""

import json

import pytest
from defusedxml import ElementTree

from fanal.bench import effort_rivals as rivals
from fanal.bench.effort_count import Seen, best, seen, why
from fanal.bench.effort_curve import write_curve
from fanal.demo.belonging import Belonging
from fanal.demo.looks import Look
from fanal.demo.series_truth import Truth
from fanal.model.known import Match
from fanal.pipeline.case import writing
from makers.program import called
from makers.series_cases import item, place, print_of, sha, true

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def store(case, settings):
    with writing(case, settings) as opened:
        yield opened


def put(store, *records):
    with store.act("zz", "intake") as act:
        act.put(records)


def truth(*series):
    return Belonging(Truth(list(series)))


def test_lists_alone_show_the_rest_in_the_order_of_paths(store):
    put(
        store,
        *map(item, "abcd"),
        item("e", "text/plain"),
        place("a", "2.jpg"),
        place("b", "1.jpg"),
        place("b", "3.jpg"),
        place("c", "0.jpg", exhibit="zz2"),
        place("d", "0.jpg"),
        place("e", "0.txt"),
        Match(sha("d"), "zz", "illegal", "pdq", 30, 0),
    )
    assert list(rivals.by_path(store)) == [(sha("b"),), (sha("a"),), (sha("c"),)]


def test_stacks_hold_near_pictures_and_the_newest_file_comes_first(store):
    near, far = bytes(28) + b"\0\0\0\1", b"\xff" * 4 + bytes(28)  # 1 and 32 bits away
    put(
        store,
        *map(item, "abcdf"),
        *(print_of(name, bytes(32)) for name in "ad"),
        print_of("b", near),
        print_of("c", far),
        place("a", "a", "2024-01-01T00:00:00+00:00"),
        place("b", "b", "2025-03-01T00:00:00+00:00"),
        place("c", "c", "2025-02-01T00:00:00+00:00"),
        place("c", "older", "2020-02-01T00:00:00+00:00"),
        place("d", "d", "2026-01-01T00:00:00+00:00"),
        place("f", "f", None),
        Match(sha("d"), "zz", "illegal", "sha1", 0, 0),
    )
    assert list(rivals.stacks(store)) == [(sha("a"), sha("b")), (sha("c"),), (sha("f"),)]


def test_shares_are_counted_from_the_looks_that_show_a_series_first():
    told = truth(
        *(true(f"zz-r-{n:03d}", "real", [f"a{n}", f"b{n}"], planted=True) for n in range(1, 5)),
        true("zz-c-001", "clutter", ["f"]),
    )
    shown = [(sha("f"),), (sha("a1"), sha("a2")), (sha("b1"),), (sha("b3"),), (sha("a4"),)]
    found = seen("zz", shown, told)
    assert found.at == (2, 2, 4, 5)
    assert (found.until(50), found.until(75), found.until(80), found.last) == (2, 4, 5, 5)
    lost = seen("zz", shown[:4], told)
    assert (lost.lost, lost.until(50), lost.last, lost.whole) == (1, 2, 4, 4)
    assert (best(told).last, best(told).until(50)) == (4, 2)


def test_it_is_said_what_stood_before_the_last_series():
    told = truth(
        true("zz-r-001", "real", ["a", "b"], planted=True),
        true("zz-r-002", "real", ["c"], planted=True),
        true("zz-g-003", "generated", ["d"]),
        true("zz-i-004", "identified", ["e"]),
        true("zz-c-005", "clutter", ["f", "f1"]),
    )
    shown = [
        Look((sha("a"),), 2, "beside 12 listed pictures in 'zz one'"),
        Look((sha("b"),), 2, "beside 3 listed pictures in 'zz two'"),
        Look((sha("e"),), 2, "chosen", blind=True),
        Look((sha("d"),), 2, "beside 4 listed pictures in 'zz two'"),
        Look((sha("c"),), 3, "zz"),
        Look((sha("f"),), 3, "zz"),
    ]
    found = why(shown, told)
    assert found.kinds == {
        "planted, seen for the first time": 2,
        "planted, seen before": 1,
        "drawn by the blind sample": 1,
        "generated: zz-way": 1,
    }
    assert found.reasons[0] == (
        *(2, "beside # listed pictures in #", 2),
        "planted, seen before 1, generated: zz-way 1",
    )
    assert found.last[0] == ("zz-r-002", "zz-way", 5, 3, "zz")
    assert found.never == []
    assert why(shown[:4], told).never == ["zz-r-002"]


def test_the_curve_is_a_figure_with_words_and_numbers(tmp_path):
    ways = [Seen("fanal <1>", (1, 3), 2, 9), Seen("lists", (100,), 2, 5000)]
    write_curve(tmp_path / "curve.svg", "zz & title", ways)
    root = ElementTree.parse(tmp_path / "curve.svg").getroot()
    assert root.tag == f"{SVG}svg"
    assert root.find(f"{SVG}title").text == "zz & title"
    assert (
        "lists, looks until so many planted series were seen: 50 percent 100"
        in root.find(f"{SVG}desc").text
    )
    words = [each.text for each in root.iter(f"{SVG}text")]
    assert {"fanal <1>", "lists", "1,000", "never", "last seen at look 3"} <= set(words)
    lines = [each.get("d") for each in root.iter(f"{SVG}path")]
    assert len(lines) == 4
    assert all("nan" not in each for each in lines)


def test_a_small_operation_is_measured_and_nothing_is_lost(tmp_path, capsys):
    pytest.importorskip("fanal.pipeline.group")
    picture = tmp_path / "curve.svg"
    assert called("bench", "effort", "--contents", 400, "--plain", "--json", "--svg", picture) == 0
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert told["lost"] == 0
    assert told["looks"]["fanal"]["lost"] == 0
    assert told["looks"]["best"]["last"] == told["planted"] >= 6
    assert told["ratios"]["best"] >= 1
    assert sum(told["why"]["kinds"].values()) == told["looks"]["fanal"]["last"]
    assert picture.read_text().startswith("<svg")
