"""Groups on real files: which known bodies, sessions and set-ups are found, and what else is.

It needs a corpus (`--corpus DIR` with MANIFEST.csv). What must be found comes from what its maker
says of each file: the body, make, model and time of photographs, the tool, model and words of
generated pictures. Segments that come without their picture are put into a neutral grey one.
"""

import argparse
import csv
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from fanal.bench.marks import transplanted
from fanal.bench.timing import table
from fanal.errors import UsageError
from fanal.model.series import SAME_DEVICE, SAME_SETUP, Link, Member, Tie
from fanal.pipeline.case import reading
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

PARTS = ("prnu", "camera", "generator")
BODY, SESSION, SETUP = "body", "session", "set-up"
GAP = timedelta(minutes=15)
"""Photographs of one camera that follow each other sooner are of one session."""
TIES = {BODY: SAME_DEVICE, SETUP: SAME_SETUP}
"""What is expected to be related at least, though it need not be one series."""


ALSO = {
    "generator/invokeai_img2img-000019.1592514025.png": "InvokeAI, seed 1592514025, fire",
    "generator/invokeai_img2img-000045.1592514025.png": "InvokeAI, seed 1592514025, fire",
}
"""Files of one set-up though no model is told: one seed of ten digits, one wording."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of the corpus and what its maker says of it."""

    path: str
    sha256: str
    told: Mapping[str, Any]
    note: str = ""

    def alike(self) -> Iterator[tuple[Any, ...]]:
        """Yield what it may share with files that it may stand with, expected there or not."""
        told = self.told
        _, mark, folder = self.note.partition("device folder ")
        if mark:
            yield "device folder", folder
        if told.get("taken") and told.get("model"):
            yield "shot", told.get("make"), told["model"], told["taken"]
        if told.get("tool") and (model := _model(told)) and told.get("seed"):
            yield "seed", told["tool"], model, str(told["seed"])


@dataclass(frozen=True, slots=True)
class Expected:
    """Files that belong together."""

    kind: str
    name: str
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """How much of an expected group was found."""

    expected: Expected
    joined: int
    """Most of its files that are in one series."""
    related: int
    """Most of its files that share a series or a tie of the kind."""

    @property
    def whole(self) -> bool:
        """Tell whether all of it was found, as one series or, where that is enough, as related."""
        enough = self.related if self.expected.kind in TIES else self.joined
        return enough == len(self.expected.files)


def main(arguments: Sequence[str] = ()) -> None:
    """Print which groups were found, and what was joined wrongly."""
    parser = argparse.ArgumentParser(prog="fanal bench groups")
    parser.add_argument("--corpus", type=Path, required=True, help="folder with MANIFEST.csv")
    corpus = parser.parse_args(list(arguments)).corpus
    if not (corpus / "MANIFEST.csv").is_file():
        raise UsageError(f"there is no MANIFEST.csv in {corpus}", "name a corpus: --corpus DIR")
    with triaged(corpus, Settings(engine="pool")) as (store, files):
        wanted = expected(files)
        _print([found(store, group) for group in wanted], list(wrong(store, files, wanted)))


