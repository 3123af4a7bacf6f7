import http.client
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from fanal.cli.review import review
from fanal.pipeline.case import reading
from fanal.pipeline.people import people


@pytest.fixture
def program(bare):
    """The program on a case with nobody in it, once it can be reached, and what it said."""
    command = [sys.executable, "-m", "fanal", "review", "--case", str(bare), "--port", "0"]
    environment = {**os.environ, "FANAL_ENGINE": "inline"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as made:
        said = ""
        while "Ctrl-C" not in said:
            line = made.stdout.readline()
            assert line, made.stderr.read()
            said += line
        yield made, said
        if made.poll() is None:
            made.kill()


def test_it_prints_an_address_and_a_code_and_ctrl_c_seals_the_case(program, bare):
    made, said = program
    port = int(re.search(r"http://localhost:(\d+)\n", said)[1])
    code = re.search(r"the code for the first person is ([A-Z2-9-]{23})\n", said)[1]
    assert "127.0.0.1" not in said
    host = f"localhost:{port}"
    asked = http.client.HTTPConnection("localhost", port, timeout=60)
    told = f"set_up={code}&name=Anna&login=anna&password=a+long+benign+phrase"
    kind = "application/x-www-form-urlencoded"
    headers = {"Host": host, "Origin": f"http://{host}", "Content-Type": kind}
    asked.request("POST", "/first", told, headers | {"Accept": "text/html"})
    assert asked.getresponse().status == 303
    asked.close()
    begun = time.monotonic()
    made.send_signal(signal.SIGINT)
    assert made.wait(60) == 0
    assert time.monotonic() - begun < 50
    assert made.stderr.read() == ""
    assert (bare / "seal.json").is_file()
    with reading(bare) as store:
        assert list(people(store)) == ["anna"]


def test_a_terminal_that_is_closed_seals_the_case_too(program, bare):
    made, _ = program
    made.send_signal(signal.SIGHUP)
    assert made.wait(60) == 0
    assert (bare / "seal.json").is_file()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--address", "0.0.0.0"], "reached from other machines"),  # noqa: S104
        (["--address", "192.0.2.7"], "reached from other machines"),
        (["--port", "70000"], "70000"),
        (["--engine", "zz"], "zz"),
    ],
)
def test_what_it_cannot_do_it_says(bare, options, said):
    done = CliRunner().invoke(review, ["--case", str(bare), *options])
    assert done.exit_code != 0
    assert said in f"{done.output} {done.exception}"


def test_it_makes_no_case_where_there_is_none(tmp_path):
    done = CliRunner().invoke(review, ["--case", str(tmp_path / "zz"), "--port", "0"])
    assert "there is no case" in str(done.exception)
    assert not (tmp_path / "zz").exists()


def test_without_a_browser_the_kiosk_touches_no_case(bare, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    before = sorted(path.stat().st_mtime_ns for path in bare.iterdir())
    done = CliRunner().invoke(review, ["--case", str(bare), "--kiosk"])
    assert "no Chromium" in str(done.exception)
    assert sorted(path.stat().st_mtime_ns for path in bare.iterdir()) == before
