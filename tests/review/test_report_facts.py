from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest

from fanal.review import report_facts
from fanal.review.report_facts import NOT_READ, NotDone, Spot, Undone


def test_gaps_are_the_spots_shown_and_not_shown():
    spot = Spot("desk", "a", 0, "", NOT_READ, "encrypted", "", "")
    assert NotDone((), 0, (), 0).gaps == 0
    assert NotDone((), 0, (spot, spot), 40).gaps == 42


def test_a_note_is_no_gap():
    group = Undone("desk", "recorded only", "symbolic link", 7, gap=False)
    assert NotDone((group,), 0, (), 0).gaps == 0


def test_every_record_is_frozen_and_holds_no_list_that_could_grow():
    kinds = [kind for kind in vars(report_facts).values() if isinstance(kind, type)]
    for kind in filter(is_dataclass, kinds):
        assert not [field for field in fields(kind) if str(field.type).startswith("list")]
    with pytest.raises(FrozenInstanceError):
        NotDone((), 0, (), 0).groups = ()
