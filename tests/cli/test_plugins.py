"""`fanal plugins check` says what a plug-in is, or why it is not taken."""

import json
from dataclasses import replace

from fanal.analyzers.detector_folder import read_plugin
from fanal.model.calibration import LOGISTIC, Calibrated
from makers import plugins
from makers.program import called


def test_a_plugin_without_a_calibration(tmp_path, capsys):
    folder = plugins.plugin(tmp_path / "zz", domain='formats = ["image/png"]', count=5)
    assert called("plugins", "check", folder) == 0
    told = capsys.readouterr().out
    for words in (
        "zz-rough 1.0",
        "nothing: three layers written by hand",
        "up to 5 crops of 64 pixels",
        "from 64 pixels a side; image/png",
        "passed",
        "no calibration: it will weigh nothing",
    ):
        assert words in told


def test_a_plugin_with_a_calibration_as_json(tmp_path, capsys):
    folder = plugins.plugin(tmp_path / "zz", policy="resize")
    plugin = read_plugin(str(folder))
    made = Calibrated(
        LOGISTIC, {"slope": 1.0, "offset": 0.0}, -0.5, 0.75, {"same": 60, "other": 70}
    )
    made = replace(made, condition="zz", part=plugin.name, part_version=plugin.recipe)
    (folder / "calibration").mkdir()
    (folder / "calibration" / "zz.json").write_text(made.text())
    assert called("plugins", "check", folder, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["name"] == "detector:zz-rough"
    assert told["version"] == read_plugin(str(folder)).version
    (each,) = told["calibrations"]
    assert (each["condition"], each["cap_low"], each["cap_high"]) == ("zz", -0.5, 0.75)
    assert each["sha256"] == made.sha256()
    assert called("plugins", "check", folder) == 0
    text = capsys.readouterr().out
    assert "calibrated for zz: log10 LR -0.50 to 0.75, 60 generated, 70 camera" in text
    assert "wears traces away" in text


def test_a_plugin_that_is_not_taken(tmp_path, capsys):
    folder = plugins.plugin(tmp_path / "zz", logit=9.0)
    assert called("plugins", "check", folder) == 2
    told = capsys.readouterr().err
    assert "its self-test gave" in told
    assert "docs/extend/detector.md" in told
