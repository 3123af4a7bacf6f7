"""On request the chosen contents are looked at, nothing else is, and nothing is read in."""

import shutil
from collections import Counter
from dataclasses import replace

import pytest

from fanal.analyzers.perceptual import Perceptual
from fanal.analyzers.pixels import Pixels
from fanal.custody.verifier import verify
from fanal.errors import CanaryMissed, CaseError, UsageError
from fanal.model.failure import Failure
from fanal.model.finding import Finding, Fingerprint, Seen
from fanal.model.item import Item, Place
from fanal.pipeline import examine as room
from fanal.pipeline.account import unchecked, unguarded
from fanal.pipeline.canaries import load
from fanal.pipeline.case import reading
from fanal.pipeline.examine import Wanted, With, examine
from fanal.pipeline.facts import items
from fanal.pipeline.order import is_current
from fanal.pipeline.progress import Silent
from fanal.pipeline.queued import Queue
from fanal.pipeline.work import DigestWork, LookWork
from makers import plugged
from makers.archives import zip_of
from makers.evidence import done, fill, found, leaves, many, sha256, thumb, what_was_found

PIXELS = With(("pixels",))
ALL = Wanted(everything=True)
PLANTED = {canary.sha256 for canary in load()}


@pytest.fixture
def looked(monkeypatch):
    """Count how often the pixels of each content are asked for."""
    counts: Counter[str] = Counter()
    whole = Pixels.analyze

    def counting(self, content):
        counts[content.sha256] += content.sha256 not in PLANTED
        return whole(self, content)

    monkeypatch.setattr(Pixels, "analyze", counting)
    return counts


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """A folder of which an analyzer can be made."""
    monkeypatch.setattr(room, "DETECTOR", "makers.plugged:load")
    return plugged.plugin(tmp_path / "plugin")


def run(case, settings, asking=PIXELS, wanted=ALL):
    return examine(case, settings, asking, wanted, Silent())


def of(*contents: bytes) -> Wanted:
    return Wanted(tuple(sha256(data) for data in contents))


def said(case, name="pixels") -> dict[str, str]:
    """Content → outcome."""
    return {seen.sha256: seen.outcome for seen in found(case, Seen, analyzer=name)}


def test_a_run_of_the_main_job_does_not_ask_them(case, settings, evidence, looked):
    done(case, settings, evidence)
    assert (looked.total(), said(case)) == (0, {})


def test_one_content_is_looked_at_once_and_nothing_else_is_decoded(
    case, settings, evidence, looked, monkeypatch
):
    done(case, settings, evidence)
    before = found(case, Fingerprint)
    monkeypatch.setattr(Perceptual, "analyze", None)
    told = run(case, settings, wanted=of(thumb(1)))
    assert (told.wanted, told.looked, told.left, told.gaps) == (1, 1, 0, False)
    assert told.outcomes == {"pixels": {"spoke": 1}}
    assert +looked == {sha256(thumb(1)): 1}
    assert [finding.sha256 for finding in found(case, Finding)] == [sha256(thumb(1))]
    again = run(case, settings, wanted=of(thumb(1)))
    assert (again.wanted, again.looked, again.outcomes) == (1, 0, told.outcomes)
    assert +looked == {sha256(thumb(1)): 1}
    assert found(case, Fingerprint) == before
    assert verify(case).problems == []


def test_a_member_of_an_archive_is_reached(case, settings, evidence, looked):
    done(case, settings, evidence)
    assert run(case, settings, wanted=of(thumb(4))).looked == 1
    assert +looked == {sha256(thumb(4)): 1}


def test_only_files_with_something_due_are_read(case, settings, evidence, monkeypatch):
    done(case, settings, evidence)
    names: list[bytes] = []
    whole = DigestWork.__call__

    def noting(self, entry):
        if entry.exhibit:
            names.append(entry.name)
        return whole(self, entry)

    monkeypatch.setattr(DigestWork, "__call__", noting)
    run(case, settings, wanted=of(thumb(2)))
    assert names == [b"b.jpg"]


