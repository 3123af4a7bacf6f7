"""What a preview costs beside Pillow's decode alone, and a mosaic beside the perceptual hash."""

import io
import random
import statistics
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PIL import Image

from fanal.analyzers.mosaic import MosaicAnalyzer
from fanal.analyzers.perceptual import Perceptual
from fanal.bench.timing import in_turn, ratio, table
from fanal.content.handle import Content
from fanal.content.preview import View, preview
from fanal.custody.sign import Signer
from fanal.demo.draw import scene
from fanal.engines.inline import Inline
from fanal.model.desk import Who
from fanal.model.finding import Mosaic
from fanal.model.item import Exhibit, MemoryBody
from fanal.pipeline.intake import intake
from fanal.pipeline.progress import Silent
from fanal.pipeline.reveal import Reveals, Wanted
from fanal.review.tiles import tile
from fanal.settings import Settings
from fanal.stores import STORES
from fanal.stores.interface import CaseStore, Opening
from fanal.web.desk import now

WIDTH, HEIGHT = 4000, 3000
SMALLER = ((640, 480), (1632, 1224))
"""Sizes at which a mosaic is measured beside the one of 12 megapixels."""
MARK = "zz-a · 2026-01-01 12:00:00 UTC · 0123456789ab"
KINDS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "JPEG": ("image/jpeg", {"format": "JPEG", "quality": 90}),
    "JPEG, progressive": (
        "image/jpeg",
        {"format": "JPEG", "quality": 90, "progressive": True},
    ),
    "PNG": ("image/png", {"format": "PNG", "compress_level": 4}),
    "WebP": ("image/webp", {"format": "WEBP", "quality": 85, "method": 0}),
}
TIMES = 40
"""Times that what takes no millisecond is done in one measurement."""
MOST = 2.0
"""A reveal of a JPEG takes at most so many times its decode alone."""


def main(arguments: Sequence[str] = ()) -> None:
    """Print CPU milliseconds and ratios."""
    parser = ArgumentParser("fanal bench preview")
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args(arguments).rounds
    print(f"CPU milliseconds, medians of {rounds}; a drawn scene of {WIDTH} x {HEIGHT} pixels")
    drawn = scene(random.Random(7), WIDTH, HEIGHT)
    rows: list[tuple[object, ...]] = [
        ("file", "MB", "decode alone", *(f"level {level}" for level in (2, 3, 4, 5)), "worst")
    ]
    for name, (kind, options) in KINDS.items():
        data = _saved(drawn, options)
        rows.append((name, f"{len(data) / 1e6:.1f}", *_levels(data, kind, rounds)))
    table(rows)
    print(f"worst: the dearest level beside the decode alone; a JPEG's is to be {MOST} at most")
    _mosaics(drawn, rounds)
    _reveals(_saved(drawn, KINDS["JPEG"][1]), rounds)


def _saved(image: Image.Image, options: Mapping[str, object]) -> bytes:
    held = io.BytesIO()
    image.copy().save(held, **options)  # type: ignore[arg-type]
    return held.getvalue()


def _levels(data: bytes, kind: str, rounds: int) -> tuple[str, ...]:
    """Return milliseconds of the decode and of each level, and the greatest ratio."""
    works: dict[str, Callable[[], object]] = {"alone": partial(_alone, data)}
    for level in (2, 3, 4, 5):
        works[str(level)] = partial(preview, data, kind, View(level, MARK))
    taken = in_turn(works, rounds)
    worst = max(ratio(taken, str(level), "alone") for level in (2, 3, 4, 5))
    return (*(f"{statistics.median(each) * 1000:.1f}" for each in taken.values()), f"{worst:.2f}")


def _alone(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def _mosaics(drawn: Image.Image, rounds: int) -> None:
    """Print what a mosaic adds to the pass that decodes and hashes, and what a tile costs."""
    rows: list[tuple[object, ...]] = [("JPEG of", "decode and PDQ", "the mosaic", "share", "tile")]
    for width, height in (*SMALLER, drawn.size):
        data = _saved(drawn.resize((width, height)), KINDS["JPEG"][1])
        rows.append((f"{width} x {height}", *_mosaic(data, rounds)))
    table(rows)


def _mosaic(data: bytes, rounds: int) -> tuple[str, ...]:
    content = Content("", "image/jpeg", MemoryBody(data))
    mosaic = next(one for one in MosaicAnalyzer().analyze(content) if isinstance(one, Mosaic))
    works: dict[str, Callable[[], object]] = {
        "hash": partial(_hashed, data),
        "mosaic": partial(_repeated, lambda: list(MosaicAnalyzer().analyze(content))),
        "tile": partial(_repeated, lambda: tile(mosaic)),
    }
    taken = in_turn(works, rounds)
    hashed, added, drawn = (statistics.median(each) * 1000 for each in taken.values())
    added, drawn = added / TIMES, drawn / TIMES
    return f"{hashed:.2f}", f"{added:.3f}", f"{added / hashed:.1%}", f"{drawn:.4f}"


def _hashed(data: bytes) -> None:
    list(Perceptual().analyze(Content("", "image/jpeg", MemoryBody(data))))


def _repeated(work: Callable[[], object]) -> None:
    for _ in range(TIMES):
        work()


def _reveals(data: bytes, rounds: int) -> None:
    """Print what a reveal costs in all: asked, recorded, read, checked, decoded, drawn."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        (place / "17").mkdir()
        (place / "17" / "a.jpg").write_bytes(data)
        signer = Signer.from_file(place / "key")
        store: CaseStore = STORES.get("folder")(place / "case", signer, Opening())
        settings = Settings()
        try:
            exhibit = Exhibit("17", bytes(place / "17"))
            intake(store, Inline(settings), settings, [exhibit], Silent())
            desk = Reveals.of(store, settings, Inline(settings), now)
            (sha256,) = (one for (one,) in store.columns(Mosaic, "sha256"))
            works: dict[str, Callable[[], object]] = {"alone": partial(_alone, data)}
            for level in (3, 4, 5):
                works[str(level)] = partial(_revealed, desk, sha256, level)
            taken = in_turn(works, min(rounds, 7))  # of more, the desk would say that it is enough
        finally:
            store.close()
    told = (f"level {level} {ratio(taken, str(level), 'alone'):.2f}" for level in (3, 4, 5))
    print(f"a whole reveal beside the decode alone, the log written first: {', '.join(told)}")


def _revealed(desk: Reveals, sha256: str, level: int) -> None:
    made = desk.reveal(Who("zz-a", "Person A", ("reviewer",), "s"), Wanted(sha256, level, "decide"))
    desk.cover(Who("zz-a", "Person A", ("reviewer",), "s"), made.id, 100)
