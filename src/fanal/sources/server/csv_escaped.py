"""Reads separated values in which a backslash changes what follows it.

So MySQL writes for SELECT … INTO OUTFILE and mysqldump --tab (MySQL 8.4 manual, 15.2.13.1).
"""

import re
from collections.abc import Iterator

from fanal.model.site import RowRefused, Rows
from fanal.sources.server.csv_form import Form
from fanal.sources.server.letters import Letters
from fanal.sources.server.patterns import compiled
from fanal.sources.server.sql_names import distinct
from fanal.sources.server.window import Window, shown

BATCH = 5000
"""Rows that are handed over at once."""
_LEAST = 1 << 18
_MOST = 1 << 24
_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}
_ESCAPE = compiled(r"\\([\s\S])")


def _letter(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[1], found[1])


class EscapedRows:
    """The rows of one such file."""

    def __init__(
        self, window: Window, form: Form, letters: Letters, table: str, columns: tuple[str, ...]
    ) -> None:
        """Begin at the window's first character."""
        self._window = window
        self._letters = letters
        self._table = table
        self._columns = columns
        self._head = form.head
        self._quote = form.quote
        self._at = form.first
        self._most = _MOST
        self._refused: list[RowRefused] = []
        end, quote, mark = form.end, re.escape(form.quote), re.escape(form.delimiter)
        quoted = rf"{quote}(?P<q>(?:[^\\{quote}]++|\\[\s\S]|{quote}{quote})*+){quote}|"
        first = rf"(?!{quote})" if quote else ""
        self._cell = compiled(
            rf"(?:{quoted if quote else '(?P<q>(?!))|'}"
            rf"(?P<b>{first}(?:[^\\{mark}{end}]++|\\[\s\S])*+))(?P<s>{mark}|\r?{end}|\Z)"
        )

    def rows(self) -> Iterator[Rows | RowRefused]:
        """Yield the rows, and what is none."""
        rows: list[list[str | None]] = []
        refs: list[int] = []
        sizes: list[int] = []
        while True:
            found = self._row()
            if isinstance(found, tuple):
                values, ref, size = found
                if self._kept(values, ref, size):
                    rows.append(values)
                    refs.append(ref)
                    sizes.append(size)
            if rows and (found is None or self._refused or len(rows) >= BATCH):
                yield Rows(self._table, self._columns, refs, sizes, rows)
                rows, refs, sizes = [], [], []
            yield from self._refused
            self._refused = []
            if found is None:
                return

    def _kept(self, values: list[str | None], ref: int, size: int) -> bool:
        """Tell whether a row is one of the table; the first one may name its columns."""
        if self._head or not self._columns:
            head, self._head = self._head, False
            if head and not self._columns:
                self._columns = distinct([(each or "").strip() for each in values])
            elif not self._columns:
                self._columns = tuple(str(at + 1) for at in range(len(values)))
            if head:
                return False
        if len(values) == len(self._columns):
            return True
        reason = "too few values" if len(values) < len(self._columns) else "too many values"
        begin = ref - self._window.base
        beginning = shown(self._window.text[begin : begin + min(size, 200)]) if begin >= 0 else ""
        self._refused.append(RowRefused(self._table, ref, size, reason, beginning))
        return False

    def _row(self) -> tuple[list[str | None], int, int] | bool | None:
        """Return the next row; True where something else was passed over, None at the end."""
        window = self._window
        if len(window.text) - self._at < _LEAST and not window.ended:
            window.more(self._at)
            self._at = 0
        if self._at >= len(window.text):
            return None if window.ended else True
        values: list[str | None] = []
        at, begin = self._at, self._at
        while found := self._cell.match(window.text, at):
            end, mark = found.end(), found["s"]
            if end == len(window.text) and not mark.endswith(("\n", "\r")) and not window.ended:
                break
            values.append(self._value(found))
            at = end
            if not mark or mark[-1] in "\r\n":
                self._at = at
                size = at - begin - len(mark)
                return (values, window.base + begin, size) if size else True
        return self._unfinished(begin)

    def _unfinished(self, begin: int) -> bool:
        """Read on for a row without end, or refuse its first line."""
        window = self._window
        if not window.ended and len(window.text) - begin <= self._most:
            window.more(begin)
            self._at = 0
            return True
        if not window.ended:
            self._most = max(self._most // 2, _LEAST)
        end = window.text.find("\n", begin)
        self._at = len(window.text) if end < 0 else end + 1
        reason = "a quote is never closed" if self._quote else "row is damaged"
        self._refused.append(window.refused(begin, self._at, reason, self._table))
        return True

    def _value(self, found: re.Match[str]) -> str | None:
        raw = found["q"]
        if raw is None:
            raw = found["b"]
            if raw == "\\N":
                return None
        elif self._quote * 2 in raw:
            raw = raw.replace(self._quote * 2, self._quote)
        if "\\" in raw:
            raw = _ESCAPE.sub(_letter, raw)
        return self._letters.text(raw)
