"""A plug-in's folder is read with suspicion: names, links, sizes, numbers, odd files."""

import os
import pickle
import tomllib
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.analyzers.detector_folder import MOST_MODEL, read_plugin
from fanal.analyzers.detector_manifest import Unfit, read_manifest
from fanal.analyzers.traces import Traces
from fanal.errors import UsageError
from fanal.model.calibration import LOGISTIC, Calibrated
from makers import plugins

USUAL = {"policy": "crop", "size": 64, "count": 4, "least": 64, "aggregation": "mean"}
GOOD = plugins.MANIFEST.format(digest="5a" * 32, more="", domain="", logit=1.0, **USUAL)


@pytest.fixture
def folder(tmp_path):
    return plugins.plugin(tmp_path / "zz")


def refused(folder):
    """What is said of a folder that is not taken."""
    with pytest.raises(UsageError) as told:
        read_plugin(str(folder))
    assert told.value.exit_code == 2
    assert told.value.message.startswith(f"the plug-in in {str(folder)!r} is not taken: ")
    assert "docs/extend/detector.md" in told.value.advice
    return told.value.message.partition("not taken: ")[2]


def test_the_manifest_is_read_as_it_stands():
    made = read_manifest(GOOD.encode())
    told = tomllib.loads(GOOD)
    assert made.identity.name == told["identity"]["name"]
    assert made.identity.training == told["identity"]["training"]
    assert (made.input.size, made.input.count, made.input.policy) == (64, 4, "crop")
    assert (made.input.range, made.input.mean, made.input.std) == ((0, 1), (0,) * 3, (1,) * 3)
    assert (made.output.tensor, made.output.heat_map) == ("logit", "")
    assert made.domain.formats == made.domain.abstain == ()
    assert (made.selftest.logit, made.selftest.tolerance) == (1.0, 0.01)


CHANGED = {
    "no TOML": ("[identity]", "[[", "not TOML"),
    "unknown table": ("[aggregation]", "[zz]\n[aggregation]", "only the tables"),
    "unknown key": ("[aggregation]", "[aggregation]\nzz = 1", "no 'zz'"),
    "no author": ('author = "the tests"', "", "lacks 'author'"),
    "name": ('"zz-rough"', '"../zz"', "'name' of [identity]"),
    "name for a screen": ('"zz-rough"', '"zz\\u001b[2J"', "'name' of [identity]"),
    "version": ('version = "1.0"', 'version = "1 0"', "'version' of [identity]"),
    "digest": ("5a" * 32, "zz", "the SHA-256 of model.onnx"),
    "training": ('"nothing: three', '"\\u0007nothing: three', "'training' of [identity]"),
    "policy": ('"crop"', '"stretch"', "one of crop, whole, resize"),
    "size": ("size = 64", "size = 0", "'size' of [input]"),
    "size of no kind": ("size = 64", "size = true", "'size' of [input]"),
    "off the grid": ("size = 64", "size = 60", "multiple of 8"),
    "count": ("count = 4", "count = 1000", "'count' of [input]"),
    "count of a whole": ('"crop"', '"whole"', "belongs to the policy 'crop'"),
    "least": ("least_side = 64", "least_side = 32", "must not be below"),
    "range": ("count = 4", "count = 4\nrange = [1, 0]", "two rising numbers"),
    "no range": ("count = 4", "count = 4\nrange = [nan, 1]", "two rising numbers"),
    "mean": ("count = 4", "count = 4\nmean = [0.5]", "must have 3 numbers"),
    "std": ("count = 4", "count = 4\nstd = [1, 0, 1]", "numbers above 0"),
    "channels": ("count = 4", 'count = 4\nchannels = "cmyk"', "one of rgb, bgr, grey"),
    "aggregation": ('of = "mean"', 'of = "sum"', "one of mean, max, median"),
    "picture above": ('"selftest.png"', '"../selftest.png"', "the name of a file in the folder"),
    "picture of the system": ('"selftest.png"', '"/etc/passwd"', "the name of a file"),
    "picture with a nought": ('"selftest.png"', '"a\\u0000.png"', "the name of a file"),
    "no logit": ("logit = 1.0", "logit = inf", "'logit' of [selftest]"),
    "conditions": ("least_side = 64", "least_side = 64\nabstain = 'all'", "a list of conditions"),
    "no table": ("[aggregation]\n", "aggregation = 1\n[zz]\n", "only the tables"),
}


@pytest.mark.parametrize("name", CHANGED)
def test_what_does_not_belong_in_a_manifest_is_named(name):
    old, new, words = CHANGED[name]
    assert old in GOOD
    with pytest.raises(Unfit) as told:
        read_manifest(GOOD.replace(old, new).encode())
    assert words in str(told.value)


