"""Reads the lines of COPY blocks of a PostgreSQL dump (PostgreSQL 17 manual, COPY, text)."""

from collections.abc import Generator, Iterator, Sequence
from itertools import accumulate

from fanal.model.site import RowRefused, Rows
from fanal.sources.server.letters import Letters
from fanal.sources.server.patterns import compiled
from fanal.sources.server.sql_values import copied
from fanal.sources.server.window import Window, shown

BATCH = 5000
"""Rows that are handed over at once."""
END = "\\."
"""The line behind the last row."""
_STATEMENT = compiled(r"(?:COPY .{1,2000} FROM stdin|CREATE TABLE |INSERT INTO |ALTER TABLE )")


def copied_rows(
    window: Window, table: str, columns: tuple[str, ...], letters: Letters, ends: str
) -> Iterator[Rows | RowRefused]:
    """Yield the rows of the block that begins at the window's first character.

    Leaves the window behind the block; where its end is missing, at the next statement.
    """
    block = Block(table, columns, letters, ends)
    while True:
        end = window.text.rfind("\n")
        if end >= 0:
            if (yield from _lines(window, block, end)):
                return
        elif window.ended:
            break
        elif window.full(0):
            yield _endless(window, table)
        else:
            window.more(0)
    reason = "file ends inside a row" if window.text else "file ends inside a statement"
    yield window.refused(0, len(window.text), reason, table)
    window.more(len(window.text))


def _lines(window: Window, block: "Block", end: int) -> Generator[Rows | RowRefused, None, bool]:
    """Yield the rows of the whole lines in sight; tell whether the block ends among them."""
    lines = window.text[:end].split("\n")
    stop = block.stop(lines)
    if stop is not None:
        lines = lines[:stop]
    yield from block.rows(lines, window.base)
    if block.left_at:
        taken = block.left_at - window.base
    elif stop is None:
        window.more(end + 1)
        return False
    else:  # pass over the line that ends the block
        taken = window.text.find("\n", sum(map(len, lines)) + len(lines)) + 1
    window.drop(taken)
    return True


def _endless(window: Window, table: str) -> RowRefused:
    begin, beginning = window.base, shown(window.text[:200])
    while (end := window.text.find("\n")) < 0 and not window.ended:
        window.more(len(window.text))
    cut = end + 1 if end >= 0 else len(window.text)
    size = window.base + cut - begin
    window.drop(cut)
    return RowRefused(table, begin, size, "longer than a row may be", beginning)


class Block:
    """The rows of one COPY block."""

    def __init__(self, table: str, columns: tuple[str, ...], letters: Letters, ends: str) -> None:
        """Take what the statement says; without columns the first row tells how many there are."""
        self._table = table
        self._columns = columns
        self._letters = letters
        self._ends = ends
        self.left_at = 0
        """Offset of a statement that was met in place of a row; 0 where none was."""

    def stop(self, lines: list[str]) -> int | None:
        """Return which line ends the block."""
        end = END + self._ends[:-1]
        for mark in (end, END):
            if mark in lines:
                return lines.index(mark)
        return None

    def rows(self, lines: list[str], base: int) -> Iterator[Rows | RowRefused]:
        """Yield what these whole lines hold."""
        sizes = [len(line) for line in lines]
        refs = list(accumulate((size + 1 for size in sizes), initial=base))
        if self._ends == "\r\n":
            lines = [line.removesuffix("\r") for line in lines]
            sizes = [len(line) for line in lines]
        for at in range(0, len(lines), BATCH):
            yield from self._lot(lines[at : at + BATCH], refs[at:], sizes[at : at + BATCH])
            if self.left_at:
                return

    def _lot(
        self, lines: list[str], refs: Sequence[int], sizes: Sequence[int]
    ) -> Iterator[Rows | RowRefused]:
        rows: list[Sequence[str | None]] = [line.split("\t") for line in lines]
        if not self._columns and rows:
            self._columns = tuple(str(at + 1) for at in range(len(rows[0])))
        wanted = len(self._columns)
        if any(len(row) != wanted for row in rows):
            good = list(self._good(rows, lines, refs))
            yield from (each for each in good if isinstance(each, RowRefused))
            kept = [each for each in good if isinstance(each, int)]
            rows = [rows[at] for at in kept]
            refs = [refs[at] for at in kept]
            sizes = [sizes[at] for at in kept]
            lines = [lines[at] for at in kept]
        if rows:
            values = self._read(rows, lines)
            yield Rows(self._table, self._columns, refs[: len(rows)], sizes, values)

    def _good(
        self, rows: list[Sequence[str | None]], lines: list[str], refs: Sequence[int]
    ) -> Iterator[int | RowRefused]:
        """Yield which rows are whole and what is said of the others, up to a statement."""
        for at, row in enumerate(rows):
            if len(row) == len(self._columns):
                yield at
            elif _STATEMENT.match(lines[at]):
                self.left_at = refs[at]
                return
            else:
                yield self._refused(lines[at], refs[at], len(self._columns))

    def _refused(self, line: str, ref: int, wanted: int) -> RowRefused:
        few = line.count("\t") + 1 < wanted
        reason = "too few values" if few else "too many values"
        return RowRefused(self._table, ref, len(line), reason, shown(line))

    def _read(
        self, rows: list[Sequence[str | None]], lines: list[str]
    ) -> list[Sequence[str | None]]:
        return [
            row if line.isascii() and "\\" not in line else self._values(row)
            for row, line in zip(rows, lines, strict=True)
        ]

    def _values(self, row: Sequence[str | None]) -> list[str | None]:
        return [
            None if each is None or each == "\\N" else self._letters.text(copied(each))
            for each in row
        ]
