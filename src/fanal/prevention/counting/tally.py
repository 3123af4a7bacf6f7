"""Turns decisions, and what a service says happened afterwards, into counts."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from fanal.prevention.counting.cells import Cell, Place, Total, declared, name
from fanal.prevention.counting.counters import Counters
from fanal.prevention.counting.sessions import Sessions
from fanal.prevention.nouns import SUPPORT, Action, Decision, Outcome, Reason, Surface

TOLD = frozenset({Outcome.HELP, Outcome.ABANDONED, Outcome.APPEAL, Outcome.LEFT, Outcome.MISHIT})
"""What a service may say happened; the rest is counted from decisions alone."""


def utc_now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


class Tally:
    """Counts each session at most once for each outcome (PRIV-04)."""

    def __init__(
        self,
        counters: Counters | None,
        sessions: Sessions,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Count into counters; without any, sessions still keep their wording."""
        self._counters = counters
        self._sessions = sessions
        self._clock = clock

    def variant(self, session: str) -> str:
        """Return the wording that a session has seen; "" for none."""
        return self._sessions.variant(session) if session else ""

    def note(
        self, surface: Surface, decision: Decision, session: str = "", country: str = ""
    ) -> None:
        """Count one decision; nothing of the act is handed in, so nothing can be kept of it."""
        day = self._today()
        place = Place(
            day,
            declared(country),
            surface.value,
            name(decision.trial_id) if session else "",
            name(decision.variant_id),
        )
        cells = [_total(place, Total.ACTS)]
        if decision.reason_class in {Reason.FAULT, Reason.UNREADABLE}:
            cells.append(_total(place, Total.FAILED))
        elif decision.reason_class in SUPPORT:
            cells += self._met(session, place, Outcome.SUPPORT)
        elif decision.action is not Action.ALLOW:
            cells += self._met(session, place, Outcome.SHOWN)
        if self._counters is not None:
            self._counters.add(cells)
            self._counters.saw(day, decision.list_version)

    def happened(self, session: str, outcome: Outcome) -> bool:
        """Count what a service says happened after a message; False where it is not counted.

        A session that was shown nothing adds nothing, and each outcome is counted once.
        """
        if not session or outcome not in TOLD:
            return False
        found = self._sessions.first(session, outcome)
        if found is None:
            return False
        if self._counters is not None:
            self._counters.add([found[1].cell(found[0].value)])
        return True

    def lists(self, version: str) -> None:
        """Note which lists are asked from now on."""
        if self._counters is not None:
            self._counters.saw(self._today(), version)

    def flush(self) -> None:
        """Write what was counted, and forget sessions that are over.

        Raises CountersDead where the disk fails.
        """
        self._sessions.forget()
        if self._counters is not None:
            self._counters.flush()

    def _today(self) -> date:
        return self._clock().astimezone(UTC).date()

    def _met(self, session: str, place: Place, outcome: Outcome) -> list[Cell]:
        """Return the cells of a message that was shown."""
        if not session:
            return [place.cell(outcome.value)]
        note = self._sessions.support if outcome is Outcome.SUPPORT else self._sessions.hit
        found = note(session, place)
        cells = [found[1].cell(found[0].value)] if found else []
        cells += [_total(place, Total.PUSHED)] * self._sessions.pushed_out()
        return cells


def _total(place: Place, total: Total) -> Cell:
    return Cell(place.day, "", place.surface, "", "", total.value)
