"""The certificates of each signature are read from the boxes, and from nowhere that is unclear."""

import cbor2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.analyzers.credential_boxes import MOST_MANIFESTS, decoded, read_boxes
from fanal.analyzers.credential_places import places
from fanal.content.handle import Content
from fanal.model.item import MemoryBody
from makers.credentials import box, house, manifest, signed, store, superbox, token

CHAIN = (b"0" * 700, b"1" * 600)
STAMPERS = tuple(bytes([0x30, 0x81, 200]) + bytes([n]) * 200 for n in range(3))


def test_the_chain_of_a_store_that_the_library_wrote():
    data = signed()
    (one,) = places(Content("", "image/png", MemoryBody(data))).stores
    boxes = read_boxes(one.value)
    (who,) = boxes.signed
    assert (boxes.manifests, boxes.problem) == (1, "")
    assert who.chain == house().signer.chain
    assert who.chain[0] == house().signer.certificate.public_bytes(Encoding.DER)
    assert (who.stamp_chain, who.token) == ((), b"")


@pytest.mark.parametrize("old", [False, True], ids=["protected", "unprotected"])
@pytest.mark.parametrize("wrapped", [False, True], ids=["token", "response"])
def test_the_chain_and_the_stamp_of_each_manifest(old, wrapped):
    plain = token(*STAMPERS)
    given = token(*STAMPERS, wrapped=wrapped)
    data = store(manifest("zz-1"), manifest("zz-2", CHAIN, given, old=old))
    boxes = read_boxes(data)
    first, second = boxes.signed
    assert (first.label, first.chain, first.stamp_chain) == ("zz-1", (), ())
    assert (second.label, second.chain) == ("zz-2", CHAIN)
    assert second.stamp_chain == STAMPERS
    assert second.token == plain


def cose(protected: object, outside: object) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps(protected), outside, None, bytes(64)]))


def one_manifest(*children: bytes) -> bytes:
    return store(superbox(b"c2ma", "zz", *children))


def seal(data: bytes, label: str = "c2pa.signature", kind: bytes = b"c2cs") -> bytes:
    return superbox(kind, label, box(b"cbor", data))


GOOD = cose({33: list(CHAIN)}, {})
OTHER = cose({33: [b"2" * 500]}, {})


def test_one_certificate_may_stand_without_a_list():
    (who,) = read_boxes(one_manifest(seal(cose({33: CHAIN[0]}, {})))).signed
    assert who.chain == CHAIN[:1]


@pytest.mark.parametrize(
    "children",
    [
        (seal(GOOD), seal(OTHER)),
        (seal(GOOD), seal(OTHER, kind=b"c2xx")),
        (seal(GOOD, kind=b"c2xx"),),
        (superbox(b"c2cs", "c2pa.signature", box(b"cbor", GOOD), box(b"cbor", OTHER)),),
        (superbox(b"c2cs", "c2pa.signature", box(b"json", GOOD)),),
        (seal(cose({33: list(CHAIN)}, {"x5chain": [b"2" * 500]})),),
        (seal(cose({33: list(CHAIN)}, {33: [b"2" * 500]})),),
        (seal(cbor2.dumps([b"\xa2\x18\x21\x41a\x18\x21\x41b", {}, None, b""])),),  # a key twice
    ],
    ids=[
        *("two boxes", "two labels", "another type", "two signatures", "no CBOR"),
        *("two headers", "two places", "a key twice"),
    ],
)
def test_where_two_could_have_signed_nobody_has(children):
    (who,) = read_boxes(one_manifest(*children)).signed
    assert who.chain == ()


@pytest.mark.parametrize(
    "data",
    [
        b"\x81" * 5000,
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\xd8\x1c\x82\xd8\x1d\x00\x00",
        b"\xc4\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x01",
        b"\xa1\x80\x80",
        b"",
    ],
)
def test_hostile_cbor_is_nothing_or_quick(data):
    (who,) = read_boxes(one_manifest(seal(data))).signed
    assert (who.chain, who.token) == ((), b"")
    decoded(data)


def test_more_manifests_than_the_limit_are_not_walked():
    boxes = read_boxes(store(*[superbox(b"c2ma", "zz")] * (MOST_MANIFESTS + 1)))
    assert boxes.manifests == MOST_MANIFESTS + 1
    assert boxes.signed == ()
    assert boxes.problem.startswith("more than")


def test_manifests_inside_manifests_are_not_followed():
    data = superbox(b"c2ma", "zz", seal(GOOD))
    for _ in range(2000):
        data = superbox(b"c2ma", "zz", data)
    boxes = read_boxes(store(data))
    assert (boxes.manifests, boxes.signed[0].chain) == (1, ())


@pytest.mark.parametrize(
    "data",
    [b"", b"zz", b"\0\0\0\0jumb", b"\0\0\0\1jumb", store()[:-3], store()[:20], bytes(9000)],
)
def test_what_is_no_store_has_no_manifest(data):
    boxes = read_boxes(data)
    assert (boxes.manifests, boxes.signed) == (0, ())
    assert boxes.problem or data == store()


@settings(max_examples=150, deadline=None)
@given(
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=9)), max_size=8),
    end=st.floats(0, 1),
)
def test_no_damage_raises(edits, end):
    data = bytearray(store(manifest("a", CHAIN, token(*STAMPERS)), manifest("b", CHAIN, old=True)))
    for where, put in edits:
        at = int(where * len(data))
        data[at : at + len(put)] = put
    boxes = read_boxes(bytes(data[: max(1, int(len(data) * end))]))
    for who in boxes.signed:
        assert all(isinstance(one, bytes) for one in (*who.chain, *who.stamp_chain))


@given(st.binary(max_size=400))
def test_random_bytes_raise_nothing(data):
    read_boxes(data)
    read_boxes(store(superbox(b"c2ma", "zz", seal(data))))
