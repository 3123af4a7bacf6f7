"""Inside a worker of the cluster: bytes come in, bytes go out, and no other program answers."""

import pickle

import pytest

from fanal.engines.cluster_task import Job, answer, difference, own_likeness
from fanal.engines.guard import GUARDS
from fanal.engines.interface import Died
from makers import cluster_work, engine_work

MEMORY = 1 << 30


def outcome(work, batch, fetch=None, likeness=None):
    job = pickle.dumps(Job(work, batch, 0.0, fetch, MEMORY))
    return pickle.loads(answer(job, likeness or own_likeness()))  # noqa: S301


def test_a_batch_is_answered_by_a_guarded_child():
    told = outcome(engine_work.dying, (1, 10, 2))
    assert told.answers == (2, Died(), 4)
    assert told.error is None
    assert list(told.guards) == list(GUARDS)


def test_the_child_stays_from_batch_to_batch():
    first, second = (outcome(engine_work.worker, (1,)).answers for _ in range(2))
    assert first == second


def test_errors_are_answers():
    assert str(outcome(engine_work.failing, (13,)).error) == "zz-test-0013"
    assert isinstance(outcome(engine_work.double, (13,), cluster_work.lost).error, ConnectionError)


def test_an_error_that_cannot_be_sent_is_said():
    told = outcome(engine_work.double, (13,), cluster_work.unsendable)
    assert isinstance(told.error, RuntimeError)
    assert "zz-test-0013" in str(told.error)


def test_what_cannot_be_read_is_an_error_and_not_a_death():
    told = pickle.loads(answer(b"zz-test-0001", own_likeness()))  # noqa: S301
    assert isinstance(told.error, pickle.UnpicklingError)


def test_other_programs_do_not_begin():
    likeness = {**own_likeness(), "pillow": "0.1"}
    told = outcome(engine_work.double, (1,), likeness=likeness)
    assert told.answers == ()
    assert told.unlike.startswith("pillow ")
    assert told.unlike.endswith(" there, 0.1 here") or told.unlike.endswith(" here")


def test_likeness_names_what_decides_an_answer():
    assert {"python", "fanal", "distributed", "numpy", "pillow", "imagecodecs"} <= {*own_likeness()}
    assert not {"psycopg", "s3fs", "ruff"} & {*own_likeness()}


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        ({"a": "1"}, {"a": "1"}, ""),
        ({"a": "1"}, {"a": "2"}, "a 2 there, 1 here"),
        ({"a": "1"}, {}, "a none there, 1 here"),
        ({}, {"a": "1"}, "a 1 there, none here"),
    ],
)
def test_the_first_difference_is_told(ours, theirs, told):
    assert difference(ours, theirs) == told