def test_the_first_characters_are_enough(case, settings, evidence, looked):
    done(case, settings, evidence)
    run(case, settings, wanted=Wanted((sha256(thumb(1))[:9].upper(),)))
    assert +looked == {sha256(thumb(1)): 1}


def test_a_step_of_the_queue_is_looked_at_with_all_of_its_series(case, settings, evidence):
    done(case, settings, evidence)
    with reading(case) as store:
        wanted = {one["sha256"] for one in items(store) if (one["queue"] or {}).get("step") == 2}
        waiting = len(list(Queue(store).tasks(steps=(2,))))
    assert 0 < waiting < len(wanted)
    told = run(case, settings, wanted=Wanted(steps=(2, 8)))
    assert (told.wanted, set(said(case))) == (len(wanted), wanted)


def test_everything_is_looked_at(case, settings, evidence):
    done(case, settings, evidence)
    told = run(case, settings)
    assert told.wanted == told.looked == len(found(case, Item)) == len(said(case))
    assert sum(told.outcomes["pixels"].values()) == told.wanted


@pytest.mark.parametrize("engine", ["pool", "cluster"])
def test_every_engine_gives_the_same(case, settings, tmp_path, plugin, engine):
    evidence = many(tmp_path / "desk", 15)
    asking = With(("pixels",), (str(plugin),))
    for at, told in ((case, settings), (case.with_name("2"), replace(settings, engine=engine))):
        done(at, settings, evidence)
        run(at, replace(told, workers=2, batch_files=4), asking)
    assert what_was_found(case.with_name("2")) == what_was_found(case)


def test_a_run_that_is_stopped_goes_on(case, settings, evidence, monkeypatch):
    settings = replace(settings, batch_files=1)
    done(case, settings, evidence)
    whole, left = LookWork.__call__, [0] * 3

    def stopping(self, task):
        if left and not task.mark.startswith("planted:"):
            left.pop()
            if not left:
                raise KeyboardInterrupt
        return whole(self, task)

    monkeypatch.setattr(LookWork, "__call__", stopping)
    with pytest.raises(KeyboardInterrupt):
        run(case, settings)
    assert 0 < len(said(case)) < len(found(case, Item))
    with reading(case) as store:
        assert unchecked(store) == ()  # the reading in was not what was cut off
    assert run(case, settings).left == 0
    assert len(said(case)) == len(found(case, Item))
    assert verify(case).problems == []


def test_what_is_new_or_changed_is_not_read_in(case, settings, evidence, looked):
    done(case, settings, evidence)
    places = found(case, Place)
    fill(evidence, {b"new.jpg": thumb(20), b"b.jpg": thumb(21)})
    told = run(case, settings)
    assert found(case, Place) == places
    assert not {sha256(thumb(20)), sha256(thumb(21))} & looked.keys()
    assert (told.left, told.gaps, sha256(thumb(2)) in said(case)) == (1, True, False)


def test_evidence_that_is_not_there_is_said_and_the_rest_goes_on(case, settings, evidence):
    other = fill(evidence.with_name("phone"), {b"x.jpg": thumb(30)})
    done(case, settings, evidence, other)
    shutil.move(other, other.with_name("away"))
    told = run(case, settings)
    assert (told.absent, told.left, told.gaps) == ({"phone": str(other)}, 1, True)
    assert set(said(case)) == {item.sha256 for item in found(case, Item)} - {sha256(thumb(30))}
    assert not [failure for failure in found(case, Failure) if failure.exhibit == "phone"]
    shutil.move(other.with_name("away"), other)
    told = run(case, settings)
    assert (told.absent, told.left, told.looked) == ({}, 0, 1)


