"""Everything is read once, nothing is changed, and what was not read is said until it is."""

import os
import shutil
import socket
import subprocess
import time
import zipfile
from collections import Counter
from dataclasses import replace

import pytest

from fanal.analyzers.perceptual import Perceptual
from fanal.custody.verifier import verify
from fanal.model.failure import Failure
from fanal.model.finding import Fingerprint, Seen
from fanal.model.item import Expanded, Item, Place
from fanal.pipeline import intake
from fanal.pipeline.account import NOT_LOOKED, lines
from fanal.pipeline.canaries import load
from fanal.pipeline.case import reading
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from fanal.pipeline.work import DigestWork, LookWork
from makers.archives import tar_of, zip_of
from makers.evidence import (
    done,
    fill,
    folder_state,
    found,
    leaves,
    many,
    sha256,
    small,
    thumb,
    what_was_found,
)

PLANTED = {canary.sha256 for canary in load()}
CHEAP = {"open exhibit", "intake", "canaries"}


@pytest.fixture
def looked(monkeypatch):
    """Count how often each content is decoded."""
    counts: Counter[str] = Counter()
    whole = Perceptual.analyze

    def counting(self, content):
        counts[content.sha256] += content.sha256 not in PLANTED
        return whole(self, content)

    monkeypatch.setattr(Perceptual, "analyze", counting)
    return counts


@pytest.fixture
def read(monkeypatch):
    """Note which entries are digested."""
    names: list[bytes] = []
    whole = DigestWork.__call__

    def noting(self, entry):
        if entry.exhibit:
            names.append(entry.name)
        return whole(self, entry)

    monkeypatch.setattr(DigestWork, "__call__", noting)
    return names


def before_digest(monkeypatch, name, act):
    """Do something between listing a file and reading it."""
    whole = DigestWork.__call__

    def meddled(self, entry):
        if entry.name == name:
            act()
        return whole(self, entry)

    monkeypatch.setattr(DigestWork, "__call__", meddled)


def before_look(monkeypatch, sha, act):
    """Do something between reading a file and looking at it."""
    whole = LookWork.__call__

    def meddled(self, task):
        if task.sha256 == sha and not task.mark.startswith("planted:"):
            act()
        return whole(self, task)

    monkeypatch.setattr(LookWork, "__call__", meddled)


def reasons(case):
    """Return where → reason of all gaps."""
    with reading(case) as store:
        return {(line.where["path"], line.reason) for line in lines(store) if line.gap}


CUT = {("cut.png", "damaged picture"), ("cut.png", "decoded in part")}
"""The damaged picture of the small evidence, whichever way it is damaged."""


def test_copies_are_one_item_in_many_places_and_decoded_once(case, settings, evidence, looked):
    other = fill(
        evidence.with_name("phone"), {b"a.jpg": thumb(1), b"z.tar": tar_of([(b"x", thumb(1))])}
    )
    done(case, settings, evidence, other)
    places = found(case, Place, sha256=sha256(thumb(1)))
    assert sorted((place.exhibit, place.name) for place in places) == [
        ("desk", b"a.jpg"),
        ("desk", b"box.zip!/in/a.jpg"),
        ("desk", b"copies/a again.jpg"),
        ("phone", b"a.jpg"),
        ("phone", b"z.tar!/x"),
    ]
    assert len(found(case, Item, sha256=sha256(thumb(1)))) == 1
    assert looked[sha256(thumb(1))] == 1
    assert set(looked.values()) == {1, 0}


def test_nothing_is_read_or_counted_again(case, settings, evidence, looked, read):
    first = done(case, settings, evidence)
    before, log = what_was_found(case), len(leaves(case))
    read.clear()
    looked.clear()
    again = done(case, settings, evidence)
    assert first.counted.unchanged == 0
    assert (again.counted.files, again.counted.unchanged, again.counted.contents) == (7, 7, 0)
    assert again.counted.size == 0
    assert (read, sum(looked.values())) == ([], 0)
    assert what_was_found(case) == before
    assert {leaf.verb for leaf in leaves(case)[log:]} <= CHEAP
    assert verify(case).problems == []


def test_one_touched_file_is_read_alone_and_only_once(case, settings, evidence, looked, read):
    done(case, settings, evidence)
    before = what_was_found(case)["Place"]
    os.utime(evidence / "b.jpg", (1, 1))
    for wanted in ([b"b.jpg"], []):
        read.clear()
        looked.clear()
        assert done(case, settings, evidence).counted.contents == 0
        assert read == wanted
        assert sum(looked.values()) == 0
        assert what_was_found(case)["Place"] == before


