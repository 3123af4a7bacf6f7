"""Makes of each piece of the story the records that reading and examining its file would leave."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from fanal.content.pdq import DIALECT, LEAST_QUALITY
from fanal.demo import hashes, statements
from fanal.demo.cast import SEIZED_ON, Story
from fanal.demo.naming import Naming, hash_of
from fanal.demo.pieces import CAMERA, GENERATOR, At, Made, Piece, Shot
from fanal.model.finding import Finding, Fingerprint, Picture, Seen
from fanal.model.item import Item, Place

MEDIA = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "model": "application/x-safetensors",
}
MODEL_SIZE = 2_132_625_894
COPIED = 300
"""Days before the seizure within which a folder was copied as a whole."""
_BITS_A_PIXEL = {"jpeg": 2, "png": 10, "webp": 1.5, "model": 0}


@dataclass(frozen=True, slots=True)
class Told:
    """One content as records, and what a list would know of it."""

    item: Item
    records: tuple[Any, ...]
    """The item, its places and everything stated of it."""
    pdq: str
    """64 hexadecimal characters, "" where its structure is too poor."""


class Records:
    """Turns pieces into records, with as much of what files say of themselves as is left."""

    def __init__(
        self, story: Story, versions: Mapping[str, str], knobs: tuple[float, float, float]
    ) -> None:
        """Take the analyzers that look, and the shares of what is lost, belied and copied."""
        self.story = story
        self.versions = versions
        self.strip, self.wrong, self.copied = knobs
        self._about = f"fanal story {story.seed} {story.size}"
        self._naming = Naming()

    def of(self, piece: Piece) -> Told:
        """Return the records of one content."""
        item = self._item(piece)
        if piece.kind != "model":
            piece = self._changed(piece, item)
        places = tuple(self._place(at, item) for at in piece.places)
        findings = tuple(self._findings(piece, item.sha256))
        if piece.kind == "model":
            return Told(item, (item, *places, *findings, *self._seen(item, findings, "")), "")
        value, turned = self._hash(piece, item.sha256)
        picture = Picture(item.sha256, piece.width, piece.height, 1)
        known = Fingerprint(item.sha256, DIALECT, 0, value, piece.quality, turned)
        seen = self._seen(item, findings, "perceptual")
        records = (item, *places, picture, known, *findings, *seen)
        return Told(item, records, value.hex() if piece.quality >= LEAST_QUALITY else "")

    def _item(self, piece: Piece) -> Item:
        told = f"{self._about} content {piece.series.number} {piece.number}".encode()
        sha256, size = hashlib.sha256(told).hexdigest(), MODEL_SIZE
        if piece.kind == "model":
            sha256 = self.story.setups[piece.series.using].model_digest
        else:
            least = round(piece.width * piece.height * _BITS_A_PIXEL[piece.kind] / 8)
            size = 700 + least + int(sha256[:6], 16) % max(1, least // 2)
        return Item(
            sha256,
            hashlib.sha1(told, usedforsecurity=False).hexdigest(),
            hashlib.md5(told, usedforsecurity=False).hexdigest(),
            size,
            MEDIA[piece.kind],
        )

    def _changed(self, piece: Piece, item: Item) -> Piece:
        """Return a piece whose file lost what it said of itself, or says what is not so."""
        if int(item.md5[8:16], 16) < self.wrong * 2**32:
            piece = self._belied(piece, item)
        if int(item.md5[:8], 16) < self.strip * 2**32:
            places = tuple(
                replace(at, name=f"{item.sha1[at.carrier % 8 :][:16]}.{_suffix(piece.kind)}")
                for at in piece.places
            )
            piece = replace(piece, shot=None, made=None, screen=False, signed=False, places=places)
        return piece

    def _belied(self, piece: Piece, item: Item) -> Piece:
        """Return a piece with the evidence of the other side."""
        number = int(item.md5[16:24], 16)
        if piece.side == CAMERA:
            good = [setup for setup in self.story.setups if setup.records]
            made = Made(good[number % len(good)].number, number, number % 1000)
            return replace(piece, shot=None, made=made)
        if piece.side == GENERATOR:
            body = self.story.bodies[number % len(self.story.bodies)]
            shot = Shot(body.number, number % 9999, piece.places[0].modified)
            return replace(piece, made=None, signed=False, shot=shot)
        return piece

    def _place(self, at: At, item: Item) -> Place:
        exhibit = self.story.carriers[at.carrier].name
        path = self._naming.path(exhibit, at)
        key = hash_of(exhibit, path)
        modified = self._written(at, exhibit, key)
        seconds = int(modified.timestamp())
        mark = f"{item.size}:{seconds}000000000:{seconds}000000000:{key % 10**7}"
        return Place(exhibit, path, "", item.sha256, path, modified.isoformat(), mark)

    def _written(self, at: At, exhibit: str, key: int) -> datetime:
        """Return when a file was written; where its folder was copied, within the same minute."""
        folder = hash_of(exhibit, at.folder.encode())
        if folder % 10**6 >= self.copied * 10**6:
            return at.modified
        copied = SEIZED_ON - timedelta(days=1 + folder // 10**6 % COPIED)
        return max(at.modified, copied + timedelta(seconds=key % 60))

    def _findings(self, piece: Piece, sha256: str) -> Iterator[Finding]:
        if piece.kind == "model":
            yield from statements.of_model(sha256, MODEL_SIZE)
            return
        if piece.shot is not None:
            yield from statements.of_camera(self.story, piece, piece.shot, sha256)
        if piece.made is not None:
            yield from statements.of_generator(self.story, piece, piece.made, sha256)
        if piece.signed:
            yield from statements.of_signed(sha256)
        if piece.screen:
            yield from statements.of_screen(sha256)
        if "pixels" in self.versions:
            yield statements.of_pixels(self.story, piece, sha256)

    def _seen(self, item: Item, found: Sequence[Finding], spoke: str) -> Iterator[Seen]:
        spoken = {finding.analyzer for finding in found} | {spoke}
        for name, version in self.versions.items():
            outcome = "spoke" if name in spoken else "silent"
            yield Seen(item.sha256, name, version, outcome)

    def _hash(self, piece: Piece, sha256: str) -> tuple[bytes, bytes]:
        bits = _scene(f"{self._about} scene {piece.scene}")
        if piece.apart:
            about = f"{self._about} apart {piece.series.number} {piece.scene} {piece.apart}"
            bits = hashes.moved(bits, piece.apart, about)
        if piece.again:
            bits = hashes.moved(bits, hashes.reencoded_distance(sha256), f"again {sha256}")
        return hashes.spelled(bits)


@lru_cache(maxsize=4096)
def _scene(about: str) -> hashes.Bits:
    return hashes.scene_bits(about)


def _suffix(kind: str) -> str:
    return {"jpeg": "jpg", "model": "safetensors"}.get(kind, kind)
