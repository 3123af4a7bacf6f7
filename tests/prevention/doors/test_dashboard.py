"""The dashboard is one page without script, for this machine alone, of aggregates only."""

import re
import socket
import subprocess
import sys
import urllib.request
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from fanal.cli import deter_dashboard
from fanal.prevention.config import read_config
from fanal.prevention.doors.board import gather
from fanal.prevention.doors.dashboard import application, html
from fanal.prevention.rendering import HEADERS
from makers.board import TODAY, service
from makers.desk import HOST, Client
from makers.waiting import until


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return service(tmp_path_factory.mktemp("dashboard") / "service")


@pytest.fixture(scope="module")
def shown(path):
    return html(gather(read_config(path), TODAY, 28))


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_the_page_has_no_script_style_attribute_or_link(shown):
    tags = Tags()
    tags.feed(shown)
    names = {tag for tag, _ in tags.found}
    assert not names & {"script", "link", "img", "iframe", "form", "object", "a", "button"}
    given = {name for _, told in tags.found for name in told}
    assert not {name for name in given if name.startswith("on") or name in {"style", "src", "href"}}
    assert shown.count("<style>") == 1
    assert "Made-up &lt;service&gt;" in shown


def test_it_shows_every_part(shown):
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))
    for told in (
        "2,400 576",
        "60,000 24 0",
        "as their weights say",
        "better than the reference",
        "2,400 of 20,000",
        "support_mishit",
        "2026-W49 1 3",
        "are stale",
        "2026-12-06 w2+f1",
        "same person may appear in several sessions",
    ):
        assert told in text, told


def test_other_names_methods_and_addresses_are_refused(path):
    here = Client(application(read_config(path), lambda: TODAY, frozenset({HOST})))
    good = here.get("/")
    assert good.status == 200
    for name in ("rebound.example", "localhost:9999", "localhost", ""):
        assert here.get("/", host=name).status == 421
    assert here.post("/").status == 405
    assert here.get("/counts").status == 404
    for answer in (good, here.post("/"), here.get("/", host="x"), here.get("/no")):
        told = {name: answer.headers.get(name.lower()) for name in HEADERS}
        assert told == HEADERS
        assert "access-control-allow-origin" not in answer.headers
        assert "set-cookie" not in answer.headers


def test_it_changes_nothing(path):
    folder = path.with_name("counts")
    before = {one.name: (one.stat().st_mtime_ns, one.read_bytes()) for one in folder.iterdir()}
    gather(read_config(path), TODAY, 28)
    after = {one.name: (one.stat().st_mtime_ns, one.read_bytes()) for one in folder.iterdir()}
    assert before == after


def test_the_command_writes_a_page(path, tmp_path):
    out = tmp_path / "page.html"
    done = CliRunner().invoke(deter_dashboard.dashboard, [str(path), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert out.read_text("utf-8").startswith("<!DOCTYPE html>")


def test_the_command_serves_on_this_machine_alone(path):
    ask = "from fanal.cli.deter_dashboard import dashboard; dashboard()"
    with subprocess.Popen(
        [sys.executable, "-uc", ask, path, "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as served:
        try:
            address = served.stdout.readline().split()[0]
            with urllib.request.urlopen(address) as answer:  # noqa: S310 (our own)
                assert answer.status == 200
            port = urlsplit(address).port
            elsewhere = _address()
            if elsewhere:
                with pytest.raises(ConnectionRefusedError):
                    socket.create_connection((elsewhere, port), 2)
        finally:
            served.terminate()
    until(lambda: served.poll() is not None)


def _address():
    """Return an address of this machine that others reach, or ""."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        try:
            one.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        return one.getsockname()[0]
