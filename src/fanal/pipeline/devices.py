"""Compares pictures of a case with its devices, and says what is known of each device."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fanal.analyzers.sensor import analyzer_of, load, version_of
from fanal.content.sensor import EXTRACTOR
from fanal.engines import ENGINES
from fanal.errors import CaseError, UsageError
from fanal.model.finding import Finding, Picture, Seen
from fanal.model.opinion import Device
from fanal.pipeline.case import actor, reading, writing
from fanal.pipeline.device_learn import FOLDER
from fanal.pipeline.device_weight import ANALYZER, compared_with, truth_of, weigh_devices
from fanal.pipeline.due import Asked, Due
from fanal.pipeline.examine import Wanted, chosen_of, look
from fanal.pipeline.follow import follow
from fanal.pipeline.progress import Progress
from fanal.pipeline.work import Made
from fanal.settings import Settings
from fanal.stores.interface import CaseStore, Where

LOAD = "fanal.analyzers.sensor:load"
ADVICE = "learn it: fanal devices learn NAME --exhibit EXHIBIT"


@dataclass(frozen=True, slots=True)
class Tally:
    """What comparing with one device came to."""

    device: str
    wanted: int
    """Pictures of its size that were chosen, without those that it was learned of."""
    compared: int
    """Those of them that were compared, now or before."""
    silent: Mapping[str, int]
    """Why others tell nothing of a sensor → how many."""
    failed: Mapping[str, int]
    """Why others could not be looked at → how many."""
    left: int
    """Those that were not reached."""
    agree: int
    """Pictures that agree with it, of all in the case."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What one run of comparing did."""

    looked: int
    """Pictures looked at in this run."""
    other_size: int
    """Pictures that were chosen and fit no device by their size."""
    tallies: tuple[Tally, ...]
    absent: Mapping[str, str] = field(default_factory=dict)
    """Exhibit that could not be read → where it should lie."""

    @property
    def gaps(self) -> bool:
        """Tell whether something that was wanted was not compared."""
        return bool(self.absent) or any(one.left or one.failed for one in self.tallies)


def compare(
    case: Where, settings: Settings, names: Sequence[str], wanted: Wanted, progress: Progress
) -> Compared:
    """Compare chosen pictures with devices; a pair that was compared before is not again."""
    if settings.engine == "cluster":
        raise UsageError(
            "devices are compared on this machine, where their files lie", "add --engine pool"
        )
    with reading(case, settings) as store:  # where there is no case, none is made
        devices = devices_of(store, names)
        chosen = None if wanted.everything else chosen_of(store, wanted)
    engine = ENGINES.get(settings.engine)(settings)
    with writing(case, settings) as store:
        every = list(store.find(Device, order=("name",)))
        fitting = {one.name: _fitting(store, one, chosen) for one in devices}
        only = {
            analyzer_of(one.name): fitting[one.name] | truth_of(store, one, every).all
            for one in devices
        }
        made = tuple(_made(store, one) for one in devices)
        asked = Asked({one.name: one.version for one in made}, only, made, known=True)
        try:
            progress.step("comparing sensor noise")
            looked, absent = look(store, engine, settings, asked, progress)
        finally:
            engine.close()
        weigh_devices(store, actor(settings), progress)
        follow(store, settings, actor(settings), progress)
        tallies = tuple(_tally(store, asked, one, fitting[one.name]) for one in devices)
        other = _pictures(store, chosen).difference(
            *(_pictures(store, chosen, of) for of in devices)
        )
        return Compared(looked, len(other), tallies, absent)


