"""Draws what cameras of a known sensor would take: every cell a little better or worse at light."""

import io
from functools import lru_cache
from random import Random

import numpy as np
from PIL import Image

from fanal.demo.draw import scene

WIDTH, HEIGHT = 592, 448
"""Hardly more pixels than the least that is compared."""
SPREAD = 0.03
"""Standard deviation of the cells; a real sensor's is some thousandths, over many more cells."""


@lru_cache(maxsize=16)
def cells(sensor: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Return how much better than the mean each cell of a sensor is."""
    numbers = np.random.default_rng(1000 + sensor)
    return numbers.standard_normal((height, width)).astype(np.float32) * SPREAD


@lru_cache(maxsize=256)
def taken(
    sensor: int | None,
    shot: int,
    width: int = WIDTH,
    height: int = HEIGHT,
    *,
    flat: bool = False,
    quality: int = 90,
    kind: str = "JPEG",
) -> bytes:
    """Return a picture file that a sensor took of a drawn scene or of a wall; None: no sensor."""
    numbers = np.random.default_rng([shot, 7, sensor or 0])
    if flat:
        across = np.linspace(-1, 1, width, dtype=np.float32) ** 2
        light = np.full((height, width, 3), 120.0, np.float32) - 6 * across[None, :, None]
    else:
        light = np.asarray(scene(Random(f"shot {shot}"), width, height), np.float32)
    grain = numbers.standard_normal((height, width, 1)).astype(np.float32)
    if sensor is not None:
        light = light * (1 + cells(sensor, width, height))[..., None]
    pixels = np.clip(np.round(light + grain), 0, 255).astype(np.uint8)
    out = io.BytesIO()
    options = {"quality": quality} if kind == "JPEG" else {}
    Image.fromarray(pixels).save(out, kind, **options)
    return out.getvalue()
