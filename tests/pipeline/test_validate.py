"""A laboratory measures a part on its own pictures, and gets a card that says what it carries."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from fanal.analyzers.detector import load
from fanal.content.handle import Content
from fanal.custody.spelling import canonical
from fanal.errors import UsageError
from fanal.model.calibration import read_calibrated
from fanal.model.item import MemoryBody
from fanal.origin.calibration_measures import rule_of_three
from fanal.pipeline import validate_scores
from fanal.pipeline.progress import Silent
from fanal.pipeline.sound import UNSOUND
from fanal.pipeline.validate import How, slug, validate_plugin, write
from fanal.pipeline.validate import validate_scores as of_scores
from fanal.pipeline.validate_scores import Answer
from fanal.settings import Settings
from makers import plugins

INLINE = Settings(engine="inline")
HOW = How(date="2030-01-31")
HERE = "small/other/once"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A plug-in, a list of pictures and what came of measuring it."""
    place = tmp_path_factory.mktemp("validate")
    folder = plugins.plugin(place / "zz")
    listed = plugins.pictures(place / "pictures")
    return folder, listed, validate_plugin(str(folder), listed, HOW, INLINE, Silent())


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def scores(path: Path, each=60, groups=6, condition="zz", apart=2.0, seed=1) -> Path:
    random = np.random.default_rng(seed)
    rows = ["score,truth,condition,group"]
    for truth, middle in (("same", apart), ("other", 0.0)):
        for number in range(each):
            score = random.normal(middle, 1)
            rows.append(f"{score},{truth},{condition},{truth} {number % groups}")
    path.write_text("\n".join(rows) + "\n")
    return path


def test_the_card_counts_what_was_listed(made):
    card = made[2].card
    assert card["list"]["rows"] == card["list"]["measured"] == 120
    assert card["not_measured"] == {}
    (found,) = card["bins"]
    assert found["condition"] == HERE
    assert found["counts"] == {"same": 60, "other": 60, "same_groups": 6, "other_groups": 6}
    assert 0 < found["measures"]["cllr_min"] <= found["measures"]["cllr"] < 1
    bounds = rule_of_three(60, 60)
    assert bounds[0] <= found["caps"]["low"] <= 0 <= found["caps"]["high"] <= bounds[1]
    assert any("3,000" in limit for limit in card["limits"])
    assert card["date"] == "2030-01-31"
    assert json.loads(canonical(card)) == card


def test_the_calibration_fits_the_plugin_it_was_made_of(made, tmp_path):
    folder, listed, done = made
    write(done, tmp_path / "out")
    fitted = plugins.plugin(tmp_path / "fitted")
    (tmp_path / "out" / "calibration").rename(fitted / "calibration")
    detector = load(str(fitted))
    weights = {"camera": [], "generated": []}
    for path in sorted(listed.parent.glob("*.png")):
        content = Content("5a" * 32, "image/png", MemoryBody(path.read_bytes()))
        finding, _ = detector.analyze(content)
        assert finding.log10_lr is not None
        assert abs(finding.log10_lr) <= 1
        weights[path.name.partition("-")[0]].append(finding.log10_lr)
    assert np.mean(weights["generated"]) > 0 > np.mean(weights["camera"])
    assert load(str(folder)).plugin.recipe == detector.plugin.recipe


def test_a_second_run_reproduces_the_card_byte_for_byte(made, tmp_path):
    folder, listed, done = made
    write(done, tmp_path / "one")
    before = everything(tmp_path / "one")
    assert set(before) == {
        "card.json",
        "card.html",
        "calibration/small-other-once.json",
        "tippett-small-other-once.svg",
    }
    again = validate_plugin(str(folder), listed, HOW, Settings(workers=2), Silent())
    write(again, tmp_path / "one")  # over the old one
    assert everything(tmp_path / "one") == before


