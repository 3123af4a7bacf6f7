"""Makes the map of the overview, `src/fanal/review/templates/world.toml`, from Natural Earth.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python tools/world.py package

Natural Earth is in the public domain; the npm package that carries it is under the ISC licence.
Nothing else needs this script: its result lies in the repository, with the digests of its sources.
"""

import hashlib
import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

Point = tuple[float, float]
Ring = list[Point]
Features = dict[str, tuple[str, list[list[Ring]]]]
"""ISO 3166-1 number, else the name → the name and the polygons."""
OUT = Path(__file__).parents[1] / "src/fanal/review/templates/world.toml"
SCALES = ("110m", "50m", "10m")
KILOMETRES = 111.2
"""To a degree of latitude."""
OWN, OTHERS = 20.0, 40.0
"""Kilometres: a part that lies farther from what is drawn of its own country is added where it lies
within so many of another country."""
FAR, LARGE = 40.0, 0.2
"""Kilometres from its own country, and degrees from one end to the other, from which on any part is
added."""
POLAR = 66.0
"""Degrees of latitude from which on nothing is added: hardly anybody lives on those islands."""
ROUGH = 0.05
"""Degrees by which an added part may be simplified."""
WHOLE = {
    "W. Sahara": "Western Sahara",
    "Dem. Rep. Congo": "Democratic Republic of the Congo",
    "Dominican Rep.": "Dominican Republic",
    "Falkland Is.": "Falkland Islands",
    "Fr. S. Antarctic Lands": "French Southern Territories",
    "Central African Rep.": "Central African Republic",
    "Eq. Guinea": "Equatorial Guinea",
    "eSwatini": "Eswatini",
    "Solomon Is.": "Solomon Islands",
    "N. Cyprus": "Northern Cyprus",
    "Bosnia and Herz.": "Bosnia and Herzegovina",
    "Macedonia": "North Macedonia",
    "S. Sudan": "South Sudan",
    "Turkey": "Türkiye",
    "Marshall Is.": "Marshall Islands",
    "N. Mariana Is.": "Northern Mariana Islands",
    "U.S. Virgin Is.": "U.S. Virgin Islands",
    "S. Geo. and the Is.": "South Georgia and the South Sandwich Islands",
    "Br. Indian Ocean Ter.": "British Indian Ocean Territory",
    "Pitcairn Is.": "Pitcairn",
    "Cayman Is.": "Cayman Islands",
    "British Virgin Is.": "British Virgin Islands",
    "Turks and Caicos Is.": "Turks and Caicos Islands",
    "St. Vin. and Gren.": "Saint Vincent and the Grenadines",
    "St. Kitts and Nevis": "Saint Kitts and Nevis",
    "Cook Is.": "Cook Islands",
    "St. Pierre and Miquelon": "Saint Pierre and Miquelon",
    "Wallis and Futuna Is.": "Wallis and Futuna",
    "St-Martin": "Saint Martin",
    "St-Barthélemy": "Saint Barthélemy",
    "Fr. Polynesia": "French Polynesia",
    "Faeroe Is.": "Faroe Islands",
    "Cabo Verde": "Cabo Verde",
    "Heard I. and McDonald Is.": "Heard Island and McDonald Islands",
    "Antigua and Barb.": "Antigua and Barbuda",
    "Vatican": "Vatican City",
    "São Tomé and Principe": "São Tomé and Príncipe",
    "Macao": "Macao",
}
"""Names that the map shortens."""
SOURCE = """\
Countries for the overview, made by tools/world.py. Rings in hundredths of a degree, longitude
first, each number as the "encoded polyline" format spells it. `drawn`: 1:110 million; `more`: parts
that it lacks, from 1:50 million and 1:10 million.

Source: Natural Earth 4.1 (naturalearthdata.com), public domain, by way of the npm package
world-atlas 2.0.2, Copyright 2013-2019 Michael Bostock (ISC):

Permission to use, copy, modify, and/or distribute this software for any purpose with or without
fee is hereby granted, provided that the above copyright notice and this permission notice appear
in all copies. THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH
REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO
EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR
ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF
CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR
PERFORMANCE OF THIS SOFTWARE.

"""
DISPUTED = {"Crimea": [(32.3, 46.25), (36.7, 46.25), (36.7, 44.2), (32.3, 44.2)]}
"""Areas that more than one country holds or claims and that the map gives to one."""


