"""Matching through the whole path finds what comparing everything with everything finds."""

import csv
import json
import shutil
from dataclasses import dataclass, replace

import numpy as np
import pytest
from PIL import Image

from fanal.custody.verifier import verify
from fanal.demo.encode import encode
from fanal.model.failure import Failure
from fanal.model.finding import Fingerprint
from fanal.model.item import Item
from fanal.model.known import Match, MatchRun
from fanal.model.review import Task
from fanal.pipeline import match as matching
from fanal.pipeline.account import lines
from fanal.pipeline.case import reading, writing
from fanal.pipeline.lists import ListFile, add_list
from fanal.pipeline.match import match
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from fanal.pipeline.work import DigestWork, LookWork
from makers.evidence import digests, done, fill, found, leaves, sha256, table, thumb
from makers.pictures import jpeg
from makers.small_case import near_hash


@dataclass(frozen=True)
class Row:
    """One entry as this test reads it."""

    md5: str
    sha1: str
    pdq: str
    victim: bool | None


def rows_of(path):
    """Read a list of the demonstration by the standard library alone."""
    if path.suffix == ".json":
        return [
            Row(
                (media["MD5"] or "").lower(),
                (media["SHA1"] or "").lower(),
                "".join(other["HashValue"] for other in media["AlternativeHashes"]),
                media["VictimIdentified"],
            )
            for media in json.loads(path.read_text())["value"]
        ]
    said = {"true": True, "false": False}
    with path.open(newline="") as stream:
        return [
            Row(row["md5"], row["sha1"], row["pdq"], said.get(row.get("victim_identified", "")))
            for row in csv.DictReader(stream)
        ]


def expected(case, lists, radius, turns=1):
    """Compare every item with every entry: {(sha256, list, via, distance, entry, turn)}."""
    hits = set()
    for path, _, name in lists:
        rows = rows_of(path)
        hits |= {(*hit[:1], name, *hit[1:]) for hit in by_digest(found(case, Item), rows)}
        prints = [taken for taken in found(case, Fingerprint) if taken.quality >= 50]
        hits |= {(*hit[:1], name, *hit[1:]) for hit in by_code(prints, rows, radius, turns)}
    return hits


def by_digest(items, rows):
    for item in items:
        for at, row in enumerate(rows):
            via = "sha1" if row.sha1 == item.sha1 else "md5" if row.md5 == item.md5 else ""
            if via:
                yield item.sha256, via, 0, at, 0


def by_code(prints, rows, radius, turns):
    first = {}
    for at, row in enumerate(rows):
        if row.pdq:
            first.setdefault(row.pdq, at)
    best = {}
    for taken in prints:
        codes = np.frombuffer((taken.value + taken.turned)[: 32 * turns], np.uint8).reshape(-1, 32)
        for code, at in first.items():
            wanted = np.frombuffer(bytes.fromhex(code), np.uint8)
            apart = np.unpackbits(codes ^ wanted, axis=1).sum(axis=1)
            hit = (int(apart.min()), int(apart.argmin()))
            key = (taken.sha256, at)
            if hit[0] <= radius and (key not in best or hit[0] < best[key][0]):
                best[key] = hit
    return {(sha, "pdq", far, at, turn) for (sha, at), (far, turn) in best.items()}


def got(case):
    return {(m.sha256, m.list, m.via, m.distance, m.entry, m.turn) for m in found(case, Match)}


def lists_of(operation):
    return [ListFile(path, kind, name) for path, kind, name in operation.lists]


@pytest.fixture(scope="module")
def demo(operation, tmp_path_factory, request):
    """A case over the demonstration."""
    key = tmp_path_factory.mktemp("key") / "key"
    told = matching.Settings(engine="inline", key=str(key), actor="zz")
    case = tmp_path_factory.mktemp("matched") / "case"
    triage(case, told, operation.evidence, lists_of(operation), Silent())
    return case, told


@pytest.fixture
def copy(demo, tmp_path):
    """The same case, to be changed."""
    shutil.copytree(demo[0], tmp_path / "case")
    return tmp_path / "case"


def again(case, settings, **changes):
    with writing(case, replace(settings, **changes)) as store:
        return match(store, replace(settings, **changes), "zz", Silent())


