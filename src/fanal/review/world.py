"""Says in which country a position lies, where that is sure, and draws countries with numbers.

Borders are those of Natural Earth at 1:110 million, as `tools/world.py` writes them: of the corners
that two countries share at 1:50 million, 98 in 100 lie within 25 kilometres of the coarse lines. So
a position is given to a country only if no other one lies within that distance. Countries and parts
that are too small for that map come from the finer ones.
"""

import math
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from fanal.review.svg import figure, text

SURE = 25.0
"""Kilometres within which no other country may lie."""
BORDER = f"within {SURE:.0f} km of another country's border, which this map draws too roughly"
SEA = f"more than {SURE:.0f} km from any land of this map"
DISPUTED = "in an area whose country is disputed"
IMPOSSIBLE = "no position on the globe"
CELLS = 100
"""Cells to a degree: positions in one cell, of about a kilometre, count as one."""
AT_ONCE = 2_000
"""Positions that are looked up at once."""
KILOMETRES = 111.2
"""To a degree of latitude."""
WIDTH, SOUTH = 960, -58.0
"""Width of the figure; latitude at which it ends, north of the Antarctic."""
LABELS = 15
"""Countries whose number stands on the map; all are in the table."""
EDGE = 3.0
"""Degrees from the edge of the map within which a position is looked for on its other side too."""
Floats = NDArray[np.float64]
Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Country:
    """One country: what is drawn of it, and the parts that are too small to be."""

    name: str
    number: str
    """ISO 3166-1; "" for areas that have none, most of them disputed."""
    drawn: tuple[Ring, ...]
    more: tuple[Ring, ...]


class Atlas:
    """The countries, and where each begins and ends."""

    def __init__(self, countries: Sequence[Country], disputed: Sequence[Ring]) -> None:
        """Take them."""
        self.countries = tuple(countries)
        every = [(one.drawn + one.more, number) for number, one in enumerate(countries)]
        every.append((tuple(disputed), len(countries)))
        self._rings = [(number, _edges(ring)) for rings, number in every for ring in rings]
        frames = [
            (*edges[:, :2].min(axis=0), *edges[:, :2].max(axis=0)) for _, edges in self._rings
        ]
        self._frames = np.array(frames, np.float64).reshape(-1, 4)

    def counted(
        self, latitude: Iterable[float], longitude: Iterable[float]
    ) -> tuple[dict[str, int], dict[str, int]]:
        """Return country → positions in it, and why a position is in none → how many."""
        told = np.array([(x, y) for y, x in zip(latitude, longitude, strict=True)], np.float64)
        told = told.reshape(-1, 2)
        with np.errstate(invalid="ignore"):
            good = (np.abs(told[:, 0]) <= 180) & (np.abs(told[:, 1]) <= 90)
        cells, times = np.unique(np.floor(told[good] * CELLS), axis=0, return_counts=True)
        found, why = Counter[str](), Counter[str]()
        for answer, count in zip(self._of((cells + 0.5) / CELLS), times.tolist(), strict=True):
            (found if isinstance(answer, Country) else why)[
                answer.name if isinstance(answer, Country) else answer
            ] += count
        if wrong := int((~good).sum()):
            why[IMPOSSIBLE] = wrong
        return dict(found), dict(why)

    def country(self, latitude: float, longitude: float) -> str:
        """Return the country of one position; "" where it is not sure."""
        return next(iter(self.counted([latitude], [longitude])[0]), "")

    def _of(self, points: Floats) -> Iterator[Country | str]:
        """Yield the country of each position, or why it has none."""
        for start in range(0, len(points), AT_ONCE):
            part = points[start : start + AT_ONCE]
            many, which = np.zeros(len(part), np.int64), np.full(len(part), -1, np.int64)
            near = self._near(part)
            unsure = near.pop(len(self.countries), np.zeros(len(part), np.bool_))
            for number, found in near.items():
                many += found
                which[found] = number
            told = zip(many.tolist(), which.tolist(), unsure.tolist(), strict=True)
            yield from (self._said(*one) for one in told)

    def _said(self, many: int, number: int, unsure: bool) -> Country | str:  # noqa: FBT001
        """Return what the countries beside a position come to."""
        if not many:
            return SEA
        if unsure or (many == 1 and not self.countries[number].number):
            return DISPUTED
        return self.countries[number] if many == 1 else BORDER

    def _near(self, points: Floats) -> dict[int, NDArray[np.bool_]]:
        """Return number of a country → which positions lie in it, or so near that nobody can tell.

        What lies beside the edge of the map is looked for on its other side, too.
        """
        beside = np.flatnonzero(np.abs(points[:, 0]) > 180 - EDGE)
        turned = points[beside] - np.sign(points[beside, :1]) * (360.0, 0.0)
        every, of = np.concatenate((points, turned)), np.r_[np.arange(len(points)), beside]
        about = _about(every, self._frames)
        near: dict[int, NDArray[np.bool_]] = {}
        odd: dict[int, NDArray[np.bool_]] = {}
        for ring in np.flatnonzero(about.any(axis=0)).tolist():
            number, edges = self._rings[ring]
            at = np.flatnonzero(about[:, ring])
            for found in (near, odd):
                found.setdefault(number, np.zeros(len(points), np.bool_))
            odd[number][of[at[_inside(every[at], edges)]]] ^= True
            if number < len(self.countries):
                near[number][of[at[_beside(every[at], edges)]]] = True
        return {number: found | odd[number] for number, found in near.items()}


