"""Links join what shows the same picture, propose what shows the same place, and nothing else."""

from dataclasses import dataclass
from functools import lru_cache
from random import Random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fanal.content.keypoints import Points, find, installed
from fanal.demo.draw import scene
from fanal.demo.encode import encode
from fanal.demo.variants import opened
from fanal.matching import NearIndex, build_near
from fanal.model.series import SAME_PICTURE, SAME_PLACE
from fanal.series.alike import MOST_COMPARED, all_codes, links, retrieve, verify

needs_opencv = pytest.mark.skipif(
    not installed(), reason="opencv-python-headless is not installed: fanal[features]"
)


@dataclass(frozen=True)
class Compared:
    """What an index answers."""

    queries: np.ndarray
    entries: np.ndarray
    counts: np.ndarray


class Everything:
    """Compares every code with every other, as an index answers."""

    def __init__(self, points: list[Points]) -> None:
        self.codes = all_codes(points)
        self.asked = 0

    def __call__(self, codes, radius: int, most: int) -> Compared:
        self.asked += len(codes)
        words, others = codes.view(np.uint64), self.codes.view(np.uint64)
        rows = np.zeros((len(words), len(others)), np.uint16)
        for part in range(4):
            rows += np.bitwise_count(words[:, None, part] ^ others[None, :, part])
        near = [np.flatnonzero(row <= radius) for row in rows]
        kept = [
            at[np.argsort(row[at], kind="stable")][:most]
            for at, row in zip(near, rows, strict=True)
        ]
        return Compared(
            np.repeat(np.arange(len(kept)), [len(at) for at in kept]),
            np.concatenate(kept) if kept else np.empty(0, np.int64),
            np.array([len(at) for at in near]),
        )


def drawn(seed: int) -> Image.Image:
    return scene(Random(f"alike {seed}"), 640, 480)


def points(image: Image.Image, quality: int = 80) -> Points:
    return find(np.asarray(opened(encode(image, "jpeg", quality=quality))))


def crop(image: Image.Image, left: float, top: float, side: float) -> Image.Image:
    wide, high = image.size
    return image.crop(
        (
            round(left * wide),
            round(top * high),
            round((left + side) * wide),
            round((top + side) * high),
        )
    )


def in_frame(image: Image.Image) -> Image.Image:
    screen = Image.new("RGB", (540, 960), (20, 22, 28))
    screen.paste(image.resize((540, 405)), (0, 280))
    ImageDraw.Draw(screen).rectangle((30, 20, 120, 40), fill="white")
    return screen


def told(one: Image.Image, other: Image.Image, *, mirror: bool = False):
    return verify(points(one), points(other), mirror=mirror)


