"""Builds the near index in a folder, one table at a time, so that memory does not bound it."""

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fanal.errors import CaseError
from fanal.matching.crowds import NOBODY, find_crowds, write_crowds
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
VERSION = 2


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
        crowds: list[int] = []
        if bits:
            crowds = _write_tables(codes, partial, bits)
        else:
            (partial / "codes.bin").write_bytes(codes.tobytes())
        head = {"version": VERSION, "entries": len(codes), "radius": radius, "crowds": crowds}
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


def _write_tables(codes: Array, folder: Path, bits: int) -> list[int]:
    """Write the spread codes, the crowds and the tables of the rest; return the crowds' sizes."""
    entries, shift = len(codes), CHUNK_BITS - bits
    words = _spread_codes(codes, folder)
    heads, owners = find_crowds(words)
    crowds = write_crowds(folder, words, heads, owners)
    free = owners == NOBODY
    _write_chunks(words.view(np.uint16), free, folder, (entries - sum(crowds), bits, shift))
    return crowds


def _spread_codes(codes: Array, folder: Path) -> Array:
    """Write the codes with their bits spread."""
    from fanal.matching import near_kernels as kernels  # noqa: PLC0415  # numba starts slowly

    words = writable(folder / "codes.bin", np.uint64, (len(codes), 4))
    tables = spread_tables()
    for start in range(0, len(codes), BLOCK):
        block = np.ascontiguousarray(codes[start : start + BLOCK])
        kernels.spread(block, tables, words[start : start + BLOCK])
    return words


def _write_chunks(chunks: Array, free: Array, folder: Path, sizes: tuple[int, int, int]) -> None:
    """Write the table of each chunk, of the codes that are in no crowd."""
    from fanal.matching import near_kernels as kernels  # noqa: PLC0415  # numba starts slowly

    count, bits, shift = sizes
    offsets = writable(folder / "offsets.bin", np.uint32, (CHUNKS, (1 << bits) + 1))
    tags = writable(folder / "tags.bin", np.uint16, (CHUNKS, count + PAD))
    shape = (CHUNKS, count, number_bytes(len(chunks)))
    numbers = writable(folder / "numbers.bin", np.uint8, shape)
    for chunk in range(CHUNKS):
        counts = np.zeros((1 << bits) + 1, np.int64)
        kernels.count_keys(chunks, free, chunk, shift, counts)
        starts = np.cumsum(counts)
        offsets[chunk] = starts
        kernels.place_codes(chunks, free, (chunk, shift), starts, tags[chunk], numbers[chunk])
