"""What workers say of a device's pictures is believed only as far as it can be true."""

import os
from dataclasses import replace

import numpy as np
import pytest

from fanal.content.sensor import Look
from fanal.engines import wire
from fanal.engines.interface import Died
from fanal.model.item import FileBody, LostBody, MemoryBody
from fanal.pipeline import device_work
from fanal.pipeline.device_work import (
    Band,
    BandWork,
    Estimate,
    Shot,
    ShotWork,
    bands,
    raw_of,
    seen,
)
from fanal.pipeline.work import NotRead
from makers import pictures, sensors
from makers.evidence import sha256


def shot(data: bytes, kind: str = "image/jpeg", of: str = "") -> Shot:
    return Shot(of or sha256(data), kind, MemoryBody(data))


PICTURE = sensors.taken(1, 1, 128, 96, flat=True)


def test_a_picture_is_looked_at():
    told = ShotWork()(shot(PICTURE))
    assert isinstance(told, Look)
    assert (told.rows, told.columns, told.flat) == (96, 128, True)
    assert seen(told) == told


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (shot(PICTURE, of="00" * 32), "changed while reading"),
        (shot(pictures.truncated(PICTURE)), "damaged picture"),
        (shot(b"zz"), "damaged picture"),
        (shot(b"zz", "image/x-zz"), "no decoder: image/x-zz"),
        (Shot("00" * 32, "image/jpeg", FileBody(b"/nowhere/zz")), "not readable"),
        (Shot("00" * 32, "image/jpeg", LostBody("gone", "")), "limit: memory"),
    ],
)
def test_what_cannot_be_read_is_said(given, reason):
    told = ShotWork()(given)
    assert isinstance(told, NotRead)
    if reason not in {"limit: memory", "no decoder: image/x-zz"}:
        assert told.reason == reason


def test_a_file_is_read_where_it_lies(tmp_path):
    path = tmp_path / "one.jpg"
    path.write_bytes(PICTURE)
    lying = Shot(sha256(PICTURE), "image/jpeg", FileBody(os.fsencode(path)))
    assert ShotWork()(lying) == ShotWork()(shot(PICTURE))


@pytest.mark.parametrize(
    "answer",
    [
        None,
        (1, 2),
        Look(1, 2, float("nan"), 0.5, flat=False),
        Look(1, 2, 1e9, 0.5, flat=False),
        Look("1", 2, 3.0, 0.5, flat=False),
        NotRead(1, 2),
        RuntimeError("zz"),
    ],
)
def test_what_no_worker_says_is_not_believed(answer):
    assert seen(answer) == NotRead(
        "worker died", "it answered what no worker does: it may have been taken over"
    )


def test_a_death_is_a_reason():
    assert seen(Died()).reason == "worker died"
    assert seen(Died(out_of_time=True)).reason == "limit: time"


def test_bands_cover_every_row_once(monkeypatch):
    monkeypatch.setattr(device_work, "BAND", 128 * 40)
    made = list(bands([shot(PICTURE)], 100, 128))
    assert [(band.first, band.rows) for band in made] == [(0, 32), (32, 32), (64, 32), (96, 4)]
    assert all(band.first % 16 == 0 for band in made)
    wide = list(bands([shot(PICTURE)], 40, 1_000_000))
    assert [band.rows for band in wide] == [16, 16, 8]


@pytest.fixture(scope="module")
def answered():
    several = tuple(shot(sensors.taken(1, n, 128, 96, flat=True)) for n in range(4))
    band = Band(several, 16, 64, 128, 96)
    return band, BandWork()(band)


def test_a_band_travels_and_is_what_it_was(answered):
    band, answer = answered
    assert answer.unread == ()
    ((good, told),) = wire.read(wire.together([wire.spelled(answer, good=True)]))
    assert (good, told) == (True, answer)
    raw, weight = raw_of(band, told)
    assert raw.shape == (64, 128)
    assert weight == pytest.approx(4 * (118 / 255) ** 2, rel=0.05)
    pattern = sensors.cells(1, 128, 96)[16:80]
    assert np.corrcoef(raw.ravel(), pattern.ravel())[0, 1] > 0.5


def test_the_largest_band_travels_in_one_message():
    answer = Estimate(1.0, bytes(device_work.BAND), 1.0)
    assert len(wire.together([wire.spelled(answer, good=True)])) < wire.LARGEST


def test_a_picture_that_is_another_now_is_told(answered):
    band, _ = answered
    changed = (*band.shots[:2], shot(b"zz"), shot(pictures.jpeg(64, 64)))
    told = BandWork()(replace(band, shots=changed))
    assert told.unread == tuple(each.sha256 for each in changed[2:])
    assert raw_of(band, told) is None


@pytest.mark.parametrize(
    "change",
    [
        {"scale": 0.0},
        {"scale": -1.0},
        {"scale": float("nan")},
        {"scale": float("inf")},
        {"weight": float("nan")},
        {"weight": -1.0},
        {"steps": b""},
        {"steps": "zz"},
        {"unread": ("00" * 32,)},
    ],
)
def test_an_estimate_that_cannot_be_is_none(answered, change):
    band, answer = answered
    assert raw_of(band, answer) is not None
    assert raw_of(band, replace(answer, **change)) is None
    assert raw_of(band, Died()) is None