def devices_of(store: CaseStore, names: Sequence[str]) -> list[Device]:
    """Return the devices of these names, or all; say so where there is none to compare with."""
    known = {one.name: one for one in store.find(Device, order=("name",))}
    if not known:
        raise UsageError("the case knows no device", ADVICE)
    for name in names:
        if name not in known:
            raise UsageError(
                f"the case knows no device named {name!r}", f"it knows: {', '.join(known)}"
            )
    found = [known[name] for name in dict.fromkeys(names)] or list(known.values())
    for one in found:
        if one.version != EXTRACTOR:
            raise UsageError(
                f"device {one.name!r} was learned by extractor {one.version}, this is {EXTRACTOR}",
                "learn it again under another name",
            )
    return found


def described(store: CaseStore, device: Device, devices: Collection[Device]) -> dict[str, Any]:
    """Return what is known of a device as a plain object."""
    compared = compared_with(store, device, devices)
    made = compared.weight()
    return {
        "name": device.name,
        "make": device.make,
        "model": device.model,
        "serial": device.serial,
        "width": device.width,
        "height": device.height,
        "extractor": device.version,
        "reference": version_of(device.files),
        "pictures": len(device.pictures),
        **device.facts,
        "held_out": len(device.facts["held_out"]),
        "calibration": {
            "own": made.own,
            "same_model": made.same,
            "other": made.other,
            "note": made.note,
            "most": made.log10_lr(float("inf")),
        },
        "compared": _count(store, device, "spoke"),
        "agree": [
            {"sha256": one.sha256, "pce": one.data["pce"], "log10_lr": one.log10_lr}
            for one in _agreeing(store, device)
        ],
    }


def _agreeing(store: CaseStore, device: Device) -> list[Finding]:
    found = [
        one for one in store.find(Finding, analyzer=ANALYZER) if one.data["device"] == device.name
    ]
    return sorted(found, key=lambda one: (-one.data["pce"], one.sha256))


def _count(store: CaseStore, device: Device, outcome: str) -> int:
    name, version = analyzer_of(device.name), version_of(device.files)
    return store.count(Seen, analyzer=name, version=version, outcome=outcome)


def _made(store: CaseStore, device: Device) -> Made:
    """Return how workers make the analyzer of a device, after looking at its files."""
    folder = store.files(f"{FOLDER}/{device.folder}", device.files)
    name, version = analyzer_of(device.name), version_of(device.files)
    try:
        found = load(str(folder))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CaseError(
            f"the files of device {device.name!r} cannot be read: {error}",
            "check the case: fanal audit verify",
        ) from error
    if (found.name, found.version) != (name, version):
        raise CaseError(
            f"the files of device {device.name!r} are not those it was learned with",
            "check the case: fanal audit verify",
        )
    return Made(name, version, LOAD, str(Path(folder).resolve()))


def _pictures(
    store: CaseStore, chosen: frozenset[str] | None, of: Device | None = None
) -> frozenset[str]:
    """Return the chosen pictures, those of a device's size where one is named."""
    if of is None:
        found = store.find(Picture)
    else:
        found = store.find(Picture, width=of.width, height=of.height, frames=1)
    pictures = frozenset(picture.sha256 for picture in found)
    return pictures if chosen is None else pictures & chosen


def _fitting(store: CaseStore, device: Device, chosen: frozenset[str] | None) -> frozenset[str]:
    """Return the chosen pictures of a device's size, without those that it was learned of."""
    return _pictures(store, chosen, device).difference(device.pictures)


def _tally(store: CaseStore, asked: Asked, device: Device, fitting: frozenset[str]) -> Tally:
    name = analyzer_of(device.name)
    said = store.find(
        Seen, analyzer=name, version=asked.versions[name], among={"sha256": sorted(fitting)}
    )
    counts: dict[str, Counter[str]] = {"spoke": Counter(), "silent": Counter(), "failed": Counter()}
    for seen in said:
        counts[seen.outcome][seen.reason] += 1
    left = len(Due(store, asked).pending(name, fitting))
    return Tally(
        device.name,
        len(fitting),
        counts["spoke"].total(),
        dict(counts["silent"]),
        dict(counts["failed"]),
        left,
        len(_agreeing(store, device)),
    )
