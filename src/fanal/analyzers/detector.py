"""Makes an analyzer of a laboratory's own detector: a folder with a network and its calibrations.

The network sees pixels and nothing else. What it says weighs something only in a condition in
which the laboratory calibrated it, and never more than a likelihood ratio of ten either way: one
that erred on 4 % of the photographs it was measured on erred on a third from cameras it never met.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

from fanal.analyzers.detector_folder import (
    MODEL,
    MOST_MODEL,
    MOST_PICTURE,
    Plugin,
    read_file,
    read_plugin,
)
from fanal.analyzers.detector_input import Window, tensor, windows
from fanal.analyzers.detector_manifest import AGGREGATIONS, WHOLE, Unfit
from fanal.analyzers.detector_network import Network
from fanal.analyzers.traces import condition_of
from fanal.content.handle import Content
from fanal.content.image import Plane, Undecodable
from fanal.content.media import is_picture, media_type
from fanal.errors import UsageError
from fanal.model.evidence import BYTES, DETECTOR, extent
from fanal.model.finding import Finding, Record, Seen
from fanal.model.item import MemoryBody

MOST_WEIGHT = 1.0
"""Largest log10 LR, either way, that pixels alone may have, whatever a calibration says."""
QUESTION = "whole picture generated?"
DOUBTS = (
    "pixels alone are weak evidence and never order, hide or label a picture",
    "a detector errs far more often on cameras and generators that it never met",
)
PHOTOGRAPHS = "made for photographs: on drawings, screens and scans it says nothing of worth"


class Abstained(Exception):  # noqa: N818 (an answer, not a fault)
    """Why a detector says nothing of a picture: a few words, and the rest of the sentence."""

    def __init__(self, reason: str, detail: str) -> None:
        """Keep both."""
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Score:
    """What a network said of one picture."""

    logit: float
    crops: tuple[tuple[Window, float], ...]
    condition: str


class Detector:
    """Asks a network whether a whole picture was generated, and weighs the answer."""

    pictures_only: ClassVar[bool] = True
    on_request: ClassVar[bool] = True

    def __init__(self, plugin: Plugin) -> None:
        """Take what the folder states; the network is loaded when it is first asked."""
        self.plugin = plugin
        self.name = plugin.name
        self.version = plugin.version
        self._network: Network | None = None
        self._fault = ""
        """Why there is no network, once it is known."""

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield one finding and one Seen; silent where the detector is out of its domain."""
        try:
            score = self.score(content)
        except Abstained as why:
            yield self._seen(content, "silent", "", f"abstained: {why}")
        except Undecodable as why:
            yield self._seen(content, "failed", why.reason, why.detail)
        except Unfit as why:
            yield self._seen(content, "failed", "detector failed", str(why))
        else:
            yield self._finding(content, score)
            yield self._seen(content, "spoke")

    def score(self, content: Content) -> Score:
        """Return what the network says; raise Abstained, Undecodable or Unfit with the reason."""
        domain = self.plugin.manifest.domain
        if not is_picture(content.media_type):
            raise Abstained("no picture", content.media_type)
        if domain.formats and content.media_type not in domain.formats:
            raise Abstained("a format outside its domain", content.media_type)
        plane = content.rgb
        self._fits(plane)
        found = condition_of(content)
        if domain.silent_in(found):
            raise Abstained("a condition outside its domain", found)
        return Score(*self._asked(self.ready(), plane), found)

    def ready(self) -> Network:
        """Return the network once it gave what its self-test wants; raise Unfit where it did not.

        Belongs behind the guards of a worker: whoever made the model may be an enemy.
        """
        if self._fault:
            raise Unfit(self._fault)
        if self._network is None:
            try:
                self._network = self._loaded()
            except Unfit as why:
                self._fault = str(why)
                raise
        return self._network

    def _loaded(self) -> Network:
        place = Path(self.plugin.folder)
        try:
            data = read_file(place / MODEL, MOST_MODEL)
            picture = read_file(place / self.plugin.manifest.selftest.picture, MOST_PICTURE)
        except OSError as error:
            raise Unfit(f"it cannot be read: {error.strerror}") from None
        if hashlib.sha256(data).hexdigest() != self.plugin.model_sha256:
            raise Unfit("model.onnx is no longer the one that was looked at")
        network = Network(data, self.plugin.manifest)
        self._test(network, picture)
        return network

    def _test(self, network: Network, picture: bytes) -> None:
        """Raise Unfit where the network does not say of its self-test picture what it should."""
        test = self.plugin.manifest.selftest
        try:
            plane = Content("", media_type(picture[:4096]), MemoryBody(picture)).rgb
            self._fits(plane)
        except Undecodable as why:
            raise Unfit(f"its self-test picture cannot be decoded: {why.reason}") from None
        except Abstained as why:
            raise Unfit(f"its self-test picture is outside its domain: {why}") from None
        logit, _ = self._asked(network, plane)
        if abs(logit - test.logit) > test.tolerance:
            raise Unfit(f"its self-test gave {logit:.6g} and not {test.logit:.6g}")

    def _fits(self, plane: Plane) -> None:
        """Raise where a picture has not the size that the network was made for."""
        height, width = plane.shape[:2]
        taken, least = self.plugin.manifest.input, self.plugin.manifest.domain.least_side
        if min(height, width) < least:
            raise Abstained("too small", f"{width} x {height} pixels, not {least} a side")
        if taken.policy == WHOLE and max(height, width) > taken.size:
            raise Abstained("too large", f"{width} x {height} pixels, {taken.size} a side at most")

    def _asked(
        self, network: Network, plane: Plane
    ) -> tuple[float, tuple[tuple[Window, float], ...]]:
        """Return the score of a picture and what each of its crops was given."""
        manifest = self.plugin.manifest
        height, width = plane.shape[:2]
        crops = tuple(
            (window, _rounded(network.logit(tensor(manifest.input, plane, window))))
            for window in windows(manifest.input, width, height)
        )
        joined = AGGREGATIONS[manifest.aggregation]([logit for _, logit in crops])
        return _rounded(joined), crops

    def _finding(self, content: Content, score: Score) -> Finding:
        identity = self.plugin.manifest.identity
        made = self.plugin.calibrations.get(score.condition)
        weight = cap = None
        if made is not None:
            cap = [max(made.cap_low, -MOST_WEIGHT), min(made.cap_high, MOST_WEIGHT)]
            weight = round(min(max(made.log10_lr(score.logit), cap[0]), cap[1]), 4)
        data: dict[str, Any] = {
            "plugin": identity.name,
            "plugin_version": identity.version,
            "model_sha256": self.plugin.model_sha256,
            "logit": score.logit,
            "crops": [
                [crop.left, crop.top, crop.width, crop.height, logit] for crop, logit in score.crops
            ],
            "condition": score.condition,
            "log10_lr": weight,
            "cap": cap,
            "calibration_digest": made.sha256() if made else "",
            "calibration_counts": dict(made.counts) if made else {},
            "question": QUESTION,
            BYTES: [extent(0, content.size, content.sha256)],
        }
        domain = self.plugin.manifest.domain
        doubts = (*DOUBTS, PHOTOGRAPHS) if domain.photographic_only else DOUBTS
        says = self._says(score.condition, weight)
        return Finding(
            *(content.sha256, self.name, self.version, DETECTOR, says),
            log10_lr=weight,
            doubts=doubts,
            data=data,
        )

    def _says(self, condition: str, weight: float | None) -> str:
        identity = self.plugin.manifest.identity
        who = f"detector {identity.name} {identity.version}"
        if weight is None:
            return f"{who} looked at it; no calibration for this condition ({condition})"
        side = "generated" if weight > 0 else "not generated" if weight < 0 else "neither"
        return f"{who}: log10 LR {weight:+.2f} ({side}), calibrated for {condition}"

    def _seen(self, content: Content, outcome: str, reason: str = "", detail: str = "") -> Seen:
        return Seen(content.sha256, self.name, self.version, outcome, reason, detail)


def load(folder: str) -> Detector:
    """Return the detector in a folder; raise UsageError where it is not what a plug-in is.

    Reads and checks what the folder states. The network itself is loaded, and tested on the picture
    that came with it, when it is first asked: behind the guards of a worker.
    """
    if find_spec("onnxruntime") is None:
        raise UsageError(
            "a detector plug-in needs the package onnxruntime", "pip install 'fanal[onnx]'"
        )
    return Detector(read_plugin(folder))


def _rounded(value: float) -> float:
    """Return a score with the digits that two processors agree on, or nearly."""
    return float(f"{value:.6g}")