@lru_cache(maxsize=1)
def atlas() -> Atlas:
    """Return the countries of the map that comes with the program."""
    file = files("fanal.review") / "templates" / "world.toml"
    told = tomllib.loads(file.read_text("utf-8"))
    countries = [
        Country(
            one["name"],
            one["number"],
            tuple(map(_ring, one["drawn"])),
            tuple(map(_ring, one["more"])),
        )
        for one in told["country"]
    ]
    return Atlas(countries, [_ring(ring) for one in told["disputed"] for ring in one["rings"]])


def _ring(letters: str) -> Ring:
    """Return the points of a ring, of the "encoded polyline" format with two decimals."""
    numbers, left, shift = [], 0, 0
    for letter in letters:
        digit = ord(letter) - 63
        left |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            numbers.append(~(left >> 1) if left & 1 else left >> 1)
            left = shift = 0
    across, up = (np.cumsum(numbers[at::2]) / 100 for at in (0, 1))
    return tuple(zip(across.tolist(), up.tolist(), strict=True))


def _edges(ring: Ring) -> Floats:
    """Return each edge of a ring as one row: where it begins, where it ends."""
    return np.array([(*a, *b) for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)])


def _about(points: Floats, frames: Floats) -> NDArray[np.bool_]:
    """Tell of each position whether it lies in the frame of each ring, or beside it."""
    up = SURE / KILOMETRES
    across = up / np.maximum(np.cos(np.radians(points[:, 1:])), 0.01)
    x, y = points[:, :1], points[:, 1:]
    west, south, east, north = frames.T
    found: NDArray[np.bool_] = (x > west - across) & (x < east + across)
    found &= (y > south - up) & (y < north + up)
    return found


def _inside(points: Floats, edges: Floats) -> NDArray[np.bool_]:
    """Tell which positions a line to the east leads out of by an odd number of edges."""
    x, y = points[:, :1], points[:, 1:]
    ax, ay, bx, by = edges.T
    over = (ay > y) != (by > y)
    slope = np.divide(bx - ax, by - ay, out=np.zeros(len(edges)), where=by != ay)
    odd: NDArray[np.bool_] = (over & (x < ax + (y - ay) * slope)).sum(axis=1) % 2 == 1
    return odd


def _beside(points: Floats, edges: Floats) -> NDArray[np.bool_]:
    """Tell which positions lie near an edge, on a plane that touches the globe there."""
    flat = np.maximum(np.cos(np.radians(points[:, 1:])), 0.01) * KILOMETRES
    ax, bx = ((edges[:, at] - points[:, :1]) * flat for at in (0, 2))
    ay, by = ((edges[:, at] - points[:, 1:]) * KILOMETRES for at in (1, 3))
    dx, dy = bx - ax, by - ay
    length = np.maximum(dx * dx + dy * dy, 1e-12)
    at = np.clip(-(ax * dx + ay * dy) / length, 0, 1)
    near: NDArray[np.bool_] = np.hypot(ax + at * dx, ay + at * dy).min(axis=1) < SURE
    return near


