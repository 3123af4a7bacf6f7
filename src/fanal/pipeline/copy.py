"""Copies a case into another store, row for row, and checks one that is kept on a server."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from fanal.pipeline.case import opening, part, reading, signer, where
from fanal.pipeline.progress import Progress
from fanal.settings import Settings
from fanal.stores.interface import CaseStore, Copying, Differs, Opening, Where, refuse
from fanal.stores.rows import KINDS


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied."""

    case_id: str
    acts: int
    """Acts of the source; the copy has one more, which says where it came from."""
    head: str
    """Root of the source's log."""
    rows: dict[str, int]
    """Table → rows."""


def copy(source: Where, target: Where, settings: Settings, progress: Progress) -> Copied:
    """Make a case in an empty place that is the other one and one act more, or nothing at all."""
    told, rows = opening(settings), Counter[str]()

    def tell(what: str, count: int) -> None:
        progress.step(f"copied {what}")
        progress.advance(count, 0)
        rows.update({what: count} if count else {})

    with reading(source, settings) as store:
        head = store.head()
        size, root = (head.size, head.root) if head else (0, "")
        details = {"from": store.kind, "size": size, "root": root}
        copying = Copying(store, details, tell)
        made = part(target)(target, signer(settings), replace(told, copying=copying))
        try:
            return Copied(made.case_id, size, root, dict(rows))
        finally:
            made.close()


@contextmanager
def in_folder(given: Where, settings: Settings, differs: Differs = refuse) -> Iterator[Path]:
    """Lend a folder with the case as it is, so that it can be checked; gone afterwards.

    `differs` is told of what is wrong on a server and cannot be seen in the folder.
    """
    place = where(given)
    if isinstance(place, Path):
        yield place
        return
    with tempfile.TemporaryDirectory(prefix="fanal-") as scratch:
        # What lies on this machine already must not stand for what lies on the server.
        folder, told = Path(scratch, "case"), replace(settings, home=str(Path(scratch, "home")))
        with reading(place, told) as store:
            part(folder)(folder, None, Opening(copying=Copying(store, differs=differs))).close()
        yield folder


def sizes(store: CaseStore) -> dict[str, int]:
    """Return how many records of each kind there are."""
    return {kind.__name__: store.count(kind) for kind in KINDS}
