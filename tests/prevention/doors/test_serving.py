"""The service over real sockets: slow, broken and too many clients; signals; who may reach it."""

import json
import os
import socket
import time

import pytest

from fanal.errors import UsageError
from fanal.prevention.doors import serving
from fanal.prevention.doors.serving import (
    HEAD_BYTES,
    Place,
    Reading,
    checked,
    hosts,
    listening,
    read_token,
)
from fanal.serving import calm
from makers.doors import CLEAN, HIT, Plain, pieces
from makers.service import answered, client, request, served

ACT = {"surface": "generate", "text": HIT, "locale": "en"}


@pytest.fixture(scope="module")
def where():
    with served(Plain(), Place(0)) as told:
        yield told


def test_decisions_come_over_one_connection_one_after_the_other(where):
    with client(where) as one:
        for text, action in ((HIT, "block_and_intervene"), (CLEAN, "allow")) * 2:
            one.sendall(request(where, "/v1/decide", ACT | {"text": text}))
            status, headers, body = answered(one)
            assert (status, json.loads(body)["action"]) == (200, action)
            assert not {"server", "date"} & headers.keys()


def test_a_request_in_small_pieces_and_two_at_once_are_answered(where):
    told = request(where, "/v1/decide", ACT)
    with client(where) as one:
        for at in range(0, len(told), 60):
            one.sendall(told[at : at + 60])
        assert answered(one)[0] == 200
        one.sendall(told + told)
        first = answered(one)
        assert first[0] == 200


@pytest.mark.parametrize(
    "told",
    [
        b"zz-nonsense-zz\r\n\r\n",
        b"GET /zz-path-zz HTTP/9.9\r\n\r\n",
        b"POST /v1/decide HTTP/1.1\r\nContent-Length: zz-long\r\n\r\n",
        b"POST /v1/decide HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"GET http://[zz-broken HTTP/1.1\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: zz-host-zz\r\n\r\n",
    ],
)
def test_what_is_no_request_gets_the_closed_answer(where, told):
    with client(where) as one:
        one.sendall(told)
        status, headers, body = answered(one)
        assert status in {400, 421}
        assert json.loads(body)["action"] == "block"
        assert headers["cache-control"] == "no-store"
        assert not {piece for piece in pieces("zz-") if piece in body.decode()}
        assert b"zz-" not in body


