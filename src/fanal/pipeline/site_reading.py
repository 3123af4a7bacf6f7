"""Reads a file of a seized site: text in this process, a database in a guarded worker."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from fanal.engines import ENGINES
from fanal.engines.interface import Died
from fanal.model.site import RowRefused, Rows
from fanal.settings import Settings
from fanal.sources.server import SITE_READERS
from fanal.sources.server.interface import SiteReader
from fanal.sources.server.sqlite import Cursor, Part, SqliteReader

SECONDS = 120.0
"""How long one lot of rows of a database may take."""


@dataclass(frozen=True, slots=True)
class _Lot:
    """The next rows of a database that a worker is asked for."""

    path: Path
    cursor: Cursor


@dataclass(frozen=True, slots=True)
class _ReadLot:
    """Reads them."""

    never_raises: ClassVar[bool] = True

    def __call__(self, lot: _Lot) -> Part:
        """Return the rows and where to go on."""
        return SqliteReader().part(lot.path, {}, lot.cursor)


class SiteFile:
    """One file of a seized site and its reader."""

    def __init__(self, reader: str, path: Path, options: Mapping[str, str]) -> None:
        """Take the name of the reader and what the mapping says of the file."""
        self._reader: SiteReader = SITE_READERS.get(reader)()
        self._path = path
        self._options = options
        self.name = reader
        self.version = self._reader.version
        self._notes: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what is to be said of the file, once it has been read."""
        return self._notes or self._reader.notes

    def rows(self, settings: Settings) -> Iterator[Rows | RowRefused]:
        """Yield the rows of the file in their order, and what of it is no row."""
        if isinstance(self._reader, SqliteReader):
            yield from self._guarded(settings)
        else:
            yield from self._reader.read(self._path, self._options)

    def _guarded(self, settings: Settings) -> Iterator[Rows | RowRefused]:
        """Yield the rows of a database, lot by lot, from a worker that can do nothing else."""
        one = settings.changed({"workers": 1})
        name = settings.engine if settings.engine in {"inline", "pool"} else "pool"
        engine = ENGINES.get(name)(one)
        try:
            cursor: Cursor | None = Cursor()
            while cursor:
                lots = engine.run(_ReadLot(), [(_Lot(self._path.absolute(), cursor),)], SECONDS)
                _, answers = next(iter(lots))
                part = answers[0]
                if isinstance(part, Died):
                    why = "takes too long" if part.out_of_time else "kills its reader"
                    yield RowRefused("", 0, self._path.stat().st_size, f"the database {why}")
                    return
                yield from part.found
                cursor = part.cursor
                self._notes = part.notes or self._notes
        finally:
            engine.close()
