"""Reads the folder of a detector plug-in; it runs nothing and loads no model."""

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from io import BufferedReader
from itertools import islice
from pathlib import Path

from fanal.analyzers.detector_manifest import MOST_TEXT as MOST_MANIFEST
from fanal.analyzers.detector_manifest import Manifest, Unfit, read_manifest
from fanal.analyzers.traces import Traces
from fanal.errors import UsageError
from fanal.model.calibration import MOST_TEXT, Calibrated, read_calibrated

HOST = "1"
"""Version of how fanal cuts, scales and runs: a score of another one means something else."""
MANIFEST, MODEL, CALIBRATION = "plugin.toml", "model.onnx", "calibration"
MOST_MODEL = 2 << 30
"""Bytes of a model: what a protocol buffer may have."""
MOST_PICTURE = 32 << 20
"""Bytes of the self-test picture."""
MOST_NAMES = 200
"""Files in the folder, and in that of the calibrations."""
WORDS = (".md", ".txt")
LICENCES = ("LICENSE", "LICENCE", "NOTICE")
"""Files that people read, and that are left alone."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """A detector as its folder states it."""

    folder: str
    manifest: Manifest
    model_sha256: str
    recipe: str
    """Digest of all that makes a score: the host, the model, what it is given and what of it."""
    calibrations: Mapping[str, Calibrated] = field(default_factory=dict)
    """Condition → what scores weigh in it."""
    version: str = ""
    """Of the detector, its model, its manifest and its calibrations."""

    @property
    def name(self) -> str:
        """The name of the analyzer that is made of it."""
        return f"detector:{self.manifest.identity.name}"


def read_plugin(folder: str) -> Plugin:
    """Return what a folder states; raise UsageError with what is wrong."""
    place = Path(folder)
    try:
        text = read_file(place / MANIFEST, MOST_MANIFEST)
        manifest = read_manifest(text)
        _nothing_else(place, manifest.selftest.picture)
        model = _digest(place / MODEL)
        _same(model, manifest.identity.model_sha256)
        recipe = _recipe(manifest, model)
        held = _calibrations(place / CALIBRATION, f"detector:{manifest.identity.name}", recipe)
    except (Unfit, OSError) as error:
        raise refused(folder, error) from None
    words = hashlib.sha256(text).hexdigest()[:12]
    weights = calibrations_digest(held)[:12] if held else "none"
    version = f"{manifest.identity.version}+{model[:12]}.{words}.{weights}"
    return Plugin(folder, manifest, model, recipe, held, version)


def refused(folder: str, why: Exception) -> UsageError:
    """Return the error of a plug-in that is not taken."""
    if isinstance(why, OSError):
        said = f"{Path(os.fsdecode(why.filename or '')).name}: {why.strerror}"
    else:
        said = str(why)
    return UsageError(
        f"the plug-in in {folder!r} is not taken: {said}",
        "docs/extend/detector.md says what a plug-in is made of",
    )


def read_file(path: Path, most: int) -> bytes:
    """Return the bytes of a file of the plug-in, no longer than `most`; links are not followed."""
    with _opened(path, most) as stream:
        return stream.read(most)


def _opened(path: Path, most: int) -> BufferedReader:
    """Open a regular file of the plug-in; raise Unfit where it is something else or too long."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    stream = open(descriptor, "rb")  # noqa: PTH123, SIM115 (a descriptor; closed by who asked)
    told = os.fstat(descriptor)
    if stat.S_ISREG(told.st_mode) and told.st_size <= most:
        return stream
    stream.close()
    raise Unfit(f"{path.name} is no ordinary file, or has more than {most} bytes")


def _digest(path: Path) -> str:
    with _opened(path, MOST_MODEL) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _same(found: str, told: str) -> None:
    if found != told:
        raise Unfit(f"{MODEL} has the SHA-256 {found}, not the one in {MANIFEST}")


def _nothing_else(place: Path, picture: str) -> None:
    """Raise where the folder holds what no plug-in has: code, pickles, other models."""
    taken = {MANIFEST, MODEL, CALIBRATION, picture}
    for name in _names(place):
        if name not in taken and not name.endswith(WORDS) and name not in LICENCES:
            raise Unfit(f"it holds {name!r}, which no plug-in has")


def _names(place: Path) -> list[str]:
    """Return the names in a folder, in order."""
    with os.scandir(place) as entries:
        names = sorted(entry.name for entry in islice(entries, MOST_NAMES + 1))
    if len(names) > MOST_NAMES:
        raise Unfit(f"{place.name!r} holds more than {MOST_NAMES} files")
    return names


def _recipe(manifest: Manifest, model: str) -> str:
    """Return the digest of what a score and its condition depend on; it binds calibrations."""
    told = [
        *(HOST, Traces.version, model, asdict(manifest.input)),
        *(manifest.output.tensor, manifest.aggregation),
    ]
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _calibrations(place: Path, part: str, recipe: str) -> dict[str, Calibrated]:
    """Return condition → calibration; raise Unfit where one is of something else."""
    held: dict[str, Calibrated] = {}
    if not os.path.lexists(place):
        return held
    for name in _names(place):
        if not name.endswith(".json"):
            raise Unfit(f"{CALIBRATION} holds {name!r}, which is no calibration")
        try:
            made = read_calibrated(read_file(place / name, MOST_TEXT).decode("utf-8"))
        except ValueError as error:
            raise Unfit(f"{CALIBRATION}/{name}: {error}") from None
        if (made.part, made.part_version) != (part, recipe):
            raise Unfit(f"{CALIBRATION}/{name} was made for another model or another input")
        if made.condition in held:
            raise Unfit(f"{CALIBRATION} has two files for the condition {made.condition!r}")
        held[made.condition] = made
    return held


def calibrations_digest(held: Mapping[str, Calibrated]) -> str:
    """Return one digest of all calibrations of a plug-in."""
    told = "".join(f"{name}:{held[name].sha256()}\n" for name in sorted(held))
    return hashlib.sha256(told.encode("utf-8")).hexdigest()
