import json
import os
import threading
from pathlib import Path

import pytest

from fanal.errors import UsageError
from fanal.web import kiosk
from fanal.web.kiosk import Kiosk, browser, command, environment, profile
from makers.waiting import until

STAND_IN = """#!/bin/sh
printf '%s\\n' "$@" > "$ARGUMENTS"
echo picture > "$HOME/kept"
{then}
"""


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """A program in the place of a browser, which does then what is told."""

    def made(then):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        path = folder / "chromium"
        path.write_text(STAND_IN.format(then=then))
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        monkeypatch.setenv("ARGUMENTS", str(tmp_path / "arguments"))
        return path

    return made


def test_the_system_s_browser_is_found(stand_in):
    program = stand_in("true")
    assert browser() == str(program)


def test_where_there_is_none_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="no Chromium is installed") as told:
        browser()
    assert "without --kiosk" in told.value.advice


def test_what_it_keeps_is_wiped_and_its_end_is_told(stand_in, tmp_path):
    ended = threading.Event()
    with profile() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        told = json.loads((folder / "Default/Preferences").read_text())
        assert told["printing"] == {"enabled": False}
        shown = Kiosk(str(stand_in("exit 0")), folder)
        shown.show("http://localhost:8417", ended.set)
        assert ended.wait(60)
        assert (folder / "kept").read_text() == "picture\n"
        shown.close()
    assert not folder.exists()
    given = (tmp_path / "arguments").read_text().splitlines()
    assert given[-1] == "--app=http://localhost:8417"
    assert f"--user-data-dir={folder}" in given
    assert "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost" in given


def test_a_browser_that_does_not_end_is_ended_with_all_that_it_started(
    stand_in, tmp_path, monkeypatch
):
    monkeypatch.setattr(kiosk, "PARTING", 0.3)
    program = stand_in(f"trap '' TERM; sleep 600 & echo $! > {tmp_path}/child; wait; sleep 600")
    with profile() as folder:
        shown = Kiosk(str(program), folder)
        shown.show("http://localhost:8417", lambda: None)
        until(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text().strip())
        child = int((tmp_path / "child").read_text())
        shown.close()
        until(lambda: not is_running(child))
    assert not folder.exists()


def is_running(number):
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_browser_that_does_not_start_is_told_of(stand_in, capfd):
    ended = threading.Event()
    with profile() as folder:
        Kiosk(str(stand_in("exit 7")), folder).show("http://localhost:1", ended.set)
        assert ended.wait(60)
    assert "did not start (code 7)" in capfd.readouterr().err


def test_without_memory_a_private_folder_is_used_and_said_so(monkeypatch, tmp_path, capfd):
    monkeypatch.setattr(kiosk, "MEMORY", tmp_path / "zz")
    with profile() as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
    assert str(folder) in capfd.readouterr().err
    assert not folder.exists()


def test_no_flag_weakens_the_browser():
    given = " ".join(command("chromium", Path("/zz"), "https://desk.example:8417"))
    for weak in ("no-sandbox", "disable-web-security", "remote-debugging", "ignore-certificate"):
        assert weak not in given
    assert "EXCLUDE desk.example" in given


def test_it_keeps_what_it_needs_of_the_environment():
    made = environment({"HOME": "/srv/zz", "DISPLAY": ":0", "XDG_CACHE_HOME": "/c"}, Path("/f"))
    assert made["DISPLAY"] == ":0"
    assert made["XAUTHORITY"] == "/srv/zz/.Xauthority"
    assert {made[name] for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "TMPDIR")} == {
        "/f"
    }
