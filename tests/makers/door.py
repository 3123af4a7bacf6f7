"""People at the door of a desk: cheap passwords, a clock that is set, kept cookies."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp

from fanal.pipeline.people import FIRST_ROLES, New, add, first, keep
from fanal.review.attempts import Attempts
from fanal.review.passwords import Passwords
from fanal.web.app import application
from fanal.web.desk import Desk
from fanal.web.door import Door, once, plain_code
from fanal.web.refusals import Refusals
from fanal.web.sessions import Sessions
from fanal.web.sign_in import who_of
from makers.desk import Answer, Client

CHEAP = Passwords(1, 8, 1)
PHRASE = "a long benign phrase"
START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Time that passes when it is told to."""

    passed: float = 0.0

    def __call__(self) -> float:
        return self.passed

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed)


@dataclass
class Entrance:
    """A desk with its door, and who stands there."""

    desk: Desk
    clock: Clock = field(default_factory=Clock)
    secrets: dict[str, str] = field(default_factory=dict)
    """Login → secret of one-time codes."""

    app: Any = None

    def __post_init__(self) -> None:
        self.app = application(self.desk)
        self.desk.clock = self.clock.now
        self.desk.sessions = Sessions(self.clock)
        self.door.passwords = CHEAP
        self.door.attempts = Attempts(self.clock)
        self.desk.of(Refusals)._clock = self.clock

    @property
    def door(self) -> Door:
        return self.desk.of(Door)

    def person(self, login: str, roles: tuple[str, ...] = FIRST_ROLES, by: str = "") -> str:
        """Write a person with a password and one-time codes; return the secret of these."""
        store, kept = self.desk.store, CHEAP.kept(PHRASE)
        new = New(login, f"Person {login}", roles, kept)
        asking = self.door.standing(by).now if by else None
        made = add(store, who_of(asking), new, "works here") if asking else first(store, new)
        self.secrets[login] = pyotp.random_base32()
        sealed = CHEAP.sealed(self.secrets[login], PHRASE, login)
        if made.state == "active":
            keep(store, who_of(made), "set up", code=sealed)
        return self.secrets[login]

    def code(self, login: str) -> str:
        """Return the one-time code of now."""
        return pyotp.TOTP(self.secrets[login]).at(self.clock.now())

    def browser(self) -> "Browser":
        """Return a browser in which nobody is signed in."""
        return Browser(self.app)

    def signed_in(self, login: str) -> "Browser":
        """Return a browser in which that person has just signed in."""
        browser = self.browser()
        answer = browser.sign_in(login, PHRASE, self.code(login))
        assert answer.status == 303, answer.text
        assert browser.secret
        self.clock.passed += 60  # the next code is another one
        return browser

    def once_code(self, login: str) -> str:
        """Return a code with which a person that waits for nothing may begin."""
        code = "-".join(secrets.token_hex(3) for _ in range(3))
        person = self.door.standing(login).now
        assert person is not None
        kept = once(CHEAP.kept(plain_code(code)), self.clock.now())
        keep(self.desk.store, who_of(person), "a code", password=kept, code="", passkeys=())
        return code


class Browser(Client):
    """A client that keeps the cookie it is sent."""

    def form(self, path: str, told: Mapping[str, str], **headers: str) -> Answer:
        return self._kept(super().form(path, told, **headers))

    def post(self, path: str, told: object = None, **headers: str) -> Answer:
        return self._kept(super().post(path, told, **headers))  # type: ignore[arg-type]

    def sign_in(self, login: str, password: str, code: str = "", **headers: str) -> Answer:
        told = {"login": login, "password": password, "code": code}
        return self.form("/sign-in", told, **headers)

    def _kept(self, answer: Answer) -> Answer:
        if found := re.match(r"__Host-fanal=([^;]*);", answer.headers.get("set-cookie", "")):
            self.secret = found[1].strip('"')
        return answer


def files_of(case: Path) -> bytes:
    """Return all bytes that a case keeps."""
    return b"".join(path.read_bytes() for path in sorted(case.rglob("*")) if path.is_file())
