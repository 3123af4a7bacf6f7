"""Parts of picture files, walked over files built here and over bytes that are none."""

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.content.heif_items import Item, Numbers, read_items
from fanal.content.media import media_type
from fanal.content.metadata import MOST_PARTS, MOST_VALUE, Metadata, read_metadata
from fanal.content.parts import MOST_PROBLEMS, Basket, name_of
from fanal.content.parts_gif import walk as walk_gif
from fanal.content.parts_heif import walk as walk_heif
from fanal.content.parts_jpeg import walk as walk_jpeg
from fanal.content.parts_photoshop import walk as walk_psd
from fanal.content.parts_png import walk as walk_png
from fanal.content.parts_tiff import walk as walk_tiff
from fanal.content.parts_webp import walk as walk_webp
from makers import parts, pictures

JPEG = pictures.jpeg(48, 40)
PNG = pictures.png(40, 32)
WEBP = pictures.webp(32, 24)
BLOCK = parts.exif({"0": [parts.ascii_tag(0x10F, "zz-maker")]})
PACKET = parts.packet("", {"dc": "http://purl.org/dc/elements/1.1/"}, 'dc:format="image/png"')
IIM = parts.iim((2, 80, b"zz-writer"), (2, 5, b"zz-title"))
STORE = parts.jumbf(bytes(range(256)) * 20)


def read(data: bytes) -> Metadata:
    found = read_metadata(data, media_type(data[:4096]))
    check(data, found)
    return found


def check(data: bytes, found: Metadata) -> None:
    """Assert what holds of any answer: every part lies in the file, and is what lies there."""
    assert len(found.parts) <= MOST_PARTS
    for part in found.parts:
        assert 0 <= part.offset <= len(data)
        assert 0 <= part.length <= len(data) - part.offset
        if part.as_stored:
            assert data[part.offset : part.offset + len(part.value)] == part.value
            assert part.cut == (len(part.value) < part.length)
        assert len(part.value) <= MOST_VALUE or part.key == "TIFF"


def told(data: bytes) -> list[tuple[str, str, bytes]]:
    return [(part.kind, part.key, part.value) for part in read(data).parts]


def test_a_jpeg_without_anything_has_its_jfif_segment_only():
    found = read(JPEG)
    assert (found.container, found.problems) == ("jpeg", ())
    assert [(part.kind, part.key) for part in found.parts] == [("app", "APP0 JFIF")]


def test_segments_of_a_jpeg():
    data = parts.with_segments(
        JPEG,
        parts.exif_segment(BLOCK),
        parts.xmp_segment(PACKET),
        parts.segment(0xE2, b"ICC_PROFILE\0\2\2" + b"second"),
        parts.segment(0xE2, b"ICC_PROFILE\0\1\2" + b"first-"),
        parts.segment(0xED, b"Photoshop 3.0\0" + parts.irb((0x03ED, b"123"), (0x0404, IIM))),
        *parts.app11(STORE, 1000),
        parts.segment(0xFE, b"zz-comment"),
        parts.segment(0xE5, b"RMETA\0" + b"zz"),
    )
    assert told(data)[1:] == [
        ("exif", "APP1", BLOCK),
        ("xmp", "APP1", PACKET),
        ("icc", "APP2", b"first-second"),
        ("iptc", "8BIM 0404", IIM),
        ("c2pa", "APP11", STORE),
        ("comment", "COM", b"zz-comment"),
        ("app", "APP5 RMETA", b"RMETA\0zz"),
    ]
    assert read(data).problems == ()


def test_a_credential_spread_over_segments_lies_from_the_first_to_the_last():
    segments = parts.app11(STORE, 1000)
    (part,) = read(parts.with_segments(JPEG, *segments)).of("c2pa")
    assert not part.as_stored
    assert part.length == sum(map(len, segments)) - 4  # without the first marker and its length


def test_another_jumbf_box_is_no_credential():
    data = parts.with_segments(JPEG, *parts.app11(parts.jumbf(kind=b"json")))
    assert [part.kind for part in read(data).parts] == ["app", "app"]


def test_an_extended_packet_is_put_together_by_its_offsets():
    head = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32
    pieces = [(5, b"56789"), (0, b"01234"), (10, b"AB")]
    data = parts.with_segments(
        JPEG,
        *(parts.segment(0xE1, head + struct.pack(">II", 12, at) + raw) for at, raw in pieces),
    )
    (part,) = read(data).of("xmp")
    assert (part.key, part.value) == ("APP1 extension", b"0123456789AB")
    missing = parts.with_segments(
        JPEG,
        *(parts.segment(0xE1, head + struct.pack(">II", 12, at) + raw) for at, raw in pieces[:1]),
    )
    assert read(missing).of("xmp") == ()
    assert read(missing).problems


