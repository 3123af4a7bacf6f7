"""Where stores lie in each kind of file, told by reading little; addresses elsewhere."""

import base64
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.analyzers.credential import Credential
from fanal.analyzers.credential_places import SIGNATURE, Store, asked_for, places
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.model.evidence import CREDENTIAL, CREDENTIAL_ABSENT
from fanal.model.item import FileBody, MemoryBody
from makers.credentials import box, manifest, signed, store, tile

SHA = "5a" * 32
STORE = store(manifest("zz"))
C2PA_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
FTYP = box(b"ftyp", b"isom\0\0\2\0isomiso2")
ADDRESS = "http://127.0.0.1:9/zz-test-0001"
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf='
    '"http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="{}"/></rdf:RDF></x:xmpmeta>'
)


def found(data: bytes, kind: str = ""):
    return places(Content(SHA, kind or media_type(data[:4096]), MemoryBody(data)))


def c2pa_box(value: bytes, purpose: bytes = b"manifest") -> bytes:
    return box(b"uuid", C2PA_BOX + bytes(4) + purpose + b"\0" + bytes(8) + value)


def riff(*chunks: tuple[bytes, bytes], kind: bytes = b"WAVE") -> bytes:
    body = kind + b"".join(
        name + len(held).to_bytes(4, "little") + held + b"\0" * (len(held) & 1)
        for name, held in chunks
    )
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def svg(value: bytes) -> bytes:
    text = base64.b64encode(value)
    return (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:c2pa="http://c2pa.org/manifest"><metadata>'
        b"<c2pa:manifest>" + text + b"</c2pa:manifest></metadata></svg>"
    )


