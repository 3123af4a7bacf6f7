"""The columns are what the records say, archives and odd names and strangers included."""

import pytest

from fanal.model.item import Item, Place
from fanal.model.review import Task
from fanal.pipeline.order_facts import gather
from makers.cases import opened
from makers.ordering import STATES, Scene, name, ordered


@pytest.fixture
def store(tmp_path):
    with_store = opened(tmp_path / "case")
    yield with_store
    with_store.close()


def gathered(store, made):
    made.write(store)
    found = gather(store)
    return found.facts, {sha256: at for at, sha256 in enumerate(found.names)}


def test_an_archive_is_a_folder_and_so_is_each_folder_in_it(store):
    made = Scene()
    made.add(1, "desk/box.zip!/in/deep")
    made.add(2, "desk/box.zip!/in")
    made.add(3, "desk/box.zip!")
    made.add(4, "desk")
    facts, at = gathered(store, made)
    held = {}
    for content, folder in zip(*facts.folders, strict=True):
        held.setdefault(int(folder), set()).add(int(content))
    one, two, three, four = (at[name(number)] for number in (1, 2, 3, 4))
    assert sorted(map(sorted, held.values())) == sorted(
        map(sorted, ({one, two, three}, {one}, {two}, {three}, {four}))
    )


@pytest.mark.parametrize("origin", STATES)
def test_what_an_opinion_says_in_columns(store, origin):
    made = Scene()
    made.add(1, origin=origin)
    facts, _ = gathered(store, made)
    told = (bool(facts.camera[0]), bool(facts.marked[0]), bool(facts.input[0]))
    assert (
        told
        == {
            "camera": (True, False, False),
            "marked": (False, True, False),
            "made": (False, True, True),
            "signed": (False, True, False),
            "altered": (False, False, True),
            "conflicting": (False, False, True),
        }[origin]
    )


def test_names_that_are_no_text_and_copies_count_once(store):
    made = Scene()
    made.add(1, ("desk/a", "desk/b", "phone/a"))
    sha256 = name(1)
    for path in (b"\xff\xfe/1.jpg", b"\xff\xfe/2.jpg"):
        made.records.append(Place("phone", path, "", sha256, path, None, "1"))
    facts, _ = gathered(store, made)
    assert facts.exhibits == ["desk", "phone"]
    assert [one.tolist() for one in facts.places] == [[0, 0], [0, 1]]
    assert len(facts.folders[0]) == 4
    assert facts.exhibit_of.tolist() == [0, 0, 1, 1]


def test_what_lies_nowhere_has_no_place(store):
    made = Scene()
    made.add(1)
    made.records.append(Item("0" * 64, "0" * 40, "0" * 32, 1, "image/jpeg"))
    made.write(store)
    assert [task.sha256 for task in ordered(store)] == [name(1)]
    assert store.count(Task) == 1


def test_records_of_strangers_change_nothing(store):
    made = Scene()
    made.add(1)
    stranger = Scene()
    stranger.add(2, "desk/a", kind="illegal", origin="camera", device="zz")
    stranger.series("s-1", 1, 2)
    stranger.made(2, 1)
    stranger.made(1, 2)
    made.records += [one for one in stranger.records if type(one) is not Item]
    facts, _ = gathered(store, made)
    assert facts.count == 1
    assert not facts.grave.any()
    assert len(facts.made[0]) == 0
    (task,) = ordered(store)
    assert (task.sha256, task.step) == (name(1), 2)