def test_one_changed_file_is_read_alone_and_its_old_content_stays(case, settings, evidence, read):
    done(case, settings, evidence)
    (evidence / "b.jpg").write_bytes(thumb(7))
    for wanted, contents in (([b"b.jpg"], 1), ([], 0)):
        read.clear()
        assert done(case, settings, evidence).counted.contents == contents
        assert read == wanted
    held = {place.sha256 for place in found(case, Place, path=b"b.jpg")}
    assert held == {sha256(thumb(2)), sha256(thumb(7))}


def test_a_grown_archive_is_opened_alone(case, settings, evidence, read, looked):
    fill(evidence, {b"other.zip": zip_of([(b"o.jpg", thumb(8))])})
    done(case, settings, evidence)
    members = [(b"in/a.jpg", thumb(1)), (b"in/d.jpg", thumb(4)), (b"new.jpg", thumb(9))]
    fill(evidence, {b"box.zip": zip_of(members)})
    looked.clear()
    for names in ([b"", b"!/in/a.jpg", b"!/in/d.jpg", b"!/new.jpg"], []):
        read.clear()
        done(case, settings, evidence)
        assert read == [b"box.zip" + name for name in names]
    assert {sha for sha, count in looked.items() if count} - {sha256(zip_of(members))} == {
        sha256(thumb(9))
    }


def test_a_touched_archive_is_opened_once_more_and_then_left_alone(case, settings, evidence, read):
    done(case, settings, evidence)
    before = what_was_found(case)["Place"]
    os.utime(evidence / "box.zip", (1, 1))
    for wanted in (3, 0):
        read.clear()
        done(case, settings, evidence)
        assert len(read) == wanted
    assert what_was_found(case)["Place"] == before


def test_a_new_version_of_an_analyzer_looks_again(case, settings, evidence, looked, monkeypatch):
    done(case, settings, evidence)
    looked.clear()
    monkeypatch.setattr(Perceptual, "version", "zz")
    done(case, settings, evidence)
    assert set(looked) - PLANTED == {item.sha256 for item in found(case, Item)}
    assert {seen.version for seen in found(case, Seen)} == {"1", "zz"}
    looked.clear()
    done(case, settings, evidence)
    assert sum(looked.values()) == 0


@pytest.mark.parametrize(
    "changes",
    [{"batch_files": 1}, {"batch_bytes": 1}, {"engine": "pool", "workers": 2, "batch_files": 3}],
)
def test_the_engine_and_the_size_of_batches_change_nothing(
    case, settings, tmp_path, monkeypatch, changes
):
    evidence = many(tmp_path / "desk", 20)
    done(case, settings, evidence)
    monkeypatch.setattr(intake, "WRITTEN", 2)
    monkeypatch.setattr(intake, "ASKED", 3)
    other = case.with_name("other")
    done(other, replace(settings, **changes), evidence)
    assert what_was_found(other) == what_was_found(case)


@pytest.mark.parametrize("stage", [DigestWork, LookWork])
def test_a_run_stopped_anywhere_goes_on_and_ends_the_same(
    settings, evidence, tmp_path, monkeypatch, stage
):
    monkeypatch.setattr(intake, "WRITTEN", 2)
    settings = replace(settings, batch_files=2)
    done(tmp_path / "whole", settings, evidence)
    whole = stage.__call__
    left: list[int] = []

    def stopping(self, task):
        if left:
            left.pop()
            if not left:
                raise KeyboardInterrupt
        return whole(self, task)

    monkeypatch.setattr(stage, "__call__", stopping)
    for at in range(1, 11):
        case = tmp_path / f"{at}"
        left[:] = [0] * at
        with pytest.raises(KeyboardInterrupt):
            done(case, settings, evidence)
        done(case, settings, evidence)
        assert what_was_found(case) == what_was_found(tmp_path / "whole")
        assert verify(case).problems == []


def test_evidence_is_not_changed_by_a_bit(case, settings, evidence):
    fill(evidence, {b"caf\xe9 \xff.png": b"x", b"line\nbreak.jpg": thumb(3)})
    long_ago = time.time() - 86_400 * 400
    for path in evidence.rglob("*"):
        os.utime(path, (long_ago, long_ago), follow_symlinks=False)
    before = folder_state(evidence)
    done(case, settings, evidence)
    done(case, settings, evidence)
    assert folder_state(evidence) == before


def test_evidence_without_write_permission_is_read(case, settings, evidence):
    for path in [evidence, *evidence.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o555 if path.is_dir() else 0o444)
    assert done(case, settings, evidence).counted.contents == 7


