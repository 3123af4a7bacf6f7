"""Builds the near index in a folder, one table at a time, so that memory does not bound it."""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fanal.errors import CaseError
from fanal.matching.folders import whole_folder
from fanal.matching.mapped import Array, writable

CHUNKS = 16
CHUNK_BITS = 16
CODE_BYTES = 32
MOST = 255
"""Greatest radius: a distance is told in one byte, and at 256 bits nothing is alike."""
LINEAR = 4096
"""Up to this many codes, comparing all of them is faster than any table is opened."""
PAD = 32
"""Tags behind the last one, so that 32 of them can be loaded at any place."""
BLOCK = 1 << 16
"""Codes worked on at once."""
VERSION = 1


def build_near(codes: Array, folder: Path, radius: int = 31) -> None:
    """Build the index over codes of 32 bytes for questions up to the radius."""
    if codes.ndim != 2 or codes.shape[1] != CODE_BYTES or codes.dtype != np.uint8:
        raise CaseError("codes for a near index are rows of 32 bytes")
    if len(codes) >= 1 << 32:
        raise CaseError("a near index holds fewer than 2^32 codes", "split the list")
    if not 0 <= radius <= MOST:
        raise CaseError("a radius is a number of bits from 0 to 255")
    with whole_folder(folder) as partial:
        bits = key_bits(len(codes))
        if bits:
            _write_tables(codes, partial, bits)
        else:
            (partial / "codes.bin").write_bytes(codes.tobytes())
        head = {"version": VERSION, "entries": len(codes), "radius": radius, "key_bits": bits}
        (partial / "near.json").write_text(json.dumps(head), encoding="ascii")


def key_bits(entries: int) -> int:
    """Choose the width of a bucket's key: at least 4 codes a bucket; 0 where none is needed.

    The offsets of all chunks then take at most 16 bytes an entry.
    """
    return 0 if entries < LINEAR else min(CHUNK_BITS, (entries // 4).bit_length() - 1)


def number_bytes(entries: int) -> int:
    """Tell how many bytes the number of an entry takes."""
    return 3 if entries <= 1 << 24 else 4


def chunk_places() -> npt.NDArray[np.int64]:
    """Return the place of each bit of a code after spreading: chunk * 16 + row.

    A PDQ hash is 16 by 16 coefficients and neighbours depend on each other, so each chunk gets one
    bit of each row, in a column five further with every row: as far from the last as can be.
    """
    row, column = np.divmod(np.arange(256), 16)
    places: npt.NDArray[np.int64] = ((column + 5 * row) % CHUNKS) * CHUNK_BITS + row
    return places


def spread_tables() -> npt.NDArray[np.uint64]:
    """Return for each byte of a code and each value of it the four words it adds."""
    places = chunk_places().reshape(CODE_BYTES, 8)
    values = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.uint64)
    tables = np.zeros((CODE_BYTES, 256, 4), np.uint64)
    for byte, eight in enumerate(places):
        for bit, place in enumerate(eight):
            tables[byte, :, place // 64] |= values[:, bit] << np.uint64(place % 64)
    return tables


def _write_tables(codes: Array, folder: Path, bits: int) -> None:
    """Write the spread codes, then the table of each chunk."""
    from fanal.matching import near_kernels as kernels  # noqa: PLC0415  # numba starts slowly

    entries, shift = len(codes), CHUNK_BITS - bits
    words = writable(folder / "codes.bin", np.uint64, (entries, 4))
    tables = spread_tables()
    for start in range(0, entries, BLOCK):
        block = np.ascontiguousarray(codes[start : start + BLOCK])
        kernels.spread(block, tables, words[start : start + BLOCK])
    chunks = words.view(np.uint16)
    offsets = writable(folder / "offsets.bin", np.uint32, (CHUNKS, (1 << bits) + 1))
    tags = writable(folder / "tags.bin", np.uint16, (CHUNKS, entries + PAD))
    shape = (CHUNKS, entries, number_bytes(entries))
    numbers = writable(folder / "numbers.bin", np.uint8, shape)
    for chunk in range(CHUNKS):
        counts = np.zeros((1 << bits) + 1, np.int64)
        kernels.count_keys(chunks, chunk, shift, counts)
        starts = np.cumsum(counts)
        offsets[chunk] = starts
        starts[-1] = 0
        kernels.place_codes(chunks, chunk, shift, starts, tags[chunk], numbers[chunk])
