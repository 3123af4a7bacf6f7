"""Starts a browser of its own on the desk, with a profile in memory that is wiped at the end."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from fanal.errors import UsageError

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MEMORY = Path("/dev/shm")  # noqa: S108 (a folder of our own is made in it)
FLAGS = (
    *("--no-first-run", "--no-default-browser-check", "--no-pings", "--disable-sync"),
    *("--disable-extensions", "--disable-component-update", "--disable-background-networking"),
    *("--disable-default-apps", "--disable-breakpad", "--disable-domain-reliability"),
    *("--disable-client-side-phishing-detection", "--disable-quic", "--password-store=basic"),
    *("--disk-cache-size=1", "--media-cache-size=1", "--disable-gpu-shader-disk-cache"),
    "--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication",
)
"""Nothing is fetched, sent, remembered or shown besides the desk."""
PREFERENCES = {
    "printing": {"enabled": False},
    "signin": {"allowed": False},
    "credentials_enable_service": False,
    "profile": {"password_manager_enabled": False},
    "autofill": {"profile_enabled": False, "credit_card_enabled": False},
    "download": {"prompt_for_download": True},
}
PARTING = 3.0
"""Seconds that the browser has to end by itself."""


def browser() -> str:
    """Return the program that is started."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    raise UsageError(
        "no Chromium is installed on this machine",
        "install chromium, or open the address in another browser without --kiosk",
    )


@contextmanager
def profile() -> Iterator[Path]:
    """Lend a folder in memory, or else a private one on the disk, and wipe it."""
    in_memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK)
    folder = Path(tempfile.mkdtemp(prefix="fanal-desk-", dir=MEMORY if in_memory else None))
    if not in_memory:
        print(f"fanal: there is no {MEMORY}: the browser writes to {folder}", file=sys.stderr)  # noqa: T201
    try:
        (folder / "Default").mkdir()
        (folder / "Default" / "Preferences").write_text(json.dumps(PREFERENCES))
        yield folder
    finally:
        _wiped(folder)


def _wiped(folder: Path) -> None:
    """Remove a folder in which a program that is ending may still write."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)
    print(f"fanal: {folder} could not be wiped: remove it", file=sys.stderr)  # noqa: T201


class Kiosk:
    """A browser that shows the desk and nothing else."""

    def __init__(self, program: str, folder: Path) -> None:
        """Take what is started and where it writes."""
        self._program = program
        self._folder = folder
        self._running: subprocess.Popen[bytes] | None = None

    def show(self, address: str, end: Callable[[], object]) -> None:
        """Open the desk; when the browser is closed, that is told."""
        self._running = subprocess.Popen(  # noqa: S603 (found on this machine, our own words)
            command(self._program, self._folder, address),
            env=environment(os.environ, self._folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        threading.Thread(target=self._wait, args=(self._running, end), daemon=True).start()

    @staticmethod
    def _wait(running: "subprocess.Popen[bytes]", end: Callable[[], object]) -> None:
        begun = time.monotonic()
        code = running.wait()
        if code > 0 and time.monotonic() - begun < PARTING:
            print(f"fanal: the browser did not start (code {code})", file=sys.stderr)  # noqa: T201
        end()

    def close(self) -> None:
        """End the browser and all that it started."""
        if self._running is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(self._running.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self._running.wait(PARTING)


def command(program: str, folder: Path, address: str) -> list[str]:
    """Return what is started: a window without an address line, in which no other host is found."""
    host = urlsplit(address).hostname or "localhost"
    return [
        *(program, f"--user-data-dir={folder}", *FLAGS),
        f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {host}",
        f"--app={address}",
    ]


def environment(given: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the environment of the browser: what it keeps of a user, it keeps in the folder."""
    home = given.get("HOME", "")
    places = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "TMPDIR")
    told = {**given, **dict.fromkeys(places, str(folder))}
    told.setdefault("XAUTHORITY", f"{home}/.Xauthority")
    return told