def test_matches_are_those_of_comparing_everything(demo, operation):
    wanted = expected(demo[0], operation.lists, 31)
    assert {hit[2] for hit in wanted} >= {"sha1", "pdq"}
    assert got(demo[0]) == wanted


def test_another_radius_makes_all_matches_anew(copy, demo, operation):
    first = got(copy)
    for radius in (8, 60, 31):
        again(copy, demo[1], radius=radius)
        assert got(copy) == expected(copy, operation.lists, radius)
        assert {run.radius for run in found(copy, MatchRun)} == {radius}
    assert got(copy) == first
    assert verify(copy).problems == []


def test_turned_pictures_are_met_when_asked_for(copy, demo, operation):
    before = got(copy)
    again(copy, demo[1], turns=True)
    wanted = expected(copy, operation.lists, 31, turns=8)
    told = {hit[:5] for hit in got(copy)}
    assert told == {hit[:5] for hit in wanted}
    assert {hit[5] for hit in got(copy)} - {0}
    assert len(got(copy)) > len(before)
    again(copy, demo[1])
    assert got(copy) == before


def test_matching_again_writes_nothing(copy, demo):
    log = len(leaves(copy))
    assert again(copy, demo[1]).lists == 0
    assert len(leaves(copy)) == log


@pytest.mark.parametrize("asked", [1, 3])
def test_the_size_of_the_parts_changes_nothing(demo, copy, monkeypatch, asked):
    monkeypatch.setattr(matching, "ASKED", asked)
    before = found(copy, Match)
    again(copy, demo[1], radius=30)
    again(copy, demo[1])
    assert sorted(map(repr, found(copy, Match))) == sorted(map(repr, before))


def test_evidence_and_lists_in_any_order_give_the_same_matches(demo, operation, tmp_path):
    case, told = tmp_path / "case", demo[1]
    lists = lists_of(operation)
    triage(case, told, operation.evidence[:1], lists[1:], Silent())
    triage(case, told, operation.evidence, lists[:1], Silent())
    assert got(case) == got(demo[0])


def test_a_new_list_needs_no_evidence(case, settings, tmp_path, monkeypatch):
    evidence = fill(tmp_path / "desk", {b"a.jpg": jpeg(seed=103), b"b.jpg": thumb(2)})
    done(case, settings, evidence)
    evidence.rename(tmp_path / "taken away")

    def unwanted(_self, _task):
        raise AssertionError("nothing may be read")

    monkeypatch.setattr(DigestWork, "__call__", unwanted)
    monkeypatch.setattr(LookWork, "__call__", unwanted)
    rows = [("", near_hash(jpeg(seed=103))), (digests(thumb(2))[2], "")]
    path = table(tmp_path / "l.csv", "md5", "pdq", rows=rows)
    with writing(case, settings) as store:
        matching_list = ListFile(path, "illegal", "late")
        add_list(store, settings, "zz", matching_list, Silent())
        assert match(store, settings, "zz", Silent()).matches == 2
    assert {(hit.via, hit.distance) for hit in found(case, Match)} == {("md5", 0), ("pdq", 10)}


def test_only_new_items_are_matched_later(case, settings, tmp_path):
    evidence = fill(tmp_path / "desk", {b"a.jpg": thumb(1)})
    rows = [(digests(thumb(n))[2],) for n in (1, 2)]
    path = table(tmp_path / "l.csv", "md5", rows=rows)
    given = [ListFile(path, "harmless", "l")]
    assert done(case, settings, evidence, lists=given).matched.matches == 1
    fill(evidence, {b"b.jpg": thumb(2)})
    assert done(case, settings, evidence, lists=given).matched.matches == 1
    assert len(found(case, Match)) == 2


@pytest.fixture
def one(case, settings, tmp_path):
    """Match one picture against one entry."""

    def match_one(data, kind, columns, row):
        evidence = fill(tmp_path / "desk", {b"a": data})
        path = table(tmp_path / f"{kind}.csv", *columns, rows=[row])
        done(case, settings, evidence, lists=[ListFile(path, kind, kind)])
        (task,) = found(case, Task)
        return found(case, Match), task

    return match_one


