"""Makes of a drawn scene what people make of pictures, and what lies beside pictures."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from PIL import Image, ImageDraw

from fanal.demo import draw
from fanal.demo.encode import HEAVY, animation, encode, orientation_only, pages

Turn = Image.Transpose
TURNED_BACK = {Turn.ROTATE_90: 6, Turn.ROTATE_180: 3, Turn.ROTATE_270: 8}
"""Turn of the pixels (counter-clockwise) → EXIF orientation that shows them upright again."""
FORMATS = (
    "jpeg",
    "jpeg",
    "jpeg",
    "webp",
    "jpeg",
    "png",
    "jpeg",
    "gif",
    "jpeg",
    "bmp",
    "tiff",
    "avif",
)
"""Formats of re-encodings, taken in turns."""
SMALL = 800
"""Longest side of a picture written in a slow or large format."""


@dataclass(frozen=True, slots=True)
class Made:
    """The bytes of a file, and how they were made."""

    data: bytes
    parameters: dict[str, Any]


def variant(what: str, picture: Image.Image, turn: int, random: Random) -> Made:
    """Return a variant of a picture."""
    return VARIANTS[what](picture, turn, random)


def _re_encoding(picture: Image.Image, turn: int, random: Random) -> Made:
    kind = FORMATS[turn % len(FORMATS)]
    said: dict[str, Any] = {"format": kind}
    if kind in HEAVY or (kind == "webp" and max(picture.size) > 1280):
        picture, said["scale"] = _at_most(picture, SMALL)
    if kind == "jpeg":
        options = {
            "quality": random.randint(40, 95),
            "subsampling": random.choice((0, 1, 2)),
            "progressive": random.random() < 0.3,
        }
    elif kind in {"webp", "avif"}:
        options = {"quality": random.randint(45, 90)}
    else:
        options = {}
    return Made(encode(picture, kind, **options), {**said, **options})


def _resize(picture: Image.Image, turn: int, random: Random) -> Made:
    scale = random.uniform(0.3, 0.9)
    quality = random.randint(60, 95)
    smooth = (Image.Resampling.LANCZOS, Image.Resampling.BICUBIC, Image.Resampling.BILINEAR)[
        turn % 3
    ]
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    data = encode(picture.resize(size, smooth), "jpeg", quality=quality)
    return Made(data, {"format": "jpeg", "scale": round(scale, 4), "quality": quality})


def _crop(picture: Image.Image, _turn: int, random: Random) -> Made:
    parts = []
    for _ in range(2):  # up to 5 % of the width, likewise of the height
        lost, share = random.uniform(0, 0.05), random.random()
        parts += [lost * share, lost * (1 - share)]
    box = (
        round(picture.width * parts[0]),
        round(picture.height * parts[2]),
        round(picture.width * (1 - parts[1])),
        round(picture.height * (1 - parts[3])),
    )
    quality = random.randint(70, 95)
    data = encode(picture.crop(box), "jpeg", quality=quality)
    cut = [round(part, 4) for part in parts]
    return Made(data, {"format": "jpeg", "crop": cut, "quality": quality})


def _screenshot(picture: Image.Image, turn: int, random: Random) -> Made:
    frame = _phone if turn % 2 == 0 else _desktop
    kind = "png" if turn % 4 == 0 else "jpeg"
    shown = frame(picture, random)
    return Made(encode(shown, kind), {"format": kind, "frame": frame.__name__.strip("_")})


def _phone(picture: Image.Image, random: Random) -> Image.Image:
    """Show the picture in a drawn telephone's viewer."""
    ground = random.choice(((16, 18, 22), (246, 246, 248)))
    ink = tuple(255 - tone for tone in ground)
    screen = Image.new("RGB", (540, 1170), ground)
    pen = ImageDraw.Draw(screen)
    shown = picture.resize(
        (540, round(540 * picture.height / picture.width)), Image.Resampling.BICUBIC
    )
    screen.paste(shown, (0, max(90, (1170 - shown.height) // 2)))
    pen.rectangle((0, 0, 540, 40), fill=ground)
    for bar in range(4):
        pen.rectangle((430 + bar * 9, 28 - bar * 4, 436 + bar * 9, 30), fill=ink)
    pen.rounded_rectangle((480, 16, 520, 30), 4, outline=ink)
    pen.rectangle((20, 14, 20 + random.randint(40, 70), 28), fill=ink)
    for button in range(4):
        pen.ellipse((75 + button * 120, 1100, 105 + button * 120, 1130), outline=ink, width=3)
    return screen


def _desktop(picture: Image.Image, random: Random) -> Image.Image:
    """Show the picture in a window on a drawn desktop."""
    screen = Image.new("RGB", (1280, 800), tuple(random.randint(20, 200) for _ in range(3)))
    pen = ImageDraw.Draw(screen)
    high = random.randint(420, 600)
    wide = min(1100, round(high * picture.width / picture.height))
    left, top = random.randint(20, 1280 - wide - 20), random.randint(50, 740 - high)
    pen.rectangle((left - 2, top - 32, left + wide + 2, top + high + 2), fill=(225, 226, 230))
    for button, tint in enumerate(((236, 95, 85), (245, 190, 80), (100, 200, 90))):
        pen.ellipse(
            (left + 8 + button * 20, top - 24, left + 22 + button * 20, top - 10), fill=tint
        )
    screen.paste(picture.resize((wide, high), Image.Resampling.BICUBIC), (left, top))
    pen.rectangle((0, 760, 1280, 800), fill=(30, 32, 38))
    for icon in range(random.randint(4, 9)):
        paint = tuple(random.randint(60, 230) for _ in range(3))
        pen.rounded_rectangle((14 + icon * 46, 766, 42 + icon * 46, 794), 6, fill=paint)
    return screen


def _mirror(picture: Image.Image, turn: int, random: Random) -> Made:
    how = (Turn.FLIP_LEFT_RIGHT, Turn.FLIP_TOP_BOTTOM, Turn.TRANSPOSE, Turn.TRANSVERSE)[turn % 4]
    quality = random.randint(70, 95)
    data = encode(picture.transpose(how), "jpeg", quality=quality)
    return Made(data, {"format": "jpeg", "turn": how.name.lower(), "quality": quality})


def _rotation(picture: Image.Image, turn: int, random: Random) -> Made:
    how = (Turn.ROTATE_90, Turn.ROTATE_180, Turn.ROTATE_270)[turn % 3]
    by_tag = turn % 2 == 1
    quality = random.randint(70, 95)
    exif = orientation_only(TURNED_BACK[how]) if by_tag else b""
    data = encode(picture.transpose(how), "jpeg", quality=quality, exif=exif)
    said = {
        "format": "jpeg",
        "turn": how.name.lower(),
        "quality": quality,
        "upright_by_tag": by_tag,
    }
    return Made(data, said)


def _animation(picture: Image.Image, turn: int, random: Random) -> Made:
    small, scale = _at_most(picture, 480)
    frames = [small]
    for _ in range(random.randint(3, 7)):
        frames.append(frames[-1].rotate(2, Image.Resampling.BILINEAR, expand=False))
    kind = ("gif", "webp")[turn % 2]
    said = {"format": kind, "frames": len(frames), "frame": 0, "scale": scale}
    return Made(animation(frames, kind), said)


def _pages(picture: Image.Image, _turn: int, random: Random) -> Made:
    small, scale = _at_most(picture, SMALL)
    first = draw.scene(random, 640, 480)
    said = {"format": "tiff", "frames": 2, "frame": 1, "scale": scale}
    return Made(pages([first, small]), said)


def _at_most(picture: Image.Image, longest: int) -> tuple[Image.Image, float]:
    """Return the picture with sides of at most that many pixels, and by how much it shrank."""
    scale = min(1.0, longest / max(picture.size))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    shrunk = picture if scale == 1 else picture.resize(size, Image.Resampling.LANCZOS)
    return shrunk, round(scale, 4)


VARIANTS: dict[str, Callable[[Image.Image, int, Random], Made]] = {
    "re-encoding": _re_encoding,
    "resize": _resize,
    "crop": _crop,
    "screenshot": _screenshot,
    "mirror": _mirror,
    "rotation": _rotation,
    "animation": _animation,
    "pages": _pages,
}
"""What is made of a scene → how."""


def corrupt(turn: int, random: Random) -> Made:
    """Return a damaged picture, noise with a picture's name, or nothing at all."""
    how = ("truncated", "garbage", "empty", "broken stream")[turn % 4]
    if how == "truncated":
        data = encode(draw.scene(random, 640, 480), "jpeg", quality=80)
        part = random.uniform(0.05, 0.6)
        return Made(data[: int(len(data) * part)], {"how": how, "part": round(part, 4)})
    if how == "broken stream":
        data = encode(draw.scene(random, 320, 240), "png")
        start = data.index(b"IDAT") + 4
        return Made(data[: start + 40] + bytes(400) + data[start + 440 :], {"how": how})
    return Made(
        random.randbytes(random.randint(200, 9000)) if how == "garbage" else b"", {"how": how}
    )


def blank(turn: int, random: Random) -> Made:
    """Return a picture with nothing on it."""
    size = random.choice(((640, 480), (320, 320), (1024, 768)))
    kind = ("png", "bmp", "jpeg")[turn % 3]
    # The first two show the same white, so that a list which knows one nearly knows the other.
    picture = Image.new("RGB", (640, 480), "white") if turn < 2 else draw.flat(random, *size)
    return Made(encode(picture, kind), {"format": kind})


def icon(turn: int, random: Random) -> Made:
    """Return a tiny picture."""
    side = random.choice((16, 24, 32, 48, 64))
    kind = ("png", "gif", "ico", "jpeg")[turn % 4]
    return Made(encode(draw.scene(random, side, side), kind), {"format": kind, "side": side})


def text(turn: int, random: Random) -> Made:
    """Return a file of neutral text."""
    lines = [f"zz-test-{random.randrange(10000):04d}" for _ in range(random.randint(3, 60))]
    kind = ("plain", "html", "json", "log")[turn % 4]
    written = {
        "plain": "\n".join(lines),
        "html": "<html><body>" + "".join(f"<p>{line}</p>" for line in lines) + "</body></html>",
        "json": json.dumps({"lines": lines}),
        "log": "".join(
            f"2025-01-01T00:00:{number:02d}Z {line}\n" for number, line in enumerate(lines)
        ),
    }[kind]
    return Made(written.encode(), {"format": kind})


ALONE: dict[str, Callable[[int, Random], Made]] = {
    "corrupt": corrupt,
    "blank": blank,
    "icon": icon,
    "text": text,
}
"""What is made without a scene → how."""


def opened(data: bytes) -> Image.Image:
    """Return a picture file of ours decoded, as everybody else will see it."""
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        return picture.convert("RGB")
