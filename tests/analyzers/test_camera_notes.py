"""Maker notes: forms of several makers, serial numbers and counters, damage."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.analyzers.camera_notes import MakerNote, read_note
from fanal.content.exif import EXIF, MAKER_NOTE, read_exif
from makers import camera_files, parts


def read(block: bytes, offset: int = 0) -> MakerNote:
    found = read_exif(block, offset)
    return read_note(found, block, offset, found.tags[EXIF, MAKER_NOTE])


def block(note, make: str) -> bytes:
    return camera_files.exif_of_camera((320, 240), b"", note=note, make=make)


@pytest.mark.parametrize(
    ("note", "make", "facts"),
    [
        (
            camera_files.canon_note,
            "Canon",
            {
                "image_type": "zz-type of picture",
                "firmware": "zz-firmware 1.0",
                "owner": "zz-owner of it",
                "lens": "zz-lens 18-55",
                "file_number": 1000007,
                "serial": "4711",
            },
        ),
        (
            camera_files.nikon_note(),
            "NIKON CORPORATION",
            {
                "serial": "zz-3001",
                "shutter_count": 1234,
                "folder_number": 101,
                "file_number": 7,
            },
        ),
        (
            camera_files.olympus_note(),
            "OLYMPUS IMAGING CORP.",
            {"serial": "zz-body 55", "lens_serial": "zz-lens 66"},
        ),
        (camera_files.panasonic_note, "Panasonic", {"internal_serial": "zz-internal 1"}),
        (camera_files.apple_note(), "Apple", {"photo_id": "zz-photo identifier"}),
    ],
)
@pytest.mark.parametrize("offset", [0, 1000])
def test_what_notes_say(note, make, facts, offset):
    found = read(block(note, make), offset)
    assert found.readable
    assert found.of_its_maker
    assert found.moved == 0
    assert found.facts == facts


@pytest.mark.parametrize(
    ("start", "make", "maker", "at", "order"),
    [
        (b"SONY DSC \0\0\0", "SONY", "Sony", 12, "<"),
        (b"FUJIFILM\x0c\0\0\0", "FUJIFILM", "Fujifilm", 12, "<"),
        (b"OLYMP\0\1\0", "OLYMPUS OPTICAL CO.,LTD", "Olympus", 8, "<"),
        (b"AOC\0MM", "PENTAX Corporation", "Pentax", 6, ">"),
        (b"QVC\0\0\0", "CASIO COMPUTER CO.,LTD", "Casio", 6, ">"),
        (b"SIGMA\0\0\0\1\0", "SIGMA", "Sigma", 10, "<"),
        (b"Nikon\0\1\0", "NIKON", "Nikon", 8, "<"),
        (b"", "Minolta Co., Ltd.", "Minolta", 0, "<"),
    ],
)
def test_forms_by_how_they_begin(start, make, maker, at, order):
    assert len(start) == at
    note = start + parts.directory(at, [parts.short_tag(1, 5, end=order)], 0, order)
    found = read(block(note, make))
    assert (found.maker, found.of_its_maker, found.entries) == (maker, True, 1)


def test_a_note_of_another_maker():
    found = read(block(camera_files.nikon_note(), "Canon"))
    assert (found.maker, found.of_its_maker) == ("Nikon", False)


def test_a_note_whose_values_lie_elsewhere_was_moved():
    found = read(block(camera_files.canon_note(50_000), "Canon"))
    assert found.moved == 4
    assert not found.readable
    assert "firmware" not in found.facts


@pytest.mark.parametrize("note", [b"zz-unknown", b"\0" * 40, b"\xff" * 40])
def test_a_note_of_no_known_form(note):
    assert read(block(note, "zz-maker")) == MakerNote()


def test_a_note_that_begins_well_and_goes_wrong():
    found = read(block(b"SONY DSC \0\0\0" + b"\xff" * 30, "SONY"))
    assert (found.maker, found.entries, found.readable) == ("Sony", 0, False)


def test_directories_that_lead_to_each_other_end():
    note = b"OLYMPUS\0II\3\0" + parts.directory(12, [(0x2010, 13, 1, struct.pack("<I", 12))], 0)
    assert read(block(note, "OLYMPUS")).entries == 1


@settings(max_examples=200, deadline=None)
@given(
    which=st.sampled_from(range(5)),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=4)), max_size=6),
)
def test_no_damage_raises(which, edits):
    notes = (
        (camera_files.canon_note, "Canon"),
        (camera_files.nikon_note(), "NIKON"),
        (camera_files.olympus_note(), "OLYMPUS"),
        (camera_files.panasonic_note, "Panasonic"),
        (camera_files.apple_note(), "Apple"),
    )
    data = bytearray(block(*notes[which]))
    for where, put in edits:
        at = int(where * len(data))
        data[at : at + len(put)] = put
    found = read_exif(bytes(data))
    tag = found.tags.get((EXIF, MAKER_NOTE))
    if tag is not None:
        told = read_note(found, bytes(data), 0, tag)
        assert all(isinstance(value, str | int) for value in told.facts.values())
        assert all(str(value).isprintable() for value in told.facts.values())


@given(note=st.binary(max_size=200), make=st.sampled_from(["Canon", "NIKON", "SONY", "zz"]))
def test_any_bytes(note, make):
    data = block(note or b"\0", make)
    read(data)
