"""Chooses the pictures of which a device is learned, and says why others are not taken."""

import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal import sources
from fanal.content.media import is_picture
from fanal.content.sensor import LEAST_PIXELS, LEAST_SIDE, MOST_PIXELS
from fanal.errors import UsageError
from fanal.model.evidence import CAMERA
from fanal.model.finding import Finding, Picture
from fanal.model.item import Entry, Exhibit, Item, Place
from fanal.pipeline.device_work import Shot
from fanal.pipeline.examine import Wanted, chosen_of
from fanal.stores.interface import CaseStore

MOST_LOOKED = 400
"""Pictures decoded to choose from; of more, evenly spread ones."""
SERIALS = ("serial", "internal_serial")
"""Numbers of a body in a camera record; nothing but noughts is none."""
ANOTHER_SIZE = "another size or orientation"
NOT_NEEDED = "not needed: enough others are spread over the rest"


@dataclass(frozen=True, slots=True)
class From:
    """Of which pictures a device is learned: those for which all of this holds."""

    sha256: tuple[str, ...] = ()
    """Digests, or how they begin."""
    exhibit: str = ""
    folder: str = ""
    """Beginning of the path inside the exhibit."""
    make: str = ""
    model: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Camera:
    """What a picture's camera record says of the body."""

    make: str = ""
    model: str = ""
    serials: Mapping[str, str] = field(default_factory=dict)
    """Which number of the body, and it: the one outside, the one its maker keeps inside."""

    @property
    def kind(self) -> tuple[str, str]:
        """Return make and model, to be compared."""
        return _plain(self.make), _plain(self.model)

    def is_of(self, wanted: From) -> bool:
        """Tell whether it is what was asked for."""
        return (
            (not wanted.make or _plain(wanted.make) == self.kind[0])
            and (not wanted.model or _plain(wanted.model) == self.kind[1])
            and (not wanted.serial or _plain(wanted.serial) in map(_plain, self.serials.values()))
        )

    def is_other_body(self, other: "Camera") -> bool:
        """Tell whether a number that both have says that they are two bodies."""
        return False in self._numbers(other)

    def is_same_body(self, other: "Camera") -> bool:
        """Tell whether all numbers that both have are the same, and there is one."""
        return self._numbers(other) == {True}

    def _numbers(self, other: "Camera") -> set[bool]:
        return {
            _plain(number) == _plain(other.serials[kind])
            for kind, number in self.serials.items()
            if kind in other.serials
        }


@dataclass(slots=True)
class Candidates:
    """Pictures of one size that can be read, and why others cannot be used."""

    rows: int = 0
    columns: int = 0
    camera: Camera = field(default_factory=Camera)
    shots: list[Shot] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    """SHA-256 → why it is not used."""


def candidates(store: CaseStore, wanted: From) -> Candidates:
    """Return what may be used of the pictures that were asked for."""
    found = Candidates()
    pictures = _pictures(store, wanted, found.left)
    cameras = cameras_of(store, pictures)
    if any((wanted.make, wanted.model, wanted.serial)):
        for sha256 in list(pictures):
            if not cameras.get(sha256, Camera()).is_of(wanted):
                found.left[sha256] = "its camera record does not say so"
                del pictures[sha256]
    if not pictures:
        raise UsageError(
            "no picture of the case is what was asked for", "fanal items lists what there is"
        )
    found.camera = _one_body([cameras[sha256] for sha256 in pictures if sha256 in cameras])
    known = {sha256 for sha256 in pictures if sha256 in cameras}
    if known and not wanted.sha256:
        for sha256 in pictures.keys() - known:
            found.left[sha256] = "it has no camera record and others have"
            del pictures[sha256]
    _one_size(found, pictures)
    _readable(store, found, pictures)
    return found


def cameras_of(store: CaseStore, among: Collection[str]) -> dict[str, Camera]:
    """Return what the camera records of contents say; nothing where there is none."""
    made: dict[str, Camera] = {}
    for finding in store.find(Finding, among={"sha256": sorted(among), "kind": [CAMERA]}):
        data = finding.data
        serials = {kind: text for kind in SERIALS if (text := _text(data, kind)).strip("0 ")}
        camera = Camera(_text(data, "make"), _text(data, "model"), serials)
        if camera.make or camera.model:
            made.setdefault(finding.sha256, camera)
    return made


def same_model(one: Camera, other: Camera) -> bool:
    """Tell whether two bodies are known to be of one model."""
    return one.kind == other.kind and all(one.kind)


