"""Decides many contents at once: what it reaches in words, a sample to check, one job, one undo."""

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fanal.custody.spelling import rows_digest
from fanal.errors import FanalError, UsageError
from fanal.model.desk import Who
from fanal.model.item import Place
from fanal.model.series import Member
from fanal.pipeline import claims
from fanal.pipeline.audit_records import Doing, enter
from fanal.pipeline.decided import standings
from fanal.review import checks
from fanal.review.limits import Limits
from fanal.stores.interface import CaseStore

MOST = 20_000
"""Contents of one job."""
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Sample:
    """What a job would decide, and which of it was drawn to be looked at."""

    id: str
    who: Who
    state: str
    contents: tuple[str, ...]
    checked: tuple[str, ...]
    error: float
    seed: str
    says: str
    """What it reaches, in words."""
    series: int

    @property
    def rule(self) -> str:
        """Say what looking at the sample shows."""
        return checks.said(len(self.contents), len(self.checked), self.error)


def sampled(
    store: CaseStore, who: Who, items: Sequence[str], state: str, limits: Limits, error: float = 0.0
) -> Sample:
    """Draw a sample of what these items and their series hold undecided, and record which."""
    contents, says, series = scope(store, items)
    if not contents:
        raise UsageError("all of it is decided", "choose what is not")
    if len(contents) > MOST:
        raise UsageError(f"these are {len(contents):,} contents", f"choose {MOST:,} at most")
    many = checks.FINE if len(contents) > limits.bulk_second else checks.COARSE
    error = min(error or many, many)
    id_, seed = f"b-{secrets.token_hex(8)}", secrets.token_hex(16)
    chosen = checks.drawn(contents, checks.needed(error), seed)
    made = Sample(id_, who, state, tuple(contents), tuple(chosen), error, seed, says, series)
    enter(store, who, Doing("bulk sample", f"{says}; {made.rule}", data=_recorded(made)))
    return made


def _recorded(made: Sample) -> Mapping[str, object]:
    """Return what it takes to draw the same sample again."""
    return {
        "sample": made.id,
        "state": made.state,
        "contents": len(made.contents),
        "of": rows_digest([bytes.fromhex(sha256) for sha256 in made.contents]),
        "seed": made.seed,
        "checked": len(made.checked),
        "error": f"{made.error:g}",
    }


def scope(store: CaseStore, items: Sequence[str]) -> tuple[list[str], str, int]:
    """Return what is undecided of these items and their series, in words too, and the series."""
    every = claims.around(store, items)
    closed = {sha256 for sha256, one in standings(store, every).items() if one.decided}
    left = [sha256 for sha256 in every if sha256 not in closed]
    series = dict(store.columns(Member, "sha256", "series", among={"sha256": left}))
    rows = list(store.columns(Place, "sha256", "exhibit", among={"sha256": left}))
    names, alone = {*series.values()}, sum(sha256 not in series for sha256 in left)
    exhibits = {exhibit for _, exhibit in rows}
    says = (
        f"{_count(len(left), 'content')}: {len(names):,} series and {alone:,} alone;"
        f" {_count(len(rows), 'copy', 'copies')} on {_count(len(exhibits), 'exhibit')}"
    )
    return left, says, len(names)


def _count(number: int, one: str, more: str = "") -> str:
    return f"{number:,} {one if number == 1 else more or one + 's'}"


@dataclass(slots=True)
class Job:
    """A bulk decision that is being made, and what became of each content."""

    id: str
    login: str
    of: int
    done: int = 0
    finished: bool = False
    event: str = ""
    """The id of the one event: taking it back takes all of it back."""
    says: str = "waits"
    refused: dict[str, str] = field(default_factory=dict)
    """Content → why it was not decided."""


Deciding = Callable[[Sequence[str]], tuple[str, int]]
"""Decides these contents in one event; returns its id and how many it was about."""
Unfit = Callable[[Sequence[str]], Mapping[str, str]]
"""Tells which of these contents this person cannot decide so, and why."""


def run(store: CaseStore, sample: Sample, job: Job, unfit: Unfit, deciding: Deciding) -> None:
    """Decide what of a sample's contents can be decided still, in one event."""
    try:
        job.says = f"looks at {job.of:,} contents"
        job.refused.update(_gone(store, sample))
        left = [sha256 for sha256 in sample.contents if sha256 not in job.refused]
        job.refused.update(unfit(left))
        left = [sha256 for sha256 in left if sha256 not in job.refused]
        if left:
            job.says = f"writes {len(left):,} decisions"
            job.event, job.done = deciding(left)
        job.says = f"{job.done:,} of {job.of:,} decided"
    except FanalError as error:
        job.says = f"nothing was decided: {error.message}"
        job.refused.update(dict.fromkeys(sample.contents, error.message))
    finally:
        job.finished = True


def _gone(store: CaseStore, sample: Sample, clock: Clock | None = None) -> dict[str, str]:
    """Return what was decided meanwhile, and what somebody else works on."""
    said = standings(store, sample.contents)
    gone = {sha256: "decided meanwhile" for sha256, one in said.items() if one.decided}
    when = (clock or _now)().isoformat(timespec="milliseconds")
    near = claims.around(store, sample.contents)
    for one in claims.active(store, near, when).values():
        if one.login != sample.who.login:
            name = claims.name_of(store, one.login)
            task = set(claims.contents_of(store, one.sha256))
            gone |= {sha256: f"{name} works on it" for sha256 in sample.contents if sha256 in task}
    return gone


def _now() -> datetime:
    return datetime.now(UTC)


class Jobs:
    """The samples that were shown, and the jobs that followed."""

    def __init__(self) -> None:
        """Begin without any."""
        self._lock = threading.Lock()
        self._samples: dict[str, Sample] = {}
        self._jobs: dict[str, Job] = {}
        self._running: list[threading.Thread] = []

    def show(self, sample: Sample) -> None:
        """Remember that a sample was shown; the last of each person counts."""
        with self._lock:
            others = {id_: one for id_, one in self._samples.items() if one.who != sample.who}
            self._samples = others | {sample.id: sample}

    def shown(self, id_: str, who: Who, state: str) -> Sample | None:
        """Return a sample that was shown to this session for this decision."""
        with self._lock:
            found = self._samples.get(id_)
        if found is None or found.who.session != who.session or found.who.login != who.login:
            return None
        return found if found.state == state else None

    def begin(self, id_: str, login: str, of: int) -> tuple[Job, bool]:
        """Return the job of that name, and whether it is new."""
        with self._lock:
            if id_ in self._jobs:
                return self._jobs[id_], False
            self._jobs[id_] = Job(id_, login, of)
            return self._jobs[id_], True

    def run(self, job: Callable[[], None]) -> None:
        """Do a job beside the requests."""
        thread = threading.Thread(target=job, daemon=True)
        with self._lock:
            self._running = [one for one in self._running if one.is_alive()] + [thread]
        thread.start()

    def close(self) -> None:
        """Wait until every job is done: the case is about to be closed."""
        with self._lock:
            running = list(self._running)
        for thread in running:
            thread.join()

    def find(self, id_: str, login: str) -> Job | None:
        """Return a job of this person."""
        with self._lock:
            found = self._jobs.get(id_)
        return found if found is not None and found.login == login else None
