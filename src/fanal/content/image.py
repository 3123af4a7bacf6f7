"""Decodes pictures within limits of size, the fast way where that changes nothing.

A plain luma/chroma JPEG is decoded to its luma plane only, at a half, a quarter or an eighth as
long as both sides keep 300 pixels; everything else is decoded whole to red, green and blue.
Measured against `pdqhash` the first way moves a PDQ hash by 0 or 2 bits (docs/decisions/0008).
"""

import io
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image, ImageFile

from fanal.content.jpeg import read_header
from fanal.content.jxl import read_size
from fanal.content.lowbits import hidden_in_alpha

LEAST_SIDE = 300
"""A scaled decode keeps at least this many pixels on both sides."""
MOST_PIXELS = 300_000_000
"""Pixels a whole decode may have; a larger picture is recorded, not decoded."""
MOST_SCALED = 1_500_000_000
"""Pixels a JPEG that is decoded to an eighth may have."""
MOST_FRAMES = 5
"""Frames looked at of an animation, pages of a TIFF: the first and evenly spread ones."""
MOST_PAGES = 64
"""Pages looked at of a TIFF: scans are not animations, every page is another picture."""
MOST_BYTES = 256 << 20
"""Bytes of decoded frames kept at once; later frames are left out and the account says so."""

# Our own limits, with a record each, stand above. Pillow's stops pictures inside pictures and the
# frames between those looked at: it refuses what has more than twice as many pixels.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2
# What Pillow logs about hostile bytes goes to whoever asked for a log, not to the screen.
logging.getLogger("PIL").addHandler(logging.NullHandler())

_FORMATS: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("JPEG",),
    "image/png": ("PNG",),
    "image/gif": ("GIF",),
    "image/webp": ("WEBP",),
    "image/bmp": ("BMP",),
    "image/tiff": ("TIFF",),
    "image/avif": ("AVIF",),
    "image/heic": ("HEIF",),
    "image/heif": ("HEIF",),
    "image/jp2": ("JPEG2000",),
    "image/vnd.adobe.photoshop": ("PSD",),
    "image/x-icon": ("ICO",),
    "image/x-icns": ("ICNS",),
    "image/x-dds": ("DDS",),
    "image/x-sgi": ("SGI",),
    "image/x-blp": ("BLP",),
    "image/x-portable-anymap": ("PPM",),
    "image/x-fli": ("FLI",),
    "image/x-pcx": ("PCX",),
}
"""Media type → the Pillow plug-ins that may read it; no other plug-in is ever tried."""

Plane = NDArray[np.uint8]


class Undecodable(Exception):  # noqa: N818 (a reason, not a fault of the program)
    """Why a picture could not be decoded: the code for the account, and a sentence."""

    def __init__(self, reason: str, detail: str = "") -> None:
        """Keep both."""
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


_LIMITS = (Undecodable, MemoryError, Image.DecompressionBombError)
"""What ends a decode for good: another try would meet the same limit."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded picture: its plane, and by how much it was scaled down."""

    index: int
    plane: Plane = field(repr=False)
    """(rows, columns) luma, or (rows, columns, 3) red, green, blue."""
    scale: int
    height: int
    """Rows of the picture as stored, before scaling."""
    width: int
    hidden: bytes = field(default=b"", repr=False)
    """What begins as hidden text in the low bits of the alpha plane; b"" in ordinary pictures."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The decoded frames of a content, and what was wrong with it."""

    width: int
    height: int
    total: int
    """Frames or pages in the file."""
    frames: tuple[Frame, ...]
    partly: str = ""
    """Code for the account where the content is damaged but could be decoded in part."""
    detail: str = ""


def decode(data: bytes, media_type: str) -> Decoded:
    """Return the frames of a picture; raise Undecodable with the reason."""
    if media_type == "image/jxl":
        return _decode_jxl(data)
    if media_type not in _FORMATS:
        raise Undecodable(f"no decoder: {media_type}")
    with quiet():
        try:
            return _decode(data, media_type)
        except _LIMITS as error:
            raise _limit(error) from None
        except Exception as first:  # noqa: BLE001 (a decoder may raise anything over hostile bytes)
            return _in_part(data, media_type, first)


