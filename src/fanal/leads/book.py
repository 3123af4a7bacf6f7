"""Reads the leads of a case: pages of a table, one lead whole, and why its accounts are one."""

# ruff: noqa: S608 (names and values of ours only; what is read is given as a parameter)

import json
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from fanal.leads.assemble import SITES
from fanal.leads.calculator import Calculator, literal
from fanal.leads.rows import CountryRow, LeadRow, Wanted
from fanal.model.lead import (
    DEEDS,
    Account,
    Country,
    Deed,
    Flag,
    Identifier,
    Joined,
    Lead,
    Reason,
    Ref,
)

NAMES = ("lead", "account", "identifier", "deed", "content", "reason", "flag", "join", "own")
_LINE = "id, level, countries, category, flags, first, last, accounts, username, " + ", ".join(
    DEEDS
)
SORTS = {
    "id": "id",
    "first": "first, id",
    "last": "last DESC, id",
    "accounts": "accounts DESC, id",
    "username": "username, id",
    "level": "list_position(['strong', 'moderate', 'contested', 'unassigned'], level), id",
    "category": "category, id",
    **{kind: f"{kind} DESC, id" for kind in DEEDS},
}
"""Orders of a table; the id decides where all else is alike."""
TALLIED = {
    "country": "unnest(countries).country",
    "level": "level",
    "category": "category",
    "flag": "unnest(flags)",
}
"""What can be counted → the column that says it."""


