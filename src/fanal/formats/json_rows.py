"""Reads JSON of any length one value at a time, and passes over what is too large or damaged.

`ijson` was tried first: its C parser hands out a broken tuple for an integer of 5,000 digits.
"""

import codecs
import io
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO

from fanal.formats.streams import CutError, encoding_of

CHUNK = 1 << 16
"""Bytes read at once."""
LIMIT = 1 << 18
"""Characters of one value that is kept whole; a longer one is taken apart or passed over."""
SMALL = 1 << 12
"""Characters that a member may always have, however much its row holds: hashes must get through."""
MEMBERS = 256
"""Members kept of one row that had to be taken apart."""
DEPTH = 32
"""How deep a kept value may nest, so that whoever writes it back does not run out of stack."""
_STARTS = frozenset('"{[-0123456789tfnNI')
"""What a value of JSON may begin with."""
_SPACE = re.compile("[ \t\r\n\0\ufeff]*")
_SCALAR = re.compile('[^ \t\r\n\0,:{}"\\[\\]]+')
_STRUCTURE = re.compile(r'["{}\[\]]')
_ESCAPES = re.compile(r"(?:\\.)+", re.DOTALL)


class UnreadableError(Exception):
    """One value is larger or deeper than is kept, or is not JSON; `skip` may pass over it."""


@dataclass(frozen=True, slots=True)
class Found:
    """One object of a list, and the names of the members that were not kept."""

    row: dict[str, Any] | None
    """None where something else than an object stood in the place of a row."""
    cut: tuple[str, ...] = ()


def _whole(text: str) -> int | str:
    """Return an integer; one of absurd length stays text, as Python refuses to convert it."""
    return int(text) if len(text) <= 100 else text


def _number(text: str) -> float | str:
    """Return a float where that says exactly the same, else the text: nothing is rounded away."""
    value = float(text)
    try:
        same = math.isfinite(value) and Decimal(repr(value)) == Decimal(text)
    except InvalidOperation:
        same = False
    return value if same else text


# Control characters inside strings are wrong but do happen; they must not cost the list.
_DECODER = json.JSONDecoder(strict=False, parse_int=_whole, parse_float=_number, parse_constant=str)


