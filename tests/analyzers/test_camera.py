"""What is said of cameras, over files built here and over files of cameras from elsewhere."""

import csv
import hashlib
import io
import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from fanal.analyzers.camera import Camera
from fanal.analyzers.camera_checks import NEEDED
from fanal.analyzers.camera_copies import DRAWING, SCAN, SCREEN
from fanal.analyzers.camera_facts import sentence
from fanal.analyzers.camera_look import clean, number
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.custody.spelling import canonical
from fanal.model import evidence
from fanal.model.finding import Finding, Seen
from fanal.model.item import MemoryBody
from makers import camera_files, parts, pictures
from makers.evidence import CORPUS, corpus

SHA = "5a" * 32


def look(data: bytes) -> tuple[list[Finding], Seen]:
    """Return the findings and the Seen; assert what holds of any answer."""
    *findings, seen = Camera().analyze(Content(SHA, media_type(data[:4096]), MemoryBody(data)))
    assert isinstance(seen, Seen)
    for finding in findings:
        assert isinstance(finding, Finding)
        assert finding.says.isprintable()
        assert 0 < len(finding.says) <= 200
        assert (finding.speaks_for, finding.speaks_against, finding.grade) == ("", "", "")
        assert finding.log10_lr is None
        assert finding.doubts
        canonical(dict(finding.data))
        json.loads(json.dumps(finding.data, allow_nan=False))
        for piece in finding.data[evidence.BYTES]:
            raw = data[piece["offset"] : piece["offset"] + piece["length"]]
            assert piece["sha256"] in {hashlib.sha256(raw).hexdigest(), SHA}
    return findings, seen


def only(data: bytes, kind: str) -> Finding:
    found = [finding for finding in look(data)[0] if finding.kind == kind]
    assert len(found) == 1, [finding.says for finding in found]
    return found[0]


def kinds(data: bytes) -> Counter[str]:
    return Counter(finding.kind for finding in look(data)[0])


def outcomes(data: bytes) -> dict[str, str]:
    found = only(data, evidence.STRUCTURE)
    return {check["name"]: check["outcome"] for check in found.data["checks"]}


def test_a_camera_is_named_with_its_serial_number_time_and_place():
    gps = [
        parts.ascii_tag(1, "S"),
        parts.rational_tag(2, (52, 1), (30, 1), (0, 1)),
        parts.ascii_tag(3, "E"),
        parts.rational_tag(4, (13, 1), (15, 1), (36, 1)),
        parts.rational_tag(6, (34, 1)),
    ]
    extra = [
        parts.ascii_tag(0x9291, "25"),
        parts.ascii_tag(0x9011, "+02:00"),
        parts.ascii_tag(0xA430, "zz-person"),
        parts.ascii_tag(0xA435, "zz-lens-9"),
        parts.rational_tag(0x920A, (185, 10)),
    ]
    found = only(camera_files.camera_jpeg(gps=gps, extra=extra), evidence.CAMERA)
    assert found.says == (
        "EXIF names the camera Canon zz-model, serial number 4711, "
        "taken 2021-02-03T04:05:06.250+02:00, with a place"
    )
    data = found.data
    assert (data["make"], data["model"]) == ("Canon", "Canon zz-model")
    assert (data["serial"], data["serial_from"]) == ("4711", "maker note")
    assert data["lens_serial"] == "zz-lens-9"
    assert data["file_number"] == 1000007
    assert data["focal_length"] == 18.5
    assert (data["claimed_width"], data["claimed_height"]) == (320, 240)
    assert data["gps"] == {"latitude": -52.5, "longitude": 13.26, "altitude": 34.0}
    assert data[evidence.SENSITIVE] == {"owner": "zz-person"}
    assert "zz-person" not in json.dumps({k: v for k, v in data.items() if k != "sensitive"})


