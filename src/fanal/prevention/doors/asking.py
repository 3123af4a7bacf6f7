"""Asks once about one act, however many texts it has: the gravest answer is the answer.

An act is counted once. Where it has several texts, each is decided by the pure function first, and
the one that is answered most gravely is what the deterrent is asked about.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol

from fanal.prevention.decide import Rules, decide
from fanal.prevention.doors.requests import BODIES, MOST_TEXTS, Asked, Unreadable, texts
from fanal.prevention.doors.routes import Route
from fanal.prevention.nouns import Action, Decision, Outcome, Reason, Signals, Surface

GRAVITY = {Action.ALLOW: 0, Action.BLOCK: 2, Action.INTERVENE: 3}


class Decides(Protocol):
    """What a door asks; `deterrent.Deterrent` is one."""

    @property
    def rules(self) -> Rules:
        """The snapshot that decides now."""

    def decide(
        self, surface: Surface | str, signals: Signals, locale: str = "", session: str = ""
    ) -> Decision:
        """Decide one act and count it."""

    def refuse(
        self,
        surface: Surface | str,
        locale: str = "",
        country: str = "",
        reason: Reason = Reason.UNREADABLE,
    ) -> Decision:
        """Return the closed answer and count it."""

    def happened(self, session: str, outcome: Outcome | str) -> bool:
        """Count what happened after a message."""

    def health(self) -> Any:
        """Say how it does, as `deterrent.Health`."""


@dataclass(frozen=True, slots=True, repr=False)
class Who:
    """What a service declares of whoever acts; nothing of it is kept."""

    locale: str = ""
    session: str = ""
    """A name for the visit that means nothing outside the service; "" for none."""
    country: str = ""


def ask(
    deterrent: Decides, surface: Surface, acts: Sequence[Signals], who: Who | None = None
) -> Decision:
    """Return the gravest answer to an act; never raises, whatever was entered or fails."""
    who = who or Who()
    try:
        told = [replace(one, country=one.country or who.country) for one in acts]
        if not told or len(told) > MOST_TEXTS:
            return refused(deterrent, surface, who)
        if len(told) == 1:
            return deterrent.decide(surface, told[0], who.locale, who.session)
        return _gravest(deterrent, surface, told, who)
    except Exception:  # noqa: BLE001 (no fault may let anything pass, nor be told)
        return refused(deterrent, surface, who, Reason.FAULT)


def refused(
    deterrent: Decides, surface: Surface, who: Who, reason: Reason = Reason.UNREADABLE
) -> Decision:
    """Return the closed answer to what a door could not read."""
    try:
        return deterrent.refuse(surface, who.locale, who.country, reason)
    except Exception:  # noqa: BLE001 (likewise)
        return Decision(Action.BLOCK, Reason.FAULT, "neutral")


def shut(deterrent: Decides, surface: Surface, who: Who) -> Decision:
    """Return the closed answer where the app cannot go on, whatever is configured."""
    done = refused(deterrent, surface, who)
    if done.action is not Action.ALLOW:
        return done
    content = None
    with suppress(Exception):  # then the page says it in English
        rules = deterrent.rules
        content = rules.texts.content("neutral", surface, who.locale, who.country, rules.day)
    return replace(done, action=Action.BLOCK, variant_id="neutral", content=content)


def asked_of(route: Route, asked: Asked) -> list[Signals]:
    """Return what a request is asked about, or raise `Unreadable`: each text alone, and all of it.

    An app may take the first of several values, the last, or all of them joined.
    """
    text, negative = texts(asked, route.text), texts(asked, route.negative)
    if _is_empty(route, asked, [*text, *negative]):
        raise Unreadable
    pairs = [(" ".join(text), " ".join(negative))]
    if len(text) > 1 or len(negative) > 1:
        alone, others = dict.fromkeys(text), dict.fromkeys(negative)
        pairs = [*((one, "") for one in alone), *(("", one) for one in others), *pairs]
    files = [*route.digests(asked)] if route.digests else []
    if len(pairs) == len(files) == 1:
        return [replace(files[0], text=pairs[0][0], negative=pairs[0][1])]
    acts = [*(Signals(text=one, negative=other) for one, other in pairs), *files]
    if len(acts) > MOST_TEXTS:
        raise Unreadable
    return acts


def _is_empty(route: Route, asked: Asked, told: Sequence[str]) -> bool:
    """Tell whether a prompt is sent that is not where the route says that it is."""
    is_told = any(one.place in BODIES for one in (*route.text, *route.negative))
    return route.surface is Surface.GENERATE and is_told and bool(asked.body) and not told


def weight(decision: Decision) -> int:
    """Return how grave an answer is: help beside a result is more than nothing."""
    return GRAVITY[decision.action] or int(decision.content is not None)


def gravest(found: Iterable[tuple[Decision, Surface]]) -> tuple[Decision, Surface]:
    """Return the gravest of several answers, the first of equals."""
    return max(found, key=lambda one: weight(one[0]))


def _gravest(deterrent: Decides, surface: Surface, acts: list[Signals], who: Who) -> Decision:
    rules = deterrent.rules
    seen = [decide(surface, one, who.locale, "", rules) for one in acts]
    at = max(range(len(acts)), key=lambda one: weight(seen[one]))
    done = deterrent.decide(surface, acts[at], who.locale, who.session)
    is_lighter = done.action is Action.ALLOW and seen[at].action is not Action.ALLOW
    return seen[at] if is_lighter else done  # where lists were replaced in between


def declared(told: Callable[[Asked], str] | None, asked: Asked) -> str:
    """Return what an operator's callable says of a request; what fails says nothing."""
    if told is None:
        return ""
    try:
        said: Any = told(asked)
    except Exception:  # noqa: BLE001 (it decides nothing; it must not be told either)
        return ""
    return said if isinstance(said, str) else ""
