"""Puts the rows of seized files on disk by columns, as far as the mapping asks for them.

Columns and tables get names of our own, so that no name of a seized file ever stands in SQL, and
numbers of cards and accounts are cut before the first byte is written.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from fanal.errors import FanalError
from fanal.leads import money
from fanal.leads.calculator import Calculator, literal
from fanal.leads.identifiers import IN_NO_PLAN, Phone, phone
from fanal.leads.tables import CARD, IBAN, KEY, PHONE
from fanal.model.site import RowRefused, Rows

ROWS = 122_880
"""Rows of one table that are written at once."""
BYTES = 1 << 27
"""Bytes of such rows in their file, from which on they are written although they are fewer."""
CHUNK = "spool_chunk"
HELD = f"{money.CARD_SQL}|{money.IBAN_SQL}"
"""What a text is looked at for that may hold a number of a card or an account."""
SHOWN = 200
"""Characters of a refused stretch that are kept."""
_NUMBER_AT_END = re.compile(
    r"(?:[0-9](?:[ .-]?[0-9]){6,}|(?<![0-9A-Za-z])[A-Za-z]{2}[0-9]{2}(?: ?[0-9A-Za-z]){7,30})$"
)
"""What may be the beginning of a number that nobody can check any more."""
EXAMPLES = 3
REASONS = 200
"""Pairs of table and reason that are counted apart, of one artefact."""
APART = "\x1f"
"""Stands between what is kept of a number, in its column of the spool."""
UNREADABLE = APART * 2
"""Stands for a number that could not be read: it may be one all the same, so it is not kept."""
E164 = 15
"""Digits of a phone number at most (ITU-T E.164): what has more has an extension, or a card."""
Place = tuple[str, str]
"""Artefact and table."""


@dataclass(slots=True)
class Refusals:
    """Rows that a reader did not take, by table and reason, with some of each."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, refused: RowRefused) -> None:
        """Count one."""
        at = (refused.table, refused.reason)
        if at not in self.counts and len(self.counts) >= REASONS:
            at = ("", "further reasons")
        self.counts[at] += 1
        if len(some := self.examples.setdefault(at, [])) < EXAMPLES:
            shown = money.cut_ibans(money.cut(_ended(refused.shown))[0])[0]
            some.append({"ref": refused.ref, "size": refused.size, "shown": shown})


@dataclass(slots=True)
class Taken:
    """What was read of one artefact."""

    rows: Counter[str] = field(default_factory=Counter)
    """Table → rows, those included that nobody asked for."""
    refusals: Refusals = field(default_factory=Refusals)
    cut: int = 0
    """Numbers of cards that were cut."""
    accounts: int = 0
    """Numbers of accounts that were cut in texts."""
    unread: Counter[str] = field(default_factory=Counter)
    """`card` or `iban` → values of such a column that are none."""


@dataclass(slots=True)
class _Table:
    number: int
    wanted: frozenset[str]
    names: dict[str, str] = field(default_factory=dict)
    """Column of the file → ours."""
    seen: dict[str, None] = field(default_factory=dict)
    """Every column, asked for or not."""
    files: list[Path] = field(default_factory=list)
    waiting: list[Rows] = field(default_factory=list)
    """Asked-for columns alone, each as a row of its values."""
    rows: int = 0
    held: int = 0
    weight: int = 0
    """Bytes in the file of what is waiting."""


