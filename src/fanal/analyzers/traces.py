"""States what earlier processing left in the pixels: grids, gaps, enlargement, a colour filter.

Observations, each with its doubts. They explain a picture to whoever looks at it; they never order,
hide or label one: measured over photographs and generated pictures, none of them tells those apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from PIL import Image

from fanal.content.condition import condition, quality_of
from fanal.content.handle import Content
from fanal.content.image import Plane, Undecodable
from fanal.content.jpeg import read_header
from fanal.content.jpeg_structure import read_structure
from fanal.content.jpeg_tables import by_row
from fanal.content.media import is_picture
from fanal.content.traces_double import Histograms, histograms
from fanal.content.traces_grid import Grid, earlier_grid
from fanal.content.traces_mosaic import Mosaic, mosaic
from fanal.content.traces_scale import Enlarged, enlarged
from fanal.model.evidence import TRACE
from fanal.model.finding import Finding, Record, Seen

GRID, TWICE, SCALED, FILTER = "jpeg grid", "double compression", "resampling", "demosaicing"
"""The traces, as findings name them under `trace`."""
DOUBTS = {
    GRID: (
        "gone after resizing; not seen where the earlier JPEG was about as fine as the last one",
        "programs and services turn JPEG into other kinds and crop them in the ordinary course",
    ),
    TWICE: (
        "not seen where the last saving was coarser than the one before",
        "a service or a program that only sorts pictures may save them again",
    ),
    SCALED: (
        "cameras enlarge (digital zoom), services scale what they get, browsers what they show",
        "the factor is uncertain in a JPEG; not seen after a reduction, nor after 4/3, 8/5 or 2",
    ),
    FILTER: (
        "gone after resizing and after strong compression; many phones merge frames and have none",
        "even, blurred or strongly coloured parts may lack it in an untouched picture",
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One observation: its trace, the sentence, the figure it rests on, where in the picture."""

    trace: str
    says: str
    value: Any
    regions: tuple[tuple[int, int, int, int], ...] = ()


class Traces:
    """Yields a finding for each trace that is clear, and one Seen; silent where there is none."""

    name: ClassVar[str] = "traces"
    version: ClassVar[str] = "1"
    pictures_only: ClassVar[bool] = True
    on_request: ClassVar[bool] = True

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield what is seen; silent too over what is no picture or is damaged."""
        if not is_picture(content.media_type):
            yield self._seen(content, "silent")
            return
        try:
            told, under = _observed(content)
        except Undecodable as why:
            # That a picture is damaged stands in the account already, by the perceptual hash.
            limited = why.reason.startswith("limit: ")
            outcome, reason = ("failed", why.reason) if limited else ("silent", "")
            yield self._seen(content, outcome, reason, why.detail)
            return
        for one in told:
            places = [
                dict(zip(("x", "y", "width", "height"), at, strict=True)) for at in one.regions
            ]
            data = {"trace": one.trace, "value": one.value, "regions": places, "condition": under}
            yield Finding(
                content.sha256,
                self.name,
                self.version,
                TRACE,
                one.says,
                doubts=DOUBTS[one.trace],
                data=data,
            )
        yield self._seen(content, "spoke" if told else "silent")

    def _seen(self, content: Content, outcome: str, reason: str = "", detail: str = "") -> Seen:
        return Seen(content.sha256, self.name, self.version, outcome, reason, detail)


def condition_of(content: Content) -> str:
    """Return the condition of a picture, by which weights are calibrated; raises as `rgb` does."""
    rgb = content.rgb
    seen = _earlier(content, _luma(rgb))
    return str(_condition(rgb, seen.table, double=seen.again)["bin"])


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What tells of an earlier JPEG."""

    table: tuple[int, ...]
    grid: Grid | None
    twice: Histograms | None

    @property
    def again(self) -> bool:
        """Tell whether the picture bears traces of one."""
        return self.grid is not None or (self.twice is not None and self.twice.again)


def _earlier(content: Content, luma: Plane) -> _Earlier:
    table = _table(content)
    if table:
        return _Earlier(table, earlier_grid(luma, table[0]), histograms(luma, table))
    return _Earlier((), earlier_grid(luma) if content.keeps_pixels else None, None)


def _luma(rgb: Plane) -> Plane:
    return np.asarray(Image.fromarray(rgb).convert("L"))


def _observed(content: Content) -> tuple[list[Told], dict[str, Any]]:
    """Return the observations, and the condition of the picture that they were made in."""
    rgb = content.rgb
    luma = _luma(rgb)
    before = _earlier(content, luma)
    line = None
    if content.media_type == "image/jpeg" or content.keeps_pixels:
        line = enlarged(luma)  # the blocks of other kinds repeat at sixteenths and less
    seen = (
        _of_grid(before.grid, own=bool(before.table)),
        _of_histograms(before.twice),
        _of_scale(line),
        _of_mosaic(mosaic(np.ascontiguousarray(rgb[..., 1]))),
    )
    return [one for one in seen if one], _condition(rgb, before.table, double=before.again)


def _table(content: Content) -> tuple[int, ...]:
    """Return the luminance table of a JPEG of luma and chroma, row by row; empty for others."""
    if content.media_type != "image/jpeg":
        return ()
    header = read_header(content.data)
    tables = read_structure(content.data).tables
    if not header or not header.plain_luma or not tables or min(tables[0][1]) < 1:
        return ()
    return by_row(tables[0][1])


def _condition(rgb: Plane, table: tuple[int, ...], *, double: bool) -> dict[str, Any]:
    height, width, _ = rgb.shape
    quality = quality_of(table)
    return {
        "width": width,
        "height": height,
        "quality": quality,
        "double": double,
        "bin": condition(width, height, quality, double=double),
    }


def _of_grid(grid: Grid | None, *, own: bool) -> Told | None:
    if grid is None:
        return None
    place = f"begins at column {grid.x}, row {grid.y}"
    if own:
        says = f"below its own grid lies that of an earlier JPEG, which {place}: cropped in between"
    elif grid.x or grid.y:
        says = f"its pixels lie on the grid of an earlier JPEG, which {place}: cropped since"
    else:
        says = "its pixels lie on the grid of an earlier JPEG, which begins at the corner"
    return Told(GRID, says, {"x": grid.x, "y": grid.y, "step": grid.step, "line": grid.height})


def _of_histograms(twice: Histograms | None) -> Told | None:
    if twice is None or not twice.again:
        return None
    share = f"{twice.rising} of {twice.judged} histograms of its coefficients have gaps"
    return Told(TWICE, f"saved as JPEG at least twice: {share}", 2)


def _of_scale(line: Enlarged | None) -> Told | None:
    if line is None:
        return None
    one, other = line.factors
    says = (
        f"its sharpness repeats {line.frequency} times a pixel across and down, as after an"
        f" enlargement by {one} or {other}"
    )
    return Told(SCALED, says, line.frequency)


def _of_mosaic(found: Mosaic | None) -> Told | None:
    if found is None:
        return None
    says = f"{found.share:.0%} of its parts bear the pattern of a camera's colour filter"
    if found.regions:
        says += f", {len(found.regions)} region{'s' * (len(found.regions) > 1)} in it not"
    return Told(FILTER, says, found.strength, found.regions)
