"""The values of a row of an SQL dump: how each database writes them, and what they stand for.

MySQL 8.4 manual, 11.1 (literals); PostgreSQL 17 manual, 4.1.2 (constants) and COPY; SQLite,
"SQL As Understood By SQLite", literal values.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from fanal.sources.server.letters import Letters
from fanal.sources.server.patterns import compiled

Fixer = Callable[[str], str]
"""What turns the inside of a quoted text, as it stands, into the text."""
_WIDE = "\x81-\xfe"
_DOLLAR = (
    r"\$(?P<tag{0}>(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*+)?+)\$"
    r"[^$]*+(?:\$(?!(?P=tag{0})\$)[^$]*+){0,100}+\$(?P=tag{0})\$"
)
"""A text between `$tag$`, with at most 100 other dollars in it: what never closes costs little."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of database writes values into a dump."""

    name: str
    backslash: bool = False
    """Whether a backslash in a quoted text changes what follows it."""
    double: bool = False
    """Whether a text may stand between double quotes; elsewhere that is a name."""
    hashes: bool = False
    """Whether `#` begins a comment."""
    dollar: bool = False
    """Whether a text may stand between `$tag$`."""


MYSQL = Dialect("mysql", backslash=True, double=True, hashes=True)
POSTGRESQL = Dialect("postgresql", dollar=True)
SQLITE = Dialect("sqlite-dump")

_MYSQL_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}
_MYSQL_KEPT = {"%": "\\%", "_": "\\_"}
_C_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_MYSQL = compiled(r"\\([\s\S])|''")
_MYSQL_DOUBLE = compiled(r'\\([\s\S])|""')
_C = compiled(
    r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))|''"
)
_COPY = compiled(r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|([\s\S]))")
_UNISTR = compiled(r"\\(?:u([0-9a-fA-F]{4})|([0-9a-fA-F]{4})|(\\))|''")


def _mysql(found: re.Match[str]) -> str:
    letter = found[1]
    if letter is None:
        return found[0][0]
    return _MYSQL_ESCAPES.get(letter) or _MYSQL_KEPT.get(letter, letter)


def _point(digits: str) -> str:
    """Return a code point as its UTF-8 bytes, one a character, as all else here is."""
    number = int(digits, 16)
    whole = chr(number) if number <= 0x10FFFF else "\ufffd"
    return whole.encode("utf-8", "surrogatepass").decode("latin-1")


def _c(found: re.Match[str]) -> str:
    octal, hexadecimal, short, long, letter = found.groups()
    if octal:
        return chr(int(octal, 8) & 0xFF)
    if hexadecimal:
        return chr(int(hexadecimal, 16))
    if short or long:
        return _point(short or long)
    return "'" if letter is None else _C_ESCAPES.get(letter, letter)


def _copied(found: re.Match[str]) -> str:
    octal, hexadecimal, letter = found.groups()
    if octal:
        return chr(int(octal, 8) & 0xFF)
    return chr(int(hexadecimal, 16)) if hexadecimal else _C_ESCAPES.get(letter, letter)


def _unistr(found: re.Match[str]) -> str:
    digits = found[1] or found[2]
    return _point(digits) if digits else found[0][0]


def copied(raw: str) -> str:
    """Return a value of a COPY block without its escapes."""
    return _COPY.sub(_copied, raw) if "\\" in raw else raw


def inside(dialect: Dialect, letters: Letters) -> Fixer:
    """Return what turns the inside of a plainly quoted text into the text."""
    if not dialect.backslash:
        return lambda raw: letters.text(raw.replace("''", "'"))
    if letters.wide:  # escapes are found among letters, not among bytes
        return lambda raw: _MYSQL.sub(_mysql, letters.text(raw))
    return lambda raw: letters.text(_MYSQL.sub(_mysql, raw))


def content(dialect: Dialect, quote: str, *, wide: bool = False) -> str:
    """Return the pattern of what may stand between two quotes."""
    stop, more = quote, quote * 2
    if dialect.backslash:
        stop, more = rf"{quote}\\", rf"\\[\s\S]|{more}"
    if wide:
        stop, more = stop + _WIDE, rf"[{_WIDE}][\s\S]|{more}"
    return rf"[^{stop}]*+(?:(?:{more})[^{stop}]*+)*+"


@dataclass(frozen=True, slots=True)
class Grammar:
    """The patterns of one dialect."""

    value: str
    tuple: re.Pattern[str]
    values: re.Pattern[str]
    statement: re.Pattern[str]
    """From the beginning of a statement to behind its semicolon."""


