"""Walks the story of a drawn operation: each content's file, where it lies, what is true of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from fanal.demo.cast import Story
from fanal.demo.drawn import Drawer
from fanal.demo.pieces import Piece
from fanal.demo.story import plan_story
from fanal.demo.telling import pieces_of

SMALLEST = 240
"""Places of the smallest operation that holds a story."""
LEAST, SHARE = 90, 0.3
"""Contents of the smallest story, and contents of a story for each place of the operation."""


@dataclass(frozen=True, slots=True)
class File:
    """One content of the story with its bytes."""

    piece: Piece
    data: bytes
    demand: str
    """What a triage must find out about it, as in `fanal.demo.truth`."""


def story_of(size: int, seed: int) -> Story | None:
    """Return the story that an operation of so many places holds; None where it is too small."""
    if size < SMALLEST:
        return None
    return plan_story(max(LEAST, round(size * SHARE)), seed)


def places_of(story: Story | None) -> int:
    """Return how many places a story has."""
    if story is None:
        return 0
    return sum(len(piece.places) for series in story.series for piece in pieces_of(story, series))


def files_of(story: Story) -> Iterator[File]:
    """Yield every content of a story."""
    drawer = Drawer(story)
    for series in story.series:
        for piece in pieces_of(story, series):
            yield File(piece, drawer.file(piece), _demand(story, piece))


def _demand(story: Story, piece: Piece) -> str:
    series = piece.series
    if series.listed:
        return "exact"
    near_listed = series.way == "kin" and bool(story.by_id[series.of].listed)
    return "maybe" if near_listed else "none"
