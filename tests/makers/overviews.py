"""Writes the records of a made-up case for its overview: origins, lists, cameras, places, words."""

from collections.abc import Sequence
from random import Random
from typing import Any

from fanal.model import evidence
from fanal.model.finding import Finding, Picture, Seen
from fanal.model.item import Exhibit, Item, Place
from fanal.model.known import Match
from fanal.model.opinion import STATES, Opinion
from makers.cases import digest

HOSTILE = "<script>alert(1)</script>\u202egnp.exe"
"""A camera's name, a program's name and an exhibit's name."""
CITIES = {
    "Germany": (52.52, 13.405),
    "Japan": (35.68, 139.69),
    "Brazil": (-23.55, -46.63),
    "Malta": (35.8989, 14.5146),
    "Tonga": (-21.13, -175.2),
}
EXHIBITS = ("zz-phone", "zz-desk", HOSTILE)


def content(number: int) -> str:
    """The digest of the content of that number."""
    return digest("sha256", number)


def fill(store: Any, contents: int, seed: int = 1) -> None:
    """Write so many contents, a fifth of them videos and texts."""
    random = Random(seed)
    names = list(CITIES)
    with store.act("zz", "intake") as act:
        act.put(Exhibit(name, b"/zz") for name in EXHIBITS)
        for number in range(contents):
            act.put(records(number, random, names))


def records(number: int, random: Random, cities: Sequence[str]) -> list[Any]:
    """Return the records of one content."""
    sha256 = content(number)
    kind = random.choice(["image/jpeg"] * 8 + ["video/mp4", "text/plain"])
    digests = digest("sha1", number), digest("md5", number)
    made: list[Any] = [Item(sha256, *digests, 1000 + number, kind)]
    for exhibit in random.sample(EXHIBITS, 1 + (random.random() < 0.3)):
        path = b"DCIM/%06d.jpg" % number
        made.append(Place(exhibit, path, "", sha256, path, None, "1:2:3:4"))
    if kind != "image/jpeg":
        reason = (
            "no perceptual hash: video" if "video" in kind else "no perceptual hash: not a picture"
        )
        return [*made, Seen(sha256, "perceptual", "1", "silent", reason)]
    made += [Picture(sha256, 640, 480, 1), Seen(sha256, "perceptual", "1", "spoke")]
    if random.random() < 0.7:
        state = random.choice(STATES)
        made.append(Opinion(sha256, state, "moderate", settled=False, real_child=True))
    if random.random() < 0.2:
        made.append(Match(sha256, "zz", "illegal", random.choice(("md5", "pdq")), 0, 1, None))
    if random.random() < 0.6:
        made.append(camera(sha256, number, random, cities))
    if random.random() < 0.1:
        made.append(said(sha256, evidence.EDITOR, {"program": "Zz Editor"}))
    return made


def camera(sha256: str, number: int, random: Random, cities: Sequence[str]) -> Finding:
    """Return what a camera wrote into a content."""
    body = random.randrange(14)
    told: dict[str, Any] = {"make": "Zz", "model": f"ZZ-{body}", "software": "Zz Firmware 1"}
    if body == 13:
        told["model"] = HOSTILE
    if body % 2:
        told["serial"] = f"ZZ7{body:04}9"
    if random.random() < 0.9:
        year, month = random.choice((2019, 2023, 2024)), random.randint(1, 12)
        told["taken"] = f"{year}-{month:02}-11T10:00:00"
    if random.random() < 0.4:
        latitude, longitude = CITIES[random.choice(cities)]
        told["gps"] = {"latitude": latitude, "longitude": longitude}
    elif random.random() < 0.1:
        told["gps"] = {"latitude": 1e308, "longitude": "x"}
    return said(sha256, evidence.CAMERA, told)


def said(sha256: str, kind: str, data: dict[str, Any]) -> Finding:
    """Return a finding of that kind."""
    return Finding(sha256, "camera", "1", kind, "zz says so", data=data)
