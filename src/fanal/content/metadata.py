"""What a picture file holds beside its pixels: its parts, walked once within hard limits."""

from collections.abc import Callable

from fanal.content import (
    parts_gif,
    parts_heif,
    parts_jpeg,
    parts_photoshop,
    parts_png,
    parts_tiff,
    parts_webp,
)
from fanal.content.parts import MOST_PARTS, MOST_VALUE, Basket, Metadata, Part

__all__ = ["MOST_PARTS", "MOST_VALUE", "Metadata", "Part", "read_metadata"]

_WALKERS: dict[str, tuple[str, Callable[[Basket], None]]] = {
    "image/jpeg": ("jpeg", parts_jpeg.walk),
    "image/png": ("png", parts_png.walk),
    "image/webp": ("webp", parts_webp.walk),
    "image/heic": ("heif", parts_heif.walk),
    "image/heif": ("heif", parts_heif.walk),
    "image/avif": ("heif", parts_heif.walk),
    "image/jxl": ("jxl", parts_heif.walk),
    "image/gif": ("gif", parts_gif.walk),
    "image/tiff": ("tiff", parts_tiff.walk),
    "image/vnd.adobe.photoshop": ("psd", parts_photoshop.walk),
}
"""Media type → the name of its container, and who walks it."""


def read_metadata(data: bytes, media_type: str) -> Metadata:
    """Return the parts of a picture file; never raises."""
    container, walk = _WALKERS.get(media_type, ("", None))
    if walk is None:
        return Metadata("")
    basket = Basket(data)
    walk(basket)
    return Metadata(container, tuple(basket.parts), tuple(basket.problems))
