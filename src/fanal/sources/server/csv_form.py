"""Finds out how a table of separated values is written: separators, quotes, escapes, a head."""

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

DELIMITERS = ",;\t|"
"""What may separate values where nobody says so, the most usual first."""
_WORDS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "none": ""}
_SAMPLE = 200
_NAME = re.compile(r"[A-Za-z_\x80-\xff#][\w\x80-\xff .:/()#\[\]%-]{0,80}")
_DATA = re.compile(
    r"[-+]?[\d.,:/ -]+|.*@.*\..*|[0-9a-f]{8,}|(?:\d{1,3}\.){3}\d{1,3}|\\N|NULL", re.IGNORECASE
)
_SEP = re.compile(r"\A(?:\"?sep=(.)\"?\r?\n)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Form:
    """How one file of separated values is written."""

    delimiter: str
    quote: str = '"'
    """"" where no value is quoted."""
    escape: str = ""
    """A backslash where it changes what follows it; `\\N` is NULL then."""
    head: bool = True
    """Whether the first row holds the names of columns."""
    first: int = 0
    """Where the first row begins, behind a line `sep=;`."""
    end: str = "\n"

    def said(self) -> str:
        """Return the form in words."""
        marks = {"\t": "tab", "": "nothing"}
        parts = [f"separated by {marks.get(self.delimiter, self.delimiter)}"]
        parts.append(f"quoted by {marks.get(self.quote, self.quote)}")
        if self.escape:
            parts.append("backslash escapes")
        parts.append("first row names columns" if self.head else "no row names columns")
        return ", ".join(parts)


def form_of(head: str, options: Mapping[str, str]) -> Form:
    """Return how a file is written, by what the mapping says and by its first characters."""
    end = "\r" if "\r" in head and "\n" not in head else "\n"
    mark = _SEP.match(head)
    body = head[mark.end() :] if mark else head
    sample = _whole_lines(body, end)
    delimiter = _option(options, "delimiter") or (mark[1] if mark else "")
    quote = _option(options, "quote") if "quote" in options else '"'
    escape = _option(options, "escape") if "escape" in options else _escape(sample)
    delimiter = delimiter[:1] or _delimiter(sample, quote)
    if escape and quote and f"{delimiter}{quote}" not in sample and not sample.startswith(quote):
        quote = ""
    named = options.get("header", "").lower()
    form = Form(delimiter, quote[:1], escape[:1], first=mark.end() if mark else 0, end=end)
    rows = cells(sample, form)
    has_head = named in {"yes", "true", "1"} if named else _has_head(rows)
    return Form(form.delimiter, form.quote, form.escape, has_head, form.first, end)


def _option(options: Mapping[str, str], name: str) -> str:
    told = options.get(name, "")
    return _WORDS.get(told.lower(), told)


def _whole_lines(text: str, end: str) -> str:
    lines = text.split(end)
    return "\n".join(lines[: max(1, min(len(lines) - 1, _SAMPLE))])


def _escape(sample: str) -> str:
    """Tell by NULL as MySQL and PostgreSQL write it, or by quotes behind backslashes."""
    null = re.search(r"(?:^|[,;\t|])\\N(?:$|[,;\t|\r])", sample, re.MULTILINE)
    return "\\" if null or re.search(r'[^,;\t|\n\\]\\"[^,;\t|\r\n]', sample) else ""


def _delimiter(sample: str, quote: str) -> str:
    """Return what splits most lines into the same number of values, more than one."""
    best, chosen = (0.0, 0), ","
    for delimiter in DELIMITERS:
        counts = Counter(len(row) for row in cells(sample, Form(delimiter, quote)) if row)
        width, often = max(counts.items(), key=lambda at: (at[1], at[0]), default=(1, 0))
        score = (round(often / max(1, counts.total()), 1), width)
        if width > 1 and score > best:
            best, chosen = score, delimiter
    return chosen


def cells(sample: str, form: Form) -> list[list[str]]:
    """Return the rows of a sample, however badly they are written."""
    reader = csv.reader(
        sample.replace("\r", "").split("\n"),
        delimiter=form.delimiter,
        quotechar=form.quote or None,
        quoting=csv.QUOTE_MINIMAL if form.quote else csv.QUOTE_NONE,
    )
    rows = []
    with suppress(csv.Error):
        rows += [row for row in reader if row]
    return rows


def _has_head(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row names columns: all its cells are names, none is found below."""
    if not rows:
        return False
    first = [cell.strip() for cell in rows[0]]
    if len(set(first)) < len(first) or any(
        not _NAME.fullmatch(cell) or _DATA.fullmatch(cell) for cell in first if cell
    ):
        return False
    below = [[cell.strip() for cell in row] for row in rows[1:] if len(row) == len(first)]
    if any(cell and any(row[at] == cell for row in below) for at, cell in enumerate(first)):
        return False
    return any(first)
