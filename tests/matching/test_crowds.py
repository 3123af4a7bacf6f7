"""Crowds are found and set apart, each code in one place."""

import numpy as np
import pytest

from fanal.matching import crowds
from fanal.matching.crowds import NOBODY, find_crowds, open_crowds, write_crowds
from makers.codes import clustered, random_codes, with_blanks


def words(codes: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(codes).view(np.uint64)


def test_random_codes_are_no_crowd():
    heads, owners = find_crowds(words(random_codes(1, 5000)))
    assert heads.shape == (0, 4)
    assert (owners == NOBODY).all()


def test_near_copies_of_one_code_are_a_crowd():
    codes = words(with_blanks(2, 60_000))
    heads, owners = find_crowds(codes)
    assert len(heads) == 1
    assert np.flatnonzero(owners == 0).tolist() == list(range(20_000))
    apart = np.bitwise_count(codes[owners == 0] ^ heads[0]).sum(axis=1)
    assert apart.max() <= crowds.REACH


def test_small_crowds_stay_in_the_tables():
    codes = random_codes(3, 6000)
    codes[: crowds.SMALLEST - 1] = codes[0]
    assert len(find_crowds(words(codes))[0]) == 0
    codes[crowds.SMALLEST - 1] = codes[0]
    assert len(find_crowds(words(codes))[0]) == 1


def test_there_are_no_more_crowds_than_every_query_can_be_compared_with(monkeypatch):
    monkeypatch.setattr(crowds, "MOST_CROWDS", 3)
    heads, owners = find_crowds(words(clustered(4, 8000, 8, 6)))
    assert len(heads) == 3
    assert {*owners.tolist()} == {0, 1, 2, NOBODY}


@pytest.mark.parametrize("make", [lambda: clustered(5, 8000, 5, 12), lambda: random_codes(6, 5000)])
def test_what_was_written_is_opened_again(tmp_path, make):
    codes = words(make())
    heads, owners = find_crowds(codes)
    opened = open_crowds(tmp_path, write_crowds(tmp_path, codes, heads, owners))
    assert (opened.heads == heads).all()
    assert opened.starts[-1] == len(opened.codes) == (owners != NOBODY).sum()
    for crowd in range(len(heads)):
        members, numbers = opened.of(crowd)
        assert numbers.tolist() == np.flatnonzero(owners == crowd).tolist()
        assert (members == codes[numbers]).all()
