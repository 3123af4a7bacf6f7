"""The pattern of a colour filter is seen behind one, and missed in what was pasted in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from fanal.content.traces_mosaic import mosaic
from makers.traced import filtered, opened, plain, saved, scaled

SEEDS = range(8)
WIDE, TALL = 224, 192


def seen(picture, quality: int = 0):
    """What is seen in a picture kept without loss, or saved as JPEG."""
    picture = opened(saved(picture, quality)) if quality else picture
    return mosaic(np.ascontiguousarray(picture[..., 1]))


def pasted(seed: int):
    """A picture behind a filter with a part that never was, and where that part is."""
    picture = filtered(seed).copy()
    x, y = np.random.default_rng(seed).integers(40, 150, 2).tolist()
    picture[y : y + TALL, x : x + WIDE] = plain(seed + 50, 0.02)[y : y + TALL, x : x + WIDE]
    return picture, (x, y, WIDE, TALL)


def overlap(one, other) -> float:
    """The share of what both cover together that both cover."""
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    tall = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    common = max(0, wide) * max(0, tall)
    return common / (one[2] * one[3] + other[2] * other[3] - common)


@pytest.mark.parametrize("quality", [0, 98, 95])
def test_the_pattern_is_seen_everywhere_behind_a_filter(quality):
    for seed in SEEDS:
        found = seen(filtered(seed), quality)
        assert found is not None
        assert found.share > 0.8
        assert found.regions == ()


@pytest.mark.parametrize(("quality", "least", "wrong"), [(0, 8, 0), (98, 8, 0), (95, 7, 2)])
def test_a_part_from_elsewhere_is_the_region_that_lacks_it(quality, least, wrong):
    right = others = 0
    for seed in SEEDS:
        picture, where = pasted(seed)
        found = seen(picture, quality)
        assert found is not None
        hits = [overlap(region, where) > 0.5 for region in found.regions]
        right += any(hits)
        others += hits.count(False)
    assert right >= least
    assert others <= wrong


@pytest.mark.parametrize("quality", [0, 98, 90])
def test_there_is_no_pattern_without_a_filter(quality):
    assert [seen(plain(seed), quality) for seed in SEEDS] == [None] * 8


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.25, 1.5, 2.0])
def test_resizing_neither_keeps_nor_makes_it(factor):
    for seed in SEEDS[:3]:
        assert seen(scaled(plain(seed), factor)) is None
        assert seen(scaled(filtered(seed), factor)) is None


def test_strong_compression_leaves_nothing_to_be_told():
    assert [seen(filtered(seed), 80) for seed in SEEDS] == [None] * 8


def test_even_clipped_and_small_pictures_are_not_judged():
    assert mosaic(np.full((400, 400), 7, np.uint8)) is None
    assert mosaic(np.random.default_rng(1).choice(np.uint8([0, 255]), (400, 400))) is None
    assert mosaic(filtered(1)[:65, :, 1]) is None


@settings(max_examples=25, deadline=None)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 300), st.integers(60, 300))))
def test_no_plane_raises(plane):
    found = mosaic(plane)
    assert found is None or found.strength >= 0.2
