"""Pictures between those of the same camera, by number and by time."""

import hashlib
import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.origin.neighbours import NEAR, Neighbours, Sequences, Shot, named_time, shot_of


def sha(name: object) -> str:
    return hashlib.sha256(str(name).encode()).hexdigest()


def placed(*shots: tuple[int, float], stream: str = "zz") -> tuple[Neighbours, list[str]]:
    """Return the neighbours of shots of (number, time), and their names."""
    sequences = Sequences()
    names = [sha((stream, at, shot)) for at, shot in enumerate(shots)]
    for name, (number, when) in zip(names, shots, strict=True):
        sequences.add(Shot(name, stream, number, when))
    return sequences.sorted(), names


def test_a_picture_between_its_neighbours_fits():
    found, names = placed((101, 10.0), (102, 20.0), (103, 30.0))
    middle = found.of(names[1])
    assert (middle.fits, middle.differs) == (True, False)
    assert (middle.before, middle.after) == (names[0], names[2])
    assert (middle.before_number, middle.number, middle.after_number) == (101, 102, 103)
    assert middle.pictures == 3
    assert middle.says == "number 102 and time lie between those of the same camera's 101 and 103"


def test_the_first_and_the_last_have_a_neighbour_on_one_side():
    found, names = placed((101, 10.0), (102, 20.0), (103, 30.0))
    assert not found.of(names[0]).fits
    assert not found.of(names[0]).differs
    assert found.of(names[0]).before == ""
    assert found.of(names[2]).after == ""


def test_one_whose_time_was_set_differs_and_its_neighbours_do_not():
    shots = [(number, 10.0 * number) for number in range(100, 110)]
    shots[2] = (102, 10.0 * 107 + 5)  # its time lies between 107 and 108
    found, names = placed(*shots)
    odd = found.of(names[2])
    assert (odd.fits, odd.differs) == (False, True)
    assert (odd.before_number, odd.after_number) == (107, 108)
    assert "102 it does not" in odd.says
    for name in names[1:2] + names[3:9]:
        assert found.of(name).fits
        assert not found.of(name).differs


def test_a_counter_that_begins_anew_is_no_difference():
    shots = [(9990 + n, float(n)) for n in range(9)] + [(1 + n, 20.0 + n) for n in range(9)]
    found, names = placed(*shots)
    assert not any(found.of(name).differs for name in names)
    assert found.of(names[4]).fits
    assert not found.of(names[8]).fits  # what comes after it has a lower number
    assert not found.of(names[9]).fits
    assert found.of(names[13]).fits


def test_neighbours_far_away_say_nothing():
    found, names = placed((100, 1.0), (100 + NEAR + 1, 2.0), (100 + NEAR + 2, 3.0))
    assert not found.of(names[1]).fits
    assert found.of(names[1]).after_number == 100 + NEAR + 2


def test_cameras_are_kept_apart():
    sequences = Sequences()
    for at in range(10):
        sequences.add(Shot(sha(("a", at)), "a", 10 + at, float(at)))
        sequences.add(Shot(sha(("b", at)), "b", 5000 - at, float(at)))
    found = sequences.sorted()
    assert found.of(sha(("a", 5))).fits
    assert not found.of(sha(("b", 5))).fits
    assert found.of(sha(("a", 5))).pictures == 10


def test_two_contents_of_one_number_and_time_share_a_slot():
    found, names = placed((1, 1.0), (2, 2.0), (2, 2.0), (3, 3.0))
    for name in names[1:3]:
        assert found.of(name).fits
        assert found.of(name).copies == 1
    assert found.of(names[0]).copies == 0


def test_a_content_in_several_places_has_the_best_of_them():
    sequences = Sequences()
    for number in range(1, 6):
        sequences.add(Shot(sha(number), "zz", number, float(number)))
    sequences.add(Shot(sha(3), "another", 77, 3.0))
    assert sequences.sorted().of(sha(3)).fits