def test_the_structure_of_a_camera_is_intact():
    found = only(camera_files.camera_jpeg(), evidence.STRUCTURE)
    assert found.data["intact"] is True
    assert found.says.endswith("it is as a camera writes it")
    assert found.data["quality"] == 85
    assert found.data["sampling"] == "2x2 1x1 1x1"
    assert found.data["thumbnail"] == [160, 120]
    assert (found.data["width"], found.data["height"]) == (320, 240)
    assert found.data["markers"][0] == "APP1 Exif"
    assert len(found.data["tables"]) == 32


def test_three_checks_must_agree_before_a_structure_is_intact():
    found = outcomes(camera_files.camera_jpeg())
    assert {found[name] for name in NEEDED} == {"agrees"}
    assert set(found) == {
        *NEEDED,
        "times",
        "time of the position",
        "software",
        "history",
        "markers",
        "generator text",
    }


@pytest.mark.parametrize(
    ("value", "told"),
    [("  zz\0", "zz"), ("a\nb", "a?b"), (None, ""), (7, ""), ("x" * 500, "x" * 120)],
)
def test_texts_are_one_printable_line(value, told):
    assert clean(value) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1, 1.0),
        ((2.5, 3.0), 2.5),
        (float("nan"), None),
        (float("inf"), None),
        ("1", None),
        ((), None),
    ],
)
def test_numbers_are_finite(value, told):
    assert number(value) == told


def test_a_make_that_the_model_repeats_is_said_once():
    assert sentence({"make": "NIKON CORPORATION", "model": "NIKON D70"}).endswith(" NIKON D70")
    assert sentence({"make": "zz", "model": "m"}) == "EXIF names the camera zz m"
    assert len(sentence({"make": "m" * 200, "model": "n" * 200, "serial": "s" * 200})) <= 200


@pytest.mark.parametrize(
    ("options", "check", "outcome"),
    [
        ({"note": None}, "maker note", "absent"),
        ({"note": b"zz-unknown form of a note"}, "maker note", "absent"),
        ({"note": camera_files.apple_note()}, "maker note", "differs"),
        ({"note": b"Apple iOS\0\0\1MM\0\0", "make": "Apple"}, "maker note", "differs"),
        ({"note": camera_files.canon_note(100_000)}, "maker note", "differs"),
        ({"thumbnail": b""}, "thumbnail", "absent"),
        ({"thumbnail": b"\xff\xd8 no picture"}, "thumbnail", "differs"),
        (
            {"thumbnail": camera_files.thumbnail_of(pictures.jpeg(320, 240, 9))},
            "thumbnail",
            "differs",
        ),
        ({"more": [parts.ascii_tag(0x131, "GIMP 2.10")]}, "software", "differs"),
        ({"more": [parts.ascii_tag(0x131, "Nikon Transfer 1.1 W")]}, "software", "differs"),
        ({"more": [parts.ascii_tag(0x131, "zz-firmware 1")]}, "software", "agrees"),
        ({"more": [parts.ascii_tag(0x13B, "Midjourney")]}, "generator text", "differs"),
        ({"segments": [parts.segment(0xEE, b"Adobe" + bytes(7))]}, "markers", "differs"),
    ],
)
def test_what_is_not_as_a_camera_writes_it(options, check, outcome):
    data = camera_files.camera_jpeg(**options)
    assert outcomes(data)[check] == outcome
    intact = only(data, evidence.STRUCTURE).data["intact"]
    assert intact is (outcome == "agrees")


def test_a_picture_of_another_size_than_exif_states():
    whole = camera_files.exif_of_camera(
        (640, 480), camera_files.thumbnail_of(pictures.jpeg(320, 240))
    )
    data = parts.with_segments(pictures.jpeg(320, 240), parts.exif_segment(whole))
    assert outcomes(data)["pixel size"] == "differs"


def test_an_exif_block_moved_to_another_picture_is_seen():
    block = camera_files.exif_of_camera(
        (320, 240), camera_files.thumbnail_of(pictures.jpeg(320, 240, 1))
    )
    data = parts.with_segments(pictures.jpeg(320, 240, 5), parts.exif_segment(block))
    assert outcomes(data)["thumbnail"] == "differs"
    assert only(data, evidence.STRUCTURE).data["intact"] is False


