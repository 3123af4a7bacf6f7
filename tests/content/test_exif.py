"""EXIF blocks: every directory and type, offsets in the file, damage; makes and models of files."""

import csv
import io
import json
import math
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fanal.content.exif import EXIF, GPS, IFD0, IFD1, INTEROP, Exif, exif_of, read_exif
from fanal.content.media import media_type
from fanal.content.metadata import read_metadata
from fanal.content.parts import Part
from makers import parts, pictures
from makers.evidence import CORPUS, corpus

THUMBNAIL = pictures.jpeg(40, 30)


def block(end: str = "<") -> bytes:
    return parts.exif(
        {
            "0": [
                parts.ascii_tag(0x10F, "zz-maker"),
                parts.ascii_tag(0x110, "zz-modèle"),
                parts.short_tag(0x112, 6, end=end),
                parts.rational_tag(0x11A, (72, 1), end=end),
            ],
            "exif": [
                parts.undefined_tag(0x927C, b"zz-note\0\1\2"),
                parts.long_tag(0xA002, 4000, end=end),
                parts.short_tag(0x828D, 2, 3, end=end),
                parts.undefined_tag(0x9000, b"0232"),
            ],
            "gps": [
                parts.ascii_tag(1, "N"),
                parts.rational_tag(2, (52, 1), (30, 1), (3, 2), end=end),
                parts.rational_tag(11, (1, 0), end=end),
            ],
            "interop": [parts.ascii_tag(1, "R98")],
        },
        THUMBNAIL,
        end=end,
    )


@pytest.mark.parametrize("end", ["<", ">"])
def test_every_directory_is_read(end):
    found = read_exif(block(end))
    assert found.problems == ()
    assert found.big_endian == (end == ">")
    assert found.get(IFD0, 0x10F) == "zz-maker"
    assert found.get(IFD0, 0x110) == "zz-modèle"
    assert found.get(IFD0, 0x112) == 6
    assert found.get(IFD0, 0x11A) == 72.0
    assert found.get(EXIF, 0x927C) == b"zz-note\0\1\2"
    assert found.get(EXIF, 0xA002) == 4000
    assert found.get(EXIF, 0x828D) == (2, 3)
    assert found.get(EXIF, 0x9000) == b"0232"
    assert found.get(GPS, 2) == (52.0, 30.0, 1.5)
    assert math.isnan(found.get(GPS, 11))
    assert found.get(INTEROP, 1) == "R98"
    assert found.get(IFD1, 0x202) == len(THUMBNAIL)
    assert found.thumbnail == THUMBNAIL
    assert found.get(EXIF, 0xFFFF) is None


def test_entries_keep_their_order():
    found = read_exif(block())
    assert [number for name, number in found.order if name == IFD0] == [
        0x10F,
        0x110,
        0x112,
        0x11A,
        0x8769,
        0x8825,
    ]


def test_places_are_those_in_the_file():
    data = parts.with_segments(pictures.jpeg(48, 40), parts.exif_segment(block()))
    (part,) = read_metadata(data, "image/jpeg").of("exif")
    found = exif_of(part)
    tag = found.tags[IFD0, 0x10F]
    assert data[tag.offset : tag.offset + tag.length] == b"zz-maker\0"
    short = found.tags[IFD0, 0x112]
    assert data[short.offset : short.offset + short.length] == struct.pack("<H", 6)
    at = found.thumbnail_offset
    assert data[at : at + len(THUMBNAIL)] == THUMBNAIL


def test_a_block_that_was_put_together_lies_where_its_part_does():
    found = exif_of(Part("exif", "Raw profile", block(), 100, 20, as_stored=False))
    assert {(tag.offset, tag.length) for tag in found.tags.values()} == {(100, 20)}
    assert found.thumbnail_offset == 100


def test_a_block_of_pillow():
    made = Image.Exif()
    made[0x10F], made[0x131] = "zz-maker", "zz-program 1.0"
    made.get_ifd(0x8769)[0x9003] = "2021:02:03 04:05:06"
    made.get_ifd(0x8769)[0x829A] = 0.008
    made.get_ifd(0x8825)[1] = "S"
    out = io.BytesIO()
    pictures.picture(32, 24).save(out, "jpeg", exif=made)
    (part,) = read_metadata(out.getvalue(), "image/jpeg").of("exif")
    found = exif_of(part)
    assert found.get(IFD0, 0x131) == "zz-program 1.0"
    assert found.get(EXIF, 0x9003) == "2021:02:03 04:05:06"
    assert found.get(EXIF, 0x829A) == pytest.approx(0.008)
    assert found.get(GPS, 1) == "S"


