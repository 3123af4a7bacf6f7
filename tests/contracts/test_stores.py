"""What every store must do: one suite, run over each that is registered."""

import threading
from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.custody.sign import is_signed
from fanal.errors import CaseError
from fanal.model.finding import Seen
from fanal.model.item import Exhibit, Item, Place
from fanal.model.known import Match, MatchRun
from fanal.model.review import Task
from fanal.stores import STORES
from fanal.stores.interface import Measure
from fanal.stores.rows import KINDS
from makers.cases import digest, item, of_every_kind, place, seen
from makers.kept import kept
from makers.records import any_record

MANY = 1203


@pytest.fixture(params=STORES.names())
def name(request):
    return request.param


@pytest.fixture
def place_of_case(name, tmp_path):
    return kept(name, tmp_path / "case")


@pytest.fixture
def store(place_of_case):
    made = place_of_case.open()
    yield made
    made.close()


@pytest.fixture(scope="module", params=STORES.names())
def filled(request, tmp_path_factory):
    """A case with more records than one statement carries, written in mixed order."""
    made = kept(request.param, tmp_path_factory.mktemp("filled") / "case").open()
    for start in range(3):
        with made.act("zz", "fill") as act:
            act.put(item(n) for n in range(start, MANY, 3))
            act.put(place(n, n % 2) for n in range(start, MANY, 3))
    yield made
    made.close()


class StoppedError(Exception):
    """Stops a block."""


def test_columns_come_as_they_are_kept(filled):
    told = list(filled.columns(Place, "sha256", "path", order=("sha256",), exhibit="zz-1"))
    places = filled.find(Place, order=("sha256",), exhibit="zz-1")
    assert told == [(found.sha256, found.path) for found in places]
    assert told
    some = {"sha256": [digest("sha256", number) for number in range(0, MANY, 2)]}
    among = list(filled.columns(Place, "path", "sha256", order=("path", "sha256"), among=some))
    assert among == sorted(among)
    assert len(among) == len(list(filled.find(Place, among=some))) > 500


def test_every_kind_comes_back(store):
    written = [record for number in range(3) for record in of_every_kind(number)]
    with store.act("zz", "write") as act:
        assert act.put(written) == len(written)
    for kind in KINDS:
        wanted = [record for record in written if type(record) is kind]
        assert list(store.find(kind, order=kind.KEY)) == sorted(
            wanted, key=lambda record: [getattr(record, name) for name in type(record).KEY]
        )


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(any_record(), max_size=12))
def test_whatever_is_written_is_found_and_verifies(name, tmp_path_factory, records):
    place_of_case = kept(name, tmp_path_factory.mktemp("any") / "case")
    made = place_of_case.open()
    with made.act("zz", "write") as act:
        new = act.put(records)
    by_key = {}
    for record in records:
        key = tuple(getattr(record, name) for name in type(record).KEY)
        by_key.setdefault((type(record), key), record)
    assert new == len(by_key)
    for kind in KINDS:
        wanted = [record for (of, _), record in by_key.items() if of is kind]
        found = list(made.find(kind))
        assert len(found) == len(wanted)
        assert all(record in wanted for record in found)
    made.close()
    report = place_of_case.report()
    # The files that a drawn list, device or dataset names are not there; nothing else may differ.
    named = ("lists/", "devices/", "datasets/")
    assert [line for line in report.problems if not line["where"].startswith(named)] == []
    assert (report.records, report.leaves) == (len(by_key), 1)


def test_what_is_there_already_stays_as_it_was(store):
    first = place(1)
    with store.act("zz", "first") as act:
        assert act.put([first, first, place(2)]) == 2
    other = Place(first.exhibit, first.path, first.inside, first.sha256, b"other", None, "other")
    with store.act("zz", "second") as act:
        assert act.put([other, place(3), place(2)]) == 1
        assert act.put([place(3)]) == 0
    assert list(store.find(Place, path=first.path)) == [first]
    first_leaf, second_leaf = store.history()
    assert first_leaf.records["place"]["count"] == 2
    assert second_leaf.records["place"]["count"] == 1


