"""Says which pictures agree with a device, and what that weighs between two bodies.

What a comparison weighs is measured on pictures of which the body is known: those held out when the
device was learned, and those that other bodies took. It may weigh much only where bodies of the
same model are among them, for these share what they have in common with nobody else.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal.analyzers.sensor import FRAMES, analyzer_of, spelled, version_of
from fanal.model.calibration import Calibrated
from fanal.model.evidence import NOISE
from fanal.model.finding import Finding, Picture
from fanal.model.opinion import Device
from fanal.origin.calibration import fit
from fanal.pipeline.device_pictures import Camera, cameras_of, same_model
from fanal.pipeline.progress import Progress
from fanal.stores.interface import CaseStore

ANALYZER = "sensor"
AGREES = 60.0
"""Agreement from which a picture is said to agree: the published threshold."""
MOST_OWN, MOST_SAME, MOST_OTHER = 50, 300, 100
"""Pictures of known origin that a device is compared with: its own, those of other bodies of its
model, those of other models."""
LEAST_KNOWN = 10
"""Pictures of either side below which nothing is weighed."""
NO_CHECK = 0.5
"""Largest log10 LR where too few pictures of other bodies of the same model were compared: no more
than LEAST_KNOWN of them could carry."""
DARK, BRIGHT = 40.0, 215.0
"""Mean luminance below and above which error rates are known to differ."""
PUBLISHED = (
    "published tests found many false matches between recent phones, and no other test covers"
    " the phones of this case"
)


@dataclass(frozen=True, slots=True)
class Truth:
    """Pictures of which the body is known, as far as one device is concerned."""

    own: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    """Of other bodies of its model."""
    other: tuple[str, ...] = ()
    """Of other models."""

    @property
    def all(self) -> frozenset[str]:
        """Return all of them."""
        return frozenset((*self.own, *self.same, *self.other))


@dataclass(frozen=True, slots=True)
class Weight:
    """What agreement with one device weighs."""

    calibrated: Calibrated | None = None
    own: int = 0
    same: int = 0
    other: int = 0

    @property
    def is_checked(self) -> bool:
        """Tell whether enough pictures of other bodies of its model were compared."""
        return self.same >= LEAST_KNOWN

    @property
    def note(self) -> str:
        """Say on what it rests."""
        counts = f"{self.own} of its own, {self.same} of other bodies of its model"
        whole = f"{counts}, {self.other} of other models"
        if self.calibrated is None:
            return f"not calibrated, too few pictures of known origin: {whole}"
        return f"calibrated on pictures of known origin: {counts if self.is_checked else whole}"

    def log10_lr(self, pce: float) -> float | None:
        """Return what an agreement weighs: never less than nothing, never more than is carried."""
        if self.calibrated is None:
            return None
        most = self.calibrated.cap_high if self.is_checked else NO_CHECK
        return max(0.0, min(self.calibrated.log10_lr(score(pce)), most))


def score(pce: float) -> float:
    """Return an agreement on a scale on which a calibration is a straight line."""
    return math.copysign(math.log10(1 + abs(pce)), pce)


def weight(own: Collection[float], same: Collection[float], other: Collection[float]) -> Weight:
    """Return what agreement weighs, measured on comparisons of which the truth is known."""
    counts = len(own), len(same), len(other)
    against = [*same] if len(same) >= LEAST_KNOWN else [*same, *other]
    if min(len(own), len(against)) < LEAST_KNOWN:
        return Weight(None, *counts)
    return Weight(fit([*map(score, own)], [*map(score, against)]), *counts)


def truth_of(store: CaseStore, device: Device, devices: Collection[Device]) -> Truth:
    """Return the pictures of the device's size of which the body is known."""
    fitting = {
        picture.sha256
        for picture in store.find(Picture, width=device.width, height=device.height, frames=1)
    }
    ours = {*device.pictures, *device.facts["held_out"]}
    own = camera_of(device)
    same: set[str] = set()
    other: set[str] = set()
    for one in devices:
        taken, body = {*one.pictures, *one.facts["held_out"]}, camera_of(one)
        # Learned of the same pictures, or with the same serial number: perhaps the same body.
        if ours.isdisjoint(taken) and not own.is_same_body(body) and all((*own.kind, *body.kind)):
            (same if same_model(own, body) else other).update(fitting & taken)
    for sha256, camera in cameras_of(store, fitting - ours).items():
        if same_model(own, camera):
            if own.is_other_body(camera):
                same.add(sha256)
        elif all(own.kind) and all(camera.kind):
            other.add(sha256)
    return Truth(
        tuple(sorted(fitting.intersection(device.facts["held_out"]))[:MOST_OWN]),
        tuple(sorted(same)[:MOST_SAME]),
        tuple(sorted(other - same)[:MOST_OTHER]),
    )