def test_evidence_on_a_read_only_mount_is_read(case, settings, evidence, tmp_path):
    at = tmp_path / "mounted"
    at.mkdir()
    made = subprocess.run(["mount", "--bind", evidence, at], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("mounting is not permitted here")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", at], check=True)
        assert done(case, settings, at).counted.contents == 7
    finally:
        subprocess.run(["umount", at], check=True)


def test_what_holds_no_bytes_is_recorded_and_never_waited_for(case, settings, evidence):
    os.mkfifo(evidence / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(evidence / "socket"))
        (evidence / "gone.jpg").symlink_to("/nowhere")
        done(case, settings, evidence)
    failures = {failure.path for failure in found(case, Failure)}
    assert failures >= {b"pipe.jpg", b"socket", b"gone.jpg", b"link.jpg"}


def test_a_file_that_changes_before_it_is_read_is_said_until_it_is(
    case, settings, evidence, monkeypatch
):
    with monkeypatch.context() as patch:
        before_digest(patch, b"b.jpg", lambda: (evidence / "b.jpg").write_bytes(thumb(7)))
        assert done(case, settings, evidence).counted.contents == 6
    assert reasons(case) - CUT == {("b.jpg", "changed while reading")}
    assert done(case, settings, evidence).counted.contents == 1
    assert reasons(case) - CUT == set()
    assert verify(case).problems == []


def test_a_file_read_before_that_changes_under_the_next_reading_is_said(
    case, settings, evidence, monkeypatch
):
    done(case, settings, evidence)
    told = {("b.jpg", "changed between runs")}
    for content in (7, 8):  # a second time, after it was once mended
        (evidence / "b.jpg").write_bytes(b"x")
        with monkeypatch.context() as patch:
            act = (evidence / "b.jpg").write_bytes
            before_digest(patch, b"b.jpg", lambda act=act, n=content: act(thumb(n)))
            done(case, settings, evidence)
        assert reasons(case) - CUT - told == {("b.jpg", "changed while reading")}
        done(case, settings, evidence)
        assert reasons(case) - CUT == told
    assert verify(case).problems == []


def test_a_file_that_disappears_is_said_until_it_comes_back(case, settings, evidence, monkeypatch):
    aside = evidence.with_name("aside.jpg")
    with monkeypatch.context() as patch:
        before_digest(patch, b"b.jpg", lambda: (evidence / "b.jpg").rename(aside))
        done(case, settings, evidence)
    assert reasons(case) - CUT == {("b.jpg", "disappeared")}
    done(case, settings, evidence)
    assert reasons(case) - CUT == {("b.jpg", "disappeared")}
    shutil.copy(aside, evidence / "b.jpg")
    done(case, settings, evidence)
    assert reasons(case) - CUT == set()


def test_a_file_that_disappears_before_the_look_is_said_until_it_is_looked_at(
    case, settings, evidence, monkeypatch
):
    aside = evidence.with_name("aside.jpg")
    with monkeypatch.context() as patch:
        before_look(patch, sha256(thumb(2)), lambda: (evidence / "b.jpg").rename(aside))
        done(case, settings, evidence)
    assert reasons(case) - CUT == {("b.jpg", NOT_LOOKED)}
    assert found(case, Seen, sha256=sha256(thumb(2))) == []
    aside.rename(evidence / "b.jpg")
    done(case, settings, evidence)
    assert reasons(case) - CUT == set()
    assert len(found(case, Fingerprint, sha256=sha256(thumb(2)))) == 1


def test_a_content_that_was_gone_before_the_look_is_named_and_not_sought_again(
    case, settings, evidence, monkeypatch, read
):
    with monkeypatch.context() as patch:
        act = (evidence / "b.jpg").write_bytes
        before_look(patch, sha256(thumb(2)), lambda: act(thumb(7)))
        done(case, settings, evidence)
    for wanted in ([b"b.jpg"], []):
        read.clear()
        done(case, settings, evidence)
        assert read == wanted
    assert reasons(case) - CUT == {("b.jpg", NOT_LOOKED), ("b.jpg", "changed between runs")}
    assert len(found(case, Fingerprint, sha256=sha256(thumb(7)))) == 1


def test_another_copy_is_looked_at_where_the_first_one_changed(
    case, settings, evidence, monkeypatch
):
    settings = replace(settings, batch_files=1)
    with monkeypatch.context() as patch:
        first = evidence / "a.jpg"
        before_look(patch, sha256(thumb(1)), lambda: first.unlink(missing_ok=True))
        done(case, settings, evidence)
    assert len(found(case, Fingerprint, sha256=sha256(thumb(1)))) == 1


def test_an_archive_that_could_not_be_read_whole_is_opened_again(
    case, settings, evidence, monkeypatch
):
    whole = intake.sources.expand

    def failing(entry, limits):
        yield from list(whole(entry, limits))[:1]
        yield Failure(entry.exhibit, entry.path, "", entry.name, "unreadable file", "EIO")

    with monkeypatch.context() as patch:
        patch.setattr(intake.sources, "expand", failing)
        done(case, settings, evidence)
    assert reasons(case) - CUT == {("box.zip", "unreadable file")}
    assert found(case, Expanded) == []
    done(case, settings, evidence)
    assert reasons(case) - CUT == set()
    assert len(found(case, Expanded)) == 1
    assert len(found(case, Place, sha256=sha256(thumb(4)))) == 1


def test_what_is_unreadable_once_leaves_the_account_when_it_was_read(
    case, settings, evidence, monkeypatch
):
    whole = os.open

    def refusing(path, flags, *mode):
        if flags & os.O_DIRECTORY and bytes(path).endswith(b"copies"):
            raise PermissionError(13, "Permission denied")
        return whole(path, flags, *mode)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refusing)
        done(case, settings, evidence)
    assert reasons(case) - CUT == {("copies", "unreadable folder")}
    done(case, settings, evidence)
    assert reasons(case) - CUT == set()


