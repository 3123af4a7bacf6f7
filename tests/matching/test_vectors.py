"""The vector instructions say what plain numbers say, at every alignment."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.matching.vectors import (
    close_tags,
    compare_codes,
    compiled,
    count_bits,
    fetch_early,
    lowest_bit,
)
from makers.codes import flipped, random_codes

WORD = st.integers(0, 2**64 - 1)


@compiled
def tags_close(tags, start, wanted, most):
    return close_tags(tags, start, wanted, most)


@compiled
def compared(codes, start, wanted, outer, inner):
    return compare_codes(codes, start, wanted, outer, inner)


@compiled
def ones_and_lowest(word):
    return count_bits(word), lowest_bit(word)


@compiled
def fetched(numbers):
    for place in range(numbers.shape[0]):
        fetch_early(numbers, place)
    return numbers.sum()


@settings(deadline=None)
@given(
    tags=st.lists(st.integers(0, 2**16 - 1), min_size=40, max_size=40),
    start=st.integers(0, 8),
    wanted=st.integers(0, 2**16 - 1),
    most=st.integers(0, 16),
)
def test_close_tags_are_those_with_few_bits_apart(tags, start, wanted, most):
    table = np.array(tags, np.uint16)
    mask = int(tags_close(table, start, np.uint16(wanted), np.uint16(most)))
    near = [(tag ^ wanted).bit_count() <= most for tag in tags[start : start + 32]]
    assert mask == sum(1 << lane for lane, is_near in enumerate(near) if is_near)


@settings(deadline=None)
@given(
    seed=st.integers(0, 1000),
    start=st.integers(0, 6),
    outer=st.integers(0, 257),
    inner=st.integers(0, 257),
)
def test_eight_codes_are_compared_at_once(seed, start, outer, inner):
    wanted = random_codes(seed, 1)
    codes = flipped(seed, np.repeat(wanted, 14, axis=0), 255)
    codes[3], codes[8] = wanted[0], ~wanted[0]
    words, four = codes.view(np.uint64), tuple(wanted.view(np.uint64)[0])
    answer = compared(words.reshape(-1), start * 4, four, np.uint64(outer), np.uint64(inner))
    apart = np.unpackbits(codes[start : start + 8] ^ wanted, axis=1).sum(axis=1, dtype=int).tolist()
    expected = [sum(1 << n for n, d in enumerate(apart) if d < bound) for bound in (outer, inner)]
    expected.append(sum((distance % 256) << (8 * n) for n, distance in enumerate(apart)))
    assert [int(value) for value in answer] == expected


@settings(deadline=None)
@given(word=WORD.filter(bool))
def test_bits_of_a_word(word):
    ones, lowest = ones_and_lowest(np.uint64(word))
    assert (int(ones), int(lowest)) == (word.bit_count(), (word & -word).bit_length() - 1)


def test_asking_for_a_line_early_changes_nothing():
    assert fetched(np.arange(1000)) == 499_500
