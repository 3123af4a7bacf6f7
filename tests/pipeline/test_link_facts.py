from contextlib import closing

import pytest

from fanal.model import evidence
from fanal.model.item import Place
from fanal.model.series import Link
from fanal.pipeline.link_facts import Beside, runs_of, sessions_of, sides_of
from fanal.series.sides import CAMERA, GENERATOR, INPUT
from makers.cases import opened
from makers.linked import content
from makers.linked_case import finding, made, picture, shot


@pytest.fixture
def store(tmp_path):
    with closing(opened(tmp_path / "case")) as made_store:
        yield made_store


def write(store, *records):
    with store.act("zz", "intake") as act:
        act.put(records)


def test_streams_go_side_by_side():
    rows = Beside([("a", 1), ("a", 2), ("c", 3)])
    assert [rows.upto(one) for one in "abcd"] == [[("a", 1), ("a", 2)], [], [("c", 3)], []]


def test_a_camera_comes_before_an_input_and_an_input_before_a_record(store):
    write(
        store,
        made(0, 71_000_000),
        made(1, 71_000_000),
        finding(1, evidence.INPUT),
        made(2, 71_000_000),
        finding(2, evidence.INPUT),
        finding(2, evidence.NOISE, device="zz"),
        finding(3, evidence.CREDENTIAL, camera_capture=True),
        finding(4, evidence.CREDENTIAL, camera_capture=False),
        finding(5, evidence.STRUCTURE),
        made(6, 71_000_000),
        shot(6, "2025-03-01T10:00:00"),
        shot(7, "2025-03-01T10:00:00"),
        shot(8, "2025-03-01T10:00:00", serial="88ab34"),
    )
    sides, taken = sides_of(store)
    named = {number: sides.get(content(number), 0) for number in range(9)}
    assert [named[number] for number in range(6)] == [GENERATOR, INPUT, CAMERA, CAMERA, 0, CAMERA]
    assert named[6] == named[7] > INPUT
    assert named[8] not in (named[7], CAMERA)
    assert taken[content(6)] == 1_740_823_200


def test_a_camera_without_a_serial_number_has_a_session_an_exhibit(store):
    def copied(number, *exhibits):
        name = b"zz%d" % number
        return [Place(one, name, "", content(number), name, None, "") for one in exhibits]

    plain = {"serial": ""}
    write(
        store,
        *copied(0, "desk"),
        *copied(1, "phone"),
        *copied(2, "desk", "phone"),
        *(shot(number, f"2025-03-01T10:00:0{number}", **plain) for number in range(3)),
    )
    pairs = {frozenset((link.a, link.b)) for link in sessions_of(store).links()}
    assert pairs == {frozenset((content(one), content(2))) for one in (0, 1)}


def test_what_is_no_picture_is_in_no_run(store):
    write(store, *picture(0, "model-1.png"), *picture(1, "model-2.png"))
    name = b"model-3.png"
    write(store, Place("zz-desk", name, "", content(2), name, "2025-03-01T10:00:00+00:00", "1"))
    found = [one for gathered in runs_of(store, {}, {}) for one in gathered.found()]
    links = [one for one in found if isinstance(one, Link)]
    assert {link.how for link in links} == {"folder run", "written together"}
    assert all({link.a, link.b} == {content(0), content(1)} for link in links)
