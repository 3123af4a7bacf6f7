import os
import random
from contextlib import closing

import numpy as np
import pytest

from fanal.content.keypoints import find, installed, pack
from fanal.demo.draw import scene
from fanal.demo.marking import png_with
from fanal.engines import ENGINES
from fanal.model import evidence
from fanal.model.failure import Failure
from fanal.model.item import Exhibit, Place
from fanal.model.series import (
    MADE_FROM,
    SAME_DEVICE,
    SAME_PICTURE,
    SAME_PLACE,
    SAME_SESSION,
    SAME_SETUP,
    Link,
    Tie,
)
from fanal.pipeline import link
from fanal.pipeline.account import lines
from fanal.pipeline.intake import intake
from fanal.pipeline.link import link_all
from fanal.pipeline.progress import Silent
from fanal.settings import Settings
from makers.cases import opened
from makers.evidence import corpus, fill
from makers.kept import kept
from makers.linked import content, groups
from makers.linked_case import PROMPT, every_way, finding, fingerprint, made, picture, shot
from makers.pictures import opened as opened_picture
from makers.pictures import png


@pytest.fixture
def store(tmp_path):
    with closing(opened(tmp_path / "case")) as made_store:
        yield made_store


def write(store, *records):
    with store.act("zz", "intake") as act:
        act.put(records)


def linked(store):
    return link_all(store, Settings(), "zz", Silent())


def pairs(store, kind):
    number = {content(one): one for one in range(40)}
    return {
        (*sorted((number[one.a], number[one.b])), one.how) for one in store.find(Link, kind=kind)
    }


def tied(store, kind):
    number = {content(one): one for one in range(40)}
    found = {}
    for one in store.find(Tie, kind=kind):
        found.setdefault(one.common, set()).add(number[one.sha256])
    return found


def test_each_way_of_belonging_together_is_found(store):
    write(store, *every_way())
    assert linked(store)
    assert pairs(store, SAME_PICTURE) == {(0, 1, "pdq")}
    assert pairs(store, SAME_SESSION) == {(2, 3, "session"), (4, 5, "folder run")}
    assert pairs(store, SAME_SETUP) == {(6, 7, "seed run")}
    assert pairs(store, MADE_FROM) == {(8, 9, "init image")}
    assert tied(store, SAME_DEVICE) == {"ZZ, serial number 77AB12": {2, 3}}
    assert list(tied(store, SAME_PLACE).values()) == [{2, 3}]
    assert list(tied(store, SAME_SETUP).values()) == [{6, 7}]
    (made_from,) = store.find(Link, kind=MADE_FROM)
    assert (made_from.a, made_from.b, made_from.joins) == (content(8), content(9), False)


def test_every_store_gives_the_same(store, tmp_path):
    other = kept("postgres", tmp_path / "other").open()
    with closing(other):
        for one in (store, other):
            write(one, *every_way())
            linked(one)
            write(one, *picture(10, "c/new.jpg", like=0, bits=(4,)), made(10, 71_000_008))
            linked(one)
            assert not linked(one)
        for kind in (Link, Tie):
            assert list(store.find(kind, order=kind.KEY)) == list(other.find(kind, order=kind.KEY))


def test_a_second_run_writes_nothing(store):
    assert not linked(store)
    write(store, *every_way())
    assert linked(store)
    acts = len(list(store.history()))
    assert not linked(store)
    assert len(list(store.history())) == acts


def test_only_what_hangs_on_a_change_is_made_anew(store):
    write(store, *every_way())
    linked(store)
    before = max(leaf.number for leaf in store.history())
    write(store, finding(4, evidence.TRACE))
    assert not linked(store)
    write(store, finding(5, evidence.NOISE, device="zz-phone"))
    assert linked(store)
    written = {
        leaf.details["links"]
        for leaf in store.history()
        if leaf.number > before and leaf.verb == "link"
    }
    assert written == {SAME_SESSION, SAME_DEVICE, SAME_SETUP}


def test_what_is_made_anew_takes_the_place_of_what_was(store):
    write(store, *every_way())
    linked(store)
    write(store, finding(4, evidence.INPUT, role="init"), made(5, 99_000_000))
    linked(store)
    assert (4, 5, "folder run") not in pairs(store, SAME_SESSION)
    assert (2, 3, "session") in pairs(store, SAME_SESSION)


def test_new_pictures_are_linked_with_the_old_and_old_links_stay(store):
    write(store, *every_way())
    linked(store)
    write(store, *picture(10, "c/new.jpg", like=0, bits=(4,)), *picture(11, "c/other.jpg"))
    before = set(pairs(store, SAME_PICTURE))
    assert linked(store)
    assert pairs(store, SAME_PICTURE) > before
    joined = groups(store.find(Link, kind=SAME_PICTURE), 12)
    assert frozenset({0, 1, 10}) in joined
    assert frozenset({11}) in joined


def test_local_points_are_compared_where_they_are_there(store):
    if not installed():
        pytest.skip("opencv-python-headless is not installed")
    whole = scene(random.Random(1), 1024, 768)
    part = whole.crop((200, 100, 900, 700))
    write(store, *every_way())
    for number, shown in ((0, whole), (4, part)):
        plane = np.asarray(shown.convert("L"))
        write(store, finding(number, evidence.FEATURES, points=pack(find(plane))))
    write(store, finding(5, evidence.FEATURES, points="zz"))
    assert linked(store)
    assert (0, 4, "features") in pairs(store, SAME_PICTURE)
    assert (0, 1, "pdq") in pairs(store, SAME_PICTURE)
    assert not linked(store)


