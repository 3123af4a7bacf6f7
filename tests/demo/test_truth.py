from dataclasses import replace

import pytest

from fanal.demo import truth
from fanal.demo.plan import ILLEGAL, plan

SCENE = replace(plan(60, 1).scenes[0], listed=ILLEGAL)


@pytest.mark.parametrize(
    ("what", "known_by", "demanded"),
    [
        ("original", "digests and pdq", "exact"),
        ("copy", "digests", "exact"),
        ("copy", "pdq", "near"),
        ("re-encoding", "digests and pdq", "near"),
        ("re-encoding", "digests", "none"),
        ("mirror", "pdq", "turned"),
        ("rotation", "digests", "none"),
        ("crop", "pdq", "maybe"),
        ("screenshot", "digests and pdq", "maybe"),
        ("pages", "pdq", "near"),
    ],
)
def test_what_is_demanded_follows_from_what_the_list_knows(what, known_by, demanded):
    scene = replace(SCENE, known_by=known_by)
    assert truth.demand(what, scene) == demanded
    assert truth.demand(what, replace(scene, listed="")) == "none"


def test_what_has_no_scene_is_on_no_list():
    assert truth.demand("text", None) == "none"
    assert truth.demand("corrupt", None) == "not decodable"
    assert truth.demand("link", None) == "not followed"


def test_a_place_shows_any_name():
    spot = truth.Spot("01-server", b"zz/\xff\n", "3/0", "é")
    told = truth.Placed(spot, "00", 1, "copy", 2, "near", ILLEGAL).to_json()
    assert bytes.fromhex(told["path"]) == spot.path
    assert told["display"] == "zz/\\xff\n"
    assert (told["inside"], told["via"], told["list"]) == ("3/0", "pdq", ILLEGAL)
