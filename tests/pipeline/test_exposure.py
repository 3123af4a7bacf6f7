"""What a person was shown is read from the log, by every desk alike."""

from datetime import UTC, datetime, timedelta

import pytest

from fanal.model.desk import AuditRecord, Who
from fanal.pipeline.audit_records import Doing, enter
from fanal.pipeline.choices import choose
from fanal.pipeline.exposure import Exposures, revealed, settled_without_reveal
from makers.cases import item, opened
from makers.deciding import says

ANNA = Who("zz-a", "Person A", ("reviewer",), "s1")
BERT = Who("zz-b", "Person B", ("supervisor",), "s2")


@pytest.fixture
def store(tmp_path):
    made = opened(tmp_path / "case")
    with made.act("zz", "write") as act:
        act.put([item(number) for number in range(1, 6)])
    yield made
    made.close()


def shown(store, number, who=ANNA, level=3):
    return enter(store, who, Doing("reveal", "", item(number).sha256, level, "decide"))


def now():
    return datetime.now(UTC)


def test_each_person_has_their_own_and_later_records_come_along(store):
    shown(store, 1)
    desk, other = Exposures(store), Exposures(store)
    assert desk.of("zz-a", now()).reveals == {3: 1}
    shown(store, 2, level=5)
    shown(store, 2, BERT)
    assert desk.of("zz-a", now()).reveals == other.of("zz-a", now()).reveals == {3: 1, 5: 1}
    assert desk.of("zz-b", now()).reveals == {3: 1}
    assert desk.of("zz-nobody", now()).reveals == {}


def test_a_picture_counts_until_it_is_covered(store):
    first = shown(store, 1)
    desk = Exposures(store)
    later = now() + timedelta(seconds=200)
    assert desk.of("zz-a", later).minutes == 3  # nobody told that it was covered
    assert desk.is_open("zz-a", first.id, later)
    told = {"reveal": first.id}
    enter(store, ANNA, Doing("cover", "", first.sha256, 3, milliseconds=61_000, data=told))
    assert desk.of("zz-a", later).minutes == 1
    assert desk.is_open("zz-a", first.id, later) is None


def test_what_could_not_be_shown_and_what_was_refused_do_not_count(store):
    first = shown(store, 1)
    enter(store, ANNA, Doing("not shown", "", first.sha256, 3, data={"reveal": first.id}))
    enter(store, ANNA, Doing("reveal", "", item(2).sha256, 3, "decide", "refused"))
    assert Exposures(store).of("zz-a", now()).reveals == {}
    assert revealed(store, [item(1).sha256, item(2).sha256]) == set()


def test_the_day_before_yesterday_is_forgotten(store):
    when = (now() - timedelta(days=3)).isoformat(timespec="milliseconds")
    old = AuditRecord(
        *("a-1", when, "zz-a", "reviewer", "s", "reveal", item(1).sha256, 5),
        *("decide", "done", ""),
    )
    with store.act("zz", "desk") as act:
        act.put([old])
    shown(store, 2)
    desk = Exposures(store)
    assert desk.of("zz-a", now()).reveals == {3: 1}
    assert desk.of("zz-a", now() + timedelta(days=1, hours=1)).reveals == {}


def test_what_the_team_and_the_person_chose_holds_at_once(store):
    desk = Exposures(store)
    assert desk.of("zz-a", now()).cap.level == 5
    choose(store, ANNA, "level", 4)
    assert desk.of("zz-a", now()).cap.level == 4
    choose(store, BERT, "cap", 2)
    assert desk.of("zz-a", now()).cap.level == 2
    assert desk.of("zz-b", now()).cap.level == 2


def test_the_headline_counts_what_was_settled_unseen(store):
    assert settled_without_reveal(store) == (0, 0)
    says(store, "Person A", "identified", item(1).sha256, item(2).sha256)
    shown(store, 1)
    shown(store, 3)  # nobody decided that
    assert settled_without_reveal(store) == (2, 1)
    dark = shown(store, 2)
    assert settled_without_reveal(store) == (2, 0)
    enter(store, ANNA, Doing("not shown", "", dark.sha256, 3, data={"reveal": dark.id}))
    assert settled_without_reveal(store) == (2, 1)
