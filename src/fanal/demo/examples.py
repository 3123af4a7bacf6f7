"""Has the real analyzers look at small drawn files, one of each sort, and keeps what they state.

So whatever the operation's records say of a million contents is said as it would be said of files.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from random import Random

from PIL import Image

from fanal.analyzers import ANALYZERS
from fanal.content.handle import Content
from fanal.content.media import SAFETENSORS, media_type
from fanal.demo import draw
from fanal.demo.cast import Body, SetUp
from fanal.demo.devices import Camera
from fanal.demo.encode import Shot as Note
from fanal.demo.encode import encode, exif
from fanal.demo.marking import model_file, png_with, screen_capture, texts_of
from fanal.demo.pieces import Made
from fanal.demo.signed_tile import TILE
from fanal.demo.story_people import MODELS
from fanal.model.finding import Finding
from fanal.model.item import MemoryBody

LOOKERS = ("camera", "generator", "credential", "model_file")
"""Analyzers that state where a picture comes from and are asked in every run."""
TAKEN = datetime(2024, 3, 4, 5, 6, 7, tzinfo=UTC)
SIDE = 128
QUALITY = {model: 82 + 2 * at for at, (model, _, _) in enumerate(MODELS)}
"""Camera model → the quality at which it writes JPEG."""
PASSED_ON = 74
"""Quality at which a messenger writes JPEG."""
ZEROS = "0" * 32
"""Stands in an example for the MD5 of an input picture."""


@dataclass(frozen=True, slots=True)
class Example:
    """What the analyzers state of one small file."""

    sha256: str
    media_type: str
    findings: tuple[Finding, ...]


def looked_at(data: bytes, kind: str = "") -> Example:
    """Return what the analyzers state of a file."""
    sha256 = hashlib.sha256(data).hexdigest()
    content = Content(sha256, kind or media_type(data[:4096]), MemoryBody(data))
    found = tuple(
        record
        for name in LOOKERS
        for record in ANALYZERS.get(name)().analyze(content)
        if isinstance(record, Finding)
    )
    return Example(sha256, content.media_type, found)


@cache
def _picture(width: int, height: int) -> Image.Image:
    return draw.scene(Random("fanal demo example"), width, height)


@cache
def of_camera(body: Body, *, again: bool, scaled: bool) -> Example:
    """Return what is stated of a camera's file; `again`: a messenger wrote it, or scaled it too."""
    width, height = SIDE, SIDE * body.height // body.width
    note = Note(Camera(body.model, body.serial), TAKEN, firmware=body.firmware)
    told = (2 * width, 2 * height) if scaled else (width, height)
    picture = _picture(width, height)
    quality = PASSED_ON if again else QUALITY[body.model]
    return looked_at(encode(picture, "jpeg", quality=quality, exif=exif(note, *told)))


@cache
def of_generator(setup: SetUp, role: str, *, named: bool) -> Example:
    """Return what is stated of a generated picture; `named`: its input is named by a digest."""
    made = Made(setup.number, 1, 0, role, None, "zz-in.png" if role else "")
    size = (SIDE, SIDE * setup.height // setup.width)
    texts = texts_of(setup, made, size, ZEROS if named else "")
    return looked_at(png_with(_picture(*size), texts))


@cache
def of_signed() -> Example:
    """Return what is stated of a picture that a service signed."""
    return looked_at(TILE)


@cache
def of_screen() -> Example:
    """Return what is stated of a screen capture."""
    return looked_at(screen_capture(_picture(SIDE, 2 * SIDE)))


@cache
def of_model() -> Example:
    """Return what is stated of a model file: here one that holds a single number."""
    return looked_at(model_file("zz-model"), SAFETENSORS)
