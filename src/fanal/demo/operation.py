"""Builds the demonstration's seized operation of drawn pictures, with its lists and its truth."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image

from fanal.content.pdq import LEAST_QUALITY
from fanal.demo import draw, lists, truth
from fanal.demo.archives import Member, pack
from fanal.demo.cast import GENERATED, HARMLESS, ILLEGAL, UNIDENTIFIED, Story
from fanal.demo.drawn_story import files_of, places_of, story_of
from fanal.demo.drawn_truth import counted, placed, truth_of
from fanal.demo.encode import Shot, encode, exif
from fanal.demo.files import Folder
from fanal.demo.naming import Naming
from fanal.demo.plan import LEAST, Job, Plan, Scene, plan
from fanal.demo.series_truth import NAME, document
from fanal.demo.truth import Placed, Spot
from fanal.demo.variants import ALONE, Made, variant
from fanal.errors import UsageError

VERSION = 2
"""Goes up when the same seed and size make other bytes than before."""
LISTS = (
    (ILLEGAL, "illegal", f"{ILLEGAL}.json"),
    (UNIDENTIFIED, "unidentified", f"{UNIDENTIFIED}.csv"),
    (HARMLESS, "harmless", f"{HARMLESS}.csv"),
    (GENERATED, "generated", f"{GENERATED}.csv"),
)
"""Name, kind and file of each stand-in list."""
TRAP = ("blank", 0)
"""A listed blank: blanks are all alike, so an unguarded match by distance takes every one."""
INNER = "zz inner.zip"
HONEST = {"strip": 0.0, "wrong": 0.0}
"""The drawn operation loses and belies nothing on purpose."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Operation:
    """A benign seized operation on disk."""

    folder: Path
    evidence: tuple[tuple[str, Path], ...]
    """Name and folder of each exhibit."""
    lists: tuple[tuple[Path, str, str], ...]
    """File, kind and name of each list."""
    truth: Path
    counts: Mapping[str, Any]
    series: Path
    """What truly belongs together."""
    planted: Mapping[str, Any]
    """Series and contents of each kind and each planted way."""


def build_operation(
    folder: Path, size: int, seed: int = 1, progress: Progress | None = None
) -> Operation:
    """Write an operation of `size` places into a new folder, or bring an earlier one up to date.

    The same size and seed give the same bytes. A folder that holds anything else is refused.
    """
    if size < LEAST:
        raise UsageError(
            f"a demonstration of {size} places is too small", f"ask for {LEAST} or more"
        )
    story = story_of(size, seed)
    whole = plan(size - places_of(story), seed)
    out = Folder(folder, {"version": VERSION, "size": size, "seed": seed})
    builder = _Builder(whole, story, out, progress)
    builder.draw_scenes()
    builder.make_the_rest()
    builder.pack_archives()
    builder.tell_story()
    builder.write_lists()
    told = [{"name": name, "kind": kind, "file": file} for name, kind, file in builder.lists]
    builder.out.write(b"truth.json", truth.document(whole, size, builder.places, told))
    true = truth_of(whole, builder.places)
    builder.out.write(NAME.encode(), document(true, {"size": size, "seed": seed, **HONEST}))
    builder.out.tidy()
    exhibits = [device.name for device in whole.devices]
    exhibits += [carrier.name for carrier in story.carriers] if story else []
    return Operation(
        folder,
        tuple((name, folder / "evidence" / name) for name in exhibits),
        tuple((folder / "lists" / file, kind, name) for name, kind, file in builder.lists),
        folder / "truth.json",
        truth.counts(builder.places),
        folder / NAME,
        counted(true),
    )


