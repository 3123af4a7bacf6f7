"""Reads from a C2PA manifest store the certificates that signed it, which the library keeps back.

JUMBF boxes: ISO/IEC 19566-5; the signature is COSE_Sign1 (RFC 9052) with its certificates in
`x5chain` (RFC 9360); time stamps are RFC 3161 tokens under `sigTst` and `sigTst2` (C2PA 2.2, 10.3).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import cbor2

MOST_BOXES = 20_000
MOST_MANIFESTS = 256
"""Manifests of one store; one with more is not handed to the library."""
MOST_SIGNATURE = 1 << 20
"""Bytes of one signature box that are read."""
MOST_CERTIFICATES = 16
"""Certificates of one signature."""
LARGEST_CERTIFICATE = 16 << 10
MOST_TOKEN = 256 << 10
_MANIFESTS = frozenset({b"c2ma", b"c2um", b"c2cm"})
_SIGNATURE = b"c2cs"
_X5CHAIN = (33, "x5chain")


@dataclass(frozen=True, slots=True)
class Box:
    """One JUMBF superbox: its type and label, and where its content begins and ends."""

    kind: bytes
    label: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Signed:
    """The certificates of one manifest's signature and of its time stamp, in DER."""

    label: str
    chain: tuple[bytes, ...] = ()
    """The signer's first."""
    stamp_chain: tuple[bytes, ...] = ()
    """In no order: whose serial number signed is told beside."""
    token: bytes = b""
    """The time-stamp token (RFC 3161) as it stands."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """What the boxes of a store say without anything being checked."""

    manifests: int
    signed: tuple[Signed, ...] = ()
    problem: str = ""


def read_boxes(store: bytes) -> Boxes:
    """Return the manifests of a store and who signed them; never raises."""
    outer = next(_children(store, 0, len(store)), None)
    if outer is None:
        return Boxes(0, problem="it does not begin with a JUMBF box")
    manifests: list[Box] = []
    for count, box in enumerate(_children(store, outer.begin, outer.end)):
        if count >= MOST_BOXES:
            return Boxes(len(manifests), problem=f"more than {MOST_BOXES} boxes")
        if box.kind in _MANIFESTS:
            manifests.append(box)
    if len(manifests) > MOST_MANIFESTS:
        return Boxes(len(manifests), problem=f"more than {MOST_MANIFESTS} manifests")
    signed = tuple(_signed(store, manifest) for manifest in manifests)
    return Boxes(len(manifests), signed)


def _children(store: bytes, begin: int, end: int) -> Iterator[Box]:
    """Yield the superboxes of one level; whatever is damaged ends it."""
    for at, kind, start, stop in _level(store, begin, end):
        if kind != b"jumb":
            continue
        told = next(_level(store, start, stop), None)
        if told is None or told[1] != b"jumd":
            return
        _, _, inner, after = told
        flags = store[inner + 16] if inner + 17 <= after else 0
        label = store[inner + 17 : min(after, inner + 17 + 512)].partition(b"\0")[0]
        text = label.decode("utf-8", "replace") if flags & 2 else ""
        yield Box(store[inner : inner + 4], text, after, stop)
        if stop <= at:
            return


def _level(store: bytes, begin: int, end: int) -> Iterator[tuple[int, bytes, int, int]]:
    """Yield where each box of one level begins, its type, and where its content lies."""
    at = begin
    for _ in range(MOST_BOXES):
        if at + 8 > end:
            return
        size, head = int.from_bytes(store[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(store[at + 8 : at + 16], "big"), 16
        size = size or end - at
        if size < head or at + size > end:
            return
        yield at, store[at + 4 : at + 8], at + head, at + size
        at += size


def _signed(store: bytes, manifest: Box) -> Signed:
    """Return who signed a manifest; nobody where two boxes or two headers could say so."""
    seals = [
        box
        for box in _children(store, manifest.begin, manifest.end)
        if box.kind == _SIGNATURE or box.label.startswith("c2pa.signature")
    ]
    if len(seals) != 1 or seals[0].kind != _SIGNATURE:
        return Signed(manifest.label)
    held = [place[1:] for place in _level(store, seals[0].begin, seals[0].end)]
    if len(held) != 1 or held[0][0] != b"cbor":
        return Signed(manifest.label)
    _, begin, end = held[0]
    if end - begin > MOST_SIGNATURE:
        return Signed(manifest.label)
    return _of_signature(manifest.label, store[begin:end])


def _of_signature(label: str, data: bytes) -> Signed:
    outer, inner = _headers(data)
    named = [header[key] for header in (inner, outer) for key in _X5CHAIN if key in header]
    token = _token(outer)
    chain = _certificates(named[0]) if len(named) == 1 else ()
    return Signed(label, chain, _stampers(token), token)


def _headers(data: bytes) -> tuple[Mapping[Any, Any], Mapping[Any, Any]]:
    """Return the unprotected and the protected header of a COSE_Sign1."""
    whole = decoded(data)
    parts = whole.value if isinstance(whole, cbor2.CBORTag) and whole.tag == 18 else whole
    if not isinstance(parts, list | tuple) or len(parts) != 4:
        return {}, {}
    inner = decoded(parts[0]) if isinstance(parts[0], bytes) and parts[0] else {}
    return (
        parts[1] if isinstance(parts[1], Mapping) else {},
        inner if isinstance(inner, Mapping) else {},
    )


def decoded(data: bytes) -> Any:
    """Return CBOR as plain values, tags untouched; None where it is none."""
    try:
        return cbor2.loads(data, max_depth=16, allow_duplicate_keys=False)
    except (cbor2.CBORDecodeError, ValueError, TypeError, OverflowError, RecursionError):
        return None


def _certificates(value: Any) -> tuple[bytes, ...]:
    given = value if isinstance(value, list | tuple) else [value]
    return tuple(
        one for one in given if isinstance(one, bytes) and 0 < len(one) <= LARGEST_CERTIFICATE
    )[:MOST_CERTIFICATES]


def _token(header: Mapping[Any, Any]) -> bytes:
    """Return the first time-stamp token of a header; an older one is wrapped in a response."""
    for key in ("sigTst2", "sigTst"):
        held = header.get(key)
        tokens = held.get("tstTokens") if isinstance(held, Mapping) else None
        first = tokens[0] if isinstance(tokens, list | tuple) and tokens else None
        value = first.get("val") if isinstance(first, Mapping) else None
        if isinstance(value, bytes) and len(value) <= MOST_TOKEN:
            return _unwrapped(value)
    return b""


def _unwrapped(value: bytes) -> bytes:
    """Return the token of a TimeStampResp (a status, then the token), or the token that it is."""
    first = _der(value, 0)
    inner = _der(value, first[0]) if first else None
    if first is None or inner is None or value[first[0]] != 0x30:
        return value
    second = _der(value, inner[1])
    return value[inner[1] : second[1]] if second else value


def _der(value: bytes, at: int) -> tuple[int, int] | None:
    """Return where the content of a DER element begins and ends; None where it does not fit."""
    if at + 2 > len(value):
        return None
    length, begin = value[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            return None
        length, begin = int.from_bytes(value[begin : begin + count], "big"), begin + count
    return (begin, begin + length) if begin + length <= len(value) else None


def _stampers(token: bytes) -> tuple[bytes, ...]:
    """Return the certificates in a CMS SignedData (RFC 5652, 5.1) without judging them.

    Real ones have names that strict readers refuse, so nothing but the frames is looked at.
    """
    outer = _der(token, 0)
    kind = _der(token, outer[0]) if outer else None
    wrapped = _der(token, kind[1]) if kind else None
    signed = _der(token, wrapped[0]) if wrapped else None
    if signed is None:
        return ()
    for at, begin, end in _elements(token, *signed):
        if token[at] == 0xA0:
            held = _elements(token, begin, end)
            return _certificates([token[first:last] for first, _, last in held])
    return ()


def _elements(value: bytes, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield where each DER element of one level begins, and where its content lies."""
    at = begin
    while at < end and (found := _der(value, at)) and found[1] <= end:
        yield at, *found
        at = found[1]
