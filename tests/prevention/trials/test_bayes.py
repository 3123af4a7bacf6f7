import numpy as np
import pytest

from fanal.prevention.trials.bayes import views
from fanal.prevention.trials.fixed import Share


@pytest.mark.parametrize(
    "told",
    [
        [(270, 1000), (310, 1000), (260, 1000)],
        [(0, 0), (3, 10)],
        [(1, 5000), (4, 5000), (2, 9000), (0, 10)],
        [(2700, 10_000), (4500, 10_000)],
    ],
)
@pytest.mark.parametrize("is_less_better", [True, False])
def test_the_view_is_that_of_drawing_many_times(told, is_less_better):
    random = np.random.default_rng(11)
    drawn = np.stack([random.beta(1 + y, 1 + n - y, 400_000) for y, n in told])
    best = drawn.min(0) if is_less_better else drawn.max(0)
    seen = views([Share(*one) for one in told], is_less_better=is_less_better)
    for own, view in enumerate(seen):
        assert view.best == pytest.approx(float((drawn[own] == best).mean()), abs=0.004)
        assert view.loss == pytest.approx(float(np.abs(drawn[own] - best).mean()), abs=0.001)
        assert view.mean == pytest.approx((1 + told[own][0]) / (2 + told[own][1]))
    assert sum(view.best for view in seen) == pytest.approx(1)
