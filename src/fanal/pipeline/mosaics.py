"""Reads the mosaics of contents: what a page shows of them without being asked."""

from collections.abc import Collection

from fanal.model.finding import Mosaic
from fanal.review.tiles import fits
from fanal.stores.interface import CaseStore


def mosaics(store: CaseStore, contents: Collection[str]) -> dict[str, Mosaic]:
    """Return the mosaic of the first frame of each of these contents that has one."""
    found = store.find(Mosaic, frame=0, among={"sha256": list(contents)})
    return {mosaic.sha256: mosaic for mosaic in found if fits(mosaic)}


def frames(store: CaseStore, sha256: str) -> list[Mosaic]:
    """Return the mosaics of the frames of an animation, or of the pages of a TIFF, in order."""
    found = store.find(Mosaic, order=("sha256", "frame"), sha256=sha256)
    return [mosaic for mosaic in found if fits(mosaic)]
