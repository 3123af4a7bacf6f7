"""Settings at the desk: of oneself, of the team by one or two, keys as a file, one answer."""

import json
import re
import stat
from pathlib import Path

import pytest

from fanal.model.desk import AuditRecord, Choice
from fanal.pipeline.check_in import file_of
from fanal.pipeline.choices import hours, limits, purposes
from fanal.pipeline.choices import own as own_of
from fanal.review.own import DEFAULTS, KEYS, RESERVED
from makers.desk import client, desk_on

SUPERVISOR, REVIEWER = ("supervisor", "reviewer"), ("reviewer",)
JS = Path(__file__).parents[2] / "src" / "fanal" / "web" / "static" / "keys.js"


@pytest.fixture
def desk(own):
    with desk_on(own) as made:
        yield made


def set_(desk, login: str, name: str, value: object, roles: tuple[str, ...] = SUPERVISOR):
    told = {"name": name, "value": value}
    return client(desk, login, roles).post("/settings", told, accept="application/json")


def test_one_lowers_and_two_raise(desk):
    assert set_(desk, "zz-a", "cap", 3).facts["waits"] is False
    assert limits(desk.store).cap == 3
    assert set_(desk, "zz-a", "cap", 5).facts["waits"] is True
    assert set_(desk, "zz-a", "cap", 5).status == 400
    assert limits(desk.store).cap == 3
    text = client(desk, "zz-b", SUPERVISOR).get("/settings").text
    assert "asked for by Person zz-a" in text
    assert "Agree" in text
    assert "Agree" not in client(desk, "zz-a", SUPERVISOR).get("/settings").text
    told = {"name": "cap", "value": "5"}
    assert client(desk, "zz-b", SUPERVISOR).form("/settings", told).status == 303
    assert limits(desk.store).cap == 5
    found = [
        (one.login, one.outcome) for one in desk.store.find(AuditRecord, action="limit change")
    ]
    assert sorted(found) == [("zz-a", "done")] * 2 + [("zz-a", "refused"), ("zz-b", "done")]


@pytest.mark.parametrize("roles", [("reviewer",), ("auditor",), ("exporter",), ("importer",)])
def test_only_supervisors_change_the_team(desk, roles):
    for name, value in (("cap", 0), ("purposes", ["zz"]), ("retention", "zz"), ("hours", [1, 2])):
        assert set_(desk, "zz-x", name, value, roles).status == 400
    assert desk.store.count(Choice) == 0
    assert desk.store.count(AuditRecord, outcome="refused") == 4
    assert 'action="/settings"' not in client(desk, "zz-x", roles).get("/settings").text


def test_an_auditor_is_offered_no_pictures(desk):
    text = client(desk, "zz-x", ("auditor",)).get("/settings").text
    assert "Highest level that you want" not in text
    assert 'id="keys"' not in text


def test_own_settings_by_form_and_what_is_not_ticked_is_off(desk):
    person = client(desk, "zz-a", REVIEWER)
    told = {"theme": "dark", "level": "3", "breaks": "30", "violence_opt_out": "1", "check_in": "1"}
    assert person.form("/settings/own", told).headers["location"] == "/settings?done=1"
    found = own_of(desk.store, "zz-a")
    assert (found["theme"], found["level"], found["breaks"]) == ("dark", 3, 30)
    assert (found["violence_opt_out"], found["advance"], found["single_keys"]) == (
        True,
        False,
        False,
    )
    assert own_of(desk.store, "zz-b") == {**DEFAULTS}
    text = person.get("/settings").text
    assert "theme-dark" in text
    for wrong in ({"theme": "zz"}, {"level": "6"}, {"level": "x"}, {"breaks": "90"}):
        assert person.form("/settings/own", wrong).status == 400