def pdf(value: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj<</AFRelationship/C2PA_Manifest>>stream\n" + value + b"\nendstream"


@pytest.mark.parametrize(
    "data",
    [
        FTYP + c2pa_box(STORE) + box(b"mdat", b"zz"),
        FTYP + box(b"free", bytes(5)) + c2pa_box(STORE, b"update"),
        riff((b"fmt ", bytes(17)), (b"C2PA", STORE), (b"data", b"zz")),
        riff((b"LIST", bytes(3)), (b"C2PA", STORE), kind=b"AVI "),
        pdf(STORE),
        STORE,
    ],
    ids=["mp4", "mp4 update", "wav", "avi", "pdf", "alone"],
)
def test_a_store_is_found_where_it_lies(data):
    (one,) = found(data).stores
    assert one == Store(STORE, data.index(STORE), len(STORE))
    assert found(data).alone is (data == STORE)


def test_a_store_in_a_drawing_is_spelled_in_base64():
    data = svg(STORE)
    (one,) = found(data).stores
    assert one.value == STORE
    assert base64.b64decode(data[one.offset : one.offset + one.length]) == STORE
    assert found(svg(b"").replace(b"><", b">%<")).stores[0].value == b""


def test_a_box_of_64_bits_is_walked():
    large = b"\0\0\0\1mdat" + (16 + 5).to_bytes(8, "big") + b"zzzzz"
    held = C2PA_BOX + bytes(4) + b"manifest\0" + bytes(8) + STORE
    wide = b"\0\0\0\1uuid" + (16 + len(held)).to_bytes(8, "big") + held
    (one,) = found(FTYP + large + wide).stores
    assert one.value == STORE


def test_of_a_video_of_terabytes_the_heads_are_read_alone(tmp_path):
    path = tmp_path / "large.mp4"
    with path.open("wb") as out:
        out.write(FTYP + b"\0\0\0\1mdat" + (1 << 41).to_bytes(8, "big"))
        out.seek(len(FTYP) + (1 << 41))
        out.write(c2pa_box(signed_store()))
    read = []

    class Watched(Content):
        def read_at(self, offset, length):
            read.append(length)
            return super().read_at(offset, length)

    lying = Watched(SHA, "video/mp4", FileBody(os.fsencode(path)))
    (one,) = places(lying).stores
    assert one.value == signed_store()
    assert sum(read) < len(one.value) + 4096
    (finding, seen) = Credential().analyze(lying)
    assert (finding.data["binding"], finding.data["signature"]) == ("not checked", "holds")
    assert seen.outcome == "spoke"


def signed_store() -> bytes:
    data = signed_once()
    begin = data.index(b"jumb") - 4
    return data[begin : begin + int.from_bytes(data[begin : begin + 4], "big")]


def signed_once(held: list = []) -> bytes:  # noqa: B006 (made once a run)
    if not held:
        held.append(signed())
    return held[0]


def test_a_pdf_is_searched_across_blocks():
    for shift in range(0, 40, 3):
        data = b"%PDF-1.7\n" + b"z" * ((4 << 20) - 30 + shift) + STORE
        (one,) = found(data).stores
        assert one.value == STORE


def test_a_pdf_with_a_mark_and_no_plain_store_is_left_to_the_library():
    assert found(pdf(b"zz")).stores == (Store(b""),)
    records = list(Credential().analyze(Content(SHA, "application/pdf", MemoryBody(pdf(b"zz")))))
    assert records[0].data["error"]


@pytest.mark.parametrize(
    "data",
    [
        FTYP + box(b"uuid", XMP_BOX + XMP.format(ADDRESS).encode()),
        riff((b"_PMX", XMP.format(ADDRESS).encode())),
        b"%PDF-1.7\n" + XMP.format(ADDRESS).encode(),
        b"<svg>" + XMP.format(ADDRESS).encode() + b"</svg>",
        b"%PDF-1.7\n<dcterms:provenance>" + ADDRESS.encode() + b"</dcterms:provenance>",
    ],
    ids=["mp4", "wav", "pdf", "svg", "pdf element"],
)
def test_an_address_is_found_in_xmp(data):
    assert found(data).addresses == (ADDRESS,)
    kinds = [
        getattr(one, "kind", "")
        for one in Credential().analyze(Content(SHA, media_type(data[:4096]), MemoryBody(data)))
    ]
    assert kinds == [CREDENTIAL_ABSENT, ""]


def test_an_address_inside_the_file_is_none():
    for text in ("self#jumbf=/c2pa/zz", "", "http://zz/" + "z" * 3000):
        assert found(FTYP + box(b"uuid", XMP_BOX + XMP.format(text).encode())).addresses == ()


def test_a_picture_with_both_gives_both():
    data = signed(tile("jpeg"), media_type="image/jpeg")
    packet = b"http://ns.adobe.com/xap/1.0/\0" + XMP.format(ADDRESS).encode()
    both = data[:2] + b"\xff\xe1" + (len(packet) + 2).to_bytes(2, "big") + packet + data[2:]
    kinds = [
        getattr(one, "kind", "")
        for one in Credential().analyze(Content(SHA, "image/jpeg", MemoryBody(both)))
    ]
    assert kinds == [CREDENTIAL, CREDENTIAL_ABSENT, ""]


def test_only_kinds_that_may_hold_a_store_are_asked_for():
    asked = {"image/png", "image/svg+xml", "video/mp4", "audio/wav", "application/pdf"}
    assert all(map(asked_for, asked))
    left = {"text/plain", "application/zip", "video/x-matroska", "application/octet-stream"}
    assert not any(map(asked_for, left))
    assert found(b"zz" + SIGNATURE, "application/zip").stores == ()


@pytest.mark.parametrize(
    "data",
    [
        FTYP + b"\0\0\0\0uuid",
        FTYP + b"\0\0\0\1uuid" + b"\xff" * 8 + C2PA_BOX,
        FTYP + box(b"uuid", C2PA_BOX),
        FTYP + box(b"uuid", C2PA_BOX + bytes(4) + b"merkle\0" + STORE),
        FTYP + b"\0\0\0\3free" * 9,
        riff((b"C2PA", b""))[:-4],
        b"RIFF\xff\xff\xff\xffWAVEC2PA\xff\xff\xff\xff",
        STORE[:32],
        STORE[:20],
        SIGNATURE,
        b"%PDF-" + SIGNATURE,
    ],
)
def test_a_store_that_ends_early_raises_nothing(data):
    for kind in ("", "video/mp4", "audio/wav", "application/pdf", "image/svg+xml"):
        for one in found(data, kind).stores:
            assert one.offset + one.length <= len(data)
            assert len(one.value) <= one.length


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(
        ["video/mp4", "audio/wav", "application/pdf", "image/svg+xml", "application/octet-stream"]
    ),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=9)), max_size=5),
    end=st.floats(0, 1),
)
def test_no_damage_raises(kind, edits, end):
    whole = {
        "video/mp4": FTYP + c2pa_box(STORE) + box(b"mdat", b"zz"),
        "audio/wav": riff((b"C2PA", STORE)),
        "application/pdf": pdf(STORE),
        "image/svg+xml": svg(STORE),
        "application/octet-stream": STORE,
    }
    data = bytearray(whole[kind])
    for where, put in edits:
        at = int(where * len(data))
        data[at : at + len(put)] = put
    for one in found(bytes(data[: int(len(data) * end)]), kind).stores:
        assert one.length >= 0
        assert one.cut or kind == "image/svg+xml" or len(one.value) in {0, one.length}
