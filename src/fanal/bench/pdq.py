"""Prints how far our PDQ of real pictures is from that of the `pdqhash` package."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pdqhash
from PIL import Image

from fanal.analyzers.perceptual import Perceptual
from fanal.bench.timing import table
from fanal.content.handle import Content
from fanal.content.jpeg import read_header
from fanal.content.media import is_picture, media_type
from fanal.content.pdq import LEAST_QUALITY
from fanal.errors import UsageError
from fanal.model.finding import Fingerprint
from fanal.model.item import MemoryBody


def main(arguments: Sequence[str]) -> None:
    """Print each picture's two hashes, then the deviations by size and by colour space."""
    if not arguments:
        raise UsageError("name pictures or folders", "fanal bench pdq FOLDER…")
    by: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for path in _files(arguments):
        data = path.read_bytes()
        kind = media_type(data[:4096])
        ours = _ours(data, kind)
        theirs = _theirs(path) if is_picture(kind) else None
        if ours is None or theirs is None:
            continue
        value, quality = theirs
        apart = (int.from_bytes(ours.value, "big") ^ int.from_bytes(value, "big")).bit_count()
        with Image.open(path) as picture:
            pixels, space = picture.width * picture.height, _space(data, kind, picture.mode)
        print(f"{apart:3}  {ours.value.hex()}  {value.hex()}  {quality:3}  {space:<18}  {path}")
        names = ["all", _size(pixels), space]
        if quality < LEAST_QUALITY:
            names.append("quality below 50 (matched by digest only)")
        for name in names:
            by[name][apart] += 1
    _print(by)


def _print(by: dict[str, Counter[int]]) -> None:
    rows: list[tuple[object, ...]] = [
        ("pictures", "count", "0 bits", "2", "4", "more", "most", "99 % within")
    ]
    for name, counts in sorted(by.items(), key=lambda entry: (entry[0] != "all", entry[0])):
        total = sum(counts.values())
        ordered = sorted(counts.elements())
        within = ordered[min(total - 1, int(total * 0.99))]
        more = sum(count for bits, count in counts.items() if bits > 4)
        rows.append((name, total, counts[0], counts[2], counts[4], more, max(counts), within))
    print()
    table(rows)


def _files(arguments: Sequence[str]) -> Iterator[Path]:
    for given in arguments:
        path = Path(given)
        yield from sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def _ours(data: bytes, kind: str) -> Fingerprint | None:
    records = Perceptual().analyze(Content("", kind, MemoryBody(data)))
    return next((record for record in records if isinstance(record, Fingerprint)), None)


def _theirs(path: Path) -> tuple[bytes, int] | None:
    try:
        with Image.open(path) as picture:
            vector, quality = pdqhash.compute(np.asarray(picture.convert("RGB")))
    except (OSError, ValueError, EOFError):
        return None
    return np.packbits(np.asarray(vector, dtype=np.uint8)).tobytes(), int(quality)


def _size(pixels: int) -> str:
    for limit, name in (
        (65_536, "below 0.07 MP"),
        (1_000_000, "0.07 to 1 MP"),
        (4_000_000, "1 to 4 MP"),
    ):
        if pixels < limit:
            return name
    return "4 MP and more"


def _space(data: bytes, kind: str, mode: str) -> str:
    if kind != "image/jpeg":
        return f"{kind.removeprefix('image/')} {mode}"
    header = read_header(data)
    if header is None:
        return "JPEG unreadable"
    if header.plain_luma:
        return "JPEG grey" if len(header.components) == 1 else "JPEG YCbCr"
    return f"JPEG {mode} transform {header.adobe_transform}"
