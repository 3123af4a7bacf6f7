"""From file to stored facts: fanal against the obvious pipeline and the strongest careful one.

The obvious one: hashlib three times, Pillow to full RGB, `pdqhash`. The careful one: one read,
three digests, a JPEG decode scaled to at least 512 pixels, `pdqhash` on that (another dialect).
Both store a row a file in SQLite. The limit: read, digests and entropy decoding alone.
"""

import hashlib
import io
import random
import sqlite3
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pdqhash
import simplejpeg
from PIL import Image

from fanal.bench.timing import in_turn, ratio, table
from fanal.content.digest import digest_bytes
from fanal.custody.sign import Signer
from fanal.demo.draw import scene
from fanal.engines.inline import Inline
from fanal.model.item import Exhibit
from fanal.pipeline.intake import intake
from fanal.pipeline.progress import Silent
from fanal.settings import Settings
from fanal.stores import STORES

SIZES = (
    ("0.3 megapixels", 640, 480, 300),
    ("2 megapixels", 1632, 1224, 80),
    ("12 megapixels", 4000, 3000, 40),
)
"""Name, width, height, files: enough files that a case's opening and canaries do not count."""
ROUNDS = 5
TARGETS = {"0.3 megapixels": 4, "2 megapixels": 8, "12 megapixels": 12}


def main(arguments: Sequence[str] = ()) -> None:
    """Print a table of CPU milliseconds a file and ratios."""
    rounds = int(arguments[0]) if arguments else ROUNDS
    rows: list[tuple[object, ...]] = [
        (
            "size",
            "file",
            "obvious",
            "careful",
            "fanal",
            "limit",
            "obvious/fanal",
            "target",
            "careful/fanal",
            "limit/fanal",
        )
    ]
    with tempfile.TemporaryDirectory() as scratch:
        for name, width, height, count in SIZES:
            folder = Path(scratch) / name.replace(" ", "-")
            draw_files(folder, width, height, count)
            rows.append(_measured(name, folder, count, rounds))
    print("CPU milliseconds a file, one core, medians of pairs")
    table(rows)


def _measured(name: str, folder: Path, count: int, rounds: int) -> tuple[object, ...]:
    files = sorted(folder.iterdir())
    taken = in_turn(
        {
            "obvious": lambda: _stored(files, obvious),
            "careful": lambda: _stored(files, careful),
            "fanal": lambda: _fanal(folder),
            "limit": lambda: [limit(path) for path in files],
        },
        rounds,
    )
    each = {key: f"{statistics.median(times) / count * 1000:.2f}" for key, times in taken.items()}
    return (
        name,
        f"{statistics.median(path.stat().st_size for path in files) / 1000:.0f} kB",
        *each.values(),
        f"{ratio(taken, 'obvious', 'fanal'):.1f}x",
        f"{TARGETS[name]}x",
        f"{ratio(taken, 'careful', 'fanal'):.2f}x",
        f"{ratio(taken, 'limit', 'fanal') * 100:.0f} %",
    )


def draw_files(folder: Path, width: int, height: int, count: int) -> None:
    """Draw camera-like scenes with camera-like file sizes (quality 90)."""
    folder.mkdir()
    maker = random.Random(7)
    scenes = [scene(maker, width, height) for _ in range(min(count, 8))]
    for number in range(count):
        # A shift of one pixel makes another file of the same kind.
        picture = scenes[number % len(scenes)].transform(
            (width, height), Image.Transform.AFFINE, (1, 0, number // len(scenes), 0, 1, 0)
        )
        picture.save(folder / f"{number:04}.jpg", quality=90)


def obvious(path: Path) -> tuple[object, ...]:
    """Read, digest and hash the way one would at first."""
    data = path.read_bytes()
    digests = [hashlib.new(name, data).hexdigest() for name in ("sha256", "sha1", "md5")]
    with Image.open(path) as picture:
        vector, quality = pdqhash.compute(np.asarray(picture.convert("RGB")))
        return (str(path), *digests, picture.width, picture.height, _hex(vector), quality)


def careful(path: Path) -> tuple[object, ...]:
    """Read once and decode scaled down, as one who has profiled would."""
    data = path.read_bytes()
    digests = [hashlib.new(name, data).hexdigest() for name in ("sha256", "sha1", "md5")]
    with Image.open(io.BytesIO(data)) as picture:
        width, height = picture.size
        picture.draft("RGB", (512, 512))
        vector, quality = pdqhash.compute(np.asarray(picture.convert("RGB")))
    return (str(path), *digests, width, height, _hex(vector), quality)


def limit(path: Path) -> int:
    """Do only what nobody can leave out: read, digest, undo the entropy coding."""
    data = path.read_bytes()
    digest_bytes(data)
    return int(simplejpeg.decode_jpeg(data, "GRAY", min_height=1, min_width=1).size)


def _hex(vector: object) -> str:
    return np.packbits(np.asarray(vector, dtype=np.uint8)).tobytes().hex()


def _stored(files: Sequence[Path], facts: object) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        base = sqlite3.connect(Path(scratch) / "facts.db")
        base.execute(
            "CREATE TABLE fact (path, sha256 PRIMARY KEY, sha1, md5, width, height, pdq, quality)"
        )
        rows = (facts(path) for path in files)  # type: ignore[operator]
        base.executemany("INSERT OR IGNORE INTO fact VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        base.commit()
        base.close()


def _fanal(folder: Path) -> None:
    settings = Settings(engine="inline")
    with tempfile.TemporaryDirectory() as scratch:
        signer = Signer.from_file(Path(scratch) / "key")
        store = STORES.get("folder")(Path(scratch) / "case", signer)
        exhibit = Exhibit("bench", str(folder).encode())
        intake(store, Inline(settings), settings, [exhibit], Silent())
        store.close()
