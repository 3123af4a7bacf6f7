"""Reads rows of JSON: one object a line, objects one after the other, or an array of them.

Nested objects become columns with dots; arrays stay JSON. Numbers stay as they are written.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from fanal.model.site import RowRefused, Rows
from fanal.sources.server.csv_reader import table_of
from fanal.sources.server.letters import Letters
from fanal.sources.server.patterns import compiled
from fanal.sources.server.stream import LONGEST, opened, taken
from fanal.sources.server.window import Window, shown

BATCH = 5000
"""Rows that are handed over at once."""
COLUMNS = 2000
"""Columns that one table may have; a row with further ones is refused."""
DEPTH = 20
"""Objects inside objects."""
PATIENCE = 64 << 20
"""Bytes that may be read on in vain for the ends of objects."""
_LEAST = 1 << 18
_BETWEEN = compiled(r"[ \t\r\n,\[\]\x1e]*+")
_AGAIN = compiled(r"\n[ \t\r\n]*+(?=\{)")
_NAMES = compiled(r"\.(?:jsonl|ndjson|json)(?:\.(?:gz|zst|xz|bz2))?$", re.IGNORECASE)
_TABLE = compiled(
    r'\{"type":"table","name":("(?:[^"\\]|\\.){1,300}"),"database":"(?:[^"\\]|\\.){0,300}",'
    r'"data":[ \t\r\n]*+\[[ \t\r\n]*+'
)
"""How phpMyAdmin begins a table of its JSON export; the rows of others must not get into it."""
_OTHER = compiled(r'\{"type":"(?:header|database)",[^{}\n]{0,2000}\}')
_TABLE_END = compiled(r"[ \t\r\n]*+\][ \t\r\n]*+\}")
_HEAD = compiled(rb"\s*+\[?\s*+\{\s*+(?:\"|\})")


class RepeatedError(ValueError):
    """An object has two members of the same name."""


class DeepError(ValueError):
    """Objects lie inside objects beyond all use."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise RepeatedError
    return members


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=str, parse_float=str, parse_constant=str, strict=False
)


class Digits(str):
    """A number as it is written."""

    __slots__ = ()


_EXACT = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_int=Digits,
    parse_float=Digits,
    parse_constant=Digits,
    strict=False,
)


def spelled(value: Any) -> str:
    """Return a value inside an array as JSON, its numbers as they are written."""
    if isinstance(value, Digits):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(spelled, value))}]"
    if isinstance(value, dict):
        members = (f"{json.dumps(name)}: {spelled(each)}" for name, each in value.items())
        return f"{{{', '.join(members)}}}"
    return json.dumps(value, ensure_ascii=False)


def flat(value: Mapping[str, Any], prefix: str = "", depth: int = DEPTH) -> dict[str, str | None]:
    """Return the members of an object as columns, those of inner objects with dots."""
    if not depth:
        raise DeepError
    row: dict[str, str | None] = {}
    for name, each in value.items():
        column = prefix + name
        if each is None or isinstance(each, str):
            found: dict[str, str | None] = {column: each if each is None else str(each)}
        elif isinstance(each, dict) and each:
            found = flat(each, f"{column}.", depth - 1)
        else:
            found = {column: spelled(each)}
        if not found.keys().isdisjoint(row):
            raise RepeatedError
        row |= found
    return row


def _tame(row: dict[str, str | None]) -> dict[str, str | None]:
    """Return a row whose halves of surrogate pairs are spelled out."""
    return {
        name.encode("utf-8", "backslashreplace").decode(): (
            value if value is None else value.encode("utf-8", "backslashreplace").decode()
        )
        for name, value in row.items()
    }


class JsonReader:
    """JSON lines, and arrays of objects."""

    name: ClassVar[str] = "jsonl"
    version: ClassVar[str] = "1"

    def __init__(self) -> None:
        """Begin with nothing to say."""
        self.notes: tuple[str, ...] = ()

    @classmethod
    def recognizes(cls, head: bytes, name: str) -> bool:
        """Tell by an object, or an array of objects, at the beginning."""
        return bool(_HEAD.match(head)) and (
            bool(_NAMES.search(name)) or b'":' in head or b'" :' in head
        )

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Rows | RowRefused]:
        """Yield the rows of the file in their order, and what of it is no row."""
        letters = Letters(options.get("encoding", ""))
        with opened(path) as seized:
            window = Window(seized)
            yield from _Objects(window, letters, table_of(path, options)).rows()
            if seized.fault:
                yield RowRefused("", window.base + len(window.text), 0, seized.fault)
            self.notes = (*seized.notes, *letters.notes())

    def at(self, path: Path, options: Mapping[str, str], ref: int, size: int) -> Rows | RowRefused:
        """Read one object again; it has the columns that itself names."""
        raw = taken(path, ref, size).decode("latin-1")
        table = table_of(path, options)
        found, end, why = row_at(raw, 0, Letters(options.get("encoding", "")))
        if found is None or end != size:
            return RowRefused(table, ref, size, why or "row is damaged", shown(raw[:200]))
        return Rows(table, tuple(found), [ref], [size], [list(found.values())])


