"""What the rows of one table look like, learned from them, so that most are read in one step."""

import re
from collections.abc import Sequence
from functools import lru_cache

from fanal.sources.server.letters import Letters
from fanal.sources.server.patterns import compiled
from fanal.sources.server.sql_values import Dialect, content, grammar, inside, value_of

TEXT, BARE, ANY = "t", "b", "a"
"""Columns whose values are all quoted, all bare, or now this and now that; NULL is each."""
_MOST_COLUMNS = 90
"""A row with more is read value by value."""


@lru_cache(maxsize=256)
def _row(dialect: Dialect, shape: str, *, wide: bool) -> re.Pattern[str]:
    quoted = content(dialect, "'", wide=wide)
    patterns = {
        TEXT: rf"(?>NULL|'({quoted})')",
        BARE: r"(?>NULL(?!\w)|([-+.\w]++))",
        ANY: f"({_any(dialect, wide=wide)})",
    }
    return compiled(r"\(\s*+" + r"\s*+,\s*+".join(patterns[each] for each in shape) + r"\s*+\)")


def _any(dialect: Dialect, *, wide: bool) -> str:
    """Return the pattern of the plainer values of every kind."""
    before = r"(?:_\w++\s*+|[A-Za-z])?+" if dialect.backslash else "[xX]?+"
    return rf"(?>{before}'{content(dialect, chr(39), wide=wide)}'|[-+.\w]++)(?=\s*+[,)])"


class Shape:
    """The columns of one INSERT, and how its rows are told and read."""

    def __init__(self, dialect: Dialect, letters: Letters, count: int) -> None:
        """Take how many values a row has; 0 where the first row says it."""
        self._dialect = dialect
        self._letters = letters
        self._wide = letters.wide
        self.count = count
        self._kinds: list[str] = []
        self.match = _NEVER.match

    def learn(self, raw: Sequence[str]) -> None:
        """Take one more row, as written, into what rows look like."""
        self.count = self.count or len(raw)
        kinds = [_kind(value) for value in raw]
        if not self._kinds:
            self._kinds = [kind or TEXT for kind in kinds]
        for at, kind in enumerate(kinds):
            if kind and self._kinds[at] != kind:
                self._kinds[at] = ANY
        if self.count <= _MOST_COLUMNS:
            self.match = _row(self._dialect, "".join(self._kinds), wide=self._wide).match

    @property
    def sure(self) -> bool:
        """Tell whether nothing inside a text can look like a row of these."""
        return bool(self._kinds) and self.count <= _MOST_COLUMNS

    def split(self, row: str) -> list[str]:
        """Return the values of one row, brackets and all, as they are written."""
        found = grammar(self._dialect, wide=self._wide).values
        return [each[1] for each in found.finditer(row, 1, len(row) - 1)]

    def values(self, raw: Sequence[str]) -> list[str | None]:
        """Return what the values of one row stand for."""
        return [value_of(each, self._dialect, self._letters) for each in raw]

    def fixed(self, rows: list[Sequence[str | None]], text: str) -> list[Sequence[str | None]]:
        """Return rows, as matched, with their texts as they are meant; `text` holds them all."""
        if ANY in self._kinds:
            return self._fixed_any(rows)
        if text.isascii() and "\\" not in text and "''" not in text:
            return rows
        fix = inside(self._dialect, self._letters)
        stray = "\\" if self._dialect.backslash else "'"
        return [
            [
                fix(each) if each and (stray in each or "'" in each or not each.isascii()) else each
                for each in row
            ]
            for row in rows
        ]

    def _fixed_any(self, rows: list[Sequence[str | None]]) -> list[Sequence[str | None]]:
        fix, dialect, letters = inside(self._dialect, self._letters), self._dialect, self._letters

        def fixed(kind: str, each: str | None) -> str | None:
            if each is None or kind == BARE:
                return each
            if kind == ANY:
                return value_of(each, dialect, letters)
            return each if each.isascii() and "\\" not in each and "'" not in each else fix(each)

        return [list(map(fixed, self._kinds, row)) for row in rows]


_NEVER = compiled(r"(?!)")


def _kind(raw: str) -> str:
    """Return how one value is written; "" for NULL, which tells nothing."""
    raw = raw.strip()
    if raw.upper() == "NULL":
        return ""
    if len(raw) > 1 and raw[0] == raw[-1] == "'":
        return TEXT
    return BARE if re.fullmatch(r"[-+.\w]+", raw) and raw[:2].lower() != "0x" else ANY