@needs_opencv
@pytest.mark.parametrize(
    "change",
    [
        lambda image: crop(image, 0.2, 0.1, 0.77),
        lambda image: crop(image, 0.1, 0.3, 0.63),
        lambda image: image.rotate(15, Image.Resampling.BICUBIC, expand=True),
        in_frame,
    ],
    ids=["60 % of it", "40 % of it", "turned 15 degrees", "in a screenshot"],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_made_of_a_picture_is_the_same_picture(change, seed):
    alike = told(drawn(seed), change(drawn(seed)))
    assert alike is not None
    assert alike.kind == SAME_PICTURE
    assert 1 <= alike.strength <= 100


@needs_opencv
def test_a_crop_of_the_mirrored_picture_is_found_where_asked():
    mirrored = crop(drawn(1).transpose(Image.Transpose.FLIP_LEFT_RIGHT), 0.1, 0.1, 0.77)
    alike = told(drawn(1), mirrored, mirror=True)
    assert alike is not None
    assert "turned 0 degrees, mirrored" in alike.says
    assert told(drawn(1), mirrored) is None


@needs_opencv
def test_the_sentence_tells_scale_turn_and_share():
    half = crop(drawn(2), 0.25, 0.25, 0.5).resize((640, 480), Image.Resampling.BICUBIC)
    alike = told(drawn(2), half)
    assert alike is not None
    assert "scale 2.00, turned 0 degrees" in alike.says
    assert "one shows 25% of the other" in alike.says


@needs_opencv
def test_another_object_before_the_same_background_is_a_proposal():
    one, other = drawn(4), drawn(4)
    one.paste(drawn(5).resize((300, 300)), (20, 40))
    other.paste(drawn(6).resize((300, 300)), (20, 40))
    alike = told(one, other)
    assert alike is not None
    assert alike.kind == SAME_PLACE
    assert "perhaps" in alike.says


@needs_opencv
def test_others_and_others_in_the_same_frame_are_not_joined():
    one, other = drawn(7), drawn(8)
    assert told(one, other) is None
    alike = told(in_frame(one), in_frame(other))
    assert alike is None or alike.kind == SAME_PLACE


@lru_cache(maxsize=1)
def case() -> list[tuple[str, Points]]:
    whole = [drawn(seed) for seed in range(4)]
    made = [
        *whole,
        crop(whole[0], 0.2, 0.2, 0.6),
        crop(whole[0], 0.0, 0.3, 0.7),
        crop(whole[1].transpose(Image.Transpose.FLIP_LEFT_RIGHT), 0.1, 0.1, 0.8),
        in_frame(whole[2]),
    ]
    return [(f"{number:064x}", points(image)) for number, image in enumerate(made)]


@needs_opencv
def test_links_are_a_forest_over_what_belongs_together():
    told = case()
    made = list(links(told, Everything([each for _, each in told])))
    assert all(link.kind == SAME_PICTURE and link.joins and link.how == "features" for link in made)
    assert all(link.a < link.b for link in made)
    groups = {number: {number} for number in range(len(told))}
    for link in made:
        one, other = groups[int(link.a, 16)], groups[int(link.b, 16)]
        assert one is not other  # no link too many
        for number in one | other:
            groups[number] = one | other
    assert [sorted(groups[at]) for at in (0, 1, 2, 3)] == [[0, 4, 5], [1, 6], [2, 7], [3]]


@needs_opencv
def test_an_index_on_disk_finds_what_comparing_everything_finds(tmp_path):
    told = case()
    shown = [each for _, each in told]
    build_near(all_codes(shown), tmp_path / "near", 15)
    index = NearIndex.open(tmp_path / "near")
    key = lambda one: (one.a, one.b, one.mirror)  # noqa: E731
    assert sorted(map(key, retrieve(shown, index.query))) == sorted(
        map(key, retrieve(shown, Everything(shown)))
    )


def flood(count: int, own: int) -> list[Points]:
    """Return pictures that have 30 points in common, and each `own` of its own."""
    made = np.random.default_rng(1)
    common = made.integers(0, 256, (30, 32), np.uint8)
    told = []
    for _ in range(count):
        codes = np.concatenate((common, made.integers(0, 256, (own, 32), np.uint8)))
        x, y, size, angle = made.uniform(1, 100, (4, len(codes))).astype(np.float32)
        told.append(Points(100, 100, x, y, size, angle, codes))
    return told


def test_a_flood_of_one_frame_is_compared_a_bounded_number_of_times():
    shown = flood(60, own=2)
    found = list(retrieve(shown, Everything(shown)))
    assert len({(one.a, one.b) for one in found}) <= MOST_COMPARED * len(shown)


def test_points_that_all_have_in_common_lead_to_no_comparison():
    shown = flood(60, own=0)
    few = [
        Points(
            100, 100, *(getattr(each, name)[:4] for name in ("x", "y", "size", "angle", "codes"))
        )
        for each in shown
    ]
    assert not list(retrieve(few, Everything(few)))


def test_no_pictures_have_no_links():
    assert list(links([], Everything([]))) == []
    empty = Points(9, 9, *(np.empty(0, np.float32),) * 4, np.empty((0, 32), np.uint8))
    assert list(links([("a", empty), ("b", empty)], Everything([empty, empty]))) == []
