"""Finds the parts of a TIFF or DNG (TIFF 6.0): the file is one EXIF block, some tags are parts."""

from fanal.content.exif import IFD0, read_exif
from fanal.content.parts import Basket
from fanal.content.parts_photoshop import resources

_KINDS = {700: "xmp", 33723: "iptc", 34675: "icc", 0xCD41: "c2pa", 34377: "photoshop"}
"""XMP, IPTC-NAA, ICC profile, JUMBF of a content credential, Photoshop resources."""


def walk(basket: Basket) -> None:
    """Put the file itself and the parts that its first directory points to into the basket."""
    data = basket.data
    if data[:4] in {b"II+\0", b"MM\0+"}:
        basket.problem("a TIFF with offsets of 64 bits: its tags were not read")
        return
    if data[:4] not in {b"II*\0", b"MM\0*"}:
        basket.problem("it does not begin as a TIFF")
        return
    basket.whole("exif", "TIFF")
    found = read_exif(data)
    for (directory, number), tag in found.tags.items():
        if directory == IFD0 and number in _KINDS:
            _part(basket, number, tag.offset, tag.length)


def _part(basket: Basket, number: int, offset: int, length: int) -> None:
    kind = _KINDS[number]
    if kind == "photoshop":
        resources(basket, offset, length)
    else:
        basket.take(kind, f"tag {number}", offset, length)