def test_a_head_without_an_end_is_cut_off(where):
    with client(where) as one:
        one.sendall(b"GET /v1/health HTTP/1.1\r\n")
        try:
            for _ in range(HEAD_BYTES // 1_000 + 2):
                one.sendall(b"X-More: " + b"a" * 1_000 + b"\r\n")
        except ConnectionError:
            pass
        assert answered(one)[0] == 0


def test_a_client_that_sends_nothing_is_let_go(monkeypatch):
    monkeypatch.setattr(calm, "HEAD_SECONDS", 0.1)
    with served(Plain(), Place(0)) as where, client(where) as one, client(where) as other:
        one.sendall(b"POST /v1/decide HTTP/1.1\r\n")
        assert answered(one)[0] == 0
        assert answered(other)[0] == 0


def test_a_body_that_stops_is_answered_closed(monkeypatch):
    monkeypatch.setattr("fanal.prevention.doors.service.SECONDS", 0.1)
    with served(Plain(), Place(0)) as where, client(where) as one:
        one.sendall(request(where, "/v1/decide", ACT)[:-5])
        status, headers, body = answered(one)
        assert (status, json.loads(body)["action"]) == (408, "block")
        assert headers["connection"] == "close"
        assert answered(one)[0] == 0


def test_too_many_connections_are_not_taken(monkeypatch):
    monkeypatch.setattr(serving.Patient, "MOST", 2)
    with served(Plain(), Place(0)) as where, client(where) as one, client(where):
        one.sendall(request(where, "/v1/decide", ACT))
        assert answered(one)[0] == 200
        with client(where) as third:
            assert answered(third)[0] == 0
        one.sendall(request(where, "/v1/decide", ACT))
        assert answered(one)[0] == 200


def test_nothing_is_logged_at_any_level(caplog):
    word = "qzxj-kqzx-jkqz"
    caplog.set_level(0)
    with served(Plain(), Place(0)) as where:
        for name in ("", "uvicorn", "uvicorn.error", "uvicorn.access", "asyncio"):
            caplog.set_level(1, logger=name)
        with client(where) as one:
            for told in (ACT | {"text": word + HIT}, {word: word}):
                one.sendall(request(where, f"/v1/decide?{word}", told, X_Any=word))
                answered(one)
        with client(where) as one:
            one.sendall(word.encode() + b"\r\n\r\n")
            answered(one)
    assert not {one for one in pieces(word) if one in caplog.text}


def test_a_unix_socket_is_for_its_owner_and_group_and_goes_with_the_service(tmp_path):
    path = tmp_path / "deter.sock"
    stale = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    stale.bind(str(path))
    stale.close()
    with served(Plain(), Place(path=path)) as where:
        assert path.stat().st_mode & 0o777 == 0o660
        with client(where) as one:
            one.sendall(request(where, "/v1/decide", ACT))
            assert answered(one)[0] == 200
        with pytest.raises(UsageError):
            listening(Place(path=path))
    assert not path.exists()
    path.write_text("a file of somebody's")
    with pytest.raises(UsageError):
        listening(Place(path=path))
    assert path.read_text() == "a file of somebody's"


def test_lists_are_read_anew_where_the_program_is_told_to():
    plain = Plain()
    server = Reading(serving._config(None), plain.reload, lambda _: None)
    server.hung_up()
    for _ in range(200):
        if plain.reloads:
            break
        time.sleep(0.01)
    assert plain.reloads == 1

    def broken():
        raise RuntimeError

    Reading(serving._config(None), broken, lambda _: None)._read()  # the old lists stay


def test_other_machines_reach_it_with_a_token_only():
    assert checked(Place()).is_here
    assert checked(Place(address="127.0.0.2")).is_here
    with pytest.raises(UsageError, match="anybody"):
        checked(Place(address="192.0.2.7"))
    with pytest.raises(UsageError, match="address"):
        checked(Place(address="zz.example", token=b"z" * 20))
    assert not checked(Place(address="192.0.2.7", token=b"z" * 20)).is_here


def test_it_is_reached_under_its_own_names():
    assert hosts(Place(), 1) == {"localhost:1", "127.0.0.1:1", "[::1]:1"}
    told = hosts(Place(address="2001:db8::7", names=("Deter.example:443",), token=b"z"), 1)
    assert {"[2001:db8::7]:1", "deter.example:443"} <= told
    assert hosts(Place(path="/x"), 0) is None


def test_a_port_that_is_taken_is_told():
    taken = listening(Place(0))
    try:
        with pytest.raises(UsageError, match="cannot be used"):
            listening(Place(taken[0].getsockname()[1]))
    finally:
        for one in taken:
            one.close()


def test_a_token_is_read_from_a_file_of_its_owner_alone(tmp_path):
    path = tmp_path / "token"
    path.write_bytes(b"z" * 32 + b"\n")
    os.chmod(path, 0o600)  # noqa: PTH101 (as an operator does)
    assert read_token(path) == b"z" * 32
    os.chmod(path, 0o644)  # noqa: PTH101 (what is refused)
    with pytest.raises(UsageError, match="others"):
        read_token(path)
    os.chmod(path, 0o600)  # noqa: PTH101
    for told in (b"", b"short", b"z" * 20 + b" z", b"\xff" * 32):
        path.write_bytes(told)
        with pytest.raises(UsageError, match="no token"):
            read_token(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_token(tmp_path / "absent")