@contextmanager
def triaged(corpus: Path, settings: Settings) -> Iterator[tuple[CaseStore, list[File]]]:
    """Lend a case of the corpus' photographs and generated pictures; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="fanal-groups-") as scratch:
        home = Path(scratch)
        files = list(_files(corpus, home / "segments"))
        here = settings.changed({"key": str(home / "key"), "actor": "zz-bench"})
        evidence = [(part, corpus / part) for part in PARTS if (corpus / part).is_dir()]
        evidence += [("segments", home / "segments")]
        triage(home / "case", here, [*evidence], (), Silent())
        with reading(home / "case", here) as store:
            yield store, files


def _files(corpus: Path, segments: Path) -> Iterator[File]:
    """Yield the files that the manifest tells of; those without a picture are given one."""
    segments.mkdir()
    with (corpus / "MANIFEST.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            path = row["path"]
            if path.partition("/")[0] not in PARTS or not (corpus / path).is_file():
                continue
            digest = row["sha256"]
            if path.endswith(".meta.json"):
                name = Path(path).name.removesuffix(".meta.json")
                data = transplanted((corpus / path).read_bytes())
                (segments / name).write_bytes(data)
                digest = sha256(data).hexdigest()
            yield File(path, digest, json.loads(row["ground_truth"]), row["note"])


def expected(files: Sequence[File]) -> list[Expected]:
    """Return what belongs together by what is said of the files."""
    groups = defaultdict[tuple[str, str], list[File]](list)
    for file in files:
        if body := file.told.get("device_id"):
            groups[BODY, str(body)].append(file)
        if made := ALSO.get(file.path) or _setup(file.told):
            groups[SETUP, made].append(file)
    for name, files_of in _sessions(files):
        groups[SESSION, name].extend(files_of)
    return [
        Expected(kind, name, tuple(those))
        for (kind, name), those in groups.items()
        if len({file.sha256 for file in those}) > 1
    ]


def _setup(told: Mapping[str, Any]) -> str:
    """Return tool, model and words of a generated picture; "" where one of them is not said."""
    words, model = told.get("prompt") or told.get("positive"), _model(told)
    if told.get("tool") and words and model:
        return json.dumps([told["tool"], model, words], ensure_ascii=False)
    return ""


def _model(told: Mapping[str, Any]) -> str:
    """Return the model, or the models, that a picture is said to be made with."""
    return json.dumps(told.get("model_hash") or told.get("model") or told.get("models") or "")[1:-1]


def _sessions(files: Sequence[File]) -> Iterator[tuple[str, list[File]]]:
    """Yield photographs of one camera that follow each other soon."""
    cameras = defaultdict[str, list[tuple[datetime, File]]](list)
    for file in files:
        told = file.told
        if told.get("taken") and told.get("model"):
            camera = " ".join(str(told.get(name, "")) for name in ("make", "model", "serial"))
            taken = datetime.strptime(told["taken"], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
            cameras[camera.strip()].append((taken, file))
    for camera, shots in cameras.items():
        run: list[File] = []
        before = min(taken for taken, _ in shots)
        for taken, file in sorted(shots, key=lambda shot: (shot[0], shot[1].path)):
            if run and taken - before > GAP:
                yield f"{camera}, {before:%Y-%m-%d %H:%M}", run
                run = []
            run.append(file)
            before = taken
        yield f"{camera}, {before:%Y-%m-%d %H:%M}", run


def found(store: CaseStore, group: Expected) -> Found:
    """Return how much of a group is in one series, and how much is related."""
    own = {file.sha256 for file in group.files}
    among = {"sha256": own}
    series = Counter(name for (name,) in store.columns(Member, "series", among=among))
    ties: Counter[str] = Counter()
    if kind := TIES.get(group.kind):
        every = store.columns(Tie, "kind", "common", among=among)
        ties.update(common for of, common in every if of == kind)
    joined = max([1, *series.values()])
    return Found(group, joined, max([joined, *ties.values()]))


def wrong(
    store: CaseStore, files: Sequence[File], wanted: Sequence[Expected]
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield each series in which strangers stand, with its files and what links say of it.

    Files of one expected group, whichever, are no strangers; nor are two of one folder of a device,
    of one shot, or of one tool, model and seed.
    """
    of = {file.sha256: file for file in files}
    kin = _kin(files, wanted)
    series = defaultdict[str, list[str]](list)
    for digest, name in store.columns(Member, "sha256", "series", order=("series", "sha256")):
        if digest in of:
            series[name].append(digest)
    for name, those in series.items():
        if len({kin[digest] for digest in those}) > 1:
            inside = set(those)
            links = [
                f"{link.kind}, {link.how}: {link.says}"
                for link in store.find(Link, order=("a", "b"), among={"a": those})
                if link.joins and link.b in inside and kin[link.a] != kin[link.b]
            ]
            yield name, [of[digest].path for digest in those], links


def _kin(files: Sequence[File], wanted: Sequence[Expected]) -> dict[str, str]:
    """Return for each content the name of all that it may stand with."""
    above = {file.sha256: file.sha256 for file in files}

    def first(digest: str) -> str:
        while above[digest] != digest:
            digest = above[digest]
        return digest

    together = [list(group.files) for group in wanted]
    alike = defaultdict[tuple[Any, ...], list[File]](list)
    for file in files:
        for key in file.alike():
            alike[key].append(file)
    for those in (*together, *alike.values()):
        for file in those[1:]:
            above[first(file.sha256)] = first(those[0].sha256)
    return {digest: first(digest) for digest in above}


def _print(told: Sequence[Found], strangers: Sequence[tuple[str, list[str], list[str]]]) -> None:
    rows: list[tuple[Any, ...]] = [("groups", "expected", "found", "files", "of one series")]
    for kind in (BODY, SESSION, SETUP):
        own = [each for each in told if each.expected.kind == kind]
        files = sum(len(each.expected.files) for each in own)
        joined = sum(each.joined for each in own if each.joined > 1)
        rows.append((kind, len(own), sum(each.whole for each in own), files, joined))
    table(rows)
    for each in told:
        if not each.whole:
            print(f"not whole: {each.expected.kind} {each.expected.name[:100]}")
            print(f"  {each.joined} in one series, {each.related} related, of:")
            for file in each.expected.files:
                print(f"    {file.path}")
    print(f"series with strangers in them: {len(strangers)}")
    for name, paths, links in strangers:
        print(f"  {name}: {', '.join(paths)}")
        for says in links:
            print(f"    {says}")
