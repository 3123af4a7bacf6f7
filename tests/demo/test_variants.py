import io
import json
from random import Random

import numpy as np
import pytest
from PIL import Image, ImageOps

from fanal.demo import variants
from makers.pictures import picture

SCENE = picture(640, 480, 21)


def opened(made: variants.Made) -> Image.Image:
    found = Image.open(io.BytesIO(made.data))
    found.load()
    return found


def error(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one.convert("RGB"), float) - np.asarray(other, float)).mean())


@pytest.mark.parametrize("turn", range(12))
def test_re_encodings_show_the_scene(turn):
    made = variants.variant("re-encoding", SCENE, turn, Random(turn))
    assert error(opened(made), SCENE) < 12
    if made.parameters["format"] == "jpeg":
        assert 40 <= made.parameters["quality"] <= 95


def test_resizes_and_crops_keep_to_their_bounds():
    for seed in range(12):
        made = variants.variant("resize", SCENE, seed, Random(seed))
        assert 0.29 * 640 <= opened(made).width <= 0.91 * 640
        assert abs(opened(made).width / 640 - made.parameters["scale"]) < 0.01
        made = variants.variant("crop", SCENE, seed, Random(seed))
        width, height = opened(made).size
        assert 0.949 * 640 <= width <= 640
        assert 0.949 * 480 <= height <= 480


@pytest.mark.parametrize("turn", range(6))
def test_rotations_turn_and_tags_turn_back(turn):
    made = variants.variant("rotation", SCENE, turn, Random(turn))
    found = opened(made)
    by_pixels = SCENE.transpose(Image.Transpose[made.parameters["turn"].upper()])
    assert error(found, by_pixels) < 12
    if made.parameters["upright_by_tag"]:
        assert error(ImageOps.exif_transpose(found), SCENE) < 12


@pytest.mark.parametrize("turn", range(4))
def test_mirrors_are_no_rotations(turn):
    made = variants.variant("mirror", SCENE, turn, Random(turn))
    rotations = [SCENE.rotate(angle, expand=True) for angle in (0, 90, 180, 270)]
    found = opened(made)
    assert min(error(found, r) for r in rotations if r.size == found.size) > 20


def test_screenshots_hold_the_scene_in_a_frame():
    for turn in range(4):
        found = opened(variants.variant("screenshot", SCENE, turn, Random(turn)))
        assert found.size in {(540, 1170), (1280, 800)}


def test_pages_hold_the_scene_behind_another():
    found = opened(variants.variant("pages", SCENE, 0, Random(1)))
    assert found.n_frames == 2
    assert error(found, SCENE) > 20
    found.seek(1)
    assert error(found, SCENE) < 2


def test_the_first_two_blanks_show_the_same():
    first, second = (variants.blank(turn, Random(turn)) for turn in (0, 1))
    assert first.data != second.data
    assert opened(first).convert("RGB").tobytes() == opened(second).convert("RGB").tobytes()


def test_corrupt_files_cannot_be_opened_whole():
    for turn in range(16):
        with pytest.raises((OSError, SyntaxError)):
            opened(variants.corrupt(turn, Random(turn)))


def test_icons_are_tiny_and_text_is_neutral():
    for turn in range(8):
        assert max(opened(variants.icon(turn, Random(turn))).size) <= 64
        assert b"zz-test-" in variants.text(turn, Random(turn)).data
    assert json.loads(variants.text(2, Random(2)).data)["lines"]
