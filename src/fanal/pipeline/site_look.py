"""Looks at files of a seized site: which tables they hold, how many rows, some of the values."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from fanal.errors import UsageError
from fanal.leads.proposing import LookedAt, Sample
from fanal.model.site import RowRefused, Rows
from fanal.pipeline.progress import Progress
from fanal.pipeline.site_reading import SiteFile
from fanal.settings import Settings
from fanal.sources.server import SITE_READERS
from fanal.sources.server.found import recognized

SAMPLE = 600
"""Rows of a table that are looked at, spread over all of it; at most."""
LONGEST = 2000
"""Characters of a value that are looked at."""


class _Table:
    """Some rows of a table, each as far from the next as the table is long."""

    def __init__(self) -> None:
        self.rows = 0
        self._columns: dict[str, None] = {}
        self._step = 1
        self._kept: list[dict[str, str | None]] = []

    def add(self, found: Rows) -> None:
        """Take one lot of rows."""
        self._columns.update(dict.fromkeys(found.columns))
        first = -self.rows % self._step
        for at in range(first, len(found.rows), self._step):
            row = [each if each is None else each[:LONGEST] for each in found.rows[at]]
            self._kept.append(dict(zip(found.columns, row, strict=True)))
        self.rows += len(found.rows)
        while len(self._kept) > SAMPLE:
            self._kept = self._kept[::2]
            self._step *= 2

    def sample(self, name: str) -> Sample:
        """Return what was kept, column by column."""
        columns = tuple(self._columns)
        values = tuple(tuple(row.get(column) for row in self._kept) for column in columns)
        return Sample(name, self.rows, columns, values)


def look(path: Path, name: str, settings: Settings, progress: Progress) -> LookedAt:
    """Look at one file, which the mapping will call `name`."""
    reader = recognized(path)
    if not reader:
        raise UsageError(
            f"no reader takes {path.name!r} for its own",
            f"name it in the mapping by hand: reader = {' | '.join(SITE_READERS.names())}",
        )
    progress.step(f"looking at {path.name}")
    file = SiteFile(reader, path, {})
    tables: dict[str, _Table] = {}
    refused: Counter[str] = Counter()
    for found in file.rows(settings):
        if isinstance(found, RowRefused):
            refused[f"{found.table}: {found.reason}" if found.table else found.reason] += 1
            continue
        tables.setdefault(found.table, _Table()).add(found)
        progress.advance(0, 0)
    samples = tuple(table.sample(each) for each, table in tables.items())
    return LookedAt(name, reader, samples, dict(refused), file.notes)


def look_all(
    paths: Sequence[Path], folder: Path, settings: Settings, progress: Progress
) -> tuple[LookedAt, ...]:
    """Look at files in turn; those below `folder` are named from there on."""
    found = []
    for path in paths:
        whole, base = path.absolute(), folder.absolute()
        name = str(whole.relative_to(base)) if whole.is_relative_to(base) else str(whole)
        found.append(look(path, name, settings, progress))
    return tuple(found)