def test_the_order_of_a_list_and_where_it_lies_move_nothing(made, tmp_path):
    folder, listed, done = made
    head, *rows = listed.read_text().splitlines()
    moved = [f"{listed.parent}/{row}" for row in rows[::-1]]
    other = tmp_path / "other.csv"
    other.write_text("\n".join([head, *moved]))
    assert validate_plugin(str(folder), other, HOW, INLINE, Silent()).card == done.card


def test_calibrations_lie_beside_the_card_with_their_digests(made, tmp_path):
    write(made[2], tmp_path / "out")
    card = json.loads((tmp_path / "out" / "card.json").read_text())
    for each in card["bins"]:
        told = each["calibration"]
        held = read_calibrated((tmp_path / "out" / told["file"]).read_text())
        assert held.sha256() == told["sha256"]
        assert (held.condition, held.digest) == (each["condition"], card["list"]["sha256"])
        assert (held.part, held.part_version) == (card["part"], card["part_version"])
        assert held.date == "2030-01-31"
        assert held.counts == each["counts"]


class Page(HTMLParser):
    """Collects what a page would fetch or run."""

    def __init__(self):
        super().__init__()
        self.asks, self.tags = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.asks += [value for name, value in attrs if name in {"src", "href", "onload"}]


def test_the_page_needs_nothing_but_itself_and_runs_nothing(tmp_path):
    listed = scores(tmp_path / "s.csv", condition="<script>zz</script>")
    done = of_scores(listed, "<b>zz</b>", "1", HOW)
    write(done, tmp_path / "out")
    page = Page()
    text = (tmp_path / "out" / "card.html").read_text()
    page.feed(text)
    assert page.asks == []
    assert "svg" in page.tags
    assert not {"script", "b", "img"} & set(page.tags)
    (figure,) = (tmp_path / "out").glob("*.svg")
    assert "<script" not in figure.read_text()
    assert 'xmlns="http://www.w3.org/2000/svg"' in figure.read_text()


def test_too_few_pictures_get_no_calibration(tmp_path):
    done = of_scores(scores(tmp_path / "s.csv", each=49), "sensor", "1", HOW)
    (found,) = done.card["bins"]
    assert found["why"] == "49 of same; it takes 50"
    assert (found["calibration"], found["caps"], found["measures"]) == (None, None, None)
    assert done.calibrations == {}
    write(done, tmp_path / "out")
    assert "49 of same; it takes 50" in (tmp_path / "out" / "card.html").read_text()
    assert not list((tmp_path / "out" / "calibration").iterdir())


def test_each_condition_is_measured_alone(tmp_path):
    one, two = scores(tmp_path / "1", condition="a/b"), scores(tmp_path / "2", 30, condition="c")
    both = tmp_path / "both.csv"
    both.write_text(one.read_text() + two.read_text().partition("\n")[2])
    done = of_scores(both, "sensor", "1", HOW)
    assert [(each["condition"], bool(each["why"])) for each in done.card["bins"]] == [
        ("a/b", False),
        ("c", True),
    ]
    alone = of_scores(one, "sensor", "1", HOW)
    assert done.card["bins"][0]["measures"] == alone.card["bins"][0]["measures"]
    assert list(done.calibrations) == ["a-b.json"]


def test_who_names_no_device_is_told_what_that_costs(tmp_path):
    path = scores(tmp_path / "s.csv")
    text = re.sub(r",(same|other) \d+$", "", path.read_text(), flags=re.MULTILINE)
    path.write_text(text.replace(",group", ""))
    card = of_scores(path, "sensor", "1", HOW).card
    assert card["bins"][0]["counts"]["same_groups"] == 60
    assert any(limit.startswith("120 of the cases name no device") for limit in card["limits"])


