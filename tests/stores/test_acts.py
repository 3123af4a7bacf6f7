import pytest

from fanal.errors import CaseError
from fanal.model.item import Item
from fanal.stores import acts
from makers.cases import item, opened


def test_a_clock_that_was_set_back_is_told_in_the_leaf(tmp_path, monkeypatch):
    times = ["2026-03-01T10:00:00.000+00:00", "2026-03-01T09:00:00.000+00:00"]
    for time in times:
        monkeypatch.setattr(acts, "now", lambda time=time: time)
        store = opened(tmp_path / "case")  # also where another program wrote the leaf before
        with store.act("zz", "write"):
            pass
        store.close()
    store = opened(tmp_path / "case", writing=False)
    leaves = list(store.history())
    assert [leaf.time for leaf in leaves] == times
    assert [leaf.details for leaf in leaves] == [{}, {"clock": "behind the leaf before"}]
    store.close()


def test_an_act_that_is_over_takes_nothing(tmp_path):
    store = opened(tmp_path / "case")
    with store.act("zz", "write") as act:
        act.put([item(1)])
    with pytest.raises(CaseError, match="is over"):
        act.put([item(2)])
    assert store.count(Item) == 1
    store.close()
