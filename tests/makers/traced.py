"""Draws scenes as a lens and a sensor would give them, and does to them what leaves traces."""

import io
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Field = NDArray[np.float64]
Picture = NDArray[np.uint8]
TALL, WIDE = 384, 512


def drawn(seed: int, tall: int = TALL, wide: int = WIDE) -> Field:
    """Return linear light: uneven ground, and shapes with sharp edges on it."""
    made = np.random.default_rng(seed)
    ground = np.stack([_uneven(made, tall, wide) for _ in range(2)], -1)
    light = ground @ made.uniform(0.2, 0.6, (2, 3))
    rows, columns = np.mgrid[:tall, :wide]
    for _ in range(int(made.integers(5, 20))):
        x, y = made.uniform(0, wide), made.uniform(0, tall)
        long, short = made.uniform(15, wide / 4), made.uniform(15, tall / 4)
        turn = made.uniform(0, np.pi)
        along = (columns - x) * np.cos(turn) + (rows - y) * np.sin(turn)
        beside = (rows - y) * np.cos(turn) - (columns - x) * np.sin(turn)
        if made.random() < 0.5:
            inside = (np.abs(along) < long) & (np.abs(beside) < short)
        else:
            inside = (along / long) ** 2 + (beside / short) ** 2 < 1
        light[inside] = light[inside] * made.uniform(0.2, 0.7) + made.uniform(0, 0.6, 3)
    return np.clip(light, 0, 1)


def _uneven(made: np.random.Generator, tall: int, wide: int) -> Field:
    slow = np.hypot(np.fft.fftfreq(tall)[:, None], np.fft.rfftfreq(wide)[None])
    slow[0, 0] = 1
    parts = made.normal(size=(2, tall, wide // 2 + 1))
    field: Field = np.fft.irfft2(
        (parts[0] + 1j * parts[1]) / slow ** made.uniform(1.2, 1.7), (tall, wide)
    )
    return (field - field.min()) / np.ptp(field)


def through_a_lens(light: Field) -> Field:
    """Return what a sharp lens makes of it."""
    for axis in (0, 1):
        light = (np.roll(light, 1, axis) + 2 * light + np.roll(light, -1, axis)) / 4
    return light


def shown(light: Field) -> Picture:
    """Return it as a screen shows it."""
    return np.clip(np.rint(255 * np.clip(light, 0, 1) ** (1 / 2.2)), 0, 255).astype(np.uint8)


@lru_cache(maxsize=64)
def plain(seed: int, noise: float = 0.012, tall: int = TALL, wide: int = WIDE) -> Picture:
    """Return a scene without any colour filter: three sensors, each with its noise.

    Nobody may change it, for others get the same."""
    made = np.random.default_rng(seed + 9000)
    light = through_a_lens(drawn(seed, tall, wide))
    return shown(light + made.normal(0, noise, light.shape))


@lru_cache(maxsize=64)
def filtered(seed: int, noise: float = 0.02, tall: int = TALL, wide: int = WIDE) -> Picture:
    """Return a scene behind a Bayer filter (red first), its colours interpolated.

    By H. S. Malvar, L.-W. He and R. Cutler, "High-quality linear interpolation for demosaicing of
    Bayer-patterned color images", 2004, for green; colour differences in a straight line.
    """
    made = np.random.default_rng(seed + 9000)
    light = through_a_lens(drawn(seed, tall, wide))
    rows, columns = np.mgrid[:tall, :wide]
    which = rows % 2 + columns % 2  # 0 red, 1 green, 2 blue
    told = np.take_along_axis(light, which[..., None], 2)[..., 0]
    told += made.normal(0, noise, told.shape)
    near, far = [(0, 1), (1, 0)], [(0, 2), (2, 0)]
    green = told / 2 + _beside(told, near) / 4 - _beside(told, far) / 8
    green = np.where(which == 1, told, green)
    colours = [green]
    for colour in (0, 2):
        difference = np.where(which == colour, told - green, 0)
        spread = (
            difference + _beside(difference, near) / 2 + _beside(difference, [(1, 1), (1, -1)]) / 4
        )
        colours.append(green + spread)
    return shown(np.stack([colours[1], colours[0], colours[2]], -1))


def _beside(field: Field, steps: Sequence[tuple[int, int]]) -> Field:
    """Return the sum of the neighbours on both sides."""
    return sum(
        (
            np.roll(field, (way * down, way * across), (0, 1))
            for down, across in steps
            for way in (1, -1)
        ),
        np.zeros_like(field),
    )


def saved(picture: Picture, quality: int) -> bytes:
    """Return it as a JPEG."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality)
    return out.getvalue()


def kept(picture: Picture) -> bytes:
    """Return it as a PNG."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG", compress_level=1)
    return out.getvalue()


def opened(data: bytes) -> Picture:
    """Return the pixels of a file."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def grey(picture: Picture) -> Picture:
    """Return its luma."""
    return np.asarray(Image.fromarray(picture).convert("L"))


def cropped(picture: Picture, x: int, y: int) -> Picture:
    """Return it without so many columns at the left and rows at the top."""
    return np.ascontiguousarray(picture[y:, x:])


def scaled(picture: Picture, factor: float) -> Picture:
    """Return it enlarged or reduced."""
    image = Image.fromarray(picture)
    size = round(image.width * factor), round(image.height * factor)
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC))