def test_unknown_contents_have_no_place():
    found, _ = placed((1, 1.0))
    assert found.of(sha("elsewhere")) is None
    assert Sequences().sorted().of(sha("elsewhere")) is None


RECORD = {"make": "zz", "model": "m", "taken": "2021-02-03T04:05:06.250+02:00"}


@pytest.mark.parametrize(
    ("more", "path", "way", "number"),
    [
        ({"shutter_count": 900, "file_number": 3}, "DSC_0003.JPG", "shutter_count", 900),
        ({"file_number": 1181861}, "x.jpg", "file number", 1181861),
        ({"file_number": 3, "folder_number": 102}, "x.jpg", "file number", 1020003),
        ({}, "DCIM/100CANON/IMG_0308.JPG", "name IMG_", 1000308),
        ({}, "pictures/DSC01234.JPG", "name DSC0", 1234),
        ({}, "P1000239.jpg", "name P100", 239),
    ],
)
def test_how_a_picture_is_numbered(more, path, way, number):
    shot = shot_of(sha(1), {**RECORD, **more}, path, "E1")
    assert shot.number == number
    assert shot.stream.split("\0")[-1] == way
    assert shot.time == 1612325106.25  # date -u -d '2021-02-03 04:05:06' +%s


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({}, "IMG_20210203_040506.jpg"),
        ({}, "holiday.jpg"),
        ({"taken": ""}, "IMG_0308.JPG"),
        ({"taken": "zz" * 10}, "IMG_0308.JPG"),
        ({"taken": None}, "IMG_0308.JPG"),
    ],
)
def test_who_has_no_number_or_no_time_has_no_place(more, path):
    assert shot_of(sha(1), {**RECORD, **more}, path, "E1") is None


def test_cameras_without_a_serial_number_are_kept_apart_by_exhibit():
    one, two = (shot_of(sha(1), RECORD, "IMG_0308.JPG", scope) for scope in ("E1", "E2"))
    assert one.stream != two.stream
    with_serial = {**RECORD, "serial": "47"}
    one, two = (shot_of(sha(1), with_serial, "IMG_0308.JPG", scope) for scope in ("E1", "E2"))
    assert one.stream == two.stream


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("IMG_20210203_040506.jpg", "2021-02-03T04:05:06"),
        ("PXL_20210203_040506789.jpg", "2021-02-03T04:05:06"),
        ("Screenshot 2021-02-03 04.05.06.png", "2021-02-03T04:05:06"),
        ("20210203_040506.jpg", "2021-02-03T04:05:06"),
        ("IMG_0308.JPG", ""),
        ("20211303_040506.jpg", ""),
        ("20210230_040506.jpg", ""),
        ("120210203040506.jpg", ""),
    ],
)
def test_times_that_names_spell(name, told):
    assert named_time(name) == told


@settings(max_examples=100, deadline=None)
@given(
    shots=st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 30).map(float)), min_size=1, max_size=40
    )
)
def test_what_holds_of_any_sequence(shots):
    found, names = placed(*shots)
    times = dict(zip(names, shots, strict=True))
    for name in names:
        one = found.of(name)
        assert one is not None
        assert not (one.fits and one.differs)
        if one.fits:
            (before, earlier), (number, when), (after, later) = (
                times[each] for each in (one.before, name, one.after)
            )
            assert before < number < after
            assert earlier <= when <= later
        if one.differs:
            assert not one.before_number <= one.number <= one.after_number


def test_a_long_sequence_is_placed_quickly():
    sequences = Sequences()
    random = Random(1)
    names = [random.randbytes(32).hex() for _ in range(30_000)]
    for at, name in enumerate(names):
        sequences.add(Shot(name, f"zz {at % 7}", at // 7, float(at)))
    begin = time.process_time()
    found = sequences.sorted()
    assert sum(found.of(name).fits for name in names[::10]) > 2990
    assert time.process_time() - begin < 5
