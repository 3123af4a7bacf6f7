"""Every fuzz target runs for a moment, and over all that was ever found."""

from functools import lru_cache
from random import Random

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from fuzz.found import FOUND
from fuzz.mutate import mutated
from fuzz.targets import TARGETS


@lru_cache(maxsize=len(TARGETS))
def seeds(name: str) -> list[bytes]:
    return TARGETS[name].seeds()


@pytest.mark.parametrize("name", TARGETS)
def test_no_seed_breaks_a_promise(name):
    for data in seeds(name):
        TARGETS[name].run(data)


@pytest.mark.parametrize("name", TARGETS)
def test_no_changed_seed_breaks_a_promise(name):
    target = TARGETS[name]

    @seed(1)
    @settings(
        max_examples=target.examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        first=st.sampled_from(seeds(name)),
        other=st.sampled_from(seeds(name)),
        chance=st.integers(0, 1 << 32),
        end=st.binary(max_size=9),
    )
    def run(first, other, chance, end):
        target.run(mutated(first, Random(chance), target.longest, other) + end)

    run()


@pytest.mark.parametrize(
    ("name", "data"), [pytest.param(name, data, id=what) for name, what, data in FOUND]
)
def test_what_was_found_stays_mended(name, data):
    TARGETS[name].run(data() if callable(data) else data)
