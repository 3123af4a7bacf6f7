"""What agreement weighs stays within what the pictures of known origin carry."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.pipeline.device_weight import LEAST_KNOWN, NO_CHECK, score, weight

PCE = st.floats(-1e4, 1e6)
SIDE = st.lists(PCE, max_size=60)
OWN = [300.0, 120.0, 900.0, 45.0, 2000.0, 610.0, 77.0, 150.0, 3000.0, 260.0, 410.0, 95.0]
STRAYS = [0.1, -2.0, 3.4, 1.1, -0.3, 0.0, 5.5, -7.2, 2.2, 0.9, -1.4, 11.0, 0.2, 4.1, -0.8]


@given(SIDE, SIDE, SIDE, PCE)
def test_no_agreement_weighs_more_than_the_pictures_carry(own, same, other, pce):
    made = weight(own, same, other)
    found = made.log10_lr(pce)
    against = len(same) if len(same) >= LEAST_KNOWN else len(same) + len(other)
    if len(own) < LEAST_KNOWN or against < LEAST_KNOWN:
        assert found is None
        return
    assert found is not None
    assert 0 <= found <= math.log10(max(against, 3) / 3)
    if len(same) < LEAST_KNOWN:
        assert found <= NO_CHECK


@given(SIDE, SIDE, SIDE, PCE, PCE)
def test_more_agreement_never_weighs_less(own, same, other, one, two):
    made = weight(own, same, other)
    less, more = sorted((one, two))
    if made.calibrated is not None:
        assert made.log10_lr(less) <= made.log10_lr(more)


def test_other_bodies_of_the_model_make_it_weigh_more():
    unchecked = weight(OWN, STRAYS[:9], STRAYS * 4)
    checked = weight(OWN, STRAYS * 4, [])
    assert (unchecked.is_checked, checked.is_checked) == (False, True)
    assert unchecked.log10_lr(600) == NO_CHECK
    assert checked.log10_lr(600) == pytest.approx(math.log10(60 / 3), abs=0.5)
    assert checked.log10_lr(600) > 2 * NO_CHECK
    # Checking may never cost weight, or nobody would check.
    assert math.log10(LEAST_KNOWN / 3) > NO_CHECK


def test_no_agreement_speaks_against_nothing():
    made = weight(OWN, STRAYS * 4, [])
    assert made.log10_lr(0.5) == 0.0
    assert made.log10_lr(-100) == 0.0


def test_a_model_whose_bodies_agree_with_each_other_weighs_nothing():
    made = weight(OWN, [pce * 0.9 for pce in OWN], STRAYS)
    assert made.log10_lr(600) < 0.3


def test_too_few_pictures_weigh_nothing_at_all():
    assert weight(OWN[:9], STRAYS * 4, []).log10_lr(600) is None
    assert weight(OWN, [], STRAYS[:9]).log10_lr(600) is None
    note = weight(OWN[:9], STRAYS[:3], STRAYS[:4]).note
    assert note == (
        "not calibrated, too few pictures of known origin:"
        " 9 of its own, 3 of other bodies of its model, 4 of other models"
    )


@given(PCE, PCE)
def test_the_scale_keeps_the_order(one, two):
    assert (score(one) <= score(two)) == (one <= two) or math.isclose(score(one), score(two))
    assert score(0) == 0
