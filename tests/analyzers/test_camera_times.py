"""Times of EXIF blocks: read, zoned, compared with each other and with that of a position."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.analyzers.camera_times import Time, agree, agrees_with_gps, read_times
from fanal.content.exif import read_exif
from makers import parts


def times(
    taken: str = "2021:02:03 04:05:06", zone: str = "", part: str = "", **more: str
) -> dict[str, Time]:
    block = parts.exif(
        {
            "0": [parts.ascii_tag(0x132, more.get("modified", taken))],
            "exif": [
                parts.ascii_tag(0x9003, taken),
                parts.ascii_tag(0x9004, more.get("digitized", taken)),
                parts.ascii_tag(0x9011, zone),
                parts.ascii_tag(0x9291, part),
            ],
            "gps": [
                parts.ascii_tag(29, more.get("day", "")),
                parts.rational_tag(7, *[(int(n), 1) for n in more.get("clock", "0 0 0").split()]),
            ],
        }
    )
    return read_times(read_exif(block))


@pytest.mark.parametrize(
    ("taken", "zone", "part", "told"),
    [
        ("2021:02:03 04:05:06", "", "", "2021-02-03T04:05:06"),
        ("2021:02:03 04:05:06", "+02:00", "", "2021-02-03T04:05:06+02:00"),
        ("2021:02:03 04:05:06", "-03:30", "5", "2021-02-03T04:05:06.500-03:30"),
        ("2021:02:03 04:05:06", "zz", "123456", "2021-02-03T04:05:06.123456"),
        ("2021-02-03 04:05:06", "", "", "2021-02-03T04:05:06"),
        ("1999/12/31 23.59", "", "", "1999-12-31T23:59:00"),
    ],
)
def test_how_times_are_written(taken, zone, part, told):
    assert str(times(taken, zone, part)["taken"]) == told


@pytest.mark.parametrize(
    "taken", ["", "0000:00:00 00:00:00", "2021:13:01 00:00:00", "zz", "2021:02:30 01:02:03"]
)
def test_what_is_no_time(taken):
    assert "taken" not in times(taken)


def test_utc_is_known_where_a_zone_is():
    assert times(zone="+02:00")["taken"].utc == datetime(2021, 2, 3, 2, 5, 6)  # noqa: DTZ001
    assert times()["taken"].utc is None


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({}, "agrees"),
        ({"modified": "2021:02:03 04:05:40"}, "agrees"),
        ({"modified": "2021:02:04 04:05:06"}, "differs"),
        ({"modified": "2021:02:03 04:04:00"}, "differs"),
        ({"digitized": "2021:02:05 04:05:06"}, "differs"),
        ({"modified": "", "digitized": ""}, "absent"),
    ],
)
def test_times_among_themselves(more, outcome):
    assert agree(times(**more))[0] == outcome


def test_no_time_of_taking_says_nothing():
    assert agree({})[0] == "absent"


@pytest.mark.parametrize(
    ("zone", "day", "clock", "outcome"),
    [
        ("+02:00", "2021:02:03", "2 5 0", "agrees"),
        ("+02:00", "2021:02:03", "4 5 0", "differs"),
        ("", "2021:02:03", "2 5 0", "agrees"),
        ("", "2021:02:02", "22 35 0", "agrees"),
        ("", "2021:02:03", "2 12 0", "differs"),
        ("", "2021:02:05", "2 5 0", "differs"),
        ("", "", "2 5 0", "absent"),
        ("", "2021:02:03", "99 5 0", "absent"),
    ],
)
def test_times_of_a_position(zone, day, clock, outcome):
    assert agrees_with_gps(times(zone=zone, day=day, clock=clock))[0] == outcome


@given(
    taken=st.text(max_size=30), zone=st.text(max_size=9), part=st.text(max_size=9), day=st.text()
)
def test_any_text(taken, zone, part, day):
    cleaned = [text.replace("\0", "") for text in (taken, zone, part, day)]
    found = times(cleaned[0], cleaned[1], cleaned[2], day=cleaned[3])
    assert {agree(found)[0], agrees_with_gps(found)[0]} <= {"agrees", "differs", "absent"}
