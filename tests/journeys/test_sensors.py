"""Pictures of real cameras, two models with two bodies each, agree with their own body."""

import numpy as np
import pytest

from fanal.bench.noise import bodies
from fanal.content.fourier import spectrum_of
from fanal.content.luma import luma
from fanal.content.sensor import MOST_PIXELS, Sums, agreement, look, pattern, residual_of
from makers.evidence import corpus

SIDE = 1536
"""Pixels of the part that is compared here: the whole frame tells more and takes four times as
long (`fanal bench noise --corpus`)."""


def part(path) -> np.ndarray:
    whole = luma(path.read_bytes(), "image/jpeg", MOST_PIXELS)
    down, along = ((size - SIDE) // 2 & ~1 for size in whole.shape)
    return whole[down : down + SIDE, along : along + SIDE]


@pytest.fixture(scope="module")
def shots():
    return bodies(corpus("MANIFEST.csv", "prnu").parent)


@pytest.fixture(scope="module")
def patterns(shots):
    made = {}
    for body, kinds in shots.items():
        sums = Sums(0, SIDE, SIDE)
        for path in kinds["flat field"]:
            sums.add(part(path))
        made[body] = spectrum_of(pattern(sums.estimate()[0]))
    return made


def test_every_picture_agrees_most_with_its_own_body(shots, patterns):
    assert len(patterns) == 4
    own, others = [], []
    for body, kinds in shots.items():
        for path in kinds["natural"]:
            found = residual_of(part(path))
            pces = {name: agreement(found, known, SIDE) for name, known in patterns.items()}
            assert max(pces, key=pces.get) == body, (path.name, pces)
            own.append(pces.pop(body))
            others.extend(pces.values())
    assert len(own) == 7
    assert min(own) > 30
    assert max(others) < 25


def test_flat_pictures_are_told_from_natural_ones(shots):
    for kinds in shots.values():
        for kind, paths in kinds.items():
            assert {look(part(path)).flat for path in paths} == {kind == "flat field"}