def test_what_cannot_be_measured_is_counted(made, tmp_path):
    folder, listed, done = made
    place = listed.parent
    (tmp_path / "text.png").write_bytes(b"zz-test-0001")
    (tmp_path / "small.png").write_bytes(plugins.png(20, side=32))
    (tmp_path / "link.png").symlink_to(place / "camera-0.png")
    rows = [f"{place}/{row}" for row in listed.read_text().splitlines()[1:]]
    rows += [f"{name},camera,zz" for name in ("text.png", "small.png", "link.png", "gone.png")]
    rows.append(rows[0])
    more = tmp_path / "more.csv"
    more.write_text("\n".join(["path,truth,group", *rows]))
    card = validate_plugin(str(folder), more, HOW, INLINE, Silent()).card
    assert card["not_measured"] == {
        "abstained: no picture": 1,
        "abstained: too small": 1,
        "not readable: No such file or directory": 1,
        "not readable: Too many levels of symbolic links": 1,
    }
    assert (card["list"]["rows"], card["list"]["copies"]) == (125, 1)
    assert (
        card["bins"] == done.card["bins"] or card["list"]["sha256"] != (done.card["list"]["sha256"])
    )


def test_one_picture_may_not_have_two_truths(made, tmp_path):
    folder, listed, _ = made
    bad = tmp_path / "bad.csv"
    name = listed.parent / "camera-0.png"
    bad.write_text(f"path,truth\n{name},camera\n{name},generated\n")
    with pytest.raises(UsageError, match="another truth"):
        validate_plugin(str(folder), bad, HOW, INLINE, Silent())


def test_a_plugin_that_fails_its_test_is_measured_by_nobody(made, tmp_path):
    bad = plugins.plugin(tmp_path / "bad", logit=5.0)
    with pytest.raises(UsageError, match="its self-test gave"):
        validate_plugin(str(bad), made[1], HOW, INLINE, Silent())


LIES = [
    "zz",
    Answer("zz", 1.0, HERE, ""),
    Answer("", 1.0, HERE, ""),
    Answer("5a" * 32, float("nan"), HERE, ""),
    Answer("5a" * 32, 1.0, "elsewhere", ""),
    Answer("5a" * 32, "1", HERE, ""),
    Answer(None, None, HERE, ""),
]


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_worker_that_lies_is_not_believed(lie):
    assert validate_scores._believed(lie) == Answer("", None, "", UNSOUND)


def test_what_a_worker_says_cannot_move_the_cursor():
    told = validate_scores._believed(Answer("5a" * 32, None, "", "\x1b[2Jzz"))
    assert told.why == "?[2Jzz"
    good = Answer("5a" * 32, 1.5, HERE, "")
    assert validate_scores._believed(good) == good


@pytest.mark.parametrize("name", ["photo.jpg", "calibration/notes.txt", "card.html"])
def test_a_folder_with_other_files_is_left_alone(made, tmp_path, name):
    out = tmp_path / "out"
    (out / name).parent.mkdir(parents=True)
    (out / name).write_text("zz")
    with pytest.raises(UsageError, match="other files than a card"):
        write(made[2], out)
    assert everything(out) == {name: b"zz"}
    with pytest.raises(UsageError, match="other files than a card"):
        write(made[2], out / name)


def test_an_older_card_leaves_nothing_behind(made, tmp_path):
    out = tmp_path / "out"
    write(of_scores(scores(tmp_path / "s.csv"), "sensor", "1", HOW), out)
    assert (out / "tippett-zz.svg").is_file()
    (tmp_path / "elsewhere.json").write_text("zz")
    write(made[2], out)
    assert not (out / "tippett-zz.svg").exists()
    assert not (out / "calibration" / "zz.json").exists()
    (out / "calibration" / "link.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(UsageError, match="other files than a card"):
        write(made[2], out)


def test_no_two_conditions_share_a_file():
    names = ["", "any", "a/b", "a-b", "a b", "a//b", "../a", ".", "A/B", "ä", "a" * 200]
    assert len({slug(name) for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*|-[0-9a-f]{8}", slug(n)) for n in names)
