"""Two pictures agree under the shift, scale and turn that points were given, and under no other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.content.keypoints import Points, mirrored
from fanal.series.agree import LEAST, Fit, compare, places


def invented(count: int = 120, seed: int = 1) -> Points:
    """Return points all over a picture of 500 x 400 pixels, each told in bits of its own."""
    made = np.random.default_rng(seed)
    return Points(
        500,
        400,
        made.uniform(0, 500, count).astype(np.float32),
        made.uniform(0, 400, count).astype(np.float32),
        np.exp2(made.uniform(1, 6, count)).astype(np.float32),
        made.uniform(0, 2 * np.pi, count).astype(np.float32),
        made.integers(0, 256, (count, 32), np.uint8),
    )


def moved(points: Points, fit: Fit, size: tuple[int, int], jitter: float = 0.5) -> Points:
    """Return the points as they lie in another picture; those beyond its edges are left out."""
    made = np.random.default_rng(7)
    z = fit(places(points)) + made.normal(0, jitter, (2, len(points))).T @ (1, 1j)
    angle = (-points.angle if fit.mirror else points.angle) + np.angle(fit.turn)
    codes = mirrored(points.codes) if fit.mirror else points.codes.copy()
    codes[:, 3] ^= 0x55  # four bits of difference
    kept = (z.real >= 0) & (z.real < size[0]) & (z.imag >= 0) & (z.imag < size[1])
    return Points(
        *size,
        z.real[kept].astype(np.float32),
        z.imag[kept].astype(np.float32),
        (points.size * abs(fit.turn))[kept].astype(np.float32),
        angle[kept].astype(np.float32),
        codes[kept],
    )


@settings(max_examples=60, deadline=None)
@given(
    scale=st.floats(0.3, 3),
    degrees=st.integers(0, 359),
    mirror=st.booleans(),
    seed=st.integers(0, 50),
)
def test_the_fit_that_was_made_is_found(scale, degrees, mirror, seed):
    turn = scale * np.exp(1j * np.deg2rad(degrees))
    fit = Fit(turn, 0, mirror)
    corner = fit(np.array([0, 500, 400j, 500 + 400j]))
    fit = Fit(turn, -complex(corner.real.min(), corner.imag.min()), mirror)
    size = (int(np.ptp(corner.real)) + 1, int(np.ptp(corner.imag)) + 1)
    one = invented(seed=seed)
    told = compare(one, moved(one, fit, size), mirror=mirror)
    assert told is not None
    assert told.fit.turn == pytest.approx(turn, rel=0.02)
    asked = np.array([0, 250 + 200j, 500 + 400j])
    assert np.abs(told.fit(asked) - fit(asked)).max() < 2 * max(1, scale)
    assert np.abs(told.fit.back(told.fit(asked)) - asked).max() < 1e-6
    assert told.inliers > 60
    assert told.agreeing == told.cells


def test_a_part_says_how_much_of_the_picture_it_shows():
    one = invented(180)
    told = compare(one, moved(one, Fit(2, -200 - 100j, mirror=False), (500, 400)))
    assert told is not None
    assert told.shown == (pytest.approx(0.25, abs=0.03), pytest.approx(1, abs=0.03))


def test_points_that_agree_in_one_half_only_leave_the_other_parts_apart():
    one, other = invented(seed=1), invented(seed=2)
    left = one.x < 250
    mixed = Points(
        500,
        400,
        np.where(left, one.x, 250 + other.x / 2),
        np.where(left, one.y, other.y),
        np.where(left, one.size, other.size),
        np.where(left, one.angle, other.angle),
        np.where(left[:, None], one.codes, other.codes),
    )
    told = compare(one, mixed)
    assert told is not None
    assert 0.3 < told.agreeing / told.cells < 0.7


def test_points_that_agree_all_round_but_not_inside_are_told_from_others():
    one, other = invented(190, seed=1), invented(190, seed=2)
    inner = (one.x > 80) & (one.x < 420) & (one.y > 60) & (one.y < 340)
    framed = Points(
        500,
        400,
        np.where(inner, 80 + other.x * 0.68, one.x),
        np.where(inner, 60 + other.y * 0.7, one.y),
        np.where(inner, other.size, one.size),
        np.where(inner, other.angle, one.angle),
        np.where(inner[:, None], other.codes, one.codes),
    )
    told, whole = compare(one, framed), compare(one, one)
    assert told is not None
    assert whole is not None
    assert told.agreeing / told.cells > 0.4
    assert told.inside < 0.2
    assert whole.inside == 1


@given(st.integers(0, 30), st.booleans())
@settings(deadline=None, max_examples=20)
def test_others_have_nothing_in_common(seed, mirror):
    assert compare(invented(seed=seed), invented(seed=seed + 1), mirror=mirror) is None


def test_a_mirrored_picture_agrees_only_where_that_is_asked():
    one = invented()
    other = moved(one, Fit(-1, 500, mirror=True), (500, 400))
    assert compare(one, other, mirror=True) is not None
    assert compare(one, other) is None


def test_one_place_told_many_times_counts_once():
    one = invented(60)
    spot = Points(500, 400, one.x * 0 + 100, one.y * 0 + 90, one.size, one.angle, one.codes)
    assert compare(spot, spot) is None


@pytest.mark.parametrize("count", [0, 1, LEAST - 1])
def test_too_few_points_agree_in_nothing(count):
    few = invented(count)
    assert compare(few, few) is None
    assert compare(few, invented()) is None
