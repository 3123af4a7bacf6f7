"""Contents for the pages of one item, of a series and of a comparison: hostile names among them."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from fanal.model import evidence
from fanal.model.finding import Finding, Mosaic, Picture, Seen
from fanal.model.item import Item, Place
from fanal.model.known import Match
from fanal.model.opinion import Opinion
from fanal.model.review import Drawn, Task
from fanal.model.series import SAME_PICTURE, SAME_SESSION, Link, Member, Series
from fanal.pipeline.numbers import Numbers

HOSTILE = (
    "DCIM/zz\u202egpj.exe",
    "zz\x07\x1b[2J\x00end.jpg",
    "<script>alert(1)</script>.jpg",
    '"><img src=x onerror=alert(1)>{{ 7*7 }}.jpg',
    "a" * 10_000 + ".jpg",
    "zz\u200b\u2066\ufeff.jpg",
)
"""Names that would turn a line around, move a cursor, be markup, or fill a page."""


def sha(number: int) -> str:
    """Return the digest of a content."""
    return f"{number:02x}" * 32


def content(number: int, *names: str | bytes, exhibit: str = "zz-1") -> list[Any]:
    """Return a picture that lies under these names, decoded and looked at."""
    sha256 = sha(number)
    told = [name if isinstance(name, bytes) else name.encode() for name in names or ["zz.jpg"]]
    when = f"2024-01-01T10:{number % 60:02}:00+00:00"
    return [
        Item(sha256, sha256[:40], sha256[:32], 1000 + number, "image/jpeg"),
        *(Place(exhibit, name, "", sha256, name, when, "") for name in told),
        Picture(sha256, 64, 48, 1),
        Mosaic(sha256, 0, 4, 3, bytes([number & 255] * 6)),
        Seen(sha256, "generator", "1", "silent"),
        Seen(sha256, "perceptual", "1", "spoke"),
    ]


def camera(number: int, **data: Any) -> Finding:
    """Return what EXIF says of a picture."""
    says = "EXIF names a camera"
    return Finding(sha(number), "camera", "1", evidence.CAMERA, says, data=data)


def opinion(number: int, state: str, grade: str = "strong", *says: str) -> Opinion:
    """Return what the evidence of a picture amounts to; `says` are its reasons."""
    told: dict[str, Any] = {
        "rule": "zz",
        "analyzer": "generator",
        "version": "1",
        "kind": evidence.RECORD,
    }
    told |= {"family": "record", "for": ["G1"], "against": ["C1"], "grade": grade, "bytes": []}
    told |= {"log10_lr": 2.6, "unsigned": True, "doubts": ["zz doubt"]}
    return Opinion(
        sha(number),
        state,
        grade,
        settled=False,
        real_child=True,
        propositions={"G1": grade},
        reasons=tuple(told | {"says": one} for one in says),
        rules="zz-rules",
    )


def match(number: int, kind: str = "harmless", *, identified: bool | None = None) -> Match:
    """Return that a list knows a picture by its digest."""
    return Match(sha(number), "zz-list", kind, "sha256", 0, 3, identified)


def task(number: int, step: int = 2, reason: str = "zz-reason") -> Task:
    """Return a place in the queue."""
    return Task(sha(number), step, number, "zz-1", reason)


def drawn(number: int, step: int = 8) -> Drawn:
    """Return that the blind sample drew a picture."""
    return Drawn(sha(number), step)


def series(name: str, numbers: Sequence[int]) -> list[Any]:
    """Return a series whose contents hang together in a chain."""
    links = [
        Link(sha(one), sha(other), SAME_SESSION, "burst", 80, joins=True, says=f"zz link {one}")
        for one, other in pairwise(numbers)
    ]
    first = sha(numbers[0])
    facts = {"exhibits": 1, "kinds": {SAME_SESSION: len(links)}}
    return [
        *links,
        *(Member(sha(number), name) for number in numbers),
        Series(name, len(numbers), first, held=False, says="zz says", facts=facts),
    ]


def near(one: int, other: int) -> Link:
    """Return that two contents show the same picture."""
    return Link(sha(one), sha(other), SAME_PICTURE, "pdq", 90, joins=True, says="2 bits apart")


def put(store: Any, *records: Iterable[Any] | Any) -> Numbers:
    """Write records to a case; return the numbers of its contents."""
    with store.act("zz", "intake") as act:
        for one in records:
            act.put(one if isinstance(one, list) else [one])
    return Numbers(store)
