"""Runs the work on the machines of a cluster (Dask distributed), or on one of its own here.

A batch is one task of the cluster. It only computes, so it may be asked twice, and what was lost
with a worker or a scheduler is asked again; what was yielded is never asked again.
"""

import os
import pickle
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from fanal.engines.cluster_access import Access
from fanal.engines.cluster_task import Job, Outcome
from fanal.engines.guard import GUARDS
from fanal.engines.interface import Answer, Died, Seconds, Task
from fanal.errors import FanalError
from fanal.settings import Settings

try:
    from fanal.engines.cluster_link import Killed, Link, Lost, other_programs
    from fanal.engines.cluster_local import Local
except ModuleNotFoundError as error:
    raise FanalError(
        f"the engine cluster needs {error.name}", "pip install 'fanal[cluster]'"
    ) from error

AHEAD = 3
"""Batches in flight for each thread of the cluster: at work, waiting, being written."""
LOOK = 0.5
"""Seconds between two looks at what may have died."""
COUNT = 1.0
"""Seconds between two counts of the threads."""


@dataclass(slots=True)
class _Asked:
    """A batch in flight."""

    batch: tuple[Any, ...]
    job: bytes
    link: Link | None = None
    """The connection it was sent through; another one means: send it again."""
    future: Any = None