def _pictures(store: CaseStore, wanted: From, left: dict[str, str]) -> dict[str, Picture]:
    """Return the pictures asked for, by digest."""
    if wanted.sha256:
        chosen = set(chosen_of(store, Wanted(wanted.sha256)))
    else:
        start = os.fsencode(wanted.folder.strip("/"))
        chosen = {
            place.sha256
            for place in _places(store, wanted.exhibit)
            if not start or place.name == start or place.name.startswith(start + b"/")
        }
    kinds = {
        item.sha256
        for item in store.find(Item, among={"sha256": sorted(chosen)})
        if is_picture(item.media_type)
    }
    found = {}
    for picture in store.find(Picture, among={"sha256": sorted(kinds)}):
        if picture.frames == 1:
            found[picture.sha256] = picture
    for sha256 in kinds - found.keys():
        left[sha256] = "it was not decoded, or holds several pictures"
    return found


def _places(store: CaseStore, exhibit: str) -> Iterator[Place]:
    return store.find(Place, exhibit=exhibit) if exhibit else store.find(Place)


def _one_body(cameras: Collection[Camera]) -> Camera:
    """Return the camera that all records name; say which there are where they name several."""
    kinds = Counter((camera.make, camera.model) for camera in cameras)
    if len({camera.kind for camera in cameras}) > 1:
        named = ", ".join(f"{make} {model} ({n})" for (make, model), n in kinds.most_common(5))
        raise UsageError(
            f"these pictures are of several cameras: {named}", "say which: --make, --model"
        )
    serials: dict[str, str] = {}
    for kind in SERIALS:
        numbers = Counter(of.serials[kind] for of in cameras if kind in of.serials)
        if len(set(map(_plain, numbers))) > 1:
            named = ", ".join(f"{number} ({n})" for number, n in numbers.most_common(5))
            raise UsageError(
                f"these pictures are of several bodies: {named}", "say which: --serial NUMBER"
            )
        if numbers:
            serials[kind] = numbers.most_common(1)[0][0]
    (make, model), _ = kinds.most_common(1)[0] if kinds else (("", ""), 0)
    return Camera(make, model, serials)


def _one_size(found: Candidates, pictures: dict[str, Picture]) -> None:
    """Keep the pictures of the most frequent size."""
    sizes = Counter((picture.height, picture.width) for picture in pictures.values())
    (found.rows, found.columns), _ = min(sizes.items(), key=lambda at: (-at[1], at[0]))
    pixels = found.rows * found.columns
    if pixels < LEAST_PIXELS or min(found.rows, found.columns) < LEAST_SIDE:
        raise UsageError(
            f"pictures of {found.columns} x {found.rows} pixels are too small to tell bodies apart",
            "use pictures as the camera wrote them",
        )
    if pixels > MOST_PIXELS:
        raise UsageError(
            f"pictures of {found.columns} x {found.rows} pixels are more than is compared",
            f"use pictures of at most {MOST_PIXELS:,} pixels",
        )
    for sha256, picture in list(pictures.items()):
        if (picture.height, picture.width) != (found.rows, found.columns):
            found.left[sha256] = f"{ANOTHER_SIZE}: {picture.width} x {picture.height}"
            del pictures[sha256]


def _readable(store: CaseStore, found: Candidates, pictures: Mapping[str, Picture]) -> None:
    """Find where the bytes lie; take evenly spread ones of many."""
    kinds = {
        item.sha256: item.media_type
        for item in store.find(Item, among={"sha256": sorted(pictures)})
    }
    bodies = dict(_entries(store, pictures, found.left))
    order = sorted(bodies, key=lambda sha256: (bodies[sha256].name, sha256))
    count = min(MOST_LOOKED, len(order))
    taken = {order[at * len(order) // count] for at in range(count)}
    for sha256 in order:
        if sha256 in taken:
            found.left.pop(sha256, None)
            found.shots.append(Shot(sha256, kinds[sha256], bodies[sha256].body))
        else:
            found.left[sha256] = NOT_NEEDED


def _entries(
    store: CaseStore, pictures: Mapping[str, Picture], left: dict[str, str]
) -> Iterator[tuple[str, Entry]]:
    """Yield each picture that is a plain file of the evidence, with where it lies now."""
    roots = {exhibit.name: exhibit.root for exhibit in store.find(Exhibit)}
    paths: dict[str, dict[bytes, str]] = {}
    for place in store.find(Place, among={"sha256": sorted(pictures)}):
        if place.inside:
            left.setdefault(place.sha256, "it lies in an archive: unpack it and read the folder")
        elif sources.is_store(roots[place.exhibit]):
            left.setdefault(place.sha256, "it lies in a store: bring it to a folder")
        else:
            left.setdefault(place.sha256, "its evidence is not there")
            paths.setdefault(place.exhibit, {})[place.path] = place.sha256
    for name, wanted in sorted(paths.items()):
        for entry in sources.named(name, roots[name], sorted(wanted)):
            if isinstance(entry, Entry):
                yield wanted[entry.path], entry


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value.strip() if isinstance(value, str) else ""


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