def coloured(data: bytes, media_type: str, scale: int) -> Frame:
    """Return the first frame in red, green and blue, scaled down by no more than `scale`.

    Only a JPEG is scaled at all. Raises Undecodable with the reason.
    """
    with quiet():
        try:
            image = _open(data, media_type)
            width, height = image.size
            if scale > 1:
                # Pillow takes the largest step that keeps so many pixels; rounded up it takes none.
                image.draft("RGB", (max(1, width // scale), max(1, height // scale)))
            _within(image, MOST_PIXELS)
            taken = _scale(width, image.size[0])
            return Frame(0, _rgb(image), taken, height, width)
        except _LIMITS as error:
            raise _limit(error) from None
        except Exception as error:
            raise Undecodable("damaged picture", said(error)) from error


def opened(data: bytes, media_type: str) -> Image.Image:
    """Return a picture as Pillow's users open it, at its first frame and not decoded yet.

    Raises Undecodable with the reason.
    """
    if media_type not in _FORMATS:
        raise Undecodable(f"no decoder: {media_type}")
    with quiet():
        try:
            image = _open(data, media_type)
            _within(image, MOST_PIXELS)
        except _LIMITS as error:
            raise _limit(error) from None
        except Exception as error:
            raise Undecodable("damaged picture", said(error)) from error
    return image


def in_bytes(image: Image.Image) -> Plane:
    """Return the pixels of a picture that is open, in grey or red, green and blue, 256 steps each.

    A decoder may raise anything over hostile bytes.
    """
    return _rgb(image)


def _limit(error: Exception) -> Undecodable:
    """Return the limit that was met, as the account calls it."""
    if isinstance(error, Undecodable):
        return error
    if isinstance(error, MemoryError):
        return Undecodable("limit: memory", "decoding takes more memory than allowed")
    return Undecodable("limit: pixels", f"more than {MOST_PIXELS} pixels")


def _scale(whole: int, scaled: int) -> int:
    """Return by which of 1, 2, 4, 8 a side was divided, rounded up."""
    return next(scale for scale in (1, 2, 4, 8) if -(-whole // scale) == scaled)


def _in_part(data: bytes, media_type: str, first: Exception) -> Decoded:
    """Decode a damaged picture as far as it goes."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        decoded = _decode(data, media_type, tolerant=True)
    except _LIMITS as error:
        raise _limit(error) from None
    except Exception:  # noqa: BLE001 (the first error says what is wrong)
        raise Undecodable("damaged picture", said(first)) from first
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    return Decoded(
        decoded.width,
        decoded.height,
        decoded.total,
        decoded.frames,
        decoded.partly or "decoded in part",
        decoded.detail if decoded.partly else said(first),
    )


def _decode(data: bytes, media_type: str, *, tolerant: bool = False) -> Decoded:
    """Decode the first and some later frames; `tolerant` keeps those before the first bad one."""
    if media_type == "image/jpeg":
        return _decode_jpeg(data)
    image, total = _counted(data, media_type, tolerant=tolerant)
    width, height = image.size
    frames: list[Frame] = []
    held = 0
    scanned = media_type == "image/tiff"
    chosen = _spread(total, MOST_PAGES if scanned else MOST_FRAMES)
    for index in chosen:
        try:
            if index:
                image.seek(index)
                _within(image, MOST_PIXELS)
                _fits(image, held, f"looked at {len(frames)} of {total}")
            plane = _rgb(image)
            hidden = b"" if index else hidden_in_alpha(image)
        except _LIMITS as error:
            if not frames:
                raise
            why = _limit(error)
            return Decoded(width, height, total, tuple(frames), why.reason, why.detail)
        except Exception:
            if not frames or not tolerant:
                raise
            break
        held += plane.nbytes
        frames.append(Frame(index, plane, 1, plane.shape[0], plane.shape[1], hidden))
    left = f"{len(chosen)} of {total} looked at" if len(chosen) < total else ""
    return Decoded(
        width, height, total, tuple(frames), "limit: frames" if left and scanned else "", left
    )


def _counted(data: bytes, media_type: str, *, tolerant: bool) -> tuple[Image.Image, int]:
    """Return the picture opened at its first frame, and how many frames there are."""
    image = _open(data, media_type)
    _within(image, MOST_PIXELS)
    try:
        return image, max(1, int(getattr(image, "n_frames", 1)))
    except Exception:
        if not tolerant:
            raise
        return _open(data, media_type), 1  # counting has left the other in the middle


def _spread(total: int, most: int) -> tuple[int, ...]:
    """Return the first frame and evenly spread later ones, `most` at the most."""
    if total <= most:
        return tuple(range(total))
    return tuple(round(step * (total - 1) / (most - 1)) for step in range(most))


def _decode_jpeg(data: bytes) -> Decoded:
    header = read_header(data)
    warning = ""
    if header is not None and header.plain_luma and not ImageFile.LOAD_TRUNCATED_IMAGES:
        try:
            return _decode_luma(data, header.width, header.height)
        except ValueError as error:  # the decoder met damage; Pillow tells whether it matters
            warning = said(error)
    image = _open(data, "image/jpeg")
    _within(image, MOST_PIXELS)
    width, height = image.size
    return Decoded(width, height, 1, (Frame(0, _rgb(image), 1, height, width),), "", warning)


def _decode_luma(data: bytes, width: int, height: int) -> Decoded:
    if width * height > MOST_SCALED:
        raise Undecodable("limit: pixels", f"{width} x {height} pixels")
    scale = max(s for s in (1, 2, 4, 8) if s == 1 or min(width, height) // s >= LEAST_SIDE)
    rows, columns = -(-height // scale), -(-width // scale)
    if rows * columns > MOST_PIXELS:
        raise Undecodable("limit: pixels", f"{width} x {height} pixels")
    least = {} if scale == 1 else {"min_height": rows, "min_width": columns}
    plane = simplejpeg.decode_jpeg(data, "GRAY", fastdct=False, **least)[:, :, 0]
    if plane.shape != (rows, columns):
        raise ValueError(f"decoded to {plane.shape}, not to {rows} x {columns}")
    return Decoded(width, height, 1, (Frame(0, plane, scale, height, width),))


def _open(data: bytes, media_type: str) -> Image.Image:
    formats = _FORMATS[media_type]
    if "HEIF" in formats:
        _register_heif()
    return Image.open(io.BytesIO(data), formats=formats)


def _register_heif() -> None:
    if "HEIF" not in Image.OPEN:
        import pi_heif  # noqa: PLC0415 (its libraries load only where a HEIC is met)

        pi_heif.register_heif_opener(thumbnails=False)


def _within(image: Image.Image, most: int) -> None:
    width, height = image.size
    if width * height > most:
        raise Undecodable("limit: pixels", f"{width} x {height} pixels")
    if width < 1 or height < 1:
        raise Undecodable("damaged picture", f"{width} x {height} pixels")


def _fits(image: Image.Image, held: int, detail: str) -> None:
    if held + image.width * image.height * 3 > MOST_BYTES:
        raise Undecodable("limit: frames", detail)


def _rgb(image: Image.Image) -> Plane:
    """Return red, green and blue as Pillow's users get them: alpha dropped, palette looked up."""
    if image.mode.startswith("I;16"):
        wide = np.asarray(image)
        grey: Plane = (wide >> 8).astype(np.uint8)
        return grey
    if image.mode in {"I", "F"}:
        return np.asarray(_to_bytes(image))
    image.load()
    return np.asarray(image if image.mode in {"L", "RGB"} else image.convert("RGB"))


def _to_bytes(image: Image.Image) -> Plane:
    """Return a wide grey picture in 256 steps: 16-bit values are halved in depth, others cut."""
    values = np.nan_to_num(np.asarray(image, dtype=np.float64))
    if image.mode == "I" and values.max(initial=0) > 255:
        values = values / 256
    cut: Plane = np.clip(values, 0, 255).astype(np.uint8)
    return cut


def _decode_jxl(data: bytes) -> Decoded:
    try:
        import imagecodecs  # noqa: PLC0415 (an extra that few laboratories install)
    except ImportError as error:
        raise Undecodable("no decoder: image/jxl", "install fanal[jxl]") from error
    size = read_size(data)
    if size is not None and size[0] * size[1] > MOST_PIXELS:
        raise Undecodable("limit: pixels", f"{size[0]} x {size[1]} pixels")
    try:
        plane = _eight_bits(np.asarray(imagecodecs.jpegxl_decode(data, index=0)))
    except _LIMITS as error:
        raise _limit(error) from None
    except Exception as error:
        raise Undecodable("damaged picture", said(error)) from error
    height, width = plane.shape[:2]
    return Decoded(width, height, 1, (Frame(0, plane, 1, height, width),))


def _eight_bits(values: NDArray[Any]) -> Plane:
    """Return grey, or red, green and blue, in 256 steps; alpha is dropped."""
    if values.ndim == 3:
        values = values[..., :3] if values.shape[2] >= 3 else values[..., 0]
    if values.dtype == np.uint16:
        values = values >> 8
    elif values.dtype != np.uint8:
        values = np.clip(np.nan_to_num(values) * 255.0, 0, 255)
    return np.ascontiguousarray(values, dtype=np.uint8)


def said(error: BaseException) -> str:
    """Return what a library said, in one printable line of at most 200 characters."""
    # An address in memory would make the same failure differ from run to run.
    said = re.sub(r"<\S+ object at 0x\w+>", "the file", f"{type(error).__name__}: {error}")
    return "".join(letter if letter.isprintable() else "?" for letter in said)[:200]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the decoders' warnings about hostile bytes off the user's screen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
