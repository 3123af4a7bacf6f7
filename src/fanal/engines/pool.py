"""Runs the work in processes on this machine, each within limits of memory and time."""

import logging
import multiprocessing
import os
import resource
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as OutOfTime
from typing import Any, ClassVar, cast

from pebble import ProcessExpired, ProcessPool

from fanal.engines.interface import Answer, Died, Task
from fanal.settings import Settings

LOG = logging.getLogger(__name__)
AHEAD = 3
"""Batches in flight for each worker: one at work, one waiting, one being written."""


class Pool:
    """A pool of processes that survives the death of any of them."""

    name: ClassVar[str] = "pool"

    def __init__(self, settings: Settings) -> None:
        """Start no worker yet."""
        self._workers = settings.workers or os.cpu_count() or 1
        self._memory = settings.memory
        self._pool: ProcessPool | None = None

    def run(
        self,
        work: Callable[[Task], Answer],
        batches: Iterable[tuple[Task, ...]],
        seconds: float = 0.0,
    ) -> Iterator[tuple[tuple[Task, ...], tuple[Answer | Died, ...]]]:
        """Yield every batch with its answers, in order, a bounded number of batches ahead."""
        flight: deque[tuple[tuple[Task, ...], Any]] = deque()
        source = iter(batches)
        try:
            while True:
                while len(flight) < self._workers * AHEAD:
                    batch = next(source, None)
                    if batch is None:
                        break
                    flight.append((batch, self._ask(work, batch, seconds)))
                if not flight:
                    return
                batch, future = flight.popleft()
                yield batch, self._answers(work, batch, future, seconds)
        finally:
            for _, future in flight:
                future.cancel()

    def _ask(self, work: Callable[[Task], Answer], batch: tuple[Task, ...], seconds: float) -> Any:
        if self._pool is None:
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(["fanal.engines.preload"])
            self._pool = ProcessPool(
                max_workers=self._workers,
                context=context,
                initializer=_prepare,
                initargs=(self._memory,),
            )
        # The limit is for one file; a batch that runs out is asked again file by file.
        return self._pool.schedule(_each, args=(work, batch), timeout=seconds or None)

    def _answers(
        self, work: Callable[[Task], Answer], batch: tuple[Task, ...], future: Any, seconds: float
    ) -> tuple[Answer | Died, ...]:
        try:
            return cast("tuple[Answer | Died, ...]", future.result())
        except (ProcessExpired, OutOfTime) as error:
            LOG.warning("a batch of %d lost its worker: %r", len(batch), error)
            if len(batch) == 1:
                return (Died(out_of_time=isinstance(error, OutOfTime)),)
        alone: list[Answer | Died] = []
        for task in batch:  # one after the other, so that nobody else is blamed
            alone.extend(self._answers(work, (task,), self._ask(work, (task,), seconds), seconds))
        return tuple(alone)

    def close(self) -> None:
        """Stop the workers at once."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None


def _each(work: Callable[[Task], Answer], batch: tuple[Task, ...]) -> tuple[Answer, ...]:
    return tuple(work(task) for task in batch)


def _prepare(memory: int) -> None:
    """Bound what a worker may take, and leave Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # a worker writes no file
    with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 (a kernel table)
        start = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (start + memory, start + memory))
