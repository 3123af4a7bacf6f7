"""Crowds and tables are asked so that no pair falls between them."""

import numpy as np
import pytest

from fanal.matching.pairs_found import Found, unpack
from fanal.matching.pairs_search import Search
from makers.codes import clustered, random_codes, with_blanks
from makers.paired import all_pairs, forest, small_tables


def different(codes):
    """Keep the first of equal codes, in their order."""
    return codes[np.sort(np.unique(codes, axis=0, return_index=True)[1])]


def joined(codes, workers=2):
    found = Found(len(codes))
    search = Search(codes, np.arange(len(codes)), found, workers)
    search.join(31, 0)
    one, other, distance, _ = (column.tolist() for column in unpack(found.forest()))
    return search, list(zip(distance, one, other, strict=True))


@pytest.mark.parametrize(
    ("count", "smallest", "shelf", "groups"),
    [(900, 100, True, 1), (900, 1 << 30, True, 0), (330, 60, False, 2), (200, 100, False, 1)],
)
def test_what_is_set_apart_changes_nothing(count, smallest, shelf, groups):
    """A crowd and tables, tables alone, a crowd and few others, and few codes in all."""
    codes = different(with_blanks(1, count))
    with small_tables(smallest):
        search, pairs = joined(codes)
    assert (search._shelf is not None) == shelf
    assert len(search._groups) == groups
    expected = forest(all_pairs(codes, None, 31, 0), len(codes))
    assert pairs == [(pair[0], *pair[2:4]) for pair in expected]


def test_two_crowds_that_touch_are_joined_once():
    one = different(clustered(1, 150, 1, 10))
    mask = np.zeros(256, np.uint8)
    mask[:34] = 1
    codes = different(np.concatenate([one, one ^ np.packbits(mask), random_codes(9, 400)]))
    with small_tables():
        search, pairs = joined(codes)
    assert len(search._groups) == 2
    expected = forest(all_pairs(codes, None, 31, 0), len(codes))
    assert pairs == [(pair[0], *pair[2:4]) for pair in expected]
    assert len([distance for distance, _, _ in pairs if distance > 15]) == 1