def tame(value: Any, depth: int = DEPTH) -> Any:
    """Return the value without lone surrogates; raise UnreadableError where it is too deep."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, (dict, list)):
        if not depth:
            raise UnreadableError
        if isinstance(value, list):
            return [tame(each, depth - 1) for each in value]
        return {tame(name): tame(each, depth - 1) for name, each in value.items()}
    return value


class JsonScanner:
    """A cursor over a stream of JSON that never holds more than a bounded piece of it."""

    def __init__(self, stream: BinaryIO) -> None:
        """Start at the first value; a byte-order mark tells UTF-16."""
        first = stream.read(CHUNK)
        decoder = codecs.getincrementaldecoder(encoding_of(first))
        self._decoder = decoder(errors="replace")
        self._stream = stream
        self._text = self._decoder.decode(first)
        self._at = 0
        self._ended = False

    def _refill(self) -> bool:
        """Read on; False at the end of the stream."""
        if self._ended:
            return False
        chunk = self._stream.read(CHUNK)
        self._ended = not chunk
        more = self._decoder.decode(chunk, final=not chunk)
        self._text = self._text[self._at :] + more
        self._at = 0
        return bool(chunk or more)

    def peek(self) -> str:
        """Return the next character that is not blank, without taking it; "" at the end."""
        while True:
            blank = _SPACE.match(self._text, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._refill():
                return ""

    def _take(self, character: str) -> None:
        if self.peek() != character:
            raise CutError(self._why())
        self._at += 1

    def _why(self) -> str:
        return "the text is damaged" if self.peek() else "the text is cut"

    def value(self, limit: int = LIMIT) -> Any:
        """Return the next value if it is JSON and short enough, else raise UnreadableError."""
        character = self.peek()
        if not character:
            raise CutError("the text is cut")
        if character not in _STARTS:
            raise UnreadableError
        if self._at > SMALL:  # json counts the lines before each error: there should be few
            self._text, self._at = self._text[self._at :], 0
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise UnreadableError from None
            except ValueError:
                # Either damaged, or its end has not been read yet.
                if len(self._text) - self._at > limit or not self._refill():
                    raise UnreadableError from None
                continue
            # A number at the edge of the buffer may go on behind it.
            if end == len(self._text) and isinstance(value, (int, float)) and self._refill():
                continue
            if end - self._at > limit:
                raise UnreadableError
            value = self._checked(value, end)
            self._at = end
            return value

    def _checked(self, value: Any, end: int) -> Any:
        """Tame the value if its text shows that it might need it."""
        text, start = self._text, self._at
        openers = text.count("[", start, end) + text.count("{", start, end)
        return tame(value) if openers > DEPTH or text.find("\\u", start, end) >= 0 else value

    def skip(self) -> None:
        """Pass over the next value, whatever its size, by its brackets and quotes alone."""
        character = self.peek()
        if not character or character in "}],:":
            raise CutError(self._why())
        if character == '"':
            self._skip_string()
        elif character in "{[":
            self._skip_nested()
        else:
            self._skip_scalar()

    def _skip_nested(self) -> None:
        depth = 0
        while True:
            found = None
            for found in _STRUCTURE.finditer(self._text, self._at):
                character = found[0]
                if character == '"':
                    break
                depth += 1 if character in "{[" else -1
                if not depth:
                    self._at = found.end()
                    return
            if found is not None and found[0] == '"':
                self._at = found.start()
                self._skip_string()
                continue
            self._at = len(self._text)
            if not self._refill():
                raise CutError("the text is cut")

    def _skip_string(self) -> None:
        self._at += 1
        while True:
            quote = self._text.find('"', self._at)
            slash = self._text.find("\\", self._at, quote if quote >= 0 else len(self._text))
            if slash >= 0 and (escapes := _ESCAPES.match(self._text, slash)):
                self._at = escapes.end()
            elif slash < 0 <= quote:
                self._at = quote + 1
                return
            else:
                self._at = slash if slash >= 0 else len(self._text)
                if not self._refill():
                    raise CutError("the text is cut")

    def _skip_scalar(self) -> None:
        while match := _SCALAR.match(self._text, self._at):
            self._at = match.end()
            if self._at < len(self._text) or not self._refill():
                return

    def _closed(self, closer: str) -> bool:
        """Take the comma or the closing bracket behind a value; tell which it was."""
        if self.peek() == closer:
            self._at += 1
            return True
        self._take(",")
        if self.peek() == closer:  # a comma too many is common and harmless
            self._at += 1
            return True
        return False

    def members(self) -> Iterator[str]:
        """Yield each key of the next object; the caller takes the value before the next key."""
        self._take("{")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            try:
                key = self.value(SMALL)
            except UnreadableError:
                raise CutError(self._why()) from None
            if not isinstance(key, str):
                raise CutError("the text is damaged")
            self._take(":")
            yield key
            if self._closed("}"):
                return

    def elements(self) -> Iterator[None]:
        """Yield once before each value of the next array; the caller takes the value."""
        self._take("[")
        if self.peek() == "]":
            self._at += 1
            return
        while True:
            yield None
            if self._closed("]"):
                return

    def next_line(self) -> bool:
        """Go to the line after the next line end; False where there is none."""
        while (end := self._text.find("\n", self._at)) < 0:
            self._at = len(self._text)
            if not self._refill():
                return False
        self._at = end + 1
        return True


@dataclass(frozen=True, slots=True)
class Shape:
    """How a kind of list nests its rows."""

    holders: tuple[str, ...]
    """Members whose array holds rows."""
    dropped: tuple[str, ...] = ()
    """Members that are never kept."""
    depth: int = 4
    """How many arrays and holders may lie around a row."""

    def inside(self) -> "Shape":
        """Return the shape of what lies one level further in."""
        return replace(self, depth=self.depth - 1)


def objects(scanner: JsonScanner, shape: Shape) -> Iterator[Found]:
    """Yield the innermost rows of the next value, however many there are."""
    if shape.depth and scanner.peek() == "[":
        for _ in scanner.elements():
            yield from objects(scanner, shape.inside())
        return
    try:
        value = scanner.value()
    except UnreadableError:
        if scanner.peek() != "{":
            scanner.skip()
            yield Found(None)
        else:
            yield from _taken_apart(scanner, shape)
        return
    yield from _leaves(value, shape)


def _leaves(value: Any, shape: Shape) -> Iterator[Found]:
    if not isinstance(value, dict):
        yield Found(None)
        return
    inner = [value[name] for name in shape.holders if isinstance(value.get(name), (list, dict))]
    if not inner or not shape.depth:
        for name in shape.dropped:
            value.pop(name, None)
        yield Found(value)
        return
    for rows in inner:
        for each in rows if isinstance(rows, list) else (rows,):
            yield from _leaves(each, shape.inside())


def _taken_apart(scanner: JsonScanner, shape: Shape) -> Iterator[Found]:
    """Yield the rows of an object that is too large, or too damaged, to be taken whole."""
    row: dict[str, Any] = {}
    cut: set[str] = set()
    left = LIMIT
    held = False
    for key in scanner.members():
        if shape.depth and key in shape.holders and scanner.peek() in "[{":
            held = True
            yield from objects(scanner, shape.inside())
        elif key in shape.dropped or len(row) >= MEMBERS:
            scanner.skip()
            if key not in shape.dropped and len(cut) < MEMBERS:
                cut.add(key)
        else:
            try:
                row[key] = scanner.value(max(left, SMALL))
                left -= len(str(row[key]))
            except UnreadableError:
                scanner.skip()
                cut.add(key)
    if not held:
        yield Found(row, tuple(sorted(cut)))


@dataclass(frozen=True, slots=True)
class Outline:
    """What the first bytes of a JSON file show: its own keys and those of its first rows."""

    top: dict[str, str]
    """Key → its text where it is a short text, else ""."""
    rows: frozenset[str]


def outline(head: bytes) -> Outline:
    """Return what the first bytes show, however early they are cut."""
    top: dict[str, str] = {}
    rows: set[str] = set()
    scanner = JsonScanner(io.BytesIO(head))
    try:
        if scanner.peek() == "[":
            _row_keys(scanner, rows)
        elif scanner.peek() == "{":
            for key in scanner.members():
                top[key] = ""
                if scanner.peek() == "[":
                    _row_keys(scanner, rows)
                elif scanner.peek() == '"':
                    top[key] = str(scanner.value())
                else:
                    scanner.skip()
    except (CutError, UnreadableError):
        pass
    return Outline(top, frozenset(rows))


def _row_keys(scanner: JsonScanner, rows: set[str]) -> None:
    for _ in scanner.elements():
        if scanner.peek() != "{":
            scanner.skip()
            continue
        for key in scanner.members():
            rows.add(key)
            scanner.skip()
