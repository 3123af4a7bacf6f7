"""What travels to a worker to show a picture, and how far the answer is believed."""

import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar

from PIL import Image

from fanal.analyzers.mosaic import squares
from fanal.content.handle import Content
from fanal.content.image import Undecodable
from fanal.content.jpeg import read_header, segments
from fanal.content.media import is_picture, is_video
from fanal.content.preview import COLOURED, MOST_BYTES, SIDES, Preview, View, drawn, preview
from fanal.content.video import STRIP, at, strip
from fanal.content.waveform import Waveform, waveform
from fanal.model.finding import Mosaic
from fanal.model.item import Body
from fanal.pipeline.facts import printable
from fanal.pipeline.sound import sound
from fanal.pipeline.work import NotRead
from fanal.review.tiles import fits

CHANGED, UNREAD = "changed", "not readable"
"""Reasons for which another copy is tried."""
SEGMENTS = frozenset({0xE0, 0xDB, 0xC0, 0xC4, 0xDA})
"""What a preview is made of: JFIF, quantization, a baseline frame, Huffman tables, the scan."""


@dataclass(frozen=True, slots=True)
class ShowTask:
    """One content, where its bytes may be, and what is to be seen of it."""

    sha256: str
    media_type: str
    body: Body
    view: View


@dataclass(frozen=True, slots=True)
class Strip:
    """Frames of a video as mosaics."""

    mosaics: tuple[Mosaic, ...]
    milliseconds: tuple[int, ...]
    """Where each stands in the video."""


@dataclass(frozen=True, slots=True)
class ShowWork:
    """Makes a preview of the content, if its bytes are still those that were digested."""

    never_raises: ClassVar[bool] = True

    def __call__(self, task: ShowTask) -> Preview | NotRead:
        """Return the preview, or why there is none."""
        data = _bytes(task)
        if isinstance(data, NotRead):
            return data
        try:
            if is_video(task.media_type):
                plane = at(data, task.view.frame).plane
                return drawn(Image.fromarray(plane), task.view)
            if is_picture(task.media_type):
                return preview(data, task.media_type, task.view)
        except Undecodable as why:
            return NotRead(why.reason, why.detail)
        return NotRead("no picture", "it is neither a picture nor a video")


@dataclass(frozen=True, slots=True)
class StripWork:
    """Makes the strip of a video."""

    never_raises: ClassVar[bool] = True

    def __call__(self, task: ShowTask) -> Strip | NotRead:
        """Return the strip, or why there is none."""
        data = _bytes(task)
        if isinstance(data, NotRead):
            return data
        try:
            stills = strip(data)
        except Undecodable as why:
            return NotRead(why.reason, why.detail)
        made = (Mosaic(task.sha256, one.number, *squares(one.plane)) for one in stills)
        return Strip(tuple(made), tuple(round(one.seconds * 1000) for one in stills))


@dataclass(frozen=True, slots=True)
class SoundWork:
    """Makes the waveform of a sound."""

    never_raises: ClassVar[bool] = True

    def __call__(self, task: ShowTask) -> Waveform | NotRead:
        """Return the waveform, or why there is none."""
        data = _bytes(task)
        if isinstance(data, NotRead):
            return data
        try:
            return waveform(data)
        except Undecodable as why:
            return NotRead(why.reason, why.detail)


def _bytes(task: ShowTask) -> bytes | NotRead:
    """Return the bytes of a content; nothing is decoded that is not what was digested."""
    try:
        data = Content(task.sha256, task.media_type, task.body).data
    except Undecodable as why:
        return NotRead(why.reason, why.detail)
    except OSError:
        return NotRead(UNREAD)
    if hashlib.sha256(data).hexdigest() != task.sha256:
        return NotRead(CHANGED)
    return data


def believed(task: ShowTask, answer: Any) -> Preview | Strip | Waveform | NotRead:
    """Return what a worker answered, if it is what such a worker answers: it may be taken over."""
    match answer:
        case NotRead(reason, detail) if sound(answer):
            return NotRead(printable(reason)[:60], printable(detail)[:200])
        case Preview() if sound(answer) and _is_preview(answer, task.view.level):
            return answer
        case Strip() if _is_strip(task, answer):
            return answer
        case Waveform() if sound(answer) and answer.fits:
            return answer
    return NotRead("worker died", "its worker answered what no worker does")


def _is_preview(made: Preview, level: int) -> bool:
    """Tell whether an answer is a JPEG of the level's size and colours, with pixels and no more."""
    data = made.data
    header = read_header(data) if data[:2] == b"\xff\xd8" and len(data) <= MOST_BYTES else None
    if header is None or {marker for marker, _, _ in segments(data)} - SEGMENTS:
        return False
    parts = 3 if level == COLOURED else 1
    size = (header.width, header.height)
    return (
        size == (made.width, made.height)
        and min(size) >= 1
        and max(size) <= SIDES[level]
        and len(header.components) == parts
    )


def _is_strip(task: ShowTask, made: Strip) -> bool:
    if {type(made.mosaics), type(made.milliseconds)} != {tuple}:
        return False
    times = [type(one) is int and 0 <= one < 1 << 40 for one in made.milliseconds]
    good = [
        type(one) is Mosaic and sound(one) and one.sha256 == task.sha256 and fits(one)
        for one in made.mosaics
    ]
    return 1 <= len(good) == len(times) <= STRIP and all(good) and all(times)
