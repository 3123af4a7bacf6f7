"""Local points are told of pictures large enough; a worker behind guards finds the same ones."""

import numpy as np
import pytest
from PIL import Image

from fanal.analyzers import features
from fanal.analyzers.features import ABSENT, Features
from fanal.content.handle import Content
from fanal.content.keypoints import LONGEST, installed, unpack
from fanal.content.media import media_type
from fanal.demo.encode import encode
from fanal.engines.pool import Pool
from fanal.errors import UsageError
from fanal.model.evidence import FEATURES
from fanal.model.finding import Finding, Seen
from fanal.model.item import MemoryBody
from fanal.pipeline import examine
from fanal.pipeline.progress import Silent
from fanal.pipeline.work import LookTask, LookWork, on_request
from fanal.settings import Settings
from makers import pictures

SHA = "5a" * 32
needs_opencv = pytest.mark.skipif(
    not installed(), reason="opencv-python-headless is not installed: fanal[features]"
)


def looked(data: bytes) -> tuple[list[Finding], Seen]:
    *found, seen = Features().analyze(Content(SHA, media_type(data[:4096]), MemoryBody(data)))
    return found, seen


def test_it_is_asked_on_request_only():
    assert on_request("features")


@needs_opencv
@pytest.mark.parametrize("size", [(640, 480), (1600, 1200)])
def test_one_finding_tells_the_points(size):
    (found,), seen = looked(pictures.jpeg(*size, seed=4))
    points = unpack(found.data["points"])
    assert seen.outcome == "spoke"
    assert (found.kind, found.data["count"]) == (FEATURES, len(points))
    assert max(points.width, points.height) == LONGEST
    assert points.width / points.height == pytest.approx(4 / 3, abs=0.01)
    assert str(len(points)) in found.says
    assert found.doubts


@needs_opencv
def test_a_jpeg_that_is_decoded_smaller_keeps_enough_pixels():
    # At an eighth it would have 300 pixels on its longest side, with 2400 by 2400.
    (found,), _ = looked(pictures.jpeg(2400, 2400, seed=2))
    assert unpack(found.data["points"]).width == LONGEST


@needs_opencv
def test_a_blank_picture_is_silent():
    blank = Image.new("RGB", (300, 200), (90, 140, 200))
    found, seen = looked(encode(blank, "png"))
    assert not found
    assert (seen.outcome, seen.detail) == ("silent", "0 local points: too few")


@needs_opencv
def test_a_damaged_picture_is_silent_or_told_as_far_as_it_goes():
    _, whole = looked(pictures.truncated(pictures.jpeg(640, 480, seed=4), 0.9))
    _, start = looked(pictures.jpeg(640, 480, seed=4)[:40])
    assert whole.outcome in {"spoke", "silent"}
    assert start.outcome == "silent"


def test_without_the_library_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(features, "installed", lambda: False)
    found, seen = looked(pictures.jpeg(96, 64))
    assert not found
    assert (seen.outcome, seen.reason) == ("failed", ABSENT)
    assert "fanal[features]" in seen.detail


@needs_opencv
def test_a_guarded_worker_finds_the_same_points():
    data = pictures.jpeg(640, 480, seed=4)
    task = LookTask(SHA, "image/jpeg", MemoryBody(data), "", ("features",))
    pool = Pool(Settings(workers=1))
    try:
        ((_, (answer,)),) = pool.run(LookWork(), [(task,)], 60)
        assert not any(pool.guards.values())
    finally:
        pool.close()
    (found,), seen = looked(data)
    mine, theirs = unpack(found.data["points"]), unpack(answer[0].data["points"])
    assert answer[-1] == seen
    assert np.array_equal(mine.codes, theirs.codes)


def test_who_asks_for_it_without_the_library_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(examine, "find_spec", lambda _: None)
    asked = examine.Wanted(everything=True)
    with pytest.raises(UsageError) as told:
        examine.examine(tmp_path, Settings(), examine.With(("features",)), asked, Silent())
    assert "opencv-python-headless" in told.value.message
    assert not list(tmp_path.iterdir())
