"""A laboratory's detector says what its network says, weighs what was calibrated, and no more."""

import hashlib
import io
import json
import math
from dataclasses import replace
from importlib import util

import numpy as np
import pytest
from PIL import Image

from fanal.analyzers import detector
from fanal.analyzers.detector import load
from fanal.analyzers.traces import condition_of
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.engines.interface import Died
from fanal.engines.worker import Worker
from fanal.errors import UsageError
from fanal.model.calibration import LOGISTIC, Calibrated
from fanal.model.finding import Seen
from fanal.model.item import FileBody, MemoryBody
from fanal.pipeline.sound import sound
from fanal.pipeline.work import LookTask, LookWork, Made, file_mark
from makers import pictures, plugins, traced

HERE = "small/other/once"


def content(data: bytes) -> Content:
    return Content(hashlib.sha256(data).hexdigest(), media_type(data[:4096]), MemoryBody(data))


def answer(folder, data):
    """The finding and the Seen of one picture."""
    return list(load(str(folder)).analyze(content(data)))


def calibrate(folder, name="one.json", **told):
    """Write a calibration into a plug-in."""
    plugin = load(str(folder)).plugin
    made = Calibrated(LOGISTIC, {"slope": 1.0, "offset": 0.0}, -3.0, 3.0, {"same": 9, "other": 9})
    made = replace(
        made, **{"condition": HERE, "part": plugin.name, "part_version": plugin.recipe} | told
    )
    (folder / "calibration").mkdir(exist_ok=True)
    (folder / "calibration" / name).write_text(made.text(), "ascii")
    return made


@pytest.fixture
def folder(tmp_path):
    return plugins.plugin(tmp_path / "zz")


@pytest.fixture(scope="module")
def worker():
    made = Worker(4 << 30)
    yield made
    made.kill()
    made.close()


@pytest.mark.parametrize("level", [0, 5, 20, 60])
def test_the_logit_is_what_the_network_computes(folder, level):
    finding, seen = answer(folder, plugins.png(level, 3))
    expected = plugins.logit_of(plugins.grey(level, 3))
    assert finding.data["logit"] == pytest.approx(expected, abs=1e-4)
    assert finding.data["crops"] == [[0, 0, 64, 64, finding.data["logit"]]]
    assert (seen.outcome, seen.reason) == ("spoke", "")


def test_without_a_calibration_nothing_is_weighed(folder):
    finding, _ = answer(folder, plugins.png(20))
    assert finding.log10_lr is None
    assert finding.data["log10_lr"] is None
    assert finding.data["cap"] is None
    assert finding.says == (
        "detector zz-rough 1.0 looked at it; no calibration for this condition (small/other/once)"
    )
    assert "logit" not in finding.says


def test_a_calibration_for_another_condition_weighs_nothing(folder):
    calibrate(folder, condition="large/high/once")
    finding, _ = answer(folder, plugins.png(20))
    assert finding.log10_lr is None


@pytest.mark.parametrize(
    ("level", "weight", "word"),
    [(0, 1.0, "(generated)"), (60, -1.0, "(not generated)"), (20, 0.1189, "(generated)")],
)
def test_no_weight_is_beyond_ten_to_one(folder, level, weight, word):
    made = calibrate(folder, parameters={"slope": 0.1 if level == 20 else 1.0, "offset": 0.0})
    finding, _ = answer(folder, plugins.png(level, 3))
    assert finding.log10_lr == finding.data["log10_lr"] == pytest.approx(weight, abs=1e-4)
    assert finding.data["cap"] == [-1.0, 1.0]
    assert finding.data["calibration_digest"] == made.sha256()
    assert word in finding.says
    assert HERE in finding.says


def test_the_caps_of_the_card_hold_where_they_are_narrower(folder):
    calibrate(folder, cap_high=0.25, cap_low=-0.5)
    weights = [answer(folder, plugins.png(level))[0].log10_lr for level in (0, 60)]
    assert weights == [0.25, -0.5]


