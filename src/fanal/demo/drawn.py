"""Draws the files of the story: what cameras, generators, messengers and caches write."""

import hashlib
from functools import lru_cache
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from fanal.demo import draw
from fanal.demo.cast import Body, Story
from fanal.demo.devices import Camera
from fanal.demo.encode import Shot as Note
from fanal.demo.encode import encode, exif
from fanal.demo.examples import PASSED_ON, QUALITY
from fanal.demo.marking import model_file, png_with, screen_capture, texts_of
from fanal.demo.pieces import GENERATOR, Made, Piece
from fanal.demo.signed_tile import TILE
from fanal.demo.telling import pieces_of
from fanal.demo.variants import opened

SHRUNK = {"camera": 8, "generator": 4, "neither": 4}
"""How much smaller pictures are drawn than they are in the story."""
LEAST = 48
NOISE = 0.02
"""Part of the light by which one cell of a sensor differs from another."""


class Drawer:
    """Draws the contents of one story; each scene once in a row, each input when it is named."""

    def __init__(self, story: Story) -> None:
        """Take the story."""
        self.story = story
        self._signed = False
        self._scene = lru_cache(maxsize=8)(self._drawn)

    def file(self, piece: Piece) -> bytes:
        """Return the bytes of a content."""
        if piece.kind == "model":
            return model_file(self.story.setups[piece.series.using].model)
        if piece.signed and not self._signed:  # there is but one picture that is signed
            self._signed = True
            return TILE
        picture = self._picture(piece)
        if piece.side == GENERATOR:
            texts = self._texts(piece.made, picture) if piece.made else {}
            return png_with(picture, texts)
        if piece.screen:
            return screen_capture(picture)
        if piece.kind == "png":
            return png_with(picture, {})
        return self._photograph(piece, picture)

    def _photograph(self, piece: Piece, picture: Image.Image) -> bytes:
        quality = PASSED_ON
        if not piece.again and piece.taken_by >= 0:
            quality = QUALITY[self.story.bodies[piece.taken_by].model]
        if piece.shot is None:
            if piece.again:  # each messenger, and each version of it, has its own quality
                quality -= piece.number % 14
            return encode(picture, "jpeg", quality=quality)
        body = self.story.bodies[piece.shot.body]
        camera = Camera(body.model, body.serial)
        note = Note(camera, piece.shot.taken, iso=100, firmware=body.firmware)
        size = _drawn_size(body.width, body.height, SHRUNK["camera"])
        return encode(picture, "jpeg", quality=quality, exif=exif(note, *size))

    def _texts(self, made: Made, picture: Image.Image) -> dict[str, str]:
        setup, digest = self.story.setups[made.setup], ""
        if made.source and setup.tool != "ComfyUI":
            digest = self._digest(*made.source)
        return texts_of(setup, made, picture.size, digest)

    def _digest(self, number: int, content: int) -> str:
        """Return the MD5 over the pixels of a content, as programs write it of their input."""
        if number < 0:  # it is not in the case
            told = f"fanal story {self.story.seed} elsewhere {content}".encode()
            return hashlib.md5(told, usedforsecurity=False).hexdigest()
        series = self.story.series[number]
        piece = next(one for one in pieces_of(self.story, series) if one.number == content)
        pixels = opened(self.file(piece)).tobytes()
        return hashlib.md5(pixels, usedforsecurity=False).hexdigest()

    def _picture(self, piece: Piece) -> Image.Image:
        """Return what a content shows, at the size at which it is written."""
        shrunk = SHRUNK[piece.side]
        size = _drawn_size(piece.width, piece.height, shrunk)
        random = Random(f"fanal story {self.story.seed} {piece.series.number} {piece.number}")
        if piece.scene.startswith("blank"):
            return draw.flat(random, *size)
        whole = size
        if piece.taken_by >= 0:
            body = self.story.bodies[piece.taken_by]
            whole = _drawn_size(body.width, body.height, shrunk)
        picture = self._scene(piece.scene, *whole)
        if piece.apart:
            picture = _moved(picture, piece.apart, random)
        if piece.taken_by >= 0:
            picture = _sensed(picture, self.story.bodies[piece.taken_by])
        if whole != size:
            picture = picture.resize(size, Image.Resampling.LANCZOS)
        if not piece.again and piece.scene.split()[0] in {"layout", "page"}:
            picture = _own_words(picture, random)
        return picture

    def _drawn(self, scene: str, width: int, height: int) -> Image.Image:
        return draw.scene(Random(f"fanal story {self.story.seed} scene {scene}"), width, height)


def _drawn_size(width: int, height: int, shrunk: int) -> tuple[int, int]:
    """Return the size at which a picture of the story is drawn."""
    if min(width, height) <= LEAST * 2:
        return width, height
    return max(LEAST, width // shrunk), max(LEAST, height // shrunk)


def _moved(picture: Image.Image, apart: int, random: Random) -> Image.Image:
    """Return what a camera sees a moment later, or what a second pass made of a picture."""
    turn = random.choice((-1, 1)) * apart / 25
    edge = 0.02 + apart / 1500
    width, height = picture.size
    box = (edge * width, edge * height, (1 - edge) * width, (1 - edge) * height)
    turned = picture.rotate(turn, Image.Resampling.BILINEAR)
    return turned.resize(picture.size, Image.Resampling.BICUBIC, box=box)


def _sensed(picture: Image.Image, body: Body) -> Image.Image:
    """Return a picture with the noise of a camera's sensor: the same in all that it takes."""
    pattern = _pattern(body.number, *picture.size)
    pixels = np.asarray(picture, dtype=np.float32)
    pixels = pixels * (1 + NOISE * pattern[..., None])
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


@lru_cache(maxsize=16)
def _pattern(
    number: int, width: int, height: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    numbers = np.random.Generator(np.random.PCG64(number))
    return numbers.standard_normal((height, width), dtype=np.float32)


def _own_words(picture: Image.Image, random: Random) -> Image.Image:
    """Return a layout with bars where the words of this one stand."""
    out = picture.copy()
    pen = ImageDraw.Draw(out)
    for line in range(4):
        top = out.height * (line + 1) // 6
        pen.rectangle((8, top, 8 + random.randrange(out.width // 3), top + 4), fill=(40, 40, 48))
    return out
