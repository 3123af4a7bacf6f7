"""Opinions are made anew where what they hang on has changed, and only there."""

from dataclasses import replace

import pytest

from fanal.model import evidence
from fanal.model.finding import Finding
from fanal.model.item import Item
from fanal.model.opinion import Opinion
from fanal.model.review import Task
from fanal.pipeline.case import writing
from fanal.pipeline.order import order
from fanal.pipeline.progress import Silent
from fanal.pipeline.weigh import weigh_all
from makers.evidence import done, found, leaves


@pytest.fixture
def filled(case, settings, evidence):
    done(case, settings, evidence)
    return case


def add(case, settings, sha256, kind, **data):
    told = Finding(sha256, "zz", "1", kind, f"zz says {kind}", data=data)
    with writing(case, settings) as store, store.act("zz", "intake") as act:
        act.put([told])


def weighed(case, settings):
    with writing(case, settings) as store:
        return weigh_all(store, settings, "zz", Silent())


def picture(case):
    return next(item for item in found(case, Item) if item.media_type.startswith("image/")).sha256


def test_a_finding_makes_an_opinion_and_a_queue_that_is_no_longer_current(filled, settings):
    pictures = [item.sha256 for item in found(filled, Item) if item.media_type.startswith("image/")]
    for sha256 in pictures:
        add(filled, settings, sha256, evidence.SIGNED, verified=True)
    assert weighed(filled, settings)
    (opinion,) = [one for one in found(filled, Opinion) if one.sha256 == pictures[0]]
    assert (opinion.state, opinion.settled) == ("generator", True)
    with writing(filled, settings) as store:
        assert order(store, "zz", Silent())
    (task,) = found(filled, Task)
    assert task.step == 6
    assert task.reason.startswith("generator: zz says signed record")


def test_what_is_weighed_is_not_weighed_again_until_something_changes(filled, settings, tmp_path):
    sha256 = picture(filled)
    add(filled, settings, sha256, evidence.RECORD, size_agrees=True)
    assert weighed(filled, settings)
    assert not weighed(filled, settings)
    add(filled, settings, sha256, evidence.CAMERA)
    assert weighed(filled, settings)
    (opinion,) = [one for one in found(filled, Opinion) if one.sha256 == sha256]
    assert opinion.state == "conflicting"
    scale = tmp_path / "scale.toml"
    scale.write_text('[caps]\nrecord = "weak"\n')
    own = replace(settings, origin=str(scale))
    assert weighed(filled, own)
    assert not weighed(filled, own)
    (opinion,) = [one for one in found(filled, Opinion) if one.sha256 == sha256]
    assert opinion.propositions["G2"] == "weak"
    assert weighed(filled, settings)


def test_each_weighing_is_an_act_that_names_its_rules(filled, settings):
    add(filled, settings, picture(filled), evidence.TAG)
    weighed(filled, settings)
    leaf = [leaf for leaf in leaves(filled) if leaf.verb == "weigh"][-1]
    (opinion, *_) = found(filled, Opinion)
    assert leaf.details["rules"] == opinion.rules
    assert leaf.records["opinion"]["count"] == len(found(filled, Opinion))
