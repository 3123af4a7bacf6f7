"""Runs the work in processes on this machine, each within limits of memory and time."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, ClassVar

from fanal.engines.interface import Answer, Died, Task
from fanal.engines.worker import Worker
from fanal.settings import Settings

AHEAD = 3
"""Batches in flight for each worker: one at work, one waiting, one being written."""


class Pool:
    """A pool of processes that survives the death of any of them."""

    name: ClassVar[str] = "pool"

    def __init__(self, settings: Settings) -> None:
        """Start no worker yet."""
        self._count = settings.workers or os.cpu_count() or 1
        self._memory = settings.memory
        self._crew: _Crew | None = None

    def run(
        self,
        work: Callable[[Task], Answer],
        batches: Iterable[tuple[Task, ...]],
        seconds: float = 0.0,
    ) -> Iterator[tuple[tuple[Task, ...], tuple[Answer | Died, ...]]]:
        """Yield every batch with its answers, in order, a bounded number of batches ahead."""
        if self._crew is None:
            self._crew = _Crew(self._count, self._memory)
        flight: deque[tuple[tuple[Task, ...], Future[Any]]] = deque()
        source = iter(batches)
        try:
            while True:
                while len(flight) < self._count * AHEAD:
                    batch = next(source, None)
                    if batch is None:
                        break
                    flight.append((batch, self._crew.ask(work, batch, seconds)))
                if not flight:
                    return
                batch, future = flight.popleft()
                yield batch, future.result()
        finally:
            for _, future in flight:
                future.cancel()

    def close(self) -> None:
        """Stop the workers at once."""
        if self._crew is not None:
            self._crew.stop()
            self._crew = None


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Any], Any]
    batch: tuple[Any, ...]
    seconds: float
    future: Future[Any] = field(default_factory=Future)


class _Crew:
    """Workers, each with a thread of this process that waits for it."""

    def __init__(self, count: int, memory: int) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._workers = [Worker(memory) for _ in range(count)]
        # Daemons, so that a run that was interrupted does not wait for the file in hand.
        self._threads = [
            Thread(target=_lead, args=(worker, self._jobs), daemon=True) for worker in self._workers
        ]
        for thread in self._threads:
            thread.start()

    def ask(
        self, work: Callable[[Any], Any], batch: tuple[Any, ...], seconds: float
    ) -> Future[Any]:
        """Let the next free worker answer a batch."""
        job = _Job(work, batch, seconds)
        self._jobs.put(job)
        return job.future

    def stop(self) -> None:
        """Kill every worker and wait for its end."""
        with suppress(Empty):
            while job := self._jobs.get_nowait():
                job.future.cancel()
        for worker in self._workers:
            worker.kill()
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()


def _lead(worker: Worker, jobs: SimpleQueue[_Job | None]) -> None:
    """Hand one job after the other to a worker until there is None."""
    while job := jobs.get():
        if job.future.set_running_or_notify_cancel():
            try:
                job.future.set_result(worker.answers(job.work, job.batch, job.seconds))
            except BaseException as error:  # noqa: BLE001 (raised where the answer is waited for)
                job.future.set_exception(error)
    worker.close()
