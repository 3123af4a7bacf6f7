"""A running service: what reloads, what fails closed, what is counted, what is told."""

import os
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fanal.errors import FanalError, UsageError
from fanal.prevention.config import Config
from fanal.prevention.counting.counters import read_counts
from fanal.prevention.deterrent import Deterrent
from fanal.prevention.nouns import Action, Outcome, Reason, Signals, Surface
from makers.deter import failing, saying
from makers.terms import written

HIT = Signals(text="zz-test-0001")
LAMP = Signals(text="a lamp")


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self):
        self.now = datetime(2026, 11, 27, 12, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def config(tmp_path):
    terms = written(tmp_path / "terms.csv", "zz-test-0001")
    help_ = written(tmp_path / "help.csv", "zz-help-0001", audience="self")
    return Config(
        words=(terms,), support=(help_,), country="DE", locale="de", counting=tmp_path / "n"
    )


@pytest.fixture
def clock():
    return Clock()


def counts(config):
    """Return outcome → number, over all cells."""
    told: dict[str, int] = {}
    for row in read_counts(config.counting).rows:
        told[row.outcome] = told.get(row.outcome, 0) + row.n
    return told


def test_a_hit_is_refused_in_the_language_and_with_the_help_of_the_edition(config, clock):
    done = Deterrent(config, clock=clock).decide("search", HIT)
    assert (done.action, done.reason_class) == (Action.INTERVENE, Reason.WORDS)
    assert done.content.locale == "de"
    assert any("kein-taeter-werden" in link.web for link in done.content.links)
    assert done.content.crisis
    there = Deterrent(config, clock=clock).decide("search", replace(HIT, country="FR"), "fr")
    assert there.content.locale == "fr"
    assert any("dispositifstop" in link.web for link in there.content.links)


def test_a_session_is_counted_once_for_each_outcome_and_help_is_no_hit(config, clock):
    deterrent = Deterrent(config, clock=clock)
    for _ in range(3):
        deterrent.decide("search", HIT, session="s1")
    deterrent.decide("search", LAMP, session="s2")
    deterrent.decide("search", Signals(text="zz-help-0001"), session="s3")
    assert deterrent.happened("s1", "help")
    assert not deterrent.happened("s1", Outcome.HELP)
    assert not deterrent.happened("nobody", "help")
    deterrent.close()
    told = counts(config)
    assert [told.get(one) for one in ("shown", "continued", "help", "support")] == [1, 1, 1, 1]


def test_nothing_on_disk_holds_a_text_or_a_session(config, clock):
    deterrent = Deterrent(config, clock=clock)
    deterrent.decide("search", Signals(text="zz-test-0001 zz-typed-words"), session="zz-visit-77")
    deterrent.close()
    kept = b"".join(one.read_bytes() for one in config.counting.rglob("*") if one.is_file())
    assert kept
    for word in (b"zz-typed", b"zz-visit", b"zz-test"):
        assert word not in kept


def test_a_changed_list_comes_in_as_a_whole_and_a_broken_one_does_not(config, clock):
    deterrent = Deterrent(config, clock=clock)
    first = deterrent.rules.version
    assert not deterrent.reload()
    written(config.words[0], "zz-test-0002")
    assert deterrent.reload()
    assert deterrent.decide("search", HIT).action is Action.ALLOW
    assert deterrent.decide("search", Signals(text="zz-test-0002")).action is Action.INTERVENE
    assert deterrent.rules.version != first
    config.words[0].write_text("id,pattern,kind\ne1,zz-secret,\n")
    assert not deterrent.reload()
    health = deterrent.health()
    assert not health.is_well
    assert "terms.csv" in health.troubles[0]
    assert "secret" not in str(health)
    assert deterrent.decide("search", Signals(text="zz-test-0002")).action is Action.INTERVENE


def test_no_decision_is_missed_while_lists_change(config):
    deterrent = Deterrent(config)
    ended = threading.Event()

    def change():
        for turn in range(20):
            beside = config.words[0].with_suffix(".new")
            written(beside, "zz-test-0001", f"zz-more-{turn}")
            beside.replace(config.words[0])
            deterrent.reload()
        ended.set()

    changing = threading.Thread(target=change)
    changing.start()
    count = 0
    while not ended.is_set():
        assert deterrent.decide("generate", HIT).action is Action.INTERVENE
        count += 1
    changing.join()
    assert count


@pytest.mark.parametrize("wrong", ["words", "hashes", "identity", "registration", "helplines"])
def test_a_service_begins_whole_or_not_at_all(config, tmp_path, wrong):
    absent = tmp_path / "absent"
    told = {wrong: (absent,) if wrong in {"words", "hashes"} else absent}
    if wrong == "identity":
        (tmp_path / "terms.csv").rename(tmp_path / "terms.csv.age")
        told["words"] = (tmp_path / "terms.csv.age",)
    with pytest.raises(FanalError):
        Deterrent(replace(config, **told))


def test_a_day_brings_what_is_valid_from_then_on(config, clock):
    written(config.words[0], "zz-test-0001", valid_from="2026-11-28")
    deterrent = Deterrent(config, clock=clock)
    assert deterrent.decide("search", HIT).action is Action.ALLOW
    clock.now += timedelta(days=1)
    assert deterrent.reload()
    assert deterrent.decide("search", HIT).action is Action.INTERVENE
    assert deterrent.health().day == "2026-11-28"


@pytest.mark.parametrize("surface", list(Surface))
@pytest.mark.parametrize("dead", ["close", "go_on"])
def test_dead_counters_give_the_configured_answer(config, tmp_path, clock, surface, dead):
    config.counting.write_text("a file where a folder must be")
    with pytest.raises(FanalError):
        Deterrent(config, clock=clock)
    config = replace(config, counting=tmp_path / "dying", counters_dead=dead)
    deterrent = Deterrent(config, clock=clock)
    assert deterrent.decide(surface, LAMP, session="s").action is Action.ALLOW
    for path in sorted(config.counting.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    config.counting.rmdir()
    config.counting.write_text("gone")
    assert not deterrent.flush()
    assert deterrent.health().counting == "dead"
    done = deterrent.decide(surface, LAMP, session="s")
    assert done.action is (Action.BLOCK if dead == "close" else Action.ALLOW)
    assert deterrent.decide(surface, HIT, session="s").action is Action.INTERVENE
    config.counting.unlink()
    config.counting.mkdir()
    assert deterrent.flush()
    assert deterrent.decide(surface, LAMP, session="s").action is Action.ALLOW


def test_the_operators_classifier_refuses_and_its_faults_close(config, clock):
    for classifier, reason in ((saying(answer=True), Reason.CLASSIFIER), (failing, Reason.FAULT)):
        deterrent = Deterrent(config, classifier, clock)
        done = deterrent.decide("generate", LAMP)
        assert (done.action is Action.ALLOW, done.reason_class) == (False, reason)


def test_what_no_signals_can_be_made_of_is_refused_and_counted(config, clock):
    deterrent = Deterrent(config, clock=clock)
    done = deterrent.refuse("upload", "fr", "FR")
    assert (done.action, done.reason_class) == (Action.BLOCK, Reason.UNREADABLE)
    assert done.content.locale == "fr"
    assert any("dispositifstop" in link.web for link in done.content.links)
    open_ = replace(config, closed={Surface.SEARCH: Action.ALLOW}, counting=None)
    assert Deterrent(open_, clock=clock).refuse("search").action is Action.BLOCK
    fault = Deterrent(open_, clock=clock).refuse("search", reason=Reason.FAULT)
    assert fault.action is Action.ALLOW
    deterrent.close()
    assert counts(config)["failed"] == 1


@pytest.mark.parametrize(
    "signals",
    [
        Signals(text="zz-test-0001", sha256="no digest"),
        Signals(text="zz-test-0001", negative="\ud800"),
        Signals(text="zz-test-0001 \udcff"),
        Signals(text="zz-test-0001" + " " * 20_000),
    ],
)
def test_what_whoever_writes_can_make_unreadable_never_passes(config, clock, signals):
    open_ = replace(config, closed={Surface.SEARCH: Action.ALLOW})
    assert Deterrent(open_, clock=clock).decide("search", signals).action is not Action.ALLOW


def test_two_who_reload_at_once_do_not_put_back_what_was_replaced(config, clock, monkeypatch):
    deterrent = Deterrent(config, clock=clock)
    made, inside, go_on = deterrent._made, threading.Event(), threading.Event()

    def slow():
        told = made()
        inside.set()
        go_on.wait(2)
        return told

    monkeypatch.setattr(deterrent, "_made", slow)
    written(config.words[0], "zz-test-0002")
    first = threading.Thread(target=deterrent.reload)
    first.start()
    assert inside.wait(5)
    monkeypatch.setattr(deterrent, "_made", made)
    written(config.words[0], "zz-test-0003-longer")
    second = threading.Thread(target=deterrent.reload)
    second.start()
    second.join(0.3)
    go_on.set()
    first.join(5)
    second.join(5)
    done = deterrent.decide("search", Signals(text="zz-test-0003-longer"))
    assert done.action is Action.INTERVENE


def test_an_act_that_cannot_be_counted_closes_itself_and_no_other(config, clock):
    deterrent = Deterrent(config, clock=clock)
    assert deterrent.decide("search", HIT, session=b"no text").action is Action.INTERVENE
    assert deterrent.decide("search", LAMP).action is Action.ALLOW
    health = deterrent.health()
    assert (health.counting, health.troubles) == ("kept", ("counting: AttributeError",))


def test_a_surface_that_is_none_is_the_callers_fault(config, clock):
    deterrent = Deterrent(config, clock=clock)
    for name in ("serach", "", "SEARCH"):
        with pytest.raises(UsageError, match="no such surface"):
            deterrent.decide(name, HIT)


@pytest.mark.parametrize("session", ["\ud800", "\0" * 100, "x" * 100_000, "ß"])
def test_any_session_is_a_name(config, clock, session):
    deterrent = Deterrent(config, clock=clock)
    for _ in range(2):
        assert deterrent.decide("search", HIT, session=session).action is Action.INTERVENE
        assert deterrent.decide("search", LAMP, session=session).action is Action.ALLOW


def test_a_child_of_a_service_looks_by_itself_too_and_writes_its_counts(config):
    deterrent = Deterrent.open(replace(config, poll=0.05))
    child = os.fork()
    if not child:
        try:
            written(config.words[0], "zz-test-0003")
            for _ in range(200):
                deterrent.decide("search", Signals(text="zz-test-0003"))
                if counts(config).get("shown"):
                    os._exit(0)
                time.sleep(0.05)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    deterrent.close()


def test_an_open_deterrent_looks_by_itself_and_ends(config):
    deterrent = Deterrent.open(replace(config, poll=0.05))
    written(config.words[0], "zz-test-0003")
    waited = threading.Event()
    for _ in range(600):
        if deterrent.decide("search", Signals(text="zz-test-0003")).action is not Action.ALLOW:
            break
        waited.wait(0.05)
    else:
        pytest.fail("the new list did not come in")
    deterrent.close()
    assert "fanal-deter" not in {one.name for one in threading.enumerate()}
    assert counts(config)["acts"]
