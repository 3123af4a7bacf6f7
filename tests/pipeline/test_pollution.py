"""Nothing that no camera is known to have made enters lists of real victims, but by name."""

from dataclasses import replace

import pytest

from fanal.errors import UsageError
from fanal.model.decision import NO_REAL_PERSON, TREAT_AS_REAL
from fanal.model.opinion import STATES, Opinion
from fanal.pipeline.export import Choice, Plan, export
from fanal.pipeline.pollution import (
    AUDIENCES,
    GENERATED_LIST,
    REAL_VICTIMS,
    Guard,
    keep_back,
    release,
    released,
)
from fanal.pipeline.said import Said
from makers.cases import digest, item, opened

FIRST, SECOND = Said("zz seen", "Zz One", "zz-1"), Said("zz seen too", "Zz Two", "zz-2")


def sha256(state):
    return digest("sha256", STATES.index(state) + 1)


@pytest.fixture
def store(tmp_path):
    """A case with one content of each state of origin, and one that nobody looked at."""
    store = opened(tmp_path / "case")
    with store.act("zz", "make") as act:
        for number, state in enumerate(STATES, 1):
            act.put(
                [
                    item(number),
                    Opinion(digest("sha256", number), state, "weak", settled=True, real_child=True),
                ]
            )
        act.put([item(len(STATES) + 1)])
    return store


class Names:
    """A writer that remembers which contents it was given."""

    name = "zz"

    def write(self, items, out):
        self.given = {item.facts["sha256"] for item in items}
        out.write(b"zz")
        return ()


def exported(store, folder, audience):
    writer = Names()
    plan = Plan(folder / "out", "zz", Choice(everything=True), force=True, audience=audience)
    return writer, export(store, "zz", writer, plan)


def test_only_what_a_camera_made_goes_to_lists_of_real_victims(store, tmp_path):
    writer, done = exported(store, tmp_path, REAL_VICTIMS)
    assert writer.given == {sha256("camera")}
    assert (done.items, done.held_back, done.left_out) == (1, len(STATES), 0)
    held = {loss.note: loss.items for loss in done.losses if loss.field == "item"}
    assert sum(held.values()) == len(STATES)
    assert any("support a generator: 2 named people" in note for note in held)
    assert any("nobody looked for its origin" in note for note in held)


def test_people_who_look_at_evidence_get_everything(store, tmp_path):
    writer, done = exported(store, tmp_path, "analysis")
    assert len(writer.given) == len(STATES) + 1
    assert done.held_back == 0


def test_lists_of_generated_pictures_get_what_a_generator_made(store, tmp_path):
    writer, _ = exported(store, tmp_path, GENERATED_LIST)
    assert writer.given == {sha256("generator")}


def test_one_person_releases_what_is_not_settled_and_two_what_is_generated(store, tmp_path):
    release(store, FIRST, [sha256("inconclusive"), sha256("generator")])
    writer, _ = exported(store, tmp_path, REAL_VICTIMS)
    assert writer.given == {sha256("camera"), sha256("inconclusive")}
    release(store, replace(FIRST, by="Zz Other"), [sha256("generator")])
    release(store, replace(FIRST, account="zz-3"), [sha256("generator")])
    assert exported(store, tmp_path, REAL_VICTIMS)[0].given == writer.given, "one login, one name"
    (second,) = release(store, SECOND, [sha256("generator")])
    assert sha256("generator") in exported(store, tmp_path, REAL_VICTIMS)[0].given
    keep_back(store, SECOND, second.id)


def test_a_release_is_taken_back(store, tmp_path):
    (one,) = release(store, FIRST, [sha256("altered").upper()])
    assert released(store) == {sha256("altered"): 1}
    keep_back(store, SECOND, one.id)
    assert released(store) == {}
    with pytest.raises(UsageError, match="no release"):
        keep_back(store, SECOND, "j-zz")


def test_a_release_needs_grounds_and_a_content_of_the_case(store):
    with pytest.raises(UsageError, match="reason"):
        release(store, Said(" ", "Zz", "zz"), [sha256("altered")])
    for wanted in (["ab" * 32], [sha256("altered")[:10]], []):
        with pytest.raises(UsageError):
            release(store, FIRST, wanted)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"victim_state": NO_REAL_PERSON}, "no real child"),
        ({"matches": [{"kind": "generated"}]}, "it is generated"),
        ({"matches": [{"kind": "harmless"}]}, "it is harmless"),
    ],
)
def test_a_camera_picture_that_people_or_lists_set_apart_stays_out_too(store, more, says):
    facts = {"sha256": "ab" * 32, "origin": {"state": "camera"}, "victim_state": TREAT_AS_REAL}
    facts |= more
    guard = Guard(store, REAL_VICTIMS)
    assert says in guard.holds(facts)
    assert guard.holds(facts | {"victim_state": TREAT_AS_REAL, "matches": []}) == ""
    assert [loss.items for loss in guard.losses()] == [1]


def test_an_audience_is_said_and_never_guessed(store):
    with pytest.raises(UsageError, match="nobody reads"):
        Guard(store, "zz")
    assert set(AUDIENCES) == {"analysis", "real-victims", "generated-list"}
