"""`fanal deter serve`: a real service, asked over HTTP, told anew, ended."""

import json
import os
import signal
from pathlib import Path

import pytest

from makers.program import called, kill_group, start
from makers.service import answered, client, request
from makers.waiting import soon

NEW = "zz-3,zz-test-0003,token,,,,made up\n"


def ask(where, text):
    with client(where) as one:
        one.sendall(
            request(where, "/v1/decide", {"surface": "generate", "text": text, "session": "r"})
        )
        status, _, body = answered(one)
        assert status == 200
        return json.loads(body)


def troubles(where):
    with client(where) as one:
        host = where.partition("//")[2]
        one.sendall(f"GET /v1/health HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        return json.loads(answered(one)[2])["troubles"]


def test_a_service_decides_reads_lists_anew_and_writes_its_counters(tmp_path):
    assert called("deter", "new", tmp_path) == 0
    config = tmp_path / "deter.toml"
    config.write_text(config.read_text().replace("poll_seconds = 5", "poll_seconds = 3600"))
    service = start("deter", "serve", config, "--port", 0)
    try:
        where = service.stdout.readline().removeprefix("fanal deter: ").strip()
        assert ask(where, "a zz-test-0001 b")["reason_class"] == "listed_words"
        assert ask(where, "zz-help-0001")["reason_class"] == "support_self"
        before = ask(where, "zz-test-0003")
        assert before["action"] == "allow"
        terms = tmp_path / "terms.csv"
        terms.write_text(terms.read_text() + NEW)
        os.kill(service.pid, signal.SIGHUP)
        soon(lambda: ask(where, "zz-test-0003")["action"] != "allow")
        assert ask(where, "zz-test-0003")["list_version"] != before["list_version"]
        terms.write_text(terms.read_text().replace("zz-test-0001,token", ",token"))
        os.kill(service.pid, signal.SIGHUP)  # a damaged list does not come in
        soon(lambda: troubles(where))
        assert ask(where, "zz-test-0001")["action"] == "block_and_intervene"
        service.send_signal(signal.SIGTERM)
        out, err = service.communicate(timeout=60)
    finally:
        kill_group(service.pid)
    assert (service.returncode, err) == (0, "")
    assert out.endswith("the service has ended\n")
    counted = "".join(one.read_text() for one in (tmp_path / "counts").iterdir())
    assert "shown" in counted
    for word in ("zz-", "test", "0001", '"r"'):
        assert word not in out + err + counted


def test_other_machines_are_not_let_in_without_a_token(tmp_path, capsys):
    assert called("deter", "new", tmp_path) == 0
    config = tmp_path / "deter.toml"
    assert called("deter", "serve", config, "--listen", "192.0.2.7") == 2
    assert "--token FILE" in capsys.readouterr().err
    token = tmp_path / "token"
    token.write_text("z" * 32)
    token.chmod(0o600)
    # 192.0.2.7 is nobody's (RFC 5737): the warning stands where it would listen
    assert called("deter", "serve", config, "--listen", "192.0.2.7", "--token", token) == 2
    assert "cannot be used" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["[nothing]\n", "[words]\nlists = ['absent.csv']\n"])
def test_a_service_begins_whole_or_not_at_all(tmp_path, text, capsys):
    config = Path(tmp_path / "deter.toml")
    config.write_text(text)
    assert called("deter", "serve", config, "--port", 0) != 0
    assert capsys.readouterr().err
