from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.model import evidence
from fanal.model.series import SAME_PICTURE
from fanal.pipeline.link_features import features_of
from fanal.pipeline.link_pictures import RADIUS, TURNED_RADIUS, hashes_of, links_of
from makers.cases import opened
from makers.linked import content, groups
from makers.linked_case import finding, fingerprint


@pytest.fixture
def store(tmp_path):
    with closing(opened(tmp_path / "case")) as made_store:
        yield made_store


def write(store, *records):
    with store.act("zz", "intake") as act:
        act.put(records)


def test_hashes_of_earlier_acts_come_first(store):
    write(store, fingerprint(0), fingerprint(1))
    act = max(leaf.number for leaf in store.history())
    write(store, fingerprint(2), fingerprint(3, quality=49), fingerprint(4, frame=3))
    old, every = hashes_of(store, act), hashes_of(store, 0)
    assert set(old.names[: old.new]) == {content(0), content(1)}
    assert set(old.names[old.new :]) == {content(2), content(4)}
    assert every.new == 0
    assert sorted(every.names) == sorted(old.names)
    assert old.codes.shape == (4, 32)
    assert old.turned.shape == (4, 7, 32)
    row = old.names.index(content(1))
    assert old.codes[row].tobytes() == fingerprint(1).value
    assert old.turned[row].tobytes() == fingerprint(1).turned


def test_what_differs_in_more_bits_is_not_linked(store):
    write(store, fingerprint(0), fingerprint(1, range(RADIUS), like=0))
    write(store, fingerprint(2), fingerprint(3, range(RADIUS + 1), like=2))
    links = list(links_of(hashes_of(store, 0)))
    assert [(link.kind, {link.a, link.b}) for link in links] == [
        (SAME_PICTURE, {content(0), content(1)})
    ]
    assert TURNED_RADIUS < RADIUS


@settings(max_examples=12)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), min_size=2, max_size=9), st.data()
)
def test_in_two_steps_the_same_belong_together_as_in_one(tmp_path_factory, told, data):
    after = data.draw(st.integers(1, len(told) - 1))
    prints = [fingerprint(one, range(bits), like=like) for one, (like, bits) in enumerate(told)]
    with closing(opened(tmp_path_factory.mktemp("zz") / "case")) as store:
        write(store, *prints[:after])
        first = list(links_of(hashes_of(store, 0)))
        act = max(leaf.number for leaf in store.history())
        write(store, *prints[after:])
        both = [*first, *links_of(hashes_of(store, act))]
        whole = list(links_of(hashes_of(store, 0)))
    assert groups(both, len(told)) == groups(whole, len(told))
    assert np.all([link.joins for link in whole])


def test_points_that_cannot_be_read_are_passed_over(store):
    write(store, finding(0, evidence.FEATURES, points="zz"), finding(1, evidence.FEATURES))
    assert not list(features_of(store))