class Spool:
    """The rows of a site that a mapping asks for, on disk."""

    def __init__(
        self,
        calculator: Calculator,
        folder: Path,
        wanted: Mapping[Place, frozenset[str]],
        roles: Mapping[tuple[str, str, str], str],
        hidden: "Hidden",
    ) -> None:
        """Take what is asked for, and which columns are keys, phones, cards, accounts."""
        self._calculator = calculator
        self._folder = folder
        self._roles = roles
        self._hidden = hidden
        self._seen: dict[str, Collection[str]] = {}
        self._refused: dict[str, Collection[str]] = {}
        self.heads: dict[Place, tuple[str, ...]] = {}
        """Table → its columns as its reader first gave them; by them a row is read again."""
        self._tables = {
            place: _Table(number, columns) for number, (place, columns) in enumerate(wanted.items())
        }
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def take(
        self,
        index: int,
        name: str,
        parts: Iterable[Rows | RowRefused],
        tell: Callable[[int], None] = lambda _rows: None,
    ) -> Taken:
        """Read an artefact to its end."""
        taken = Taken()
        for part in parts:
            if isinstance(part, RowRefused):
                taken.refusals.add(part)
                continue
            taken.rows[part.table] += len(part.rows)
            table = self._tables.get((name, part.table))
            if table is not None:
                self.heads.setdefault((name, part.table), tuple(part.columns))
                self._add(table, part, (index, name, taken))
            tell(len(part.rows))
        for (artefact, raw), table in self._tables.items():
            if artefact == name and table.waiting:
                self._write(table, raw, (index, name, taken))
        self._seen[name] = tuple(table for table, rows in taken.rows.items() if rows)
        self._refused[name] = tuple(reason for _, reason in taken.refusals.counts)
        return taken

    def _add(self, table: _Table, part: Rows, at: tuple[int, str, Taken]) -> None:
        table.seen.update(dict.fromkeys(part.columns))
        kept = [(at, name) for at, name in enumerate(part.columns) if name in table.wanted]
        names = tuple(name for _, name in kept)
        if table.waiting and table.waiting[0].columns != names:
            self._write(table, part.table, at)
        values = [tuple(map(itemgetter(place), part.rows)) for place, _ in kept]
        table.waiting.append(Rows(part.table, names, part.refs, part.sizes, values))
        table.held += len(part.rows)
        table.weight += sum(part.sizes)
        if table.held >= ROWS or table.weight >= BYTES:
            self._write(table, part.table, at)

    def _write(self, table: _Table, raw: str, at: tuple[int, str, Taken]) -> None:
        index, name, taken = at
        parts, count = table.waiting, table.held
        table.waiting, table.held, table.weight = [], 0, 0
        columns: dict[str, Any] = {
            "a": np.full(count, index, np.int32),
            "n": np.arange(table.rows, table.rows + count),
            "ref": np.fromiter((ref for part in parts for ref in part.refs), np.int64, count),
            "size": np.fromiter((size for part in parts for size in part.sizes), np.int64, count),
        }
        texts: dict[str, tuple[str, Any]] = {}
        for position, column in enumerate(parts[0].columns):
            own = table.names.setdefault(column, f"c{len(table.names)}")
            values = np.empty(count, dtype=object)
            values[:] = [each for part in parts for each in part.rows[position]]
            role = self._roles.get((name, raw, column), "")
            if role in {CARD, IBAN}:
                values[:] = self._hidden.column(role, values, taken)
            texts[own] = (role, values)
        columns |= {own: values for own, (_, values) in texts.items()}
        table.rows += count
        path = self._folder / f"{table.number}-{len(table.files)}.parquet"
        try:
            self._calculator.give(CHUNK, columns)
        except FanalError:  # halves of letters, which no file of text can hold
            for _, values in texts.values():
                values[:] = [_sound(value) for value in values]
            self._calculator.give(CHUNK, columns)
        self._cut(texts, columns, taken)
        self._calculator.write(f"FROM {CHUNK}", path, "snappy")
        table.files.append(path)

    def _cut(
        self, texts: Mapping[str, tuple[str, Any]], columns: dict[str, Any], taken: Taken
    ) -> None:
        """Cut card numbers in the chunk that lies in memory; few rows have any."""
        looked = [own for own, (role, _) in texts.items() if role not in {CARD, IBAN}]
        changed = False
        for own in looked:
            role, values = texts[own]
            holds = f"length({own}) > 12 AND regexp_matches({own}, {literal(HELD)})"
            found = self._calculator.columns(f"SELECT n FROM {CHUNK} WHERE {holds}")  # noqa: S608
            for at in (found["n"] - columns["n"][0]).tolist():
                before = str(values[at])
                values[at], cards, accounts = self._hidden.text(role, before)
                changed = changed or values[at] != before
                taken.cut += cards
                taken.accounts += accounts
        if changed:
            self._calculator.give(CHUNK, columns)

    def columns(self, place: Place) -> Mapping[str, str]:
        """Return the columns of a table that are asked for, and how they are called here."""
        return self._tables[place].names

    def all_columns(self, place: Place) -> Collection[str]:
        """Return the names of every column that the table has in its file."""
        return self._tables[place].seen

    def seen(self, artefact: str) -> Collection[str]:
        """Return the tables that an artefact has rows of."""
        return self._seen.get(artefact, ())

    def refused(self, artefact: str) -> Collection[str]:
        """Return the reasons for which rows of an artefact were not taken."""
        return self._refused.get(artefact, ())

    def rows(self, place: Place) -> int:
        """Return how many rows of a table were read."""
        return self._tables[place].rows

    def table(self, place: Place, columns: Sequence[str]) -> str:
        """Return the table as SQL, with these columns of ours and those of the row."""
        names = ", ".join(("a", "n", "ref", "size", *columns))
        files = ", ".join(literal(str(path.resolve())) for path in self._tables[place].files)
        return f"(SELECT {names} FROM read_parquet([{files}], union_by_name = true))"  # noqa: S608


