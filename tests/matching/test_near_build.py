"""The near index is built whole or not at all, and stays small."""

import numpy as np
import pytest

from fanal.errors import CaseError
from fanal.matching import near, near_build
from fanal.matching.near_build import build_near, chunk_places, key_bits, number_bytes
from makers.codes import random_codes, with_blanks


def test_every_bit_has_a_place_of_its_own():
    assert sorted(chunk_places().tolist()) == list(range(256))


def test_bits_next_to_each_other_are_in_different_chunks():
    chunks = (chunk_places() // 16).reshape(16, 16)
    assert (chunks[:, 1:] != chunks[:, :-1]).all()
    assert (chunks[1:] != chunks[:-1]).all()
    assert (chunks[1:, 1:] != chunks[:-1, :-1]).all()
    assert (chunks[1:, :-1] != chunks[:-1, 1:]).all()


@pytest.mark.parametrize("count", [4096, 5000, 65_536, 250_000, 262_144])
def test_an_entry_takes_at_most_130_bytes(count):
    bits = key_bits(count)
    offsets = 16 * ((1 << bits) + 1) * 4
    tables = 16 * ((count + near_build.PAD) * 2 + count * number_bytes(count))
    assert (32 * count + offsets + tables) / count <= 130


@pytest.mark.parametrize("make", [random_codes, with_blanks])
def test_the_files_are_as_large_as_was_reckoned(tmp_path, make):
    build_near(make(1, 40_000), tmp_path / "index")
    size = sum(path.stat().st_size for path in (tmp_path / "index").iterdir())
    assert size <= 130 * 40_000


@pytest.mark.parametrize("count", [10**7, 1 << 24, (1 << 24) + 1, 10**8])
def test_large_sizes_keep_to_130_bytes_too(count):
    offsets = 16 * ((1 << key_bits(count)) + 1) * 4
    assert 32 + offsets / count + 16 * (2 + number_bytes(count)) + 1e-3 <= 130


def test_numbers_that_need_four_bytes_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(near_build, "number_bytes", lambda _: 4)
    monkeypatch.setattr(near, "number_bytes", lambda _: 4)
    codes = random_codes(2, 5000)
    build_near(codes, tmp_path / "index")
    hits = near.NearIndex.open(tmp_path / "index").query(codes, 20)
    assert (hits.queries == hits.entries).all()
    assert len(hits.queries) == 5000
    assert not hits.distances.any()


def test_codes_may_be_mapped_from_a_file(tmp_path):
    random_codes(3, 5000).tofile(tmp_path / "codes")
    codes = np.memmap(tmp_path / "codes", np.uint8, "r", shape=(5000, 32))
    build_near(codes, tmp_path / "index")
    assert (tmp_path / "index" / "near.json").exists()


@pytest.mark.parametrize(
    ("codes", "radius"),
    [
        (np.zeros((3, 16), np.uint8), 31),
        (np.zeros(32, np.uint8), 31),
        (np.zeros((3, 32), np.uint16), 31),
        (np.zeros((3, 32), np.uint8), -1),
        (np.zeros((3, 32), np.uint8), 256),
    ],
)
def test_refuses_what_it_cannot_hold(tmp_path, codes, radius):
    with pytest.raises(CaseError):
        build_near(codes, tmp_path / "index", radius)
    assert list(tmp_path.iterdir()) == []


def test_a_crash_leaves_nothing(tmp_path, monkeypatch):
    def crash(entries):
        raise KeyboardInterrupt

    monkeypatch.setattr(near_build, "number_bytes", crash)
    with pytest.raises(KeyboardInterrupt):
        build_near(random_codes(4, 5000), tmp_path / "index")
    assert list(tmp_path.iterdir()) == []
