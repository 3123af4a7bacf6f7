"""Tells in which condition a picture is, for whoever weighs its pixels."""

from fanal.content.condition import condition, quality_of
from fanal.content.handle import Content
from fanal.content.jpeg_structure import read_structure

_BY_DIAGONAL = sorted(
    ((row, column) for row in range(8) for column in range(8)),
    key=lambda place: (sum(place), place[0] if sum(place) % 2 else place[1]),
)
"""Row and column of each value in the order of a table in a file (ITU-T T.81, figure A.6)."""


def condition_of(content: Content) -> str:
    """Return the bin of a picture; raises as `content.rgb` does."""
    height, width, _ = content.rgb.shape
    quality = None
    if content.media_type == "image/jpeg":
        tables = read_structure(content.data).tables
        quality = quality_of(_by_row(tables[0][1])) if tables else None
    return condition(width, height, quality, double=False)


def _by_row(table: tuple[int, ...]) -> tuple[int, ...]:
    """Return a quantisation table row by row."""
    return tuple(value for _, value in sorted(zip(_BY_DIAGONAL, table, strict=True)))