def read(path: Path) -> Features:
    """Return the countries of a TopoJSON file (github.com/topojson/topojson-specification)."""
    told = json.loads(path.read_text("utf-8"))
    (across, up), (west, south) = told["transform"]["scale"], told["transform"]["translate"]
    arcs = [
        [(x * across + west, y * up + south) for x, y in np.cumsum(arc, axis=0).tolist()]
        for arc in told["arcs"]
    ]

    def ring(numbers: Sequence[int]) -> Ring:
        points: Ring = []
        for number in numbers:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            points += arc[1:] if points else arc
        return points[:-1]

    found: Features = {}
    for one in told["objects"]["countries"]["geometries"]:
        parts = {"Polygon": [one.get("arcs")], "MultiPolygon": one.get("arcs")}[one["type"]]
        name = one["properties"]["name"]
        key = one.get("id") or name
        before = found.get(key, (name, []))[1]
        found[key] = name, before + [piece for part in parts for piece in cut(map(ring, part))]
    return found


def cut(rings: Iterable[Ring]) -> list[list[Ring]]:
    """Return a polygon in pieces that do not cross the antimeridian, each with its holes."""
    whole = [unrolled(ring) for ring in rings]
    pieces = []
    for turn in (-360.0, 0.0, 360.0):
        turned = [[(x + turn, y) for x, y in ring] for ring in whole]
        east = [_kept(ring, lambda x: x + 180.0, -180.0) for ring in turned]
        inside = [_kept(ring, lambda x: 180.0 - x, 180.0) for ring in east]
        if inside[0]:
            pieces.append([ring for ring in inside if ring])
    return pieces


def unrolled(ring: Ring) -> Ring:
    """Return a ring whose longitudes go on beyond 180 degrees; one about a pole is led over it."""
    points, turn = [ring[0]], 0.0
    for (before, _), (x, y) in zip(ring, [*ring[1:], ring[0]], strict=True):
        turn += 360.0 * ((x - before < -180) - (x - before > 180))
        points.append((x + turn, y))
    *points, (last, end) = points
    if abs(turn) < 1:
        return points
    pole = math.copysign(90.0, end)
    return [*points, (last, end), (last, pole), (points[0][0], pole)]


def _kept(ring: Ring, inside: Callable[[float], float], at: float) -> Ring:
    """Return what of a ring lies on one side of a meridian (Sutherland and Hodgman, 1974)."""
    kept: Ring = []
    for (ax, ay), (bx, by) in zip([ring[-1], *ring[:-1]] if ring else [], ring, strict=True):
        if (inside(ax) < 0) != (inside(bx) < 0):
            kept.append((at, ay + (by - ay) * (at - ax) / (bx - ax)))
        if inside(bx) >= 0:
            kept.append((bx, by))
    return kept if len(kept) >= 3 else []


def edges(polygons: Sequence[Sequence[Ring]]) -> tuple[np.ndarray, np.ndarray]:
    """Return where every edge begins and ends."""
    rings = [np.array(ring) for polygon in polygons for ring in polygon if ring]
    if not rings:
        return np.zeros((0, 2)), np.zeros((0, 2))
    return np.concatenate(rings), np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])


def farthest(points: Ring, to: tuple[np.ndarray, np.ndarray], least: float = math.inf) -> float:
    """Return the kilometres from the farthest of some points to the nearest edge of its own."""
    found = 0.0
    for x, y in points:
        found = max(found, nearest((x, y), to))
        if found > least:
            break
    return found


def nearest(point: Point, to: tuple[np.ndarray, np.ndarray]) -> float:
    """Return the kilometres from a point to the nearest edge, on a plane that touches it."""
    if not len(to[0]):
        return math.inf
    flat = np.array([math.cos(math.radians(point[1])), 1.0]) * KILOMETRES
    begin, end = (to[0] - point) * flat, (to[1] - point) * flat
    along = end - begin
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    at = np.clip(-(begin * along).sum(axis=1) / length, 0, 1)[:, None]
    return float(np.sqrt(((begin + at * along) ** 2).sum(axis=1)).min())


