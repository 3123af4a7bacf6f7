"""Sorts pictures by what wears their traces away: size, JPEG quality, being saved again.

A weight that was calibrated on pictures in one condition misleads in another: calibrated on
pictures as found and used on small ones, the cost of the likelihood ratios rose above 1, which is
worse than silence. So calibrations are kept, and chosen, by condition.
"""

from collections.abc import Sequence

from fanal.content.jpeg_tables import LUMA, scaled

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


def quality_of(table: Sequence[int]) -> int | None:
    """Return the quality whose table is nearest to a luminance table, row by row; None for none.

    Tables of a camera's own are given the quality that rounds as coarsely.
    """
    if len(table) != len(LUMA) or min(table) < 1:
        return None
    return min(range(1, 101), key=lambda quality: (_apart(table, scaled(LUMA, quality)), -quality))


def _apart(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(abs(first - second) for first, second in zip(one, other, strict=True))
