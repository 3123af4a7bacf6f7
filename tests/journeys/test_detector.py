"""A detector says nothing, is measured, says a little, and moves no picture."""

import json
import shutil

import pytest

from fanal.model.finding import Finding
from fanal.model.review import Task
from fanal.pipeline.case import reading
from makers import plugins
from makers.program import called

SIDES = {"rough.png": 60.0, "smooth.png": 0.0}


@pytest.fixture
def evidence(tmp_path):
    """An exhibit with a rough and a smooth picture, large enough for the detector."""
    folder = tmp_path / "desk"
    folder.mkdir()
    for name, level in SIDES.items():
        (folder / name).write_bytes(plugins.png(level, 500, side=96))
    (folder / "notes.txt").write_text("zz-test-0001")
    return folder


def said(case, settings):
    """What the detector said of each picture, newest version last, and where each is queued."""
    with reading(case, settings) as store:
        found = [f for f in store.find(Finding) if f.kind == "detector"]
        tasks = {task.sha256: task.step for task in store.find(Task)}
    return found, tasks


def test_a_detector_weighs_what_was_measured_and_moves_nothing(
    case, settings, evidence, tmp_path, capsys
):
    folder = plugins.plugin(tmp_path / "zz")
    run = ("--case", case, "--engine", "inline")
    assert called("triage", evidence, *run) in {0, 3}
    examine = ("examine", "--all", "--plugin", folder, *run)
    assert called(*examine) == 0
    found, before = said(case, settings)
    assert {finding.log10_lr for finding in found} == {None}
    assert len(found) == len(SIDES)
    listed = plugins.pictures(tmp_path / "lab")
    card = tmp_path / "card"
    validate = ("validate", listed, "--plugin", folder, "--out", card, "--engine", "inline")
    assert called(*validate) == 0
    shutil.copytree(card / "calibration", folder / "calibration")
    capsys.readouterr()
    assert called(*examine, "--json") == 0
    assert json.loads(capsys.readouterr().out)["looked"] == len(SIDES) + 1
    found, after = said(case, settings)
    weights = sorted(finding.log10_lr for finding in found if finding.log10_lr is not None)
    assert len(weights) == len(SIDES)
    assert -1 <= weights[0] < 0 < weights[1] <= 1
    assert after == before
    capsys.readouterr()
    (smooth,) = [f for f in found if f.log10_lr == weights[1]]
    assert called("show", smooth.sha256, "--case", case) == 0
    shown = capsys.readouterr().out
    assert "detector zz-rough 1.0" in shown
    assert "generator (" not in shown.replace("generator traces", "")


def test_a_plugin_that_fails_its_self_test_is_asked_nothing(case, settings, evidence, tmp_path):
    folder = plugins.plugin(tmp_path / "zz", logit=9.0)
    assert called("triage", evidence, "--case", case, "--engine", "inline") in {0, 3}
    assert called("examine", "--all", "--plugin", folder, "--case", case) == 2
    assert said(case, settings)[0] == []