class Book:
    """The leads that were resolved last, as files; nothing is read before it is asked for."""

    def __init__(self, folder: Path) -> None:
        """Open the files of a dataset of leads."""
        self._artefacts: Mapping[str, Sequence[str]] = json.loads((folder / SITES).read_bytes())
        spill = tempfile.mkdtemp(prefix="fanal-leads-")
        self._calculator = Calculator(Path(spill), folder, memory="1GB")
        self._finish = weakref.finalize(self, _finish, self._calculator, spill)
        self._lock = threading.Lock()
        for name in NAMES:
            file = literal(str((folder / f"{name}.parquet").resolve()))
            self._calculator.run(f'CREATE VIEW "{name}" AS SELECT * FROM read_parquet({file})')

    def __enter__(self) -> Self:
        """Lend it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self._finish()

    def count(self, wanted: Wanted = Wanted()) -> int:  # noqa: B008 (frozen)
        """Return how many leads are wanted."""
        where, params = _where(wanted)
        return int(self._rows(f"SELECT count(*) FROM lead WHERE {where}", params)[0][0])

    def page(
        self,
        wanted: Wanted = Wanted(),  # noqa: B008 (frozen)
        sort: str = "id",
        start: int = 0,
        count: int = 100,
    ) -> list[LeadRow]:
        """Return lines of the table of those that are wanted; all from `start` where count is 0."""
        where, params = _where(wanted)
        limit = f" LIMIT {int(count)}" if count else ""
        found = self._rows(
            f"SELECT {_LINE} FROM lead WHERE {where} ORDER BY {SORTS[sort]}{limit}"
            f" OFFSET {int(start)}",
            params,
        )
        return [_line(row) for row in found]

    def rows(self, ids: Sequence[str]) -> dict[str, LeadRow]:
        """Return the lines of the table of leads of these ids."""
        found = self._rows(f"SELECT {_LINE} FROM lead WHERE list_contains(?, id)", [list(ids)])
        return {row[0]: _line(row) for row in found}

    def sites(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return lead → the sites of its accounts."""
        sql = "SELECT lead, list(DISTINCT site ORDER BY site) FROM account"
        rows = self._rows(f"{sql} WHERE list_contains(?, lead) GROUP BY lead", [list(ids)])
        return {lead: tuple(sites) for lead, sites in rows}

    def ids(self, wanted: Wanted = Wanted()) -> list[str]:  # noqa: B008 (frozen)
        """Return the ids of all that are wanted, in order."""
        where, params = _where(wanted)
        return [
            row[0] for row in self._rows(f"SELECT id FROM lead WHERE {where} ORDER BY id", params)
        ]

    def tally(self, field: str) -> dict[str, int]:
        """Return how many leads there are of each country, level, category, flag or deed."""
        if field == "deed":
            row = self._rows(
                f"SELECT {', '.join(f'count_if({kind} > 0)' for kind in DEEDS)} FROM lead"
            )
            return {kind: count for kind, count in zip(DEEDS, row[0], strict=True) if count}
        return dict(
            self._rows(
                f"SELECT value, count(*) FROM (SELECT DISTINCT id, {TALLIED[field]} AS value"
                " FROM lead) GROUP BY value ORDER BY value"
            )
        )

    def countries(self) -> list[CountryRow]:
        """Return what is known of the leads of each country, in the order of their codes."""
        placed = "SELECT id, level, unnest(countries) AS one FROM lead"
        sums = self._rows(
            f"WITH placed AS ({placed}) SELECT one.country, count_if(NOT one.possible),"
            " count_if(one.possible) FROM placed GROUP BY one.country ORDER BY one.country"
        )
        levels = _nested(
            self._rows(
                f"WITH placed AS ({placed}) SELECT one.country, level, count(*) FROM placed"
                " GROUP BY ALL ORDER BY ALL"
            )
        )
        about = {
            row[0]: row[1:]
            for row in self._rows(
                f"WITH placed AS ({placed}) SELECT one.country, count(DISTINCT what)"
                " FILTER (starts_with(what, 's-')), count(DISTINCT what) FILTER (what <> ''"
                " AND NOT starts_with(what, 's-')) FROM placed JOIN deed ON deed.lead = placed.id"
                " GROUP BY one.country"
            )
        }
        families = _nested(
            self._rows(
                f"WITH placed AS ({placed}) SELECT country, family, count(DISTINCT lead)"
                " FROM reason SEMI JOIN placed ON placed.id = reason.lead"
                " AND placed.one.country = reason.country GROUP BY ALL ORDER BY ALL"
            )
        )
        return [
            CountryRow(
                country,
                sure,
                possible,
                levels.get(country, {}),
                about[country][0] if country in about else 0,
                about[country][1] if country in about else 0,
                families.get(country, {}),
            )
            for country, sure, possible in sums
        ]

    def with_identifier(self, kind: str, value: str, most: int = 100) -> tuple[str, ...]:
        """Return leads that show a value, in order."""
        found = self._rows(
            "SELECT DISTINCT lead FROM identifier WHERE kind = ? AND value = ?"
            " ORDER BY lead LIMIT ?",
            [kind, value, most],
        )
        return tuple(row[0] for row in found)

    def with_deed(self, what: str, most: int = 100) -> tuple[str, ...]:
        """Return leads with a deed about a series, a content or a medium, in order."""
        found = self._rows(
            "SELECT DISTINCT lead FROM deed WHERE what = ? ORDER BY lead LIMIT ?", [what, most]
        )
        return tuple(row[0] for row in found)

    def accounts(self) -> list[tuple[str, str, str]]:
        """Return site, account and lead of every account, those that did nothing too."""
        return self._rows("SELECT site, account, lead FROM account ORDER BY site, account")

    def values(self, kind: str) -> list[str]:
        """Return the values of a kind that a site made sure of for accounts, in order.

        A wallet is nobody's name and is confirmed by nobody: each that paid is one.
        """
        found = self._rows(
            "SELECT DISTINCT value FROM identifier WHERE kind = ?"
            " AND (kind = 'wallet' OR confirmed AND of = 'account') ORDER BY value",
            [kind],
        )
        return [row[0] for row in found]

    def everybody(self) -> tuple[int, int]:
        """Return how many accounts and how many persons there are, leads or not."""
        accounts, persons = self._rows("SELECT count(*), count(DISTINCT lead) FROM account")[0]
        return accounts, persons

    def accounts_without_deeds(self) -> int:
        """Return how many accounts did nothing that is known, and so are no lead."""
        sql = "SELECT count(*) FROM account ANTI JOIN lead ON lead.id = account.lead"
        return int(self._rows(sql)[0][0])

    def current(self, name: str) -> str:
        """Return the lead that an id stands for now, which may have been joined to another."""
        found = self._rows("SELECT lead FROM own WHERE own = ?", [name])
        return found[0][0] if found else ""

    def names(self, name: str) -> tuple[str, ...]:
        """Return every id that ever stood for accounts of a lead, its own among them."""
        found = self._rows("SELECT own FROM account WHERE lead = ? ORDER BY own", [name])
        return tuple(row[0] for row in found)

    def of_account(self, site: str, account: str) -> str:
        """Return the lead of an account; "" where there is no such account."""
        found = self._rows(
            "SELECT lead FROM account WHERE site = ? AND account = ? LIMIT 1", [site, account]
        )
        return found[0][0] if found else ""

    def lead(self, name: str) -> Lead | None:
        """Return one lead whole; None where there is none of that id."""
        found = self._rows(
            "SELECT level, countries, category, category_says, first, last FROM lead WHERE id = ?",
            [name],
        )
        if not found:
            return None
        row = found[0]
        return Lead(
            name,
            self._accounts(name),
            tuple(
                Identifier(*(*row[:6], self._ref(row[6])))
                for row in self._rows(
                    "SELECT kind, value, raw, confirmed, of, shared, src FROM identifier"
                    " WHERE lead = ? ORDER BY place, of, value",
                    [name],
                )
            ),
            tuple(
                Deed(*(*row[:6], self._refs(row[6]), json.loads(row[7] or "{}")))
                for row in self._rows(
                    'SELECT kind, what, "count", first, last, says, refs, data FROM deed'
                    " WHERE lead = ? ORDER BY kind, what, first, last, says",
                    [name],
                )
            ),
            row[0],
            _countries(row[1]),
            tuple(self._reasons(name)),
            row[2],
            row[3],
            self._flags(name),
            self.joins(name),
            row[4],
            row[5],
            dict(
                self._rows(
                    'SELECT basis, "count" FROM content WHERE lead = ? ORDER BY basis', [name]
                )
            ),
        )

    def joins(self, name: str) -> tuple[Joined, ...]:
        """Return why the accounts of a lead are one person, then what links it to others."""
        return tuple(
            Joined(*(*row[:5], self._refs(row[5])))
            for row in self._rows(
                'SELECT a, b, rule, identity, says, refs FROM "join" WHERE lead = ?'
                " ORDER BY identity DESC, rank, a, b, says",
                [name],
            )
        )

    def _accounts(self, name: str) -> tuple[Account, ...]:
        return tuple(
            Account(*(*row[:5], self._ref(row[5])))
            for row in self._rows(
                "SELECT site, account, username, created_raw, created, src FROM account"
                " WHERE lead = ? ORDER BY site, account",
                [name],
            )
        )

    def _reasons(self, name: str) -> Iterator[Reason]:
        for row in self._rows(
            'SELECT country, role, family, strength, first, last, "rows", says, refs, dataset,'
            " caveats FROM reason WHERE lead = ? ORDER BY country, role, family, strength, says",
            [name],
        ):
            yield Reason(*(*row[:8], self._refs(row[8]), row[9], tuple(row[10])))

    def _flags(self, name: str) -> tuple[Flag, ...]:
        return tuple(
            Flag(row[0], row[1], self._refs(row[2]))
            for row in self._rows(
                "SELECT code, says, refs FROM flag WHERE lead = ? ORDER BY code, says", [name]
            )
        )

    def _ref(self, told: Mapping[str, Any] | None) -> Ref:
        if told is None:
            return Ref("", "", "", 0, 0)
        names = self._artefacts.get(told["site"], ())
        number = told["artefact"]
        shown = names[number] if 0 <= number < len(names) else f"artefact {number}"
        return Ref(told["site"], shown, told["raw_table"], told["ref"], told["size"])

    def _refs(self, told: Sequence[Mapping[str, Any]] | None) -> tuple[Ref, ...]:
        return tuple(self._ref(one) for one in told or ())

    def _rows(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return list(self._calculator.rows(sql, params))


def _finish(calculator: Calculator, spill: str) -> None:
    calculator.close()
    shutil.rmtree(spill, ignore_errors=True)


def _line(row: tuple[Any, ...]) -> LeadRow:
    name, level, countries, category, flags, first, last, accounts, username, *counts = row
    deeds = {kind: count for kind, count in zip(DEEDS, counts, strict=True) if count}
    return LeadRow(
        name,
        level,
        _countries(countries),
        category,
        tuple(flags),
        deeds,
        first,
        last,
        accounts,
        username,
    )


def _countries(told: Sequence[Mapping[str, Any]] | None) -> tuple[Country, ...]:
    return tuple(Country(one["country"], one["possible"]) for one in told or ())


def _nested(rows: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for outer, inner, count in rows:
        nested.setdefault(outer, {})[inner] = count
    return nested


def _where(wanted: Wanted) -> tuple[str, list[Any]]:
    """Return the condition of SQL, and its values."""
    parts, params = ["true"], []
    if wanted.country:
        sure = "" if wanted.possible else " AND NOT each.possible"
        parts.append(f"len(list_filter(countries, lambda each: each.country = ?{sure})) > 0")
        params.append(wanted.country)
    for name in ("level", "category"):
        if told := getattr(wanted, name):
            parts.append(f"{name} = ?")
            params.append(told)
    if wanted.flag:
        parts.append("list_contains(flags, ?)")
        params.append(wanted.flag)
    if wanted.deed in DEEDS:
        parts.append(f"{wanted.deed} > 0")
    elif wanted.deed:
        parts.append("false")
    if wanted.search:
        parts.append(
            "(contains(lower(id), lower(?)) OR id IN (SELECT lead FROM identifier"
            " WHERE contains(lower(value), lower(?)) OR contains(lower(raw), lower(?)))"
            " OR id IN (SELECT lead FROM account WHERE concat(site, '/', account) = ?"
            " OR account = ?))"
        )
        params += [wanted.search] * 5
    return " AND ".join(parts), params
