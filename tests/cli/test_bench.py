"""A benchmark whose peer is missing says how to get it."""

import sys

import pytest

from fanal.bench import features, marks_speed, noise, preview, traces
from fanal.cli.bench import PARTS
from makers.program import called


def test_an_unknown_benchmark_is_a_wrong_call(capsys):
    assert called("bench", "zz") == 2
    assert "'zz' is not one of" in capsys.readouterr().err


@pytest.mark.parametrize("part", ["matching", "pdq"])
def test_a_missing_peer_says_how_to_get_it(part, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, PARTS[part], None)
    assert called("bench", part) == 2
    assert "run: make bench" in capsys.readouterr().err


def test_reading_marks_is_timed_in_the_pass_that_decodes(capsys, monkeypatch):
    monkeypatch.setattr(marks_speed, "WIDTH", 160)
    monkeypatch.setattr(marks_speed, "HEIGHT", 120)
    assert called("bench", "marks", "--", "--files", "2", "--rounds", "1") == 0
    told = capsys.readouterr().out
    assert "decode and PDQ alone" in told
    assert "generator" in told


def test_sensor_noise_is_measured_and_a_missing_peer_is_said(capsys, monkeypatch):
    monkeypatch.setattr(noise, "WIDTH", 256)
    monkeypatch.setattr(noise, "HEIGHT", 192)
    monkeypatch.setitem(sys.modules, "prnu", None)
    assert called("bench", "noise", "--rounds", "1") == 0
    told = capsys.readouterr().out
    assert "peer: none" in told
    assert "256 x 192" in told
    assert called("bench", "noise", "--rounds", "1", "--corpus", "/nowhere") == 2


def test_looks_on_request_are_timed(capsys, monkeypatch):
    monkeypatch.setattr(traces, "WIDTH", 320)
    monkeypatch.setattr(traces, "HEIGHT", 280)
    assert called("bench", "traces", "--", "--rounds", "1") == 0
    told = capsys.readouterr().out
    assert "320 x 280" in told
    assert "decoding and traces" in told
    assert called("bench", "traces", "--", "--rounds", "1", "--corpus", "/nowhere") == 2


def test_local_points_are_measured_beside_pdq(capsys, monkeypatch):
    pytest.importorskip("cv2", reason="opencv-python-headless is not installed: fanal[features]")
    monkeypatch.setattr(features, "SIZE", (320, 240))
    monkeypatch.setattr(features, "LARGE", (320, 240))
    few = ("--scenes", "2", "--others", "3", "--rounds", "1")
    assert called("bench", "features", "--", *few, "--changes", "letterbox") == 0
    told = capsys.readouterr().out
    assert "PDQ and points" in told
    assert "3 pairs of drawn pictures that differ" in told
    assert called("bench", "features", "--", "--corpus", "/nowhere") == 2


def test_without_the_library_local_points_are_not_measured(capsys, monkeypatch):
    monkeypatch.setattr(features, "installed", lambda: False)
    assert called("bench", "features") == 2
    assert "pip install 'fanal[features]'" in capsys.readouterr().err


def test_previews_are_timed_beside_the_decode_alone(capsys, monkeypatch):
    monkeypatch.setattr(preview, "WIDTH", 320)
    monkeypatch.setattr(preview, "HEIGHT", 240)
    monkeypatch.setattr(preview, "SMALLER", ((160, 120),))
    assert called("bench", "preview", "--rounds", "1") == 0
    told = capsys.readouterr().out
    assert "320 x 240" in told
    for words in ("JPEG, progressive", "WebP", "160 x 120", "a whole reveal"):
        assert words in told
