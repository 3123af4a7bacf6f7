"""The log in columns finds what a walk over every record finds; a change of it is noticed."""

import hashlib
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fanal.model.decision import Decision
from fanal.model.desk import AuditRecord
from fanal.pipeline.audit_chain import STALE, Chain, check
from fanal.pipeline.audit_export import row
from fanal.pipeline.audit_log import VIEWS, Asked, AuditLog, Line, content_of, epoch
from makers.cases import opened

PEOPLE, ACTIONS = ("zz-a", "zz-b", "zz-c", ""), ("reveal", "cover", "decide", "bulk", "remark")


def record(number: int) -> AuditRecord:
    action = ACTIONS[number % 5]
    return AuditRecord(
        f"a-{(number * 7919) % 1000:04}",
        f"2026-03-{1 + number % 9:02}T{number % 24:02}:30:00.000+00:00",
        PEOPLE[number % 4],
        "reviewer",
        "s",
        action,
        hashlib.sha256(b"%d" % (number % 6)).hexdigest() if number % 3 else "",
        number % 6,
        "decide",
        "refused" if number % 7 == 0 else "done",
        "zz",
        number * 100 if action == "cover" else 0,
        {"kind": "origin"} if action == "remark" and number % 2 else {},
    )


RECORDS = [record(number) for number in range(200)]


@pytest.fixture
def store(tmp_path):
    made = opened(tmp_path / "case")
    for start in range(0, 200, 20):
        with made.act("zz", "desk") as act:
            act.put(RECORDS[start : start + 20])
    with made.act("zz", "decide") as act:
        shown = RECORDS[10]
        act.put([Decision("d-1", shown.sha256, "A", shown.login, "now", "identified", "zz")])
    yield made
    made.close()


@pytest.fixture
def log(store):
    return AuditLog(store, lambda: (7, 19))


def walked(asked: Asked) -> list[AuditRecord]:
    """Choose by a walk, the plain way."""
    decided = {(RECORDS[10].login, RECORDS[10].sha256)}
    tests = {
        "all": lambda _one: True,
        "denied": lambda one: one.outcome == "refused",
        "bulk": lambda one: one.action == "bulk" or one.data.get("kind") == "origin",
        "undecided": lambda one: (
            one.action == "reveal"
            and one.outcome == "done"
            and (one.login, one.sha256) not in decided
        ),
        "hours": lambda one: is_out(one.when),
    }
    return [
        one
        for one in RECORDS
        if tests[asked.view](one)
        and asked.login in {"", one.login}
        and asked.action in {"", one.action}
        and asked.sha256 in {"", one.sha256}
        and one.level >= asked.level
        and asked.since <= datetime.fromisoformat(one.when).timestamp() <= asked.until
        and (one.outcome == "refused" or not asked.denied)
        and one.sha256 not in asked.without
    ]


def is_out(when: str) -> bool:
    local = datetime.fromisoformat(when).astimezone()
    return local.weekday() > 4 or not 7 <= local.hour < 19


DAY = datetime(2026, 3, 4, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "asked",
    [
        *(Asked(view) for view in VIEWS),
        Asked(login="zz-b"),
        Asked(login="zz-x"),
        Asked(action="cover", login="zz-c"),
        Asked(sha256=RECORDS[1].sha256, level=3),
        Asked(since=DAY, until=DAY + 86_400),
        Asked("undecided", denied=True),
        Asked(denied=True, level=2),
        Asked(without=frozenset({RECORDS[1].sha256, RECORDS[2].sha256})),
    ],
)
def test_the_columns_find_what_a_walk_finds(log, asked):
    found = [line.record for line in log.every(asked)]
    assert sorted(found, key=lambda one: one.id) == sorted(walked(asked), key=lambda one: one.id)
    assert log.page(asked, 0, 1).total == len(found)


def test_pages_are_the_whole_newest_first(log, store):
    whole = [line for start in range(0, 200, 30) for line in log.page(Asked(), start, 30).lines]
    assert [line.record for line in whole[::-1]] == [line.record for line in log.every(Asked())]
    numbers = [line.number for line in whole]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] == store.last_act(AuditRecord)


