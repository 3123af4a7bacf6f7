"""Reads the rows of INSERT statements: most in one step, odd ones value by value."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fanal.model.site import RowRefused, Rows
from fanal.sources.server.letters import Letters
from fanal.sources.server.patterns import compiled
from fanal.sources.server.sql_shape import Shape
from fanal.sources.server.sql_values import Dialect, grammar
from fanal.sources.server.stream import LONGEST
from fanal.sources.server.window import Window, shown

BATCH = 5000
"""Rows that are handed over at once."""
CUT = "file ends inside a row"
_AHEAD = 1 << 16
_LEAST = 1 << 18
"""Bytes that a row may have even in a file of which much is damaged."""
_LEAD = compiled(r"\s*+(?:,\s*+)?+")
_COMMA = compiled(r"\s*+,\s*+(?=\()")
_TAIL = compiled(r"(?:ON\s|RETURNING\s|AS\s|/\*|--)", re.IGNORECASE)
_STARTS = (
    r"INSERT\s+INTO|REPLACE\s+INTO|INSERT\s+IGNORE|CREATE\s|COPY\s|DROP\s|LOCK\s+TABLES"
    r"|UNLOCK\s+TABLES|ALTER\s+TABLE|SET\s|USE\s|BEGIN|COMMIT|START\s+TRANSACTION|PRAGMA\s"
    r"|SELECT\s+pg_catalog|DELIMITER\s|--\s|/\*!"
)
_AGAIN = compiled(rf"\n(?=(?P<statement>{_STARTS}))|(?:\)\s*+,\s*+|\n\s*+)(?=\()")
_WRITTEN = compiled(
    r"\s*(?:[-+.\w]+|(?:_\w+\s*|[A-Za-z]|U&)?(?:'[\s\S]*'|\"[\s\S]*\")(?:::[\w\s.\"\[\]()]+)?"
    r"|\$(\w*)\$[\s\S]*\$\1\$|[A-Za-z_][\w.]*\s*[(\[][\s\S]*[)\]](?:::[\w\s.\"\[\]()]+)?"
    r"|[-+]?[\d.]+[eE][-+]?\d+)\s*"
)
"""How one value may be written; what a lost quote makes of a row is not among it."""


@dataclass(frozen=True, slots=True)
class Insert:
    """The beginning of an INSERT statement, as it repeats itself through a dump."""

    table: str
    columns: tuple[str, ...]
    head: str
    shape: Shape

    def named(self) -> tuple[str, ...]:
        """Return the columns; numbers where the dump does not name them."""
        return self.columns or tuple(str(at + 1) for at in range(self.shape.count))


class Inserted:
    """Where a dump is being read, between and inside its rows."""

    def __init__(self, dialect: Dialect, window: Window, letters: Letters) -> None:
        """Begin at the first byte."""
        self._dialect = dialect
        self._window = window
        self._letters = letters
        self._most = LONGEST
        self._credit = 2000
        """Beginnings of rows that may still be tried in vain; every good row adds one."""
        self._inside = False
        self.at = 0

    def rows(self, insert: Insert) -> Iterator[Rows | RowRefused]:
        """Yield the rows that begin here, up to the end of the last statement with this head."""
        again = compiled(r"\s*+;\s*+" + re.escape(insert.head) + r"(?=\()")
        self._inside = True
        while self._inside:
            if rows := self._straight(insert, again):
                yield rows
            else:
                yield from self._odd(insert)

    def _straight(self, insert: Insert, again: re.Pattern[str]) -> Rows | None:
        """Return the next rows that look as rows of this table have looked so far."""
        text, at, base = self._window.text, self.at, self._window.base
        match, comma = insert.shape.match, _COMMA.match
        rows: list[Sequence[str | None]] = []
        refs: list[int] = []
        sizes: list[int] = []
        while len(rows) < BATCH and (found := match(text, at)):
            end = found.end()
            rows.append(found.groups())
            refs.append(base + at)
            sizes.append(end - at)
            if text.startswith(",(", end):
                at = end + 1
                continue
            next_row = comma(text, end) or again.match(text, end)
            if next_row is None:
                at = end
                break
            at = next_row.end()
        if not rows:
            return None
        self._credit = min(self._credit + len(rows), 2000)
        whole = text[self.at : at]
        self.at = at
        return Rows(insert.table, insert.named(), refs, sizes, insert.shape.fixed(rows, whole))

    def _more(self) -> None:
        self._window.more(self.at)
        self.at = 0

    def _odd(self, insert: Insert) -> Iterator[Rows | RowRefused]:
        """Take what is not a row as usual: another row, the end of the statement, damage."""
        window = self._window
        if len(window.text) - self.at < _AHEAD and not window.ended:
            self._more()
            return
        at = self._lead()
        if window.text.startswith("(", at):
            self.at = at
            if not insert.shape.match(window.text, at):
                yield from self._slow(insert)
        elif window.text.startswith(";", at):
            self.at = at + 1
            self._inside = False
        elif at == len(window.text):
            self._inside = False
            self.at = at
            yield window.refused(at, at, "file ends inside a statement", insert.table)
        elif _TAIL.match(window.text, at) and (end := self._tail(at)):
            self.at = end
            self._inside = False
        else:
            yield from self.resumed(self.at, "row is damaged", insert)

    def _lead(self) -> int:
        """Return where the next thing behind a row begins."""
        found = _LEAD.match(self._window.text, self.at)
        return found.end() if found else self.at

    def _tail(self, at: int) -> int:
        """Return where a statement ends that goes on behind its rows; 0 where nobody can say."""
        found = grammar(self._dialect, wide=self._letters.wide).statement.match(
            self._window.text, at
        )
        return found.end() if found else 0

    def _slow(self, insert: Insert) -> Iterator[Rows | RowRefused]:
        """Take one row value by value."""
        window = self._window
        pattern = grammar(self._dialect, wide=self._letters.wide).tuple
        found = pattern.match(window.text, self.at)
        if not found and not window.ended and len(window.text) - self.at <= self._most:
            self._more()
            return
        if not found:
            reason = CUT if window.ended else "longer than a row may be"
            if not window.ended:
                self._most = max(self._most // 2, _LEAST)
            yield from self.resumed(self.at, reason, insert)
            return
        raw = insert.shape.split(found[0])
        if not well_written(raw):
            yield from self.resumed(self.at, "row is damaged", insert)
            return
        yield self._taken(insert, raw, found[0])
        self.at = found.end()

    def _taken(self, insert: Insert, raw: list[str], row: str) -> Rows | RowRefused:
        shape = insert.shape
        if shape.count and len(raw) != shape.count:
            reason = "too few values" if len(raw) < shape.count else "too many values"
            return self._window.refused(self.at, self.at + len(row), reason, insert.table)
        shape.learn(raw)
        refs, sizes = [self._window.base + self.at], [len(row)]
        return Rows(insert.table, insert.named(), refs, sizes, [shape.values(raw)])

    def resumed(self, at: int, reason: str, insert: Insert | None) -> Iterator[RowRefused]:
        """Refuse what begins at `at`, up to where rows or statements surely begin again."""
        window = self._window
        begin, beginning = window.base + at, shown(window.text[at : at + 200])
        search = at + 1
        while (found := self._again(search, insert)) is None and not window.ended:
            keep = max(len(window.text) - _AHEAD, search)
            window.more(min(keep, len(window.text)))
            search = 0
        if found is None:
            self._inside = False
            self.at = len(window.text)
        else:
            self.at = found
            reason = "row is damaged" if reason == CUT else reason
        size = window.base + self.at - begin
        yield RowRefused(insert.table if insert else "", begin, size, reason, beginning)

    def _again(self, search: int, insert: Insert | None) -> int | None:
        """Return where a statement, or a row that looks like the others, begins."""
        text = self._window.text
        last = len(text) if self._window.ended else len(text) - _AHEAD
        for found in _AGAIN.finditer(text, search):
            if found.end() > last:
                return None
            if found["statement"]:
                self._inside = False
                return found.end()
            if insert is None or not insert.shape.sure or self._credit <= 0:
                continue
            if insert.shape.match(text, found.end(), found.end() + _AHEAD):
                return found.end()
            self._credit -= 1
        return None


def well_written(raw: Sequence[str]) -> bool:
    """Tell whether every value of a row is written as values are."""
    return all(_WRITTEN.fullmatch(each) for each in raw)