def simpler(ring: Ring, rough: float) -> Ring:
    """Return a ring with fewer points (Douglas and Peucker, 1973); four of them at least."""
    if len(ring) <= 4:
        return ring
    far = max(range(len(ring)), key=lambda at: math.dist(ring[0], ring[at]))
    halves = ring[: far + 1], [*ring[far:], ring[0]]
    kept = [point for half in halves for point in _line(half, rough)[:-1]]
    return kept if len(kept) >= 3 else ring[:: max(1, len(ring) // 4)]


def _line(points: Ring, rough: float) -> Ring:
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = math.hypot(bx - ax, by - ay) or 1e-12
    off = [abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length for x, y in points]
    at = max(range(1, len(points) - 1), key=lambda number: off[number])
    if off[at] <= rough:
        return [points[0], points[-1]]
    return _line(points[: at + 1], rough)[:-1] + _line(points[at:], rough)


def added(maps: Sequence[Features]) -> Iterator[tuple[str, str, list[Ring], bool]]:
    """Yield key, name and rings of what 1:110m lacks, and whether the country is not on it."""
    coarse = maps[0]
    lines = {key: edges(polygons) for key, (_, polygons) in coarse.items()}
    for key, (name, polygons) in maps[2].items():
        finer = maps[1].get(key, (name, polygons))
        if key not in coarse:
            parts = sorted(finer[1], key=lambda part: -_extent(part[0]))
            yield key, finer[0], [simpler(part[0], ROUGH) for part in parts], True
            continue
        for part in polygons:
            if abs(part[0][0][1]) > POLAR or _drawn(part[0], coarse[key][1]):
                continue
            off = farthest(part[0], lines[key], FAR)
            large = off > FAR and _extent(part[0]) > LARGE
            if large or (off > OWN and _by_others(part[0], key, lines)):
                yield key, coarse[key][0], [simpler(part[0], ROUGH)], False


def _extent(ring: Ring) -> float:
    columns = np.array(ring)
    return float(np.ptp(columns, axis=0).max())


def _drawn(ring: Ring, polygons: Sequence[Sequence[Ring]]) -> bool:
    """Tell whether a part is drawn already, if roughly: corners of it lie in the frame of this."""
    west, south = np.array(ring).min(axis=0)
    east, north = np.array(ring).max(axis=0)
    corners = np.array([point for polygon in polygons for point in polygon[0]])
    inside = (corners > (west, south)) & (corners < (east, north))
    return int(inside.all(axis=1).sum()) > 2


def _by_others(ring: Ring, key: str, lines: dict[str, tuple[np.ndarray, np.ndarray]]) -> bool:
    middle = tuple(np.array(ring).mean(axis=0).tolist())
    return any(nearest(middle, of) < OTHERS for other, of in lines.items() if other != key)


def spelled(ring: Ring) -> str:
    """Return a ring in hundredths of a degree, from each point to the next, as short text.

    The numbers are written as the "encoded polyline" format of map services does, which needs no
    quotation mark; its digits are the characters from 63 on.
    """
    whole = [(round(x * 100), round(y * 100)) for x, y in ring]
    steps = [(x - bx, y - by) for (bx, by), (x, y) in zip([(0, 0), *whole], whole, strict=False)]
    kept = [steps[0], *(step for step in steps[1:] if step != (0, 0))]
    return "".join(_letters(number) for step in kept for number in step)


def _letters(number: int) -> str:
    left, told = number * 2 if number >= 0 else -number * 2 - 1, ""
    while left >= 32:
        told, left = told + chr((32 | left & 31) + 63), left >> 5
    return told + chr(left + 63)


def _list(rings: Sequence[str]) -> str:
    return "[" + ", ".join(f"'{ring}'" for ring in rings) + "]"


def main(folder: Path) -> None:
    """Write the map."""
    paths = [folder / f"countries-{scale}.json" for scale in SCALES]
    maps = [read(path) for path in paths]
    rows: dict[str, tuple[str, list[str], list[str], bool]] = {}
    for key, (name, polygons) in maps[0].items():
        drawn = [spelled(ring) for polygon in polygons for ring in polygon]
        rows[key] = name, drawn, [], False
    for key, name, rings, small in added(maps):
        rows.setdefault(key, (name, [], [], small))[2].extend(map(spelled, rings))
    text = "".join(f"# {one}".rstrip() + "\n" for one in SOURCE.splitlines())
    for path in paths:
        text += f"# {path.name}: SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}\n"
    for key, (name, drawn, more, _) in sorted(rows.items(), key=lambda row: row[1][0]):
        whole = WHOLE.get(name, name)
        text += f'\n[[country]]\nname = "{whole}"\nnumber = "{key if key.isdigit() else ""}"\n'
        text += f"drawn = {_list(drawn)}\nmore = {_list(more)}\n"
    for name, ring in DISPUTED.items():
        text += f'\n[[disputed]]\nname = "{name}"\nrings = {_list([spelled(ring)])}\n'
    OUT.write_text(text, "utf-8")
    print(f"{OUT}: {len(text.encode()):,} bytes, {len(rows)} countries")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