def test_progressive_files_are_not_as_a_camera_writes():
    data = pictures.jpeg(320, 240, progressive=True)
    block = camera_files.exif_of_camera((320, 240), camera_files.thumbnail_of(data))
    data = parts.with_segments(data, parts.exif_segment(block), jfif=False)
    assert outcomes(data)["markers"] == "differs"


@pytest.mark.parametrize(
    "text",
    [
        'workflow:{"nodes": []}',
        "Prompt: {}",
        "Ideogram AI",
        '{"a": 1}',
        "Stable Diffusion",
        "ai",
    ],
)
def test_a_generator_in_the_make_is_no_camera(text):
    tags = {"0": [parts.ascii_tag(0x10F, text), parts.ascii_tag(0x110, "prompt:{}")]}
    data = parts.with_segments(pictures.jpeg(96, 64), parts.exif_segment(parts.exif(tags)))
    assert look(data) == ([], Seen(SHA, "camera", "1", "silent"))


@pytest.mark.parametrize("tag", [0x131, 0x13B])
def test_a_generator_beside_a_camera_gives_no_record_and_a_structure_that_differs(tag):
    data = camera_files.camera_jpeg(more=[parts.ascii_tag(tag, "NovelAI")])
    assert evidence.CAMERA not in kinds(data)
    assert only(data, evidence.STRUCTURE).data["intact"] is False


def test_a_generator_in_the_maker_note_gives_no_record():
    data = camera_files.camera_jpeg(note=b"fooocus\0")
    assert evidence.CAMERA not in kinds(data)


def test_camera_words_in_a_caption_are_no_camera():
    tags = {"0": [parts.ascii_tag(0x10E, "photo taken with nikon d750, Canon EOS")]}
    data = parts.with_segments(pictures.jpeg(96, 64), parts.exif_segment(parts.exif(tags)))
    assert look(data)[0] == []


def software(text: str) -> bytes:
    tags = {"0": [parts.ascii_tag(0x131, text)]}
    return parts.with_segments(pictures.jpeg(96, 64), parts.exif_segment(parts.exif(tags)))


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("Adobe Photoshop 23.4 (Windows)", "editor"),
        ("Adobe Photoshop Lightroom Classic 12.5", "raw developer"),
        ("GIMP 2.10.30", "editor"),
        ("Snapseed 2.0", "editor"),
        ("Picasa", "editor"),
        ("Krita 5", "drawing program"),
        ("ImageMagick 6.9", "converter"),
    ],
)
def test_an_editor_is_named_where_a_value_begins_with_it(text, sort):
    found = only(software(text), evidence.EDITOR)
    assert found.data["sort"] == sort
    assert found.data["text"] == text
    (piece,) = found.data[evidence.BYTES]
    assert piece["sha256"] == hashlib.sha256(text.encode() + b"\0").hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        "Ver.1.00",
        "15.0.1",
        "G991BXXU3AUF6",
        "HDR+ 1.0.345618096zd",
        "clark_retus-user 5.1.1 LPH23.116-18 18 release-keys",
        "not made with GIMP",
        "Nikon Transfer 1.1 W",
        "Gimpel 3",
        "MediaTek Camera Application",
    ],
)
def test_firmware_and_free_text_are_no_editor(text):
    assert look(software(text)) == ([], Seen(SHA, "camera", "1", "silent"))


def test_a_comment_of_a_program_library_is_a_converter_and_a_free_one_nothing():
    made = parts.segment(0xFE, b"CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90")
    found = only(parts.with_segments(pictures.jpeg(96, 64), made), evidence.EDITOR)
    assert found.data["sort"] == "converter"
    free = parts.segment(0xFE, b"GIMP was not used; screenshot, VueScan")
    assert look(parts.with_segments(pictures.jpeg(96, 64), free))[0] == []


