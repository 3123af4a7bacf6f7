"""Targets: what a plug-in brings (model, manifest, calibration), and lists for a validation."""

import math
import re
from contextlib import suppress

from fanal.analyzers.detector_manifest import Unfit, read_manifest
from fanal.analyzers.detector_model import inspect
from fanal.errors import UsageError
from fanal.model.calibration import ISOTONIC, LOGISTIC, Calibrated, read_calibrated
from fanal.pipeline.validate_list import read_scores
from fuzz.target import Target, require, scratch
from makers import plugins


def model(data: bytes) -> None:
    """Look through a model."""
    try:
        require(inspect(data) > 0, "a model without operators")
    except Unfit as why:
        require(str(why).isprintable(), "a reason for a screen")


def manifest(data: bytes) -> None:
    """Read a plugin.toml."""
    with suppress(Unfit):
        made = read_manifest(data)
        require(re.fullmatch(r"[a-z0-9._-]+", made.identity.name), "a name")
        require("/" not in made.selftest.picture, "a path")
        require(0 < made.input.size <= 8192 and 0 < made.input.count <= 64, "sizes")
        require(all(math.isfinite(value) for value in made.input.mean), "numbers")


def calibration(data: bytes) -> None:
    """Read a calibration and weigh with it."""
    with suppress(ValueError):
        made = read_calibrated(data.decode())
        require(read_calibrated(made.text()) == made, "read otherwise than written")
        for score in (-math.inf, -1e300, -1.0, 0.0, 1e-300, 2.5, 1e300, math.inf):
            weight = made.log10_lr(score)
            require(made.cap_low <= weight <= made.cap_high, f"{weight} beyond its caps")


def scores(data: bytes) -> None:
    """Read a list of scores."""
    path = scratch() / "scores"
    path.write_bytes(data)
    with suppress(UsageError):
        for row in read_scores(path):
            require(math.isfinite(row.score), "a score that is no number")
            require((row.condition + row.group).isprintable(), "words for a screen")


def models() -> list[bytes]:
    """Return the tests' networks, hostile ones too."""
    return [plugins.model().SerializeToString(), *(make() for make, _ in plugins.REFUSED.values())]


def manifests() -> list[bytes]:
    """Return a manifest, and one with all that it may have."""
    told = {"digest": "5a" * 32, "policy": "crop", "size": 64, "count": 4, "least": 64}
    more = "range = [0, 255]\nmean = [0.5, 0.5, 0.5]\nstd = [1, 1, 1]\nchannels = 'bgr'"
    usual = plugins.MANIFEST.format(**told, aggregation="max", logit=1.0, more=more, domain="")
    return [usual.encode()]


def calibrations() -> list[bytes]:
    """Return one of each method."""
    line = Calibrated(LOGISTIC, {"slope": 1.5, "offset": -2.0}, -1.0, 1.5, {"same": 3})
    steps = {"scores": [-1, 0, 0.5], "log10_lr": [-2, 0, 3]}
    return [line.text().encode(), Calibrated(ISOTONIC, steps, -0.5, 0.5).text().encode()]


def lists() -> list[bytes]:
    """Return a list as CSV and as JSON lines."""
    return [
        b'score,truth,condition,group\n1.5,same,"a/b",one\n-2,other,,\n',
        b'{"score": 1, "truth": "same", "group": "zz"}\n{"score": 2, "truth": "camera"}\n',
    ]


TARGETS = (
    Target("plugin model", model, models),
    Target("plugin manifest", manifest, manifests),
    Target("calibration", calibration, calibrations),
    Target("scores", scores, lists),
)
