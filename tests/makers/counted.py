"""Decisions as a service meets them, and clocks that stand until they are moved."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fanal.prevention.nouns import Action, Decision, Reason

VERSION = "w1+f1"
ALLOWED = Decision(Action.ALLOW, Reason.NONE, list_version=VERSION)
FAILED = Decision(Action.BLOCK, Reason.FAULT, "neutral", None, VERSION)
HELPED = Decision(Action.ALLOW, Reason.SELF, "support.self", None, VERSION)


def warned(variant: str = "combined", trial: str = "t1") -> Decision:
    """Return a decision that shows a message."""
    return Decision(Action.INTERVENE, Reason.WORDS, variant, None, VERSION, trial)


@dataclass
class Moment:
    """A clock of both kinds: a day for counters, seconds for sessions."""

    at: datetime = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)
