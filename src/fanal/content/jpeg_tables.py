"""Quantisation tables of JPEG as ITU-T T.81, annex K, prints them, and as libjpeg scales them."""

from collections.abc import Sequence

LUMA = (
    *(16, 11, 10, 16, 24, 40, 51, 61),
    *(12, 12, 14, 19, 26, 58, 60, 55),
    *(14, 13, 16, 24, 40, 57, 69, 56),
    *(14, 17, 22, 29, 51, 87, 80, 62),
    *(18, 22, 37, 56, 68, 109, 103, 77),
    *(24, 35, 55, 64, 81, 104, 113, 92),
    *(49, 64, 78, 87, 103, 121, 120, 101),
    *(72, 92, 95, 98, 112, 100, 103, 99),
)
"""Table K.1, of luminance, row by row."""
CHROMA = (
    *(17, 18, 24, 47, 99, 99, 99, 99),
    *(18, 21, 26, 66, 99, 99, 99, 99),
    *(24, 26, 56, 99, 99, 99, 99, 99),
    *(47, 66, 99, 99, 99, 99, 99, 99),
    *(99,) * 32,
)
"""Table K.2, of chrominance, row by row."""

_DIAGONALS = [
    row * 8 + column
    for row, column in sorted(
        ((row, column) for row in range(8) for column in range(8)),
        key=lambda at: (sum(at), at[0] if sum(at) % 2 else at[1]),
    )
]
"""The places row by row, in the order of the diagonals in which a file has them (figure A.6)."""


def by_diagonals(table: Sequence[int]) -> tuple[int, ...]:
    """Return a table of 64 values that stands row by row in the order in which a file has it."""
    return tuple(table[place] for place in _DIAGONALS)


def by_row(table: Sequence[int]) -> tuple[int, ...]:
    """Return a table row by row that stands in a file by diagonals; empty where it is none."""
    if len(table) != len(_DIAGONALS):
        return ()
    return tuple(value for _, value in sorted(zip(_DIAGONALS, table, strict=True)))


def scaled(table: Sequence[int], quality: int) -> tuple[int, ...]:
    """Return the table that libjpeg makes of one of annex K for a quality of 1 to 100."""
    factor = 5000 // quality if quality < 50 else 200 - 2 * quality
    return tuple(min(max((step * factor + 50) // 100, 1), 255) for step in table)
