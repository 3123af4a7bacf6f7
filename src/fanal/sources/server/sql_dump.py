"""Goes through the statements of an SQL dump and yields the rows that they insert.

What is neither a row nor a comment nor a statement that dumps are known to hold is refused.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from fanal.model.site import RowRefused, Rows
from fanal.sources.server import sql_names
from fanal.sources.server.letters import Letters
from fanal.sources.server.patterns import compiled
from fanal.sources.server.sql_copy import copied_rows
from fanal.sources.server.sql_rows import Insert, Inserted
from fanal.sources.server.sql_shape import Shape
from fanal.sources.server.sql_values import Dialect, grammar
from fanal.sources.server.stream import opened
from fanal.sources.server.window import Window, shown

Found = Iterator[Rows | RowRefused]
PATIENCE = 64 << 20
"""Characters that may be searched in vain for the ends of statements; then only near ones are."""
_NEAR = 1 << 12
AHEAD = 1 << 16
"""Characters that are kept in sight before a statement is told."""
_BLANK = compiled(r"(?:\s++|;)++")
_COMMENT = compiled(r"/\*[\s\S]*?\*/")
_WORD = compiled(r"[A-Za-z]++")
_CHARSET = compiled(
    r"\bSET\s+(?:NAMES\s+|client_encoding\s*(?:=|TO)\s*)[\"'`]?([\w-]+)", re.IGNORECASE
)
_HARMLESS = compiled(
    r"alter|analyze|begin|comment|commit|create|do|drop|end|flush|go|grant|lock|pragma|print"
    r"|refresh|reindex|release|revoke|rollback|savepoint|security|select|set|start|unlock|use"
    r"|vacuum"
)
_CHANGING = compiled(r"call|change|copy|delete|execute|load|merge|truncate|update|with|xa")
_DELIMITER_BACK = compiled(r"^DELIMITER[ \t]+;[ \t]*\r?\n?", re.MULTILINE | re.IGNORECASE)


def _line_end(text: str, at: int) -> int:
    return text.find("\n", at) + 1 or len(text)


_ROUTINE = compiled(
    r"\s*(?:(?:--|#)[^\n]*\n\s*)*(?:/\*!?|CREATE\b|DROP\b|SET\b|USE\b|ALTER\b)", re.IGNORECASE
)
_HIDDEN = compiled(r"/\*M?!\d*\s*(?:INSERT|REPLACE)\b", re.IGNORECASE)
_OLD_STRINGS = compiled(r"SET\s+standard_conforming_strings\s*(?:=|TO)\s*off", re.IGNORECASE)


class Dump:
    """One pass over one dump."""

    def __init__(self, dialect: Dialect, window: Window, options: Mapping[str, str]) -> None:
        """Begin at the first byte."""
        self._dialect = dialect
        self._window = window
        self.letters = Letters(options.get("encoding", ""))
        self._inserted = Inserted(dialect, window, self.letters)
        self._tables: dict[str, tuple[str, ...]] = {}
        self._database: tuple[str, str] = ("", "")
        """The first one that was used, and the one in use."""
        self._known: dict[str, Insert] = {}
        self._patience = PATIENCE
        self._line_mark = "#" if dialect.hashes else "\\" if dialect.dollar else "--"
        """Begins a line that is a comment, or a command to psql."""
        self._handlers: dict[str, Callable[[], Found]] = {
            "insert": self._insert,
            "replace": self._insert,
            "copy": self._copy,
            "create": self._create,
            "delimiter": self._delimiter,
            "use": self._use,
            "set": self._set,
        }

    @property
    def _at(self) -> int:
        return self._inserted.at

    @_at.setter
    def _at(self, at: int) -> None:
        self._inserted.at = at

    def rows(self) -> Found:
        """Yield every row of the dump, and every stretch that is none."""
        while True:
            if len(self._window.text) - self._at < AHEAD and not self._window.ended:
                self._more()
                continue
            if self._at >= len(self._window.text):
                break
            yield from self._next()
        if self._window.fault:
            yield RowRefused("", self._window.base + self._at, 0, self._window.fault)

    def _more(self) -> None:
        self._window.more(self._at)
        self._at = 0

    def _next(self) -> Found:
        """Pass over one blank, comment or statement."""
        text, at = self._window.text, self._at
        if blank := _BLANK.match(text, at):
            self._at = blank.end()
        elif text.startswith("--", at) or text[at] == self._line_mark:
            self._at = _line_end(text, at)
        elif text.startswith("/*", at):
            yield from self._commented()
        elif word := _WORD.match(text, at):
            yield from self._worded(word[0].lower())
        else:
            yield from self._inserted.resumed(at, "no statement", None)

    def _commented(self) -> Found:
        found = self._searched(_COMMENT)
        if found is None:
            yield from self._inserted.resumed(self._at, "comment without end", None)
            return
        if charset := _CHARSET.search(found[0]):
            self.letters.declare(charset[1])
        if _HIDDEN.match(found[0]):
            yield self._window.refused(self._at, found.end(), "rows inside a comment")
        self._at = found.end()

    def _worded(self, word: str) -> Found:
        if word in self._handlers:
            yield from self._handlers[word]()
        elif _HARMLESS.fullmatch(word):
            yield from self._skipped("")
        else:
            changing = _CHANGING.fullmatch(word)
            yield from self._skipped("statement changes rows" if changing else "unknown statement")

    def _searched(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Match from here on, reading on as far as may be needed."""
        if self._patience < 0:
            return pattern.match(self._window.text, self._at, self._at + _NEAR)
        while not (found := pattern.match(self._window.text, self._at)):
            if self._window.ended or self._window.full(self._at):
                self._patience -= len(self._window.text) - self._at
                return None
            self._more()
        return found

    def _statement(self) -> str:
        """Return the statement that begins here, "" where it has no end."""
        wide = self.letters.wide
        found = self._searched(grammar(self._dialect, wide=wide).statement)
        return found[0] if found else ""

    def _skipped(self, reason: str) -> Found:
        statement = self._statement()
        if not statement:
            cut = self._window.ended
            reason = "file ends inside a statement" if cut else "statement without end"
            yield from self._inserted.resumed(self._at, reason, None)
            return
        if reason:
            size = len(statement)
            ref = self._window.base + self._at
            yield RowRefused("", ref, size, reason, shown(statement))
        self._at += len(statement)

    def _set(self) -> Found:
        if charset := _CHARSET.match(self._window.text, self._at):
            self.letters.declare(charset[1])
        old = _OLD_STRINGS.match(self._window.text, self._at)
        yield from self._skipped("strings with backslashes are read as they stand" if old else "")

    def _use(self) -> Found:
        words = self._window.text[self._at : self._at + 200].split(";")[0].split(None, 1)
        name = sql_names.bare(words[1].strip(), self.letters) if len(words) == 2 else ""
        self._database = (self._database[0] or name, name)
        self._known.clear()
        yield from self._skipped("")

    def _delimiter(self) -> Found:
        """Pass over routines and triggers, up to where the delimiter is a semicolon again."""
        line = self._window.text[self._at : _line_end(self._window.text, self._at)]
        mark = line[len("DELIMITER") :].strip()
        self._at += len(line)
        begin = self._at
        while not (found := _DELIMITER_BACK.search(self._window.text, self._at)):
            if self._window.ended or self._window.full(self._at):
                yield from self._inserted.resumed(begin, "routine without end", None)
                return
            self._more()
            begin = 0
        at = begin
        for piece in self._window.text[begin : found.start()].split(mark or ";"):
            if piece.strip() and not _ROUTINE.match(piece):
                reason = "statement among routines"
                yield self._window.refused(at, at + len(piece), reason)
            at += len(piece) + len(mark or ";")
        self._at = found.end()

    def _named(self, qualified: str) -> str:
        name = sql_names.table_name(qualified, self.letters)
        first, used = self._database
        return f"{used}.{name}" if used != first and "." not in name else name

    def _create(self) -> Found:
        found = sql_names.CREATE.match(self._window.text, self._at)
        if not found:
            yield from self._skipped("")
            return
        table, start = self._named(found["table"]), found.end() - self._at
        statement = self._statement()
        if statement:
            columns = sql_names.created_columns(statement, start, self.letters)
            self._tables[table] = columns
            self._known.clear()
        yield from self._skipped("")

    def _columns(self, table: str, listed: str | None) -> tuple[str, ...]:
        return sql_names.column_names(listed, self.letters) or self._tables.get(table, ())

    def _insert(self) -> Found:
        found = sql_names.INSERT.match(self._window.text, self._at)
        if not found:
            yield from self._skipped("insert without values")
            return
        head = found[0]
        if head not in self._known:
            if len(self._known) > 1000:
                self._known.clear()
            table = self._named(found["table"])
            columns = self._columns(table, found["columns"])
            shape = Shape(self._dialect, self.letters, len(columns))
            self._known[head] = Insert(table, columns, head, shape)
        self._at = found.end()
        yield from self._inserted.rows(self._known[head])

    def _copy(self) -> Found:
        found = sql_names.COPY.match(self._window.text, self._at)
        if not found:
            yield from self._skipped("statement changes rows")
            return
        table = self._named(found["table"])
        columns = self._columns(table, found["columns"])
        self._window.drop(found.end())
        self._at = 0
        ends = "\r\n" if found[0].endswith("\r\n") else "\n"
        yield from copied_rows(self._window, table, columns, self.letters, ends)


def charset_of(head: bytes) -> str:
    """Return the character set that a dump declares in its first bytes, "" for none."""
    found = _CHARSET.search(head.decode("latin-1"))
    return found[1] if found else ""


def read_dump(dialect: Dialect, path: Path, options: Mapping[str, str], notes: list[str]) -> Found:
    """Yield the rows of one dump; what is to be said of it is added to `notes` at the end."""
    with opened(path) as seized:
        dump = Dump(dialect, Window(seized), options)
        yield from dump.rows()
        notes += [*seized.notes, *dump.letters.notes()]
