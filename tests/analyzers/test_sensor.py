"""A picture is compared with a device by its middle, then whole; what cannot be is said."""

import gc
import io
import json
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fanal.analyzers import sensor
from fanal.analyzers.sensor import load, spelled, version_of
from fanal.content import sensor as content_sensor
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.engines.pool import Pool
from fanal.model.evidence import COMPARED
from fanal.model.finding import Finding, Seen
from fanal.model.item import Digests, FileBody, MemoryBody, StreamedBody
from fanal.pipeline.work import LookTask, LookWork, Made, file_mark
from fanal.settings import Settings
from makers import pictures, sensors
from makers.device_files import device

SHA = "5a" * 32
LARGE = (1152, 512)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A device whose frame is no larger than its middle."""
    folder = tmp_path_factory.mktemp("small")
    return load(str(folder)) if device(folder) else None


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    return load(str(folder)) if device(folder, 1, *LARGE) else None


def content(data: bytes, kind: str = "") -> Content:
    return Content(SHA, kind or media_type(data[:4096]), MemoryBody(data))


def said(analyzer, data: bytes, kind: str = "") -> tuple[Finding | None, Seen]:
    *found, seen = analyzer.analyze(content(data, kind))
    assert isinstance(seen, Seen)
    assert (seen.analyzer, seen.version) == (analyzer.name, analyzer.version)
    assert (len(found) == 1) == (seen.outcome == "spoke")
    return (found[0] if found else None), seen


@pytest.mark.parametrize("size", [(sensors.WIDTH, sensors.HEIGHT), LARGE], ids=str)
def test_a_picture_of_the_device_agrees_whole_and_others_are_measured_too(size, small, large):
    analyzer = small if size[0] == sensors.WIDTH else large
    own, _ = said(analyzer, sensors.taken(1, 50, *size))
    other, _ = said(analyzer, sensors.taken(2, 50, *size))
    assert own.kind == other.kind == COMPARED
    assert own.data["frame"] == "whole"
    assert own.data["pce"] > 200
    assert (own.data["pce"] > own.data["pce_middle"] > 100) or analyzer is small
    assert other.data["pce"] < 20
    assert own.says == (
        f"sensor noise was compared with device zz-phone: PCE {own.data['pce']:,.0f} (full frame)"
    )
    assert (own.log10_lr, own.grade, own.speaks_for, own.doubts) == (None, "", "", ())


def test_where_the_middle_says_nothing_the_whole_is_not_looked_at(large, monkeypatch):
    asked = []
    whole = sensor.agreement
    monkeypatch.setattr(
        sensor, "agreement", lambda *told: asked.append(told[0].shape) or whole(*told)
    )
    told = [said(large, sensors.taken(2, shot, *LARGE))[0].data for shot in range(50, 56)]
    assert {one["frame"] for one in told if one["pce_middle"] < 3} == {"middle"}
    assert asked.count((512, 577)) == sum(one["frame"] == "whole" for one in told)
    assert asked.count((512, 513)) == 6


def test_a_picture_is_decoded_once_for_all_devices_and_let_go(small, tmp_path, monkeypatch):
    device(tmp_path, 2, name="zz-other")
    other, decoded, whole = load(str(tmp_path)), [], sensor.luma
    monkeypatch.setattr(sensor, "luma", lambda *told: decoded.append(1) or whole(*told))
    held = content(sensors.taken(2, 51))
    pces = [next(one.analyze(held)).data["pce"] for one in (small, other)]
    assert len(decoded) == 1
    assert pces[0] < 20
    assert pces[1] > 200
    kept = len(sensor._SHARED)
    del held
    gc.collect()
    assert len(sensor._SHARED) == kept - 1


@pytest.mark.parametrize(
    ("make", "outcome", "reason"),
    [
        (lambda: b"zz-test-0001\n", "silent", "no sensor noise: not a picture"),
        (lambda: b"\0\0\0\x18ftypisom" + bytes(40), "silent", "no sensor noise: not a picture"),
        (lambda: pictures.jpeg(96, 64), "silent", "no sensor noise: another size or orientation"),
        (
            lambda: sensors.taken(1, 60, sensors.HEIGHT, sensors.WIDTH),
            "silent",
            "no sensor noise: another size or orientation",
        ),
        (lambda: pictures.truncated(sensors.taken(1, 60), 0.6), "failed", "damaged picture"),
        (
            lambda: pictures.truncated(sensors.taken(1, 60, kind="PNG"), 0.6),
            "failed",
            "damaged picture",
        ),
        (lambda: sensors.taken(1, 60)[:200], "failed", "damaged picture"),
    ],
)
def test_what_cannot_be_compared_is_said(small, make, outcome, reason):
    found, seen = said(small, make())
    assert found is None
    assert (seen.outcome, seen.reason) == (outcome, reason)


@pytest.mark.parametrize("value", [0, 2, 251, 255])
def test_a_picture_without_light_or_with_too_much_tells_nothing(small, value):
    made = np.full((sensors.HEIGHT, sensors.WIDTH), value, np.uint8)
    made[:60, :60] = 120
    out = io.BytesIO()
    Image.fromarray(made).save(out, "PNG")
    found, seen = said(small, out.getvalue())
    assert found is None
    assert (seen.outcome, seen.reason) == ("silent", "no sensor noise: too dark or too bright")
    assert seen.detail == "1% of the pixels are neither dark nor saturated"


def test_grey_and_even_pictures_are_compared(small):
    grey = Image.open(io.BytesIO(sensors.taken(1, 61))).convert("L")
    out = io.BytesIO()
    grey.save(out, "JPEG", quality=92)
    assert said(small, out.getvalue())[0].data["pce"] > 200
    out = io.BytesIO()
    Image.new("L", grey.size, 120).save(out, "PNG")
    assert said(small, out.getvalue())[0].data["pce"] < 20


def test_the_stored_pixels_count_and_not_how_they_are_to_be_turned(small):
    turned = io.BytesIO()
    exif = Image.Exif()
    exif[274] = 6
    Image.open(io.BytesIO(sensors.taken(1, 62))).save(turned, "JPEG", quality=90, exif=exif)
    assert said(small, turned.getvalue())[0].data["pce"] > 200


def test_too_many_pixels_are_not_decoded(small, monkeypatch):
    monkeypatch.setattr(sensor, "MOST_PIXELS", 1000)
    found, seen = said(small, sensors.taken(1, 63))
    assert found is None
    assert (seen.outcome, seen.reason) == ("failed", "limit: pixels")


def test_what_is_too_large_to_hold_is_said(small):
    body = StreamedBody(Digests(SHA, "", "", 1 << 40, b""))
    *_, seen = small.analyze(Content(SHA, "image/jpeg", body))
    assert (seen.outcome, seen.reason) == ("failed", "limit: memory")


@settings(max_examples=30, deadline=None)
@given(
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=9)), min_size=1, max_size=6),
    part=st.floats(0.3, 1),
)
def test_no_damage_raises(small, edits, part):
    data = bytearray(sensors.taken(1, 64))
    for where, put in edits:
        at = int(where * len(data))
        data[at : at + len(put)] = put
    _, seen = said(small, pictures.truncated(bytes(data), part))
    assert seen.outcome in {"spoke", "silent", "failed"}
    assert (seen.reason + seen.detail).isprintable()


def test_the_version_holds_the_files(tmp_path):
    files = device(tmp_path / "one", 1, *LARGE)
    first = load(str(tmp_path / "one"))
    assert first.version == version_of(files)
    assert first.version.startswith(f"{content_sensor.EXTRACTOR}-")
    for name in ("middle.f16", "whole.f16"):
        device(tmp_path / "two", 1, *LARGE)
        data = bytearray((tmp_path / "two" / name).read_bytes())
        data[1000] ^= 1
        (tmp_path / "two" / name).write_bytes(data)
        assert load(str(tmp_path / "two")).version != first.version


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("middle.f16", b""),
        ("middle.f16", bytes(999)),
        ("device.json", b"{"),
        ("device.json", json.dumps({"device": "zz", "rows": 0, "columns": 5}).encode()),
        ("device.json", json.dumps({"device": "zz", "rows": 1 << 40, "columns": 5}).encode()),
        ("device.json", json.dumps({"device": "zz", "rows": 512}).encode()),
    ],
)
def test_files_that_are_no_device_make_none(tmp_path, name, data):
    device(tmp_path)
    (tmp_path / name).write_bytes(data)
    with pytest.raises((ValueError, KeyError)):
        load(str(tmp_path))


def test_a_guarded_worker_compares(tmp_path):
    files = device(tmp_path / "device", 1, *LARGE)
    picture = tmp_path / "one.jpg"
    picture.write_bytes(sensors.taken(1, 65, *LARGE))
    made = Made(
        "sensor zz-phone",
        version_of(files),
        "fanal.analyzers.sensor:load",
        str(tmp_path / "device"),
    )
    body = FileBody(os.fsencode(picture))
    task = LookTask(SHA, "image/jpeg", body, file_mark(picture.lstat()), (made.name,))
    pool = Pool(Settings(workers=1))
    try:
        ((_, (records,)),) = pool.run(LookWork((made,)), [(task,)], 60)
    finally:
        pool.close()
    assert [type(record) for record in records] == [Finding, Seen], records
    assert records[0].data["frame"] == "whole"
    assert records[0].data["pce"] > 200
    assert records == tuple(load(str(tmp_path / "device")).analyze(content(picture.read_bytes())))


@pytest.mark.parametrize(
    ("pce", "text"),
    [
        (0.04, "0.0"),
        (-5.25, "-5.2"),
        (19.9, "19.9"),
        (613.4, "613"),
        (-23.6, "-24"),
        (12345.6, "12,346"),
    ],
)
def test_agreement_is_spelled_for_people(pce, text):
    assert spelled(pce) == text
