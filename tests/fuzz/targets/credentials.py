"""Targets: where content credentials lie, their boxes, the whole look at one, lists of anchors."""

import json
from datetime import UTC, datetime
from functools import lru_cache

from fanal.analyzers.credential import Credential
from fanal.analyzers.credential_boxes import (
    LARGEST_CERTIFICATE,
    MOST_CERTIFICATES,
    MOST_MANIFESTS,
    read_boxes,
)
from fanal.analyzers.credential_places import places
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.engines.interface import Died
from fanal.model.finding import Finding, Seen
from fanal.model.item import MemoryBody
from fanal.model.opinion import TrustList
from fanal.origin.trust import Anchors, judge
from fanal.origin.trust_lists import read_list, spelled
from fuzz.target import Defect, Target, require
from fuzz.targets.media import SECONDS, _worker
from makers.credentials import (
    CREATED,
    box,
    house,
    ingredient,
    manifest,
    opened,
    signed,
    store,
    tile,
    token,
)

KINDS = ("video/mp4", "audio/wav", "application/pdf", "image/svg+xml", "application/octet-stream")
DAY = datetime(2026, 11, 1, tzinfo=UTC)


def boxes(data: bytes) -> None:
    """Read who signed the manifests of a store."""
    read = read_boxes(data)
    require(len(read.signed) <= MOST_MANIFESTS, "manifests beyond the limit")
    for who in read.signed:
        for chain in (who.chain, who.stamp_chain):
            require(len(chain) <= MOST_CERTIFICATES, "certificates beyond the limit")
            require(all(len(one) <= LARGEST_CERTIFICATE for one in chain), "a large certificate")


def whereabouts(data: bytes) -> None:
    """Find the stores of any bytes as each kind of file."""
    for kind in {*KINDS, media_type(data[:4096])}:
        found = places(Content("", kind, MemoryBody(data)))
        for one in found.stores:
            require(0 <= one.offset <= one.offset + one.length <= len(data), "beyond the file")
        require(all(0 < len(one) <= 2048 for one in found.addresses), "an endless address")


def looked_at(data: bytes) -> str:
    """Look at any bytes in a worker; return what is wrong with what it said."""
    records = list(Credential().analyze(Content("", media_type(data[:4096]), MemoryBody(data))))
    if not isinstance(records[-1], Seen) or records[-1].outcome == "failed":
        return f"FAULT the last record is {records[-1]!r:.200}"
    for record in records[:-1]:
        if not isinstance(record, Finding) or len(json.dumps(dict(record.data))) > 256 << 10:
            return f"FAULT {record!r:.200}"
        if not record.says.isprintable() or len(record.says) > 200:
            return f"FAULT says {record.says!r:.300}"
    return "good"


def look(data: bytes) -> None:
    """Look at any bytes; the library may die, ours may not raise."""
    (said,) = _worker().answers(looked_at, (data,), SECONDS)
    if isinstance(said, Died):
        require(not said.out_of_time, f"{len(data)} bytes take more than {SECONDS} s")
    elif said != "good":
        raise Defect(str(said))


def anchors(data: bytes) -> None:
    """Read a list of anchors, keep it and judge by it."""
    read = read_list(data)
    kept = read_list(spelled(read.certificates).encode())
    require(kept.certificates == read.certificates, "kept otherwise than read")
    judged = judge(house().signer.chain, DAY, Anchors([_list(spelled(read.certificates))]))
    require(judged.state in {"trusted", "untrusted", "expired", "invalid"}, judged.state)


def chain(data: bytes) -> None:
    """Judge certificates that an enemy wrote."""
    pieces = data.split(b"\0zz\0")
    first = judge(pieces, DAY, _house())
    require(first == judge(pieces, DAY, _house()), "judged twice, two verdicts")
    if first.state == "trusted":
        require(pieces[0] in house().signer.chain, "a signer that nobody made is trusted")


@lru_cache(maxsize=1)
def _house() -> Anchors:
    return Anchors([_list(house().root.pem.decode())])


def _list(pem: str) -> TrustList:
    return TrustList("zz", "", "", 1, pem)


def _stores() -> list[bytes]:
    stamp = token(b"\x30\x03zzz")
    return [
        store(manifest("a", house().signer.chain, stamp), manifest("b", (b"zz",), stamp, old=True)),
        store(),
    ]


@lru_cache(maxsize=1)
def _files() -> list[bytes]:
    one = store(manifest("a"))
    mark = bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + bytes(4) + b"manifest\0" + bytes(8)
    wave = b"WAVEC2PA" + len(one).to_bytes(4, "little") + one
    return [
        signed(tile(side=8)),
        signed(
            tile("jpeg", 8),
            [opened()],
            media_type="image/jpeg",
            ingredients=[ingredient(signed(tile(side=8), [CREATED]))],
        ),
        box(b"ftyp", b"isom\0\0\2\0isom") + box(b"uuid", mark + one),
        b"RIFF" + len(wave).to_bytes(4, "little") + wave,
        b"%PDF-1.7\n/C2PA_Manifest\n" + one,
        b"<svg><c2pa:manifest>AAAA</c2pa:manifest></svg>",
        one,
    ]


def _lists() -> list[bytes]:
    home = house()
    conformance = b'{"LoTE": {"TrustedEntitiesList": [{"TrustedEntityServices": []}]}}'
    return [home.root.pem + home.middle.pem, conformance, home.root.pem]


TARGETS = (
    Target("credential-boxes", boxes, _stores),
    Target("credential-places", whereabouts, _files),
    Target("credential", look, _files, guided=False, examples=40),
    Target("trust-list", anchors, _lists),
    Target("trust-chain", chain, lambda: [b"\0zz\0".join(house().signer.chain)]),
)
