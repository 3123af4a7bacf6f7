"""A card's figures say in words and lines what its numbers are."""

import re
from xml.etree import ElementTree as ET

from fanal.review.card import figures, render_card
from fanal.review.tippett import FLOOR, LEFT, RIGHT, TOP, Plot, draw, standalone

PLOT = Plot((-2.0, -1.0, 0.0, 1.0, 2.0), (1, 1, 0.75, 0.5, 0), (1, 0.5, 0.25, 0, 0), ("a", "b"))
RATE = {"cases": 1, "of": 8, "low": 0.003, "high": 0.527}


def card(**told):
    """A card with one measured condition and one that is not."""
    counts = {"same": 8, "other": 8, "same_groups": 2, "other_groups": 3}
    levels = ("same at 1/10", "other at 10", "same at 1/100", "other at 100")
    measured = {
        "condition": "small/other/once",
        "counts": counts,
        "why": "",
        "calibration": {"file": "zz", "sha256": "5a" * 32},
        "measures": {"cllr": 0.5, "cllr_min": 0.25, "misleading": dict.fromkeys(levels, RATE)},
        "caps": {"low": -0.5, "high": 1.0},
        "tippett": {"log10_lr": [-1.0, 0.0, 1.0], "same": [1, 1, 0.5], "other": [1, 0.5, 0]},
    }
    empty = dict.fromkeys(("calibration", "measures", "caps", "tippett"))
    few = {"condition": "", "counts": counts, "why": "8 of a; it takes 50", **empty}
    whole = {
        "program": "fanal 0",
        "part": "zz",
        "part_version": "",
        "plugin": None,
        "sides": ["a", "b"],
        "propositions": ["one is true", "the other is true"],
        "method": "logistic",
        "date": "",
        "list": {"sha256": "5a" * 32, "rows": 16, "copies": 0, "measured": 16},
        "not_measured": {},
        "bins": [few, measured],
        "limits": ["zz-limit"],
    }
    return whole | told


def test_a_curve_falls_where_its_shares_fall():
    drawn = str(draw("k", "t", PLOT))
    first, second = re.findall(r'<path d="([^"]+)"', drawn)
    step = (RIGHT - LEFT) / 4
    high = FLOOR - TOP
    assert first == (
        f"M{LEFT:.1f} {TOP:.1f}H{LEFT + step:.1f}"
        f"V{FLOOR - 0.75 * high:.1f}H{LEFT + 2 * step:.1f}"
        f"V{FLOOR - 0.5 * high:.1f}H{LEFT + 3 * step:.1f}V{FLOOR:.1f}H{RIGHT:.1f}"
    )
    assert second.count("V") == 3
    assert 'class="curve dashed"' in drawn  # told apart without colour


def test_a_figure_is_read_aloud():
    told = str(draw("k", "zz-title", PLOT))
    assert '<title id="k-title">zz-title</title>' in told
    assert "at 0: 75.0% and 25.0%" in told
    assert "at -2: 100.0% and 100.0%" in told


def test_a_file_of_its_own_is_valid_and_spells_out_what_it_was_told():
    plot = Plot(PLOT.edges, PLOT.same, PLOT.other, ("<a>", "b&c"), (-1.0, 1.0))
    text = standalone(draw("k", "<t>", plot))
    root = ET.fromstring(text)  # noqa: S314 (our own)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    words = "".join(root.itertext())
    assert "whole line: <a>" in words
    assert "b&c" in words
    assert text.count('class="limit"') == 2
    assert "svg{background" in words


def test_only_what_was_measured_is_drawn():
    assert list(figures(card())) == ["small/other/once"]


def test_the_page_says_what_has_a_calibration_and_why_not():
    page = render_card(card())
    assert "1 of 2 conditions have a calibration." in page
    assert "8 of a; it takes 50" in page
    assert "5a5a5a5a5a5a5a5a" in page
    assert "12.5 % (1 of 8; 0.3 to 52.7)" in page
    assert "zz-limit" in page
    assert "Everything that was listed was measured." in page
    assert "not given" in page


def test_the_page_says_what_was_not_measured_and_who_made_the_plugin():
    identity = {
        "name": "zz-rough",
        "version": "1.0",
        "author": "<i>zz</i>",
        "licence": "none",
        "training": "nothing",
        "model_sha256": "5a" * 32,
    }
    page = render_card(card(plugin=identity, not_measured={"damaged picture": 3}))
    assert "zz-rough" in page
    assert "<i>zz</i>" not in page
    assert "damaged picture" in page
    assert "Everything that was listed was measured." not in page
