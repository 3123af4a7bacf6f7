"""Prints what local points find that PDQ does not, what they join wrongly, and what they cost."""

import argparse
import csv
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from fanal.analyzers.features import Features
from fanal.analyzers.perceptual import Perceptual
from fanal.bench.timing import in_turn, table
from fanal.content.handle import Content
from fanal.content.keypoints import Points, installed, unpack
from fanal.content.media import media_type
from fanal.content.pdq import LEAST_QUALITY
from fanal.demo.draw import scene
from fanal.demo.encode import encode
from fanal.demo.variants import opened, variant
from fanal.errors import UsageError
from fanal.matching import NearIndex, build_near
from fanal.model.finding import Finding, Fingerprint
from fanal.model.item import MemoryBody
from fanal.model.series import SAME_PICTURE, SAME_PLACE
from fanal.series.alike import RADIUS, Alike, all_codes, links, verify

SCENES, OTHERS = 40, 210
SIZE, LARGE = (1024, 768), (4000, 3000)
PDQ_RADIUS = 31
KINDS = ("natural", "camera", "prnu", "generator", "ai-bare")
FAMILIES = ("near-duplicate family", "EXIF orientation test")
"""Notes of the corpus on pictures that show one photograph, under names that begin alike."""
Pairing = Callable[[Image.Image, Image.Image, Image.Image], tuple[Image.Image, Image.Image]]
Change = Callable[[Image.Image, Random], Image.Image]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is known of one picture."""

    points: Points
    pdq: Fingerprint | None


def main(arguments: Sequence[str]) -> None:
    """Print recall by transform, what is joined that differs, the corpus's families, and times."""
    parser = argparse.ArgumentParser(prog="fanal bench features")
    parser.add_argument("--scenes", type=int, default=SCENES, help="drawn pictures changed")
    parser.add_argument("--others", type=int, default=OTHERS, help="drawn pictures compared")
    parser.add_argument("--changes", choices=tuple(CHANGES), nargs="*", default=tuple(CHANGES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="folder with MANIFEST.csv")
    told = parser.parse_args(list(arguments))
    if not installed():
        raise UsageError(
            "local points need the package opencv-python-headless", "pip install 'fanal[features]'"
        )
    if told.corpus and not (told.corpus / "MANIFEST.csv").is_file():
        raise UsageError(
            f"there is no MANIFEST.csv in {told.corpus}", "name the corpus: --corpus DIR"
        )
    random = Random(f"features {told.seed}")
    wholes = [scene(random, *SIZE) for _ in range(told.scenes)]
    if told.corpus:
        wholes += _photographs(told.corpus)
    print(f"{len(wholes)} pictures, {told.scenes} of them drawn, and what is made of each")
    _print_recall(wholes, random, told.changes)
    _print_differing(wholes, random)
    _print_others([scene(random, *SIZE) for _ in range(told.others)], random)
    if told.corpus:
        _print_corpus(told.corpus)
    _print_times(wholes[:8], told.rounds)


def _crop(share: float) -> Change:
    def change(image: Image.Image, random: Random) -> Image.Image:
        wide, high = (round(side * share**0.5) for side in image.size)
        left, top = random.randint(0, image.width - wide), random.randint(0, image.height - high)
        return image.crop((left, top, left + wide, top + high))

    return change


def _turned(degrees: int) -> Change:
    return lambda image, _: image.rotate(degrees, Image.Resampling.BICUBIC, expand=True)


def _overlay(image: Image.Image, random: Random) -> Image.Image:
    """Cover three rectangles of the picture, up to a third of it, with words on a ground."""
    image = image.copy()
    pen = ImageDraw.Draw(image)
    for _ in range(3):
        wide = round(image.width * random.uniform(0.2, 0.5))
        high = round(image.height * random.uniform(0.08, 0.25))
        left, top = random.randint(0, image.width - wide), random.randint(0, image.height - high)
        ground = tuple(random.randrange(256) for _ in range(3))
        pen.rectangle((left, top, left + wide, top + high), fill=ground)
        pen.text((left + 5, top + 5), "zz-test-0001 " * 3, fill="white", font_size=high // 4 + 8)
    return image


def _mirrored(image: Image.Image, random: Random) -> Image.Image:
    return _crop(0.6)(image, random).transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _screenshot(turn: int) -> Change:
    return lambda image, random: opened(variant("screenshot", image, turn, random).data)


def _letterbox(image: Image.Image, _: Random) -> Image.Image:
    made = Image.new("RGB", (round(image.width * 1.25), round(image.height * 1.4)))
    made.paste(image, ((made.width - image.width) // 2, (made.height - image.height) // 2))
    return made


CHANGES: Mapping[str, Change] = {
    "saved again at half size": lambda image, _: image.resize(
        (image.width // 2, image.height // 2), Image.Resampling.LANCZOS
    ),
    "60 % of its area": _crop(0.6),
    "40 %": _crop(0.4),
    "25 %": _crop(0.25),
    "10 %": _crop(0.1),
    "three rectangles with words": _overlay,
    "turned 5 degrees": _turned(5),
    "turned 15 degrees": _turned(15),
    "turned 45 degrees": _turned(45),
    "mirrored, 60 %": _mirrored,
    "on a telephone's screen": _screenshot(2),
    "on a desktop": _screenshot(1),
    "letterbox": _letterbox,
}
"""What is made of a picture → how."""


def _print_recall(wholes: Sequence[Image.Image], random: Random, names: Sequence[str]) -> None:
    """Make one case of everything, link it, and print what ended up with its whole picture."""
    shown = [_shown(image, 90) for image in wholes]
    made: list[tuple[str, int, Shown]] = [
        (name, number, _shown(CHANGES[name](image, random), random.randint(60, 90)))
        for name in names
        for number, image in enumerate(wholes)
    ]
    everything = [*shown, *(each for _, _, each in made)]
    groups, seconds, count = _linked([each.points for each in everything])
    rows: list[tuple[object, ...]] = [
        ("what is made of it", "PDQ", "PDQ and points", "points, pair by pair", "of")
    ]
    by: dict[str, Counter[str]] = {name: Counter() for name in names}
    for at, (name, number, each) in enumerate(made, len(wholes)):
        near = _near(shown[number], each)
        by[name]["pdq"] += near
        by[name]["both"] += near or groups[at] == groups[number]
        kind = _kind(shown[number].points, each.points)
        by[name]["pair"] += kind == SAME_PICTURE
    for name, counts in by.items():
        rows.append((name, counts["pdq"], counts["both"], counts["pair"], len(wholes)))
    table(rows)
    mixed = len(wholes) - len({groups[at] for at in range(len(wholes))})
    print(
        f"one case of {len(everything)} pictures: {count} links in {seconds:.1f} s of processor"
        f" time, {mixed} whole pictures joined to another one"
    )


def _linked(points: Sequence[Points]) -> tuple[list[int], float, int]:
    """Return the group of each picture by the links that join, seconds, and how many links."""
    group = list(range(len(points)))
    start = time.process_time()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "near"
        build_near(all_codes(points), folder, RADIUS)
        index = NearIndex.open(folder)
        named = [(f"{at:064x}", each) for at, each in enumerate(points)]
        made = [link for link in links(named, index.query) if link.joins]
    for link in made:
        one, other = sorted((group[int(link.a, 16)], group[int(link.b, 16)]))
        group = [one if each == other else each for each in group]
    return group, time.process_time() - start, len(made)


def _print_differing(wholes: Sequence[Image.Image], random: Random) -> None:
    """Print what is said of pictures that differ and have something in common."""
    pairs: Mapping[str, Pairing] = {
        "one background, another fifth of it": lambda a, b, c: _before(a, (b, c), random, 0.2),
        "one background, another third of it": lambda a, b, c: _before(a, (b, c), random, 0.35),
        "one background, another half of it": lambda a, b, c: _before(a, (b, c), random, 0.5),
        "in the same frame, half of each": lambda a, b, _: (_framed(a), _framed(b)),
        "on the same telephone's screen": lambda a, b, _: (
            opened(variant("screenshot", a, 0, Random(1)).data),
            opened(variant("screenshot", b, 0, Random(1)).data),
        ),
        "with the same words over them": lambda a, b, _: (
            _overlay(a, Random(2)),
            _overlay(b, Random(2)),
        ),
    }
    rows: list[tuple[object, ...]] = [("pictures that differ", "same picture", "same place", "of")]
    for name, make in pairs.items():
        said: Counter[str] = Counter()
        for at, whole in enumerate(wholes):
            others = (wholes[(at + step) % len(wholes)].resize(whole.size) for step in (1, 2))
            one, another = make(whole, *others)
            said[_kind(_shown(one, 85).points, _shown(another, 75).points)] += 1
        rows.append((name, said[SAME_PICTURE], said[SAME_PLACE], len(wholes)))
    print()
    table(rows)


def _before(
    ground: Image.Image, things: tuple[Image.Image, Image.Image], random: Random, share: float
) -> tuple[Image.Image, Image.Image]:
    """Put another thing each before the same ground, over a share of it."""
    side = (share / 0.785) ** 0.5
    size = round(ground.width * side), round(ground.height * side)
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).ellipse((0, 0, *size), fill=255)
    made = []
    for thing in things:
        picture = ground.copy()
        at = random.randint(0, ground.width - size[0]), random.randint(0, ground.height - size[1])
        picture.paste(thing.resize(size), at, mask)
        made.append(picture)
    return made[0], made[1]


def _framed(image: Image.Image) -> Image.Image:
    frame = scene(Random("frame"), *SIZE)
    frame.paste(image.resize((724, 543)), (150, 112))
    return frame


def _print_others(images: Sequence[Image.Image], random: Random) -> None:
    """Print what is said of pictures that have nothing in common, pair by pair, both ways round."""
    changed = [
        _screenshot(at)(each, random) if at % 5 == 0 else each for at, each in enumerate(images)
    ]
    points = [_shown(image, random.randint(60, 90)).points for image in changed]
    said: Counter[str] = Counter()
    pairs = 0
    start = time.process_time()
    for one, other in combinations(points, 2):
        pairs += 1
        said[_kind(one, other)] += 1
    taken = (time.process_time() - start) / max(1, 2 * pairs)
    print(
        f"\n{pairs:,} pairs of drawn pictures that differ, as they are and mirrored:"
        f" {said[SAME_PICTURE]} same picture, {said[SAME_PLACE]} same place;"
        f" {taken * 1000:.1f} ms a comparison"
    )


def _print_corpus(corpus: Path) -> None:
    """Print the families of near-duplicates, and what else is said to show the same picture."""
    known = [
        (path, family, _looked(data).points) for path, family, data in _pictures(corpus, KINDS)
    ]
    said: Counter[tuple[bool, str]] = Counter()
    others: list[str] = []
    for (path, family, one), (path2, family2, other) in combinations(known, 2):
        kind = _kind(one, other)
        said[bool(family and family == family2), kind] += 1
        if kind == SAME_PICTURE and not (family and family == family2):
            others.append(f"  {path} and {path2}")
    rows = [
        (
            "of one family" if together else "others",
            *(said[together, kind] for kind in (SAME_PICTURE, SAME_PLACE, "")),
        )
        for together in (True, False)
    ]
    print()
    table([("pairs of the corpus", "same picture", "same place", "nothing"), *rows])
    print("said to show the same picture without being told so by the corpus:")
    print("\n".join(others))


def _print_times(images: Sequence[Image.Image], rounds: int) -> None:
    """Print what points cost beside the decoding and the hash that every picture gets."""
    large = encode(images[0].resize(LARGE), "jpeg", quality=90)
    small = [encode(image, "jpeg", quality=90) for image in images]
    rows: list[tuple[object, ...]] = [("milliseconds a picture", "decoding, PDQ", "and points")]
    for name, data in (("0.8 megapixels", small), ("12 megapixels", [large])):
        looks = {points: partial(_asked, data, points=points == "points") for points in LOOKS}
        taken = in_turn(looks, rounds)
        each = [1000 * statistics.median(taken[look]) / len(data) for look in LOOKS]
        rows.append((name, *(f"{one:.1f}" for one in each)))
    print()
    table(rows)


LOOKS = ("pdq", "points")


def _asked(files: Sequence[bytes], *, points: bool) -> None:
    for data in files:
        content = Content("0" * 64, media_type(data[:4096]), MemoryBody(data))
        list(Perceptual().analyze(content))
        if points:
            list(Features().analyze(content))


def _photographs(corpus: Path) -> list[Image.Image]:
    """Return the natural photographs of the corpus, one of each family."""
    taken, families = [], set()
    for _, family, data in _pictures(corpus, ("natural",)):
        if not family or family not in families:
            families.add(family)
            image = opened(data)
            image.thumbnail((1600, 1600))
            taken.append(image)
    return taken


def _pictures(corpus: Path, kinds: Sequence[str]) -> Iterator[tuple[str, str, bytes]]:
    """Yield path, family of near-duplicates and bytes of the pictures of the corpus."""
    lines = (corpus / "MANIFEST.csv").read_text("utf-8").splitlines()
    for row in csv.DictReader(lines):
        data = (corpus / row["path"]).read_bytes() if row["category"] in kinds else b""
        if media_type(data[:4096]) in {"image/jpeg", "image/png", "image/webp"}:
            name = Path(row["path"]).name.split("_")[0]
            yield row["path"], name * (row["note"] in FAMILIES), data


def _kind(one: Points, other: Points) -> str:
    """Return what is said of two pictures, as they are or mirrored; "" for nothing."""
    said = [verify(one, other, mirror=mirror) for mirror in (False, True)]
    return max((each for each in said if each), key=_rank, default=_NOTHING).kind


def _rank(alike: Alike) -> tuple[bool, int]:
    return alike.kind == SAME_PICTURE, alike.strength


_NOTHING = Alike("", "", 0, "")


def _shown(image: Image.Image, quality: int) -> Shown:
    return _looked(encode(image.convert("RGB"), "jpeg", quality=quality))


def _looked(data: bytes) -> Shown:
    content = Content("0" * 64, media_type(data[:4096]), MemoryBody(data))
    found = [each for each in Features().analyze(content) if isinstance(each, Finding)]
    prints = [each for each in Perceptual().analyze(content) if isinstance(each, Fingerprint)]
    points = unpack(found[0].data["points"]) if found else _no_points()
    return Shown(points, prints[0] if prints else None)


def _no_points() -> Points:
    empty = np.empty(0, np.float32)
    return Points(1, 1, empty, empty, empty, empty, np.empty((0, 32), np.uint8))


def _near(one: Shown, other: Shown) -> bool:
    """Tell whether PDQ finds them, turned and mirrored ways included."""
    if one.pdq is None or other.pdq is None:
        return False
    if min(one.pdq.quality, other.pdq.quality) < LEAST_QUALITY:
        return False
    asked = int.from_bytes(one.pdq.value, "big")
    told = other.pdq.value + other.pdq.turned
    ways = (told[at : at + 32] for at in range(0, len(told), 32))
    return any((asked ^ int.from_bytes(way, "big")).bit_count() <= PDQ_RADIUS for way in ways)
