"""Digests are found wherever they are, and nothing else is."""

import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.errors import CaseError
from fanal.matching import exact
from fanal.matching.exact import VICTIMS, ExactIndex, Owners, build_exact, sorted_rows


def rows(keys: list[bytes], width: int) -> np.ndarray:
    return np.frombuffer(b"".join(keys), np.uint8).reshape(len(keys), width)


def build(folder, keys: list[bytes], width: int, victims: list[bool | None] | None = None):
    says = [VICTIMS.index(victim) for victim in victims or [None] * len(keys)]
    owners = Owners(np.arange(len(keys), dtype=np.uint32), np.array(says, np.uint8))
    count = build_exact(rows(keys, width), owners, folder, "keys")
    return ExactIndex(folder, "keys", width, count)


@pytest.mark.parametrize("width", [16, 20, 32])
def test_each_key_leads_to_its_first_entry(tmp_path, width):
    draw = random.Random(width)
    keys = [draw.randbytes(width) for _ in range(3000)]
    keys += draw.choices(keys, k=500)
    index = build(tmp_path, keys, width)
    expected = {key: number for number, key in reversed(list(enumerate(keys)))}
    found = index.find(rows(keys, width))
    assert (found >= 0).all()
    assert index.entries[found].tolist() == [expected[key] for key in keys]
    assert len(index.keys) == len(expected)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    keys=st.lists(st.binary(min_size=16, max_size=16), max_size=30),
    others=st.lists(st.binary(min_size=16, max_size=16), max_size=10),
)
def test_finds_what_a_set_holds(tmp_path, keys, others):
    index = build(tmp_path, keys, 16)
    found = index.find(rows(keys + others, 16))
    assert (found >= 0).tolist() == [key in set(keys) for key in keys + others]


@pytest.mark.parametrize("tail", [b"\0", b"\xff"])
def test_many_keys_with_one_prefix_and_tails_of_zeros(tmp_path, tail, monkeypatch):
    """An enemy's list: all prefixes alike, differences only at the end, bytes that end texts."""
    monkeypatch.setattr(exact, "BLOCK", 64)
    keys = [b"\0" * 18 + number.to_bytes(2, "big") for number in range(700)]
    keys += [bytes(8) + number.to_bytes(4, "big") + tail * 8 for number in range(700)]
    shuffled = random.Random(1).sample(keys, len(keys))
    index = build(tmp_path, shuffled, 20)
    assert index.keys.tobytes() == b"".join(sorted(set(keys)))
    assert (index.find(rows(keys, 20)) >= 0).all()
    absent = [b"\0" * 18 + number.to_bytes(2, "big") for number in range(701, 900)]
    assert (index.find(rows(absent, 20)) < 0).all()


def test_rows_are_sorted_by_all_their_bytes():
    draw = random.Random(2)
    keys = [bytes(7) + draw.randbytes(2) + bytes(7) for _ in range(2000)]
    order = sorted_rows(rows(keys, 16))
    assert [keys[number] for number in order] == sorted(keys)


@pytest.mark.parametrize(
    ("says", "together"),
    [
        ((True,), True),
        ((None,), None),
        ((False,), False),
        ((True, True), True),
        ((True, None), None),
        ((None, False, True), False),
        ((True, False), False),
    ],
)
def test_a_victim_counts_as_identified_only_if_all_say_so(tmp_path, says, together):
    index = build(tmp_path, [b"k" * 16] * len(says), 16, list(says))
    assert index.victim(0) is together


def test_an_empty_table_finds_nothing(tmp_path):
    index = build(tmp_path, [], 32)
    assert index.find(np.zeros((3, 32), np.uint8)).tolist() == [-1, -1, -1]


def test_keys_of_another_width_are_refused(tmp_path):
    index = build(tmp_path, [bytes(16)], 16)
    with pytest.raises(CaseError, match="16 bytes"):
        index.find(np.zeros((1, 20), np.uint8))
