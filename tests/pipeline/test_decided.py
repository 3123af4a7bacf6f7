"""What people decided is read content by content, in the order of writing."""

import pytest

from fanal.model.decision import Decision
from fanal.pipeline.decided import events, spelled, standings
from fanal.review.decisions import fold
from makers.cases import digest, opened
from makers.deciding import REASON, contents, says, takes_back

A, B = digest("sha256", 0), digest("sha256", 1)


@pytest.fixture
def store(tmp_path):
    made = opened(tmp_path / "case")
    with made.act("zz", "write") as act:
        act.put(contents(3))
    yield made
    made.close()


def test_events_come_by_content_and_in_the_order_of_writing(store):
    ids = [says(store, name, "identified", A, B).id for name in ("Zoë", "Anna", "Mia")]
    groups = list(events(store))
    assert [[event.id for event in group] for group in groups] == [ids, ids]
    assert [group[0].sha256 for group in groups] == sorted((A, B))
    assert [group[0].sha256 for group in events(store, [A])] == [A]
    assert list(events(store, [digest("sha256", 2)])) == []


def test_only_contents_with_events_stand_somewhere(store):
    assert standings(store) == {}
    says(store, "Anna", "identified", A)
    assert standings(store) == {A: fold(store.find(Decision))}
    assert standings(store, [B]) == {}


def test_events_are_spelled_with_what_is_taken_back(store):
    done = says(store, "Anna", "identified", A)
    takes_back(store, "Béla", done.id)
    ((first, second),) = events(store)
    told = spelled([first, second], fold([first, second]))
    assert told is not None
    assert (told["decided"], told["ignored"]) == (False, [])
    assert [event["undone"] for event in told["events"]] == [True, False]
    assert told["events"][1] == {
        "id": second.id,
        "when": second.when,
        "by": "Béla",
        "account": "Béla",
        "victim_state": None,
        "undoes": done.id,
        "reason": REASON,
        "via": None,
        "undone": False,
    }
    assert spelled([], fold([])) is None
