"""What the commands share: tables, numbers, settings, progress."""

import io
import json

import pytest

from fanal.cli import common
from fanal.errors import UsageError


def test_columns_are_as_wide_as_their_widest_cell(capsys):
    common.print_table([("a", "n"), ("longer", 5), ("b", 1000)], right=frozenset({1}))
    assert capsys.readouterr().out == "a          n\nlonger     5\nb       1000\n"
    common.print_table([])
    assert capsys.readouterr().out == ""


def test_a_json_line_is_one_line_of_ascii(capsys):
    common.print_json({"b": "é\n\u202e", "a": 1})
    out = capsys.readouterr().out
    assert out.isascii()
    assert out.count("\n") == 1
    assert list(json.loads(out)) == ["b", "a"]


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (2_500_000, "2.5 MB"), (7 * 10**13, "70.0 TB")],
)
def test_sizes_are_for_people(number, words):
    assert common.size(number) == words


def test_reasons_come_most_frequent_first_and_cannot_steer_a_terminal():
    assert common.counted({"a": 1, "b\x1b[2J": 3}) == "b\\u001b[2J 3, a 1"


def test_options_change_settings_where_they_were_given(monkeypatch):
    monkeypatch.setenv("FANAL_RADIUS", "12")
    told = common.settings(radius=None, turns=True, workers=None)
    assert (told.radius, told.turns) == (12, True)
    assert common.settings(radius=3).radius == 3
    with pytest.raises(UsageError):
        common.settings(zz=1)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_renews_its_line_on_a_terminal(monkeypatch):
    out = Terminal()
    monkeypatch.setattr("sys.stderr", out)
    monkeypatch.setattr(common.time, "monotonic", iter(range(0, 1000, 5)).__next__)
    shown = common.Shown()
    shown.step("reading list a\x1b[2J")
    shown.advance(1000, 3_000_000)
    shown.end()
    assert "\\u001b" in out.getvalue()
    assert "1,000 files, 3.0 MB, " in out.getvalue()
    assert out.getvalue().count("\n") == 1


def test_progress_says_little_elsewhere(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr("sys.stderr", out)
    shown = common.Shown()
    shown.step("reading evidence")
    for _ in range(1000):
        shown.advance(1, 1)
    shown.end()
    assert out.getvalue() == "reading evidence\n"