class Cluster:
    """A cluster whose workers may come and go, and whose scheduler may be lost for a while."""

    name: ClassVar[str] = "cluster"

    def __init__(self, settings: Settings) -> None:
        """Start nothing and connect to nobody yet."""
        self._access = Access.told(settings)
        self._memory = settings.memory
        self._wait = settings.cluster_wait
        self._local = None if self._access.address else Local(settings.workers or _cores())
        self._link: Link | None = None
        self._flights: list[deque[_Asked]] = []
        self._threads, self._counted = 1, 0.0
        self._guards: dict[str, str] = dict.fromkeys(GUARDS, "")

    @property
    def guards(self) -> Mapping[str, str]:
        """Return what holds in the workers that have answered, and why the rest does not."""
        return dict(self._guards)

    def run(
        self,
        work: Callable[[Task], Answer],
        batches: Iterable[tuple[Task, ...]],
        seconds: Seconds = 0.0,
        fetch: Callable[[Task], Task] | None = None,
    ) -> Iterator[tuple[tuple[Task, ...], tuple[Answer | Died, ...]]]:
        """Yield every batch with its answers, in order, a bounded number of batches ahead."""
        flight: deque[_Asked] = deque()
        self._flights.append(flight)
        source = iter(batches)
        try:
            while True:
                while len(flight) < self._room():
                    batch = next(source, None)
                    if batch is None:
                        break
                    job = pickle.dumps(Job(work, batch, seconds, fetch, self._memory))
                    flight.append(_Asked(batch, job))
                    self._send(flight[-1])
                if not flight:
                    return
                answers = self._answers(flight[0])
                yield flight.popleft().batch, answers
        finally:
            self._flights.remove(flight)
            if self._link is not None:
                self._link.cancel([asked.future for asked in flight if asked.link is self._link])

    def close(self) -> None:
        """Let go of the cluster; end it, where it is our own."""
        if self._link is not None:
            self._link.close()
            self._link = None
        if self._local is not None:
            self._local.stop()

    # ---- one batch

    def _answers(self, asked: _Asked) -> tuple[Any, ...]:
        try:
            outcome = self._outcome(asked)
        except Killed:
            # Perhaps through no fault of its own: what was in hand beside it died with it.
            self._settle()
            return self._alone(pickle.loads(asked.job), asked.batch)  # noqa: S301 (written here)
        return self._opened(outcome)

    def _alone(self, job: Job, batch: tuple[Any, ...]) -> tuple[Any, ...]:
        """Ask tasks with nothing beside them, halving, until those that kill workers are found."""
        part = Job(job.work, batch, job.seconds, job.fetch, job.memory)
        asked = _Asked(batch, pickle.dumps(part))
        try:
            return self._opened(self._outcome(asked))
        except Killed:
            if len(batch) == 1:
                return (Died(),)
            half = len(batch) // 2
            return self._alone(job, batch[:half]) + self._alone(job, batch[half:])

    def _outcome(self, asked: _Asked) -> Outcome:
        """Wait for a batch, however often it must be sent; raise `Killed` if workers die of it."""
        while True:
            link = self._send(asked)
            try:
                told = link.result(asked.future, LOOK)
                if told is not None:
                    return pickle.loads(told)  # type: ignore[no-any-return]  # noqa: S301
                self._look()
            except Lost:
                self._drop(link)

    def _opened(self, outcome: Outcome) -> tuple[Any, ...]:
        if outcome.unlike:
            raise other_programs(outcome.unlike)
        if self._local is not None:
            self._local.answered()
        for name, why in outcome.guards.items():
            self._guards[name] = self._guards.get(name) or why
        if outcome.error is not None:
            raise outcome.error
        return outcome.answers

    def _settle(self) -> None:
        """Wait until nothing is in flight, in this run or in one around it."""
        for asked in [asked for flight in self._flights for asked in flight]:
            while True:
                link = self._send(asked)
                try:
                    if link.ended(asked.future):
                        break
                    self._look()
                    time.sleep(LOOK / 10)
                except Lost:
                    self._drop(link)

    # ---- the connection

    def _send(self, asked: _Asked) -> Link:
        """Send a batch out unless it is out already; return the connection it went through."""
        while True:
            link = self._linked()
            if asked.link is link:
                return link
            try:
                asked.future = link.submit(asked.job)
                asked.link = link
            except Lost:
                self._drop(link)

    def _linked(self) -> Link:
        """Return the connection; make one where there is none, trying again for a while."""
        if self._link is not None:
            return self._link
        until = time.monotonic() + self._wait
        while True:
            try:
                self._link = self._connected()
            except Lost as loss:
                if time.monotonic() > until:
                    raise self._gone(loss) from None
                time.sleep(LOOK)
            else:
                return self._link

    def _connected(self) -> Link:
        address, security = self._access.address, self._access.security()
        if self._local is not None:
            if not self._local.address:
                self._local.start()
            else:
                self._local.mend()
            address, security = self._local.address, self._local.security
        link = Link(address, security, direct=self._local is not None)
        try:
            self._await_worker(link)
            link.check()
        except BaseException:
            link.close()
            raise
        return link

    def _await_worker(self, link: Link) -> None:
        until = time.monotonic() + self._wait
        while not (threads := link.threads()):
            if time.monotonic() > until:
                raise Lost("it has no worker")
            time.sleep(LOOK / 10)
            if self._local is not None and self._local.mend():
                raise Lost("it ended")
        self._threads, self._counted = threads, time.monotonic()

    def _drop(self, link: Link) -> None:
        """Let go of a connection that is lost; the next batch makes another."""
        link.close()
        if self._link is link:
            self._link = None

    def _look(self) -> None:
        """Mend our own cluster; with another's, see that it still has workers."""
        if self._local is not None:
            if self._local.mend():
                raise Lost("it ended")
        else:
            self._room()
            if not self._threads:
                raise Lost("it has no worker")

    def _room(self) -> int:
        """Return how many batches may be in flight; workers come and go."""
        link = self._linked()
        if time.monotonic() > self._counted + COUNT:
            try:
                self._threads = link.threads()
            except Lost:
                self._drop(link)
                self._linked()
            self._counted = time.monotonic()
        return max(1, self._threads) * AHEAD

    def _gone(self, loss: Lost) -> FanalError:
        where = self._access.address or "on this machine"
        return FanalError(
            f"the cluster {where} cannot be reached: {loss}"[:500],
            "start its scheduler and a worker, then run the same command again: it goes on",
        )


def _cores() -> int:
    return os.cpu_count() or 1