def test_what_comes_later_is_found_without_reading_all_again(log, store):
    assert log.page(Asked(), 0, 1).total == 200
    with store.act("zz", "desk") as act:
        act.put([replace(RECORDS[0], id="a-new", login="zz-new")])
    (line,) = log.page(Asked(login="zz-new"), 0, 10).lines
    assert (line.record.id, line.number) == ("a-new", store.last_act(AuditRecord))
    assert log.people() == ["", "zz-a", "zz-b", "zz-c", "zz-new"]


def test_exposure_counts_what_was_shown(log):
    for one in log.exposure(Asked()):
        mine = [r for r in RECORDS if r.login == one.login and r.outcome == "done"]
        shown = [r for r in mine if r.action == "reveal"]
        assert list(one.reveals) == [sum(r.level == n for r in shown) for n in range(6)]
        assert one.minutes == round(
            sum(r.milliseconds for r in mine if r.action == "cover") / 60_000, 1
        )
        assert one.days == len({r.when[:10] for r in shown})
    assert [one.login for one in log.exposure(Asked())] == sorted(PEOPLE)


def test_an_empty_log(tmp_path):
    made = opened(tmp_path / "case")
    log = AuditLog(made, lambda: (7, 19))
    for view in VIEWS:
        assert log.page(Asked(view), 0, 10).total == 0
    assert log.exposure(Asked()) == []
    assert check(made).differs == ""
    made.close()


def test_times_and_digests_that_cannot_be_read():
    assert (epoch("zz"), content_of("zz"), content_of("")) == (0.0, 0, 0)
    assert epoch("2026-03-01T00:00:00") == epoch("2026-03-01T01:00:00+01:00")


def test_a_row_has_every_column():
    told = row(Line(7, replace(RECORDS[4], data={"before": 5, "to": 3})), lambda _one: "0" * 16)
    assert (told["number"], told["before"], told["after"]) == (7, 5, 3)


def test_the_log_as_written_is_verified(store):
    found = check(store)
    assert (found.number, found.differs) == (store.head().size, "")
    assert found.key == store.head().key


CHANGES = {
    "a record is changed": "UPDATE audit_record SET login = 'zz-x' WHERE id = 'a-0000'",
    "a record is gone": "DELETE FROM audit_record WHERE id = 'a-0000'",
    "an act's records are gone": "DELETE FROM audit_record WHERE act = 2",
    "a leaf is changed": "UPDATE log SET leaf = replace(leaf, '\"zz\"', '\"zy\"') WHERE number = 2",
    "a leaf is gone": "DELETE FROM log WHERE number = 3",
    "the last leaf is gone": "DELETE FROM log WHERE number = (SELECT max(number) FROM log)",
    "a head is another": "UPDATE head SET signature = 'ab' || substr(signature, 3)",
    "a root is another": "UPDATE head SET root = 'ab' || substr(root, 3)",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_was_changed_is_noticed(store, change):
    with sqlite3.connect(store.folder / "case.db") as database:
        assert database.execute(change).rowcount
    database.close()
    assert check(store).differs


def test_a_chain_checks_again_when_its_word_is_old(store):
    now = [0.0]
    chain = Chain(store, lambda: now[0])
    assert chain.last() is None
    chain.begin()
    first = chain.wait()
    assert first is not None
    with store.act("zz", "desk") as act:
        act.put([replace(RECORDS[0], id="a-new")])
    chain.begin()
    assert chain.wait() == first
    now[0] = STALE + 1
    chain.begin()
    second = chain.wait()
    assert second is not None
    assert second.number == first.number + 1
    chain.begin(anew=True)
    assert chain.wait().number == second.number


def test_a_check_ends_when_the_desk_closes(store):
    chain = Chain(store)
    chain.begin()
    chain.close()
    assert not chain.is_running()
    before = chain.last()
    chain.begin(anew=True)
    assert not chain.is_running()
    assert chain.last() == before
