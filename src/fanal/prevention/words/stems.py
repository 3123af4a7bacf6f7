"""Replaces words by their stem, by a table of the operator."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

import regex

from fanal.errors import ListError
from fanal.prevention.words.normalise import is_text

_word = regex.compile(r"[\p{L}\p{M}\p{N}]+")
MOST_WORDS = 2_000_000


@dataclass(frozen=True, slots=True, repr=False)
class Stems:
    """Word, folded → its stem."""

    table: Mapping[str, str]

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self.table)

    def __repr__(self) -> str:
        """Return how many words there are."""
        return f"Stems({len(self.table):,} words)"

    def stemmed(self, text: str) -> str:
        """Return a text with each word that the table knows replaced by its stem."""
        return str(_word.sub(lambda met: self.table.get(met[0].casefold(), met[0]), text))


def read_stems(data: bytes, name: str) -> Stems:
    """Read a CSV of `word,stem` lines, or name the rows that are none."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise ListError(f"{name} is no CSV in UTF-8", "export it again") from None
    if len(rows) > MOST_WORDS:
        raise ListError(f"{name} has more than {MOST_WORDS:,} rows", "shorten it")
    wrong = [
        number
        for number, row in enumerate(rows, 1)
        if row and not (len(row) == 2 and all(row) and is_text("".join(row)))
    ]
    if wrong:
        told = ", ".join(map(str, wrong[:20]))
        raise ListError(f"{name}: rows that are no `word,stem`: {told}", "correct these rows")
    return Stems({row[0].casefold(): row[1] for row in rows if row})