def test_nothing_is_written_if_the_block_raises(store):
    with store.act("zz", "kept") as act:
        act.put([item(1)])
    before = store.head()
    with suppress(StoppedError), store.act("zz", "lost") as act:
        act.put([item(2), place(2)])
        act.drop(Item)
        raise StoppedError
    assert list(store.find(Item)) == [item(1)]
    assert store.count(Place) == 0
    assert store.head() == before
    with store.act("zz", "next") as act:
        assert act.number == 2
    assert [leaf.verb for leaf in store.history()] == ["kept", "next"]


def test_nothing_is_written_if_a_record_cannot_be(store):
    too_large = Item("s", "s", "m", 2**70, "zz")
    with pytest.raises((CaseError, OverflowError)), store.act("zz", "lost") as act:
        act.put([item(1), too_large])
    assert (store.count(Item), list(store.history())) == (0, [])


def test_whole_acts_are_dropped_and_the_leaf_says_so(store):
    for list_name in ("zz-a", "zz-b"):
        with store.act("zz", "match") as act:
            matches = [
                Match(digest("sha256", n), list_name, "harmless", "md5", 0, n) for n in range(4)
            ]
            act.put([*matches, MatchRun(list_name, 31, turns=False, upto=1)])
    with store.act("zz", "anew") as act:
        assert act.drop(Match, list="zz-a") == 4
        assert act.drop(Match, list="zz-none") == 0
        assert act.put([Match(digest("sha256", 1), "zz-a", "harmless", "md5", 0, 9)]) == 1
    assert {match.list for match in store.find(Match)} == {"zz-a", "zz-b"}
    assert store.count(Match, list="zz-a") == 1
    assert store.count(MatchRun) == 2
    assert [leaf.drops for leaf in store.history()] == [(), (), (("match", 1),)]


def test_a_part_of_an_act_cannot_be_dropped(store):
    with store.act("zz", "write") as act:
        act.put([Task(digest("sha256", n), n, 1, "zz", "zz") for n in range(5)])
    with pytest.raises(CaseError), store.act("zz", "anew") as act:
        act.drop(Task, step=2)
    assert store.count(Task) == 5
    assert len(list(store.history())) == 1


def test_an_act_may_drop_what_it_wrote_itself(place_of_case, store):
    task = Task(digest("sha256", 1), 1, 1, "zz", "zz")
    with store.act("zz", "order") as act:
        act.put([task, item(1)])
        assert act.drop(Task) == 1
        assert act.put([task]) == 1
    (leaf,) = store.history()
    assert (leaf.records["task"]["count"], leaf.drops) == (1, ())
    store.close()
    assert place_of_case.report().problems == []


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"order": ("sha256",)},
        {"order": ("media_type", "size"), "limit": 700},
        {"order": ("size",), "limit": 1},
        {"media_type": "image/png", "order": ("md5",)},
        {"media_type": "image/png", "size": 103},
        {"media_type": "zz"},
    ],
    ids=str,
)
def test_finding_is_filtering_sorting_and_cutting(filled, asked):
    asked = dict(asked)
    order, limit = asked.pop("order", ()), asked.pop("limit", 0)
    wanted = [
        record
        for record in map(item, range(MANY))
        if all(getattr(record, name) == value for name, value in asked.items())
    ]
    wanted.sort(key=lambda record: [getattr(record, name) for name in order])
    found = list(filled.find(Item, order=order, limit=limit, **asked))
    if order:
        assert found == wanted[: limit or None]
    else:
        assert set(found) == set(wanted)
    assert filled.count(Item, **asked) == len(wanted)


