"""The tables tell each pair with a smaller number, and who asks too much of them."""

import numpy as np
import pytest

from fanal.matching.near_query import plan_radius
from fanal.matching.pairs_found import Found, unpack
from fanal.matching.pairs_kernels import Sought
from fanal.matching.pairs_tables import Shelf
from makers.codes import flipped, near_pairs, random_codes


class Everything(Found):
    """Keeps all that is added."""

    def __init__(self):
        super().__init__(1 << 40)


@pytest.mark.parametrize("radius", [0, 15, 31])
def test_pairs_with_smaller_numbers_are_told_but_for_the_own(radius):
    codes = random_codes(1, 5000)
    codes[4000:] = flipped(2, codes[:1000], 35)
    names = np.arange(5000) * 3
    queries, asking = codes[3900:], names[3900:] + 1
    own = names[3900:]
    found = Everything()
    shelf = Shelf(codes.view(np.uint64), names)
    crowded = shelf.ask((queries.view(np.uint64), asking), own, Sought(radius, 0, 0), found)
    assert not crowded.any()
    parts = [np.stack(unpack(part)).T for part in found._parts]
    told = sorted(map(tuple, np.concatenate(parts).tolist()))
    expected = [
        (int(names[code]), int(asking[query]), distance, 0)
        for query, distance, code in near_pairs(codes, queries, radius)
        if names[code] < asking[query] and names[code] != own[query]
    ]
    assert told == sorted(expected)
    assert expected or radius == 0


def test_a_radius_too_large_for_tables_is_asked_elsewhere():
    codes = random_codes(3, 5000).view(np.uint64)
    assert not plan_radius(60, 10, 5000).rounds.any()
    shelf, found = Shelf(codes, np.arange(5000)), Found(5000)
    asked = (codes[:10], np.arange(10))
    assert shelf.ask(asked, np.arange(10), Sought(60, 0, 0), found).all()
    assert not found.seen
