"""How a JPEG was encoded, against what Pillow was told and what it reads back."""

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fanal.content.jpeg_structure import JpegStructure, read_structure
from makers import parts, pictures


def saved(**options) -> bytes:
    out = io.BytesIO()
    pictures.picture(64, 48).save(out, "jpeg", **options)
    return out.getvalue()


@pytest.mark.parametrize("quality", [2, 10, 30, 50, 75, 85, 95, 100])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_quality_at_which_libjpeg_wrote_it(quality, mode):
    data = pictures.jpeg(64, 48, quality=quality, mode=mode)
    assert read_structure(data).quality == quality


@pytest.mark.parametrize("quality", [20, 75, 96])
def test_tables_are_those_that_pillow_reads(quality):
    data = pictures.jpeg(64, 48, quality=quality)
    with Image.open(io.BytesIO(data)) as opened:
        read = {number: sorted(values) for number, values in opened.quantization.items()}
    found = read_structure(data)
    assert {number: sorted(values) for number, values in found.tables} == read


def test_tables_that_libjpeg_does_not_write_have_no_quality():
    tables = [[7] * 64, [9] * 64]
    assert read_structure(saved(qtables=tables)).quality == 0
    mixed = saved(qtables=[list(range(1, 65)), [9] * 64])
    assert read_structure(mixed).quality == 0


def test_luma_and_chroma_of_two_qualities_are_none_of_them():
    one, two = (read_structure(pictures.jpeg(64, 48, quality=q)).tables for q in (60, 90))
    assert JpegStructure(tables=(one[0], two[1])).quality == 0
    assert JpegStructure(tables=(one[0], one[1])).quality == 60


@pytest.mark.parametrize(
    ("subsampling", "told"), [("4:4:4", "1x1"), ("4:2:2", "2x1"), ("4:2:0", "2x2")]
)
def test_sampling_and_size(subsampling, told):
    found = read_structure(saved(subsampling=subsampling))
    assert found.sampling == f"{told} 1x1 1x1"
    assert (found.width, found.height, found.precision) == (64, 48, 8)
    assert not found.progressive


def test_progressive_and_restarts():
    assert read_structure(saved(progressive=True)).progressive
    assert read_structure(saved(restart_marker_blocks=3)).restart == 3


def test_markers_in_their_order():
    data = parts.with_segments(
        pictures.jpeg(48, 40),
        parts.exif_segment(parts.exif({})),
        parts.xmp_segment(b"<x/>"),
        parts.segment(0xED, b"Photoshop 3.0\0"),
        parts.segment(0xEE, b"Adobe" + bytes(7)),
        parts.segment(0xE5, bytes([200, 201, 0])),
        parts.segment(0xFE, b"zz"),
        *parts.app11(parts.jumbf()),
    )
    assert read_structure(data).markers == (
        "APP0 JFIF",
        "APP1 Exif",
        "APP1 XMP",
        "APP13 Photoshop 3.0",
        "APP14 Adobe",
        "APP5 \ufffd\ufffd",
        "COM",
        "APP11 JUMBF",
        "DQT",
        "DQT",
        "SOF0",
        "DHT",
        "DHT",
        "DHT",
        "DHT",
        "SOS",
    )


def test_the_digest_is_that_of_the_tables_alone():
    one, two = pictures.jpeg(48, 40, 1, 80), pictures.jpeg(64, 48, 2, 80)
    assert read_structure(one).digest == read_structure(two).digest
    assert read_structure(one).digest != read_structure(pictures.jpeg(48, 40, 1, 81)).digest
    assert JpegStructure().digest == ""


def test_tables_of_sixteen_bits():
    body = b"\x10" + struct.pack(">64H", *range(256, 320))
    data = b"\xff\xd8" + parts.segment(0xDB, body) + b"\xff\xda\0\2"
    found = read_structure(data)
    assert found.tables == ((0, tuple(range(256, 320))),)
    assert found.quality == 0


@settings(max_examples=150, deadline=None)
@given(
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=4)), max_size=6),
    keep=st.floats(0, 1),
)
def test_no_damage_raises(edits, keep):
    data = bytearray(pictures.jpeg(48, 40)[:700])
    for where, put in edits:
        at = int(where * len(data))
        data[at : at + len(put)] = put
    found = read_structure(bytes(data[: int(len(data) * keep)]))
    assert 0 <= found.quality <= 100
    assert all(name.isprintable() and len(name) < 60 for name in found.markers)
