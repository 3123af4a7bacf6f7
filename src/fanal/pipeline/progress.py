"""What a long verb tells while it works; silent unless somebody listens."""

from typing import Protocol


class Progress(Protocol):
    """Is told how far a verb has come."""

    def step(self, name: str) -> None:
        """Begin a step of the run."""
        ...

    def advance(self, files: int, size: int) -> None:
        """Count files done and their bytes."""
        ...


class Silent:
    """Tells nobody."""

    def step(self, name: str) -> None:
        """Say nothing."""

    def advance(self, files: int, size: int) -> None:
        """Say nothing."""