def test_a_manifest_is_neither_long_nor_deep_nor_of_another_alphabet():
    for data in (b"#" * 70_000, b"zz = " + b"[" * 30_000, b"\xff\xfe"):
        with pytest.raises(Unfit):
            read_manifest(data)


@given(st.binary(max_size=400), st.integers(0, len(GOOD)))
def test_no_damage_raises_anything_else(data, at):
    whole = GOOD.encode()
    for told in (data, whole[:at] + data + whole[at:], whole[:at]):
        with suppress(Unfit):
            assert read_manifest(told).input.size > 0


@pytest.mark.parametrize("name", ["model.onnx", "plugin.toml", "selftest.png"])
def test_links_and_pipes_are_not_followed(folder, tmp_path, name):
    path = folder / name
    path.rename(tmp_path / name)
    path.symlink_to(tmp_path / name)
    if name == "selftest.png":  # it is read where the network is
        from fanal.analyzers.detector import load  # noqa: PLC0415

        with pytest.raises(Unfit, match="cannot be read"):
            load(str(folder)).ready()
        return
    assert refused(folder)
    path.unlink()
    os.mkfifo(path)
    assert "no ordinary file" in refused(folder)
    path.unlink()
    assert "No such file" in refused(folder)


def test_a_folder_that_is_none_is_refused(tmp_path):
    assert "No such file" in refused(tmp_path / "nowhere")
    (tmp_path / "file").write_text("zz")
    assert refused(tmp_path / "file")


@pytest.mark.parametrize(
    "name", ["weights.pkl", "model.pt", "custom_ops.so", "model.onnx.data", "run.py", ".hidden"]
)
def test_what_no_plugin_has_refuses_it(folder, name):
    (folder / name).write_bytes(pickle.dumps({"zz": 1}))
    assert f"it holds {name!r}, which no plug-in has" in refused(folder)


def test_what_people_read_may_lie_beside(folder):
    for name in ("README.md", "LICENSE", "notes.txt"):
        (folder / name).write_text("zz")
    assert read_plugin(str(folder)).name == "detector:zz-rough"


def test_a_huge_model_is_not_read(folder):
    with (folder / "model.onnx").open("r+b") as stream:
        stream.truncate(MOST_MODEL + 1)
    assert "model.onnx is no ordinary file, or has more than" in refused(folder)


def test_another_model_than_the_manifest_names_is_refused(folder):
    with (folder / "model.onnx").open("ab") as stream:
        stream.write(b"\0")
    assert "not the one in plugin.toml" in refused(folder)


def test_calibrations_are_those_of_this_model_one_a_condition(folder):
    plugin = read_plugin(str(folder))
    made = Calibrated(LOGISTIC, {"slope": 1.0, "offset": 0.0}, -1.0, 1.0)
    made = replace(made, condition="zz", part=plugin.name, part_version=plugin.recipe)
    place = folder / "calibration"
    place.mkdir()
    (place / "a.json").write_text(made.text())
    assert read_plugin(str(folder)).calibrations == {"zz": made}
    for text, words in (
        (made.text(), "two files for the condition 'zz'"),
        (replace(made, condition="b", part="zz").text(), "another model or another input"),
        (replace(made, condition="b", part_version="").text(), "another model or another input"),
        ("{", "calibration/b.json: it is not JSON"),
    ):
        (place / "b.json").write_text(text)
        assert words in refused(folder)
    (place / "b.json").write_bytes(b"\xff")
    assert "calibration/b.json" in refused(folder)
    (place / "b.json").rename(place / "b.pkl")
    assert "holds 'b.pkl', which is no calibration" in refused(folder)


def test_what_makes_a_score_makes_the_recipe(tmp_path, monkeypatch):
    one = read_plugin(str(plugins.plugin(tmp_path / "1"))).recipe
    for number, told in enumerate(
        ({"count": 2}, {"aggregation": "max"}, {"more": "std = [2,2,2]"})
    ):
        other = read_plugin(str(plugins.plugin(tmp_path / f"a{number}", **told))).recipe
        assert other != one
    monkeypatch.setattr(Traces, "version", "zz")
    assert read_plugin(str(tmp_path / "1")).recipe != one  # other conditions
    monkeypatch.undo()
    same = plugins.plugin(tmp_path / "2", domain="photographic_only = true", logit=3.0)
    assert read_plugin(str(same)).recipe == one


def test_a_crowd_of_files_is_not_listed(folder):
    for number in range(250):
        (folder / f"{number}.md").touch()
    assert "more than 200 files" in refused(folder)
