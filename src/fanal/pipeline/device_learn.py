"""Learns a device: what the noise of pictures that one sensor took has in common."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fanal.analyzers.sensor import FACTS, MIDDLE, WHOLE, load, version_of
from fanal.content.fourier import spectrum_of
from fanal.content.sensor import EXTRACTOR, Look, agreement, middle, pattern
from fanal.content.wavelet import Floats
from fanal.custody.spelling import canonical
from fanal.engines import ENGINES
from fanal.engines.interface import Engine
from fanal.errors import CaseError, UsageError
from fanal.model.opinion import Device
from fanal.pipeline.case import actor, writing
from fanal.pipeline.device_pictures import Candidates, From, candidates
from fanal.pipeline.device_work import Band, BandWork, Shot, ShotWork, bands, raw_of, seen
from fanal.pipeline.lists import own_folder
from fanal.pipeline.progress import Progress
from fanal.pipeline.work import NotRead
from fanal.settings import Settings
from fanal.stores.interface import CaseStore, Where

FOLDER = "devices"
LEAST, ENOUGH, MOST = 5, 10, 60
"""Pictures that a device is learned of: with fewer than the first it is not, with fewer than the
second it is said to be weak, more than the last are not used."""
MOST_HELD = 50
"""Pictures of the same choice that are held out, to measure how its own pictures agree."""
FROM_HELD = 20
"""Where there are fewer usable pictures, and too few flat ones, none is held out."""
SHARE_HELD = 4
"""Else one in so many ordinary pictures is."""
USABLE = 0.5
"""Share of the pixels of a picture that must be neither dark nor saturated to learn of it."""
HALVES = 60.0
"""Agreement of two halves of its pictures below which a device is said to be weak."""
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Learned:
    """A device that was learned, and why pictures that were asked for are not part of it."""

    device: Device
    left: Mapping[str, str]
    """SHA-256 → why it was not used."""

    @property
    def is_weak(self) -> bool:
        """Tell whether little may be built on it."""
        return bool(self.device.facts["weak"])


def learn(case: Where, settings: Settings, name: str, wanted: From, progress: Progress) -> Learned:
    """Learn a device of pictures of the case, under a name of its own."""
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(
            f"a device cannot be called {name!r}", f"use at most {LONGEST_NAME} printable letters"
        )
    engine = ENGINES.get(settings.engine)(settings)
    with writing(case, settings) as store:
        try:
            if next(store.find(Device, name=name), None):
                raise UsageError(
                    f"the case has a device named {name!r} already", "give this one another name"
                )
            progress.step(f"looking for pictures of {name}")
            found = candidates(store, wanted)
            chosen = _choose(found, _looks(engine, settings, found.shots, progress))
            progress.step(f"learning {name} of {len(chosen.used)} pictures")
            raw, halves = _estimated(engine, settings, found, chosen.used, progress)
            return Learned(_kept(store, settings, name, chosen, (raw, halves)), found.left)
        finally:
            engine.close()


@dataclass(frozen=True, slots=True)
class _Chosen:
    found: Candidates
    used: tuple[Shot, ...]
    held: tuple[str, ...]
    flat: int


def _looks(
    engine: Engine, settings: Settings, shots: Sequence[Shot], progress: Progress
) -> dict[str, Look | NotRead]:
    """Let workers decode every picture once, each for itself: one that kills its worker is out."""
    looks: dict[str, Look | NotRead] = {}
    batches = ((shot,) for shot in shots)
    for batch, answers in engine.run(ShotWork(), batches, settings.seconds):
        for shot, answer in zip(batch, answers, strict=True):
            looks[shot.sha256] = seen(answer)
            progress.advance(1, 0)
    return looks


def _choose(found: Candidates, looks: Mapping[str, Look | NotRead]) -> _Chosen:
    """Take flat pictures where there are enough, else ordinary ones too; hold some out."""
    flat: list[Shot] = []
    ordinary: list[Shot] = []
    for shot in found.shots:
        told = looks[shot.sha256]
        if reason := _unusable(told, found):
            found.left[shot.sha256] = reason
        elif isinstance(told, Look):
            (flat if told.flat else ordinary).append(shot)
    held: list[Shot] = []
    if len(flat) >= ENOUGH:
        flat, spare, held, ordinary = flat[:MOST], flat[MOST:], ordinary, []
        held += spare
    elif len(flat) + len(ordinary) >= FROM_HELD:
        held = ordinary[::SHARE_HELD]
        ordinary = [shot for at, shot in enumerate(ordinary) if at % SHARE_HELD]
    used = (*flat, *ordinary)[:MOST]
    held += ordinary[MOST - len(flat) :]
    for number, shot in enumerate(held):
        found.left[shot.sha256] = (
            "held out, to measure how its own pictures agree"
            if number < MOST_HELD
            else "not needed"
        )
    if len(used) < LEAST:
        counts = Counter(found.left.values()).most_common(4)
        why = "; ".join(f"{count} others: {reason}" for reason, count in counts)
        raise UsageError(
            f"{len(used)} usable pictures are too few to learn a device"
            + (f" ({why})" if why else ""),
            f"choose at least {LEAST}, better {ENOUGH} of an even surface or 30 ordinary ones",
        )
    return _Chosen(found, used, tuple(shot.sha256 for shot in held[:MOST_HELD]), len(flat))


def _unusable(told: Look | NotRead, found: Candidates) -> str:
    if isinstance(told, NotRead):
        return f"{told.reason}: {told.detail}" if told.detail else told.reason
    if (told.rows, told.columns) != (found.rows, found.columns):
        return "its decoded size is another one"
    if told.used < USABLE:
        return "too dark or too bright"
    return ""


def _estimated(
    engine: Engine,
    settings: Settings,
    found: Candidates,
    used: Sequence[Shot],
    progress: Progress,
) -> tuple[Floats, float]:
    """Return the pattern, not yet cleaned, and how far two halves of the pictures agree."""
    shape = (found.rows, found.columns)
    halves = [np.empty(shape, np.float32) for _ in range(2)]
    weights = [0.0, 0.0]
    tasks = [
        (half, band) for half in (0, 1) for band in bands(used[half::2], found.rows, found.columns)
    ]

    def patience(band: Band) -> float:
        return settings.seconds * len(band.shots)

    made = engine.run(BandWork(), ((band,) for _, band in tasks), patience)
    for (half, band), (_, (answer,)) in zip(tasks, made, strict=True):
        raw = raw_of(band, answer)
        if raw is None:
            raise CaseError(
                "the pictures of the device could not be read again",
                "see that the evidence is there, unchanged, and run the same command again",
            )
        halves[half][band.first : band.first + band.rows], weight = raw
        weights[half] += weight * band.rows
        progress.advance(len(band.shots), 0)
    whole = halves[0] * np.float32(weights[0]) + halves[1] * np.float32(weights[1])
    whole /= np.float32(sum(weights) or 1)
    spectra = [spectrum_of(pattern(half)) for half in halves]
    return whole, agreement(spectra[0], spectra[1], found.columns)


def _kept(
    store: CaseStore,
    settings: Settings,
    name: str,
    chosen: _Chosen,
    made: tuple[Floats, float],
) -> Device:
    """Write the files of a device and its record."""
    found, (raw, halves) = chosen.found, made
    digests = sorted(shot.sha256 for shot in chosen.used)
    folder = own_folder(name, hashlib.sha256(" ".join(digests).encode()).hexdigest())
    home = store.folder / FOLDER / folder
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    facts = {
        "device": name,
        "rows": found.rows,
        "columns": found.columns,
        "extractor": EXTRACTOR,
        "pictures": digests,
    }
    files = dict(_written(home, raw, canonical(facts)))
    if load(str(home)).version != version_of(files):
        raise CaseError(f"{home} does not hold what was written to it", "look at its disk")
    store.keep_files(f"{FOLDER}/{folder}", files)
    weak = halves < HALVES or len(chosen.used) < ENOUGH
    device = Device(
        name,
        EXTRACTOR,
        found.camera.make,
        found.camera.model,
        next(iter(found.camera.serials.values()), ""),
        found.columns,
        found.rows,
        tuple(digests),
        folder,
        files,
        {
            "serials": dict(found.camera.serials),
            "flat": chosen.flat,
            "halves": round(halves, 1),
            "weak": weak,
            "held_out": sorted(chosen.held),
            "left_out": dict(Counter(reason.partition(":")[0] for reason in found.left.values())),
        },
    )
    told = {"device": name, "pictures": len(digests), "folder": folder}
    with store.act(actor(settings), "learn device", **told) as act:
        act.put([device])
    return device


def _written(home: Path, raw: Floats, facts: str) -> Iterator[tuple[str, str]]:
    """Write the files of a device; yield the name and SHA-256 of each."""
    within = middle(*raw.shape)
    parts = {MIDDLE: pattern(raw[within]).astype("<f2").tobytes(), FACTS: facts.encode()}
    if raw[within].shape != raw.shape:
        parts[WHOLE] = pattern(raw).astype("<f2").tobytes()
    for name, data in sorted(parts.items()):
        (home / name).write_bytes(data)
        yield name, hashlib.sha256(data).hexdigest()
