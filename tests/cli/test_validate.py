"""`fanal validate` prints what it measured, writes a card, and says what it was given wrongly."""

import json

import numpy as np
import pytest

from makers import plugins
from makers.program import called


@pytest.fixture
def scores(tmp_path):
    """A list of scores of two sides that overlap."""
    random = np.random.default_rng(5)
    rows = ["score,truth,condition,group"]
    for truth, middle in (("same", 2.0), ("other", 0.0)):
        rows += [f"{random.normal(middle)},{truth},zz/one,{truth}{at % 6}" for at in range(60)]
    rows += [f"{at},same,zz/few,zz" for at in range(3)]
    path = tmp_path / "scores.csv"
    path.write_text("\n".join(rows))
    return path


def test_scores_of_a_part_become_a_card(scores, tmp_path, capsys):
    out = tmp_path / "out"
    given = ("validate", "--scores", scores, "--part-version", "1", "--out", out)
    assert called(*given, "--date", "2030-01-31", "--method", "isotonic") == 0
    head, few, one, last = capsys.readouterr().out.splitlines()
    assert head.split()[:4] == ["condition", "same", "groups", "other"]
    assert few.split()[:5] == ["zz/few", "3", "1", "0", "0"]
    assert "none: 3 of same; it takes 50" in few
    assert one.split()[:5] == ["zz/one", "60", "6", "60", "6"]
    assert last == f"1 calibrations and the card are in {out}"
    card = json.loads((out / "card.json").read_text())
    assert (card["date"], card["method"], card["part"]) == ("2030-01-31", "isotonic", "sensor")
    assert (out / "card.html").is_file()
    before = (out / "card.json").read_bytes()
    assert called(*given, "--date", "2030-01-31", "--method", "isotonic", "--json") == 0
    assert json.loads(capsys.readouterr().out) == card
    assert (out / "card.json").read_bytes() == before


def test_a_plugin_is_measured_on_pictures(tmp_path, capsys):
    folder = plugins.plugin(tmp_path / "zz")
    listed = plugins.pictures(tmp_path / "pictures", each=4, groups=2)
    with listed.open("a") as out:
        out.write("gone.png,camera,\n")
    given = ("validate", listed, "--plugin", folder, "--out", tmp_path / "out")
    assert called(*given, "--workers", 1, "--engine", "pool") == 3  # one could not be read
    told = capsys.readouterr()
    assert "not measured: not readable: No such file or directory 1" in told.out
    assert "none: 4 of generated; it takes 50" in told.out


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((), "not one thing to measure"),
        (("list.csv",), "not one thing to measure"),
        (("--plugin", "zz"), "not one thing to measure"),
        (("list.csv", "--plugin", "zz", "--scores", "list.csv"), "not one thing to measure"),
        (("--scores", "nowhere.csv"), "cannot be read"),
        (("--scores", "nowhere.csv", "--date", "soon"), "is no date"),
        (("--scores", "nowhere.csv", "--part", "\x1b"), "--part is no text"),
    ],
)
def test_wrong_use_is_a_sentence(given, words, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert called("validate", *given, "--out", "out") == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
