import asyncio
import os
import re
from importlib import import_module

import pytest

from fanal.errors import CaseError
from fanal.model.desk import AuditRecord
from fanal.pipeline.case import writing
from fanal.review.permits import ROLES, allowed
from fanal.settings import Settings
from fanal.web import app, guard
from fanal.web.app import application
from fanal.web.asked import Refused, Way, as_json
from fanal.web.door import Door
from fanal.web.guard import HEADERS
from makers.desk import ALL, HOST, Client, desk_on
from makers.door import CHEAP


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A desk that most tests ask, and none of them counts on what was asked before."""
    case = tmp_path_factory.mktemp("guarded") / "case"
    with writing(case, Settings(engine="inline", key=os.environ["FANAL_KEY"], actor="zz")):
        pass
    with desk_on(case) as made:
        made.of(Door).passwords = CHEAP
        made.app = application(made)
        yield made


@pytest.fixture
def desk(shared):
    return shared


@pytest.fixture
def new(bare):
    with desk_on(bare) as made:
        yield made


def client(desk, login="", roles=ALL):
    """Return a browser on the desk, whose pages are put together once."""
    secret = desk.sessions.begin(login, f"Person {login}", roles) if login else ""
    return Client(getattr(desk, "app", None) or application(desk), secret)


def ways():
    return [way for part in app.PARTS for way in import_module(part).WAYS]


def with_way(monkeypatch, desk, handler, *, method="GET", permit=""):
    """Return a browser on a desk that has one more address."""
    part = type("Part", (), {"WAYS": (Way(method, "/zz", handler, permit),)})
    monkeypatch.setattr(app, "import_module", lambda _: part)
    monkeypatch.setattr(app, "PARTS", ("zz",))
    return Client(application(desk), desk.sessions.begin("zz-a", "Person", ("reviewer",)))


# Every address -------------------------------------------------------------------------------

IDS = {"item": "0" * 16, "id": "0" * 16, "series": "s-zz", "name": "zz", "view": "0" * 16}


def filled(path):
    return re.sub(r"{(\w+)[^}]*}", lambda at: IDS.get(at[1], "0" * 16), path)


def test_no_address_answers_whoever_is_not_allowed(desk):
    """As somebody without a session, and as each role alone: 401 and 403 before anything else."""
    for way in ways():
        if not way.permit:
            continue
        nobody = client(desk).ask(way.method, filled(way.path), b"{}", asking(way))
        assert nobody.status == 401, way.path
        for role in ROLES:
            if not allowed([role], way.permit):
                answer = client(desk, "zz-x", (role,)).ask(
                    way.method, filled(way.path), b"{}", asking(way)
                )
                assert answer.status == 403, (way.path, role)


def asking(way):
    """Return the headers of a script of our own."""
    json = {"origin": f"http://{HOST}", "content-type": "application/json"}
    return {"accept": "application/json"} | (json if way.method == "POST" else {})


def test_what_anybody_may_ask_is_the_door_alone():
    open_to_all = {way.path for way in ways() if not way.permit}
    door = r"/(sign-in|sign-out|first|join|set-up|lock|locked|unlock|prove|passkey/[a-z-]+)"
    others = {path for path in open_to_all if not re.fullmatch(door, path)}
    assert others <= {"/figures.css"}


def test_an_address_that_changes_something_is_never_opened_as_a_page(desk):
    posts = {way.path for way in ways() if way.method == "POST"}
    gets = {way.path for way in ways() if way.method == "GET"}
    seen = client(desk, "zz-a")
    for path in posts - gets:
        assert seen.get(filled(path)).status in {404, 405}, path  # 404: as the id of another page


TRICKS = (
    *("..", "%2e%2e", "..%2f..", "%2f", "a%00b", "%5c..", "....//", "a/../../b", "%ff%fe", "?"),
    *("%252e%252e", "a b", "a;b", "a'b", "<b>", "\u202e", "{id}", "~" * 250, "-" * 16, "0" * 64),
)


@pytest.mark.parametrize("trick", TRICKS, ids=ascii)
def test_ids_that_are_none_find_nothing_and_say_nothing_of_the_machine(desk, trick):
    seen = client(desk, "zz-a")
    for way in ways():
        if "{" not in way.path:
            continue
        path = re.sub(r"{[^}]*}", lambda _: trick, way.path)
        answer = seen.ask(way.method, path, b"{}", asking(way))
        assert answer.status in {303, 400, 404, 405, 414}, (path, answer.status)
        for word in ("Traceback", str(desk.store.folder), "site-packages", "sqlite"):
            assert word not in answer.text, path


def test_fields_that_are_none_are_refused_by_every_address(desk):
    """Whatever is sent in place of what is meant: refused, and no error of the desk's own."""
    odd = [None, [], {}, -1, 10**40, 1.5, "\u202e", "a" * 3000, "../x", ["x"]]
    names = (
        "item items id series state reason token level purpose kind says view filters name value"
    )
    seen = client(desk, "zz-a")
    for way in ways():
        if way.method != "POST" or way.path in {"/sign-out", "/lock"}:
            continue
        for value in odd:
            answer = seen.post(filled(way.path), dict.fromkeys(names.split(), value))
            assert answer.status < 500, (way.path, value, answer.text[:200])


