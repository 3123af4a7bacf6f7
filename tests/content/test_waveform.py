"""A waveform tells how loud a WAV file is where, and of what is none says so."""

import contextlib
import io
import struct
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from fanal.content.image import Undecodable
from fanal.content.waveform import POINTS, Waveform, waveform


def wav(samples: np.ndarray, width: int = 2, rate: int = 8000, channels: int = 1) -> bytes:
    held = io.BytesIO()
    with wave.open(held, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(width)
        sound.setframerate(rate)
        sound.writeframes(samples.tobytes())
    return held.getvalue()


def test_bars_are_as_tall_as_the_sound_is_loud():
    quiet, loud = np.full(8000, 3277, "<i2"), np.full(8000, 32767, "<i2")
    made = waveform(wav(np.concatenate((quiet, loud))))
    assert made.milliseconds == 2000
    assert len(made.bars) == POINTS
    assert set(made.bars[:119]) == {10}
    assert set(made.bars[121:]) == {100}
    assert made.path.startswith("M0 90V111M1 90V111")


@pytest.mark.parametrize(
    ("kind", "width", "half"), [("u1", 1, 192), ("<i2", 2, 1 << 14), ("<i4", 4, 1 << 30)]
)
def test_samples_of_any_width_are_read(kind, width, half):
    made = waveform(wav(np.full(1000, half, kind), width, channels=2))
    assert set(made.bars) == {50}
    assert made.milliseconds == 1000 * 1000 // 2 // 8000


@pytest.mark.parametrize(
    "data",
    [b"", b"RIFF", b"\0" * 99, wav(np.zeros(0, "<i2")), wav(np.zeros(30, "u1"), 3)],
)
def test_what_is_none_says_so(data):
    with pytest.raises(Undecodable, match="no waveform"):
        waveform(data)


@given(some.binary(max_size=200))
def test_any_bytes_are_a_waveform_or_none(data):
    head = b"RIFF" + struct.pack("<I", 99) + b"WAVEfmt "
    for told in (data, head + data):
        with contextlib.suppress(Undecodable):
            assert waveform(told).fits


def test_a_forged_waveform_does_not_fit():
    assert Waveform(1, b"\x64").fits
    for milliseconds, bars in ((1, b""), (1, b"\x65"), (-1, b"\1"), (1, b"\1" * 241)):
        assert not Waveform(milliseconds, bars).fits
