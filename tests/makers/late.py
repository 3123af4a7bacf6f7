"""Makes what a test asks for when it asks, so that nobody else waits while tests are collected."""

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class Late(Mapping[str, T], Generic[T]):
    """Names that are known at once, and what they stand for: made once, where it is asked for."""

    def __init__(self, makers: Mapping[str, Callable[[], T]]) -> None:
        """Take what makes each."""
        self._makers = makers
        self._made: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        """Return what the name stands for."""
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names; nothing is made."""
        return iter(self._makers)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._makers)
