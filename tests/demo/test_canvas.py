from random import Random

import numpy as np
import pytest

from fanal.demo.canvas import Canvas, Skin, hue, relief

RED = Skin((200.0, 10.0, 10.0), rough=0.0)


def canvas() -> Canvas:
    return Canvas(Random(1), 100, 80)


def test_a_rectangle_fills_its_place_and_nothing_else():
    painted = canvas()
    painted.rectangle((0.25, 0.25), (0.5, 0.5), RED)
    assert painted.pixels[0, 30, 40] == pytest.approx(200)
    outside = painted.pixels.copy()
    outside[:, 20:41, 25:51] = 0
    assert outside.sum() == 0


@pytest.mark.parametrize("place", [(-2.0, 0.5), (3.0, 0.5), (0.5, -2.0), (0.5, 5.0)])
def test_what_lies_off_the_canvas_is_not_painted(place):
    painted = canvas()
    x, y = place
    painted.rectangle(place, (x + 0.2, y + 0.2), RED)
    painted.ellipse(place, (0.1, 0.1), RED)
    painted.ball(place, (0.1, 0.1), RED.colour)
    painted.tube(place, (x + 0.2, y + 0.2), RED.colour)
    painted.line([place, (x + 0.1, y)], RED.colour, 0.01)
    painted.glow(place, (0.1, 0.1), RED.colour)
    assert painted.pixels.sum() == 0


def test_fades_and_shadows_change_the_light():
    painted = canvas()
    painted.rectangle((0, 0), (1, 1), Skin((200, 200, 200), (50, 50, 50), rough=0))
    assert painted.pixels[0, 2, 50] > painted.pixels[0, 70, 50] + 100
    before = painted.pixels[0, 40, 50]
    painted.shade((0.5, 0.5), (0.2, 0.2), 0.5)
    assert painted.pixels[0, 40, 50] == pytest.approx(before / 2, rel=0.05)


@pytest.mark.parametrize("size", [(1, 1), (7, 90), (300, 20)])
def test_relief_is_centred_at_any_size(size):
    width, height = size
    field = relief(np.random.Generator(np.random.PCG64(3)), width, height)
    assert field.shape == (height, width)
    assert abs(field.mean()) < 1e-3
    assert np.isfinite(field).all()
    if width * height > 1:
        assert field.std() == pytest.approx(1, rel=1e-3)


def test_colours_stay_in_eight_bits():
    for seed in range(200):
        assert all(0 <= tone <= 255 for tone in hue(Random(seed), -1, 2, 0.9, 0.99))
