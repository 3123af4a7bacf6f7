"""Runs the work in this process: the reference that every other engine must equal."""

from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from fanal.engines.interface import Answer, Died, Task
from fanal.settings import Settings


class Inline:
    """One task after the other; a content that kills its worker kills the run."""

    name: ClassVar[str] = "inline"

    def __init__(self, settings: Settings) -> None:
        """Need nothing."""

    def run(
        self,
        work: Callable[[Task], Answer],
        batches: Iterable[tuple[Task, ...]],
        seconds: float = 0.0,  # noqa: ARG002 (no other process could keep the time)
    ) -> Iterator[tuple[tuple[Task, ...], tuple[Answer | Died, ...]]]:
        """Yield every batch with its answers."""
        for batch in batches:
            yield batch, tuple(work(task) for task in batch)

    def close(self) -> None:
        """Do nothing: there are no workers."""