class Hidden:
    """Cuts numbers of cards and accounts, and makes what stands for them."""

    def __init__(self, key: bytes, region: str, app_banks: frozenset[str]) -> None:
        """Take the key of tokens, the region of phones, and country and code of app banks."""
        self._key = key
        self._region = region
        self._app_banks = app_banks
        self._card = lru_cache(1 << 16)(self._card_of)
        self._iban = lru_cache(1 << 16)(self._iban_of)

    def column(self, role: str, values: Iterable[Any], taken: Taken) -> list[str | None]:
        """Return what is kept of a column of numbers, in parts with `APART` between them."""
        read = self._card if role == CARD else self._iban
        told: list[str | None] = []
        for value in values:
            kept = read(value) if value is not None and value.strip() else None
            if kept == UNREADABLE:
                taken.unread[role] += 1
            elif kept is not None and role == CARD and not kept.endswith(APART):
                taken.cut += 1
            told.append(kept)
        return told

    def _card_of(self, value: str) -> str:
        found = money.card(value, self._key)
        return APART.join((found.first, found.last, found.token)) if found else UNREADABLE

    def _iban_of(self, value: str) -> str:
        found = money.iban(value, self._key)
        if found is None:
            return UNREADABLE
        is_app = str(found.bank in self._app_banks).lower()
        return APART.join((found.token, found.shown, found.country, found.bank, is_app))

    def text(self, role: str, value: str) -> tuple[str, int, int]:
        """Cut numbers of cards and accounts in a value; return it and how many there were."""
        if role == PHONE:
            told = phone(value, self._region)
            digits = sum(each.isdigit() for each in value.removeprefix("00"))
            if isinstance(told, Phone) and told.kind != IN_NO_PLAN and digits <= E164:
                return value, 0, 0
        text, cards = money.cut(value)
        text, accounts = money.cut_ibans(text)
        if role == KEY and (cards or accounts):
            text = money.cut_key(value, self._key)
        return text, cards, accounts


def _ended(shown: str) -> str:
    """Return the beginning of a stretch without the number that its end cut through."""
    return shown if len(shown) < SHOWN else _NUMBER_AT_END.sub("…", shown[:SHOWN])


def _sound(value: str | None) -> str | None:
    return None if value is None else value.encode("utf-8", "backslashreplace").decode()
