"""Targets: previews of any bytes in a guarded worker, mosaics, and waveforms."""

from contextlib import suppress

import numpy as np

from fanal.analyzers.mosaic import squares
from fanal.content.image import Undecodable
from fanal.content.media import media_type
from fanal.content.preview import Preview, View
from fanal.content.waveform import waveform
from fanal.engines.interface import Died
from fanal.model.finding import Mosaic
from fanal.model.item import MemoryBody
from fanal.pipeline.reveal_work import ShowTask, ShowWork, believed
from fanal.pipeline.work import NotRead
from fanal.review.tiles import tile
from fuzz.seeds import pictures as seeds
from fuzz.target import Target, require
from fuzz.targets.media import SECONDS, _worker
from makers.evidence import sha256


def shown(data: bytes) -> None:
    """Make a preview of any bytes: what comes back fits its level, or there is a reason."""
    kind, level = media_type(data[:4096]), 2 + len(data) % 4
    view = View(level, "zz", 0, 0.1, 0.1, 0.5, 0.5) if level > 3 else View(level, "zz")
    task = ShowTask(sha256(data), kind, MemoryBody(data), view)
    (answer,) = _worker().answers(ShowWork(), (task,), SECONDS)
    if isinstance(answer, Died):
        require(not answer.out_of_time, f"a preview of {len(data)} bytes takes too long")
        return
    made = believed(task, answer)
    require(
        made is answer or isinstance(answer, NotRead), f"an honest answer is not believed: {kind}"
    )
    require(isinstance(made, Preview | NotRead), f"an answer of another kind: {type(made)}")


def covered(data: bytes) -> None:
    """Make mosaics and tiles of planes of odd shapes."""
    sides = (*data[:4], *bytes(4))[:4]
    shape = (sides[0] * (1 + sides[2] % 9) + 1, sides[1] + 1, *((3,) if sides[3] % 2 else ()))
    plane = np.resize(np.frombuffer(data or b"\0", np.uint8), shape)
    made = Mosaic("a" * 64, 0, *squares(plane))
    require(bool(tile(made)), f"a mosaic of {shape} is none")


def loud(data: bytes) -> None:
    """Draw the waveform of any bytes."""
    with suppress(Undecodable):
        require(waveform(data).fits, "a waveform that does not fit")


WAV = (
    b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\x08\0\0\0"
    b"\0\0\xff\x7f\0\x80\1\0"
)
TARGETS = (
    Target("previews", shown, seeds.of_every_kind, guided=False, examples=40),
    Target("mosaics", covered, lambda: [bytes([9, 9, 1, 1, 77]), bytes(range(256)), b"\xff" * 9]),
    Target("waveforms", loud, lambda: [WAV]),
)
