"""Names in an SQL dump: of tables and columns, as CREATE TABLE, INSERT and COPY write them."""

import re
from collections.abc import Iterable

from fanal.sources.server.letters import Letters
from fanal.sources.server.patterns import compiled

NAME = r'(?:`(?:[^`]|``)*+`|"(?:[^"]|"")*+"|\[[^\]\n]*+\]|[\w$\x80-\xff]++)'
QUALIFIED = rf"{NAME}(?:\s*+\.\s*+{NAME}){{0,2}}+"
COLUMNS = rf"\(\s*+{NAME}(?:\s*+,\s*+{NAME})*+\s*+\)"
INSERT = compiled(
    rf"(?:INSERT|REPLACE)(?:\s+(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE|OR\s+\w+))*+"
    rf"\s+(?:INTO\s+)?+(?P<table>{QUALIFIED})\s*+(?P<columns>{COLUMNS})?+\s*+"
    r"(?:OVERRIDING\s+\w+\s+VALUE\s*+)?+VALUES\s*+(?=\()",
    re.IGNORECASE,
)
COPY = compiled(
    rf"COPY\s+(?P<table>{QUALIFIED})\s*+(?P<columns>{COLUMNS})?+\s+FROM\s+stdin[^;\n]*;[ \t]*\r?\n",
    re.IGNORECASE,
)
CREATE = compiled(
    rf"CREATE\s+(?:(?:UNLOGGED|TEMPORARY|TEMP|GLOBAL|LOCAL|FOREIGN)\s+)*+TABLE\s+"
    rf"(?:IF\s+NOT\s+EXISTS\s+)?+(?P<table>{QUALIFIED})\s*+\(",
    re.IGNORECASE,
)
_EACH = compiled(NAME)
_ITEM = compiled(
    rf"(?:[^,()'\"`\[]++|'(?:[^'\\]|''|\\[\s\S])*+'|{NAME}"
    rf"|\((?:[^()'\"]++|'(?:[^'\\]|''|\\[\s\S])*+'|\"[^\"]*+\""
    rf"|\((?:[^()'\"]++|'[^']*+'|\((?:[^()']++|'[^']*+')*+\))*+\))*+\))++"
)
_NO_COLUMN = compiled(
    r"key|primary|unique|index|constraint|foreign|fulltext|spatial|check|exclude|like|period",
    re.IGNORECASE,
)
_GENERATED = compiled(r"\bGENERATED\s+ALWAYS\s+AS\s*\(|\)\s*(?:STORED|VIRTUAL)\b", re.IGNORECASE)
MOST = 4096
"""Columns of a table, at most; as many as MySQL allows."""


def bare(name: str, letters: Letters) -> str:
    """Return one name without its quotes."""
    if len(name) > 1 and name[0] in '`"[':
        quote = name[-1]
        name = name[1:-1].replace(quote * 2, quote) if quote != "]" else name[1:-1]
    return letters.text(name)


def table_name(qualified: str, letters: Letters) -> str:
    """Return the name of a table, with its schema where that is not the usual one."""
    *before, last = [bare(each[0], letters) for each in _EACH.finditer(qualified)] or [""]
    return ".".join([*(part for part in before if part not in {"public", "main"}), last])


def column_names(listed: str | None, letters: Letters) -> tuple[str, ...]:
    """Return the columns that stand in brackets behind the name of a table."""
    if not listed:
        return ()
    return distinct(bare(each[0], letters) for each in _EACH.finditer(listed, 1))


def created_columns(statement: str, start: int, letters: Letters) -> tuple[str, ...]:
    """Return the columns of a CREATE TABLE whose bracket opens before `start`.

    Generated columns are left out: no dump gives values for them.
    """
    found: list[str] = []
    at = start
    while (item := _ITEM.match(statement, at)) and len(found) < MOST:
        text = item[0].strip()
        name = _EACH.match(text)
        if name and not _NO_COLUMN.fullmatch(name[0]) and not _GENERATED.search(text):
            found.append(bare(name[0], letters))
        at = item.end()
        if not statement.startswith(",", at):
            break
        at += 1
    return distinct(found)


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Return names, a repeated one with its place behind it, so that none hides another."""
    seen: dict[str, None] = {}
    for place, name in enumerate(names, 1):
        seen[name if name and name not in seen else f"{name}#{place}"] = None
    return tuple(seen)
