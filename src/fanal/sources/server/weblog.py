"""Reads the access logs of web servers; times stay in brackets' words, as they stand."""

from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import ClassVar

from fanal.model.site import RowRefused, Rows
from fanal.sources.server.letters import Letters
from fanal.sources.server.stream import opened, taken
from fanal.sources.server.weblog_form import LineForm, form_of
from fanal.sources.server.window import UNENDED, Window, lines, shown

BATCH = 5000
"""Rows that are handed over at once."""
TABLE = "access_log"
"""What the one table of a log is called where the mapping does not say."""


class WeblogReader:
    """Access logs of nginx and Apache: common, combined, or as their configuration says."""

    name: ClassVar[str] = "weblog"
    version: ClassVar[str] = "1"

    def __init__(self) -> None:
        """Begin with nothing to say."""
        self.notes: tuple[str, ...] = ()

    @classmethod
    def recognizes(cls, head: bytes, name: str) -> bool:
        """Tell by lines of which most are in the usual forms."""
        del name
        form = form_of("")
        whole = head.decode("latin-1").split("\n")[:-1] or [head.decode("latin-1")]
        good = sum(form.row(line.removesuffix("\r")) is not None for line in whole)
        return good > 0 and good * 2 > len(whole)

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Rows | RowRefused]:
        """Yield the lines of the log in their order, and what of it is none."""
        form, letters = form_of(options.get("format", "")), Letters(options.get("encoding", ""))
        table = options.get("table") or TABLE
        with opened(path) as seized:
            window = Window(seized)
            for lot in lines(window):
                if isinstance(lot, RowRefused):
                    yield lot
                    continue
                texts, base = lot
                starts = list(accumulate((len(each) + 1 for each in texts), initial=base))
                for at in range(0, len(texts), BATCH):
                    yield from _lot(form, letters, table, texts[at : at + BATCH], starts[at:])
            if seized.fault:
                yield RowRefused("", 0, 0, seized.fault)
            cut = (UNENDED,) if window.text else ()
            self.notes = (*seized.notes, *cut, *letters.notes())

    def at(self, path: Path, options: Mapping[str, str], ref: int, size: int) -> Rows | RowRefused:
        """Read one line again."""
        form, letters = form_of(options.get("format", "")), Letters(options.get("encoding", ""))
        table = options.get("table") or TABLE
        raw = taken(path, ref, size).decode("latin-1")
        if len(raw) == size and "\n" not in raw:
            for found in _lot(form, letters, table, [raw], [ref]):
                return found
        return RowRefused(table, ref, size, "row is damaged", shown(raw[:200]))


def _lot(
    form: LineForm, letters: Letters, table: str, texts: list[str], starts: list[int]
) -> Iterator[Rows | RowRefused]:
    rows, refs, sizes = [], [], []
    for line, ref in zip(texts, starts, strict=False):
        bare = line.removesuffix("\r")
        row = form.row(bare)
        if row is not None:
            if not bare.isascii():
                row = [each if each is None else letters.text(each) for each in row]
            rows.append(row)
            refs.append(ref)
            sizes.append(len(bare))
        elif bare.strip(" \t\r"):
            yield RowRefused(table, ref, len(bare), "not a line of this log", shown(bare[:200]))
    if rows:
        yield Rows(table, form.columns, refs, sizes, rows)