def test_other_rules_make_all_links_anew(store, monkeypatch):
    write(store, *every_way())
    linked(store)
    first = {kind: pairs(store, kind) for kind in (SAME_PICTURE, SAME_SESSION, SAME_SETUP)}
    monkeypatch.setattr(link, "RULES", "zz")
    assert linked(store)
    assert {kind: pairs(store, kind) for kind in first} == first


def test_low_quality_and_pictures_in_animations_join_nothing(store):
    write(
        store,
        *picture(0, "a.jpg"),
        *picture(1, "b.jpg"),
        fingerprint(2, like=0, quality=49),
        fingerprint(3, like=1, frame=7),
    )
    linked(store)
    (found,) = store.find(Link, kind=SAME_PICTURE)
    assert (found.how, found.joins) == ("pdq frame", False)


def test_a_forged_record_drowns_no_photograph(store):
    flood = [
        record
        for number in range(5)
        for record in (
            *picture(number, f"run/zz-{number}.png", like=number),
            made(number, 71_000_000 + number),
        )
    ]
    write(store, *flood, shot(2, "2025-03-01T10:00:00"))
    linked(store)
    whole = groups(store.find(Link), 5)
    assert frozenset({2}) in whole
    assert len(max(whole, key=len)) >= 2
    assert any(2 in held for held in tied(store, SAME_SETUP).values())


def test_no_word_of_a_prompt_or_name_of_a_person_is_written(store):
    write(store, *every_way())
    linked(store)
    told = repr([*store.find(Link), *store.find(Tie)]) + repr(list(store.history()))
    assert not [word for word in ("zzhouse", "zzneutral", "zzperson") if word in told]


def test_a_serial_number_that_ties_nothing_is_in_the_account_once(store):
    for number in (0, 1):
        write(
            store,
            *picture(number, f"{number}x.jpg"),
            shot(number, "2025-03-01T10:00:00", serial="0000"),
        )
    linked(store)
    write(store, *picture(2, "2x.jpg"), shot(2, "2025-03-01T11:00:00", serial="0000"))
    linked(store)
    (told,) = store.find(Failure, reason=link.REFUSED)
    assert "3 pictures" in told.detail
    assert link.REFUSED in {line.reason for line in lines(store)}
    assert not list(store.find(Tie, kind=SAME_DEVICE))


def test_hostile_records_are_read(store):
    odd = {
        "seed": 1 << 70,
        "size": ["x"],
        "model_hashes": "zz",
        "init_image_hash": [7],
        "editor": [1],
    }
    camera = {
        "serial": "9" * 10_000,
        "model": "a\x1bb",
        "taken": "2099-13-45",
        "gps": {"latitude": "x"},
    }
    write(
        store,
        *picture(0, "\x1b[2J\n(3).png", "0000-00-00T00:00:00"),
        *picture(1, "x" * 60_000 + "1.png", "2099-01-01T00:00:00"),
        finding(0, evidence.RECORD, **odd),
        finding(1, evidence.CAMERA, **camera),
        finding(1, evidence.CREDENTIAL, active=7, graph=[{"reached": True, "ingredients": []}]),
        finding(1, evidence.NOISE),
    )
    linked(store)
    assert all(tie.says.isprintable() and tie.common.isprintable() for tie in store.find(Tie))


def read(store, exhibits):
    settings = Settings(engine="inline")
    engine = ENGINES.get("inline")(settings)
    try:
        found = [Exhibit(name, os.fsencode(path)) for name, path in exhibits.items()]
        intake(store, engine, settings, found, Silent())
    finally:
        engine.close()


def test_what_one_body_took_is_tied_and_its_bursts_are_joined(store):
    bodies = ("Nikon_D70_0", "Nikon_D70s_1")
    read(store, {one: corpus(f"prnu/{one}") for one in bodies})
    linked(store)
    body = {place.sha256: place.exhibit for place in store.find(Place)}
    ties: dict[str, set[str]] = {}
    for tie in store.find(Tie, kind=SAME_DEVICE):
        ties.setdefault(tie.common, set()).add(body[tie.sha256])
    assert sorted(map(sorted, ties.values())) == [[one] for one in bodies]
    session = list(store.find(Link, kind=SAME_SESSION))
    assert all(body[one.a] == body[one.b] for one in session)
    assert {one.how for one in session} >= {"burst", "session"}


def test_a_run_of_a_generator_is_found_in_its_files(store, tmp_path):
    def text(seed):
        told = f"Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: {seed}, Size: 160x120"
        return f"{PROMPT}\n{told}, Model hash: 45a21ea00a, Model: zz, Version: v1.10.1"

    seeds = {"a": 71_000_001, "b": 71_000_002, "c": 71_000_004, "d": 90_000_000}
    files = {
        name.encode() + b".png": png_with(
            opened_picture(png(160, 120, number)), {"parameters": text(seed)}
        )
        for number, (name, seed) in enumerate(seeds.items())
    }
    read(store, {"desk": fill(tmp_path / "desk", files)})
    linked(store)
    name = {place.sha256: place.name[:1].decode() for place in store.find(Place)}
    runs = {tuple(sorted((name[one.a], name[one.b]))) for one in store.find(Link, kind=SAME_SETUP)}
    assert runs == {("a", "b"), ("b", "c")}
