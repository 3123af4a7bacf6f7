"""Writes an operation of any size straight into a case, as if its files had been read and examined.

No file is made. Everything that later stages ask for is there: items, places, sizes, hashes,
findings, lists with their matches, devices. What truly belongs together stands in a file beside.
"""

import csv
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from random import Random
from typing import Any, Self, TextIO

from fanal.demo.cast import LIST_KIND, Series, Story
from fanal.demo.contents import Records, Told
from fanal.demo.pieces import Piece
from fanal.demo.sensors import FOLDER, Sensors
from fanal.demo.series_truth import TrueSeries, Writer
from fanal.demo.signed_tile import authority_pem
from fanal.demo.story import LEAST, plan_story
from fanal.demo.telling import pieces_of
from fanal.errors import UsageError
from fanal.model.item import Exhibit, Place
from fanal.pipeline.device_weight import weigh_devices
from fanal.pipeline.lists import ListFile, add_list
from fanal.pipeline.match import match
from fanal.pipeline.progress import Progress, Silent
from fanal.pipeline.trust import TrustFile, add_trust_list
from fanal.pipeline.work import analyzer_versions
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

ACTOR = "zz-demo"
WRITTEN = 4000
"""Contents written in one act."""
STRANGERS = 0.5
"""Entries of a list that are nowhere in the case, for each that is."""
KNOWN_BY_PDQ = 0.7
"""Share of the entries of a list that have a perceptual hash."""
_HEADER = ("md5", "sha1", "pdq", "victim_identified")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written."""

    contents: int
    places: int
    series: int
    planted: int
    matches: int
    truth: Path
    counts: Mapping[str, Any] = field(default_factory=dict)
    """Series and contents of each kind and each planted way."""


def record_operation(  # noqa: PLR0913 (knobs that benchmarks turn)
    store: CaseStore,
    size: int,
    seed: int,
    *,
    strip: float = 0.0,
    wrong: float = 0.0,
    copied: float = 0.0,
    truth: Path,
    progress: Progress | None = None,
) -> Recorded:
    """Write an operation of `size` contents into an empty case that is open for writing.

    `strip`: share of contents that lost what their files say of themselves and their telling
    names. `wrong`: share of contents whose evidence of origin is that of the other side. `copied`:
    share of folders that were copied as a whole, so that all their files bear one minute.
    """
    if size < LEAST:
        raise UsageError(
            f"an operation of {size} contents is too small", f"ask for {LEAST} or more"
        )
    if store.count(Exhibit):
        raise UsageError("the case holds something already", "name a new case")
    story = plan_story(size, seed)
    return _Recording(store, story, (strip, wrong, copied), progress or Silent()).written(truth)


class _Recording:
    """Writes series by series; little more than one act is in memory at a time."""

    def __init__(
        self, store: CaseStore, story: Story, knobs: tuple[float, float, float], progress: Progress
    ) -> None:
        self.store = store
        self.story = story
        self.knobs = knobs
        self.progress = progress
        self.records = Records(story, analyzer_versions("pixels"), knobs)
        self.buffer: list[Any] = []
        self.waiting = 0
        self.places = 0
        self.sensors = Sensors(story)

    def written(self, path: Path) -> Recorded:
        """Write all of it."""
        self.progress.step("writing the records of an operation")
        knobs = dict(zip(("strip", "wrong", "copied"), self.knobs, strict=True))
        told = {"size": self.story.size, "seed": self.story.seed, **knobs}
        with self.store.act(ACTOR, "demo exhibits", **told) as act:
            act.put(
                Exhibit(one.name, f"/zz-evidence/{one.name}".encode())
                for one in self.story.carriers
            )
        with tempfile.TemporaryDirectory() as folder:
            with Writer(path, told) as truth, _Lists(Path(folder), self.story.seed) as lists:
                for series in self.story.series:
                    for one in self._series(series, lists):
                        truth.add(one)
                self._write()
                counts = truth.counts()
            self._devices()
            self._trust(Path(folder))
            matches = self._match(lists)
        found = counts["series"]
        return Recorded(
            self.story.size,
            self.places,
            sum(many for kind, many in found.items() if not kind.startswith("planted")),
            found.get("planted", 0),
            matches,
            path,
            counts,
        )

    def _series(self, series: Series, lists: "_Lists") -> Iterator[TrueSeries]:
        """Write the contents of a series, and yield what is true of them."""
        contents: list[str] = []
        exhibits: set[str] = set()
        for piece in pieces_of(self.story, series):
            told = self.records.of(piece)
            lists.add(piece, told)
            self.buffer.extend(told.records)
            self.sensors.take(piece, told.item)
            self.places += len(piece.places)
            where = {record.exhibit for record in told.records if isinstance(record, Place)}
            if series.apart:
                name = f"{series.id}-{piece.number}"
                yield _true(series, name, [told.item.sha256], where)
            contents.append(told.item.sha256)
            exhibits |= where
            self.waiting += 1
            if self.waiting >= WRITTEN:
                self._write()
        if not series.apart:
            yield _true(series, series.id, contents, exhibits)

    def _write(self) -> None:
        # In the order of their digests they go into few pages of each index.
        self.buffer.sort(key=attrgetter("sha256"))
        with self.store.act(ACTOR, "intake") as act:
            act.put(self.buffer)
        self.progress.advance(self.waiting, 0)
        self.buffer.clear()
        self.waiting = 0

    def _devices(self) -> None:
        """Write what is known of the sensors of seized cameras, and what agrees with them."""
        for device, compared in self.sensors.devices(self.store.folder):
            self.store.keep_files(f"{FOLDER}/{device.folder}", device.files)
            with self.store.act(ACTOR, "learn device", device=device.name) as act:
                act.put([device])
            with self.store.act(ACTOR, "compare with device", device=device.name) as act:
                act.put(compared)
        weigh_devices(self.store, ACTOR, self.progress)

    def _trust(self, folder: Path) -> None:
        """Trust the one who signed what services made."""
        path = folder / "signers.pem"
        path.write_text(authority_pem(), "ascii")
        add_trust_list(self.store, ACTOR, TrustFile(path, "zz-signers", "2025-05-01"))

    def _match(self, lists: "_Lists") -> int:
        settings = Settings()
        for name, path in lists.paths.items():
            given = ListFile(path, LIST_KIND[name], name, "2025-05-01")
            add_list(self.store, settings, ACTOR, given, self.progress)
        return match(self.store, settings, ACTOR, self.progress).matches


class _Lists:
    """Writes what each list knows, as its file."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.paths = {name: folder / f"{name}.csv" for name in LIST_KIND}
        self._random = Random(f"fanal demo lists {seed}")
        self._open = ExitStack()
        self._out: dict[str, Any] = {}

    def __enter__(self) -> Self:
        for name, path in self.paths.items():
            stream: TextIO = self._open.enter_context(path.open("w", newline=""))
            self._out[name] = csv.writer(stream, lineterminator="\n")
            self._out[name].writerow(_HEADER)
            self._stranger(name)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def add(self, piece: Piece, told: Told) -> None:
        """Note a content on the list that knows it, if one does."""
        series = piece.series
        if not series.listed:
            return
        said = "" if series.victim_identified is None else str(series.victim_identified).lower()
        pdq = told.pdq if self._random.random() < KNOWN_BY_PDQ else ""
        self._out[series.listed].writerow((told.item.md5, told.item.sha1, pdq, said))
        if self._random.random() < STRANGERS:
            self._stranger(series.listed)

    def _stranger(self, name: str) -> None:
        row = tuple(f"{self._random.getrandbits(bits):0{bits // 4}x}" for bits in (128, 160, 256))
        self._out[name].writerow((*row, ""))


def _true(series: Series, name: str, contents: list[str], exhibits: set[str]) -> TrueSeries:
    return TrueSeries(
        name,
        series.kind,
        series.planted,
        series.way,
        tuple(contents),
        tuple(sorted(exhibits)),
        series.note,
    )
