"""What a case learns of how a model writes its files, and how one file goes with the others."""

from typing import Any

import pytest

from fanal.origin.encoders import ASPECTS, LEAST_OTHERS, Encoders, is_original


def structure(**other: Any) -> dict[str, Any]:
    return {
        "make": "zz-maker",
        "model": "zz-1",
        "width": 4000,
        "height": 3000,
        "tables": "aa" * 16,
        "quality": 0,
        "sampling": "2x1 1x1 1x1",
        "markers": ["APP1 Exif", "DQT", "SOF0", "DHT", "SOS"],
        "thumbnail": [160, 120],
        "progressive": False,
        "restart": 0,
        "intact": True,
        **other,
    }


def learned(count: int, **other: Any) -> Encoders:
    encoders = Encoders()
    for _ in range(count):
        assert encoders.learn(structure(**other))
    return encoders


def test_a_file_never_supports_itself():
    encoders = learned(LEAST_OTHERS)
    assert encoders.compare(structure()) is None  # itself and four others
    assert encoders.learn(structure())
    found = encoders.compare(structure())
    assert found is not None
    assert (found.others, found.outcome) == (LEAST_OTHERS, "agrees")
    assert encoders.compare(structure(intact=False)).others == LEAST_OTHERS + 1


def test_one_that_differs_from_itself_only_differs():
    encoders = learned(20)
    odd = structure(tables="bb" * 16)
    encoders.learn(odd)
    found = encoders.compare(odd)
    assert (found.others, found.outcome) == (20, "differs")
    assert found.aspects["tables"] == "differs"
    assert {how for aspect, how in found.aspects.items() if aspect != "tables"} == {"agrees"}


@pytest.mark.parametrize(
    ("aspect", "value"),
    [
        ("tables", "bb" * 16),
        ("sampling", "2x2 1x1 1x1"),
        ("markers", ["APP0 JFIF", "APP1 Exif", "DQT", "DQT", "SOF0", "SOS"]),
        ("thumbnail", []),
        ("progressive", True),
        ("restart", 4),
    ],
)
def test_each_aspect_can_differ(aspect, value):
    found = learned(40).compare(structure(intact=False, **{aspect: value}))
    assert found.outcome == "differs"
    assert [name for name, how in found.aspects.items() if how == "differs"] == [aspect]
    assert aspect in found.says
    assert found.says.startswith("written otherwise than the 40 other files of zz-maker zz-1")
    assert set(found.aspects) == set(ASPECTS)


def test_a_model_whose_tables_vary_says_nothing_of_them():
    encoders = Encoders()
    for number in range(30):
        encoders.learn(structure(tables=f"{number:032x}"))
    found = encoders.compare(structure(intact=False))
    assert found.aspects["tables"] == "varies"
    assert found.outcome == ""


def test_few_others_say_that_something_is_new_only_where_new_is_rare():
    assert learned(5).compare(structure(intact=False, restart=9)).outcome == "differs"
    mixed = learned(4)
    mixed.learn(structure(restart=1))
    mixed.learn(structure(restart=2))
    assert mixed.compare(structure(intact=False, restart=9)).aspects["restart"] == "varies"


def test_only_originals_are_learned():
    encoders = Encoders()
    assert not encoders.learn(structure(intact=False))
    assert not encoders.learn(structure(tables=""))
    assert not encoders.learn(structure(make="", model=""))
    assert not encoders.learn({"intact": True})
    assert encoders.compare(structure()) is None
    assert encoders.compare({}) is None
    assert is_original(structure())


def test_models_and_sizes_are_kept_apart_and_turned_files_are_not():
    encoders = learned(10)
    assert encoders.compare(structure(model="zz-2")) is None
    assert encoders.compare(structure(width=2000)) is None
    turned = encoders.compare(structure(intact=False, width=3000, height=4000))
    assert turned.outcome == "agrees"
    assert encoders.sizes("zz-maker", "zz-1") == {(4000, 3000): 10}
    assert encoders.sizes("zz-maker", "zz-2") == {}


def test_tables_that_many_programs_write_are_told():
    found = learned(9, quality=95).compare(structure(intact=False, quality=95))
    assert found.standard_tables
    assert found.data["standard_tables"] is True
    assert not learned(9).compare(structure(intact=False)).standard_tables


def test_what_a_finding_keeps():
    found = learned(9).compare(structure(intact=False))
    assert found.data == {
        "outcome": "agrees",
        "others": 9,
        "make": "zz-maker",
        "model": "zz-1",
        "aspects": dict.fromkeys(ASPECTS, "agrees"),
        "standard_tables": False,
    }
    assert found.says == (
        "written as the 9 other files of zz-maker zz-1 of this size are: "
        "tables, sampling, markers, thumbnail, progressive, restart"
    )