def test_planted_pictures_in_the_evidence_are_evidence(case, settings, evidence):
    done(case, settings, evidence)
    assert not PLANTED & {item.sha256 for item in found(case, Item)}
    fill(evidence, {canary.name.encode(): canary.data for canary in load()})
    done(case, settings, evidence)
    assert {item.sha256 for item in found(case, Item)} >= PLANTED
    prints = {taken.sha256 for taken in found(case, Fingerprint)}
    assert prints >= PLANTED
    assert {place.exhibit for place in found(case, Place)} == {"desk"}


def test_evidence_may_be_one_file(case, settings, tmp_path):
    fill(tmp_path, {b"one.jpg": thumb(1)})
    assert done(case, settings, tmp_path / "one.jpg").counted.contents == 1
    assert [place.path for place in found(case, Place)] == [b"one.jpg"]


def test_an_empty_exhibit_is_an_exhibit(case, settings, tmp_path):
    (tmp_path / "empty").mkdir()
    told = done(case, settings, tmp_path / "empty")
    assert (told.counted.files, told.gaps) == (0, False)


def test_small_evidence_is_what_these_tests_say(tmp_path):
    assert sum(1 for path in small(tmp_path / "x").rglob("*") if path.is_file()) == 8


def test_other_limits_open_the_archive_again_and_mend_the_account(tmp_path, settings):
    with zipfile.ZipFile(tmp_path / "zz.zip", "w") as archive:
        for number in range(5):
            archive.writestr(f"zz-{number}.txt", f"zz-test-{number:04}")
    case, evidence = tmp_path / "case", [("zz", tmp_path / "zz.zip")]
    narrow = replace(settings, members=2)
    for _ in range(2):
        assert triage(case, narrow, evidence, [], Silent()).gaps
    with reading(case) as store:
        assert store.count(Place) == 3
        assert [line.reason for line in lines(store) if line.gap] == ["limit: members"]
    assert not triage(case, settings, evidence, [], Silent()).gaps
    with reading(case) as store:
        assert store.count(Place) == 6
    assert triage(case, settings, evidence, [], Silent()).counted.files == 1


def test_an_archive_that_looks_like_a_picture_is_not_forgotten_when_cut_off(
    tmp_path, settings, monkeypatch
):
    box = zip_of([(f"zz-{number}.jpg".encode(), thumb(number)) for number in range(6)])
    fill(tmp_path / "evidence", {b"poly.gif": b"GIF89a" + bytes(20) + box})
    case = tmp_path / "case"

    class CutOffError(Exception):
        pass

    def cut(*_given):
        raise CutOffError

    few = replace(settings, batch_files=1)
    monkeypatch.setattr(intake, "WRITTEN", 1)
    with monkeypatch.context() as patch:
        patch.setattr(intake._Intake, "_finish", cut)
        with pytest.raises(CutOffError):
            done(case, few, tmp_path / "evidence")
    done(case, settings, tmp_path / "evidence")
    assert {item.sha256 for item in found(case, Item)} >= {
        sha256(thumb(number)) for number in range(6)
    }


def test_bytes_that_changed_between_two_runs_are_told(case, settings, evidence):
    done(case, settings, evidence)
    fill(evidence, {b"zz.txt": b"zz-test-0001"})
    done(case, settings, evidence)
    fill(evidence, {b"zz.txt": b"zz-test-0002"})
    assert done(case, settings, evidence).gaps
    with reading(case) as store:
        told = [line for line in lines(store) if line.reason == "changed between runs"]
    assert [line.where["path"] for line in told] == ["zz.txt"]
