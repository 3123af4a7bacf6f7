"""Draws benign scenes that look like a camera's to a hash: varied, lit, grainy, nobody in them."""

from random import Random
from statistics import NormalDist

import numpy as np
from PIL import Image

from fanal.demo import indoors, outdoors
from fanal.demo.canvas import Canvas, relief

KINDS = (
    outdoors.hills,
    outdoors.sea,
    outdoors.forest,
    outdoors.street,
    outdoors.night,
    outdoors.meadow,
    indoors.room,
    indoors.still_life,
    indoors.shelf,
    indoors.chart,
    indoors.pebbles,
    indoors.quilt,
)
BELL = np.array([NormalDist().inv_cdf((n + 0.5) / 256) for n in range(256)])
"""Byte → a number of the normal distribution: noise at the price of random bytes."""


def scene(random: Random, width: int, height: int) -> Image.Image:
    """Return a drawn scene; the same state of `random` gives the same pixels."""
    # Painted at half size where large: a lens and a mosaic of sensor cells soften edges just so.
    halved = max(width, height) > 640
    canvas = Canvas(random, *((width + 1) // 2, (height + 1) // 2) if halved else (width, height))
    random.choice(KINDS)(canvas)
    _light(canvas)
    picture = _develop(canvas)
    if random.random() < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    picture = _frame(random, picture, width, height)
    return _noise(canvas.numbers, picture, random.uniform(1.0, 4.5))


def flat(random: Random, width: int, height: int) -> Image.Image:
    """Return a picture with next to nothing on it: one tone, a little noise at most."""
    tone = tuple(random.randrange(256) for _ in range(3))
    picture = Image.new("RGB", (width, height), tone)
    if random.random() < 0.5:
        return picture
    return _noise(np.random.Generator(np.random.PCG64(random.getrandbits(64))), picture, 1.0)


def _light(canvas: Canvas) -> None:
    """Let light fall unevenly, and fall off towards the corners as a lens does."""
    random = canvas.random
    wide, high = max(16, canvas.width // 8), max(16, canvas.height // 8)
    field = 1 + random.uniform(0.1, 0.3) * relief(canvas.numbers, wide, high, coarse=2, keep=0.35)
    across = np.linspace(-1, 1, wide, dtype=np.float32) ** 2
    down = np.linspace(-1, 1, high, dtype=np.float32) ** 2
    field *= 1 - random.uniform(0.05, 0.2) * (across[None, :] + down[:, None])
    small = Image.fromarray(field.clip(0.2, 2.0))
    size = (canvas.width, canvas.height)
    canvas.pixels *= np.asarray(small.resize(size, Image.Resampling.BILINEAR))


def _develop(canvas: Canvas) -> Image.Image:
    """Turn the canvas into eight bits a colour, with a white balance and an exposure."""
    random = canvas.random
    pixels = canvas.pixels
    exposure = 118 / max(40.0, min(190.0, float(pixels.mean()))) * random.uniform(0.8, 1.2)
    balance = [exposure * random.uniform(0.93, 1.07) for _ in range(3)]
    pixels *= np.array(balance, np.float32)[:, None, None]
    np.clip(pixels, 0, 255, out=pixels)
    return Image.merge("RGB", [Image.fromarray(plane) for plane in pixels.astype(np.uint8)])


def _frame(random: Random, picture: Image.Image, width: int, height: int) -> Image.Image:
    """Hold the camera a little askew and nearer or farther, and bring the picture to size."""
    turned = picture.rotate(random.uniform(-3.5, 3.5), Image.Resampling.BILINEAR)
    # A turn of 3.5 degrees leaves bare corners within 5 % of each edge (up to 4:3, either way).
    edge = random.uniform(0.05, 0.16)
    left, top = random.uniform(0.045, edge), random.uniform(0.045, edge)
    right, bottom = random.uniform(0.045, edge), random.uniform(0.045, edge)
    box = (
        left * picture.width,
        top * picture.height,
        (1 - right) * picture.width,
        (1 - bottom) * picture.height,
    )
    return turned.resize((width, height), Image.Resampling.BICUBIC, box=box)


def _noise(numbers: np.random.Generator, picture: Image.Image, spread: float) -> Image.Image:
    """Add a sensor's noise: independent in every cell, a little of it in colour."""
    table = np.round(BELL * spread).astype(np.int16)
    pixels = np.asarray(picture).astype(np.int16)
    height, width = pixels.shape[:2]
    drawn = np.frombuffer(numbers.bytes(height * width), np.uint8).reshape(height, width)
    pixels += table[drawn][..., None]
    np.clip(pixels, 0, 255, out=pixels)
    return Image.fromarray(pixels.astype(np.uint8))
