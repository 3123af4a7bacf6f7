"""The hash of a file is that of `pdqhash` over Pillow's picture, or within the bits we promise."""

import io
import sys
from collections import Counter
from itertools import product

import numpy as np
import pytest

from fanal.analyzers.perceptual import LEAST_FAST, Perceptual
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.model.finding import Fingerprint, Picture, Seen
from fanal.model.item import FileBody, MemoryBody
from makers import pictures
from makers.pictures import opened, picture, truncated

SHA = "5a" * 32
SCENES = [(641, 487, 1), (905, 1210, 2), (1601, 1200, 3)]
WAYS = ["4:2:0", "4:2:2", "4:4:4", "grey", "progressive"]


def jpeg(width: int, height: int, seed: int, quality: int, way: str) -> bytes:
    options = {"subsampling": way} if ":" in way else {"progressive": way == "progressive"}
    drawn = picture(width, height, seed, "L" if way == "grey" else "RGB")
    out = io.BytesIO()
    drawn.copy().save(out, "JPEG", quality=quality, **options)
    return out.getvalue()


def records(data: bytes, kind: str = "") -> list:
    kind = kind or media_type(data[:4096])
    return list(Perceptual().analyze(Content(SHA, kind, MemoryBody(data))))


def prints(data: bytes) -> list[Fingerprint]:
    return [record for record in records(data) if isinstance(record, Fingerprint)]


def bits(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


@pytest.fixture(scope="module")
def theirs():
    peer = pytest.importorskip("pdqhash", reason="pdqhash is not installed here")

    def computed(data: bytes) -> tuple[bytes, int]:
        vector, quality = peer.compute(np.asarray(opened(data).convert("RGB")))
        return np.packbits(np.asarray(vector, dtype=np.uint8)).tobytes(), quality

    return computed


def test_the_fast_way_moves_few_bits(theirs):
    apart: Counter = Counter()
    for (width, height, seed), quality, way in product(SCENES, (40, 90), WAYS):
        data = jpeg(width, height, seed, quality, way)
        (found,) = prints(data)
        value, grade = theirs(data)
        apart[bits(found.value, value)] += 1
        assert abs(found.quality - grade) <= 2
    total = sum(apart.values())
    assert total == 30
    assert max(apart) <= 4
    assert apart[0] + apart[1] + apart[2] >= 0.95 * total


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [(255, 256), (97, 61), (64, 64)])
def test_a_small_jpeg_is_exact(theirs, size, way):
    assert size[0] * size[1] < LEAST_FAST
    data = jpeg(*(max(side, 64) for side in size), 7, 80, way)
    (found,) = prints(data)
    assert (found.value, found.quality) == theirs(data)


@pytest.mark.parametrize(
    "make",
    [
        lambda: pictures.png(641, 487),
        lambda: pictures.png(641, 487, mode="P"),
        lambda: pictures.png(641, 487, mode="RGBA"),
        lambda: pictures.bmp(200, 150),
        lambda: pictures.webp(321, 200),
        lambda: pictures.tiff(200, 150),
        lambda: pictures.avif(200, 150),
        lambda: pictures.gif(200, 150),
        lambda: pictures.adobe_rgb_jpeg(641, 487),
        lambda: pictures.ycck_jpeg(641, 487),
        lambda: pictures.jpeg(641, 487, mode="CMYK"),
    ],
)
def test_what_is_no_plain_jpeg_is_exact(theirs, make):
    data = make()
    (found,) = prints(data)
    assert (found.value, found.quality) == theirs(data)


@pytest.mark.parametrize("turn", range(2, 9))
def test_how_to_hold_a_picture_changes_no_bit(turn):
    plain, held = pictures.jpeg(640, 480), pictures.jpeg(640, 480, orientation=turn)
    assert plain != held
    assert prints(plain) == prints(held)


def test_the_records_of_a_picture():
    found = records(pictures.png(96, 64))
    assert [type(record) for record in found] == [Picture, Fingerprint, Seen]
    assert found[0] == Picture(SHA, 96, 64, 1)
    assert (found[1].dialect, found[1].frame) == ("pdq", 0)
    assert (len(found[1].value), len(found[1].turned)) == (32, 224)
    assert found[2] == Seen(SHA, "perceptual", Perceptual.version, "spoke", "", "")


def test_the_records_of_an_animation():
    found = records(pictures.gif(96, 64, frames=9))
    assert found[0].frames == 9
    frames = [record.frame for record in found if isinstance(record, Fingerprint)]
    assert (frames[0], frames[-1], len(frames)) == (0, 8, 5)
    assert len({record.value for record in found if isinstance(record, Fingerprint)}) == 5


def test_a_cut_picture_is_said_to_be_decoded_in_part():
    whole, part = pictures.jpeg(640, 480), truncated(pictures.jpeg(640, 480), 0.97)
    found = records(part)
    assert (found[-1].outcome, found[-1].reason) == ("partly", "decoded in part")
    assert found[-1].detail
    assert bits(found[1].value, prints(whole)[0].value) <= 20


@pytest.mark.parametrize(
    ("kind", "outcome", "reason"),
    [
        ("video/mp4", "silent", "no perceptual hash: video"),
        ("text/plain", "silent", "no perceptual hash: not a picture"),
        ("image/svg+xml", "failed", "no decoder: image/svg+xml"),
        ("image/png", "failed", "damaged picture"),
    ],
)
def test_what_is_no_picture_is_one_line(kind, outcome, reason):
    (seen,) = records(b"zz-test-0001", kind)
    assert (seen.outcome, seen.reason) == (outcome, reason)


def test_a_file_that_is_gone_is_an_error_of_the_system():
    with pytest.raises(FileNotFoundError):
        list(Perceptual().analyze(Content(SHA, "image/png", FileBody(b"/there/is/no/such/file"))))


def test_terms_at_the_median_are_looked_at_in_colour(theirs, monkeypatch):
    # Every term counts as close: the whole picture must be decoded, and be exact where unscaled.
    monkeypatch.setattr(sys.modules[Perceptual.__module__], "CLOSE", 1e9)
    data = jpeg(641, 487, 1, 75, "4:2:0")
    (found,) = prints(data)
    assert (found.value, found.quality) == theirs(data)


def test_a_side_below_five_has_no_hash():
    out = io.BytesIO()
    picture(64, 64).resize((900, 4)).save(out, "PNG")
    (found,) = prints(out.getvalue())
    assert (found.value, found.quality, found.turned) == (bytes(32), 0, bytes(224))
