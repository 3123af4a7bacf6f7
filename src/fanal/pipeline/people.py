"""Writes who may sign in to the review desk, and as what: every change is an event of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from fanal.errors import UsageError
from fanal.model.desk import AuditRecord, Person, Who
from fanal.pipeline.audit_records import Doing, audit_record
from fanal.pipeline.said import LONGEST_NAME, LONGEST_REASON
from fanal.review.people import login_key, name_key
from fanal.review.permits import SUPERVISOR, unfit
from fanal.stores.interface import Act, CaseStore

VERB = "people"
"""What the custody log calls an act that changes who may sign in."""
ACTIVE, WAITING, ENDED = "active", "waiting", "ended"
FIRST_ROLES = ("importer", "reviewer", "analyst", "supervisor", "exporter")
ONCE = "once "
"""Before what is kept of a one-time code, with the time until which it stands for a password."""
LONGEST_LOGIN = 64
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_@")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands: what holds, and what waits for a second supervisor."""

    now: Person | None = None
    waiting: Person | None = None
    broken: int = 0
    """The last event that ended the person, or made them prove who they are anew."""

    @property
    def is_active(self) -> bool:
        """Tell whether the person may sign in."""
        return self.now is not None and self.now.state == ACTIVE

    @property
    def begins(self) -> bool:
        """Tell whether a one-time code stands for the person's proofs."""
        return self.now is not None and self.now.password.startswith(ONCE)

    @property
    def is_proved(self) -> bool:
        """Tell whether the person has something besides a password that proves who they are."""
        return self.now is not None and bool(self.now.code or self.now.passkeys)


Standings = Mapping[str, Standing]


@dataclass(frozen=True, slots=True)
class New:
    """Somebody who is to sign in."""

    login: str
    name: str
    roles: tuple[str, ...]
    password: str
    """As it is kept: of a password, or of a one-time code that stands for one."""


def people(store: CaseStore) -> dict[str, Person]:
    """Return each person as the last event left them, waiting ones included."""
    return {person.login: person for person in store.find(Person, order=("number",))}


def standings(store: CaseStore) -> dict[str, Standing]:
    """Return where each person stands, by login."""
    found: dict[str, Standing] = {}
    for person in store.find(Person, order=("number",)):
        before = found.get(person.login, Standing())
        if person.state == WAITING:
            found[person.login] = replace(before, waiting=person)
            continue
        breaks = person.state == ENDED or person.password.startswith(ONCE)
        found[person.login] = Standing(person, None, person.number if breaks else before.broken)
    return found


def supervisors(known: Standings) -> set[str]:
    """Return the logins of those who may change who signs in."""
    return {
        login
        for login, one in known.items()
        if one.now is not None and one.is_active and SUPERVISOR in one.now.roles
    }


def first(store: CaseStore, new: New) -> Person:
    """Write the first person of a case, who has every role but the auditor's."""
    new = _fit(replace(new, roles=FIRST_ROLES))
    who = Who(new.login, new.name, new.roles, "")
    with store.act(new.name, VERB, action="first person") as act:
        if next(store.find(Person, limit=1), None) is not None:
            raise UsageError("this case has its first person", "sign in")
        made = _person(act, new, ACTIVE, new.login, "the first person of the case")
        act.put([made, _told(who, "first person", f"{new.login} is the first person")])
    return made


def add(store: CaseStore, who: Who, new: New, reason: str) -> Person:
    """Write a person who may sign in, at once where nobody else can agree to it."""
    new, reason = _fit(new), _reason(reason)
    with store.act(who.name, VERB, action="add person", login=new.login) as act:
        known = _asked_by(store, who)
        _refuse_likeness(known, new)
        state = WAITING if supervisors(known) - {who.login} else ACTIVE
        made = _person(act, new, state, who.login, reason)
        says = f"{new.login} may sign in as {', '.join(new.roles)}"
        act.put([made, _told(who, "add person", says + _waits(made), reason)])
    return made


