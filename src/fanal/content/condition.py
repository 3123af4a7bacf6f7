"""Sorts pictures by what wears their traces away: size, JPEG quality, being saved again.

A weight that was calibrated on pictures in one condition misleads in another: calibrated on
pictures as found and used on small ones, the cost of the likelihood ratios rose above 1, which is
worse than silence. So calibrations are kept, and chosen, by condition.
"""

from collections.abc import Sequence

SIZES = ((640, "small"), (2048, "medium"))
"""Long side in pixels below which a picture is called so; a larger one is `large`. Messengers and
social networks scale down to 1024 to 2048, previews and old web pages to 640 and less."""
LARGE = "large"
QUALITIES = ((70, "low"), (90, "middle"))
"""JPEG quality, on the scale of the Independent JPEG Group, below which it is called so; from 90
on it is `high`."""
HIGH, NOT_JPEG = "high", "other"
"""`other`: the file is no JPEG, or its tables are not known."""
ONCE, AGAIN = "once", "again"
"""`again`: there are traces of a JPEG compression before the file's own."""

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
"""The luminance table of ITU-T T.81, annex K.1, row by row; libjpeg scales it by the quality."""

_DIAGONAL = {
    row * 8 + column: place
    for place, (row, column) in enumerate(
        sorted(
            ((row, column) for row in range(8) for column in range(8)),
            key=lambda at: (sum(at), at[0] if sum(at) % 2 else at[1]),
        )
    )
}
"""Place in a table row by row → place in it by diagonals."""


def condition(width: int, height: int, quality: int | None, *, double: bool) -> str:
    """Return the bin of a picture: `SIZE/QUALITY/SAVED`, as in `large/high/once`.

    `quality` is that of the JPEG as it lies there, None for every other file; `double` tells
    whether it bears traces of an earlier JPEG compression. There are 3 x 4 x 2 bins.
    """
    long = max(width, height)
    size = next((name for most, name in SIZES if long < most), LARGE)
    if quality is None:
        kept = NOT_JPEG
    else:
        kept = next((name for most, name in QUALITIES if quality < most), HIGH)
    return f"{size}/{kept}/{AGAIN if double else ONCE}"


def conditions() -> tuple[str, ...]:
    """Return every bin there is, in order."""
    sizes = [*(name for _, name in SIZES), LARGE]
    qualities = [*(name for _, name in QUALITIES), HIGH, NOT_JPEG]
    return tuple(
        f"{size}/{kept}/{saved}" for size in sizes for kept in qualities for saved in (ONCE, AGAIN)
    )


def by_row(table: Sequence[int]) -> tuple[int, ...]:
    """Return a table row by row that stands in a file by diagonals (ITU-T T.81, figure A.6)."""
    return tuple(table[_DIAGONAL[place]] for place in range(64)) if len(table) == 64 else ()


def scaled(quality: int) -> tuple[int, ...]:
    """Return the luminance table that libjpeg makes for a quality of 1 to 100, row by row."""
    factor = 5000 // quality if quality < 50 else 200 - 2 * quality
    return tuple(min(max((step * factor + 50) // 100, 1), 255) for step in LUMA)


def quality_of(table: Sequence[int]) -> int | None:
    """Return the quality whose table is nearest to a luminance table, row by row; None for none.

    Tables of a camera's own are given the quality that rounds as coarsely.
    """
    if len(table) != len(LUMA) or min(table) < 1:
        return None
    return min(range(1, 101), key=lambda quality: (_apart(table, scaled(quality)), -quality))


def _apart(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(abs(first - second) for first, second in zip(one, other, strict=True))
