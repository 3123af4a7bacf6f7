"""Measures the extractor of sensor noise beside the published Python port, and on known bodies.

The port is `prnu` of github.com/polimi-ispl/prnu-python. The package of that name on PyPI is
another program, so the port is looked for in a checkout that is named, then where it is installed.
"""

import argparse
import csv
import json
import statistics
import sys
import tracemalloc
import types
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.bench.timing import cpu, table
from fanal.content.fourier import spectrum_of
from fanal.content.luma import luma
from fanal.content.noise import residual
from fanal.content.sensor import MOST_PIXELS, Sums, agreement, look, middle, pattern, residual_of
from fanal.content.wavelet import Floats
from fanal.demo.draw import scene
from fanal.errors import UsageError
from fanal.origin.calibration_measures import rate

WIDTH, HEIGHT = 4032, 3024
THRESHOLD = 60.0
Shots = dict[str, dict[str, list[Path]]]
"""Body → kind of picture → files."""


def main(arguments: Sequence[str]) -> None:
    """Print the cost of a residual, and with a corpus how bodies are told apart."""
    parser = argparse.ArgumentParser(prog="fanal bench noise")
    parser.add_argument("--corpus", type=Path, help="folder with MANIFEST.csv and prnu/")
    parser.add_argument("--port", type=Path, help="checkout of the published Python port")
    parser.add_argument("--rounds", type=int, default=3)
    told = parser.parse_args(list(arguments))
    _speed(told.rounds, _port(told.port))
    if told.corpus:
        _bodies(bodies(told.corpus))


def _port(checkout: Path | None) -> Callable[..., Any] | None:
    """Return the port's extractor, or say why there is none."""
    if checkout:
        for folder in (checkout, checkout / "src"):
            sys.path.insert(0, str(folder))
    try:
        # It asks for a name that SciPy has dropped.
        filters = import_module("scipy.ndimage")
        sys.modules.setdefault("scipy.ndimage.filters", types.ModuleType("filters"))
        vars(sys.modules["scipy.ndimage.filters"]).update(vars(filters))
        made: Callable[..., Any] | None = getattr(import_module("prnu"), "extract_single", None)
    except ImportError as error:
        print(f"peer: none, {error.name} is not installed")
        return None
    if made is None:
        print("peer: none, the prnu that is installed is another program: --port CHECKOUT")
    return made


def _speed(rounds: int, port: Callable[..., Any] | None) -> None:
    """Print CPU time and memory of a residual of 12 megapixels, and how alike the port's is."""
    colours = _drawn()
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    grey = np.rint(colours.astype(np.float32) @ weights).astype(np.uint8)
    ours = residual(grey)
    taken = statistics.median(cpu(lambda: residual(grey)) for _ in range(rounds))
    tracemalloc.start()
    residual(grey)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    rows: list[tuple[object, ...]] = [
        (f"{WIDTH} x {HEIGHT}", "CPU s", "times ours", "alike"),
        (f"ours ({peak / 1e6:.0f} MB at the most)", f"{taken:.2f}", "1.0", "1"),
    ]
    for name, plane in (("port, luminance", grey), ("port, three channels", colours)):
        if port is not None:
            kept: list[Floats] = []
            each = cpu(lambda plane=plane, kept=kept: kept.append(port(plane.copy())))  # type: ignore[misc]
            rows.append(
                (name, f"{each:.2f}", f"{each / taken:.1f}", f"{_alike(ours, kept[0]):.5f}")
            )
    table(rows)


def _drawn() -> NDArray[np.uint8]:
    """Return a picture of 12 megapixels: scenes beside each other, with a sensor's cells."""
    tiles = [
        [
            np.asarray(scene(Random(f"{down} {along}"), WIDTH // 4, HEIGHT // 4))
            for along in range(4)
        ]
        for down in range(4)
    ]
    light = np.block([[[tile] for tile in row] for row in tiles]).astype(np.float32)
    cells = np.random.default_rng(1).standard_normal((HEIGHT, WIDTH), np.float32)
    light *= 1 + np.float32(0.01) * cells[..., None]
    return np.clip(light, 0, 255).astype(np.uint8)


def _alike(one: Floats, other: Floats) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def bodies(corpus: Path) -> Shots:
    """Return the pictures of known bodies that a corpus lists: flat fields and natural ones."""
    manifest = corpus / "MANIFEST.csv"
    if not manifest.is_file():
        raise UsageError(f"there is no {manifest}", "name the folder of the corpus")
    found: Shots = {}
    with manifest.open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if row["category"] == "prnu":
                truth = json.loads(row["ground_truth"])
                kinds = found.setdefault(truth["device_id"], {"flat field": [], "natural": []})
                kinds.setdefault(truth["kind"], []).append(corpus / row["path"])
    return found


def references(shots: Shots) -> dict[str, tuple[Floats, Floats]]:
    """Return the pattern of each body's whole frame and of its middle, from its flat fields."""
    made = {}
    for body, kinds in shots.items():
        planes = [_plane(path) for path in kinds["flat field"]]
        sums = Sums(0, *planes[0].shape)
        for plane in planes:
            sums.add(plane)
        raw, _ = sums.estimate()
        made[body] = pattern(raw), pattern(raw[middle(*raw.shape)])
    return made


def _plane(path: Path) -> NDArray[Any]:
    return luma(path.read_bytes(), "image/jpeg", MOST_PIXELS)


def _bodies(shots: Shots) -> None:
    """Print how natural pictures of known bodies agree with every body."""
    known = references(shots)
    frames = ("full frame", "middle")
    spectra = [{body: spectrum_of(parts[at]) for body, parts in known.items()} for at in (0, 1)]
    binary = {body: spectrum_of(np.sign(parts[0])) for body, parts in known.items()}
    rows: list[tuple[object, ...]] = [
        ("picture", "mean", *(f"{frame}: own / others" for frame in frames), "own by its signs")
    ]
    own: tuple[list[float], list[float]] = ([], [])
    others: tuple[list[float], list[float]] = ([], [])
    first = [0, 0]
    for body, kinds in shots.items():
        for path in kinds["natural"]:
            plane = _plane(path)
            cells = []
            whole = residual_of(plane)
            for at, part in enumerate((whole, residual_of(plane[middle(*plane.shape)]))):
                columns = known[body][at].shape[1]
                pces = {
                    name: agreement(part, other, columns) for name, other in spectra[at].items()
                }
                best = max(pce for name, pce in pces.items() if name != body)
                own[at].append(pces[body])
                others[at].extend(pce for name, pce in pces.items() if name != body)
                first[at] += pces[body] > best
                cells.append(f"{pces[body]:8.1f} / {best:5.1f}")
            signs = agreement(whole, binary[body], plane.shape[1])
            rows.append((path.name, f"{look(plane).mean:.0f}", *cells, f"{signs:.0f}"))
    print()
    table(rows)
    for at, frame in enumerate(frames):
        print()
        _summary(frame, own[at], others[at], first[at])


def _summary(frame: str, own: list[float], others: list[float], first: int) -> None:
    ranked, over = rate(first, len(own)), rate(sum(pce >= THRESHOLD for pce in own), len(own))
    false = rate(sum(pce >= THRESHOLD for pce in others), len(others))
    print(f"{frame}: own body first {_share(ranked)}, own at 60 {_share(over)}")
    print(
        f"  own {min(own):.1f} / {statistics.median(own):.0f} / {max(own):.0f}"
        f" (least, median, most); others at most {max(others):.1f}, at 60 {_share(false)}"
    )


def _share(told: Any) -> str:
    return f"{told.cases} of {told.of} [{told.low:.0%}, {told.high:.0%}]"
