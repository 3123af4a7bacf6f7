"""The near index misses nothing and reports nothing twice."""

import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.errors import CaseError
from fanal.matching import near_query
from fanal.matching.near import NearIndex
from fanal.matching.near_build import LINEAR, build_near
from makers.codes import (
    clustered,
    dependent,
    flipped,
    near_pairs,
    nearest_pairs,
    random_codes,
    triples,
    with_blanks,
)

SETS = {
    "random": lambda: random_codes(1, 6000),
    "clustered": lambda: clustered(2, 6000, 40, 45),
    "dependent": lambda: dependent(3, 6000),
    "blanks": lambda: with_blanks(4, 6000),
    "all equal": lambda: np.repeat(random_codes(5, 1), 5000, axis=0),
    "all zero": lambda: np.zeros((5000, 32), np.uint8),
    "just too many": lambda: random_codes(6, LINEAR),
    "just few enough": lambda: random_codes(7, LINEAR - 1),
    "tiny": lambda: random_codes(8, 3),
    "one": lambda: random_codes(9, 1),
}


def asked(index: NearIndex, queries: np.ndarray, radius: int) -> list[tuple[int, int, int]]:
    return triples(index.query(queries, radius))


@pytest.fixture(scope="module", params=list(SETS))
def codes_and_index(request, tmp_path_factory):
    codes = SETS[request.param]()
    folder = tmp_path_factory.mktemp("near") / "index"
    build_near(codes, folder)
    return codes, NearIndex.open(folder)


@pytest.mark.parametrize("radius", [0, 1, 7, 15, 16, 31, 40])
def test_finds_what_comparing_all_finds(codes_and_index, radius):
    codes, index = codes_and_index
    random = np.random.default_rng(radius)
    near = flipped(radius, codes[random.integers(0, len(codes), 24)], 44)
    queries = np.concatenate([near, random_codes(90 + radius, 6), codes[:2]])
    assert asked(index, queries, radius) == near_pairs(codes, queries, radius)


@pytest.mark.parametrize(("radius", "most"), [(0, 1), (12, 5), (31, 1), (31, 100)])
def test_the_nearest_are_those_of_comparing_all_and_all_are_counted(codes_and_index, radius, most):
    codes, index = codes_and_index
    random = np.random.default_rng(radius)
    near = flipped(radius, codes[random.integers(0, len(codes), 24)], 44)
    queries = np.concatenate([near, random_codes(90 + radius, 6), codes[:2]])
    pairs = near_pairs(codes, queries, radius)
    hits = index.query(queries, radius, most)
    assert triples(hits) == nearest_pairs(pairs, most)
    counts = [sum(1 for query, _, _ in pairs if query == number) for number in range(len(queries))]
    assert hits.counts.tolist() == counts
    assert hits.kept.tolist() == [min(count, most) for count in counts]


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_ties_go_to_the_smaller_number_in_tables_crowds_and_without(data, tmp_path_factory):
    """Codes at few different distances from the queries, so that nearly everything is a tie."""
    head = random_codes(40, 1)
    count = data.draw(st.sampled_from([300, 4200]))
    random = np.random.default_rng(data.draw(st.integers(0, 1000)))
    codes = np.repeat(head, count, axis=0)
    codes[np.arange(count), random.integers(0, 32, count)] ^= np.uint8(1)
    codes[random.random(count) < data.draw(st.sampled_from([0, 0.5, 0.95]))] ^= np.uint8(0x81)
    build_near(codes, (folder := tmp_path_factory.mktemp("ties") / "index"))
    most = data.draw(st.integers(1, 50))
    radius = data.draw(st.integers(0, 70))
    queries = np.concatenate([head, flipped(41, head, 3), head ^ np.uint8(0x81)])
    hits = NearIndex.open(folder).query(queries, radius, most)
    pairs = near_pairs(codes, queries, radius)
    assert triples(hits) == nearest_pairs(pairs, most)
    assert hits.counts.sum() == len(pairs)


