import hashlib
import os
import subprocess
import sys
import time
from random import Random

import numpy as np
import pdqhash
import pytest

from fanal.demo import draw
from fanal.demo.canvas import Canvas

PROGRAM = """
import hashlib
from random import Random
from fanal.demo.draw import scene
for number in range(12):
    print(hashlib.sha256(scene(Random(f"zz-{number}"), 320, 240).tobytes()).hexdigest())
"""


def fingerprints(count: int) -> tuple[np.ndarray, list[int]]:
    bits, qualities = [], []
    for number in range(count):
        picture = np.asarray(draw.scene(Random(f"variety {number}"), 640, 480))
        turns, quality = pdqhash.compute_dihedral(picture)
        bits.append(turns)
        qualities.append(quality)
    return np.array(bits, dtype=bool), qualities


@pytest.fixture(scope="module")
def varied() -> tuple[np.ndarray, list[int]]:
    return fingerprints(48)


def test_other_process_draws_the_same_pixels():
    here = [
        hashlib.sha256(draw.scene(Random(f"zz-{number}"), 320, 240).tobytes()).hexdigest()
        for number in range(12)
    ]
    for seed in ("1", "977"):
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stdout.split() == here


def test_another_seed_draws_another_scene():
    drawn = {draw.scene(Random(number), 64, 48).tobytes() for number in range(40)}
    assert len(drawn) == 40


def test_scenes_are_far_apart(varied):
    upright = varied[0][:, 0]
    distances = (upright[:, None] != upright[None]).sum(axis=-1)
    pairs = distances[np.triu_indices(len(upright), 1)]
    assert pairs.min() > 62  # twice the usual radius
    assert (pairs > 90).mean() > 0.99


def test_no_turn_of_a_scene_meets_another(varied):
    bits = varied[0]
    for number, scene in enumerate(bits):
        others = np.delete(bits[:, 0], number, axis=0)
        assert (scene[:, None] != others[None]).sum(axis=-1).min() > 62


def test_scenes_have_structure(varied):
    qualities = varied[1]
    assert sum(quality >= 50 for quality in qualities) >= 0.97 * len(qualities)


def test_flat_pictures_have_no_structure():
    for number in range(8):
        picture = np.asarray(draw.flat(Random(number), 320, 240))
        assert pdqhash.compute(picture)[1] < 50


@pytest.mark.parametrize(
    "size", [(1, 1), (16, 16), (48, 31), (480, 640), (641, 479), (2048, 1536), (1200, 100)]
)
def test_any_size(size):
    picture = draw.scene(Random(5), *size)
    assert picture.size == size
    assert picture.mode == "RGB"


@pytest.mark.parametrize("kind", draw.KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_fills_the_canvas(kind):
    for number in range(6):
        canvas = Canvas(Random(number), 200, 150)
        kind(canvas)
        assert np.isfinite(canvas.pixels).all()
        corners = canvas.pixels[:, [0, 0, -1, -1], [0, -1, 0, -1]]
        assert (corners.sum(axis=0) > 0).all()  # nothing left unpainted
        assert canvas.pixels.mean(axis=0).std() > 5


def test_sensor_noise_is_there_and_small():
    picture = np.asarray(draw.scene(Random("zz-noise"), 640, 480), dtype=float).mean(axis=2)
    # Second differences cancel gradients and keep noise; 1 + 4 + 1 times its variance.
    noise = np.median(np.abs(np.diff(picture, n=2, axis=1))) / 0.6745 / 6**0.5
    assert 0.5 < noise < 12


def test_drawing_is_quick():
    draw.scene(Random(0), 1280, 960)
    started = time.process_time()
    for number in range(8):
        draw.scene(Random(number), 1280, 960)
    assert (time.process_time() - started) / 8 < 0.25  # about 0.05 s on an idle machine
