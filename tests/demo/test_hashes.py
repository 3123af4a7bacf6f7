import numpy as np
import pdqhash
import pytest

from fanal.content.pdq import pdq
from fanal.demo import hashes
from fanal.demo.assumptions import REENCODED_BITS
from makers.pictures import picture


def unpacked(value: bytes) -> np.ndarray:
    return np.unpackbits(np.frombuffer(value, np.uint8))


def test_scenes_have_half_their_bits_and_are_far_apart():
    bits = [hashes.scene_bits(f"zz {n}") for n in range(60)]
    assert all(one.sum() == 128 for one in bits)
    distances = [(a != b).sum() for n, a in enumerate(bits) for b in bits[:n]]
    assert min(distances) > 62
    assert abs(np.mean(distances) - 128) < 3


@pytest.mark.parametrize("distance", [0, 2, 6, 30, 61])
def test_moved_bits_are_as_far_away_as_told(distance):
    bits = hashes.scene_bits("zz")
    after = hashes.moved(bits, distance, "zz moved")
    assert (bits != after).sum() == distance // 2 * 2
    assert after.sum() == 128


def test_re_encodings_are_as_far_as_assumed():
    found = [hashes.reencoded_distance(f"zz {n}") for n in range(4000)]
    assert abs(np.mean(found) - REENCODED_BITS) < 0.4
    assert 18 <= np.percentile(found, 99) <= 26
    assert all(distance % 2 == 0 for distance in found)


def test_turned_values_are_those_of_the_turned_picture():
    """Whatever the real hash says of a mirrored picture, ours says of its bits."""
    image = picture(320, 240, 5)
    whole = np.asarray(image.convert("RGB"))
    turns, _ = pdqhash.compute_dihedral(whole)
    made = pdq(whole, 240, 320)
    value, turned = hashes.spelled(unpacked(made.value))
    assert value == made.value
    ours = unpacked(turned).reshape(7, 256)
    for mine, theirs in zip(ours, turns[1:], strict=True):
        assert (mine != theirs).sum() <= 4  # terms at the median may fall on the other side
