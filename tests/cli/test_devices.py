"""The commands of devices say what they did, as text and as JSON, and end with the right code."""

import json

import pytest

from makers import phones
from makers.program import called


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return phones.build(tmp_path_factory.mktemp("phones"))


@pytest.fixture(autouse=True)
def _environment(made, monkeypatch):
    monkeypatch.setenv("FANAL_CASE", str(made.case))
    monkeypatch.setenv("FANAL_HOME", made.settings.home)
    monkeypatch.setenv("FANAL_ENGINE", "inline")


def said(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_case_without_devices(capsys):
    assert called("devices", "list") == 0
    assert capsys.readouterr().out.splitlines() == [
        "device  make and model  size  pictures  halves  compared  agree"
    ]
    assert called("devices", "compare", "--all") == 2
    assert "fanal devices learn" in capsys.readouterr().err


def test_a_device_is_learned_and_chosen_pictures_are_compared(capsys):
    assert called("devices", "learn", "phone 1", "--exhibit", "one") == 0
    out = capsys.readouterr().out
    assert out.startswith("phone 1: learned of 10 pictures of 592 x 448 pixels, 10 of an even")
    assert "not used: held out, to measure how its own pictures agree 11" in out
    assert "weak" not in out
    assert called("devices", "learn", "phone 2", "--folder", "00.jpg", "--exhibit", "two") == 2
    assert "1 usable pictures are too few" in capsys.readouterr().err

    small = sorted(phones.digests(phones.sent(), phones.drawn(1)))
    assert called("devices", "compare", small[0][:12], small[1], "--device", "phone 1") == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[1].split() == ["phone", "1", "2", "2", "12", "-"]


def test_all_are_compared_and_a_device_is_listed_and_shown(capsys):
    assert called("devices", "compare", "--all", "--json") == 3  # one picture is damaged
    (told,) = said(capsys)
    assert told["devices"] == [
        {
            "device": "phone 1",
            "wanted": 26,
            "compared": 25,
            "silent": {},
            "failed": {"damaged picture": 1},
            "left": 0,
            "agree": 12,
        }
    ]
    assert (told["other_size"], told["absent"]) == (2, {})

    assert called("devices", "list", "--json") == 0
    (told,) = said(capsys)
    assert (told["name"], told["pictures"], told["compared"]) == ("phone 1", 10, 25)
    assert called("devices", "show", "phone 1") == 0
    out = capsys.readouterr().out
    assert "not calibrated, too few pictures of known origin" in out
    for data in (phones.sent(), *map(phones.own, range(phones.OWN))):
        (digest,) = phones.digests(data)
        assert digest[:16] in out
    assert called("devices", "show", "phone 9") == 2
    assert called("devices", "show", "phone 1", "--json") == 0
    assert len(said(capsys)[0]["agree"]) == 12
    (digest,) = phones.digests(phones.sent())
    assert called("show", digest) == 0
    assert "sensor noise agrees with device phone 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [("learn", "phone 3"), ("compare",), ("compare", "zz"), ("learn", "phone 3", "zz")]
)
def test_a_call_that_chooses_nothing_is_wrong(words, capsys):
    assert called("devices", *words) == 2
    assert capsys.readouterr().err


def test_learning_tells_every_picture_as_json(capsys):
    assert called("devices", "learn", "phone 2", "--exhibit", "two", "--json") == 0
    (told,) = said(capsys)
    assert len(told["pictures"]) == phones.OTHERS
    assert (told["flat"], told["left"]) == (0, {})