def test_memory_is_bounded_by_queries_and_most(tmp_path):
    """All pairs would be 20 million hits, 100 MB at least."""
    codes = flipped(42, np.repeat(random_codes(43, 1), 20_000, axis=0), 6)
    build_near(codes, tmp_path / "index")
    index = NearIndex.open(tmp_path / "index")
    index.query(codes[:2], 31, 10)
    tracemalloc.start()
    hits = index.query(codes[:1000], 31, 10)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert hits.counts.tolist() == [20_000] * 1000
    assert len(hits.entries) == 10_000
    assert peak < 40_000_000


@pytest.mark.parametrize("count", [100, 5000])
def test_a_wish_for_fewer_than_none_is_refused(tmp_path, count):
    build_near(random_codes(44, count), tmp_path / "index")
    with pytest.raises(CaseError, match="nearest"):
        NearIndex.open(tmp_path / "index").query(random_codes(44, 1), 31, -1)


@pytest.mark.parametrize("radius", [90, 128, 255])
def test_answers_radii_far_above_the_one_it_was_built_for(tmp_path, radius):
    codes = random_codes(10, 5000)
    build_near(codes, tmp_path / "index", 31)
    index = NearIndex.open(tmp_path / "index")
    queries = np.concatenate([flipped(11, codes[:3], 60), ~codes[:1]])
    expected = near_pairs(codes, queries, radius)
    assert asked(index, queries, radius) == expected


def test_a_complement_is_never_near(tmp_path):
    codes = random_codes(12, 4)
    build_near(codes, tmp_path / "index")
    index = NearIndex.open(tmp_path / "index")
    assert (0, 0) not in {(e, d) for _, d, e in asked(index, ~codes[:1], 256)}


