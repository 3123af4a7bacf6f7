"""What a later run mends leaves the account, and nothing else does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.model.failure import Failure
from fanal.pipeline.passing import PASSING, Passing
from makers.cases import opened


@pytest.fixture
def store(tmp_path):
    found = opened(tmp_path / "case")
    yield found
    found.close()


def failure(path, reason, exhibit="desk", inside=""):
    return Failure(exhibit, path, inside, path, reason)


def left(store):
    return {(one.exhibit, one.path, one.inside, one.reason) for one in store.find(Failure)}


def run(store, failures, read, exhibit="desk"):
    passing = Passing(store, "zz", exhibit)
    for one in failures:
        passing.add(one)
    for place in read:
        passing.read(*place)
    passing.end()


PATHS = st.sampled_from((b"a", b"b", b"c/d"))
FAILURES = st.lists(st.builds(failure, PATHS, st.sampled_from(sorted(PASSING))), max_size=5)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(FAILURES, st.sets(PATHS)), max_size=4))
def test_a_failure_stays_until_its_place_was_read_and_did_not_fail_again(tmp_path_factory, runs):
    store = opened(tmp_path_factory.mktemp("case") / "case")
    wanted = set()
    for failures, paths in runs:
        again = {(one.exhibit, one.path, one.inside, one.reason) for one in failures}
        mended = {
            key
            for key in wanted - again
            if key[1] in paths
            or (key[3] == "unreadable folder" and any(p.startswith(key[1] + b"/") for p in paths))
        }
        wanted = wanted - mended | again
        run(store, failures, [(path, "") for path in paths])
        assert left(store) == wanted
    store.close()


def test_other_exhibits_and_lasting_reasons_are_left_alone(store):
    lasting = failure(b"a", "archive damaged")
    with store.act("zz", "intake") as act:
        act.put([lasting])
    run(store, [failure(b"a", "disappeared", "phone")], [], "phone")
    run(store, [failure(b"a", "disappeared")], [])
    run(store, [], [(b"a", "")])
    assert left(store) == {
        ("desk", b"a", "", "archive damaged"),
        ("phone", b"a", "", "disappeared"),
    }


def test_a_folder_is_mended_by_what_is_read_in_it(store):
    run(store, [failure(b"x", "unreadable folder"), failure(b"", "unreadable folder")], [])
    run(store, [], [(b"x2/a", "")])
    assert left(store) == {("desk", b"x", "", "unreadable folder")}
    run(store, [], [(b"x/a", "")])
    assert left(store) == set()
