"""The contract of an engine: where the same work can run."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

Task = TypeVar("Task")
Answer = TypeVar("Answer")
Seconds = float | Callable[[Any], float]
"""Wall-clock limit of one task, the same for all or asked of each; 0: none."""


@dataclass(frozen=True, slots=True)
class Died:
    """A task whose worker died or ran out of time, asked alone."""

    out_of_time: bool = False
    """How else it died is for the engine's log, not for the record: engines word it differently."""


class Engine(Protocol):
    """Runs a function over batches of tasks and gives each answer back with its task."""

    name: ClassVar[str]
    guards: Mapping[str, str]
    """Guard → why it could not be applied, "" where it holds in every worker that has answered."""

    def run(
        self,
        work: Callable[[Task], Answer],
        batches: Iterable[tuple[Task, ...]],
        seconds: Seconds = 0.0,
        fetch: Callable[[Task], Task] | None = None,
    ) -> Iterator[tuple[tuple[Task, ...], tuple[Answer | Died, ...]]]:
        """Yield every batch with one answer a task, in the order of the batches.

        Batches are taken from the iterable only as workers become free. A task that kills its
        worker, or takes longer than `seconds`, costs one `Died` and nobody else's answer. What the
        work raises is raised here, but for work whose attribute `never_raises` is true: there an
        error is a lie of its worker, and costs one `Died` too.

        `fetch` runs on the machine that does the work, but outside the guards: it turns a task
        whose bytes lie across the network into one that holds them. The batch that is yielded is
        the one that was taken, not the one that was fetched.
        """
        ...

    def close(self) -> None:
        """Stop the workers."""
        ...


def limit(seconds: Seconds, task: Any) -> float:
    """Return the wall-clock limit of one task; 0 for none."""
    return seconds(task) if callable(seconds) else seconds
