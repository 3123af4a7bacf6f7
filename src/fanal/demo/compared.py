"""Tells in short how the series and the queue of a case stand against the truth."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from fanal.demo.belonging import Belonging
from fanal.demo.grouping import Grouped, grouped
from fanal.demo.looks import first_seen, looks
from fanal.model.series import Member
from fanal.stores.interface import CaseStore

PLANTED, ALL = "planted", "all"


@dataclass(frozen=True, slots=True)
class Compared:
    """How many looks it takes, and how well contents were grouped."""

    planted: int
    """Planted series: the least looks that anybody could need."""
    seen: int
    """How many of them any look shows: there must be no fewer."""
    last: int
    """The look at which the last of those is seen."""
    looks: int
    """Looks at the whole queue."""
    grouped: Mapping[str, Grouped]

    @property
    def whole(self) -> bool:
        """Tell whether every planted series is seen at last."""
        return self.seen == self.planted

    def facts(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """Yield it for people."""
        if self.planted:
            least = f"{self.planted} would be the least"
            last = f"look {self.last:,} of {self.looks:,}"
            yield f"last of {self.seen} planted series: {last}; {least}"
        if missing := self.planted - self.seen:
            yield f"NEVER SEEN: {missing} of {self.planted} planted series"
        for name in (ALL, PLANTED):
            if told := self.grouped.get(name):
                shares = f"purity {told.purity:.2f}, completeness {told.completeness:.2f}"
                whole = f"found whole {told.whole} of {told.several} of two or more"
                yield f"series, {name}: {shares}, {whole}"


def compared(store: CaseStore, truth: Belonging) -> Compared:
    """Return how a case stands."""
    shown = [look.contents for look in looks(store)]
    found = first_seen(shown, truth.planted)
    return Compared(
        len(truth.planted),
        len(found),
        max(found.values(), default=0),
        len(shown),
        grouped(truth, dict(store.columns(Member, "sha256", "series"))),
    )
