from hypothesis import given
from hypothesis import strategies as st

from fanal.model.series import SHEET
from fanal.series.sides import CAMERA, GENERATOR, INPUT, NOTHING, chained, fits

BODY, OTHER = 1 << 63 | 1, 1 << 63 | 2


def test_sides_that_fit():
    assert all(fits(NOTHING, side) for side in (NOTHING, CAMERA, GENERATOR, INPUT, BODY))
    assert fits(CAMERA, BODY)
    assert fits(BODY, BODY)
    assert not any(fits(GENERATOR, side) for side in (CAMERA, INPUT, BODY))
    assert not fits(INPUT, BODY)
    assert not fits(BODY, OTHER)


def test_what_speaks_for_nothing_leads_from_none_to_another():
    every = [[True] * 4]
    assert chained([GENERATOR, NOTHING, NOTHING, BODY], every) == [0, 1, 1, 0]
    assert chained([NOTHING, BODY, NOTHING, OTHER], every) == [0, 1, 1, 0]


def test_the_nearest_that_fits_is_taken():
    near = [[False, True, True, True], [False, False, True, True]]
    assert chained([GENERATOR, BODY, GENERATOR, BODY], near) == [0, 0, 2, 2]


@given(st.lists(st.booleans(), min_size=1, max_size=200))
def test_what_little_speaks_for_is_joined_up_to_one_sheet(little):
    back = chained([NOTHING] * len(little), [[True] * len(little)], little)
    size = size_before = 0
    for row, lag in enumerate(back):
        size = size + 1 if lag else 1
        assert lag or not row or (little[row] and size_before >= SHEET)
        assert not (lag and little[row] and size > SHEET)
        size_before = size
