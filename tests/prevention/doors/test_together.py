"""Doors before a real deterrent: its lists, its counters, its sessions."""

import json

import pytest

from fanal.prevention.config import Config
from fanal.prevention.deterrent import Deterrent
from fanal.prevention.doors.answers import KEY
from fanal.prevention.doors.asgi import Deterring
from fanal.prevention.doors.door import Declared
from fanal.prevention.doors.generate import guarded
from fanal.prevention.doors.requests import in_json, in_query
from fanal.prevention.doors.routes import Route
from fanal.prevention.nouns import Action, Decision, Surface
from makers.doors import App, asgi, chunks, scope_of

TERMS = """id,pattern,kind,langs,severity,valid_from,source_ref
1,zz-alpha zz-beta,phrase,,,,made up
2,zz-place zz-alpha zz-beta,context,,,,made up
3,zz-token,token,,,,made up
"""
SUPPORT = """id,pattern,kind,langs,severity,valid_from,source_ref,audience
1,zz-help,token,,,,made up,self
"""
JSON = {"content-type": "application/json"}
ROUTES = (
    Route("/search", Surface.SEARCH, text=(in_query("q"),)),
    Route("/make", Surface.GENERATE, text=(in_json("prompt"),)),
)


@pytest.fixture
def deterrent(tmp_path):
    (tmp_path / "terms.csv").write_text(TERMS)
    (tmp_path / "support.csv").write_text(SUPPORT)
    return Deterrent(
        Config(
            words=(tmp_path / "terms.csv",),
            support=(tmp_path / "support.csv",),
            counting=tmp_path / "counts",
        )
    )


@pytest.fixture
def house(deterrent):
    app = App()
    return app, Deterring(app.asgi, deterrent, ROUTES, Declared(lambda asked: asked.cookie("ref")))


def search(door, query, session="r1"):
    return asgi(door, scope_of("GET", f"/search?{query}", {"cookie": f"ref={session}"})).status


def counted(deterrent, tmp_path):
    """Return outcome → how often, of all that lies on the disk."""
    deterrent.flush()
    told = {}
    for path in (tmp_path / "counts").glob("counts-*.json"):
        for *_, outcome, n in json.loads(path.read_text())["cells"]:
            told[outcome] = told.get(outcome, 0) + n
    return told


def test_a_harmless_context_in_one_value_excuses_no_other(house):
    app, door = house
    assert search(door, "q=zz-place+zz-alpha+zz-beta") == 200
    assert search(door, "q=zz-place&q=zz-alpha+zz-beta") == 403
    assert search(door, "q=zz-alpha+zz-beta&q=zz-place+zz-alpha+zz-beta") == 403
    assert search(door, "q=zz-alpha&q=zz-beta") == 403  # for an app that joins them
    assert len(app.given) == 1


def test_one_act_with_many_values_is_counted_once(house, deterrent, tmp_path):
    _, door = house
    assert search(door, "q=zz-token&q=b&q=zz-alpha+zz-beta&q=zz-token+c") == 403
    first = counted(deterrent, tmp_path)
    assert (first["acts"], first["shown"], first.get("continued", 0)) == (1, 1, 0)
    assert search(door, "q=zz-token") == 403
    again = counted(deterrent, tmp_path)
    assert (again["acts"], again["shown"], again["continued"]) == (2, 1, 1)


def test_what_cannot_be_read_is_counted_as_failed_and_help_as_support(house, deterrent, tmp_path):
    app, door = house
    assert search(door, "q=%ff") == 403
    assert search(door, "q=zz-help") == 200
    assert app.given[0][KEY].content.links
    told = counted(deterrent, tmp_path)
    assert (told["acts"], told["failed"], told["support"]) == (2, 1, 1)
    assert "shown" not in told


def test_a_batch_before_a_model_is_one_act(deterrent, tmp_path):
    draw = guarded(deterrent, lambda prompt: pytest.fail(f"made {prompt}"))
    done = draw(["a", "zz-token", "zz-alpha zz-beta"])
    assert isinstance(done, Decision)
    assert done.action is Action.INTERVENE
    assert counted(deterrent, tmp_path) == {"acts": 1, "shown": 1}


def test_a_body_is_asked_about_as_the_app_will_read_it(house):
    app, door = house
    spelt = b'{"prompt": "zz\\u002dtoken"}'
    assert asgi(door, scope_of("POST", "/make", JSON), chunks(spelt)).status == 403
    assert not app.given
