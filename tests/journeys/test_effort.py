"""In a made-up operation every planted series is seen early, whatever its files have lost."""

import pytest

from fanal.bench.effort import measured
from fanal.bench.effort_case import VARIANTS, made

CONTENTS, SEED = 1500, 3
MOST = {"as told": 2.0}
"""Variant → looks until the last planted series is seen, over the number of planted series."""


LEAST_PURE = {"half the folders copied": 0.8}
"""Variant → purity: where file times say nothing, a sheet holds what was only copied together."""


@pytest.fixture(scope="module", params=VARIANTS, ids=lambda variant: variant.name)
def run(request):
    with made(CONTENTS, SEED, request.param) as case:
        yield measured(case, request.param.name, SEED, CONTENTS)


def test_every_planted_series_is_seen_and_no_picture_is_lost(run):
    assert run.best.planted >= 6
    assert not run.why.never
    assert run.lost == 0


def test_few_looks_are_needed(run):
    most = MOST.get(run.variant, 4.0)
    assert run.fanal.last <= most * run.best.last
    assert run.lists.last > 10 * run.fanal.last
    assert run.stacks.last > 3 * run.fanal.last


def test_series_hold_what_belongs_together(run):
    least = LEAST_PURE.get(run.variant, 0.95)
    assert run.grouped["planted"].purity > least
    assert run.grouped["all"].purity > least
