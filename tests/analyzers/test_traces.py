"""What is seen is said with its doubts, place and condition; ordinary pictures say nothing."""

import io
from functools import cache

import numpy as np
import pytest
from PIL import Image

from fanal.analyzers.traces import DOUBTS, Traces
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.model.evidence import TRACE
from fanal.model.finding import Finding, Seen
from fanal.model.item import MemoryBody
from makers.traced import cropped, filtered, kept, opened, plain, saved, scaled

SHA = "5a" * 32


def looked(data: bytes) -> tuple[dict[str, Finding], Seen]:
    """Trace → finding, and the last record."""
    content = Content(SHA, media_type(data[:4096]), MemoryBody(data))
    *found, seen = Traces().analyze(content)
    return {finding.data["trace"]: finding for finding in found}, seen


def spelled(picture, kind: str, **how) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, kind, **how)
    return out.getvalue()


def once(seed: int = 1) -> bytes:
    return saved(plain(seed), 80)


@cache
def cut() -> np.ndarray:
    return cropped(opened(once()), 3, 6)


SEEN = {
    "cropped since": (lambda: kept(cut()), "jpeg grid", {"x": 5, "y": 2, "step": 6.0}),
    "lossless WebP": (lambda: spelled(cut(), "WEBP", lossless=True), "jpeg grid", {"x": 5, "y": 2}),
    "cropped between": (lambda: saved(cut(), 95), "jpeg grid", {"x": 5, "y": 2}),
    "saved twice": (lambda: saved(opened(once()), 95), "double compression", 2),
    "enlarged": (lambda: kept(scaled(plain(2), 1.5)), "resampling", None),
    "behind a filter": (lambda: kept(filtered(3)), "demosaicing", None),
}


@pytest.mark.parametrize("name", SEEN)
def test_what_was_done_is_said_with_its_doubts(name):
    make, trace, value = SEEN[name]
    found, seen = looked(make())
    assert (set(found), seen.outcome) == ({trace}, "spoke")
    finding = found[trace]
    told = finding.data["value"]
    if isinstance(value, dict):
        assert {key: told[key] for key in value} == value
    elif value is not None:
        assert told == value
    assert finding.kind == TRACE
    assert finding.doubts == DOUBTS[trace]
    assert finding.says.isprintable()
    assert len(finding.says) <= 200
    assert (finding.speaks_for, finding.speaks_against, finding.grade) == ("", "", "")
    assert finding.log10_lr is None


def test_a_picture_that_was_kept_as_it_was_says_nothing():
    for data in (once(), kept(plain(1)), spelled(plain(1), "WEBP", quality=80)):
        found, seen = looked(data)
        assert (found, seen.outcome, seen.reason) == ({}, "silent", "")


def test_blocks_of_other_kinds_of_file_are_not_taken_for_a_jpegs():
    for quality in (30, 80):
        assert looked(spelled(cut(), "WEBP", quality=quality))[0] == {}


def test_a_region_from_elsewhere_has_its_place():
    picture = filtered(4).copy()
    picture[96:256, 128:320] = plain(54, 0.02)[96:256, 128:320]
    found, _ = looked(kept(picture))
    (region,) = found["demosaicing"].data["regions"]
    assert abs(region["x"] - 128) <= 32
    assert abs(region["y"] - 96) <= 32
    assert abs(region["x"] + region["width"] - 320) <= 32
    assert abs(region["y"] + region["height"] - 256) <= 32
    assert "1 region in it not" in found["demosaicing"].says


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("cropped since", (509, 378, None, True, "small/other/again")),
        ("cropped between", (509, 378, 95, True, "small/high/again")),
        ("enlarged", (768, 576, None, False, "medium/other/once")),
    ],
)
def test_each_says_in_what_condition_it_was_seen(name, wanted):
    found, _ = looked(SEEN[name][0]())
    for finding in found.values():
        told = finding.data["condition"]
        assert tuple(told.values()) == wanted
        assert list(told) == ["width", "height", "quality", "double", "bin"]


def test_colours_without_luma_have_no_grid_of_their_own():
    wide = np.repeat(plain(1), 2, axis=1)
    for mode in ("CMYK", "L"):
        image = Image.fromarray(wide).convert(mode)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=85)
        found, _ = looked(out.getvalue())
        assert not {"jpeg grid", "double compression"} & found.keys()


def test_a_table_of_zeros_is_no_table():
    data = bytearray(once())
    at = data.index(b"\xff\xdb") + 5
    data[at] = 0
    assert looked(bytes(data))[1].outcome in {"silent", "spoke"}