def test_an_exif_block_in_two_segments_is_one():
    data = parts.with_segments(
        JPEG, parts.exif_segment(BLOCK[:20]), parts.segment(0xE1, b"Exif\0\0" + BLOCK[20:])
    )
    (part,) = read(data).of("exif")
    assert part.value == BLOCK


def test_what_follows_the_end_of_a_jpeg():
    assert told(JPEG + b"zz-behind")[-1] == ("app", "tail", b"zz-behind")
    assert read(JPEG + b"zz-behind").problems == ()


@pytest.mark.parametrize("place", ["before", "after"])
def test_texts_of_a_png_wherever_they_stand(place):
    packed = zlib.compress(b"zz packed")
    chunks = [
        parts.chunk(b"tEXt", b"parameters\0zz plain \xc3\xa9"),
        parts.chunk(b"zTXt", b"prompt\0\0" + packed),
        parts.chunk(b"iTXt", b"workflow\0\0\0en\0translated\0zz \xe2\x82\xac"),
        parts.chunk(b"iTXt", b"long\0\1\0\0\0" + packed),
    ]
    data = (
        parts.with_chunks(PNG, *chunks)
        if place == "before"
        else parts.with_chunks(PNG, after=chunks)
    )
    assert told(data) == [
        ("text", "parameters", b"zz plain \xc3\xa9"),
        ("text", "prompt", b"zz packed"),
        ("text", "workflow", b"zz \xe2\x82\xac"),
        ("text", "long", b"zz packed"),
    ]
    assert [part.as_stored for part in read(data).parts] == [True, False, True, False]


def test_chunks_of_a_png_that_are_no_text():
    data = parts.with_chunks(
        PNG,
        parts.chunk(b"eXIf", BLOCK),
        parts.chunk(b"caBX", STORE),
        parts.chunk(b"iCCP", b"name\0\0" + zlib.compress(b"profile")),
        parts.chunk(b"AIGC", b"{}"),
        tail=b"zz-behind",
    )
    assert told(data) == [
        ("exif", "eXIf", BLOCK),
        ("c2pa", "caBX", STORE),
        ("icc", "iCCP", b"profile"),
        ("app", "AIGC", b"{}"),
        ("app", "tail", b"zz-behind"),
    ]


def raw_profile(name: str, raw: bytes) -> bytes:
    """Spell a profile as ImageMagick does: lines of 36 bytes in hexadecimal."""
    lines = [raw[at : at + 36].hex() for at in range(0, len(raw), 36)]
    text = f"\n{name}\n{len(raw):8}\n" + "\n".join(lines) + "\n"
    return f"Raw profile type {name}".encode() + b"\0\0" + zlib.compress(text.encode())


@pytest.mark.parametrize(
    ("chunk", "kind", "value"),
    [
        (b"tEXtXML:com.adobe.xmp\0" + PACKET, "xmp", PACKET),
        (b"iTXtXML:com.adobe.xmp\0\0\0\0\0" + PACKET, "xmp", PACKET),
        (b"zTXt" + raw_profile("exif", b"Exif\0\0" + BLOCK), "exif", BLOCK),
        (b"zTXt" + raw_profile("APP1", b"Exif\0\0" + BLOCK), "exif", BLOCK),
        (b"zTXt" + raw_profile("iptc", parts.irb((0x0404, IIM))), "iptc", IIM),
        (b"zTXt" + raw_profile("xmp", PACKET), "xmp", PACKET),
        (b"tEXtIPTC\0" + IIM.hex().encode(), "iptc", IIM),
        (b"tEXtIPTC\0not in hexadecimal", "text", b"not in hexadecimal"),
    ],
)
def test_a_text_that_is_another_part(chunk, kind, value):
    data = parts.with_chunks(PNG, parts.chunk(chunk[:4], chunk[4:]))
    assert [(part.kind, part.value) for part in read(data).parts] == [(kind, value)]


def test_a_bomb_in_a_text_is_cut():
    bomb = zlib.compress(bytes(MOST_VALUE * 4), 9)
    chunks = [parts.chunk(b"zTXt", b"bomb%d\0\0" % number + bomb) for number in range(40)]
    found = read(parts.with_chunks(PNG, *chunks))
    assert all(part.cut for part in found.parts)
    assert sum(len(part.value) for part in found.parts) <= 32 << 20
    assert found.problems


