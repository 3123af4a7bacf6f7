"""Reads rows of separated values in which only a quote changes what follows it (RFC 4180)."""

import csv
from collections.abc import Iterator, Sequence
from itertools import accumulate

from fanal.model.site import RowRefused, Rows
from fanal.sources.server.csv_form import Form
from fanal.sources.server.letters import Letters
from fanal.sources.server.sql_names import distinct
from fanal.sources.server.stream import LONGEST
from fanal.sources.server.window import Window, shown

BATCH = 5000
"""Rows that are handed over at once."""
WASTE = 64 << 20
"""Bytes that may be read again behind quotes that never close."""


class PlainRows:
    """The rows of a file in which only a quote changes what follows it (RFC 4180 and kin)."""

    def __init__(
        self, window: Window, form: Form, letters: Letters, table: str, columns: tuple[str, ...]
    ) -> None:
        """Begin at the window's first character."""
        self._window = window
        self._form = form
        self._letters = letters
        self._table = table
        self._columns = columns
        self._head = form.head
        self._waste = WASTE
        self._at = form.first
        csv.field_size_limit(LONGEST)

    def rows(self) -> Iterator[Rows | RowRefused]:
        """Yield the rows, and what is none."""
        window, end = self._window, self._form.end
        while True:
            last = len(window.text) if window.ended else window.text.rfind(end) + 1
            if last > self._at:
                begin = self._at
                yield from self._block(window.text[self._at : last])
                if self._at > begin:
                    continue
                if window.ended or window.full(self._at):
                    yield self._dropped("a quote is never closed", last)
                    continue
            elif window.ended:
                return
            elif window.full(self._at):
                yield self._endless()
                continue
            window.more(self._at)
            self._at = 0

    def _endless(self) -> RowRefused:
        """Pass over a line longer than a row may be."""
        window = self._window
        begin = window.base + self._at
        beginning = shown(window.text[self._at : self._at + 200])
        while (end := window.text.find(self._form.end)) < 0 and not window.ended:
            window.more(len(window.text))
        self._at = len(window.text) if end < 0 else end + 1
        size = window.base + self._at - begin
        self._head = False
        return RowRefused(self._table, begin, size, "longer than a row may be", beginning)

    def _dropped(self, reason: str, last: int) -> RowRefused:
        """Refuse the line that begins here; all that follows where that has been done too often."""
        text, begin = self._window.text, self._at
        end = text.find(self._form.end, begin, last) + 1 or last
        if self._waste < 0:
            end = last
        self._waste -= last - begin
        self._at, self._head = end, False
        bare = text[begin:end].rstrip("\r\n")
        return self._window.refused(begin, begin + len(bare), reason, self._table)

    def _block(self, block: str) -> Iterator[Rows | RowRefused]:
        """Yield the rows of some whole lines, up to a row that goes on behind them."""
        lines = block.split(self._form.end)
        if not lines[-1]:
            lines.pop()
        starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
        if not self._form.quote or self._form.quote not in block:
            rows = [line.removesuffix("\r").split(self._form.delimiter) for line in lines]
            yield from self._lots(rows, lines, starts)
            self._at += len(block)
            return
        reader = self._reader(lines)
        try:
            rows = list(reader)
        except csv.Error:
            rows = []
        if len(rows) == len(lines) and not _open(rows[-1]):
            yield from self._lots(rows, lines, starts)
            self._at += len(block)
            return
        yield from self._one_by_one(lines, starts, block)

    def _reader(self, lines: Sequence[str]) -> Iterator[list[str]]:
        return csv.reader(
            (line + "\n" for line in lines),
            delimiter=self._form.delimiter,
            quotechar=self._form.quote or None,
            quoting=csv.QUOTE_MINIMAL if self._form.quote else csv.QUOTE_NONE,
            strict=True,
        )

    def _one_by_one(
        self, lines: Sequence[str], starts: Sequence[int], block: str
    ) -> Iterator[Rows | RowRefused]:
        """Yield rows of which some go over several lines."""
        at, begin = 0, self._at
        rows: list[list[str]] = []
        firsts: list[int] = []
        lasts: list[int] = []
        while at < len(lines):
            row, used = self._next(lines, at)
            wrong = used > 1 and row is not None and self._miscounted(row)
            if row is None and used:  # its quote is open at the end of these lines
                break
            if (row is None or wrong) and self._waste >= 0:
                yield from self._several(rows, lines, starts, firsts, lasts)
                rows, firsts, lasts = [], [], []
                reason = "row is damaged" if row is None else "a quote is never closed"
                self._waste -= starts[at + max(used, 1)] - starts[at]
                yield self._line(lines, starts, at, reason)
                at += 1
                continue
            rows.append(row or [])
            firsts.append(at)
            at += max(used, 1)
            lasts.append(at)
            self._waste = min(self._waste + 16, WASTE)
        yield from self._several(rows, lines, starts, firsts, lasts)
        self._at = begin + min(starts[at], len(block))

    def _line(
        self, lines: Sequence[str], starts: Sequence[int], at: int, reason: str
    ) -> RowRefused:
        line = lines[at].removesuffix("\r")
        ref = self._window.base + self._at + starts[at]
        self._head = False  # what is refused first was the head: no row behind it is
        return RowRefused(self._table, ref, len(line), reason, shown(line))

    def _miscounted(self, row: Sequence[str]) -> bool:
        return bool(self._columns) and len(row) != len(self._columns)

    def _next(self, lines: Sequence[str], at: int) -> tuple[list[str] | None, int]:
        """Return the row that begins on a line and how many lines it takes.

        No row and no line: the line is damaged; no row but lines: its end is not among them.
        """
        used = 0

        def fed() -> Iterator[str]:
            nonlocal used
            for line in range(at, len(lines)):
                used += 1
                yield lines[line] + "\n"
            used += 1

        try:
            row = next(
                csv.reader(
                    fed(),
                    delimiter=self._form.delimiter,
                    quotechar=self._form.quote,
                    strict=True,
                ),
            )
        except (csv.Error, StopIteration):
            return None, used if used > len(lines) - at else 0
        return (None, used) if used > len(lines) - at else (row, used)

    def _several(
        self,
        rows: list[list[str]],
        lines: Sequence[str],
        starts: Sequence[int],
        firsts: Sequence[int],
        lasts: Sequence[int],
    ) -> Iterator[Rows | RowRefused]:
        """Yield rows that were put together of lines `first` to `last`."""
        joined = [
            lines[first] if last == first + 1 else self._form.end.join(lines[first:last])
            for first, last in zip(firsts, lasts, strict=True)
        ]
        yield from self._lots(rows, joined, [starts[first] for first in firsts])

    def _lots(
        self, rows: list[list[str]], lines: Sequence[str], starts: Sequence[int]
    ) -> Iterator[Rows | RowRefused]:
        """Yield rows in lots; `lines` are their texts, `starts` where those begin."""
        base = self._window.base + self._at
        first = 0
        if rows and not self._columns:
            first = next((at for at, row in enumerate(rows) if row and row != [""]), len(rows))
            if first < len(rows):
                first += self._named(rows[first])
        elif rows and self._head:
            first = next((at for at, row in enumerate(rows) if row and row != [""]), len(rows)) + 1
            self._head = first > len(rows)
        for at in range(first, len(rows), BATCH):
            end = min(at + BATCH, len(rows))
            refs = [base + start for start in starts[at:end]]
            yield from self._lot(rows[at:end], lines[at:end], refs)

    def _named(self, row: Sequence[str]) -> int:
        """Take the names of columns from the first row; return how many rows that used up."""
        if self._head:
            self._columns = distinct([self._letters.text(each).strip() for each in row])
            self._head = False
            return 1
        self._columns = tuple(str(at + 1) for at in range(len(row)))
        return 0

    def _lot(
        self, rows: Sequence[list[str]], lines: Sequence[str], refs: Sequence[int]
    ) -> Iterator[Rows | RowRefused]:
        wanted = len(self._columns)
        if any(len(row) != wanted for row in rows):
            for row, line, ref in zip(rows, lines, refs, strict=True):
                if len(row) != wanted and line.strip("\r\n"):
                    reason = "too few values" if len(row) < wanted else "too many values"
                    bare = line.removesuffix("\r")
                    yield RowRefused(self._table, ref, len(bare), reason, shown(bare[:200]))
            kept = [at for at, row in enumerate(rows) if len(row) == wanted and lines[at]]
            rows = [rows[at] for at in kept]
            lines = [lines[at] for at in kept]
            refs = [refs[at] for at in kept]
        sizes = [len(line) - line.endswith("\r") for line in lines]
        text = self._letters.text
        values = [
            row if line.isascii() else [text(each) for each in row]
            for row, line in zip(rows, lines, strict=True)
        ]
        if rows:
            yield Rows(self._table, self._columns, refs, sizes, values)


def _open(row: Sequence[str]) -> bool:
    """Tell whether a row ends inside a quoted value: then the line's end became part of it."""
    return bool(row) and row[-1].endswith("\n")
