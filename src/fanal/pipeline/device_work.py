"""What travels to a worker to learn a device: look at one picture, or add up a band of many."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fanal.content.handle import Content
from fanal.content.image import Undecodable
from fanal.content.luma import luma
from fanal.content.sensor import MOST_PIXELS, Look, Sums, look
from fanal.content.wavelet import Floats
from fanal.engines.interface import Died
from fanal.model.item import Body
from fanal.pipeline.sound import sound
from fanal.pipeline.work import NotRead, end_of

BAND = 4 << 20
"""Pixels of one band: its answer has to travel in one message."""
ALIGNED = 16
"""A band begins at a multiple of so many rows."""
STEPS = 127
SPREADS = 6.0
"""So many standard deviations have STEPS steps: what is lost is a 5,000th of the energy."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a device, and where its bytes lie."""

    sha256: str
    media_type: str
    body: Body


@dataclass(frozen=True, slots=True)
class Band:
    """Rows of pictures of one size that are to be added up."""

    shots: tuple[Shot, ...]
    first: int
    rows: int
    columns: int
    height: int
    """Rows of a whole picture."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The pattern of one band, in whole steps."""

    scale: float
    """What one step stands for."""
    steps: bytes
    """One signed byte a pixel, row by row."""
    weight: float
    """Energy that the pictures add up to, in the mean over its pixels."""
    unread: tuple[str, ...] = ()
    """Pictures that are not what they were when they were looked at."""


@dataclass(frozen=True, slots=True)
class ShotWork:
    """Decodes one picture and says what it is like."""

    never_raises: ClassVar[bool] = True

    def __call__(self, shot: Shot) -> Look | NotRead:
        """Return what it is like, or why it could not be read."""
        plane = _read(shot)
        return look(plane) if isinstance(plane, np.ndarray) else plane


@dataclass(frozen=True, slots=True)
class BandWork:
    """Adds up the noise of pictures in a band."""

    never_raises: ClassVar[bool] = True

    def __call__(self, band: Band) -> Estimate:
        """Return the pattern of the band."""
        sums, unread = Sums(band.first, band.rows, band.columns), []
        for shot in band.shots:
            plane = _read(shot)
            if isinstance(plane, NotRead) or plane.shape != (band.height, band.columns):
                unread.append(shot.sha256)
            else:
                sums.add(plane)
        raw, weight = sums.estimate()
        spread = float(raw.std(dtype=np.float64))
        scale = spread * SPREADS / STEPS or 1.0
        steps = np.clip(np.rint(raw / np.float32(scale)), -STEPS, STEPS).astype(np.int8)
        return Estimate(scale, steps.tobytes(), weight, tuple(unread))


def bands(shots: Sequence[Shot], height: int, columns: int) -> Iterator[Band]:
    """Yield the bands of pictures of one size."""
    rows = max(ALIGNED, BAND // columns // ALIGNED * ALIGNED)
    for first in range(0, height, rows):
        yield Band(tuple(shots), first, min(rows, height - first), columns, height)


def seen(answer: Any) -> Look | NotRead:
    """Believe what a worker says a picture is like only so far as it can be."""
    if isinstance(answer, Died):
        reason, how = end_of(answer)
        return NotRead(reason, f"looking at it {how}")
    if isinstance(answer, NotRead) and sound(answer):
        return answer
    if isinstance(answer, Look) and sound(answer) and 0 <= answer.mean <= 255:
        return answer
    return NotRead("worker died", "it answered what no worker does: it may have been taken over")


def raw_of(band: Band, answer: Any) -> tuple[Floats, float] | None:
    """Return the pattern of a band and its weight, as its worker tells; None where it does not."""
    if type(answer) is not Estimate or not sound(answer) or answer.unread:
        return None
    good = 0 < answer.scale < 1e6 and 0 <= answer.weight < 1e6
    if not good or len(answer.steps) != band.rows * band.columns:
        return None
    steps = np.frombuffer(answer.steps, np.int8).reshape(band.rows, band.columns)
    return steps.astype(np.float32) * np.float32(answer.scale), answer.weight


def _read(shot: Shot) -> NDArray[Any] | NotRead:
    content = Content(shot.sha256, shot.media_type, shot.body)
    try:
        if hashlib.sha256(content.data).hexdigest() != shot.sha256:
            return NotRead("changed while reading", "its bytes are not those digested")
        plane: NDArray[Any] = luma(content.data, content.media_type, MOST_PIXELS)
    except Undecodable as why:
        return NotRead(why.reason, why.detail[:200])
    except OSError as error:
        return NotRead("not readable", error.strerror or str(error))
    except MemoryError:
        return NotRead("limit: memory", "it takes more memory than allowed")
    return plane