def test_more_parts_than_are_kept():
    chunk = parts.chunk(b"tEXt", b"k\0v")
    found = read(parts.with_chunks(PNG, chunk * (MOST_PARTS + 5)))
    assert len(found.parts) == MOST_PARTS


def test_chunks_of_a_webp():
    data = parts.with_riff(
        WEBP,
        parts.riff_chunk(b"EXIF", b"Exif\0\0" + BLOCK),
        parts.riff_chunk(b"XMP ", PACKET),
        parts.riff_chunk(b"C2PA", STORE),
        parts.riff_chunk(b"ICCP", b"profile"),
        parts.riff_chunk(b"ZZZZ", b"zz"),
    )
    assert told(data + b"zz-behind") == [
        ("exif", "EXIF", BLOCK),
        ("xmp", "XMP", PACKET),
        ("c2pa", "C2PA", STORE),
        ("icc", "ICCP", b"profile"),
        ("app", "ZZZZ", b"zz"),
        ("app", "tail", b"zz-behind"),
    ]


@pytest.mark.parametrize("in_idat", [False, True])
@pytest.mark.parametrize("pieces", [1, 3])
def test_items_of_a_heif(in_idat, pieces):
    data = parts.heif(
        [
            (b"Exif\0", struct.pack(">I", 6) + b"Exif\0\0" + BLOCK),
            (b"mime\0application/rdf+xml\0", PACKET),
            (b"hvc1\0", b"no part"),
        ],
        in_idat=in_idat,
        pieces=pieces,
    )
    found = read(data)
    assert [(part.kind, part.value) for part in found.parts] == [("exif", BLOCK), ("xmp", PACKET)]
    assert (found.container, found.problems) == ("heif", ())


def test_boxes_of_their_own_kind_in_a_heif():
    credential = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    packet = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    data = parts.heif(
        [],
        parts.box(b"uuid", credential + bytes(4) + b"manifest\0" + bytes(8) + STORE),
        parts.box(b"uuid", packet + PACKET),
    )
    assert told(data) == [("c2pa", "uuid", STORE), ("xmp", "uuid", PACKET)]


def test_boxes_of_a_jpeg_xl():
    data = (
        b"\x00\x00\x00\x0cJXL \r\n\x87\n"
        + parts.box(b"ftyp", b"jxl \0\0\0\0jxl ")
        + parts.box(b"Exif", bytes(4) + BLOCK)
        + parts.box(b"xml ", PACKET)
        + STORE
        + parts.box(b"jxlc", b"\xff\x0a")
    )
    assert [(part.kind, part.value) for part in read(data).parts] == [
        ("exif", BLOCK),
        ("xmp", PACKET),
        ("c2pa", STORE),
    ]


def test_a_thousand_boxes_inside_each_other():
    data = b""
    for _ in range(1000):
        data = parts.box(b"meta", bytes(4) + data)
    read(parts.heif([], data))


def test_extensions_of_a_gif():
    trailer = b"\1" + bytes(range(255, -1, -1)) + b"\0"
    data = parts.gif_with(
        b"\x21\xfe" + parts.sub_blocks(b"zz comment " * 40),
        b"\x21\xff\x0bXMP DataXMP" + PACKET + trailer,
        b"\x21\xff\x0bC2PA_GIF\1\0\0" + parts.sub_blocks(STORE),
        tail=b"zz-behind",
    )
    assert told(data) == [
        ("comment", "comment", b"zz comment " * 40),
        ("xmp", "XMP Data", PACKET),
        ("c2pa", "C2PA_GIF???", STORE),
        ("app", "NETSCAPE2.0", b"\1\0\0"),  # Pillow's own
        ("app", "tail", b"zz-behind"),
    ]


@pytest.mark.parametrize("end", ["<", ">"])
def test_tags_of_a_tiff(end):
    tags = [
        parts.undefined_tag(700, PACKET),
        parts.undefined_tag(33723, IIM),
        parts.undefined_tag(0xCD41, STORE),
        parts.undefined_tag(34377, parts.irb((0x0424, PACKET))),
    ]
    data = parts.exif({"0": tags}, end=end)
    assert told(data) == [
        ("exif", "TIFF", data),
        ("xmp", "tag 700", PACKET),
        ("iptc", "tag 33723", IIM),
        ("c2pa", "tag 52545", STORE),
        ("xmp", "8BIM 0424", PACKET),
    ]