def change_roles(
    store: CaseStore, who: Who, login: str, roles: Iterable[str], reason: str
) -> Person:
    """Write other roles of a person; what they had holds until a second supervisor agrees."""
    given, reason = _roles(roles), _reason(reason)
    with store.act(who.name, VERB, action="role change", login=login) as act:
        known = _asked_by(store, who)
        now = _active(known, login)
        if SUPERVISOR not in given:
            _refuse_last(known, login)
        waits = bool(supervisors(known) - {who.login})
        made = _next(act, now, who, reason, roles=given, state=WAITING if waits else ACTIVE)
        says = f"{login}: {', '.join(now.roles)} becomes {', '.join(given)}"
        act.put([made, _told(who, "role change", says + _waits(made), reason)])
    return made


def renew(store: CaseStore, who: Who, login: str, password: str, reason: str) -> Person:
    """Write that a person begins anew, with a one-time code and nothing that proved them before.

    It gives whoever has the code that person's place, so another supervisor agrees to it first.
    """
    reason = _reason(reason)
    with store.act(who.name, VERB, action="renew person", login=login) as act:
        known = _asked_by(store, who)
        if (now := known.get(login, Standing()).now) is None:
            raise UsageError("there is no such person, or they wait to be confirmed")
        state = WAITING if supervisors(known) - {who.login, login} else ACTIVE
        made = _next(act, now, who, reason, state=state, password=password, code="", passkeys=())
        says = f"{login} proves who they are anew"
        act.put([made, _told(who, "renew person", says + _waits(made), reason)])
    return made


def end(store: CaseStore, who: Who, login: str, reason: str) -> Person:
    """Write that a person signs in no more; it holds at once, and what waited is dropped."""
    reason = _reason(reason)
    with store.act(who.name, VERB, action="end person", login=login) as act:
        known = _asked_by(store, who)
        one = known.get(login, Standing())
        if (last := one.waiting or one.now) is None or last.state == ENDED:
            raise UsageError("there is no such person, or they were ended before")
        if one.is_active:
            _refuse_last(known, login)
        made = _next(act, last, who, reason, state=ENDED)
        act.put([made, _told(who, "end person", f"{login} signs in no more", reason)])
    return made


def confirm(store: CaseStore, who: Who, login: str, number: int) -> Person:
    """Write that a second supervisor agrees to what waits: the event that they were shown."""
    with store.act(who.name, VERB, action="confirm person", login=login) as act:
        known = _asked_by(store, who)
        waiting = _waiting(known, login, number)
        if waiting.by == who.login:
            raise UsageError("another supervisor than the one who asked for it confirms it")
        if waiting.password.startswith(ONCE) and login == who.login:
            raise UsageError("nobody confirms how they sign in themselves")
        if SUPERVISOR not in waiting.roles and login in supervisors(known):
            _refuse_last(known, login)
        made = _next(act, waiting, who, f"asked for by {waiting.by}: {waiting.reason}")
        says = f"{login} may sign in as {', '.join(made.roles)}, as {waiting.by} asked"
        act.put([made, _told(who, "confirm person", says, waiting.reason)])
    return made


def turn_down(store: CaseStore, who: Who, login: str, number: int, reason: str) -> Person:
    """Write that what waits is not to be; whoever asked for it may say so too."""
    reason = _reason(reason)
    with store.act(who.name, VERB, action="turn down", login=login) as act:
        known = _asked_by(store, who)
        waiting = _waiting(known, login, number)
        before = known[login].now
        made = _next(act, before or waiting, who, reason, state=before.state if before else ENDED)
        says = f"{login}: what {waiting.by} asked for is not to be"
        act.put([made, _told(who, "turn down", says, reason)])
    return made


