import dataclasses
import hashlib
import time
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import pytest

from fanal.demo.contents import Records, hash_of
from fanal.demo.records import Recorded, record_operation
from fanal.demo.series_truth import TrueSeries, read_truth
from fanal.errors import UsageError
from fanal.model.evidence import CAMERA, INPUT, RECORD, STRUCTURE
from fanal.model.finding import Finding, Fingerprint, Picture, Seen
from fanal.model.item import Exhibit, Item, Place
from fanal.model.known import KnownList, Match, MatchRun
from fanal.pipeline.case import reading, writing
from fanal.pipeline.match import match
from fanal.pipeline.progress import Silent
from fanal.pipeline.weigh import weigh_all
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

SIZE = 600


def record(folder: Path, seed: int = 3, **knobs: float) -> Recorded:
    with writing(folder / "case", Settings(key=str(folder / "key"))) as store:
        return record_operation(store, SIZE, seed, truth=folder / "series-truth.jsonl", **knobs)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    record(folder)
    return folder


@pytest.fixture(scope="module")
def store(folder):
    with reading(folder / "case") as store:
        yield store


@pytest.fixture(scope="module")
def true(folder) -> list[TrueSeries]:
    return read_truth(folder / "series-truth.jsonl").series


def test_every_content_stands_in_one_true_series(store, true):
    contents = [sha256 for series in true for sha256 in series.contents]
    assert len(contents) == len(set(contents)) == SIZE
    assert set(contents) == {item.sha256 for item in store.find(Item)}


def test_exhibits_are_told_rightly(store, true):
    where = defaultdict(set)
    for place in store.find(Place):
        where[place.sha256].add(place.exhibit)
    names = {exhibit.name for exhibit in store.find(Exhibit)}
    for series in true:
        assert {name for one in series.contents for name in where[one]} == set(series.exhibits)
        assert set(series.exhibits) <= names


def test_every_picture_was_looked_at(store):
    pictures = {item.sha256 for item in store.find(Item) if item.media_type.startswith("image/")}
    assert {picture.sha256 for picture in store.find(Picture)} == pictures
    assert {known.sha256 for known in store.find(Fingerprint)} == pictures
    spoke = {(seen.sha256, seen.analyzer) for seen in store.find(Seen) if seen.outcome == "spoke"}
    stated = {(finding.sha256, finding.analyzer) for finding in store.find(Finding)}
    stated = {(sha256, name) for sha256, name in stated if name != "sensor"}  # said by the case
    assert stated | {(sha256, "perceptual") for sha256 in pictures} == spoke


def test_lists_know_what_the_story_says_and_nothing_planted(store, true):
    lists = {known.name: known.kind for known in store.find(KnownList)}
    assert sorted(lists.values()) == ["generated", "harmless", "illegal", "unidentified"]
    exact = {match.sha256: match for match in store.find(Match) if match.via != "pdq"}
    for series in true:
        listed = [one in exact for one in series.contents]
        if series.kind in {"known", "identified"}:
            assert all(listed)
            said = {exact[one].victim_identified for one in series.contents}
            assert (said == {True}) == (series.kind == "identified")
        elif series.planted:
            assert not any(listed)


def test_the_same_seed_writes_the_same(folder, tmp_path):
    record(tmp_path)
    told = [(place / "series-truth.jsonl").read_bytes() for place in (folder, tmp_path)]
    assert told[0] == told[1]
    with reading(folder / "case") as one, reading(tmp_path / "case") as other:
        for kind in (Item, Place, Finding, Fingerprint, Match, Seen):
            assert digest(one, kind) == digest(other, kind)
    with writing(tmp_path / "case", Settings(key=str(tmp_path / "key"))) as again:
        assert again.count(MatchRun) == again.count(KnownList)
        assert match(again, Settings(), "zz", Silent()).lists == 0
        assert weigh_all(again, Settings(), "zz", Silent())


def test_another_seed_writes_another_operation(folder, tmp_path):
    record(tmp_path, seed=4)
    told = [(place / "series-truth.jsonl").read_bytes() for place in (folder, tmp_path)]
    assert told[0] != told[1]


def stated(store: CaseStore, kind: str) -> int:
    return sum(1 for _ in store.find(Finding, among={"kind": [kind]}))


def digest(store: CaseStore, kind: type) -> str:
    rows = sorted(repr(dataclasses.astuple(record)) for record in store.find(kind))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def test_half_of_all_contents_lose_what_they_say_of_themselves(folder, store, tmp_path):
    record(tmp_path, strip=0.5)
    assert read_truth(tmp_path / "series-truth.jsonl").strip == 0.5
    with reading(tmp_path / "case") as stripped:
        assert stripped.count(Item) == SIZE
        assert {item.sha256 for item in stripped.find(Item)} == {
            item.sha256 for item in store.find(Item)
        }
        for kind in (CAMERA, RECORD):
            before, after = stated(store, kind), stated(stripped, kind)
            assert 0.3 < after / before < 0.7
        names = {place.path for place in store.find(Place)}
        same = sum(place.path in names for place in stripped.find(Place))
        assert 0.4 < same / stripped.count(Place) < 0.6


def test_evidence_can_be_that_of_the_other_side(store, true, tmp_path):
    record(tmp_path, wrong=0.5)
    side = {one: series.kind for series in true for one in series.contents}
    with reading(tmp_path / "case") as belied:
        kinds = defaultdict(set)
        for finding in belied.find(Finding):
            kinds[finding.kind].add(side[finding.sha256])
    assert {"real", "source"} & kinds[RECORD]
    assert "generated" in kinds[CAMERA]
    assert "generated" in kinds[STRUCTURE]
    honest = {side[found.sha256] for found in store.find(Finding) if found.kind == RECORD}
    assert not honest & {"real", "source"}
    assert stated(store, INPUT)


def test_files_of_a_folder_that_was_copied_as_a_whole_bear_one_minute(store, tmp_path):
    record(tmp_path, copied=1.0)
    before = {(p.exhibit, p.path): datetime.fromisoformat(p.modified) for p in store.find(Place)}
    folders = defaultdict(list)
    with reading(tmp_path / "case") as copied:
        for place in copied.find(Place):
            when = datetime.fromisoformat(place.modified)
            assert when >= before[place.exhibit, place.path]
            if when > before[place.exhibit, place.path]:
                folders[place.exhibit, place.path.rpartition(b"/")[0]].append(when)
    assert len(folders) > 10
    assert all((max(times) - min(times)).total_seconds() < 60 for times in folders.values())
    assert sum(map(len, folders.values())) > len(before) / 2


def test_a_case_that_holds_something_is_refused(folder):
    with pytest.raises(UsageError, match="holds something"):
        record(folder)


def test_writing_is_quick(tmp_path):
    started = time.process_time()
    record(tmp_path)
    assert (time.process_time() - started) / SIZE < 0.01  # about 0.0006 s a content


def test_places_are_told_apart():
    assert hash_of("a", b"bc") != hash_of("ab", b"c")
    assert Records.of.__doc__
