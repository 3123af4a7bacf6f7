"""States how far the noise of a picture agrees with the sensor of one device of the case.

Made of the folder that keeps what is known of the device; asked on request only. First the middle
of the picture is compared, the whole frame where the middle speaks for it. What it yields is what
was measured; whether that agrees, and what it weighs, the pipeline says.
"""

import hashlib
import json
import mmap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from fanal.content.fourier import Spectrum, spectrum_of
from fanal.content.handle import Content
from fanal.content.image import Undecodable
from fanal.content.luma import luma, size_of
from fanal.content.media import is_picture
from fanal.content.sensor import (
    EXTRACTOR,
    LEAST_USED,
    MOST_PIXELS,
    Look,
    agreement,
    look,
    middle,
    residual_of,
)
from fanal.content.wavelet import Floats
from fanal.model.evidence import COMPARED
from fanal.model.finding import Finding, Record, Seen

WHOLE, MIDDLE, FACTS = "whole.f16", "middle.f16", "device.json"
"""Files of a device: the pattern of the whole frame and of its middle in half precision, row by
row, least significant byte first; and what they are."""
SCREENED = 3.0
"""Agreement of the middle below which the whole frame is not looked at. Where there is none, one
comparison in 24 reaches it (the square of a normal deviate, on one side)."""
MOST_FACTS = 1 << 16
_SHARED: "WeakKeyDictionary[Content, _Picture]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Reference:
    """What is known of one device's sensor."""

    device: str
    rows: int
    columns: int
    whole: Floats | None
    """None where the frame is no larger than its middle."""
    middle: Floats


class Sensor:
    """Compares pictures of one size with one device."""

    pictures_only = True
    on_request = True

    def __init__(self, reference: Reference, version: str) -> None:
        """Take the device and the version that its files stand for."""
        self.name = analyzer_of(reference.device)
        self.version = version
        self._reference = reference

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield what was measured, and one Seen; silent over what cannot be compared with it."""
        try:
            found = self._found(content)
        except Undecodable as why:
            outcome = "silent" if why.reason.startswith("no sensor noise") else "failed"
            yield self._seen(content, outcome, why.reason, why.detail)
            return
        yield found
        yield self._seen(content, "spoke")

    def _found(self, content: Content) -> Finding:
        if not is_picture(content.media_type):
            raise Undecodable("no sensor noise: not a picture", content.media_type)
        known = self._reference
        rows, columns = size_of(content.data, content.media_type)
        if (rows, columns) != (known.rows, known.columns):
            detail = f"{columns} x {rows} pixels, the device's have {known.columns} x {known.rows}"
            raise Undecodable("no sensor noise: another size or orientation", detail)
        picture = _SHARED.get(content)
        if picture is None:
            picture = _SHARED[content] = _Picture(content)
        told = picture.look
        if told.used < LEAST_USED:
            detail = f"{told.used:.0%} of the pixels are neither dark nor saturated"
            raise Undecodable("no sensor noise: too dark or too bright", detail)
        within = agreement(picture.middle, self._middle, known.middle.shape[1])
        overall = None
        if known.whole is None:
            overall = within
        elif within >= SCREENED:
            overall = agreement(picture.whole, spectrum_of(known.whole), columns)
        return self._finding(content, told, within, overall)

    @cached_property
    def _middle(self) -> Spectrum:
        return spectrum_of(self._reference.middle)

    def _finding(
        self, content: Content, told: Look, within: float, overall: float | None
    ) -> Finding:
        frame = "middle" if overall is None else "whole"
        pce = _rounded(within if overall is None else overall)
        data = {
            "device": self._reference.device,
            "frame": frame,
            "pce": pce,
            "pce_middle": _rounded(within),
            "mean": round(told.mean, 1),
            "used": round(told.used, 4),
        }
        says = (
            f"sensor noise was compared with device {self._reference.device}: "
            f"PCE {spelled(pce)} ({FRAMES[frame]})"
        )
        return Finding(content.sha256, self.name, self.version, COMPARED, says, data=data)

    def _seen(self, content: Content, outcome: str, reason: str = "", detail: str = "") -> Seen:
        return Seen(content.sha256, self.name, self.version, outcome, reason, detail[:200])


FRAMES = {"whole": "full frame", "middle": "middle only"}
"""Which part of a picture was compared → how that is said."""


class _Picture:
    """One picture and what was made of it, for all the devices that it is compared with."""

    def __init__(self, content: Content) -> None:
        self._plane: NDArray[Any] = luma(content.data, content.media_type, MOST_PIXELS)
        self.look = look(self._plane)

    @cached_property
    def middle(self) -> Spectrum:
        return residual_of(self._plane[middle(*self._plane.shape)])

    @cached_property
    def whole(self) -> Spectrum:
        return residual_of(self._plane)


def load(folder: str) -> Sensor:
    """Return the analyzer of the device whose files lie in a folder.

    Its version holds the digests of the files as they lie here: those of another reference, or
    files that were changed, are another version and are not asked.
    """
    home = Path(folder)
    told = json.loads(_start(home / FACTS))
    rows, columns = int(told["rows"]), int(told["columns"])
    if min(rows, columns) < 1 or rows * columns > MOST_PIXELS:
        raise ValueError(f"a device of {columns} x {rows} pixels")
    within = middle(rows, columns)
    size = within[0].stop - within[0].start, within[1].stop - within[1].start
    small, small_digest = _mapped(home / MIDDLE, size)
    whole, digest = (
        _mapped(home / WHOLE, (rows, columns)) if size != (rows, columns) else (None, "")
    )
    reference = Reference(str(told["device"]), rows, columns, whole, small)
    return Sensor(reference, version_of({MIDDLE: small_digest, WHOLE: digest}))


def analyzer_of(device: str) -> str:
    """Return the name under which a device is asked for."""
    return f"sensor {device}"


def version_of(files: Mapping[str, str]) -> str:
    """Return the version of the analyzer that files (name → SHA-256) make."""
    whole = hashlib.sha256(f"{files[MIDDLE]} {files.get(WHOLE, '')}".encode()).hexdigest()
    return f"{EXTRACTOR}-{whole[:12]}"


def spelled(pce: float) -> str:
    """Return an agreement for people: whole numbers where it is large."""
    return f"{pce:,.0f}" if abs(pce) >= 20 else f"{pce:.1f}"


def _rounded(pce: float) -> float:
    return round(pce, 2) + 0.0


def _start(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MOST_FACTS)


def _mapped(path: Path, shape: tuple[int, int]) -> tuple[Any, str]:
    """Return a pattern mapped from its file, and the SHA-256 of its bytes."""
    with path.open("rb") as stream:
        pages = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    values = np.frombuffer(pages, "<f2")
    if values.size != shape[0] * shape[1]:
        raise ValueError(f"{path.name} holds {values.size} numbers, not {shape[0] * shape[1]}")
    return values.reshape(shape), hashlib.sha256(pages).hexdigest()