def keep(store: CaseStore, who: Who, what: str, **proofs: Any) -> Person:
    """Write how a person proves who they are from now on; only they themselves change it.

    A change of their roles that waited is dropped: whoever confirms it must see what holds.
    """
    with store.act(who.name, VERB, action="proofs", login=who.login) as act:
        known = standings(store)
        now = _active(known, who.login)
        made = _next(act, now, who, what, **proofs)
        dropped = "; what waited of them is dropped" if known[who.login].waiting else ""
        act.put([made, _told(who, "proofs", f"{what}{dropped}")])
    return made


def _asked_by(store: CaseStore, who: Who) -> dict[str, Standing]:
    """Return where everybody stands; refuse whoever is no supervisor by now."""
    known = standings(store)
    if who.login not in supervisors(known):
        raise UsageError("only a supervisor of this case changes who signs in")
    return known


def _active(known: Standings, login: str) -> Person:
    one = known.get(login, Standing())
    if one.now is None or not one.is_active:
        raise UsageError("nobody of that login may sign in now")
    return one.now


def _waiting(known: Standings, login: str, number: int) -> Person:
    waiting = known.get(login, Standing()).waiting
    if waiting is None or waiting.number != number:
        raise UsageError("this waits no more: it was changed meanwhile", "look at the page anew")
    return waiting


def _refuse_last(known: Standings, login: str) -> None:
    if supervisors(known) <= {login}:
        raise UsageError(
            "the last supervisor of a case stays one", "make somebody else a supervisor first"
        )


def _refuse_likeness(known: Standings, new: New) -> None:
    """Refuse whoever would count as somebody else where two people are needed."""
    for login, one in known.items():
        if (person := one.waiting or one.now) is None:
            continue
        if login_key(login) == login_key(new.login):
            raise UsageError("there is, or was, a person of that login", "choose another")
        if name_key(person.name) == name_key(new.name):
            raise UsageError(
                f"a person of that name signs in as {login}: both would count as one person",
                "give a name that tells them apart, or let that login act again",
            )


def _fit(new: New) -> New:
    """Return a person without spaces around what names them; refuse what names nobody."""
    login, name = new.login.strip(), new.name.strip()
    if not (0 < len(login) <= LONGEST_LOGIN and PLAIN.issuperset(login) and login[0].isalnum()):
        raise UsageError(
            f"a login has at most {LONGEST_LOGIN} letters from a to z, numbers and . - _ @,"
            " and begins with a letter or a number"
        )
    if not (name_key(name) and name.isprintable() and len(name) <= LONGEST_NAME):
        raise UsageError(
            "a name is printable, has a letter or a number in it, and at most"
            f" {LONGEST_NAME} characters"
        )
    return New(login, name, _roles(new.roles), new.password)


def _roles(roles: Iterable[str]) -> tuple[str, ...]:
    given = tuple(dict.fromkeys(roles))
    if why := unfit(given):
        raise UsageError(why)
    return given


def _reason(reason: str) -> str:
    said = reason.strip()
    if not (any(map(str.isalnum, said)) and said.isprintable() and len(said) <= LONGEST_REASON):
        raise UsageError(f"say why, on one line of at most {LONGEST_REASON:,} characters")
    return said


def _person(act: Act, new: New, state: str, by: str, reason: str) -> Person:
    return Person(
        *(new.login, act.number, new.name, new.roles, state, new.password, "", ()),
        *(by, _now(), reason),
    )


def _next(act: Act, before: Person, who: Who, reason: str, **changes: Any) -> Person:
    told: dict[str, Any] = {"state": ACTIVE, "number": act.number, "by": who.login, "when": _now()}
    return replace(before, **(told | {"reason": reason} | changes))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _waits(person: Person) -> str:
    return ", once a second supervisor agrees" if person.state == WAITING else ""


def _told(who: Who, action: str, says: str, reason: str = "") -> AuditRecord:
    return audit_record(who, Doing(action, says, purpose=reason))