def test_pairs_at_every_distance_are_found_once_and_in_order(tmp_path):
    codes = random_codes(13, 20_000)
    build_near(codes, tmp_path / "index")
    index = NearIndex.open(tmp_path / "index")
    random = np.random.default_rng(14)
    queries = codes[:3300].copy()
    for number, query in enumerate(queries):
        for bit in random.choice(256, number % 33, replace=False):
            query[bit // 8] ^= 0x80 >> (bit % 8)
    found = asked(index, queries, 31)
    assert found == sorted(set(found))
    planted = [(number, number % 33, number) for number in range(3300) if number % 33 <= 31]
    assert set(planted) <= set(found)
    assert not [hit for hit in found if hit[0] % 33 == 32 and hit[2] == hit[0]]


def test_entries_with_numbers_of_three_bytes_are_told_apart(tmp_path):
    codes = random_codes(26, 140_000)
    build_near(codes, tmp_path / "index")
    index = NearIndex.open(tmp_path / "index")
    picked = np.arange(0, 140_000, 35)
    hits = index.query(flipped(27, codes[picked], 31), 31)
    assert (hits.entries == picked[hits.queries]).all()
    assert hits.queries.tolist() == list(range(len(picked)))
    assert len(set(hits.distances.tolist())) == 32


def test_bits_that_differ_in_one_place_only_are_found(tmp_path):
    """An enemy may put all changes into neighbouring bits, or spread them evenly."""
    codes = random_codes(15, 5000)
    build_near(codes, tmp_path / "index")
    index = NearIndex.open(tmp_path / "index")
    masks = np.zeros((256, 256), np.uint8)
    for start in range(226):
        masks[start, start : start + 31] = 1
    for step in range(30):
        masks[226 + step, (np.arange(31) * 8 + step) % 256] = 1
    queries = codes[:256] ^ np.packbits(masks, axis=1)
    assert asked(index, queries, 31) == near_pairs(codes, queries, 31)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_within_the_radius_is_found(tmp_path, data):
    codes = random_codes(16, 4500)
    folder = tmp_path / "index"
    if not folder.exists():
        build_near(codes, folder)
    index = NearIndex.open(folder)
    entry = data.draw(st.integers(0, 4499))
    bits = data.draw(st.sets(st.integers(0, 255), max_size=40))
    radius = data.draw(st.integers(0, 40))
    query = codes[entry : entry + 1].copy()
    for bit in bits:
        query[0, bit // 8] ^= 0x80 >> (bit % 8)
    assert ((0, len(bits), entry) in asked(index, query, radius)) == (len(bits) <= radius)


def test_queries_in_many_blocks_answer_like_each_alone(tmp_path, monkeypatch):
    codes = with_blanks(17, 5000)
    build_near(codes, tmp_path / "index")
    index = NearIndex.open(tmp_path / "index")
    queries = flipped(18, codes[1500:1900], 35)
    whole = asked(index, queries, 31)
    monkeypatch.setattr(near_query, "BLOCK", 37)
    assert asked(index, queries, 31) == whole
    alone = [(n, d, e) for n in range(400) for _, d, e in asked(index, queries[n : n + 1], 31)]
    assert alone == whole


def test_nothing_asked_or_nothing_held_answers_nothing(tmp_path):
    build_near(np.empty((0, 32), np.uint8), tmp_path / "empty")
    build_near(random_codes(19, 5000), tmp_path / "full")
    assert asked(NearIndex.open(tmp_path / "empty"), random_codes(20, 5), 31) == []
    full = NearIndex.open(tmp_path / "full")
    assert asked(full, np.empty((0, 32), np.uint8), 31) == []
    assert asked(full, random_codes(19, 2), -1) == []


@pytest.mark.parametrize("queries", [np.zeros((2, 31), np.uint8), np.zeros((2, 32), np.int8)])
def test_refuses_what_is_no_code(tmp_path, queries):
    build_near(random_codes(21, 2), tmp_path / "index")
    with pytest.raises(CaseError, match="32 bytes"):
        NearIndex.open(tmp_path / "index").query(queries, 31)


def test_pages_cannot_be_written(tmp_path):
    for count in (100, 5000):
        folder = tmp_path / str(count)
        build_near(random_codes(22, count), folder)
        index = NearIndex.open(folder)
        with pytest.raises(ValueError, match="read-only"):
            index._codes[0, 0] = 1
        with pytest.raises(ValueError, match="WRITEABLE"):
            index._codes.flags.writeable = True


FILES = ["codes.bin", "tags.bin", "numbers.bin", "offsets.bin", "heads.bin", "crowds.bin",
         "members.bin"]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_short_file_is_named(tmp_path, name):
    build_near(with_blanks(23, 5000), tmp_path / "index")
    path = tmp_path / "index" / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(CaseError, match=name):
        NearIndex.open(tmp_path / "index")


def test_offsets_that_lead_outside_are_refused(tmp_path):
    build_near(random_codes(24, 5000), tmp_path / "index")
    path = tmp_path / "index" / "offsets.bin"
    offsets = np.fromfile(path, np.uint32)
    offsets[7] = 1 << 31
    offsets.tofile(path)
    with pytest.raises(CaseError, match=r"offsets\.bin"):
        NearIndex.open(tmp_path / "index")


@pytest.mark.parametrize(
    "head",
    ["", "[]", "{}", '{"version": 99, "entries": 1, "radius": 31, "crowds": []}',
     '{"version": 2, "entries": -1, "radius": 31, "crowds": []}',
     '{"version": 2, "entries": "x", "radius": 1, "crowds": []}',
     '{"version": 2, "entries": 5, "radius": 31, "crowds": {}}',
     '{"version": 2, "entries": 5, "radius": 31, "crowds": [-600]}',
     '{"version": 2, "entries": 5, "radius": 31, "crowds": [600]}',
     '{"version": 2, "entries": 5000, "radius": 31, "crowds": [600.0]}'],
)  # fmt: skip
def test_a_damaged_head_is_named(tmp_path, head):
    build_near(random_codes(25, 5), tmp_path / "index")
    (tmp_path / "index" / "near.json").write_text(head)
    with pytest.raises(CaseError, match=r"near\.json"):
        NearIndex.open(tmp_path / "index")


def test_a_small_list_never_waits_for_the_compiler(tmp_path):
    program = f"""
import sys, numpy, pathlib
import fanal.matching
folder = pathlib.Path({str(tmp_path)!r}) / "index"
fanal.matching.build_near(numpy.zeros((4000, 32), numpy.uint8), folder)
index = fanal.matching.NearIndex.open(folder)
assert len(index.query(numpy.zeros((2, 32), numpy.uint8), 31).entries) == 8000
assert "numba" not in sys.modules
"""
    source = Path(__file__).parents[2] / "src"
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": str(source)})
