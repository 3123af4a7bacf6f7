"""A list finds what it holds, says what contradicts, and is refused when a byte was changed."""

from random import Random

import numpy as np
import pytest

from fanal.errors import CaseError
from fanal.matching.build import build_list
from fanal.matching.hits import NearHit
from fanal.matching.shelf import ExactHit, OpenList
from fanal.model.known import KnownHash
from makers.codes import flipped, near_pairs
from makers.known import code, known

VIAS = {"sha256": 32, "sha1": 20, "md5": 16}


def shelve(tmp_path, entries, radius=31) -> OpenList:
    built = build_list(entries, tmp_path / "list", radius)
    return OpenList.open(tmp_path / "list", built.files)


def digests(*entries: KnownHash) -> list[np.ndarray]:
    """Return the digests of items that have what these entries have."""
    return [
        np.array([list(bytes.fromhex(getattr(entry, via))) for entry in entries], np.uint8)
        for via in VIAS
    ]


def codes(*spelled: str) -> np.ndarray:
    return np.array([list(bytes.fromhex(each)) for each in spelled], np.uint8)


def test_one_hit_an_entry_by_the_strongest_digest(tmp_path):
    one, two = known("zz-1"), known("zz-2")
    listed = [
        KnownHash(md5=one.md5),
        KnownHash(sha1=one.sha1, md5=one.md5),
        KnownHash(sha256=one.sha256, sha1=one.sha1),
        two,
    ]
    hits = shelve(tmp_path, listed).exact(*digests(two, known("zz-absent"), one))
    assert hits == [
        ExactHit(0, 3, "sha256", None, ""),
        ExactHit(2, 2, "sha256", None, ""),
        ExactHit(2, 1, "sha1", None, ""),
        ExactHit(2, 0, "md5", None, ""),
    ]


@pytest.mark.parametrize("via", list(VIAS))
def test_digests_of_the_entry_that_contradict_are_named(tmp_path, via):
    """A collision, or a list row put together by an enemy."""
    item, other = known("zz-1"), known("zz-2")
    entry = known("zz-2", **{via: getattr(item, via)})
    (hit,) = shelve(tmp_path, [entry]).exact(*digests(item))
    assert (hit.via, hit.conflict) == (via, ", ".join(name for name in VIAS if name != via))
    assert other.sha256 != item.sha256


def test_a_malformed_digest_contradicts_nothing_and_case_does_not_matter(tmp_path):
    item = known("zz-1")
    entry = KnownHash(sha256=item.sha256.upper(), sha1="not a hash", md5=item.md5.upper())
    (hit,) = shelve(tmp_path, [entry]).exact(*digests(item))
    assert (hit.via, hit.conflict) == ("sha256", "")


@pytest.mark.parametrize(
    ("says", "together"),
    [([True, None], None), ([None, False], False), ([True, True], True), ([True, False], False)],
)
def test_entries_with_one_hash_speak_together(tmp_path, says, together):
    entries = [known("zz-1", pdq=code(1), victim_identified=said) for said in says]
    shelf = shelve(tmp_path, entries)
    assert shelf.exact(*digests(entries[0])) == [ExactHit(0, 0, "sha256", together, "")]
    assert list(shelf.near(codes(code(1)), 0)) == [NearHit(0, 0, 0, together)]


@pytest.mark.parametrize("count", [400, 5000])
def test_near_entries_are_found(tmp_path, count):
    spelled = [code(number) for number in range(count)]
    listed = [known(f"zz-{number}", pdq=each) for number, each in enumerate([*spelled, code(7)])]
    shelf = shelve(tmp_path, listed)
    queries = flipped(1, codes(*spelled[:60]), 40)
    found = [(hit.query, hit.distance, hit.entry) for hit in shelf.near(queries, 31)]
    pairs = near_pairs(codes(*spelled), queries, 31)
    assert found == pairs
    some = shelf.near(np.repeat(queries, 2, axis=0), 256, 7)
    assert some.counts.tolist() == [count] * 120
    assert len(some) == 7 * 120
    assert some.complete.all()


def test_entries_come_back_word_for_word(tmp_path):
    entries = [
        known("zz-1", category="0", series="Räume \ud83d", victim_identified=False),
        known("zz-2", fields={"Tags": ["a", {"b": None}], "n": 2**70, "half": "\udfff", "f": 0.1}),
        KnownHash(pdq=code(3), category='\n"\\', series="0"),
    ]
    shelf = shelve(tmp_path, entries)
    assert [shelf.entry(number) for number in range(3)] == entries


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large") / "list"
    entries = [known(f"zz-{number}", pdq=code(number)) for number in range(4500)]
    return folder, build_list(entries, folder, 31).files


def test_a_changed_byte_in_any_file_is_named(large):
    folder, files = large
    OpenList.open(folder, files)
    for name in files:
        path = folder / name
        data = path.read_bytes()
        changed = bytes([data[0] ^ 1]) + data[1:] if data else b"x"
        path.write_bytes(changed)
        with pytest.raises(CaseError) as caught:
            OpenList.open(folder, files)
        assert str(path) in caught.value.message
        path.write_bytes(data)


def test_a_file_that_is_missing_or_one_too_many_is_named(large):
    folder, files = large
    moved = folder / "sha1.keys"
    moved.rename(folder.parent / "elsewhere")
    with pytest.raises(CaseError, match=r"sha1\.keys cannot be read"):
        OpenList.open(folder, files)
    (folder.parent / "elsewhere").rename(moved)
    (folder / "guest").write_text("x")
    with pytest.raises(CaseError, match="guest is no part"):
        OpenList.open(folder, files)
    (folder / "guest").unlink()
    OpenList.open(folder, files)


def test_probes_are_found(large):
    shelf = OpenList.open(*large)
    for seed in range(10):
        probes = shelf.probe(Random(seed))
        assert len(probes) == 8
        assert {probe.via for probe in probes} == {*VIAS, "pdq"}
        for probe in probes:
            spelled = bytes.fromhex(getattr(shelf.entry(probe.entry), probe.via))
            apart = int.from_bytes(spelled) ^ int.from_bytes(probe.value)
            assert apart.bit_count() == probe.distance <= 31
            assert shelf.finds(probe)


def test_a_probe_that_is_not_there_is_missed(large, tmp_path):
    other = shelve(tmp_path, [known("zz-other", pdq=code(99_999))])
    shelf = OpenList.open(*large)
    assert not any(shelf.finds(probe) for probe in other.probe(Random(1)))


@pytest.mark.parametrize("entries", [[], [KnownHash(category="no hash")]])
def test_a_list_without_hashes_finds_nothing_and_says_so(tmp_path, entries):
    shelf = shelve(tmp_path, entries)
    assert shelf.probe(Random(1)) == ()
    assert shelf.exact(*digests(known("zz-1"))) == []
    assert list(shelf.near(codes(code(1)), 31)) == []


def test_a_list_of_one_kind_probes_that_kind(tmp_path):
    shelf = shelve(tmp_path, [KnownHash(md5=known("zz-1").md5)])
    assert {probe.via for probe in shelf.probe(Random(1))} == {"md5"}
