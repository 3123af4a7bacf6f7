"""The report counts what people decided, and names what is open."""

from fanal.model.decision import NO_REAL_PERSON
from fanal.pipeline.report_decided import FIRST, decided
from fanal.review.report_facts import Decided
from makers.cases import digest, opened
from makers.deciding import contents, says, takes_back


def test_decisions_are_counted_by_where_contents_stand(tmp_path):
    store = opened(tmp_path / "case")
    try:
        with store.act("zz", "write") as act:
            act.put(contents(30))
        assert decided(store) == Decided()
        of = [digest("sha256", number) for number in range(30)]
        says(store, "Anna", "identified", *of[:3])
        says(store, "Anna", NO_REAL_PERSON, *of[3:20])
        says(store, "Béla", NO_REAL_PERSON, *of[3:5])
        says(store, "Béla", "identified", of[5])
        takes_back(store, "Béla", says(store, "Béla", "identified", of[29]).id)
        told = decided(store)
    finally:
        store.close()
    assert dict(told.states) == {"identified": 3, NO_REAL_PERSON: 2}
    assert (told.waits, told.disputed, told.contents) == (14, 1, 20)
    assert len(told.first) == FIRST
    assert [one.sha256 for one in told.first] == sorted(of[5:20])[:FIRST]
    assert all("Anna" in one.says for one in told.first)
