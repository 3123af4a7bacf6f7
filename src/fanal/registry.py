"""A table of named parts: ordered, loaded when first asked for, open to other distributions."""

from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar, cast

from fanal.errors import UsageError

Part = TypeVar("Part")


class Registry(Generic[Part]):
    """Name → part, in the order of the table; entry points of the group add more at the end."""

    def __init__(self, group: str, table: Mapping[str, str]) -> None:
        """Take the entry-point group and the table of `name: "module:attribute"`."""
        self.group = group
        self._table = dict(table)
        self._found: bool = False
        self._loaded: dict[str, Part] = {}

    def names(self) -> tuple[str, ...]:
        """Return every name, in order."""
        if not self._found:
            for point in entry_points(group=self.group):
                self._table.setdefault(point.name, point.value)
            self._found = True
        return tuple(self._table)

    def get(self, name: str) -> Part:
        """Import and return the part of that name, or say which names there are."""
        if name not in self.names():
            raise UsageError(
                f"there is no {self.group.removeprefix('fanal.')} part named {name!r}",
                f"choose one of: {', '.join(self.names())}",
            )
        if name not in self._loaded:
            point = EntryPoint(name=name, value=self._table[name], group=self.group)
            self._loaded[name] = cast("Part", point.load())
        return self._loaded[name]

    def __iter__(self) -> Iterator[Part]:
        """Yield every part, in order."""
        return (self.get(name) for name in self.names())
