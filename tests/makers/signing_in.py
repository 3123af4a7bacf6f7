"""Goes through the door of a desk as people do: codes, passwords, one-time codes and passkeys."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp

from makers.browser import WAIT, Watched, watch
from makers.program import kill_group, start

PASSWORD = "zz neutral words 0001"  # noqa: S105 (of the tests' own people)
PATIENCE = 300


@dataclass
class Program:
    """The program that serves a desk, as a process of its own."""

    case: Path | str
    arguments: tuple[str, ...] = ()
    port: int = 0
    origin: str = ""
    code: str = ""
    """For the first person; "" where the case has one."""
    process: subprocess.Popen[str] | None = None

    def begin(self, **env: str) -> None:
        """Start it and read what it prints: at the same port as before, where it was up before."""
        told = ("--case", self.case, "--port", self.port, "--engine", "inline", *self.arguments)
        self.process = start("review", *told, env=env)
        assert self.process.stdout is not None
        said = ""
        while "Ctrl-C ends it" not in said:
            line = self.process.stdout.readline()
            assert line, said + (self.process.stderr.read() if self.process.stderr else "")
            said += line
        found = re.search(r"http://localhost:(\d+)", said)
        assert found, said
        self.origin, self.port = found[0], int(found[1])
        told_code = re.search(r"\b[A-Z2-9]{5}(?:-[A-Z2-9]{5}){3}\b", said)
        self.code = told_code[0] if told_code else ""

    def end(self, how: int = signal.SIGINT) -> tuple[int, str]:
        """End it: `SIGKILL` is as if the power went; return its exit code and its complaints."""
        assert self.process is not None
        os.killpg(self.process.pid, how)
        _, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, err


@contextmanager
def program(case: Path | str, *arguments: str, **env: str) -> Iterator[Program]:
    """Lend the program on a case, and end it."""
    made = Program(case, arguments)
    made.begin(**env)
    try:
        yield made
    finally:
        if made.process is not None:
            kill_group(made.process.pid)
            made.process.communicate()


@contextmanager
def person(browser: Any, origin: str) -> Iterator[Watched]:
    """Lend a watched page in a context of its own, as of another machine's browser."""
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    context.set_default_timeout(WAIT)
    try:
        yield watch(context.new_page(), origin)
    finally:
        context.close()


def typed(seen: Watched, button: str, **fields: str) -> None:
    """Fill the fields of the page's form and send it."""
    for name, value in fields.items():
        seen.page.locator(f"form [name='{name}']").last.fill(value)
    with seen.page.expect_navigation():
        seen.page.get_by_role("button", name=button, exact=True).click()


def first_person(seen: Watched, code: str, login: str, name: str) -> pyotp.TOTP:
    """Become the first person of a case; return what makes the one-time codes."""
    seen.open("/sign-in")
    typed(seen, "Go on", set_up=code, name=name, login=login, password=PASSWORD)
    return confirmed(seen)


def joins(seen: Watched, code: str, login: str, password: str = PASSWORD) -> pyotp.TOTP | None:
    """Begin with the code that a supervisor gave; return the one-time codes, None for a passkey."""
    seen.open("/join")
    typed(seen, "Go on", login=login, once=code, password=password)
    if password:
        return confirmed(seen)
    authenticator(seen)
    with seen.page.expect_navigation():
        seen.page.locator("[data-passkey=new]").click()
    return None


def confirmed(seen: Watched) -> pyotp.TOTP:
    """Take the secret from the page and type the code of now."""
    codes = pyotp.TOTP("".join(seen.text("code.secret").split()))
    typed(seen, "Confirm", code=codes.now())
    return codes


def signs_in(seen: Watched, login: str, codes: pyotp.TOTP, ahead: int = 1) -> None:
    """Sign in with a password and the next code: that of now was used to set it up.

    A code counts once (RFC 6238, 5.2); clocks may be one step apart, so the next one is taken.
    """
    seen.open("/sign-in")
    code = codes.at(int(time.time()), counter_offset=ahead)
    typed(seen, "Sign in", login=login, password=PASSWORD, code=code)


def authenticator(seen: Watched) -> None:
    """Give the page's browser a security key that answers by itself."""
    session = seen.page.context.new_cdp_session(seen.page)
    session.send("WebAuthn.enable")
    told = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": told})


def signs_in_by_passkey(seen: Watched) -> None:
    """Sign in with the security key of the page's browser."""
    seen.open("/sign-in")
    with seen.page.expect_navigation():
        seen.page.locator("[data-passkey='sign-in']").click()