def test_resources_of_a_psd():
    resources = parts.irb((0x0404, IIM), (0x0422, BLOCK), (0x0424, PACKET))
    data = b"8BPS\0\1" + bytes(20) + bytes(4) + struct.pack(">I", len(resources)) + resources
    assert [(part.kind, part.value) for part in read(data).parts] == [
        ("iptc", IIM),
        ("exif", BLOCK),
        ("xmp", PACKET),
    ]


WALKERS = (walk_gif, walk_heif, walk_jpeg, walk_psd, walk_png, walk_tiff, walk_webp)


@pytest.mark.parametrize("walk", WALKERS, ids=lambda walk: walk.__module__)
@pytest.mark.parametrize("data", [b"", b"zz-test-0001", b"\0" * 64])
def test_what_does_not_begin_as_its_kind_is_a_problem(walk, data):
    basket = Basket(data)
    walk(basket)
    assert basket.problems
    assert not basket.parts


def test_problems_are_told_once_and_not_without_end():
    basket = Basket(b"")
    for number in range(100):
        basket.problem(f"zz {number // 2}")
    assert basket.problems == [f"zz {number}" for number in range(MOST_PROBLEMS)]


def test_names_of_parts_are_printable():
    assert name_of(b"ab\0\xe9\n") == "ab?é?"
    assert len(name_of(b"x" * 500)) == 79


def test_tables_of_items_that_claim_more_than_there_is():
    claimed = struct.pack(">IH", 0, 60000)
    assert read_items(claimed * 2, (0, 6), (6, 12)) == ([], False)
    many = struct.pack(">IBBH", 0, 0, 0, 60000) + b"\0\1\0\0\xff\xff" * 60000
    entry = parts.box(b"infe", struct.pack(">IHH", 2 << 24, 1, 0) + b"Exif\0")
    names = struct.pack(">IH", 0, 1) + entry
    items, whole = read_items(names + many, (0, len(names)), (len(names), len(names + many)))
    assert not whole
    assert items == []


def test_numbers_end_where_their_box_does():
    reader = Numbers(b"\1\2\3\4", 0, 3)
    assert (reader.take(2), reader.take(2), reader.short) == (0x0102, 0, True)
    assert Item("exif", "Exif", ((0, 1),), in_idat=False).kind == "exif"


def test_what_is_no_picture_has_no_parts():
    assert read(b"zz-test-0001\n") == Metadata("")
    assert read(b"") == Metadata("")


RICH = [
    parts.with_segments(
        JPEG,
        parts.exif_segment(BLOCK),
        parts.xmp_segment(PACKET),
        parts.segment(0xED, b"Photoshop 3.0\0" + parts.irb((0x0404, IIM))),
        *parts.app11(STORE, 1000),
    ),
    parts.with_chunks(
        PNG,
        parts.chunk(b"iTXt", b"long\0\1\0\0\0" + zlib.compress(b"zz")),
        parts.chunk(b"zTXt", raw_profile("iptc", parts.irb((0x0404, IIM)))),
    ),
    parts.with_riff(WEBP, parts.riff_chunk(b"EXIF", BLOCK), parts.riff_chunk(b"XMP ", PACKET)),
    parts.heif([(b"Exif\0", bytes(4) + BLOCK), (b"mime\0application/rdf+xml\0", PACKET)], pieces=2),
    parts.gif_with(b"\x21\xff\x0bXMP DataXMP" + PACKET + b"\1" + bytes(range(255, -1, -1)) + b"\0"),
    parts.exif({"0": [parts.undefined_tag(700, PACKET), parts.undefined_tag(34377, b"8BIM")]}),
]
"""One file a kind, with parts."""


@settings(max_examples=150, deadline=None)
@given(
    seed=st.sampled_from(RICH),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=5)), max_size=8),
    keep=st.floats(0.2, 1),
)
def test_damage_never_raises_and_no_part_lies_outside(seed, edits, keep):
    data = bytearray(seed)
    for where, put in edits:
        at = int(where * len(data))
        data[at : at + len(put)] = put
    data = data[: int(len(data) * keep)]
    kind = media_type(seed[:4096])
    check(bytes(data), read_metadata(bytes(data), kind))


@settings(max_examples=60, deadline=None)
@given(start=st.sampled_from(RICH), cut=st.integers(4, 64), rest=st.binary(max_size=300))
def test_any_bytes_behind_a_beginning(start, cut, rest):
    data = start[:cut] + rest
    check(data, read_metadata(data, media_type(start[:4096])))
