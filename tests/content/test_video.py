"""Frames of a video: nine of them at its cuts, any one by its number; never more than that."""

import sys

import numpy as np
import pytest

from fanal.content import video
from fanal.content.image import Undecodable
from fanal.content.keypoints import installed
from fanal.content.video import at, strip
from makers.films import film

pytestmark = pytest.mark.skipif(
    not installed(), reason="opencv-python-headless is not installed: fanal[features]"
)
CUTS = (20, 43, 61)


@pytest.fixture(scope="module")
def cut(tmp_path_factory):
    """Eighty frames of one grey each, another one from each cut on."""
    greys = [sum(number >= one for one in CUTS) * 70 + 20 for number in range(80)]
    return film(tmp_path_factory.mktemp("film"), greys)


def test_a_frame_is_found_by_its_number(cut):
    for number in (0, 19, 20, 42, 43, 60, 61, 79):
        still = at(cut, number)
        grey = sum(number >= one for one in CUTS) * 70 + 20
        assert abs(float(np.median(still.plane)) - grey) < 12, number
        assert (still.number, still.plane.shape) == (number, (120, 160, 3))
        assert still.seconds == pytest.approx(number / 10, abs=0.11)
    with pytest.raises(Undecodable, match="no such frame"):
        at(cut, 500)


def test_nine_frames_stand_at_the_cuts_first(cut):
    found = strip(cut)
    assert len(found) == 9
    numbers = [still.number for still in found]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 0
    for one in CUTS:  # looked at every 79 / 47 frames
        assert any(one <= number <= one + 2 for number in numbers), one
    for still in found:
        assert still.seconds == pytest.approx(still.number / 10, abs=0.11)


def test_where_nothing_is_cut_they_are_spread(tmp_path):
    numbers = [still.number for still in strip(film(tmp_path, [100] * 60))]
    steps = np.diff(numbers)
    assert len(numbers) == 9
    assert max(steps) <= 2 * min(steps)


def test_a_short_video_has_each_frame_once(tmp_path):
    assert [still.number for still in strip(film(tmp_path, [40, 90, 160, 220]))] == [0, 1, 2, 3]


@pytest.mark.parametrize("part", [0.0, 0.02, 0.3])
def test_a_damaged_video_is_told_or_shown_in_part(cut, part):
    try:
        assert 1 <= len(strip(cut[: int(len(cut) * part)])) <= 9
    except Undecodable as why:
        assert why.reason == "damaged video"  # noqa: PT017 (either way is right)


def test_without_the_decoder_it_says_what_to_install(cut, monkeypatch):
    monkeypatch.setattr(sys.modules[video.__name__], "installed", lambda: False)
    with pytest.raises(Undecodable, match="no decoder: video") as told:
        strip(cut)
    assert "fanal[features]" in told.value.detail
