"""Makes up perceptual hashes: one of its own for each scene, a few bits apart for what is alike.

PDQ sets 128 of 256 bits, one for each term above the median, so that bits change in pairs and
distances are even. Mirrors and rotations move and turn terms as they do in `fanal.content.pdq`.
"""

import hashlib
from bisect import bisect_right
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from fanal.demo.assumptions import REENCODED_BITS

BITS, TERMS = 256, 16
Bits = NDArray[np.uint8]


def _order(about: str) -> NDArray[np.int64]:
    """Return the places of all bits in an order that a text decides."""
    keys = np.frombuffer(hashlib.shake_256(about.encode()).digest(2 * BITS), "<u2")
    return keys.argsort(kind="stable")


def scene_bits(about: str) -> Bits:
    """Return the bits of a scene: half of them are set."""
    bits = np.zeros(BITS, dtype=np.uint8)
    bits[_order(about)[: BITS // 2]] = 1
    return bits


def moved(bits: Bits, distance: int, about: str) -> Bits:
    """Return bits that differ in so many places (an even number), half of them set."""
    pairs = distance // 2
    if not pairs:
        return bits
    order, out = _order(about), bits.copy()
    is_set = bits[order] == 1
    out[order[is_set][:pairs]] = 0
    out[order[~is_set][:pairs]] = 1
    return out


def _shares() -> list[float]:
    """Return how likely so many pairs of changed bits, or fewer, are.

    A negative binomial of two: its mean is REENCODED_BITS, and one in a hundred is more than three
    times as far away.
    """
    chance = 2 / (2 + REENCODED_BITS / 2)
    return list(accumulate((n + 1) * chance**2 * (1 - chance) ** n for n in range(40)))


_SHARES = _shares()


def reencoded_distance(about: str) -> int:
    """Return by how many bits a copy that was written anew differs."""
    drawn = int.from_bytes(hashlib.sha256(f"again {about}".encode()).digest()[:6], "big")
    return 2 * bisect_right(_SHARES, drawn / 2**48)


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
