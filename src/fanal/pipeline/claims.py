"""Lets a person work on a task of the queue for a while, and keeps others from it meanwhile.

A task is a series with all its contents, or a content that is alone. A claim is an event: the last
one of a content counts, until its time is over; nobody has to take it away.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fanal.errors import FanalError
from fanal.model.desk import Claim, Person, Who
from fanal.model.series import Member
from fanal.pipeline.queued import standing
from fanal.stores.interface import CaseStore

VERB = "claim"
MINUTES = 15
RENEWED = 10
"""Minutes left below which activity renews a claim: not every key is an act."""
Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class HeldError(FanalError):
    """Somebody else works on it."""

    exit_code = 2

    def __init__(self, sha256: str, claim: Claim, holder: str) -> None:
        """Keep what is held, by whom and until when."""
        super().__init__(
            f"{holder} works on this until {claim.until[11:16]} UTC",
            "take another one; it is free when they give it back, or then",
        )
        self.sha256 = sha256
        self.holder = holder
        self.claim = claim


@dataclass(frozen=True, slots=True)
class Taken:
    """What a person works on."""

    sha256: str
    """The content that stands for the task."""
    until: str


def claim(store: CaseStore, who: Who, sha256: str, clock: Clock = now) -> Taken:
    """Take a task, or keep it for longer; raise `HeldError` where somebody else has it."""
    task = contents_of(store, sha256)
    if (mine := _mine(store, who, task, clock())) and _left(mine, clock()) > RENEWED:
        return Taken(mine.sha256, mine.until)
    refuse_held(store, who.login, task, clock)
    with store.act(who.name, VERB) as act:
        refuse_held(store, who.login, task, clock)
        until = _spelled(clock() + timedelta(minutes=MINUTES))
        stands = next(iter(standing(store, task)), sha256)
        act.put([Claim(stands, act.number, who.login, until)])
    return Taken(stands, until)


def give_back(store: CaseStore, who: Who, sha256: str, clock: Clock = now) -> bool:
    """Let others take a task; return whether this person had it."""
    task = contents_of(store, sha256)
    if _mine(store, who, task, clock()) is None:
        return False
    with store.act(who.name, VERB) as act:
        act.put(over(store, who.login, task, act.number, _spelled(clock())))
    return True


def over(
    store: CaseStore, login: str, contents: Sequence[str], act: int, when: str
) -> Iterator[Claim]:
    """Yield what ends the claims of a person on these contents, to be written in that act."""
    for one in active(store, contents, when).values():
        if one.login == login:
            yield Claim(one.sha256, act, login, when)


def refuse_held(store: CaseStore, login: str, contents: Sequence[str], clock: Clock = now) -> None:
    """Raise `HeldError` where somebody else works on one of these contents."""
    for sha256, one in active(store, contents, _spelled(clock())).items():
        if one.login != login:
            raise HeldError(sha256, one, name_of(store, one.login))


def active(store: CaseStore, contents: Iterable[str], when: str) -> dict[str, Claim]:
    """Return the claims on these contents that hold at that time."""
    every = store.find(Claim, order=("sha256", "number"), among={"sha256": list(contents)})
    last = {one.sha256: one for one in every}
    return {sha256: one for sha256, one in last.items() if one.until > when}


def contents_of(store: CaseStore, sha256: str) -> list[str]:
    """Return all contents of the task that a content belongs to."""
    return around(store, [sha256])


def around(store: CaseStore, contents: Sequence[str]) -> list[str]:
    """Return these contents and all of the series that they are in."""
    among = {"sha256": contents}
    series = {name for (name,) in store.columns(Member, "series", among=among)}
    named = {"series": sorted(series)}
    members = store.columns(Member, "sha256", among=named) if series else ()
    return sorted({*contents, *(one for (one,) in members)})


def name_of(store: CaseStore, login: str) -> str:
    """Return the name of whoever has a login; the login where nobody wrote a name."""
    known = list(store.find(Person, order=("number",), login=login))
    return (known[-1].name if known else "") or login


def _mine(store: CaseStore, who: Who, task: Sequence[str], when: datetime) -> Claim | None:
    held = active(store, task, _spelled(when)).values()
    return next((one for one in held if one.login == who.login), None)


def _left(one: Claim, when: datetime) -> float:
    """Return the minutes that a claim holds still."""
    return (datetime.fromisoformat(one.until) - when).total_seconds() / 60


def _spelled(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds")


class Claims:
    """Who works on what now: in memory, as new as the case was when it was last asked."""

    def __init__(self, store: CaseStore, clock: Clock = now) -> None:
        """Begin without any."""
        self._store = store
        self._clock = clock
        self._act = 0
        self._last: dict[str, Claim] = {}
        self._task: dict[str, frozenset[str]] = {}

    def refresh(self) -> None:
        """Take over what later acts wrote, and let go of what is over."""
        last = self._store.last_act(Claim)
        for one in self._store.since(Claim, self._act) if last > self._act else ():
            self._last[one.sha256] = one
        self._act = last
        when = _spelled(self._clock())
        self._last = {sha256: one for sha256, one in self._last.items() if one.until > when}
        self._task = {sha256: frozenset(contents_of(self._store, sha256)) for sha256 in self._last}

    def held(self, besides: str = "") -> Mapping[str, Claim]:
        """Return each content of a task that somebody works on, but for one person's own."""
        when = _spelled(self._clock())
        return {
            content: one
            for sha256, one in self._last.items()
            if one.until > when and one.login != besides
            for content in self._task[sha256]
        }

    def of(self, login: str) -> list[Claim]:
        """Return what a person works on."""
        when = _spelled(self._clock())
        return [one for one in self._last.values() if one.login == login and one.until > when]
