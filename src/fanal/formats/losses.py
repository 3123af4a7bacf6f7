"""Counts what an export format could not say."""

from fanal.model.package import Loss


class LossCount:
    """Adds up losses by field and note; each call stands for one item."""

    def __init__(self) -> None:
        """Start with nothing lost."""
        self._items: dict[tuple[str, str], int] = {}

    def add(self, field: str, note: str) -> None:
        """Count one item whose value in this field has no home."""
        self._items[field, note] = self._items.get((field, note), 0) + 1

    def losses(self) -> tuple[Loss, ...]:
        """Return one Loss for each field and note, in the order of first appearance."""
        return tuple(Loss(field, items, note) for (field, note), items in self._items.items())