class _Builder:
    """Draws, writes and keeps account; one scene is in memory at a time."""

    def __init__(
        self, whole: Plan, story: Story | None, out: Folder, progress: Progress | None
    ) -> None:
        self.plan = whole
        self.story = story
        self.total = whole.total() + places_of(story)
        self.lists = tuple(one for one in LISTS if story or one[0] != GENERATED)
        self.out = out
        self.progress = progress
        self.places: list[Placed] = []
        self.entries: dict[str, list[lists.Listed]] = defaultdict(list)
        self.packed = {job.number for p in whole.packs for job in (*p.members, *p.inner)}
        self.held: dict[int, Made] = {}
        """Files that wait for their archive."""

    def random(self, about: str, number: int) -> Random:
        """Return the numbers of one piece, the same whatever else is made."""
        return Random(f"fanal demo {self.plan.seed} {about} {number}")

    def draw_scenes(self) -> None:
        """Draw each scene once, and make all its files."""
        wanted: dict[int, list[Job]] = defaultdict(list)
        for job in self._every_job():
            if job.scene is not None:
                wanted[job.scene].append(job)
        for scene in self.plan.scenes:
            picture = draw.scene(self.random("scene", scene.number), scene.width, scene.height)
            original = self._original(scene, picture)
            if scene.listed:
                self.entries[scene.listed].append(lists.entry_of_scene(scene, original.data))
            for job in wanted[scene.number]:
                if job.what in {"original", "copy"}:
                    self._deliver(job, original)
                else:
                    self._deliver(
                        job, variant(job.what, picture, job.turn, self.random("file", job.number))
                    )

    def make_the_rest(self) -> None:
        """Make what is no scene: damaged files, blanks, icons, text and links."""
        for job in self._every_job():
            if job.what in ALONE:
                made = ALONE[job.what](job.turn, self.random("file", job.number))
                if (job.what, job.turn) == TRAP:
                    self.entries[ILLEGAL].append(
                        lists.entry(made.data, "digests and pdq", victim_identified=None)
                    )
                self._deliver(job, made)
            elif job.what == "link":
                self._link(job)

    def pack_archives(self) -> None:
        """Write the archives and account for each of their members."""
        for packed in self.plan.packs:
            members = [self._member(job) for job in packed.members]
            if packed.inner:
                inner = pack("zip", [self._member(job) for job in packed.inner], packed.modified)
                members.append((INNER, inner, packed.modified))
            whole = pack(packed.kind, members, packed.modified)
            path = self._write(packed.exhibit, packed.path, whole, packed.modified)
            spot = Spot(packed.exhibit, path)
            self._account(spot, "archive", Made(whole, {"format": packed.kind}))
            for number, job in enumerate(packed.members):
                name = job.path.decode()
                self._account(
                    replace(spot, inside=f"{number}", name=name), job, self.held[job.number]
                )
            if packed.inner:
                outer = len(packed.members)
                made = Made(members[outer][1], {"format": "zip"})
                self._account(replace(spot, inside=f"{outer}", name=INNER), "archive", made)
                for number, job in enumerate(packed.inner):
                    at = replace(spot, inside=f"{outer}/{number}", name=job.path.decode())
                    self._account(at, job, self.held[job.number])

    def tell_story(self) -> None:
        """Draw the contents of the story, and account for each place of theirs."""
        naming = Naming()
        for file in files_of(self.story) if self.story else ():
            piece, series = file.piece, file.piece.series
            if series.listed:
                said = series.victim_identified
                known = lists.entry(file.data, "digests", victim_identified=said)
                if piece.quality >= LEAST_QUALITY and piece.kind != "model":
                    known = lists.entry(file.data, "digests and pdq", victim_identified=said)
                self.entries[series.listed].append(known)
            for at in piece.places:
                exhibit = self.story.carriers[at.carrier].name if self.story else ""
                path = self._write(exhibit, naming.path(exhibit, at), file.data, at.modified)
                self._keep(placed(Spot(exhibit, path), file))

    def write_lists(self) -> None:
        """Write the stand-in lists."""
        for name, _, file in self.lists:
            entries = [*self.entries[name], *lists.strangers(self.plan.seed, name)]
            if name == ILLEGAL:
                data = lists.vics(entries)
            else:
                data = lists.plain_csv(entries, victims=name == UNIDENTIFIED)
            self.out.write(b"lists/" + file.encode(), data)

    def _every_job(self) -> Iterator[Job]:
        """Yield the files of the devices, then those of the archives."""
        yield from self.plan.jobs
        for packed in self.plan.packs:
            yield from packed.members
            yield from packed.inner

    def _original(self, scene: Scene, picture: Image.Image) -> Made:
        """Return the scene's first file, as its camera or its maker wrote it."""
        random = self.random("original", scene.number)
        options: dict[str, Any] = {}
        if scene.kind == "jpeg":
            options = {
                "quality": random.choice((75, 85, 90, 92, 95)),
                "subsampling": random.choice((0, 1, 2, 2)),
                "progressive": scene.camera is None and random.random() < 0.4,
            }
        said = {"format": scene.kind, "width": scene.width, "height": scene.height, **options}
        if scene.camera is not None:
            orientation = 1 if scene.listed else random.choice((1, 1, 1, 3, 6, 8))
            shot = Shot(scene.camera, scene.taken, orientation, random.choice((100, 200, 400, 800)))
            options["exif"] = exif(shot, scene.width, scene.height)
            said |= {"model": scene.camera.model, "serial": scene.camera.serial}
            said["orientation"] = orientation
        return Made(encode(picture, scene.kind, **options), said)

    def _deliver(self, job: Job, made: Made) -> None:
        """Write a file, or keep it for its archive."""
        if job.number in self.packed:
            self.held[job.number] = made
            return
        path = self._write(job.exhibit, job.path, made.data, job.modified)
        self._account(Spot(job.exhibit, path), job, made)

    def _write(self, exhibit: str, path: bytes, data: bytes, modified: datetime) -> bytes:
        """Write a file into an exhibit, and return its path there."""
        place = b"evidence/" + exhibit.encode() + b"/"
        return self.out.write(place + path, data, modified)[len(place) :]

    def _link(self, job: Job) -> None:
        """Make a symbolic link: to a file of the same device, or to nowhere."""
        same = [other.path for other in self.plan.jobs if other.exhibit == job.exhibit]
        up = b"../" * job.path.count(b"/")
        target = up + min(same) if job.turn % 2 == 0 else b"/zz-nowhere/zz.jpg"
        if self.out.link(b"evidence/" + job.exhibit.encode() + b"/" + job.path, target):
            self._account(Spot(job.exhibit, job.path), job, Made(b"", {"target": target.hex()}))

    def _member(self, job: Job) -> Member:
        return job.path.decode(), self.held[job.number].data, job.modified

    def _account(self, spot: Spot, what: Job | str, made: Made) -> None:
        """Note what lies at a place, and what a triage must find out about it."""
        job = what if isinstance(what, Job) else None
        scene = self.plan.scenes[job.scene] if job and job.scene is not None else None
        kind = job.what if job else "archive"
        demanded = truth.demand(kind, scene)
        listed = (
            (scene.listed, scene.victim_identified) if scene and demanded != "none" else ("", None)
        )
        if job and (kind, job.turn) == TRAP:
            demanded, listed = "exact", (ILLEGAL, None)
        self._keep(
            Placed(
                spot,
                hashlib.sha256(made.data).hexdigest() if kind != "link" else "",
                len(made.data),
                kind,
                scene.number if scene else None,
                demanded,
                *listed,
                made.parameters,
            )
        )

    def _keep(self, place: Placed) -> None:
        self.places.append(place)
        if self.progress is not None:
            self.progress(len(self.places), self.total)
