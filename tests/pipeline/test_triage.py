"""The main job names its exhibits, keeps case and evidence apart, and does all in one go."""

import os

import pytest

from fanal.errors import UsageError
from fanal.model.finding import Fingerprint, Mosaic
from fanal.model.item import Exhibit, Place
from fanal.model.known import KnownList, Match
from fanal.model.review import Task
from fanal.model.series import Series
from fanal.pipeline.lists import ListFile
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from makers.evidence import digests, done, fill, found, leaves, table, thumb


def names(case):
    return {exhibit.name: exhibit.root for exhibit in found(case, Exhibit)}


def test_one_run_goes_from_evidence_to_queue(case, settings, evidence, tmp_path):
    path = table(tmp_path / "l.csv", "md5", rows=[(digests(thumb(1))[2],)])
    told = done(case, settings, evidence, lists=[ListFile(path, "harmless", "l")])
    assert (told.counted.files, told.matched.matches, told.gaps) == (9, 1, True)
    assert [len(found(case, kind)) for kind in (KnownList, Match)] == [1, 1]
    # The drawn pictures lie in one folder and were written at once: one look.
    (series,) = found(case, Series)
    (task,) = found(case, Task)
    assert series.size == 5
    assert task.sha256 not in {match.sha256 for match in found(case, Match)}
    assert {leaf.actor for leaf in leaves(case)} == {"zz-examiner"}


def test_exhibits_are_named_after_their_folders_each_differently(case, settings, tmp_path):
    folders = [
        fill(tmp_path / above / "DCIM", {b"a.jpg": thumb(n)}) for n, above in enumerate("xyz")
    ]
    done(case, settings, *folders)
    wanted = dict(zip(("DCIM", "DCIM-2", "DCIM-3"), map(os.fsencode, folders), strict=True))
    assert names(case) == wanted
    done(case, settings, folders[2], folders[0])
    assert names(case) == wanted
    assert len(found(case, Place)) == 3


def test_an_exhibit_keeps_its_name_where_it_was_moved(case, settings, tmp_path):
    first = fill(tmp_path / "one", {b"a.jpg": thumb(1)})
    triage(case, settings, [("17", first)], [], Silent())
    moved = first.rename(tmp_path / "two")
    triage(case, settings, [("17", moved)], [], Silent())
    assert [place.exhibit for place in found(case, Place)] == ["17"]


def test_two_exhibits_cannot_share_a_name(case, settings, tmp_path):
    folders = [fill(tmp_path / name, {b"a.jpg": thumb(1)}) for name in "xy"]
    with pytest.raises(UsageError, match="two pieces of evidence are called '17'"):
        triage(case, settings, [("17", folder) for folder in folders], [], Silent())


def test_the_same_evidence_given_twice_is_read_once(case, settings, evidence):
    told = done(case, settings, evidence, evidence / ".." / "desk")
    assert (told.counted.contents, told.counted.unchanged) == (7, 7)
    assert list(names(case)) == ["desk"]


def test_a_link_to_the_evidence_is_the_evidence(case, settings, evidence):
    link = evidence.with_name("link")
    link.symlink_to(evidence)
    assert done(case, settings, link).counted.contents == 7
    assert names(case) == {"desk": os.fsencode(evidence)}


def test_a_folder_whose_name_is_no_text_can_be_an_exhibit(case, settings, tmp_path):
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    fill(folder, {b"a.jpg": thumb(1)})
    done(case, settings, folder)
    assert names(case) == {"caf\N{REPLACEMENT CHARACTER}": os.fsencode(folder)}
    assert done(case, settings, folder).counted.unchanged == 1
    triage(case, settings, [(os.fsdecode(b"\xff"), folder)], [], Silent())
    again = triage(case, settings, [(os.fsdecode(b"\xff"), folder)], [], Silent())
    assert again.counted.unchanged == 1


@pytest.mark.parametrize("inside", ["the case", "the evidence", "neither: they are one"])
def test_case_and_evidence_never_lie_inside_each_other(settings, tmp_path, inside):
    evidence = fill(tmp_path / "desk", {b"in/a.jpg": thumb(1)})
    case = {"the case": evidence.parent, "the evidence": evidence / "in" / "case"}.get(
        inside, evidence
    )
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match="lie inside each other"):
        done(case, settings, evidence)
    link = tmp_path.with_name(f"{tmp_path.name}-link")
    link.symlink_to(case.parent if inside == "the evidence" else case)
    try:
        with pytest.raises(UsageError, match="lie inside each other"):
            done(link / case.name if inside == "the evidence" else link, settings, evidence)
    finally:
        link.unlink()
    assert sorted(tmp_path.rglob("*")) == before


def test_missing_evidence_is_refused_before_anything_is_written(case, settings, evidence):
    with pytest.raises(UsageError, match="there is no evidence at"):
        done(case, settings, evidence, evidence.with_name("nowhere"))
    assert not case.exists()


def test_mosaics_may_be_left_out_and_are_made_later(case, settings, tmp_path):
    folder = fill(tmp_path / "17", {b"a.jpg": thumb(1), b"b.jpg": thumb(2), b"c.txt": b"zz"})
    done(case, settings.changed({"mosaics": "false"}), folder)
    assert found(case, Mosaic) == []
    assert len(found(case, Fingerprint)) == 2
    done(case, settings, folder)
    assert len(found(case, Mosaic)) == len(found(case, Fingerprint)) == 2
