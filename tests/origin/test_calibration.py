"""A calibration says what scores weigh as the Dutch institute's `lir` does, within its caps."""

import dataclasses
import json
import math
import warnings
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fanal.model.calibration import ISOTONIC, LOGISTIC, METHODS, Calibrated, read_calibrated
from fanal.origin import calibration_measures as measures
from fanal.origin.calibration import fit

SCORES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)
EACH = pytest.mark.parametrize("method", METHODS)


def drawn(apart=1.5, same=120, other=200, seed=7):
    """Scores of two sides that overlap."""
    random = np.random.default_rng(seed)
    return random.normal(apart, 1.2, same), random.normal(0, 1, other)


@pytest.fixture(scope="module")
def lir():
    """The functions of `lir` that are compared with."""
    if find_spec("lir") is None:
        pytest.skip("lir is not installed: make test installs it where it can be had")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lir.algorithms.bayeserror import elub  # noqa: PLC0415 (it warns when imported)
        from lir.algorithms.isotonic_regression import IsotonicCalibrator  # noqa: PLC0415
        from lir.algorithms.logistic_regression import LogitCalibrator  # noqa: PLC0415
        from lir.data.models import LLRData  # noqa: PLC0415
        from lir.metrics import cllr, cllr_cal, cllr_min  # noqa: PLC0415

        yield {
            "elub": lambda a, b: elub(np.concatenate([a, b]), labels(a, b)),
            "cllr": lambda a, b: cllr(told(LLRData, a, b)),
            "cllr_min": lambda a, b: cllr_min(told(LLRData, a, b)),
            "cllr_cal": lambda a, b: cllr_cal(told(LLRData, a, b)),
            "pav": lambda a, b: IsotonicCalibrator().fit_transform(
                np.concatenate([a, b]), labels(a, b)
            ),
            "logit": LogitCalibrator,
        }


def labels(first, second):
    return np.concatenate([np.ones(len(first), int), np.zeros(len(second), int)])


def told(kind, first, second):
    return kind(features=np.concatenate([first, second]), labels=labels(first, second))


def widest(method):
    """A calibration with the largest numbers that may be read."""
    parameters = {
        LOGISTIC: {"slope": 1e150, "offset": -1e150},
        ISOTONIC: {"scores": [-1e150, 0, 1e150], "log10_lr": [-300, 0, 300]},
    }
    made = Calibrated(method, parameters[method], -1.0, 1.0)
    return read_calibrated(made.text())


