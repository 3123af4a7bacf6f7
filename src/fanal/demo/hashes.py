"""Makes up perceptual hashes: one of its own for each scene, a few bits apart for what is alike.

PDQ sets 128 of 256 bits, one for each term above the median, so that bits change in pairs and
distances are even. Mirrors and rotations move and turn terms as they do in `fanal.content.pdq`.
"""

import hashlib

import numpy as np
from numpy.typing import NDArray

from fanal.demo.assumptions import REENCODED_BITS

BITS, TERMS = 256, 16
Bits = NDArray[np.uint8]


def _numbers(about: str) -> np.random.Generator:
    seed = int.from_bytes(hashlib.sha256(about.encode()).digest()[:16], "big")
    return np.random.Generator(np.random.PCG64(seed))


def scene_bits(about: str) -> Bits:
    """Return the bits of a scene: half of them are set."""
    bits = np.zeros(BITS, dtype=np.uint8)
    bits[_numbers(about).permutation(BITS)[: BITS // 2]] = 1
    return bits


def moved(bits: Bits, distance: int, about: str) -> Bits:
    """Return bits that differ in so many places (an even number), half of them set."""
    pairs = distance // 2
    if not pairs:
        return bits
    numbers, out = _numbers(about), bits.copy()
    out[numbers.choice(np.flatnonzero(bits), pairs, replace=False)] = 0
    out[numbers.choice(np.flatnonzero(bits == 0), pairs, replace=False)] = 1
    return out


def reencoded_distance(about: str) -> int:
    """Return by how many bits a copy that was written anew differs.

    A negative binomial of two: its mean is REENCODED_BITS, and one in a hundred is three and a
    half times as far away.
    """
    mean = REENCODED_BITS / 2
    return 2 * int(min(40, _numbers(about).negative_binomial(2, 2 / (2 + mean))))


def _turns() -> tuple[NDArray[np.int64], Bits]:
    """Return for each of the seven turns which bit goes where, and which are turned over."""
    at = np.arange(BITS).reshape(TERMS, TERMS)
    over = (np.arange(TERMS) % 2 == 0).astype(np.uint8)
    columns = np.broadcast_to(over[None, :], at.shape)
    rows = np.broadcast_to(over[:, None], at.shape)
    both, none = rows ^ columns, np.zeros_like(rows)
    order = [
        (at.T, rows),
        (at, both),
        (at.T, columns),
        (at, rows),
        (at, columns),
        (at.T, none),
        (at.T, both),
    ]
    moves = np.stack([move.reshape(-1) for move, _ in order])
    return moves, np.stack([flip.reshape(-1) for _, flip in order])


_MOVES, _FLIPS = _turns()


def spelled(bits: Bits) -> tuple[bytes, bytes]:
    """Return the 32 bytes of a hash, and those of the seven other rotations and mirrors."""
    terms = bits[::-1]  # the last term is spelled first
    turned = terms[_MOVES] ^ _FLIPS
    packed = np.packbits(turned[:, ::-1], axis=1).tobytes()
    return np.packbits(bits).tobytes(), packed
