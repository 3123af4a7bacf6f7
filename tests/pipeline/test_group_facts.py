"""What series are made of is read from a case as it stands there, content by content."""

import numpy as np
import pytest

from fanal.model import evidence
from fanal.model.finding import Finding
from fanal.model.item import Place
from fanal.model.opinion import STATES, Opinion
from fanal.model.series import LINK_KINDS, MADE_FROM, SAME_PICTURE, SAME_SESSION, Link
from fanal.pipeline.group_facts import (
    Contents,
    before,
    known_of,
    links_of,
    pictures_of,
)
from fanal.series.representative import UNDATED
from makers.groups import add, filled, grouped, link, run, sha, taken


@pytest.fixture
def store(tmp_path):
    made = filled(tmp_path / "case", 5)
    yield made
    made.close()


def at(contents, number):
    return contents.number[sha(number)]


def test_contents_are_numbered_by_their_digests(store):
    every = Contents.of(store)
    assert list(every.digests) == sorted(map(sha, range(5)))
    assert every.at([sha(3), "f" * 64]).tolist() == [every.digests.index(sha(3)), -1]
    some = Contents.of(store, [sha(4), sha(1), "f" * 64])
    assert list(some.digests) == sorted([sha(4), sha(1)])
    assert some.size.tolist() == [100 + (4 if one == sha(4) else 1) for one in some.digests]


def test_only_links_that_may_join_two_contents_of_the_case_are_taken(store):
    add(store, [link(0, 1, SAME_PICTURE, 90), link(1, 2, joins=False)])
    add(store, [Link(sha(3), "f" * 64, MADE_FROM, "zz", 90, True, "zz")])  # noqa: FBT003
    every = Contents.of(store)
    links = links_of(store, every)
    assert {int(links.a[0]), int(links.b[0])} == {at(every, 0), at(every, 1)}
    assert (len(links.a), links.strength.tolist()) == (1, [90])
    assert LINK_KINDS[links.kind[0]] == SAME_PICTURE


def test_the_series_of_today_are_read_by_name(store):
    add(store, run([0, 1, 2]))
    (name,) = grouped(store)
    every = Contents.of(store)
    series, known = before(store, every)
    assert [one.name for one in known] == [name]
    assert {one for one, of in zip(every.digests, series, strict=True) if of == 0} == {
        sha(number) for number in range(3)
    }


def test_what_tells_of_origin_is_read_for_each_content(store):
    kinds = (evidence.CAMERA, evidence.STRUCTURE, evidence.TRACE, evidence.COMPARED)
    add(store, [Finding(sha(0), "zz", "1", kind, "zz") for kind in kinds])
    add(store, [Finding(sha(0), "zz", "2", evidence.STRUCTURE, "again")])
    add(store, [taken(1, "2024-05-01T10:00:00+02:00"), taken(2, "2099-01-01T00:00:00")])
    add(store, [Opinion(sha(0), "camera", "strong", False, False, {"C1": "weak", "C2": "strong"})])  # noqa: FBT003
    later = "2025-06-01T00:00:00+00:00"
    add(store, [Place("zz-9", b"zz", "", sha(3), b"zz", later, ""), *_undated(4)])
    every = Contents.of(store)
    series = np.zeros(5, np.int64)
    known = known_of(store, every, series, np.arange(5))
    standing = known.standing
    assert standing.decoded.all()
    assert standing.kinds[at(every, 0)] == 2  # a trace and a comparison tell of no origin
    assert standing.camera[at(every, 0)] == 4
    assert STATES[standing.state[at(every, 0)]] == "camera"
    assert standing.state[at(every, 1)] == -1
    assert known.taken[at(every, 1)] == 1_714_557_600  # by the clock of the camera
    assert np.isnan(known.taken[at(every, 2)])
    assert known.changed[at(every, 3)] == 1_735_689_600  # of its two copies the earlier
    assert (standing.time < UNDATED).all()
    assert known.exhibits.tolist() == [4]


def _undated(number):
    return [Place("zz-0", b"zz", "", sha(number), b"zz", None, "")]


def test_near_pictures_are_told_within_their_series_only(store):
    add(store, [link(0, 1, SAME_PICTURE), link(1, 2, SAME_PICTURE), link(2, 3, SAME_SESSION)])
    every = Contents.of(store)
    series = np.zeros(5, np.int64)
    series[at(every, 2)] = 1
    picture = pictures_of(links_of(store, every), series)
    assert picture[at(every, 0)] == picture[at(every, 1)]
    assert len({*picture.tolist()}) == 4
