"""What the ASGI and the WSGI door share: which routes a request meets, and what is said of it."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from fanal.prevention.doors.answers import spoken
from fanal.prevention.doors.asking import (
    Decides,
    Who,
    ask,
    asked_of,
    declared,
    gravest,
    refused,
    shut,
)
from fanal.prevention.doors.requests import BODIES, Asked, Unreadable
from fanal.prevention.doors.routes import Route, found
from fanal.prevention.nouns import Decision, Reason, Surface

LONG = 65_536
"""Bytes of a body that is asked about in a thread of its own."""


@dataclass(frozen=True, slots=True)
class Declared:
    """The operator's own words about whoever acts; each may be absent."""

    session: Callable[[Asked], str] | None = None
    """A name for the visit that means nothing elsewhere, such as a keyed digest of a cookie."""
    country: Callable[[Asked], str] | None = None
    """Of the site edition or the account; never looked up from an address."""
    locale: Callable[[Asked], str] | None = None
    """Absent: the language that the browser prefers, without its country."""

    def who(self, asked: Asked) -> Who:
        """Return what is declared of a request."""
        locale = declared(self.locale or spoken, asked)
        return Who(locale, declared(self.session, asked), declared(self.country, asked))


@dataclass(frozen=True, slots=True)
class Met:
    """Routes that a request meets."""

    routes: tuple[Route, ...]
    is_plain: bool
    """False: it meets one of them only by another spelling of its path."""
    is_unread: bool = False
    """Its body was too long, too slow or cut off."""

    @property
    def needs_body(self) -> bool:
        """Tell whether the body must be read before the app is called."""
        return self.is_plain and any(
            route.digests or any(one.place in BODIES for one in (*route.text, *route.negative))
            for route in self.routes
        )

    @property
    def most(self) -> int:
        """Return how many bytes a body may have."""
        return min(route.most for route in self.routes)

    def unread(self) -> "Met":
        """Return the same for a body that could not be read."""
        return replace(self, is_unread=True)

    def is_slow(self, deterrent: Decides, body: bytes | None) -> bool:
        """Tell whether a long text or an operator's own callable may take its time."""
        is_asked = any(route.digests for route in self.routes) or len(body or b"") > LONG
        with suppress(Exception):  # what fails here fails in the decision, which is closed then
            return is_asked or deterrent.rules.classifier is not None
        return is_asked


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one request."""

    decision: Decision
    surface: Surface
    is_unread: bool = False


def met(routes: Iterable[Route], asked: Asked, paths: Sequence[str]) -> Met:
    """Return the routes that a request meets."""
    hits = [*found(routes, asked, paths)]
    return Met(tuple(route for route, _ in hits), all(is_plain for _, is_plain in hits))


def judge(deterrent: Decides, met: Met, asked: Asked, body: bytes, told: Declared) -> Verdict:
    """Return the gravest answer of all routes that a request meets; never raises."""
    whole = replace(asked, body=body)
    who = told.who(whole)
    answers = [(_one(deterrent, met, route, whole, who), route.surface) for route in met.routes]
    decision, surface = gravest(answers)
    return Verdict(decision, surface, met.is_unread)


def _one(deterrent: Decides, met: Met, route: Route, asked: Asked, who: Who) -> Decision:
    if met.is_unread:
        return shut(deterrent, route.surface, who)
    if not met.is_plain:
        return refused(deterrent, route.surface, who)
    try:
        acts = asked_of(route, asked)
    except Unreadable:
        return refused(deterrent, route.surface, who)
    except Exception:  # noqa: BLE001 (an operator's callable failed: closed, and not told)
        return refused(deterrent, route.surface, who, Reason.FAULT)
    return ask(deterrent, route.surface, acts, who)
