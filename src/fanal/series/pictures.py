"""Links pictures that show the same, by the bits in which their perceptual hashes differ."""

from collections.abc import Iterator, Sequence
from typing import Any

from numpy.typing import NDArray

from fanal.model.series import SAME_PICTURE, Link
from fanal.series.spelling import pair

HOW, HOW_TURNED, HOW_FRAME = "pdq", "pdq turned", "pdq frame"
EQUAL, A_BIT, TURNED = 100, 1.4, 6
"""Strength of equal hashes; what each bit and a turn take from it: 57 is left at 31 bits."""
FRAME = 20
"""Strength of a link from a picture inside an animation: it is shown and joins nothing, for one
animation may hold pictures of many series."""
BITS = 256
TURNS = (
    "as it stands",
    "turned by 90 degrees",
    "turned by 180 degrees",
    "turned by 270 degrees",
    "mirrored top to bottom",
    "mirrored left to right",
    "mirrored and turned",
    "mirrored and turned",
)
"""In the order of `Fingerprint.turned`."""
Column = NDArray[Any]


def links(
    names: Sequence[str], inner: Sequence[bool], pairs: tuple[Column, Column, Column, Column]
) -> Iterator[Link]:
    """Yield a link for each near pair, of the columns a, b, distance and turn.

    `names` gives the content of each hash, `inner` whether it is of a frame after the first.
    """
    columns = (column.tolist() for column in pairs)
    for one, other, distance, turn in zip(*columns, strict=True):
        a, b = pair(names[one], names[other])
        if a == b:
            continue
        framed = bool(inner[one] or inner[other])
        how = HOW_FRAME if framed else HOW_TURNED if turn else HOW
        strength = FRAME if framed else strength_of(distance, turned=bool(turn))
        says = _says(distance, turn, framed=framed)
        yield Link(a, b, SAME_PICTURE, how, strength, joins=not framed, says=says)


def strength_of(distance: int, *, turned: bool = False) -> int:
    """Return how strongly a distance links."""
    return max(1, round(EQUAL - A_BIT * distance) - TURNED * turned)


def _says(distance: int, turn: int, *, framed: bool) -> str:
    bits = "no bit" if distance == 0 else f"{distance} bit{'s' * (distance > 1)}"
    told = f"perceptual hashes differ in {bits} of {BITS}"
    if turn:
        told += f", one picture {TURNS[turn]}"
    return f"{told}; a picture inside an animation, joined to nothing" if framed else told
