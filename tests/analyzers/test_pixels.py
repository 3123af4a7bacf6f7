"""Digests of pixels are those that Pillow's bytes have, in every mode that tools hash."""

import csv
import hashlib
import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from fanal.analyzers.pixels import Pixels
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.model.evidence import PIXELS
from fanal.model.finding import Finding, Seen
from fanal.model.item import MemoryBody
from makers import pictures
from makers.evidence import CORPUS, corpus

SHA = "5a" * 32


def looked(data: bytes, *, decoded: bool = False) -> tuple[list[Finding], Seen]:
    content = Content(SHA, media_type(data[:4096]), MemoryBody(data))
    if decoded:  # the perceptual hash came first
        assert content.decoded
    *found, seen = Pixels().analyze(content)
    return found, seen


def md5(image: Image.Image) -> str:
    return hashlib.md5(image.tobytes()).hexdigest()


def spelled(image: Image.Image, **how) -> bytes:
    out = io.BytesIO()
    image.save(out, **how)
    return out.getvalue()


def drawn(mode: str = "RGB") -> Image.Image:
    return Image.open(io.BytesIO(pictures.png(90, 70, 3))).convert("RGB").convert(mode)


def with_alpha() -> Image.Image:
    image = drawn("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image


def oriented(how: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = how
    return spelled(drawn(), format="JPEG", exif=exif)


FILES = {
    "jpeg": pictures.jpeg(97, 61, 1),
    "large jpeg": pictures.jpeg(700, 620, 2),
    "progressive": spelled(drawn(), format="JPEG", progressive=True, quality=60),
    "full colour": spelled(drawn(), format="JPEG", subsampling=0),
    "cmyk": spelled(drawn("CMYK"), format="JPEG"),
    "grey jpeg": spelled(drawn("L"), format="JPEG"),
    "png": spelled(drawn(), format="PNG"),
    "alpha": spelled(with_alpha(), format="PNG"),
    "grey": spelled(drawn("L"), format="PNG"),
    "grey with alpha": spelled(with_alpha().convert("LA"), format="PNG"),
    "palette": spelled(drawn("P"), format="PNG"),
    "one colour clear": spelled(drawn("P"), format="PNG", transparency=3),
    "bits": spelled(drawn("1"), format="PNG"),
    "deep": spelled(Image.fromarray(np.asarray(drawn("L")).astype(np.uint16) * 250), format="PNG"),
    "webp": spelled(with_alpha(), format="WEBP", lossless=True),
    "gif": pictures.gif(96, 64, frames=7),
    "bmp": spelled(drawn(), format="BMP"),
}


@pytest.mark.parametrize("decoded", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_every_mode_is_the_one_that_pillow_makes(name, decoded):
    (finding,), seen = looked(FILES[name], decoded=decoded)
    image = Image.open(io.BytesIO(FILES[name]))
    rgb = image.convert("RGB")
    told = finding.data
    assert (finding.kind, seen.outcome) == (PIXELS, "spoke")
    assert (told["md5"], told["sha256"]) == (md5(rgb), hashlib.sha256(rgb.tobytes()).hexdigest())
    assert (told["width"], told["height"], told["mode"]) == (*image.size, image.mode)
    assert told["modes"]["RGBA"]["md5"] == md5(image.convert("RGBA"))
    if image.mode != "RGB":
        assert told["modes"][image.mode]["md5"] == md5(image)
    assert "turned" not in told


@pytest.mark.parametrize("how", range(2, 9))
def test_a_picture_that_is_to_be_turned_is_digested_both_ways(how):
    (finding,), _ = looked(oriented(how))
    image = Image.open(io.BytesIO(oriented(how)))
    upright = ImageOps.exif_transpose(image)
    told = finding.data["turned"]
    assert finding.data["md5"] == md5(image)
    assert (told["orientation"], told["width"], told["height"]) == (how, *upright.size)
    assert told["md5"] == md5(upright)
    assert told["sha256"] == hashlib.sha256(upright.tobytes()).hexdigest()
    assert told["modes"]["RGBA"]["md5"] == md5(upright.convert("RGBA"))


def test_a_picture_with_alpha_is_turned_with_it():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = spelled(with_alpha(), format="PNG", exif=exif)
    (finding,), _ = looked(data)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    assert finding.data["turned"]["modes"]["RGBA"]["md5"] == md5(upright)


@pytest.mark.parametrize("how", [0, 1, 9, 65535])
def test_an_orientation_that_turns_nothing_is_left_out(how):
    (finding,), _ = looked(oriented(how))
    assert "turned" not in finding.data


@pytest.mark.parametrize("data", [b"zz", b"", pictures.truncated(pictures.png(96, 64))])
def test_what_has_no_pixels_leaves_no_line_in_the_account(data):
    found, seen = looked(data)
    assert (found, seen.outcome, seen.reason) == ([], "silent", "")


def test_a_picture_beyond_the_limits_is_said():
    found, seen = looked(b"P6 1000000 1000000 255\n" + bytes(20))
    assert (found, seen.outcome, seen.reason) == ([], "failed", "limit: pixels")


def test_jpegs_of_the_corpus_are_decoded_as_pillow_does():
    table = corpus("MANIFEST.csv")
    rows = csv.DictReader(table.read_text("utf-8").splitlines())
    files = [CORPUS / row["path"] for row in rows if row["category"] in {"natural", "camera"}]
    checked = 0
    for path in files[::8]:
        data = path.read_bytes()
        if media_type(data[:4096]) != "image/jpeg":
            continue
        found, _ = looked(data)
        try:
            wanted = md5(Image.open(io.BytesIO(data)).convert("RGB"))
        except OSError:
            continue
        assert [finding.data["md5"] for finding in found] == [wanted], path.name
        checked += 1
    assert checked >= 8