def test_a_picture_without_structure_is_matched_by_digest_only(case, settings, tmp_path):
    data = encode(Image.new("RGB", (160, 120), "white"), "png")
    evidence = fill(tmp_path / "desk", {b"blank.png": data})
    done(case, settings, evidence)
    (taken,) = found(case, Fingerprint)
    assert taken.quality < 50
    lists = [
        ListFile(table(tmp_path / "p.csv", "pdq", rows=[(taken.value.hex(),)]), "illegal", "p"),
        ListFile(table(tmp_path / "d.csv", "md5", rows=[(digests(data)[2],)]), "harmless", "d"),
    ]
    done(case, settings, evidence, lists=lists)
    assert [hit.list for hit in found(case, Match)] == ["d"]


def test_an_entry_whose_other_digest_is_another_is_a_conflict(one):
    row = (digests(thumb(1))[2], digests(thumb(2))[1])
    (hit,), task = one(thumb(1), "harmless", ("md5", "sha1"), row)
    assert (hit.via, hit.conflict, task.step) == ("md5", "sha1", 5)


@pytest.mark.parametrize(
    ("said", "victim", "step"), [("yes", True, 7), ("no", False, 4), ("", None, 4)]
)
def test_what_a_list_says_of_the_victim_decides(one, said, victim, step):
    columns, row = ("md5", "victim_identified"), (digests(thumb(1))[2], said)
    (hit,), task = one(thumb(1), "illegal", columns, row)
    assert (hit.victim_identified, task.step) == (victim, step)


def test_a_near_match_sets_nothing_aside(one):
    row = (near_hash(jpeg(seed=103)),)
    (hit,), task = one(jpeg(seed=103), "harmless", ("pdq",), row)
    assert (hit.via, task.step) == ("pdq", 2)


@pytest.mark.parametrize("column", ["md5", "pdq"])
def test_a_harmless_picture_that_an_illegal_list_knows_is_looked_at(
    case, settings, tmp_path, column
):
    data = jpeg(seed=103)
    md5 = digests(data)[2]
    value = {"md5": md5, "pdq": near_hash(data)}[column]
    lists = [
        ListFile(table(tmp_path / "h.csv", "md5", rows=[(md5,)]), "harmless", "h"),
        ListFile(table(tmp_path / "i.csv", column, rows=[(value,)]), "illegal", "i"),
    ]
    done(case, settings, fill(tmp_path / "desk", {b"a.jpg": data}), lists=lists)
    assert [task.step for task in found(case, Task)] == [5]


def test_a_crowd_of_near_entries_is_kept_in_part_and_said(case, settings, tmp_path):
    data = jpeg(seed=103)
    whole = int(near_hash(data), 16)
    rows = [(f"{whole ^ (1 << bit):064x}",) for bit in range(matching.MOST_NEAR + 5)]
    lists = [ListFile(table(tmp_path / "c.csv", "pdq", rows=rows), "illegal", "crowd")]
    done(case, settings, fill(tmp_path / "desk", {b"a.jpg": data}), lists=lists)
    kept = found(case, Match)
    assert len(kept) == matching.MOST_NEAR
    (failure,) = found(case, Failure)
    assert (failure.path, failure.gap) == (sha256(data).encode(), False)
    with reading(case) as store:
        assert any("105 entries" in line.detail for line in lines(store))


def test_a_match_cut_off_is_taken_up_again(demo, operation, tmp_path, monkeypatch):
    case, told = tmp_path / "case", demo[1]
    triage(case, told, operation.evidence, [], Silent())
    monkeypatch.setattr(matching, "ASKED", 5)
    whole, left = matching._Run._write, [0]

    def stopping(self, put):
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return whole(self, put)

    monkeypatch.setattr(matching._Run, "_write", stopping)
    for stop in (1, 3, 9):
        left[0] = stop
        with pytest.raises(KeyboardInterrupt):
            triage(case, told, operation.evidence, lists_of(operation), Silent())
    left[0] = 0
    triage(case, told, operation.evidence, lists_of(operation), Silent())
    assert got(case) == got(demo[0])
    assert verify(case).problems == []