def test_every_editor_of_a_history_is_named_once():
    spaces = {
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
        "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
    }
    steps = "".join(
        f'<rdf:li stEvt:action="saved" stEvt:softwareAgent="{name}"/>'
        for name in ("GIMP 2.8", "GIMP 2.10", "Capture One 22", "zz-unknown")
    )
    packet = parts.packet(
        f"<xmpMM:History><rdf:Seq>{steps}</rdf:Seq></xmpMM:History>", spaces, 'xmp:CreatorTool="x"'
    )
    data = camera_files.camera_jpeg(segments=[parts.xmp_segment(packet)])
    found = [finding.says for finding in look(data)[0] if finding.kind == evidence.EDITOR]
    assert found == [
        "XMP history names GIMP 2.8: a program for editing pictures",
        "XMP history names Capture One 22: a program that develops raw pictures",
    ]
    assert outcomes(data)["history"] == "differs"


def source_type(name: str) -> bytes:
    address = f"http://cv.iptc.org/newscodes/digitalsourcetype/{name}"
    spaces = {"ext": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"}
    packet = parts.packet("", spaces, f'ext:DigitalSourceType="{address}"')
    return parts.with_chunks(
        pictures.png(96, 64), parts.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)
    )


def comment(raw: bytes) -> bytes:
    block = parts.exif({"exif": [parts.undefined_tag(0x9286, raw)]})
    return parts.with_chunks(pictures.png(96, 64), parts.chunk(b"eXIf", block))


def exif_png(directory: str, *tags: parts.Entry) -> bytes:
    block = parts.exif({directory: tags})
    return parts.with_chunks(pictures.png(96, 64), parts.chunk(b"eXIf", block))


@pytest.mark.parametrize(
    ("data", "sort"),
    [
        (source_type("screenCapture"), SCREEN),
        (source_type("negativeFilm"), SCAN),
        (source_type("digitalCreation"), DRAWING),
        (comment(b"ASCII\0\0\0Screenshot"), SCREEN),
        (comment(b"UNICODE\0" + "Screenshot".encode("utf-16-be")), SCREEN),
        (exif_png("exif", parts.undefined_tag(0xA300, b"\2")), SCAN),
        (exif_png("0", parts.ascii_tag(0x110, "Perfection V600")), SCAN),
        (exif_png("0", parts.ascii_tag(0x110, "EPSON Perfection V600")), SCAN),
        (exif_png("0", parts.ascii_tag(0x110, "CanoScan LiDE 210")), SCAN),
        (exif_png("0", parts.ascii_tag(0x131, "VueScan 9 x64")), SCAN),
        (
            parts.with_chunks(
                pictures.png(96, 64), parts.chunk(b"tEXt", b"Software\0gnome-screenshot")
            ),
            SCREEN,
        ),
    ],
)
def test_what_says_that_it_is_a_reproduction(data, sort):
    assert only(data, evidence.REPRODUCTION).data["sort"] == sort
    assert kinds(data) == {evidence.REPRODUCTION: 1}


@pytest.mark.parametrize(
    "data",
    [
        source_type("digitalCapture"),
        source_type("trainedAlgorithmicMedia"),
        comment(b"ASCII\0\0\0a Screenshot of something"),
        comment(b"ASCII\0\0\0zz"),
        exif_png("exif", parts.undefined_tag(0xA300, b"\3")),
        exif_png("0", parts.ascii_tag(0x10E, "Screenshots are made with gnome-screenshot")),
    ],
)
def test_what_says_nothing_of_the_kind(data):
    assert look(data)[0] == []


