"""Runs the work in this process: the reference that every other engine must equal."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar

from fanal.engines.guard import GUARDS
from fanal.engines.interface import Answer, Died, Seconds, Task
from fanal.settings import Settings


class Inline:
    """One task after the other; a content that kills its worker kills the run."""

    name: ClassVar[str] = "inline"

    def __init__(self, settings: Settings) -> None:  # noqa: ARG002 (the contract of an engine)
        """Need nothing."""
        self.guards: Mapping[str, str] = dict.fromkeys(GUARDS, "no worker: the engine is inline")

    def run(
        self,
        work: Callable[[Task], Answer],
        batches: Iterable[tuple[Task, ...]],
        seconds: Seconds = 0.0,  # noqa: ARG002 (no other process could keep the time)
        fetch: Callable[[Task], Task] | None = None,
    ) -> Iterator[tuple[tuple[Task, ...], tuple[Answer | Died, ...]]]:
        """Yield every batch with its answers."""
        for batch in batches:
            yield batch, tuple(work(fetch(task) if fetch else task) for task in batch)

    def close(self) -> None:
        """Do nothing: there are no workers."""
