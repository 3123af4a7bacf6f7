"""A bulk decision reaches what it says, its sample can be drawn again, and it is one event."""

import itertools

import pytest

from fanal.errors import CaseError, UsageError
from fanal.model.desk import AuditRecord, Who
from fanal.pipeline import bulk
from fanal.pipeline.bulk import Job, Jobs, run, sampled, scope
from fanal.pipeline.claims import claim
from fanal.review import checks
from fanal.review.limits import Limits
from fanal.stores.interface import Server
from makers.cases import opened
from makers.deciding import says
from makers.ordering import Scene, name, ordered

FRESH = itertools.count()
A = Who("zz-a", "Anna", ("reviewer",), "s1")
B = Who("zz-b", "Béla", ("reviewer",), "s2")


@pytest.fixture
def store():
    made = opened(Server(f"memory://zz-bulk-{next(FRESH)}"), name="memory")
    scene = Scene()
    for number in range(80):
        scene.add(number, (f"desk/{number}", f"phone/{number}")[: 1 + number % 2])
    scene.series("s-1", 0, 1, 2)
    scene.write(made)
    ordered(made)
    yield made
    made.close()


def names(*numbers):
    return [name(number) for number in numbers]


def test_the_scope_is_told_in_words(store):
    contents, words, series = scope(store, names(0, 7))
    assert (contents, series) == (sorted(names(0, 1, 2, 7)), 1)
    assert words == "4 contents: 1 series and 1 alone; 6 copies on 2 exhibits"
    says(store, "zz-a", "identified", *names(1, 7))
    assert scope(store, names(0, 7))[0] == sorted(names(0, 2))


def test_what_is_decided_needs_no_sample(store):
    says(store, "zz-a", "identified", name(7))
    with pytest.raises(UsageError, match="all of it is decided"):
        sampled(store, A, names(7), "identified", Limits())


def test_a_sample_of_very_many_excludes_a_smaller_share(store):
    few = sampled(store, A, names(*range(80)), "identified", Limits())
    assert (few.error, len(few.checked)) == (checks.COARSE, 59)
    many = sampled(store, A, names(*range(80)), "identified", Limits(bulk_second=60))
    assert (many.error, len(many.checked)) == (checks.FINE, 80)
    finer = sampled(store, A, names(*range(80)), "identified", Limits(), checks.FINE)
    assert finer.error == checks.FINE
    told = [line.data for line in store.find(AuditRecord, order=("act",))]
    assert [one["checked"] for one in told] == [59, 80, 80]
    assert checks.drawn(few.contents, 59, told[0]["seed"]) == [*few.checked]
    assert told[0]["of"] == told[1]["of"]


def done_by(made, contents=()):
    made.extend(contents)
    return "d-1", len(contents)


def test_what_cannot_be_decided_any_more_is_left_out_and_told(store):
    sample = sampled(store, A, names(0, 7, 8, 9, 10), "identified", Limits())
    says(store, "zz-b", "identified", name(7))
    claim(store, B, name(0))
    job, decided = Job("j", "zz-a", len(sample.contents)), []
    run(
        store,
        sample,
        job,
        lambda contents: {name(8): "shares the name"} if name(8) in contents else {},
        lambda contents: done_by(decided, contents),
    )
    assert decided == sorted(names(9, 10))
    assert job.refused == {
        name(7): "decided meanwhile",
        name(8): "shares the name",
        **dict.fromkeys(names(0, 1, 2), "zz-b works on it"),
    }
    assert (job.event, job.done, job.finished) == ("d-1", 2, True)
    assert job.says == "2 of 7 decided"


def test_an_error_leaves_nothing_half_done(store):
    sample = sampled(store, A, names(7, 8), "identified", Limits())
    job = Job("j", "zz-a", 2)

    def broken(_):
        raise CaseError("no room")

    run(store, sample, job, lambda _: {}, broken)
    assert (job.finished, job.done, job.event) == (True, 0, "")
    assert job.says == "nothing was decided: no room"
    assert {*job.refused} == {*names(7, 8)}


def test_a_sample_was_shown_to_one_session_for_one_state(store):
    sample, jobs = sampled(store, A, names(7), "identified", Limits()), Jobs()
    assert jobs.shown(sample.id, A, "identified") is None
    jobs.show(sample)
    assert jobs.shown(sample.id, A, "identified") is sample
    elsewhere = Who("zz-a", "Anna", ("reviewer",), "s3")
    for who, state in ((B, "identified"), (elsewhere, "identified"), (A, "treat_as_real")):
        assert jobs.shown(sample.id, who, state) is None
    later = sampled(store, A, names(8), "identified", Limits())
    jobs.show(later)
    assert jobs.shown(sample.id, A, "identified") is None


def test_a_job_is_begun_once_and_belongs_to_one_person():
    jobs, ran = Jobs(), []
    first, is_new = jobs.begin("j", "zz-a", 3)
    assert is_new
    assert jobs.begin("j", "zz-a", 3) == (first, False)
    assert jobs.find("j", "zz-b") is None
    assert jobs.find("k", "zz-a") is None
    jobs.run(lambda: ran.append(1))
    jobs.close()
    assert ran == [1]


def test_there_is_a_most(store, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 3)
    with pytest.raises(UsageError, match="these are 4 contents"):
        sampled(store, A, names(7, 8, 9, 10), "identified", Limits())