def projected(longitude: float, latitude: float) -> tuple[float, float]:
    """Return where a position lies on the figure (Equal Earth: Šavrič, Patterson, Jenny, 2018)."""
    angle = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    two = angle * angle
    six = two**3
    slope = 1.340264 - 0.081106 * 3 * two + six * (0.000893 * 7 + 0.003796 * 9 * two)
    across = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(angle) / (3 * slope)
    up = angle * (1.340264 - 0.081106 * two + six * (0.000893 + 0.003796 * two))
    scale = WIDTH / 5.41326
    return WIDTH / 2 + across * scale, (1.317363 - up) * scale


HIGH = round(projected(0, SOUTH)[1]) + 4


@lru_cache(maxsize=512)
def _outline(ring: Ring) -> str:
    """Return a ring as a path in halves of a unit, each point from the one before."""
    whole = [(round(2 * x), round(2 * y)) for x, y in (projected(*point) for point in ring)]
    steps = [(x - ax, y - ay) for (ax, ay), (x, y) in pairwise(whole)]
    moves = " ".join(f"{x} {y}" for x, y in steps if (x, y) != (0, 0))
    return f"M{whole[0][0]} {whole[0][1]}l{moves}z" if moves else ""


def world(key: str, title: str, counts: Mapping[str, int]) -> Markup:
    """Draw country → number as shades with numbers on them; `key` must be the page's only one."""
    most = max(counts.values(), default=0)
    lands, shaded, dots, words = [], [], [], []
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    for one in atlas().countries:
        count = counts.get(one.name, 0)
        rings = [ring for ring in one.drawn if min(y for _, y in ring) > SOUTH]
        path = "".join(map(_outline, rings))
        if not count:
            lands.append(path)
            continue
        if path:
            shaded.append(_shape(path, _shade(count, most), f"{one.name}: {count:,}"))
        else:
            dots.append(_dot(one, count))
        if one.name in ranked[:LABELS]:
            words.append(_label(one, count, named=not path))
    drawn = Markup('<g transform="scale(.5)"><path class="land" d="{}"/>').format("".join(lands))
    drawn += Markup("").join(shaded) + Markup("</g>")
    said = "; ".join(f"{name}: {counts[name]:,}" for name in ranked) or "no country has a number"
    return figure(key, title, f"{said}.", (WIDTH, HIGH), [drawn, *dots, *words])


def _shade(count: int, most: int) -> str:
    return "full" if count * 3 >= most else "half" if count * 10 >= most else "pale"


def _shape(path: str, shade: str, says: str) -> Markup:
    return Markup('<path class="{}" d="{}"><title>{}</title></path>').format(shade, path, says)


def _dot(one: Country, count: int) -> Markup:
    x, y = _middle(one)
    return Markup(
        '<circle class="full" cx="{}" cy="{}" r="4"><title>{}: {}</title></circle>'
    ).format(f"{x:.1f}", f"{y:.1f}", one.name, f"{count:,}")


def _label(one: Country, count: int, *, named: bool) -> Markup:
    x, y = _middle(one)
    words = f"{one.name} {count:,}" if named else f"{count:,}"
    end = named and x > WIDTH * 0.8
    kind = "over small strong" + (" end" if end else "" if named else " mid")
    return text(x + (-7 if end else 7) * named, y + 5, words, kind)


def _middle(one: Country) -> tuple[float, float]:
    """Return the middle of the largest part."""
    ring = max((*one.drawn, *one.more), key=_extent)
    west, east = min(x for x, _ in ring), max(x for x, _ in ring)
    south, north = min(y for _, y in ring), max(y for _, y in ring)
    return projected((west + east) / 2, max((south + north) / 2, SOUTH))


def _extent(ring: Ring) -> float:
    columns = np.array(ring)
    return float(np.prod(np.ptp(columns, axis=0)))