@EACH
@given(score=st.floats(allow_nan=False))
def test_no_score_makes_the_widest_calibration_leave_its_caps(method, score):
    assert -1 <= widest(method).log10_lr(score) <= 1


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("apart", [0.0, 0.7, 2.0, 6.0])
@pytest.mark.filterwarnings("ignore")
def test_costs_are_those_of_lir(lir, apart, seed):
    same, other = drawn(apart, seed=seed)
    found = measures.measured(same, other)
    assert found.cllr == pytest.approx(lir["cllr"](same, other))
    assert found.cllr_min == pytest.approx(lir["cllr_min"](same, other), abs=1e-9)
    assert found.cllr_cal == pytest.approx(lir["cllr_cal"](same, other), abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("apart", [-1.0, 0.7, 2.0, 6.0])
@pytest.mark.filterwarnings("ignore")
def test_pooled_weights_are_those_of_lir(lir, apart, seed):
    same, other = drawn(apart, seed=seed)
    same, other = np.round(same, 1), np.round(other, 1)  # with ties
    _, weights, inverse, _ = measures.pooled(same, other)
    expected = lir["pav"](same, other)
    assert np.allclose(np.clip(weights[inverse], -15, 15), np.clip(expected, -15, 15))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("apart", [-1.0, 0.0, 0.7, 2.0, 6.0])
@pytest.mark.filterwarnings("ignore")
def test_empirical_bounds_are_those_of_lir(lir, apart, seed):
    same, other = drawn(apart, seed=seed)
    assert measures.elub(same, other) == pytest.approx(lir["elub"](same, other), abs=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_the_line_is_that_of_lir(lir):
    same, other = drawn(1.5)
    scores = np.concatenate([same, other])
    scaled = (scores - scores.mean()) / scores.std()
    expected = lir["logit"](tol=1e-10).fit(scaled, labels(same, other)).transform(scaled)
    made = dataclasses.replace(fit(same, other), cap_low=-99.0, cap_high=99.0)
    assert np.allclose([made.log10_lr(score) for score in scores], expected, atol=1e-5)


@pytest.mark.parametrize(("cases", "of"), [(20, 462), (0, 462), (462, 462), (1, 1), (700, 30_000)])
@pytest.mark.filterwarnings("ignore")
def test_intervals_are_those_of_the_beta_distribution(cases, of):
    beta = pytest.importorskip("scipy.stats").beta  # it comes with lir
    found = measures.rate(cases, of)
    low = beta.ppf(0.025, cases, of - cases + 1) if cases else 0
    high = beta.ppf(0.975, cases + 1, of - cases) if cases < of else 1
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)


def test_one_in_a_thousand_takes_three_thousand():
    assert measures.rule_of_three(3_000, 30_000) == pytest.approx((-3, 4))
    assert measures.rule_of_three(2, 3) == (0, 0)


def test_perfect_useless_and_misleading_weights_cost_what_the_definition_says():
    assert measures.cllr([math.inf], [-math.inf]) == 0
    assert measures.cllr([0, 0, 0], [0]) == 1
    assert measures.cllr([-math.inf], [0]) == math.inf
    assert measures.cllr([1, 1], [1]) == pytest.approx((math.log2(1.1) + math.log2(11)) / 2)


def test_misleading_evidence_is_counted_both_ways():
    found = measures.measured([2, 1.5, -1.5, -2.5], [-1, -3, 1.2, 2.3, 0]).misleading
    counted = {name: (each.cases, each.of) for name, each in found.items()}
    assert counted == {
        "same at 1/10": (2, 4),
        "other at 10": (2, 5),
        "same at 1/100": (1, 4),
        "other at 100": (1, 5),
    }


def test_tippett_counts_what_is_at_least_as_large():
    assert measures.tippett([0, 1, 1, 2], [-1, 0, 0.5, 1, 2, 3]) == (1, 1, 0.75, 0.75, 0.25, 0)


@EACH
@example(
    same=[0.0, 0.0, 1.0, 1.0], other=[0.0, 0.0, 0.0, -1.0, -1.0], asked=[-4.955265791487307e-235]
)
@settings(max_examples=60, deadline=None)
@given(same=SCORES, other=SCORES, asked=st.lists(st.floats(allow_nan=False), max_size=20))
def test_no_weight_is_beyond_its_caps(method, same, other, asked):
    made = fit(same, other, method)
    assert made.cap_low <= 0 <= made.cap_high
    assert made.cap_low >= -max(0, math.log10(max(len(same), 1) / 3)) - 1e-9
    assert made.cap_high <= max(0, math.log10(max(len(other), 1) / 3)) + 1e-9
    weights = [made.log10_lr(score) for score in [*same, *other, *asked, 1e308, -1e308]]
    assert all(made.cap_low <= weight <= made.cap_high for weight in weights)
    rising = [made.log10_lr(score) for score in sorted([*same, *other, *asked])]
    assert rising == sorted(rising)


@EACH
@settings(max_examples=60, deadline=None)
@given(same=SCORES, other=SCORES)
def test_it_is_read_as_it_was_written(method, same, other):
    made = fit(same, other, method, condition="zz", date="2030-01-01", digest="5a" * 32)
    again = read_calibrated(made.text())
    assert again == made
    assert again.text() == made.text() == fit(same, other, method, condition="zz",
        date="2030-01-01", digest="5a" * 32).text()  # fmt: skip
    assert again.sha256() == made.sha256()


@EACH
def test_pooling_weighs_no_more_than_the_pictures_carry(method):
    same, other = drawn(8.0, 30, 60)  # no overlap at all
    made = fit(same, other, method)
    assert (made.cap_low, made.cap_high) == pytest.approx((-1, math.log10(20)), abs=1e-3)
    assert made.log10_lr(1e9) == made.cap_high
    assert made.counts == {"same": 30, "other": 60}


@EACH
@pytest.mark.parametrize("side", [1, -1])
def test_where_errors_are_seen_the_caps_are_narrower_than_the_number_allows(method, side):
    """Some of the other side lie among the best: what was seen to err may not weigh much."""
    best, rest = np.linspace(2, 4, 300), np.linspace(-4, -2, 300)
    same, other = best, np.concatenate([rest, np.linspace(2, 4, 12)])
    if side < 0:
        same, other = -other, -best
    made = fit(same, other, method)
    weights = [[made.log10_lr(score) for score in scores] for scores in (same, other)]
    free = dataclasses.replace(made, cap_low=-9.0, cap_high=9.0)
    low, high = measures.elub(*([free.log10_lr(s) for s in scores] for scores in (same, other)))
    assert low - 1e-9 <= made.cap_low
    assert made.cap_high <= high + 1e-9
    assert (made.cap_high < 1.5) if side > 0 else (made.cap_low > -1.5)  # 3/n alone allows 2
    assert max(weights[0]) <= made.cap_high


@EACH
def test_scores_that_say_the_opposite_weigh_nothing(method):
    same, other = drawn(-3.0)
    made = fit(same, other, method)
    assert max(abs(made.log10_lr(score)) for score in [*same, *other]) == pytest.approx(0, abs=0.01)


def test_how_many_there_are_of_either_side_moves_no_weight():
    same, other = drawn()
    few, many = fit(same, other), fit(same, np.tile(other, 20))
    assert few.parameters["offset"] == pytest.approx(many.parameters["offset"], abs=0.02)


@EACH
def test_what_is_no_number_is_refused(method):
    made = fit(*drawn(), method)
    with pytest.raises(ValueError, match="no number"):
        made.log10_lr(math.nan)
    for same, other in (([], [1]), ([1], []), ([math.nan], [1]), ([1], [math.inf])):
        with pytest.raises(ValueError, match="scores on either side"):
            fit(same, other, method)
    with pytest.raises(ValueError, match="method is one of"):
        fit([1], [2], "zz")


SPOILED = {
    "no JSON": lambda _: "{",
    "deep": lambda _: "[" * 100_000,
    "long": lambda told: json.dumps(told) + " " * (1 << 20),
    "a list": lambda _: "[]",
    "missing": lambda told: json.dumps({name: told[name] for name in list(told)[1:]}),
    "more": lambda told: json.dumps(told | {"zz": 1}),
    "method": lambda told: json.dumps(told | {"method": "pickle"}),
    "method of a kind": lambda told: json.dumps(told | {"method": []}),
    "parameters": lambda told: json.dumps(told | {"parameters": {"slope": 1}}),
    "slope": lambda told: json.dumps(told | {"parameters": {"slope": "1", "offset": 0}}),
    "scores that have no difference": lambda told: json.dumps(
        told | {"method": ISOTONIC, "parameters": {"scores": [-1e308, 1e308], "log10_lr": [0, 1]}}
    ),
    "steps": lambda told: json.dumps(
        told | {"method": ISOTONIC, "parameters": {"scores": [1, 0], "log10_lr": [0, 1]}}
    ),
    "falling": lambda told: json.dumps(
        told | {"method": ISOTONIC, "parameters": {"scores": [0, 1], "log10_lr": [1, 0]}}
    ),
    "no steps": lambda told: json.dumps(
        told | {"method": ISOTONIC, "parameters": {"scores": [], "log10_lr": []}}
    ),
    "cap of no number": lambda told: json.dumps(told | {"cap_high": math.nan}),
    "cap without end": lambda told: json.dumps(told | {"cap_high": math.inf}),
    "cap": lambda told: json.dumps(told | {"cap_high": -1}),
    "low": lambda told: json.dumps(told | {"cap_low": 1}),
    "true": lambda told: json.dumps(told | {"cap_high": True}),
    "counts": lambda told: json.dumps(told | {"counts": {"same": -1}}),
    "digest": lambda told: json.dumps(told | {"digest": "zz"}),
    "words": lambda told: json.dumps(told | {"part": "\x1b[2J"}),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_calibration_is_refused(name):
    text = fit(*drawn(), LOGISTIC).text()
    assert isinstance(read_calibrated(text), Calibrated)
    with pytest.raises(ValueError, match=r"\w"):
        read_calibrated(SPOILED[name](json.loads(text)))
