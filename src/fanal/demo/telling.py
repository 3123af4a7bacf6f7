"""Tells every content of the story, series by series."""

from collections.abc import Callable, Iterator, Mapping

from fanal.demo import pieces_other as other
from fanal.demo import pieces_real as real
from fanal.demo.cast import Series, Story
from fanal.demo.pieces import Piece

WAYS: Mapping[str, Callable[[Story, Series], Iterator[Piece]]] = {
    "traded": real.traded,
    "made": real.made,
    "kin": real.kin,
    "lone": real.lone,
    "source": real.source,
    "listed": real.listed,
    "everyday": real.everyday,
    "altered": other.run,
    "run": other.run,
    "from source": other.run,
    "own input": other.run,
    "pose input": other.run,
    "meme": other.meme,
    "system": other.system,
    "received": other.bundle,
    "screen": other.bundle,
    "icon": other.bundle,
    "blank": other.bundle,
    "scan": other.bundle,
    "model file": other.model_file,
}
"""Way in which a series came about → who tells its pieces."""


def pieces_of(story: Story, series: Series) -> Iterator[Piece]:
    """Yield the contents of one series; the same story gives the same."""
    return WAYS[series.way](story, series)


def every_piece(story: Story) -> Iterator[Piece]:
    """Yield every content of a story, series by series."""
    for series in story.series:
        yield from pieces_of(story, series)
