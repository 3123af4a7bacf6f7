"""The contract of an engine: where the same work can run."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeVar

Task = TypeVar("Task")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Died:
    """A task whose worker died or ran out of time, asked alone."""

    out_of_time: bool = False
    """How else it died is for the engine's log, not for the record: engines word it differently."""


class Engine(Protocol):
    """Runs a function over batches of tasks and gives each answer back with its task."""

    name: ClassVar[str]

    def run(
        self,
        work: Callable[[Task], Answer],
        batches: Iterable[tuple[Task, ...]],
        seconds: float = 0.0,
    ) -> Iterator[tuple[tuple[Task, ...], tuple[Answer | Died, ...]]]:
        """Yield every batch with one answer a task, in the order of the batches.

        Batches are taken from the iterable only as workers become free. A task that kills its
        worker, or takes longer than `seconds` (0: no limit), costs one `Died` and nobody else's
        answer.
        """
        ...

    def close(self) -> None:
        """Stop the workers."""
        ...