def test_the_record_names_all_that_it_rests_on(folder):
    data = plugins.png(20)
    finding, _ = answer(folder, data)
    told = finding.data
    assert (told["plugin"], told["plugin_version"]) == ("zz-rough", "1.0")
    assert told["model_sha256"] == hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    assert told["condition"] == HERE
    assert told["question"] == "whole picture generated?"
    sha256 = hashlib.sha256(data).hexdigest()
    assert told["bytes"] == [{"offset": 0, "length": len(data), "sha256": sha256}]
    assert (finding.speaks_for, finding.speaks_against, finding.grade) == ("", "", "")
    assert len(finding.says) <= 200
    assert json.loads(json.dumps(told)) == told
    assert sound(finding)


def test_the_version_follows_the_model_the_manifest_and_the_calibrations(tmp_path):
    one = plugins.plugin(tmp_path / "one")
    versions = [load(str(one)).version]
    calibrate(one)
    versions.append(load(str(one)).version)
    calibrate(one, cap_high=0.5)
    versions.append(load(str(one)).version)
    versions.append(load(str(plugins.plugin(tmp_path / "two", count=2))).version)
    other = plugins.model(producer_name="zz").SerializeToString()
    versions.append(load(str(plugins.plugin(tmp_path / "three", other))).version)
    assert len(set(versions)) == len(versions)
    assert load(str(one)).name == "detector:zz-rough"
    digest = hashlib.sha256((one / "model.onnx").read_bytes()).hexdigest()
    assert f"+{digest[:12]}." in versions[0]
    assert versions[0].endswith(".none")


ABSTAINS = {
    "small": ({}, plugins.png(20, side=32), "too small: 32 x 32 pixels, not 64 a side"),
    "format": (
        {"domain": 'formats = ["image/jpeg"]'},
        plugins.png(20),
        "a format outside its domain: image/png",
    ),
    "condition": (
        {"domain": 'abstain = ["small/*/*"]'},
        plugins.png(20),
        "a condition outside its domain: small/other/once",
    ),
    "large": (
        {"policy": "whole"},
        plugins.png(20, side=128),
        "too large: 128 x 128 pixels, 64 a side at most",
    ),
    "text": ({}, b"zz-test-0001", "no picture: "),
}


@pytest.mark.parametrize("name", ABSTAINS)
def test_outside_its_domain_it_is_silent_and_says_why(tmp_path, name):
    told, data, words = ABSTAINS[name]
    (seen,) = answer(plugins.plugin(tmp_path / "zz", **told), data)
    assert isinstance(seen, Seen)
    assert (seen.outcome, seen.reason) == ("silent", "")  # no gap of the account
    assert seen.detail.startswith("abstained: ")
    assert words in seen.detail


def test_made_for_photographs_is_a_doubt(tmp_path):
    folder = plugins.plugin(tmp_path / "zz", domain="photographic_only = true")
    assert detector.PHOTOGRAPHS in answer(folder, plugins.png(20))[0].doubts
    plain = plugins.plugin(tmp_path / "other")
    assert detector.PHOTOGRAPHS not in answer(plain, plugins.png(20))[0].doubts


def test_a_damaged_picture_is_a_failure(folder):
    (seen,) = answer(folder, plugins.png(20)[:60])
    assert seen.outcome == "failed"
    assert seen.reason


@pytest.mark.parametrize(
    ("aggregation", "join"), [("mean", np.mean), ("max", np.max), ("median", np.median)]
)
def test_crops_are_joined_as_the_manifest_says(tmp_path, aggregation, join):
    folder = plugins.plugin(tmp_path / "zz", count=5, aggregation=aggregation)
    plane = plugins.grey(20, 4, 200)
    plane[:, :100] = 128  # half of it is smooth
    out = io.BytesIO()
    Image.fromarray(plane).save(out, "png")
    finding, _ = answer(folder, out.getvalue())
    crops = finding.data["crops"]
    assert len(crops) == 5
    for left, top, width, height, logit in crops:
        assert (left % 8, top % 8, width, height) == (0, 0, 64, 64)
        expected = plugins.logit_of(plane[top : top + 64, left : left + 64])
        assert logit == pytest.approx(expected, abs=1e-4)
    assert finding.data["logit"] == pytest.approx(join([crop[4] for crop in crops]), abs=1e-4)
    assert len({crop[4] for crop in crops}) > 1


