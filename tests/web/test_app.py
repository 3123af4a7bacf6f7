from urllib.parse import quote

import pytest

from fanal.model.desk import Remark
from fanal.web.guard import HEADERS
from makers.desk import ORIGIN, client, desk_on


@pytest.fixture
def desk(own):
    with desk_on(own) as made:
        yield made


def test_every_answer_has_every_header(desk):
    for path in ("/", "/nowhere", "/static/style.css", "/static/../app.py"):
        answer = client(desk, "zz-a").get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name.lower()] == value, path


def test_whoever_is_not_signed_in_is_led_to_the_door(desk):
    answer = client(desk).get("/")
    assert (answer.status, answer.headers["location"]) == (303, "/sign-in")
    assert client(desk).get("/", accept="application/json").status == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "localhost:1"},
        {"host": "127.0.0.1:8417"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_other_hosts_and_sites_are_refused(desk, headers):
    assert client(desk, "zz-a").get("/").status == 200
    assert client(desk, "zz-a").get("/", **headers).status == 403


def test_a_page_of_one_person_never_acts_for_another(desk):
    anna, bela = client(desk, "zz-ä"), client(desk, "zz-b")
    own = quote("zz-ä")
    told = {"kind": "note", "says": "zz-of-anna"}
    answer = bela.post("/remark", told, accept="application/json", x_login=own)
    assert (answer.status, answer.facts["locked"]) == (401, False)
    assert desk.store.count(Remark) == 0
    assert anna.post("/remark", told, accept="application/json", x_login=own).status == 200
    assert [one.login for one in desk.store.find(Remark)] == ["zz-ä"]


@pytest.mark.parametrize("origin", ["", "null", "http://evil.example", "http://localhost:1"])
def test_what_changes_something_comes_from_our_own_pages(desk, origin):
    assert client(desk, "zz-a").post("/", {}, origin=origin).status == 403
    assert client(desk, "zz-a").post("/", {}, origin=ORIGIN).status == 405