@pytest.mark.parametrize(
    "data", [b"", b"zz", pictures.jpeg(96, 64), pictures.png(96, 64), pictures.tiff(32, 24)]
)
def test_who_has_nothing_to_say_is_silent(data):
    assert look(data) == ([], Seen(SHA, "camera", "1", "silent"))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    note=st.sampled_from([camera_files.canon_note, camera_files.panasonic_note, None]),
    edits=st.lists(st.tuples(st.floats(0, 0.3), st.binary(min_size=1, max_size=5)), max_size=8),
)
def test_no_damage_raises(note, edits):
    data = bytearray(camera_files.camera_jpeg(96, 64, note=note))
    for where, put in edits:
        at = int(where * len(data))
        data[at : at + len(put)] = put
    look(bytes(data))


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.text(max_size=300), min_size=4, max_size=4),
    floats=st.tuples(st.integers(0, 3), st.integers(0, 3)),
)
def test_any_text_gives_sound_findings(texts, floats):
    make, model, program, serial = (text.replace("\0", "") for text in texts)
    tags = {
        "0": [
            parts.ascii_tag(0x10F, make),
            parts.ascii_tag(0x110, model),
            parts.ascii_tag(0x131, program),
        ],
        "exif": [parts.ascii_tag(0xA431, serial), parts.rational_tag(0x920A, floats)],
        "gps": [parts.ascii_tag(1, "N"), parts.rational_tag(2, floats, floats, floats)],
    }
    look(parts.with_segments(pictures.jpeg(96, 64), parts.exif_segment(parts.exif(tags))))


def rows(*categories: str):
    manifest = corpus("MANIFEST.csv")
    with manifest.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["category"] in categories:
                yield row["path"], json.loads(row["ground_truth"])


SAY_SO_THEMSELVES = {
    "camera/stubs/Nikon.nef": "Nikon Capture Editor",
    "camera/stubs/Sigma.jpg": "SIGMA PhotoPro",
    "camera/thompson-springs.jpg": "Capture One",
    "natural/bridge_mirrored.jpg": "Adobe Photoshop",
    "natural/bridge_rotated_90.jpg": "Adobe Photoshop",
}
"""Files whose own tags name an editor though the list of the corpus does not say so."""

TRAIL_CAMERA = "camera/Issue_211.jpg"
"""Its serial number stands in a maker note of a kind that is not read."""


def test_cameras_from_elsewhere_and_no_false_editor_or_reproduction():
    named = 0
    for path, truth in rows("camera", "natural", "prnu"):
        findings, _ = look((CORPUS / path).read_bytes())
        told = Counter(finding.kind for finding in findings)
        assert not told[evidence.REPRODUCTION], path
        if told[evidence.EDITOR]:
            assert truth.get("edited") or path in SAY_SO_THEMSELVES, path
            assert not any(f.data.get("intact") for f in findings), path
        for finding in findings:
            if finding.kind == evidence.CAMERA:
                named += 1
                if truth.get("make"):
                    assert finding.data.get("make", "") == truth["make"].strip(), path
                if truth.get("serial") and path != TRAIL_CAMERA:
                    told_serial = finding.data["serial"].lstrip("0")
                    assert told_serial == truth["serial"].lstrip("0"), path
    assert named > 100


def test_no_generated_picture_of_the_corpus_names_a_camera():
    seen = 0
    for path, _ in rows("generator", "ai-bare"):
        seen += 1
        told = kinds((CORPUS / path).read_bytes())
        assert not told[evidence.CAMERA], path
        assert not told[evidence.STRUCTURE], path
    assert seen > 100


def test_a_thumbnail_turned_by_a_program_is_told():
    data = pictures.jpeg(320, 240)
    turned = io.BytesIO()
    Image.open(io.BytesIO(camera_files.thumbnail_of(data, (160, 120)))).rotate(180).save(
        turned, "jpeg"
    )
    found = only(camera_files.camera_jpeg(thumbnail=turned.getvalue()), evidence.STRUCTURE)
    (check,) = (each for each in found.data["checks"] if each["name"] == "thumbnail")
    assert check == {
        "name": "thumbnail",
        "outcome": "differs",
        "what": "the thumbnail shows the picture turned",
    }
