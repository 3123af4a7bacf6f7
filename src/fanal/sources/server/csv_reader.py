"""Reads tables of separated values: commas, tabs and others, with or without quotes and a head."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from fanal.model.site import RowRefused, Rows
from fanal.sources.server.csv_escaped import EscapedRows
from fanal.sources.server.csv_form import Form, form_of
from fanal.sources.server.csv_rows import PlainRows
from fanal.sources.server.letters import Letters
from fanal.sources.server.patterns import compiled
from fanal.sources.server.sql_names import distinct
from fanal.sources.server.stream import head_of, opened, taken
from fanal.sources.server.window import UNENDED, Window, shown

_SAMPLE = 1 << 16
_NAMES = compiled(r"\.(?:csv|tsv|tab|psv)(?:\.(?:gz|zst|xz|bz2))?$", re.IGNORECASE)
_PACKED = compiled(
    r"(?:\.(?:gz|zst|xz|bz2|csv|tsv|tab|psv|txt|json|jsonl|ndjson|log))+$", re.IGNORECASE
)


def table_of(path: Path, options: Mapping[str, str]) -> str:
    """Return what the one table of a file is called: as the mapping says, or as the file is."""
    return options.get("table") or _PACKED.sub("", path.name) or path.name


class CsvReader:
    """Tables of separated values, one a file."""

    name: ClassVar[str] = "csv"
    version: ClassVar[str] = "1"

    def __init__(self) -> None:
        """Begin with nothing to say."""
        self.notes: tuple[str, ...] = ()

    @classmethod
    def recognizes(cls, head: bytes, name: str) -> bool:
        """Tell by the file's name, or by lines that all split into the same number of values."""
        if b"\0" in head[:64]:
            return False
        if _NAMES.search(name):
            return bool(head)
        text = head.decode("latin-1")
        lines = [line for line in text.split("\n")[:-1] if line.strip()]
        if len(lines) < 2 or text[:1] in "{[<":
            return False
        delimiter = form_of(text, {}).delimiter
        counts = {line.count(delimiter) for line in lines}
        return len(counts) == 1 and counts.pop() > 0

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Rows | RowRefused]:
        """Yield the rows of the file in their order, and what of it is no row."""
        with opened(path) as seized:
            window = Window(seized)
            while len(window.text) < _SAMPLE and window.more(0):
                pass
            form = form_of(window.text[:_SAMPLE], options)
            letters = Letters(options.get("encoding", ""))
            columns = _told(options)
            maker = EscapedRows if form.escape else PlainRows
            yield from maker(window, form, letters, table_of(path, options), columns).rows()
            if seized.fault:
                yield RowRefused("", window.base + len(window.text), 0, seized.fault)
            cut = window.text and not window.text.endswith(form.end)
            self.notes = (
                *seized.notes,
                form.said(),
                *((UNENDED,) if cut else ()),
                *letters.notes(),
            )

    def at(self, path: Path, options: Mapping[str, str], ref: int, size: int) -> Rows | RowRefused:
        """Read one row again, under the names of the file's head."""
        table = table_of(path, options)
        text = head_of(path, _SAMPLE).decode("latin-1")
        form = form_of(text, options)
        letters = Letters(options.get("encoding", ""))
        columns = _told(options) or _head(text, form, letters)
        raw = taken(path, ref, size).decode("latin-1")
        bare = Form(form.delimiter, form.quote, form.escape, head=False, end=form.end)
        maker = EscapedRows if form.escape else PlainRows
        found = list(maker(_Held(raw), bare, letters, table, columns).rows())
        if len(found) != 1 or len(raw) != size:
            return RowRefused(table, ref, size, "row is damaged", shown(raw[:200]))
        one = found[0]
        if isinstance(one, RowRefused):
            return RowRefused(table, ref, size, one.reason, one.shown)
        return Rows(table, one.columns, [ref], [size], one.rows)


def _told(options: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(each.strip() for each in options.get("columns", "").split(",") if each.strip())


def _head(text: str, form: Form, letters: Letters) -> tuple[str, ...]:
    """Return the columns that the first row of a file names."""
    if not form.head:
        return ()
    maker = EscapedRows if form.escape else PlainRows
    bare = Form(form.delimiter, form.quote, form.escape, head=False, end=form.end)
    for found in maker(_Held(text[form.first :]), bare, letters, "", ()).rows():
        if isinstance(found, Rows):
            return distinct([each or "" for each in found.rows[0]])
    return ()


class _Held(Window):
    """A window over text that is there already."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.base = 0
        self.ended = True

    def more(self, at: int) -> bool:
        self.base += at
        self.text = self.text[at:]
        return False
