"""Surfaces, light and grain: what every drawn scene of the demonstration is painted with."""

import colorsys
import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Plane = NDArray[np.float32]
Colour = tuple[float, float, float]
"""Red, green and blue, 0 to 255."""
Point = tuple[float, float]
"""Across and down, as parts of the width and of the height."""


@dataclass(frozen=True, slots=True)
class Skin:
    """How a surface looks."""

    colour: Colour
    fade: Colour | None = None
    """The colour at the lower (or right) end of the surface; None for one colour all over."""
    across: bool = False
    """True where the fade runs from left to right."""
    rough: float = 0.06
    """How much of the scene's grain shows."""
    soft: float = 0.0
    """Width of the edge's blur, as a part of the height."""


class Canvas:
    """A picture being painted, in floating point, one plane a colour."""

    def __init__(self, random: Random, width: int, height: int) -> None:
        """Prepare an empty canvas and the grain that all its surfaces share."""
        self.random = random
        self.width = width
        self.height = height
        self.numbers = np.random.Generator(np.random.PCG64(random.getrandbits(64)))
        self.pixels: Plane = np.zeros((3, height, width), np.float32)
        self.grain = relief(self.numbers, width, height, keep=0.8)

    def round(self, radius: float) -> Point:
        """Return the two radii of a true circle whose radius is a part of the height."""
        return radius * self.height / self.width, radius

    def polygon(self, points: Sequence[Point], skin: Skin) -> None:
        """Paint the surface inside the points."""
        corners = [(x * self.width, y * self.height) for x, y in points]
        margin = 2 + 2 * skin.soft * self.height
        box = self._box(
            (min(x for x, _ in corners) - margin, min(y for _, y in corners) - margin),
            (max(x for x, _ in corners) + margin, max(y for _, y in corners) + margin),
        )
        if box is None:
            return
        left, top, right, bottom = box
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in corners], fill=255)
        if skin.soft > 0:
            mask = mask.filter(ImageFilter.BoxBlur(skin.soft * self.height))
        self._blend(box, _part(mask), skin)

    def rectangle(self, corner: Point, opposite: Point, skin: Skin) -> None:
        """Paint an upright rectangle."""
        (left, top), (right, bottom) = corner, opposite
        self.polygon([corner, (right, top), opposite, (left, bottom)], skin)

    def line(self, points: Sequence[Point], colour: Colour, thick: float) -> None:
        """Draw a line through the points, `thick` being a part of the height."""
        corners = [(x * self.width, y * self.height) for x, y in points]
        wide = max(1, round(thick * self.height))
        box = self._box(
            (min(x for x, _ in corners) - wide, min(y for _, y in corners) - wide),
            (max(x for x, _ in corners) + wide, max(y for _, y in corners) + wide),
        )
        if box is None:
            return
        left, top, right, bottom = box
        mask = Image.new("L", (right - left, bottom - top))
        shifted = [(x - left, y - top) for x, y in corners]
        ImageDraw.Draw(mask).line(shifted, fill=255, width=wide, joint="curve")
        self._blend(box, _part(mask), Skin(colour, rough=0.03))

    def ellipse(self, centre: Point, radii: Point, skin: Skin) -> None:
        """Paint a flat ellipse."""
        found = self._distance(centre, radii)
        if found is not None:
            box, distance = found
            edge = 1.5 / max(2.0, radii[1] * self.height) + skin.soft / max(radii[1], 0.001)
            self._blend(box, np.clip((1 - distance) / edge, 0, 1), skin)

    def ball(self, centre: Point, radii: Point, colour: Colour) -> None:
        """Paint a round body lit from the upper left."""
        found = self._distance(centre, radii)
        if found is None:
            return
        box, distance = found
        mask = np.clip((1 - distance) * max(2.0, radii[1] * self.height), 0, 1)
        lit = self._distance((centre[0] - radii[0] * 0.35, centre[1] - radii[1] * 0.4), radii, box)
        light = np.clip(1.35 - 0.75 * (lit[1] if lit else distance), 0.2, 1.6)
        left, top, right, bottom = box
        light *= 1 + 0.06 * self.grain[top:bottom, left:right]
        region = self.pixels[:, top:bottom, left:right]
        region += mask * (np.array(colour, np.float32)[:, None, None] * light - region)

    def tube(self, corner: Point, opposite: Point, colour: Colour) -> None:
        """Paint an upright round body (a bottle, a trunk, a mast) lit from the left."""
        box = self._box(
            (corner[0] * self.width, corner[1] * self.height),
            (opposite[0] * self.width, opposite[1] * self.height),
        )
        if box is None:
            return
        left, top, right, bottom = box
        across = np.linspace(-1, 1, right - left, dtype=np.float32)
        light = np.clip(1.15 - 0.75 * (across + 0.35) ** 2, 0.25, 1.3)
        light = light + 0.9 * np.exp(-(((across + 0.45) / 0.09) ** 2)).astype(np.float32)
        shaded = light[None, :] * (1 + 0.04 * self.grain[top:bottom, left:right])
        self.pixels[:, top:bottom, left:right] = (
            np.array(colour, np.float32)[:, None, None] * shaded
        )

    def shade(self, centre: Point, radii: Point, strength: float) -> None:
        """Darken (or, below zero, lighten) a soft round patch, as a shadow does."""
        found = self._distance(centre, radii)
        if found is not None:
            (left, top, right, bottom), distance = found
            patch = np.clip(1 - distance, 0, 1)
            patch *= patch * (3 - 2 * patch)
            self.pixels[:, top:bottom, left:right] *= 1 - strength * patch

    def glow(self, centre: Point, radii: Point, colour: Colour) -> None:
        """Add a soft light."""
        found = self._distance(centre, radii)
        if found is not None:
            (left, top, right, bottom), distance = found
            patch = np.clip(1 - distance, 0, 1) ** 2
            light = np.array(colour, np.float32)[:, None, None] * patch
            self.pixels[:, top:bottom, left:right] += light

    def _box(self, low: Point, high: Point) -> tuple[int, int, int, int] | None:
        """Return the part of the canvas between two corners in pixels; None where there is none."""
        left, top = max(0, math.floor(low[0])), max(0, math.floor(low[1]))
        right = min(self.width, math.ceil(high[0]) + 1)
        bottom = min(self.height, math.ceil(high[1]) + 1)
        return (left, top, right, bottom) if left < right and top < bottom else None

    def _distance(
        self, centre: Point, radii: Point, box: tuple[int, int, int, int] | None = None
    ) -> tuple[tuple[int, int, int, int], Plane] | None:
        """Return the distance from the centre in radii, over the box the ellipse fills."""
        x, y = centre[0] * self.width, centre[1] * self.height
        wide, high = max(radii[0] * self.width, 1.0), max(radii[1] * self.height, 1.0)
        box = box or self._box((x - wide, y - high), (x + wide, y + high))
        if box is None:
            return None
        left, top, right, bottom = box
        across = ((np.arange(left, right, dtype=np.float32) - x) / wide) ** 2
        down = ((np.arange(top, bottom, dtype=np.float32) - y) / high) ** 2
        return box, np.sqrt(across[None, :] + down[:, None])

    def _blend(self, box: tuple[int, int, int, int], mask: Plane, skin: Skin) -> None:
        """Lay a surface over the box, as far as the mask lets it."""
        left, top, right, bottom = box
        fill: Plane = np.array(skin.colour, np.float32)[:, None, None]
        if skin.fade is not None:
            steps = right - left if skin.across else bottom - top
            way = np.linspace(0, 1, steps, dtype=np.float32)
            way = way[None, None, :] if skin.across else way[None, :, None]
            fill = fill + way * (np.array(skin.fade, np.float32)[:, None, None] - fill)
        region = self.pixels[:, top:bottom, left:right]
        covered = fill * (1 + skin.rough * self.grain[None, top:bottom, left:right])
        covered -= region
        covered *= mask
        region += covered


