"""A signed rule file raises what it names, says so, and is checked at every order."""

import dataclasses

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fanal.errors import CaseError, UsageError
from fanal.model.review import Priorities
from fanal.pipeline.order import is_current
from fanal.pipeline.priorities import (
    SignedFile,
    clear_priorities,
    current,
    set_priorities,
    spelled,
    unknown,
)
from makers.cases import opened
from makers.ordering import Scene, anew, name, ordered

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


@pytest.fixture
def store(tmp_path):
    with_store = opened(tmp_path / "case")
    made = Scene()
    for number in range(6):
        made.add(number, f"desk/{number}")
    made.add(6, "phone/a")
    made.add(7, kind="harmless")
    made.add(8, kind="illegal", victim=True)
    gps = {"latitude": 48.51, "longitude": -3.25}
    made.add(9, serial="ZZ0001")
    made.add(10, "desk/place", gps=gps)
    made.add(11, "desk/place", kind="harmless", gps=gps)
    made.write(with_store)
    ordered(with_store)
    yield with_store
    with_store.close()


def signed(tmp_path, text):
    """Write a rule file, its signature and the key."""
    given = SignedFile(*(tmp_path / one for one in ("zz.toml", "zz.sig", "zz.pem")))
    given.rules.write_text(text, "utf-8")
    given.signature.write_bytes(KEY.sign(text.encode()))
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    given.key.write_bytes(pem)
    return given


def let(store, tmp_path, text):
    set_priorities(store, "zz", signed(tmp_path, f'name = "zz rules"\n{text}'))
    assert not is_current(store)
    return {task.sha256: task for task in ordered(store)}


@pytest.mark.parametrize(
    ("text", "number", "step", "words"),
    [
        ('exhibits = ["phone"]', 6, 2, "on exhibit phone"),
        ('serials = ["ZZ0001"]', 9, 2, "by the camera with serial number ZZ0001"),
        ('lists = ["zz illegal"]', 8, 7, "on list zz illegal"),
        (
            "[[place]]\nname='zz pier'\nlatitude=48.5\nlongitude=-3.25\nradius=1500",
            10,
            1,
            "within 1,500 m of zz pier",
        ),
    ],
)
def test_what_a_file_names_comes_first_and_says_so(store, tmp_path, text, number, step, words):
    tasks = let(store, tmp_path, text)
    task = tasks[name(number)]
    assert (task.step, task.turn) == (step, 1)
    assert f"first by the rule file 'zz rules': {words}" in task.reason
    assert sum("rule file" in one.reason for one in tasks.values()) == 1 + (step == 1)


def test_a_place_raises_nothing_out_of_what_a_list_sets_aside(store, tmp_path):
    place = "[[place]]\nname='zz pier'\nlatitude=48.5\nlongitude=-3.25\nradius=1500"
    tasks = let(store, tmp_path, place)
    assert (tasks[name(11)].step, tasks[name(11)].turn) == (8, 1)


def test_no_rule_file_lowers_a_step_or_hides_anything(store, tmp_path):
    before = {task.sha256: task.step for task in ordered(store)}
    tasks = let(store, tmp_path, 'order = ["camera", "spread"]\nlists = ["zz harmless"]')
    assert {sha256: task.step for sha256, task in tasks.items()} == before


def test_the_newest_counts_and_clearing_brings_the_house_back(store, tmp_path):
    before = ordered(store)
    let(store, tmp_path, 'exhibits = ["phone"]')
    tasks = let(store, tmp_path, 'serials = ["ZZ0001"]')
    assert "rule file" not in tasks[name(6)].reason
    again = let(store, tmp_path, 'exhibits = ["phone"]')
    assert again[name(6)].turn == 1
    assert store.count(Priorities) == 2
    clear_priorities(store, "zz")
    assert ordered(store) == before
    assert current(store)[0] is None
    assert clear_priorities(store, "zz") == ""


def test_the_sample_is_as_large_as_the_file_says(store, tmp_path):
    tasks = let(store, tmp_path, "blind = 0.9")
    assert sum(task.reason == "drawn at random" for task in tasks.values()) == 3


def test_a_file_that_was_changed_in_the_case_stops_the_order(store, tmp_path):
    let(store, tmp_path, 'exhibits = ["phone"]')
    (kept,) = store.find(Priorities)
    changed = dataclasses.replace(kept, sha256="0" * 64, text=kept.text.replace("phone", "desk"))
    with store.act("zz", "priorities", set=changed.sha256) as act:
        act.put([changed])
    with pytest.raises(CaseError, match="cannot be trusted any more"):
        anew(store)
    with store.act("zz", "priorities", set="1" * 64):
        pass
    with pytest.raises(CaseError, match="not in the case"):
        anew(store)


def test_what_is_not_signed_by_the_key_is_not_set(store, tmp_path):
    given = signed(tmp_path, 'name = "zz"')
    given.rules.write_text('name = "zz" ', "utf-8")
    with pytest.raises(UsageError, match="signature"):
        set_priorities(store, "zz", given)
    given.key.write_text("zz")
    with pytest.raises(UsageError, match="no public Ed25519 key"):
        set_priorities(store, "zz", given)
    with pytest.raises(UsageError, match="cannot be read"):
        set_priorities(store, "zz", dataclasses.replace(given, rules=tmp_path / "none"))
    assert is_current(store)


def test_what_is_named_and_not_there_is_told(store, tmp_path):
    let(store, tmp_path, 'exhibits = ["zz-9"]\nlists = ["zz more"]\ndays = 800')
    _, rules = current(store)
    assert unknown(store, rules) == ["exhibit zz-9", "list zz more"]
    assert spelled(rules) == [
        "name: zz rules",
        "recent: taken 800 days before the intake at most",
        "first: exhibit zz-9",
        "first: on list zz more",
    ]