@pytest.mark.parametrize("limit", [0, 3, 620])
@pytest.mark.parametrize("order", [("exhibit", "path"), ("modified", "path"), ("path",)], ids=str)
def test_records_among_many_values_come_in_order(filled, order, limit):
    paths = [place(n, n % 2).path for n in range(0, MANY, 2)] * 2 + [b"zz-none"]
    exhibits = {"zz-0", "zz-none"}
    among = {"path": iter(paths), "exhibit": iter(exhibits)}
    found = list(filled.find(Place, order=order, limit=limit, among=among))
    wanted = [place(n) for n in range(0, MANY, 2)]
    wanted.sort(key=lambda r: [(getattr(r, name) is not None, getattr(r, name)) for name in order])
    assert found == wanted[: limit or None]


def test_among_nothing_is_nothing(filled):
    assert list(filled.find(Item, among={"sha256": []})) == []
    assert list(filled.find(Item, among={"sha256": ["zz"], "md5": []})) == []
    assert len(list(filled.find(Item, among={}))) == MANY
    both = {"sha256": [item(1).sha256, item(1).sha256]}
    assert list(filled.find(Item, among=both)) == [item(1)]
    (found,) = filled.find(Place, modified=None, exhibit="zz-1", limit=1)
    assert (found.modified, found.exhibit) == (None, "zz-1")


def test_text_with_half_characters_is_found_again(place_of_case, store):
    with store.act("zz\udcff", "write", name="\udcff") as act:
        act.put([Exhibit("zz\udcff", b"/zz/\xff")])
    assert store.count(Exhibit, name="zz\udcff") == 1
    assert [e.root for e in store.find(Exhibit, among={"name": ["zz\udcff"]})] == [b"/zz/\xff"]
    (leaf,) = store.history()
    assert (leaf.actor, leaf.details) == ("zz\udcff", {"name": "\udcff"})
    store.close()
    assert place_of_case.report().problems == []


def test_what_later_acts_wrote_comes_oldest_first(filled):
    assert list(filled.since(Item, 3)) == []
    acts = [{item(n) for n in range(start, MANY, 3)} for start in range(3)]
    for after in range(3):
        found = list(filled.since(Item, after))
        for wanted in acts[after:]:
            assert set(found[: len(wanted)]) == wanted
            found = found[len(wanted) :]
        assert found == []