def test_text_that_is_not_utf_8_is_latin_1():
    raw = "zz-é".encode("latin-1") + b"\0behind"
    found = read_exif(parts.exif({"0": [(0x10E, 2, len(raw), raw)]}))
    assert found.get(IFD0, 0x10E) == "zz-é"


def test_the_first_of_two_entries_counts():
    found = read_exif(parts.exif({"0": [parts.ascii_tag(0x10F, "a"), parts.ascii_tag(0x10F, "b")]}))
    assert found.get(IFD0, 0x10F) == "a"
    assert found.order == ((IFD0, 0x10F), (IFD0, 0x10F))


def test_directories_that_lead_to_each_other_end():
    looped = struct.pack("<2sHIHHHIII", b"II", 42, 8, 1, 0x8769, 4, 1, 8, 8)
    assert read_exif(looped).problems
    (pointer,) = read_exif(looped).tags.values()
    assert pointer.value == 8


@pytest.mark.parametrize(
    "damaged",
    [
        b"II*\0",
        b"II*\0" + struct.pack("<I", 7),
        b"II*\0" + struct.pack("<I", 1 << 31),
        b"II*\0" + struct.pack("<IH", 8, 65535),
        b"II*\0" + struct.pack("<IHHHII", 8, 1, 0x10F, 2, 1 << 31, 8),
        b"II*\0" + struct.pack("<IHHHII", 8, 1, 0x10F, 99, 1, 8),
        b"zz-test-0001",
    ],
)
def test_damage_is_a_problem(damaged):
    assert read_exif(damaged).problems


def test_no_block_is_nothing():
    assert read_exif(b"") == Exif()


def check(data: bytes, found: Exif) -> None:
    for tag in found.tags.values():
        assert 0 <= tag.offset <= tag.offset + tag.length <= len(data)
    assert set(found.tags) <= set(found.order)
    start = found.thumbnail_offset
    assert data[start : start + len(found.thumbnail)] == found.thumbnail or not found.thumbnail


@settings(max_examples=150, deadline=None)
@given(
    end=st.sampled_from("<>"),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=4)), max_size=8),
    keep=st.floats(0, 1),
)
def test_no_damage_raises(end, edits, keep):
    data = bytearray(block(end))
    for where, put in edits:
        at = int(where * len(data))
        data[at : at + len(put)] = put
    data = data[: int(len(data) * keep)]
    check(bytes(data), read_exif(bytes(data)))


@given(rest=st.binary(max_size=400))
def test_any_bytes_behind_a_header(rest):
    data = b"II*\0\x08\0\0\0" + rest
    check(data, read_exif(data))


def test_makes_models_serials_and_times_of_cameras():
    """What exiftool said of files from elsewhere, written down with them."""
    manifest = corpus("MANIFEST.csv")
    looked = 0
    with manifest.open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            if row["category"] not in {"camera", "prnu"}:
                continue
            looked += _agrees(row["path"], json.loads(row["ground_truth"]))
    assert looked > 60


def _agrees(path: str, truth: dict[str, str]) -> bool:
    data = (CORPUS / path).read_bytes()
    blocks = read_metadata(data, media_type(data[:4096])).of("exif")
    if not blocks:
        return False
    found = exif_of(blocks[0])
    for name, number in (("make", 0x10F), ("model", 0x110), ("software", 0x131)):
        if truth.get(name) and found.find(number):
            assert _same(found.find(number), truth[name]), (path, name)
    if truth.get("taken") and found.get(EXIF, 0x9003):
        assert found.get(EXIF, 0x9003).strip() == truth["taken"][:19], path
    return True


def _same(text: str, told: str) -> bool:
    """Compare; exiftool's JSON spells what looks like a number as one."""
    try:
        return text.strip() == told.strip() or float(text) == float(told)
    except ValueError:
        return False