# The frame of every request ------------------------------------------------------------------


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "zz"])
def test_other_methods_are_refused_with_every_header(desk, method):
    answer = client(desk, "zz-a").ask(method, "/", b"", {"origin": f"http://{HOST}"})
    assert answer.status == 405
    assert "access-control-allow-origin" not in answer.headers
    for name, value in HEADERS.items():
        assert answer.headers[name.lower()] == value


def test_head_is_answered_like_get_and_changes_nothing(desk):
    seen = client(desk, "zz-a")
    assert seen.ask("HEAD", "/static/style.css", b"", {}).status == 200
    assert seen.ask("HEAD", "/sign-out", b"", {}).status == 405


@pytest.mark.parametrize(
    "path",
    ["//evil.example/", "/\\evil.example", "/a//b", "/./a", "/a/..", "/" + "a" * 300, "/%41", "*"],
)
def test_addresses_that_are_none_of_ours_find_nothing(desk, path):
    answer = client(desk, "zz-a").get(path)
    assert answer.status in {404, 414}
    assert "location" not in answer.headers


def test_a_long_question_is_refused(desk):
    assert client(desk, "zz-a").get("/?" + "a" * 5000).status == 414


def test_two_hosts_in_one_request_are_refused(desk):
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "scheme": "http",
        "headers": [(b"host", HOST.encode()), (b"host", b"evil.example")],
    }
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(application(desk)(scope, None, send))
    assert sent[0]["status"] == 403


def test_too_much_at_once_is_refused(desk, monkeypatch):
    monkeypatch.setattr(guard, "AT_ONCE", 0)
    answer = client(desk, "zz-a").get("/")
    assert answer.status == 503
    assert answer.headers["cache-control"] == "no-store"


def test_with_a_certificate_browsers_stay_with_it(desk):
    seen = client(desk)
    assert "strict-transport-security" not in seen.get("/sign-in").headers
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "PUT", "path": "/", "scheme": "https", "headers": []}
    asyncio.run(seen.app(scope | {"query_string": b""}, None, send))
    assert (b"strict-transport-security", b"max-age=31536000") in sent[0]["headers"]


def test_nothing_but_http_is_answered(desk):
    asyncio.run(application(desk)({"type": "websocket"}, None, None))


# What goes wrong -----------------------------------------------------------------------------


def test_an_error_of_our_own_says_nothing_outside(desk, monkeypatch, capfd):
    def fails(_asked):
        raise KeyError("/srv/zz/secret-path")

    for accept in ("text/html", "application/json"):
        answer = with_way(monkeypatch, desk, fails).ask("GET", "/zz", b"", {"accept": accept})
        assert answer.status == 500
        assert "secret-path" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
    assert "secret-path" in capfd.readouterr().err


def test_an_error_is_told_in_plain_words_where_no_page_can_be_made(desk, monkeypatch, capfd):
    def fails(*_args, **_told):
        raise CaseError("/srv/zz/case.db cannot be read as a case")

    seen = with_way(monkeypatch, desk, fails)
    monkeypatch.setattr(app, "page", fails)
    answer = seen.get("/zz")
    assert answer.status == 503
    assert answer.text.startswith("the case cannot be read")
    assert "/srv/zz" not in answer.text


def test_a_case_that_cannot_be_read_is_no_path_on_the_page(desk, monkeypatch, capfd):
    def fails(_asked):
        raise CaseError("/srv/zz/case.db cannot be read as a case")

    answer = with_way(monkeypatch, desk, fails).get("/zz")
    assert answer.status == 503
    assert "/srv/zz" not in answer.text
    assert "/srv/zz" in capfd.readouterr().err


def test_a_refusal_says_its_sentence_as_page_and_as_json(desk, monkeypatch):
    def refuses(_asked):
        raise Refused(409, "somebody else has it", "wait", until="noon")

    seen = with_way(monkeypatch, desk, refuses)
    assert "somebody else has it" in seen.get("/zz").text
    told = seen.get("/zz", accept="application/json").facts
    assert told == {"error": "somebody else has it", "advice": "wait", "until": "noon"}


def test_what_is_refused_is_recorded_and_bounded(new, monkeypatch):
    seen = with_way(monkeypatch, new, lambda _: as_json({}), method="POST", permit="people")
    for _ in range(100):
        assert seen.post("/zz").status == 403
    lines = list(new.store.find(AuditRecord, action="request"))
    assert len(lines) == 20
    assert {(one.login, one.outcome, one.says) for one in lines} == {
        ("zz-a", "refused", "POST /zz: your roles do not allow this")
    }


def test_other_hosts_and_sites_are_recorded_too(new):
    seen = client(new, "zz-a")
    seen.get("/", host="rebound.example")
    seen.post("/lock", origin="http://evil.example")
    seen.get("/", sec_fetch_site="cross-site")
    lines = [one.says for one in new.store.find(AuditRecord, action="request")]
    assert lines == [
        "this desk is not reached under that name",
        "requests that change something come from the desk's own pages",
        "requests come from the desk's own pages",
    ]
