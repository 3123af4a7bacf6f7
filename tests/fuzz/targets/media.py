"""Targets: the kind of a file, headers of pictures, decoding in a guarded worker, and PDQ."""

import atexit
import re
from functools import lru_cache

import numpy as np

from fanal.content.image import Undecodable, coloured, decode
from fanal.content.jpeg import read_header
from fanal.content.jxl import read_size
from fanal.content.media import is_picture, is_video, media_type
from fanal.content.pdq import pdq
from fanal.engines.interface import Died
from fanal.engines.worker import Worker
from fuzz.seeds import pictures as seeds
from fuzz.target import Defect, Target, require

KIND = re.compile(r"[a-z]+/[a-z0-9.+-]+")
MEMORY = 1 << 30
SECONDS = 20.0


def kinds(data: bytes) -> None:
    """Tell what kind of file it is."""
    kind = media_type(data[:4096])
    require(KIND.fullmatch(kind), f"kind {kind!r}")
    require(not (is_picture(kind) and is_video(kind)), f"{kind} is picture and video")


def jpeg(data: bytes) -> None:
    """Walk through the markers of a JPEG."""
    header = read_header(data)
    if header is not None:
        require(0 <= header.width < 1 << 16 and 0 <= header.height < 1 << 16, "sizes")
        require(not header.plain_luma or (header.width and header.height), "luma of no size")


def jxl(data: bytes) -> None:
    """Read the size that a JPEG XL states."""
    size = read_size(data)
    require(size is None or (min(size) >= 0 and max(size) < 1 << 33), f"size {size}")


def hashes(data: bytes) -> None:
    """Hash planes of odd shapes, decoded at any scale."""
    sides = (*data[:4], *bytes(4))[:4]
    height, width = sides[0] * (1 + sides[2] % 9) + 1, sides[1] + 1
    scale = (1, 2, 4, 8)[sides[2] % 4]
    shape = (-(-height // scale), -(-width // scale), *((3,) if sides[3] % 2 else ()))
    plane = np.resize(np.frombuffer(data or b"\0", np.uint8), shape)
    made = pdq(plane, height, width, scale)
    require((len(made.value), len(made.turned)) == (32, 224), "hashes of another length")
    require(0 <= made.quality <= 100, f"quality {made.quality}")
    require(np.isfinite(made.margins).all(), "margins that are no numbers")
    require(made.value == pdq(plane.copy(), height, width, scale).value, "hashed twice")


@lru_cache(maxsize=1)
def _worker() -> Worker:
    worker = Worker(MEMORY)
    atexit.register(worker.close)
    return worker


def looked_at(data: bytes) -> str:
    """Decode in the worker; return what came of it, or which fault there was."""
    kind = media_type(data[:4096])
    told = []
    for work in (lambda: decode(data, kind).frames, lambda: (coloured(data, kind, 4),)):
        try:
            frames = work()
        except Undecodable as error:
            told.append(error.reason)
        except KeyError as error:
            told.append("no kind" if error.args == (kind,) else f"FAULT {error!r}")
        except Exception as error:  # noqa: BLE001 (told in the parent)
            told.append(f"FAULT {error!r}")
        else:
            good = all(f.plane.dtype == np.uint8 and f.plane.ndim in {2, 3} for f in frames)
            told.append("decoded" if good and frames else f"FAULT {kind}: no planes")
    return "; ".join(told)


def decoding(data: bytes) -> None:
    """Decode any bytes as what they begin like; a library may die, ours may not raise."""
    (said,) = _worker().answers(looked_at, (data,), SECONDS)
    if isinstance(said, Died):
        require(not said.out_of_time, f"decoding {len(data)} bytes takes more than {SECONDS} s")
    elif "FAULT" in said:
        raise Defect(said)


TARGETS = (
    Target("media-type", kinds, seeds.of_every_kind),
    Target("jpeg-header", jpeg, seeds.jpegs),
    Target("jxl-size", jxl, seeds.jxl),
    Target("pdq", hashes, lambda: [bytes([9, 9, 1, 1, 77]), bytes(range(256)), b"\xff" * 9]),
    Target("decode", decoding, seeds.of_every_kind, guided=False, examples=60),
)
