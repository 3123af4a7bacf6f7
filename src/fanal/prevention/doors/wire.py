"""What the HTTP service is sent and sends: one strict JSON object each, named by dataclasses."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, TypeVar

from fanal.prevention.doors.asking import Decides, Who, shut
from fanal.prevention.nouns import (
    Action,
    Content,
    Decision,
    Outcome,
    Reason,
    Signals,
    Surface,
)

T = TypeVar("T")
LONGEST_NAME = 500
"""Characters of what is no text: a locale, a session, a digest."""
TEXTS = frozenset({"text", "negative"})


@dataclass(frozen=True, slots=True, repr=False)
class Act:
    """What somebody does at a service; only the surface must be said."""

    surface: Surface
    text: str = ""
    negative: str = ""
    sha256: str = ""
    sha1: str = ""
    md5: str = ""
    pdq: str = ""
    locale: str = ""
    country: str = ""
    session: str = ""

    @property
    def signals(self) -> Signals:
        """Return what is looked at."""
        return Signals(
            self.text, self.negative, self.sha256, self.sha1, self.md5, self.pdq, self.country
        )

    @property
    def who(self) -> Who:
        """Return what is declared."""
        return Who(self.locale, self.session, self.country)


@dataclass(frozen=True, slots=True, repr=False)
class Happened:
    """What somebody did after a message."""

    session: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Counted:
    """Whether an outcome was counted."""

    counted: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """The closed answer to a request that the service does not take: a decision, and why."""

    action: Action
    reason_class: Reason
    variant_id: str
    content: Content | None
    list_version: str
    trial_id: str
    fault: str
    """One of a few sentences; never a word of the request."""


@dataclass(frozen=True, slots=True)
class State:
    """How the service does: digests, days and classes of faults."""

    is_well: bool
    day: str
    list_version: str
    trial_id: str
    registration: str
    counting: str
    troubles: tuple[str, ...]


class Refused(Exception):  # noqa: N818 (what happened)
    """A request that is not taken: the status, and one of a few sentences."""

    def __init__(self, status: int, fault: str, act: Act | None = None) -> None:
        """Take what is answered."""
        super().__init__(fault)
        self.status, self.fault, self.act = status, fault, act


def read(body: bytes, kind: type[T]) -> T:
    """Return what a body says, or raise `Refused`; every name stands once and is known."""
    try:
        told = json.loads(body.decode("utf-8"), parse_constant=_none, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Refused(400, "the body is no JSON object in UTF-8 with each name once") from None
    if not isinstance(told, dict):
        raise Refused(400, "the body is no JSON object in UTF-8 with each name once")
    known = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    if not told.keys() <= known.keys():
        raise Refused(422, "the object has a name that is not known")
    if any(one.default is MISSING and name not in told for name, one in known.items()):
        raise Refused(422, "the object lacks a name that must be there")
    return kind(**{name: _value(name, value, known[name].type) for name, value in told.items()})


def _value(name: str, value: Any, kind: Any) -> Any:
    if not isinstance(value, str) or (name not in TEXTS and len(value) > LONGEST_NAME):
        raise Refused(422, "the object has a value of the wrong kind")
    if kind is str:
        return value
    try:
        return kind(value)
    except ValueError:
        raise Refused(422, "the object has a value that is not known") from None


def refusal(deterrent: Decides | None, refused: Refused) -> Refusal:
    """Return the closed answer to what is not taken: always `block`."""
    act = refused.act
    done = (
        Decision(Action.BLOCK, Reason.UNREADABLE, "neutral")
        if act is None or deterrent is None
        else shut(deterrent, act.surface, act.who)
    )
    return Refusal(
        Action.BLOCK,
        done.reason_class,
        done.variant_id,
        done.content,
        done.list_version,
        done.trial_id,
        refused.fault,
    )


def spelled(told: Any) -> bytes:
    """Return a dataclass as JSON, plain ASCII."""
    return json.dumps(told if isinstance(told, Mapping) else asdict(told)).encode("ascii")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError
    return told


def _none(_: str) -> Any:
    raise ValueError
