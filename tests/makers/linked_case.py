"""Writes a small case in which contents belong together in each of the known ways."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from fanal.model import evidence
from fanal.model.finding import Finding, Fingerprint, Picture
from fanal.model.item import Item, Place
from makers.linked import content, record

CAMERA = {"make": "ZZ", "model": "ZZ-1", "serial": "77ab12", "software": "1.0"}
PROMPT = "zzhouse on a hill, evening, fog, zzneutral"


def picture(
    number: int, name: str, at: str = "2025-03-01T10:00:00+00:00", **more: Any
) -> list[Any]:
    """What a case knows of a picture of which nothing is stated."""
    sha256, size = content(number), more.get("size", (640, 480))
    exhibit, raw = more.get("exhibit", "zz-desk"), name.encode()
    return [
        Item(sha256, sha256[:40], sha256[:32], 1000, "image/jpeg"),
        Place(exhibit, raw, "", sha256, raw, at, "1"),
        Picture(sha256, *size, 1),
        fingerprint(number, more.get("bits", ()), more.get("like", number)),
    ]


def fingerprint(number: int, bits: Iterable[int] = (), like: int = -1, **more: Any) -> Fingerprint:
    """The hash of a picture that looks like another one but for these bits."""
    draw = np.random.default_rng(like if like >= 0 else number)
    rows = draw.integers(0, 2, (8, 256), dtype=np.uint8)
    for bit in bits:
        rows[:, bit] ^= 1
    packed = np.packbits(rows, axis=1)
    facts = {"frame": 0, "quality": 90} | more
    return Fingerprint(
        content(number),
        "pdq",
        facts["frame"],
        packed[0].tobytes(),
        facts["quality"],
        packed[1:].tobytes(),
    )


def finding(number: int, kind: str, **data: Any) -> Finding:
    """What an analyzer states of a content."""
    return Finding(content(number), "zz", "1", kind, f"zz {kind}", data=data)


def shot(number: int, taken: str, **more: Any) -> Finding:
    """A camera's record."""
    return finding(number, evidence.CAMERA, taken=taken, **{**CAMERA, **more})


def made(number: int, seed: int, **more: Any) -> Finding:
    """A generator's record."""
    words = {"prompt": PROMPT, "user": "zzperson"}
    return finding(number, evidence.RECORD, **record(seed, sensitive=words, **more))


def every_way() -> Iterator[Any]:
    """Contents that belong together, two for each way."""
    yield from picture(0, "a/zz one.jpg")
    yield from picture(1, "b/zz two.jpg", like=0, bits=(3, 99))
    for number, second in ((2, 0), (3, 40)):
        yield from picture(number, f"DCIM/zz{number}x.jpg", f"2025-03-02T10:00:{second:02}+00:00")
        gps = {"latitude": 52.3702, "longitude": 4.8952}
        yield shot(number, f"2025-03-02T10:00:{second:02}", gps=gps)
    for number in (4, 5):
        yield from picture(number, f"run/zz-{number}.jpg", f"2025-03-03T10:0{number}:00+00:00")
    for number in (6, 7):
        yield from picture(number, f"made/{number}/x.png", f"2025-04-0{number}T10:00:00+00:00")
        yield made(number, 71_000_000 + number)
    yield from picture(8, "made/y.png")
    init = [{"algorithm": "md5", "value": "ab" * 16}]
    yield finding(8, evidence.RECORD, init_image_hash=init, tool="zz", version="v9")
    yield finding(8, evidence.INPUT, role="init")
    yield from picture(9, "in/z.jpg", "2025-05-01T10:00:00+00:00")
    yield finding(9, evidence.PIXELS, md5="ab" * 16)
