"""Runs the work in processes on this machine, each within limits of memory and time."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, ClassVar

from fanal.engines.guard import GUARDS
from fanal.engines.interface import Answer, Died, Seconds, Task
from fanal.engines.worker import Worker
from fanal.settings import Settings

AHEAD = 3
"""Batches in flight for each worker: one at work, one waiting, one being written."""

PARTING = 2.0
"""Seconds to wait at the end for each thread: one may be fetching from a store that is silent."""


class Pool:
    """A pool of processes that survives the death of any of them."""

    name: ClassVar[str] = "pool"

    def __init__(self, settings: Settings, *, guarded: bool = True) -> None:
        """Start no worker yet; only the benchmark asks for workers without guards."""
        self._guarded = guarded
        self._count = settings.workers or os.cpu_count() or 1
        self._memory = settings.memory
        self._crew: _Crew | None = None
        self._starting = Lock()

    def run(
        self,
        work: Callable[[Task], Answer],
        batches: Iterable[tuple[Task, ...]],
        seconds: Seconds = 0.0,
        fetch: Callable[[Task], Task] | None = None,
    ) -> Iterator[tuple[tuple[Task, ...], tuple[Answer | Died, ...]]]:
        """Yield every batch with its answers, in order, a bounded number of batches ahead."""
        with self._starting:  # several threads may ask at once
            if self._crew is None:
                self._crew = _Crew(self._count, self._memory, guarded=self._guarded)
            crew = self._crew
        flight: deque[tuple[tuple[Task, ...], Future[Any]]] = deque()
        source = iter(batches)
        try:
            while True:
                while len(flight) < self._count * AHEAD:
                    batch = next(source, None)
                    if batch is None:
                        break
                    flight.append((batch, crew.ask(_Job(work, batch, seconds, fetch))))
                if not flight:
                    return
                batch, future = flight.popleft()
                yield batch, future.result()
        finally:
            for _, future in flight:
                future.cancel()

    @property
    def guards(self) -> Mapping[str, str]:
        """Return what holds in the workers that have answered, and why the rest does not."""
        told = [worker.guards for worker in self._crew.workers] if self._crew else []
        return {
            name: next((why for each in told if (why := each.get(name))), "") for name in GUARDS
        }

    def close(self) -> None:
        """Stop the workers at once."""
        if self._crew is not None:
            self._crew.stop()
            self._crew = None


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Any], Any]
    batch: tuple[Any, ...]
    seconds: Seconds
    fetch: Callable[[Any], Any] | None
    future: Future[Any] = field(default_factory=Future)


class _Crew:
    """Workers, each with a thread of this process that waits for it."""

    def __init__(self, count: int, memory: int, *, guarded: bool) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self.workers = [Worker(memory, guarded=guarded) for _ in range(count)]
        # Daemons, so that a run that was interrupted does not wait for the file in hand.
        self._threads = [
            Thread(target=_lead, args=(worker, self._jobs), daemon=True) for worker in self.workers
        ]
        for thread in self._threads:
            thread.start()

    def ask(self, job: _Job) -> Future[Any]:
        """Let the next free worker answer a batch."""
        self._jobs.put(job)
        return job.future

    def stop(self) -> None:
        """Kill every worker and wait for its end."""
        with suppress(Empty):
            while job := self._jobs.get_nowait():
                job.future.cancel()
        for worker in self.workers:
            worker.kill()
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(PARTING)


def _lead(worker: Worker, jobs: SimpleQueue[_Job | None]) -> None:
    """Hand one job after the other to a worker until there is None."""
    while job := jobs.get():
        if job.future.set_running_or_notify_cancel():
            try:
                batch = tuple(map(job.fetch, job.batch)) if job.fetch else job.batch
                job.future.set_result(worker.answers(job.work, batch, job.seconds))
            except BaseException as error:  # noqa: BLE001 (raised where the answer is waited for)
                job.future.set_exception(error)
    worker.close()