def _part(mask: Image.Image) -> Plane:
    """Return a mask as parts of one."""
    plane: Plane = np.asarray(mask, np.float32)
    return plane * np.float32(1 / 255)


def relief(
    numbers: np.random.Generator, width: int, height: int, coarse: int = 3, keep: float = 0.6
) -> Plane:
    """Return a field of bumps, the largest `coarse` to the width; mean 0, spread 1."""
    columns, rows = coarse + 1, max(2, round(coarse * height / width) + 1)
    field = numbers.standard_normal((rows, columns), dtype=np.float32)
    strength = 1.0
    while columns * 2 < width and strength > 0.02:
        columns, rows, strength = columns * 2, rows * 2, strength * keep
        field = stretch(field, columns, rows)
        field += np.float32(strength) * numbers.standard_normal((rows, columns), dtype=np.float32)
    field = stretch(field, width, height)
    field -= field.mean()
    field /= max(float(field.std()), 1e-6)
    return field


def stretch(field: Plane, width: int, height: int) -> Plane:
    """Return the field at another size."""
    wanted = Image.fromarray(field).resize((width, height), Image.Resampling.BICUBIC)
    return np.array(wanted, np.float32)


def ridge(canvas: Canvas, level: float, swing: float, rough: float = 0.5) -> list[Point]:
    """Return points of an outline that wanders about a level from the left edge to the right."""
    random = canvas.random
    waves = [
        (swing * rough**n, random.uniform(0.6, 1.4) * 2**n, random.uniform(0, 2 * math.pi))
        for n in range(7)
    ]
    return [
        (
            step / 96,
            level + sum(a * math.sin(2 * math.pi * f * step / 96 + p) for a, f, p in waves),
        )
        for step in range(97)
    ]


def hue(random: Random, low: float, high: float, strong: float, bright: float) -> Colour:
    """Return a colour between two hues (parts of the circle), a little off what was asked."""
    red, green, blue = colorsys.hsv_to_rgb(
        random.uniform(low, high) % 1.0,
        min(1.0, max(0.0, strong + random.uniform(-0.12, 0.12))),
        min(1.0, max(0.05, bright + random.uniform(-0.1, 0.1))),
    )
    return red * 255, green * 255, blue * 255


def times(colour: Colour, factor: float) -> Colour:
    """Return the colour lighter or darker."""
    return colour[0] * factor, colour[1] * factor, colour[2] * factor


def between(one: Colour, other: Colour, part: float) -> Colour:
    """Return the colour that lies between two."""
    return (
        one[0] + part * (other[0] - one[0]),
        one[1] + part * (other[1] - one[1]),
        one[2] + part * (other[2] - one[2]),
    )