def camera_of(device: Device) -> Camera:
    """Return what the records of a device's pictures say of its body."""
    return Camera(device.make, device.model, device.facts["serials"])


@dataclass(slots=True)
class _Compared:
    """What one device was compared with."""

    device: Device
    truth: Truth
    known: dict[str, float] = field(default_factory=dict)
    agreeing: list[Finding] = field(default_factory=list)

    def read(self, found: Iterator[Finding]) -> None:
        """Take the comparisons in."""
        known = self.truth.all
        for finding in found:
            pce = float(finding.data["pce"])
            if finding.sha256 in known:
                self.known[finding.sha256] = pce
            if pce >= AGREES:
                self.agreeing.append(finding)

    def weight(self) -> Weight:
        """Return what agreement with the device weighs."""
        truth = self.truth
        sides = (
            [self.known[sha256] for sha256 in side if sha256 in self.known]
            for side in (truth.own, truth.same, truth.other)
        )
        return weight(*sides)

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each picture that agrees."""
        made = self.weight()
        for found in self.agreeing:
            yield _finding(self.device, found, made)


def weigh_devices(store: CaseStore, actor: str, progress: Progress) -> bool:
    """Bring what agrees with devices up to date; return whether anything was other than before."""
    devices = list(store.find(Device, order=("name",)))
    if not devices:
        return False
    progress.step("weighing agreement with devices")
    made: list[Finding] = []
    for device in devices:
        compared = compared_with(store, device, devices)
        made.extend(compared.findings())
    if sorted(map(_spelled, made)) == sorted(map(_spelled, store.find(Finding, analyzer=ANALYZER))):
        return False
    with store.act(actor, "weigh devices", devices=len(devices), agree=len(made)) as act:
        act.drop(Finding, analyzer=ANALYZER)
        act.put(made)
    return True


def compared_with(store: CaseStore, device: Device, devices: Collection[Device]) -> _Compared:
    """Return what a device was compared with, in the version that its files stand for."""
    compared = _Compared(device, truth_of(store, device, devices))
    name, version = analyzer_of(device.name), version_of(device.files)
    compared.read(store.find(Finding, analyzer=name, version=version))
    return compared


def _finding(device: Device, found: Finding, made: Weight) -> Finding:
    pce, frame = float(found.data["pce"]), str(found.data["frame"])
    calibration: dict[str, Any] = {
        "own": made.own,
        "same_model": made.same,
        "other": made.other,
        "note": made.note,
        "sha256": made.calibrated.sha256() if made.calibrated else "",
    }
    lr = made.log10_lr(pce)
    data = {
        "agrees": True,
        "device": device.name,
        "reference": version_of(device.files),
        "pce": pce,
        "pce_middle": float(found.data["pce_middle"]),
        "frame": frame,
        "log10_lr": lr,
        "calibration": calibration,
    }
    says = f"sensor noise agrees with device {device.name}: PCE {spelled(pce)} ({FRAMES[frame]})"
    doubts = tuple(_doubts(device, found.data, made))
    return Finding(
        found.sha256, ANALYZER, device.version, NOISE, says, log10_lr=lr, doubts=doubts, data=data
    )


def _doubts(device: Device, data: Mapping[str, Any], made: Weight) -> Iterator[str]:
    yield PUBLISHED
    if not made.is_checked:
        yield (
            f"no same-model check: {made.same} pictures of other bodies of this model were"
            f" compared, {LEAST_KNOWN} are needed"
        )
    if made.calibrated is None:
        yield made.note
    if data["mean"] < DARK or data["mean"] > BRIGHT:
        yield f"a very {'dark' if data['mean'] < DARK else 'bright'} picture: error rates differ"
    if device.facts["weak"]:
        yield (
            f"a weak reference: {len(device.pictures)} pictures,"
            f" whose halves agree with PCE {spelled(device.facts['halves'])}"
        )


def _spelled(finding: Finding) -> str:
    return repr(
        (*(getattr(finding, name) for name in finding.KEY), finding.log10_lr, finding.doubts)
    )
