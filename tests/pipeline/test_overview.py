import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from fanal.errors import CaseError
from fanal.model import evidence
from fanal.model.desk import Remark, Who
from fanal.model.finding import Finding
from fanal.model.item import Item
from fanal.model.review import Drawn, Task
from fanal.pipeline.account import account
from fanal.pipeline.case import reading, writing
from fanal.pipeline.decide import Wanted, decide
from fanal.pipeline.facts import items
from fanal.pipeline.facts import queue as placed_items
from fanal.pipeline.overview import PARTS, Board, Part
from fanal.pipeline.overview_counts import CARDS, counted, placed
from fanal.pipeline.overview_done import processed, progress
from fanal.pipeline.overview_found import DEVICES, found, month_of
from fanal.pipeline.remarks import OUTCOME, Told, remark
from fanal.pipeline.said import Said
from fanal.review.crossing import GROUPS
from fanal.stores import STORES
from makers.cases import item, signer
from makers.overviews import CITIES, HOSTILE, content, fill

WHO = Who("zz-a", "Zz A", ("supervisor",), "zz")
WAIT = 60.0


@pytest.fixture(scope="module")
def demo(reviewed):
    with reading(reviewed) as store:
        yield store


@pytest.fixture(scope="module")
def every(demo):
    """Every public object of the demonstration's case: the counts are made of them anew."""
    return list(items(demo))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A made-up case whose cameras name places and times."""
    home = tmp_path_factory.mktemp("overview")
    store = STORES.get("folder")(home / "case", signer())
    fill(store, 400)
    yield store
    store.close()


def looked(facts):
    return facts["media_type"].startswith(("image/", "video/"))


def is_known(facts):
    return any(match["via"] != "pdq" for match in facts["matches"])


def test_counts_are_those_of_the_items_themselves(demo, every):
    told = counted(demo)
    assert told.files == sum(len(facts["locations"]) for facts in every)
    assert told.contents == len(every)
    assert told.decoded == sum(facts["width"] is not None for facts in every)
    assert told.looked == sum(map(looked, every))
    assert told.pictures + told.videos + told.other == told.contents
    names = {facts["series"]["name"] for facts in every if facts["series"]}
    assert told.series == len(names)
    assert told.members == sum(facts["series"] is not None for facts in every)


def test_origin_by_known_is_that_of_the_items_themselves(demo, every):
    rows = {row.group: row for row in counted(demo).rows}
    for name, states in GROUPS.items():
        of = [f for f in every if looked(f) and f["origin"]["state"] in states]
        known = sum(map(is_known, of))
        assert (rows[name].known, rows[name].new) == (known, len(of) - known), name
        near = [f for f in of if not is_known(f) and f["matches"]]
        assert rows[name].near == len(near)


def test_origin_of_a_case_with_every_state(made):
    objects = list(items(made))
    rows = {row.group: row for row in counted(made).rows}
    for name, states in GROUPS.items():
        of = [f for f in objects if looked(f) and f["origin"]["state"] in states]
        assert of, name
        assert (rows[name].known, rows[name].new) == (
            sum(map(is_known, of)),
            sum(not is_known(f) for f in of),
        )
    assert sum(row.total for row in rows.values()) == sum(map(looked, objects))


def test_the_steps_are_those_of_the_queue_and_the_cards_its_first(demo):
    told = placed(demo)
    ordered = list(placed_items(demo))
    steps = Counter(facts["queue"]["step"] for facts in ordered)
    assert {number: count for number, _, count in told.steps if count} == steps
    assert told.waiting == len(ordered)
    cards = (*told.danger, *told.first)
    want = [facts for facts in ordered if facts["queue"]["step"] != 1][:CARDS]
    assert [card.sha256 for card in told.first] == [facts["sha256"] for facts in want]
    for card in cards:
        facts = next(facts for facts in ordered if facts["sha256"] == card.sha256)
        assert (card.rank, card.step) == (facts["queue"]["rank"], facts["queue"]["step"])
        assert card.size == (facts["series"]["size"] if facts["series"] else 1)
        assert all(
            reason in facts["queue"]["reason"] or "one of the series" in reason
            for reason in card.reasons
        )


def test_a_card_tells_since_when_it_waits(demo):
    times = {leaf.number: leaf.time for leaf in demo.history()}
    acts = dict(demo.columns(Item, "sha256", "act"))
    alone = [card for card in placed(demo).first if not card.in_series]
    for card in (*alone, *placed(demo).first):
        assert card.since in times.values()
        assert card.since <= times[acts[card.sha256]]


def test_what_the_blind_sample_drew_is_no_card(made, tmp_path):
    store = STORES.get("folder")(tmp_path / "case", signer())
    with store.act("zz", "order") as act:
        act.put(Task(content(number), 1, number, "zz", "zz-reason") for number in range(1, 5))
        act.put([Drawn(content(1), 7), Drawn(content(3), 8)])
    told = placed(store)
    store.close()
    assert [card.sha256 for card in told.danger] == [content(2), content(4)]
    assert told.waiting == 4


def test_times_and_places_are_those_of_the_records(made):
    records = list(made.find(Finding, kind=evidence.CAMERA))
    told = found(made)
    assert sum(row.pictures for row in (*told.devices, told.others)) == len(records)
    assert len(told.devices) == DEVICES
    assert told.more == len({r.data["model"] for r in records}) - DEVICES
    dated = Counter(r.data["taken"][:7] for r in records if "taken" in r.data)
    months = Counter()
    for row in (*told.devices, told.others):
        for month, count in row.months:
            months[f"{month // 12}-{month % 12 + 1:02}"] += count
    assert months == dated
    near = {place: name for name, place in CITIES.items()}
    by_city = Counter(
        near[place["latitude"], place["longitude"]]
        for r in records
        if (place := r.data.get("gps", {})).get("latitude") in {c[0] for c in CITIES.values()}
    )
    assert dict(told.countries) == by_city
    broken = sum(r.data.get("gps", {}).get("latitude") == 1e308 for r in records)
    assert broken
    assert sum(count for _, count in told.unassigned) == broken
    assert not any("\u202e" in row.device for row in told.devices)


@pytest.mark.parametrize(
    ("taken", "month"),
    [
        ("2024-03-01T10:00:00+02:00", 2024 * 12 + 2),
        ("1999-12-31T23:59:59.123", 1999 * 12 + 11),
        ("1904-01-01T00:00:00", -1),
        ("2024-13-01T00:00:00", -1),
        ("9999-99", -1),
        (20240301, -1),
        (None, -1),
    ],
)
def test_a_month_is_told_only_of_a_time_that_can_be_one(taken, month):
    assert month_of(taken) == month


def test_programs_are_counted_once_a_picture(made):
    told = {(kind, name): count for kind, name, count in found(made).programs}
    with_editor = {f.sha256 for f in made.find(Finding, kind=evidence.EDITOR)}
    assert told["program for editing", "Zz Editor"] == len(with_editor)


def test_progress_is_what_people_said(own, settings):
    with writing(own, settings) as store:
        before = progress(store)
        assert (before.graded, before.waits, before.outcomes) == (0, 0, ())
        tasks = [task.sha256 for task in store.find(Task, order=("step", "turn"), limit=3)]
        said = Said("zz-reason", "Zz A", "zz-a")
        decide(store, Wanted((tasks[0],)), "identified", said)
        decide(store, Wanted((tasks[1],)), "no_real_person_found", said)
        remark(store, WHO, Told(OUTCOME, "case closed", reason="zz words"))
        told = progress(store)
    assert dict(told.states) == {"identified": 1}
    assert (told.waits, told.disputed, told.graded) == (1, 0, 2)
    assert [one.says for one in told.outcomes] == ["case closed: zz words"]


def test_the_processing_is_that_of_the_account(demo):
    told = processed(demo)
    entries = {entry.exhibit: entry for entry in account(demo)}
    assert [one.exhibit for one in told.exhibits] == sorted(entries)
    assert sum(count for _, count in told.errors) == sum(e.gaps for e in entries.values())
    assert told.planted == told.found > 0
    stages = {stage.name: stage for stage in told.stages}
    assert stages["contents read in"].done == len({*(i.sha256 for i in demo.find(Item))})
    lists = stages["lists matched with all contents"]
    assert lists.done == lists.of > 0
    assert told.open == ()


def test_an_empty_case_has_an_overview(tmp_path):
    store = STORES.get("folder")(tmp_path / "case", signer())
    told = Board(store).now(WAIT)
    store.close()
    assert told.is_whole
    assert not told.failed
    assert told.counted.files == told.placed.waiting == told.progress.graded == 0
    assert told.found.positions == 0
    assert told.processed.exhibits == ()


def test_nothing_is_counted_again_while_nothing_changes(made):
    asked = []
    parts = {"counted": Part((Item,), lambda _: asked.append(1))}
    clock = iter(range(0, 100_000, 1000))
    board = Board(made, parts, lambda: float(next(clock)))
    for _ in range(3):
        board.now(WAIT)
        _ended(board)
    assert asked == [1]


def test_what_changed_is_counted_anew_but_not_at_every_request(tmp_path):

    store = STORES.get("folder")(tmp_path / "case", signer())
    clock = [0.0]
    board = Board(store, {"counted": PARTS["counted"]}, lambda: clock[0])
    assert board.now(WAIT).counted.contents == 0
    with store.act("zz", "intake") as act:
        act.put([item(1)])
    board.now(WAIT)
    _ended(board)
    assert board.now(WAIT).counted.contents == 0
    clock[0] = 6.0
    told = board.now(WAIT)
    assert told.counted.contents == 0
    assert told.counting
    _ended(board)
    assert board.now(WAIT).counted.contents == 1
    store.close()


def test_a_request_waits_for_no_long_count(made):
    go = threading.Event()
    board = Board(made, {"counted": Part((Item,), lambda _: go.wait(WAIT))})
    began = datetime.now(UTC)
    told = board.now(0.05)
    assert datetime.now(UTC) - began < timedelta(seconds=5)
    assert told.counted is None
    assert told.counting
    go.set()
    _ended(board)
    assert board.now(0.0).counted is True


@pytest.mark.parametrize(
    ("error", "says"),
    [(CaseError("zz says why", ""), "zz says why"), (ValueError("zz"), "ValueError")],
)
def test_a_count_that_fails_says_so_and_others_go_on(made, error, says):
    def fails(_store):
        raise error

    board = Board(made, {"placed": Part((Task,), lambda _: 7), "counted": Part((Item,), fails)})
    told = board.now(WAIT)
    assert told.placed == 7
    assert says in told.failed
    assert told.counted is None


def test_a_run_that_is_on_is_told(own, settings):
    with writing(own, settings, run=False) as store:
        assert not Board(store).now(WAIT).is_run_on
    with writing(own, settings) as store:
        assert Board(store).now(WAIT).is_run_on


def test_a_hostile_remark_is_kept_as_it_is(own, settings):
    with writing(own, settings) as store:
        with store.act("zz", "remark") as act:
            told = ("m-1", "outcome", "", "", HOSTILE, "", "", "zz", HOSTILE, "2026-01-01T00:00:00")
            act.put([Remark(*told)])
        assert progress(store).outcomes[0].says == HOSTILE


def _ended(board):
    if board._thread is not None:
        board._thread.join(WAIT)


def test_closing_ends_a_count_row_by_row(made):
    going, go = threading.Event(), threading.Event()

    def count(store):
        for number, _ in enumerate(store.find(Item)):
            if number == 3:
                going.set()
                go.wait(WAIT)
            assert number < 5

    board = Board(made, {"counted": Part((Item,), count)})
    board.now(0.0)
    assert going.wait(WAIT)
    closing = threading.Thread(target=board.close)
    closing.start()
    board._ended.wait(WAIT)
    go.set()
    closing.join(WAIT)
    assert board._thread is None
    told = board.now(WAIT)
    assert (told.counted, told.failed, told.counting) == (None, "", False)