def test_nobody_reads_in_the_log_who_opted_out_of_violence(desk):
    set_(desk, "zz-a", "violence_opt_out", value=True, roles=REVIEWER)
    set_(desk, "zz-a", "check_in", value=True, roles=REVIEWER)
    for one in desk.store.find(AuditRecord):
        assert "violence" not in str(one)
        assert "check_in" not in str(one)


def test_keys_are_handed_out_and_taken_in(desk):
    person = client(desk, "zz-a", REVIEWER)
    assert person.form("/settings/keys", {"key-undo": "z", "key-note": "Shift+n"}).status == 303
    answer = person.get("/settings/keys")
    told = json.loads(answer.body)
    assert (told["keys"]["undo"], told["keys"]["note"]) == ("z", "Shift+n")
    other = client(desk, "zz-b", REVIEWER)
    assert other.form("/settings/keys", {"file": answer.text}).status == 303
    assert own_of(desk.store, "zz-b")["keys"] == told["keys"]
    assert other.form("/settings/keys", {"reset": "1"}).status == 303
    assert own_of(desk.store, "zz-b")["keys"] == DEFAULTS["keys"]
    for wrong in ({"key-undo": "n"}, {"key-undo": "Tab"}, {"file": "{"}, {"file": "[1]"}):
        assert person.form("/settings/keys", wrong).status == 400
    assert own_of(desk.store, "zz-a")["keys"] == told["keys"]


def test_the_script_knows_the_same_keys():
    text = JS.read_text("utf-8")
    table = text.partition("const TABLE")[2].partition("\n];")[0]
    rows = dict(re.findall(r'\["([a-z0-9-]+)", "((?:[^"\\]|\\.)+)"', table))
    assert {name: json.loads(f'"{key}"') for name, key in rows.items()} == DEFAULTS["keys"]
    reserved = text.partition("RESERVED = [")[2].partition("...Array")[0]
    assert set(re.findall(r'"([^"]+)"', reserved)) <= RESERVED
    assert len(KEYS) == len(rows)


def test_texts_of_the_team(desk):
    boss = client(desk, "zz-a", SUPERVISOR)
    assert (
        boss.form("/settings", {"name": "purposes", "value": "decide\r\n zz purpose \n"}).status
        == 303
    )
    assert purposes(desk.store) == ("decide", "zz purpose")
    assert boss.form("/settings", {"name": "hours", "value": "8 - 18"}).status == 303
    assert hours(desk.store) == (8, 18)
    assert boss.form("/settings", {"name": "retention", "value": "zz\u202e years"}).status in {
        303,
        400,
    }
    text = client(desk, "zz-b", REVIEWER).get("/settings").text
    assert "\u202e" not in text
    for name, value in (("purposes", ""), ("hours", "18-8"), ("hours", "x"), ("retention", " ")):
        assert boss.form("/settings", {"name": name, "value": value}).status == 400


def test_the_answer_at_the_end_is_for_that_person_alone(desk):
    person = client(desk, "zz-a", REVIEWER)
    before = desk.store.head().size
    assert person.form("/check-in", {"answer": "heavy"}).status == 400
    set_(desk, "zz-a", "check_in", value=True, roles=REVIEWER)
    after = desk.store.head().size
    assert person.form("/check-in", {"answer": "heavy"}).status == 303
    assert person.form("/check-in", {"answer": "zz"}).status == 400
    assert "heavy</li>" in person.get("/check-in").text
    assert "Before you go" in person.get("/settings").text
    assert "Before you go" not in client(desk, "zz-b", REVIEWER).get("/settings").text
    assert "heavy</li>" not in client(desk, "zz-b", SUPERVISOR).get("/check-in").text
    path = file_of(desk.settings, "zz-a")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "zz-a" not in str(path)
    assert desk.store.head().size == after > before
    assert person.form("/check-in", {"remove": "1"}).status == 303
    assert not path.exists()


def test_a_break_shows_nothing(desk):
    text = client(desk, "zz-a", REVIEWER).get("/break").text
    assert "10 minutes" in text
    assert not re.search(r"<img|<canvas|data:image", text)
