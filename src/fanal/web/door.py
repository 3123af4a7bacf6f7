"""Knows who may come in: proofs of who somebody is, what was tried, and the first one's code."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

import pyotp

from fanal.model.desk import NOBODY, Person, Who
from fanal.pipeline.audit_records import DONE, REFUSED, Doing
from fanal.pipeline.people import ONCE, Standing, standings
from fanal.pipeline.used import use_code
from fanal.review.attempts import Attempts
from fanal.review.passwords import Passwords
from fanal.review.people import login_key
from fanal.web.asked import Refused
from fanal.web.desk import Desk
from fanal.web.refusals import Refusals

STEP = 30
"""Seconds for which a one-time code holds; one before and one after are taken (RFC 6238, 5.2)."""
ONCE_DAYS = 7
"""Days for which a one-time code of a new person stands."""
GROUPS, LETTERS = 4, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Groups of five letters, a hundred bits; none is taken for another."""
IN_LINE = 12
"""Proofs that are checked or wait for it at the same time."""
WRONG = "the login, the password or the code is not right"


class Door:
    """The door of one desk."""

    def __init__(self, desk: Desk) -> None:
        """Make the code of the first person, where the case has none."""
        self._desk = desk
        self._lock = threading.Lock()
        self._known: tuple[int, dict[str, Standing]] = (-1, {})
        self._line = threading.BoundedSemaphore(IN_LINE)
        self.passwords = Passwords()
        self.attempts = Attempts()
        self.set_up_code = "" if self.standings() else new_code()

    def standings(self) -> dict[str, Standing]:
        """Return where everybody stands now, whichever desk changed it."""
        last = self._desk.store.last_act(Person)
        with self._lock:
            if self._known[0] != last:
                self._known = (last, standings(self._desk.store))
            return self._known[1]

    def standing(self, login: str) -> Standing:
        """Return where a person stands, by any spelling of the login that counts as one."""
        known, key = self.standings(), login_key(login)
        return known.get(login) or next(
            (one for name, one in known.items() if login_key(name) == key), Standing()
        )

    def holds(self, login: str, number: int) -> bool:
        """Tell whether a session that began at an event of the person still holds."""
        one = self.standings().get(login, Standing())
        return one.is_active and not one.begins and number > one.broken

    def as_of_now(self, who: Who) -> Who:
        """Return a person with the roles of now: none before a second proof is set up."""
        one = self.standings().get(who.login, Standing())
        if one.now is None:
            return NOBODY
        return replace(who, name=one.now.name, roles=one.now.roles if one.is_proved else ())

    def proves(self, login: str, password: str, code: str, session: str) -> Person:
        """Return the person that all of this proves; whatever is wrong, the answer is the same.

        `session`: short name of the one that is to begin.
        """
        with self.attempt(login) as refuse:
            one = self.standing(login)
            fits, secret = self._opened(one, password)
            person = one.now
            if person is None or not fits or not one.is_active:
                raise refuse
            if not one.is_proved:
                return person
            if not secret or not self._takes(person, secret, code, session):
                raise refuse
            return person

    def _takes(self, person: Person, secret: str, code: str, session: str) -> bool:
        if not (step := self.step(secret, code)):
            return False
        who = Who(person.login, person.name, person.roles, session)
        doing = Doing("sign in", "with a password and a one-time code", outcome=DONE)
        return use_code(self._desk.store, who, step, doing)

    def proves_password(self, login: str, password: str) -> str:
        """Return the secret of the person's one-time codes, or refuse a wrong password."""
        with self.attempt(login, "session") as refuse:
            one = self.standing(login)
            fits, secret = self._opened(one, password)
            if not fits or not one.is_active:
                raise refuse
            return secret

    def proves_once(self, login: str, code: str) -> Person:
        """Return the person for whom this one-time code of a beginning stands."""
        with self.attempt(login) as refuse:
            one = self.standing(login)
            until, kept = once_parts(one.now.password if one.now is not None else "")
            fits = self.passwords.fits(kept, plain_code(code))
            late = until < self._desk.clock()
            if one.now is None or not fits or late or not one.is_active:
                raise refuse
            return one.now

    def is_set_up_code(self, code: str) -> None:
        """Refuse whatever is not the code that was printed where the desk was started."""
        with self.attempt("the set-up code") as refuse:
            known = plain_code(self.set_up_code)
            if not known or not compare_digest(plain_code(code).encode(), known.encode()):
                raise refuse

    def _opened(self, one: Standing, password: str) -> tuple[bool, str]:
        """Return whether a password fits and what it opens; both take as long for anybody."""
        kept = "" if one.now is None or one.begins else one.now.password
        sealed, login = ("", "") if one.now is None else (one.now.code, one.now.login)
        fits = self.passwords.fits(kept, password)
        return fits, self.passwords.opened(sealed, password, login)

    @contextmanager
    def attempt(self, login: str, how: str = "password") -> Iterator[Refused]:
        """Lend the refusal of an attempt to prove something; too many in a row are not heard.

        Each way is counted by itself: whoever guesses at a password from outside keeps its person
        neither from a passkey nor from a page that is locked.
        """
        key = f"{how} {login_key(login)[:100]}"
        if wait := self.attempts.wait(key):
            self._enter(login, "too many attempts")
            raise too_many(wait)
        refuse = Refused(401, WRONG)
        if not self._line.acquire(blocking=False):
            raise too_many(1)
        try:
            yield refuse
        except Refused:
            self._enter(login, WRONG)
            raise
        finally:
            self._line.release()
        self.attempts.succeeded(key)

    def _enter(self, login: str, says: str) -> None:
        """Record an attempt under the login it was for, where there is a person of that login."""
        known = self.standing(login).now
        who = Who(known.login, "", (), "") if known is not None else NOBODY
        doing = Doing("sign in", says, outcome=REFUSED)
        self._desk.of(Refusals).enter(who, doing)

    def step(self, secret: str, code: str) -> int:
        """Return the step of time whose code this is, 0 where it is none of now."""
        made, given = pyotp.TOTP(secret, interval=STEP), "".join(code.split())
        now = int(self._desk.clock().timestamp()) // STEP
        fits = [
            step
            for step in (now - 1, now, now + 1)
            if compare_digest(made.generate_otp(step).encode(), given.encode())
        ]
        return max(fits, default=0)

    def new_secret(self) -> str:
        """Return a new secret of one-time codes, 160 bits (RFC 4226, section 4)."""
        return pyotp.random_base32()

    def address(self, secret: str, login: str) -> str:
        """Return how a telephone is told of a secret."""
        place = f"fanal {self._desk.store.case_id[:8]}"
        return pyotp.TOTP(secret, issuer=place, name=login, interval=STEP).provisioning_uri()


def too_many(wait: float) -> Refused:
    """Return the refusal of whoever tried too often."""
    seconds = max(1, round(wait + 0.5))
    say = f"try again in {seconds} seconds" if seconds < 120 else "try again in a few minutes"
    return Refused(429, "there were too many attempts", say, wait=seconds)


def new_code() -> str:
    """Return a code that nobody guesses, to be typed once."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(GROUPS))


def plain_code(code: str) -> str:
    """Return a code without what people add when they type it."""
    return "".join(letter for letter in code.upper() if letter.isalnum())


def once(kept: str, now: datetime) -> str:
    """Return what stands for a password while a person has only a one-time code."""
    until = (now + timedelta(days=ONCE_DAYS)).isoformat(timespec="seconds")
    return f"{ONCE}{until} {kept}"


def once_parts(password: str) -> tuple[datetime, str]:
    """Return until when a one-time code stands, and what is kept of it."""
    long_ago = datetime.min.replace(tzinfo=UTC)
    if not password.startswith(ONCE):
        return long_ago, ""
    until, _, kept = password.removeprefix(ONCE).partition(" ")
    try:
        return datetime.fromisoformat(until), kept
    except ValueError:
        return long_ago, ""
