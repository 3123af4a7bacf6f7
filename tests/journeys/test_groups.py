"""Known bodies, sessions and set-ups of real files are found, and strangers are not joined."""

import pytest

from fanal.bench import groups
from fanal.settings import Settings
from makers.evidence import corpus

REWRITTEN = "FUJIFILM FinePix2400Zoom, 2001-05-19 18:36"
"""Two files of 8 x 8 pixels, of one of which an editor wrote the camera's record anew."""


@pytest.fixture(scope="module")
def told():
    folder = corpus("MANIFEST.csv", "prnu").parent
    with groups.triaged(folder, Settings(engine="pool")) as (store, files):
        wanted = groups.expected(files)
        found = [groups.found(store, group) for group in wanted]
        yield found, list(groups.wrong(store, files, wanted))


def missed(found, kind):
    return [each.expected.name for each in found if each.expected.kind == kind and not each.whole]


def test_the_corpus_tells_of_groups(told):
    kinds = [each.expected.kind for each in told[0]]
    assert kinds.count(groups.BODY) == 4
    assert kinds.count(groups.SESSION) >= 12
    assert kinds.count(groups.SETUP) >= 3


def test_pictures_of_one_body_are_related(told):
    assert missed(told[0], groups.BODY) == []


def test_pictures_of_one_session_are_one_series(told):
    assert missed(told[0], groups.SESSION) in ([], [REWRITTEN])


def test_pictures_of_one_set_up_are_related(told):
    assert missed(told[0], groups.SETUP) == []


def test_no_series_holds_strangers(told):
    assert told[1] == []