def test_a_wrong_self_test_refuses_the_plugin(tmp_path):
    folder = plugins.plugin(tmp_path / "zz", logit=9.0)
    (seen,) = answer(folder, plugins.png(20))
    assert (seen.outcome, seen.reason) == ("failed", "detector failed")
    assert seen.detail.startswith("its self-test gave 1.189")  # what it gives: 1.1894…
    assert seen.detail.endswith(" and not 9")
    one = load(str(folder))
    for _ in range(2):
        with pytest.raises(detector.Unfit, match="self-test gave"):
            one.ready()


def test_a_self_test_outside_its_domain_refuses_the_plugin(tmp_path):
    folder = plugins.plugin(tmp_path / "zz", least=128)
    with pytest.raises(detector.Unfit, match="self-test picture is outside"):
        load(str(folder)).ready()
    (folder / "selftest.png").write_bytes(b"zz-test-0001")
    with pytest.raises(detector.Unfit, match="self-test picture cannot be decoded"):
        load(str(folder)).ready()


def test_a_model_that_changes_meanwhile_is_not_run(folder):
    one = load(str(folder))
    (folder / "model.onnx").write_bytes(plugins.no_number())
    with pytest.raises(detector.Unfit, match="no longer the one"):
        one.ready()


def test_without_onnxruntime_a_sentence_says_what_to_install(folder, monkeypatch):
    monkeypatch.setattr(detector, "find_spec", lambda _: None)
    with pytest.raises(UsageError) as told:
        load(str(folder))
    assert "onnxruntime" in told.value.message
    assert told.value.advice == "pip install 'fanal[onnx]'"
    assert util.find_spec("onnxruntime") is not None


def test_it_answers_behind_the_guards(worker, folder, tmp_path):
    calibrate(folder)
    picture = tmp_path / "zz.png"
    picture.write_bytes(plugins.png(20, 3))
    sha256 = hashlib.sha256(picture.read_bytes()).hexdigest()
    one = load(str(folder))
    work = LookWork((Made(one.name, one.version, "fanal.analyzers.detector:load", str(folder)),))
    body = FileBody(bytes(picture))
    task = LookTask(sha256, "image/png", body, file_mark(picture.lstat()), (one.name,))
    (records,) = worker.answers(work, (task,), 20)
    assert records == tuple(one.analyze(Content(sha256, "image/png", body)))
    assert records[0].log10_lr == 1.0
    assert set(worker.guards) >= {"seccomp", "landlock", "memory"}


@pytest.mark.parametrize("name", plugins.REFUSED)
def test_what_an_enemy_brings_is_refused_with_a_reason(worker, tmp_path, name):
    make, words = plugins.REFUSED[name]
    folder = plugins.plugin(tmp_path / "zz", make())
    (said,) = worker.answers(plugins.tried, (str(folder),), 20)
    assert isinstance(said, str)
    assert any(part in said for part in words.split("|")), said


def test_a_network_without_end_costs_its_time_and_no_more(worker, tmp_path):
    endless = plugins.plugin(tmp_path / "endless", plugins.endless())
    good = plugins.plugin(tmp_path / "good")
    assert worker.answers(plugins.tried, (str(endless),), 1.5) == (Died(out_of_time=True),)
    assert worker.answers(plugins.tried, (str(good),), 20) == ("ready",)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (pictures.jpeg(640, 480, quality=95), "medium/high/once"),
        (pictures.jpeg(620, 480, quality=80), "small/middle/once"),
        (pictures.jpeg(620, 480, quality=50), "small/low/once"),
        (pictures.png(96, 64), "small/other/once"),
    ],
)
def test_the_condition_is_that_of_the_file(data, expected):
    assert condition_of(content(data)) == expected


def test_a_picture_that_was_saved_again_is_in_another_condition(folder):
    once = traced.saved(traced.plain(1), 80)
    cut = traced.cropped(traced.opened(once), 3, 6)
    pictures_of = {
        "small/middle/once": once,
        "small/high/again": traced.saved(traced.opened(once), 95),
        "small/other/again": traced.kept(cut),
    }
    for expected, data in pictures_of.items():
        assert answer(folder, data)[0].data["condition"] == expected


def test_no_score_is_more_exact_than_two_machines_agree(folder):
    finding, _ = answer(folder, plugins.png(21, 5))
    assert finding.data["logit"] == float(f"{finding.data['logit']:.6g}")
    assert math.isfinite(finding.data["logit"])
