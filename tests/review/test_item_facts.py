import pytest

from fanal.model import evidence
from fanal.review.item_facts import dates, device, known, odd, position, rows


def facts(camera=None, structure=None, credential=None, locations=(), matches=()):
    told = {
        evidence.CAMERA: camera,
        evidence.STRUCTURE: structure,
        evidence.CREDENTIAL: credential,
    }
    findings = [{"kind": kind, "data": data} for kind, data in told.items() if data is not None]
    return {
        "origin": {"findings": findings},
        "locations": list(locations),
        "matches": list(matches),
        "media_type": "image/jpeg",
        "size": 12_345,
        "width": 640,
        "height": 480,
        "series": None,
        "sha256": "ab" * 32,
        "pdq": None,
    }


def place(modified, exhibit="zz-1", path="zz.jpg"):
    return {"exhibit": exhibit, "path": path, "modified": modified}


def test_each_date_has_its_origin():
    told = dates(
        facts(
            {"taken": "2024-01-02T03:04:05", "gps": {"time": "2024-01-02T02:04:05+00:00"}},
            credential={"time": {"signed_at": "2024-02-01T00:00:00+00:00", "state": "zz"}},
            locations=[place("2024-03-01T00:00:00+00:00"), place(None)],
        )
    )
    assert [(one.what, one.when[:10]) for one in told] == [
        ("taken", "2024-01-02"),
        ("position fixed", "2024-01-02"),
        ("signed", "2024-02-01"),
        ("last changed", "2024-03-01"),
    ]
    assert "anybody can write it" in told[0].origin
    assert told[2].origin == "content credential: zz"
    assert "zz-1" in told[3].origin
    assert not any(one.conflict for one in told)


@pytest.mark.parametrize(
    ("taken", "modified", "conflicts"),
    [
        ("2024-06-02T12:00:00", "2024-06-01T11:00:00+00:00", True),
        ("2024-06-02T12:00:00", "2024-06-02T01:00:00+00:00", False),  # zones differ by less
        ("2024-06-02T12:00:00+02:00", "2024-06-03T00:00:00", False),
        ("no date", "2020-01-01T00:00:00+00:00", False),
        ("2024-06-02T12:00:00", "no date", False),
    ],
)
def test_a_file_that_is_older_than_its_picture_is_a_conflict(taken, modified, conflicts):
    told = dates(facts({"taken": taken}, locations=[place(modified)]))
    assert bool(told[-1].conflict) is conflicts


def test_times_that_the_structure_says_differ_are_a_conflict():
    checks = [
        {"name": "times", "outcome": "differs", "what": "zz digitized before it was taken"},
        {"name": "times", "outcome": "agrees", "what": "zz agrees"},
        {"name": "thumbnail", "outcome": "differs", "what": "zz thumbnail"},
        "no check",
    ]
    (told,) = dates(facts({"taken": "2024-01-02T03:04:05"}, {"checks": checks}))
    assert told.conflict == "zz digitized before it was taken"


def test_of_what_is_veiled_only_places_tell_a_date():
    bare = facts(locations=[place("2024-03-01T00:00:00+00:00")]) | {"origin": None, "matches": None}
    assert [one.what for one in dates(bare)] == ["last changed"]
    assert (device(bare), position(bare)) == ("", "")
    assert known(None) == "told once it is decided"
    assert dict(rows(bare))["known"] == "told once it is decided"


def test_device_and_position_in_words():
    told = facts({"make": "Zz", "serial": "7", "gps": {"latitude": 1.5, "longitude": -2.25}})
    assert device(told) == "Zz, serial number 7"
    assert position(told) == "1.50000, -2.25000"
    assert position(facts({"gps": {"latitude": 1.5}})) == ""


def test_known_means_by_a_digest():
    near, exact = {"via": "pdq", "kind": "illegal"}, {"via": "md5", "kind": "harmless"}
    assert known([near, exact]) == "known: on a list (harmless)"
    assert known([near]).startswith("new: near")
    assert known([]) == "new: on no list"


def test_odd_letters_are_those_that_cannot_be_seen():
    assert odd("zz \u202e\x07\u200b") == 3
    assert odd("Ünï côdé 漢字.jpg") == 0


def test_rows_have_the_same_names_whatever_is_told():
    full = dict(rows(facts({"iso": 100.0, "f_number": 2.8}, locations=[place("x")])))
    assert list(full) == [name for name, _ in rows(facts())]
    assert (full["iso"], full["f number"]) == ("100", "2.8")
    assert (full["bytes"], full["pixels"]) == ("12,345", "640 × 480")
