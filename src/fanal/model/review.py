"""What a person sees next."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Task:
    """One item in the queue, with the sentence that put it there."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256",)

    sha256: str
    step: int
    """1 to 8, the steps of the queue; lower is looked at first."""
    turn: int
    """Order inside the step: items of all exhibits take turns."""
    exhibit: str
    reason: str
