"""Makes up what comparing photographs with the sensors of seized cameras would give.

Agreement of a camera's own photographs is spread over the logarithm about a few hundred, that of
others is what noise gives (the square of a normal deviate); both as measured elsewhere.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

from fanal.analyzers.sensor import FACTS, FRAMES, MIDDLE, WHOLE, analyzer_of, spelled, version_of
from fanal.content.sensor import EXTRACTOR
from fanal.demo.cast import Body, Story
from fanal.demo.pieces import Piece
from fanal.model.evidence import COMPARED
from fanal.model.finding import Finding, Seen
from fanal.model.item import Item
from fanal.model.opinion import Device

MOST_DEVICES = 12
"""Cameras whose sensor is known."""
MOST_OTHERS = 150
"""Photographs of other cameras that each is compared with."""
LEARNED, HELD_OUT = 25, 12
"""Photographs that a reference is made from, and that are kept apart to test it."""
FOLDER = "devices"
OWN = (2.5, 0.35)
"""Mean and spread of the base-ten logarithm of a camera's agreement with its own photographs."""


class Sensors:
    """Gathers the photographs that would be compared with each seized camera."""

    def __init__(self, story: Story) -> None:
        """Take the cameras that were seized."""
        learned = [suspect.body for suspect in story.suspects if suspect.learned]
        self._bodies = learned[:MOST_DEVICES]
        self._random = Random(f"fanal demo sensors {story.seed} {story.size}")
        self._own: dict[int, list[str]] = defaultdict(list)
        self._others: dict[int, list[str]] = defaultdict(list)

    def take(self, piece: Piece, item: Item) -> None:
        """Note a photograph that still has the pixels that a camera wrote."""
        if piece.again or piece.taken_by < 0:
            return
        for body in self._bodies:
            if (body.width, body.height) != (piece.width, piece.height):
                continue
            if body.number == piece.taken_by:
                self._own[body.number].append(item.sha256)
            elif len(self._others[body.number]) < MOST_OTHERS:
                self._others[body.number].append(item.sha256)

    def devices(self, home: Path) -> Iterator[tuple[Device, list[Any]]]:
        """Yield each camera of which enough photographs are there, and every comparison."""
        for body in self._bodies:
            own = self._own[body.number]
            if len(own) >= LEARNED + HELD_OUT:
                name = f"zz-camera-{body.number:03d}"
                files = _files(home / FOLDER / name, name)
                yield _device(body, name, own, files), list(self._compared(body, name, files))

    def _compared(self, body: Body, name: str, files: Mapping[str, str]) -> Iterator[Any]:
        analyzer, version = analyzer_of(name), version_of(files)
        random = self._random
        own = ((sha256, 10 ** random.gauss(*OWN)) for sha256 in self._own[body.number][LEARNED:])
        others = ((sha256, random.gauss(0, 1.3) ** 2) for sha256 in self._others[body.number])
        for sha256, agreement in (*own, *others):
            pce = round(agreement, 2)
            frame = "whole" if pce >= 3 else "middle"
            says = (
                f"sensor noise was compared with device {name}: "
                f"PCE {spelled(pce)} ({FRAMES[frame]})"
            )
            data = {
                "device": name,
                "frame": frame,
                "pce": pce,
                "pce_middle": round(pce / 2, 2) if frame == "whole" else pce,
                "mean": round(random.uniform(60, 180), 1),
                "used": round(random.uniform(0.7, 1), 4),
            }
            yield Finding(sha256, analyzer, version, COMPARED, says, data=data)
            yield Seen(sha256, analyzer, version, "spoke")


def _device(body: Body, name: str, own: list[str], files: Mapping[str, str]) -> Device:
    facts = {
        "serials": {"serial": body.serial} if body.serial else {},
        "flat": 0,
        "halves": 240.0,
        "weak": False,
        "held_out": sorted(own[LEARNED : LEARNED + HELD_OUT]),
        "left_out": {},
    }
    return Device(
        name,
        EXTRACTOR,
        body.make,
        body.model,
        body.serial,
        body.width,
        body.height,
        tuple(sorted(own[:LEARNED])),
        name,
        files,
        facts,
    )


def _files(home: Path, name: str) -> dict[str, str]:
    """Write files where those of a reference lie, and return the digest of each."""
    home.mkdir(parents=True, exist_ok=True)
    made = {}
    for file in (MIDDLE, WHOLE, FACTS):
        data = f"{file} of {name}: no camera, a record of a made-up operation\n".encode()
        (home / file).write_bytes(data)
        made[file] = hashlib.sha256(data).hexdigest()
    return made
