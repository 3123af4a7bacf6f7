"""Draws the loudness of a WAV file as a line, to be looked at and never heard."""

import io
import wave
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.content.image import Undecodable, said

POINTS = 240
"""Bars of a waveform."""
TALL = 100
"""The loudest a bar can be."""
MOST = 200_000_000
"""Bytes of samples that are read."""


@dataclass(frozen=True, slots=True)
class Waveform:
    """How loud a sound is from its begin to its end."""

    milliseconds: int
    bars: bytes
    """One byte a bar, 0 to 100."""

    @property
    def fits(self) -> bool:
        """Tell whether it is one."""
        short = 0 <= self.milliseconds < 1 << 40 and 1 <= len(self.bars) <= POINTS
        return short and max(self.bars) <= TALL

    @property
    def path(self) -> str:
        """Return the bars as the path of an SVG that is as many units wide, and 200 tall."""
        return "".join(f"M{at} {TALL - bar}V{TALL + bar + 1}" for at, bar in enumerate(self.bars))


def waveform(data: bytes) -> Waveform:
    """Return the waveform of a WAV file of whole-numbered samples; raise Undecodable for others."""
    try:
        with wave.open(io.BytesIO(data)) as sound:
            rate, width, channels = sound.getframerate(), sound.getsampwidth(), sound.getnchannels()
            frames = min(sound.getnframes(), MOST // max(1, width * channels))
            samples = sound.readframes(frames)
    except MemoryError:
        raise Undecodable("limit: memory", "it takes more memory than allowed") from None
    except Exception as error:  # the library may raise anything over hostile bytes
        raise Undecodable("no waveform", said(error)) from error
    if width not in {1, 2, 4} or rate < 1 or channels < 1:
        raise Undecodable("no waveform", f"{width * 8} bits a sample")
    kept = len(samples) - len(samples) % (width * channels)
    if not kept:
        raise Undecodable("no waveform", "it holds no samples")
    loud = _loudness(samples[:kept], width)
    seconds = kept / (width * channels) / rate
    bars = [part.max() for part in np.array_split(loud, min(POINTS, len(loud)))]
    steps = np.clip(np.round(np.array(bars) * TALL), 0, TALL).astype(np.uint8)
    return Waveform(round(seconds * 1000), steps.tobytes())


def _loudness(samples: bytes, width: int) -> NDArray[np.float32]:
    """Return every sample's distance from silence, 0 to 1."""
    if width == 1:
        values = np.frombuffer(samples, np.uint8).astype(np.float32) - np.float32(128)
        most = 1 << 7
    else:
        values = np.frombuffer(samples, "<i2" if width == 2 else "<i4").astype(np.float32)
        most = 1 << (8 * width - 1)
    loud: NDArray[np.float32] = np.abs(values) / np.float32(most)
    return loud