@lru_cache(maxsize=16)
def grammar(dialect: Dialect, *, wide: bool = False) -> Grammar:
    """Compile the patterns of one dialect."""
    texts = [f"'{content(dialect, chr(39), wide=wide)}'", f'"{content(dialect, chr(34))}"']
    if dialect.dollar:  # an E before the quote lets backslashes escape
        texts.insert(0, rf"[eE]'{content(MYSQL, chr(39))}'")
        texts.append(_DOLLAR)
    numbers = iter(range(100))

    def atoms() -> str:
        return "|".join(each.replace("{0}", str(next(numbers))) for each in texts)

    plain = "[^'\"(),$eE]++" if dialect.dollar else "[^'\"(),]++"
    lone = r"|[$eE]" if dialect.dollar else ""
    inner = "[^'\"()$eE]++" if dialect.dollar else "[^'\"()]++"
    nested = rf"\((?:{inner}|{atoms()}{lone})*+\)"
    for _ in range(2):
        nested = rf"\((?:{inner}|{atoms()}{lone}|{nested})*+\)"
    value = rf"(?:{plain}|{atoms()}|{nested}{lone})++"
    comments = r"--[^\n]*+|/\*[\s\S]*?\*/|" + (r"\#[^\n]*+|" if dialect.hashes else "")
    between = r"[^;'\"`$eE/\-#]++"
    statement = rf"(?>{between}|{comments}{atoms()}|`[^`]*+`|[$eE/\-#])*+;"
    tuple_ = rf"\((?:{value.replace('tag', 'a')}(?:,{value.replace('tag', 'b')})*+)?\)"
    return Grammar(value, compiled(tuple_), compiled(f"({value}),?"), compiled(statement))


_SIMPLE = {
    MYSQL: compiled(rf"(?:_(?!binary)\w+\s*|[nN])?'({content(MYSQL, chr(39))})'", re.IGNORECASE),
    POSTGRESQL: compiled(
        rf"(?:[nN]|U&)?'({content(POSTGRESQL, chr(39))})'(?:::[\w\s.\"\[\]()]+)?", re.IGNORECASE
    ),
    SQLITE: compiled(rf"'({content(SQLITE, chr(39))})'"),
}
_DOUBLED = compiled(rf'(?:_(?!binary)\w+\s*)?"({content(MYSQL, chr(34))})"', re.IGNORECASE)
_RAW = compiled(rf"_binary\s*'({content(MYSQL, chr(39))})'", re.IGNORECASE)
_HEX = compiled(r"(?:0x|[xX]')([0-9a-fA-F]*)'?")
_BITS = compiled(r"(?:0b|[bB]')([01]{1,64})'?")
_ESCAPED = compiled(rf"[eE]'({content(MYSQL, chr(39))})'(?:::[\w\s.\"\[\]()]+)?")
_TAGGED = compiled(r"\$(\w*)\$([\s\S]*)\$\1\$")
_UNI = compiled(rf"unistr\('({content(SQLITE, chr(39))})'\)")
_LINES = compiled(r"replace\((.*),\s*'([^']{1,16})',\s*char\((\d{1,3})\)\)", re.DOTALL)


def value_of(raw: str, dialect: Dialect, letters: Letters) -> str | None:
    """Return what one value of a row stands for; an expression stays as it is written."""
    raw = raw.strip()
    if len(raw) == 4 and raw.upper() == "NULL":
        return None
    if found := _SIMPLE[dialect].fullmatch(raw):
        return inside(dialect, letters)(found[1])
    special = _bits_and_bytes(raw)
    if special is not None:
        return special
    if dialect.double and (found := _DOUBLED.fullmatch(raw)):
        return letters.text(_MYSQL_DOUBLE.sub(_mysql, found[1]))
    if dialect.dollar:
        return letters.text(_postgresql(raw))
    return letters.text(_sqlite(raw)) if dialect is SQLITE else letters.text(raw)


def _bits_and_bytes(raw: str) -> str | None:
    """Return bytes, however they are written, as `0x` and hexadecimal digits."""
    if found := _HEX.fullmatch(raw):
        return "0x" + found[1].lower()
    if found := _RAW.fullmatch(raw):
        return "0x" + _MYSQL.sub(_mysql, found[1]).encode("latin-1").hex()
    if found := _BITS.fullmatch(raw):
        return "0x" + int(found[1], 2).to_bytes((len(found[1]) + 7) // 8, "big").hex()
    return None


def _postgresql(raw: str) -> str:
    if found := _ESCAPED.fullmatch(raw):
        return _C.sub(_c, found[1])
    found = _TAGGED.fullmatch(raw)
    return found[2] if found else raw


def _sqlite(raw: str) -> str:
    """Return what the functions that the `.dump` command writes around line ends stand for."""
    if found := _UNI.fullmatch(raw):
        return _UNISTR.sub(_unistr, found[1])
    if found := _LINES.fullmatch(raw):
        text = _sqlite(found[1].strip())
        if plain := _SIMPLE[SQLITE].fullmatch(text):
            text = plain[1].replace("''", "'")
        return text.replace(found[2], chr(int(found[3]) & 0xFF))
    return raw