def test_a_copy_elsewhere_is_looked_at_where_the_first_is_not_there(case, settings, evidence):
    other = fill(evidence.with_name("phone"), {b"x.zip": zip_of([(b"a", thumb(1))])})
    done(case, settings, other, evidence)
    shutil.rmtree(evidence)
    told = run(case, settings, wanted=of(thumb(1)))
    assert (told.looked, told.left, list(told.absent)) == (1, 0, ["desk"])


def test_planted_pictures_must_come_back_from_what_looks(case, settings, evidence, monkeypatch):
    done(case, settings, evidence)
    with monkeypatch.context() as patch:
        patch.setattr(Pixels, "analyze", lambda self, content: iter([self._seen(content, "spoke")]))
        with pytest.raises(CanaryMissed, match="pixels"):
            run(case, settings, wanted=of(thumb(1)))
    leaf = leaves(case)[-1]
    assert (leaf.verb, leaf.details["planted"], leaf.details["found"]) == ("examined", 3, 0)
    run(case, settings, wanted=of(thumb(2)))
    leaf = [leaf for leaf in leaves(case) if leaf.verb == "examined"][-1]
    assert (leaf.details["found"], leaf.details["stage"]) == (3, "digests and pixels")
    assert leaf.details["analyzers"] == {"pixels": Pixels.version}


def test_a_plugin_is_asked_and_a_new_version_of_it_again(case, settings, evidence, plugin):
    done(case, settings, evidence)
    asking = With((), (str(plugin),))
    assert run(case, settings, asking, of(thumb(1))).outcomes == {"zz-count": {"spoke": 1}}
    plugged.plugin(plugin, "2")
    assert run(case, settings, asking, of(thumb(1))).looked == 1
    assert {finding.version for finding in found(case, Finding)} == {"1", "2"}


def test_a_plugin_that_fails_on_the_planted_pictures_stops_the_run(
    case, settings, evidence, plugin
):
    done(case, settings, evidence)
    plugged.plugin(plugin, "broken")
    with pytest.raises(CanaryMissed, match="zz-count"):
        run(case, settings, With((), (str(plugin),)), of(thumb(1)))


def test_the_queue_is_current_afterwards(case, settings, evidence):
    done(case, settings, evidence)
    run(case, settings)
    with reading(case) as store:
        assert is_current(store)


@pytest.mark.parametrize(
    ("asking", "wanted", "message"),
    [
        (With(("zz",)), ALL, "named 'zz'"),
        (With(), ALL, "nothing was said"),
        (PIXELS, Wanted(("zz",)), "begins with 'zz'"),
        (PIXELS, Wanted(("",)), "begins with ''"),
        (PIXELS, Wanted(("0" * 64,)), "begins with '0"),
    ],
)
def test_wrong_use_is_said(case, settings, evidence, asking, wanted, message):
    done(case, settings, evidence)
    with pytest.raises(UsageError, match=message):
        run(case, settings, asking, wanted)


def test_no_case_is_made(case, settings):
    with pytest.raises(CaseError):
        run(case, settings)
    assert not case.exists()


def test_two_analyzers_of_one_name_are_refused(case, settings, evidence, plugin, monkeypatch):
    done(case, settings, evidence)
    with pytest.raises(UsageError, match="two analyzers are named 'zz-count'"):
        run(case, settings, With((), (str(plugin), str(plugin))))
    monkeypatch.setattr(plugged.Counting, "name", "pixels")
    with pytest.raises(UsageError, match="two analyzers are named 'pixels'"):
        run(case, settings, With((), (str(plugin),)))


def test_guards_that_do_not_hold_are_told(case, settings, evidence):
    done(case, replace(settings, engine="pool", workers=1), evidence)
    with reading(case) as store:
        assert not [line for line in unguarded(store) if "inline" in line.detail]
    run(case, settings)
    with reading(case) as store:
        told = [line for line in unguarded(store) if "inline" in line.detail]
    assert {line.exhibit for line in told} == {"desk"}