def row_at(text: str, at: int, letters: Letters) -> tuple[dict[str, str | None] | None, int, str]:
    """Return the object that begins in a text of bytes, where it ends, or why it is no row.

    An end of 0 means that it is damaged, or that its end is not in the text.
    """
    end = 0
    try:
        value, end = _DECODER.raw_decode(text, at)
        whole = text[at:end]
        if "[" in whole:
            value = _EXACT.decode(letters.text(whole))
        elif not whole.isascii():
            value = _DECODER.decode(letters.text(whole))
        if not isinstance(value, dict):
            return None, end, "not an object"
        row = flat(value)
    except RepeatedError:
        return None, end, "a name twice in one object"
    except (RecursionError, DeepError):
        return None, end, "nested too deep"
    except ValueError:
        return None, end, "row is damaged"
    return (_tame(row) if "\\u" in whole else row), end, ""


class _Objects:
    """The objects of one file, wherever line ends are."""

    def __init__(self, window: Window, letters: Letters, table: str) -> None:
        self._window = window
        self._letters = letters
        self._table = table
        self._columns: dict[str, int] = {}
        self._at = 0
        self._patience = PATIENCE
        self._inside = False
        """Whether these are the rows of a table that phpMyAdmin exported."""
        self._next_table = ""
        self._rows: list[Mapping[str, str | None]] = []
        self._refs: list[int] = []
        self._sizes: list[int] = []

    def rows(self) -> Iterator[Rows | RowRefused]:
        """Yield the objects in lots, and what is none."""
        window = self._window
        while True:
            if len(window.text) - self._at < _LEAST and not window.ended:
                window.more(self._at)
                self._at = 0
                continue
            between = _BETWEEN.match(window.text, self._at)
            if self._inside and (end := _TABLE_END.match(window.text, self._at)):
                self._inside, self._at = False, end.end()
                continue
            self._at = between.end() if between else self._at
            if window.text.startswith('{"type":"', self._at) and self._exported():
                yield from self._flushed()
                self._begun()
                continue
            if self._at >= len(window.text):
                if window.ended:
                    break
                continue
            refused = self._next()
            if refused or len(self._rows) >= BATCH or self._is_heavy():
                yield from self._flushed()
            if refused:
                yield refused
        yield from self._flushed()

    def _exported(self) -> bool:
        """Pass over what phpMyAdmin writes before rows; tell whether it was that."""
        text, at = self._window.text, self._at
        found = _OTHER.match(text, at) or _TABLE.match(text, at)
        if not found:
            return False
        self._at = found.end()
        self._inside = found.re is _TABLE
        self._next_table = self._letters.text(json.loads(found[1])) if self._inside else ""
        return True

    def _begun(self) -> None:
        """Begin the next table, where there is one."""
        if self._next_table:
            self._table, self._columns, self._next_table = self._next_table, {}, ""

    def _next(self) -> RowRefused | None:
        window, at = self._window, self._at
        row, end, why = row_at(window.text, at, self._letters)
        if end and row is not None:
            new = [name for name in row if name not in self._columns]
            if len(self._columns) + len(new) <= COLUMNS:
                for name in new:
                    self._columns[name] = len(self._columns)
                self._rows.append(row)
                self._refs.append(window.base + at)
                self._sizes.append(end - at)
                self._at = end
                return None
            why = "too many columns"
        if not end:
            return self._unfinished(why)
        self._at = end
        return window.refused(at, end, why, self._table)

    def _unfinished(self, why: str) -> RowRefused | None:
        """Read on for an object without end, or refuse what begins here up to the next one."""
        window, at = self._window, self._at
        begun = window.text.startswith("{", at)
        again = _AGAIN.search(window.text, at)
        if begun and again is None and not window.ended and self._patience > 0:
            if len(window.text) - at <= LONGEST:
                window.more(at)
                self._at = 0
                return None
            self._patience -= LONGEST
        if again:
            self._at = again.end()
        else:
            line = window.text.find("\n", at) + 1 if begun else 0
            self._at = max(line or len(window.text), at + 1)
        if begun and window.ended and again is None and why == "row is damaged":
            why = "file ends inside a row"
        return window.refused(at, self._at, why, self._table)

    def _is_heavy(self) -> bool:
        """Tell whether the rows that wait take as many bytes as one row may."""
        return bool(self._refs) and self._refs[-1] + self._sizes[-1] - self._refs[0] > LONGEST

    def _flushed(self) -> Iterator[Rows]:
        if not self._rows:
            return
        names = tuple(self._columns)
        values: Sequence[Sequence[str | None]] = [
            [row.get(name) for name in names] for row in self._rows
        ]
        yield Rows(self._table, names, self._refs, self._sizes, values)
        self._rows, self._refs, self._sizes = [], [], []