def test_a_tally_counts_every_combination(filled):
    wanted = Counter((item(n).media_type, 100 + n) for n in range(MANY))
    found = filled.tally(Item, "media_type", "size")
    assert {(media_type, size): n for media_type, size, n in found} == wanted
    types = [tuple(row) for row in filled.tally(Item, "media_type")]
    assert types == [("image/jpeg", MANY - MANY // 3), ("image/png", MANY // 3)]
    assert list(filled.tally(Task, "step")) == []


def test_the_last_act_is_that_of_any_of_the_kinds(store):
    assert store.last_act(Item, Place) == 0
    for record in (item(1), place(1), seen(1), item(2)):
        with store.act("zz", "write") as act:
            act.put([record])
    assert store.last_act(Item) == 4
    assert store.last_act(Place) == 2
    assert store.last_act(Place, Seen) == 3
    with store.act("zz", "drop") as act:
        act.drop(Seen)
    assert store.last_act(Place, Seen) == 2


def test_pending_is_what_that_version_has_not_seen(store):
    with store.act("zz", "write") as act:
        act.put(item(n) for n in range(1100))
        act.put(seen(n) for n in range(0, 1100, 2))
        act.put(seen(n, version="2") for n in range(3))
    all_of_them = [digest("sha256", n) for n in range(1100)] + ["zz-unknown"]
    odd = {digest("sha256", n) for n in range(1, 1100, 2)}
    assert store.pending("zz-look", "1", iter(all_of_them)) == odd | {"zz-unknown"}
    assert store.pending("zz-look", "2", all_of_them[:5]) == {digest("sha256", n) for n in (3, 4)}
    assert store.pending("zz-other", "1", all_of_them[:5]) == set(all_of_them[:5])
    assert store.pending("zz-look", "1", []) == set()


def test_a_file_is_unfinished_while_an_analyzer_has_not_seen_a_content_of_it(store):
    with store.act("zz", "write") as act:
        act.put(item(n) for n in range(4))
        act.put(place(n, copy) for n in range(4) for copy in range(2))
        act.put([seen(0), seen(1), seen(0, "zz-other"), seen(1, "zz-other", "2"), seen(2)])
    analyzers = {"zz-look": "1", "zz-other": "2"}
    wanted = {(place(n, copy).exhibit, place(n, copy).path) for n in (0, 2, 3) for copy in range(2)}
    assert set(store.unfinished(analyzers)) == wanted
    assert set(store.unfinished({})) == set()


def test_an_exhibit_is_measured_copies_included(store):
    with store.act("zz", "write") as act:
        act.put(item(n) for n in range(3))
        act.put([place(0), place(1), place(2), place(2, 1)])
        act.put([Place("zz-0", b"again", "", digest("sha256", 2), b"again", None, "")])
    sizes = 100 + 101 + 102 + 102
    assert list(store.measures()) == [Measure("zz-0", 4, 3, sizes), Measure("zz-1", 1, 1, 102)]


def test_history_tells_who_did_what(store):
    assert store.head() is None
    with store.act("zz-anna", "look", exhibit="zz", n=3) as act:
        act.note(more=[1, 2], n=4)
        act.put([item(1)])
    with store.act("zz-otto", "rest"):
        pass
    first, second = store.history()
    assert (first.number, first.actor, first.verb) == (1, "zz-anna", "look")
    assert first.details == {"exhibit": "zz", "n": 4, "more": [1, 2]}
    assert (second.number, second.records, second.drops) == (2, {}, ())
    assert first.time <= second.time
    head = store.head()
    message = f"fanal head\n{store.case_id}\n2\n{head.root}\n{head.time}\n".encode()
    assert head.size == 2
    assert is_signed(message, head.key, head.signature)


def test_a_second_writer_is_refused_and_a_reader_is_not(place_of_case, store):
    with store.act("zz", "write") as act:
        act.put([item(1)])
    with pytest.raises(CaseError, match="another run is writing"):
        place_of_case.open()
    reader = place_of_case.open(writing=False)
    assert list(reader.find(Item)) == [item(1)]
    reader.close()
    store.close()
    place_of_case.open().close()


def test_a_case_opened_for_reading_refuses_acts(place_of_case, store):
    store.close()
    reader = place_of_case.open(writing=False)
    with pytest.raises(CaseError, match="reading only"), reader.act("zz", "write"):
        pass
    reader.close()
    with pytest.raises(CaseError, match="reading only"), store.act("zz", "after closing"):
        pass


def test_where_there_is_no_case_there_is_nothing_to_read(place_of_case, tmp_path):
    with pytest.raises(CaseError, match="there is no case"):
        place_of_case.open(writing=False)
    assert list(tmp_path.iterdir()) == []


def test_a_case_keeps_its_name_and_its_log_over_many_runs(name, place_of_case):
    ids = set()
    for number in range(3):
        made = place_of_case.open()
        ids.add(made.case_id)
        with made.act("zz", "run") as act:
            assert act.number == number + 1
            act.put([item(number)])
        made.close()
        made.close()
    assert len(ids) == 1
    report = place_of_case.report()
    assert (report.problems, report.sealed, report.leaves) == ([], name != "postgres", 3)


def test_a_reader_sees_whole_acts_while_another_writes(place_of_case, store):
    ended, faults = threading.Event(), []

    def read() -> None:
        reader = place_of_case.open(writing=False)
        while not ended.is_set():
            with suppress(StopIteration):
                if reader.count(Item) % 50:
                    faults.append("a part of an act was seen")
                first = next(reader.find(Item, order=("sha256",)))
                assert first.size >= 100
        reader.close()

    with store.act("zz", "write"):
        pass
    thread = threading.Thread(target=read)
    thread.start()
    for act_number in range(30):
        with store.act("zz", "write") as act:
            for n in range(50):
                act.put([item(act_number * 50 + n)])
    ended.set()
    thread.join(20)
    assert not thread.is_alive()
    assert faults == []
    store.close()
    assert place_of_case.report().problems == []
