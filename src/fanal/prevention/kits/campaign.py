"""Takes the totals that an advertising service reports, and nothing that speaks of persons.

A file with any other column than day, country, code, impressions, clicks and cost is refused whole:
what people searched for must not come into being here. Cells are numbers, days, countries and codes
that this campaign itself gave out, so that no column can carry a word of anybody.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from fanal.errors import UsageError
from fanal.prevention.kits.adverts import Advert

COLUMNS = ("day", "country", "variant", "impressions", "clicks", "cost")
MOST_BYTES = 20_000_000
MOST_ROWS = 200_000
CAUTIONS = (
    "A click is no person: the same person may appear several times.",
    "Totals of adverts cannot show that anybody did less, or that nobody moved elsewhere.",
)
_SEARCHES = re.compile(
    r"quer|keyw|search|term|phrase|match|such|mot.?cl|recherch|zoek|trefwoord|palabra|busq|consult"
    r"|słow|zapyt|fraz|palavra|pesquis|sök|sok",
    re.IGNORECASE,
)
_PERSONS = re.compile(
    r"user|person|name|mail|phone|tel|addr|\bip\b|_ip|ip_|cookie|device|session|account|client"
    r"|visitor|gclid|click.?id|\bid\b|_id|id_|agent|age|gender|sex|audience|postal|zip|city|region"
    r"|placement|url|referr|hour|time|uhr",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """What one advert did in one country on one day."""

    day: date
    country: str
    code: str
    impressions: int
    clicks: int
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Total:
    """What one wording did in one country and language over all days."""

    country: str
    locale: str
    variant: str
    days: int
    impressions: int
    clicks: int
    cost: Decimal

    @property
    def rate(self) -> float | None:
        """Clicks an impression; None where nothing was shown."""
        return self.clicks / self.impressions if self.impressions else None


def read_statistics(paths: Iterable[Path], adverts: Mapping[str, Advert]) -> tuple[Row, ...]:
    """Read the totals of a campaign from CSV files; any of them may be refused as a whole."""
    found: dict[tuple[date, str], Row] = {}
    for path in paths:
        for place, row in _rows(path, adverts):
            if (row.day, row.code) in found:
                raise UsageError(f"{place}: this day and code came before", "leave one out")
            found[row.day, row.code] = row
    if not found:
        raise UsageError("there is no row of statistics", f"columns: {', '.join(COLUMNS)}")
    return tuple(found[at] for at in sorted(found))


def totals(rows: Iterable[Row], adverts: Mapping[str, Advert]) -> tuple[Total, ...]:
    """Add rows up by country, language and wording."""
    sums: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        one = adverts[row.code]
        sums.setdefault((one.country, one.locale, one.variant), []).append(row)
    return tuple(
        Total(
            *at,
            len({one.day for one in every}),
            sum(one.impressions for one in every),
            sum(one.clicks for one in every),
            sum((one.cost for one in every), Decimal(0)),
        )
        for at, every in sorted(sums.items())
    )


def table(rows: Iterable[Row], adverts: Mapping[str, Advert]) -> str:
    """Return rows by day as CSV: what an analysis over time reads."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(("day", "country", "locale", "variant", "impressions", "clicks", "cost"))
    for row in rows:
        one = adverts[row.code]
        numbers = (row.impressions, row.clicks, row.cost)
        writer.writerow((row.day.isoformat(), row.country, one.locale, one.variant, *numbers))
    return out.getvalue()


def _rows(path: Path, adverts: Mapping[str, Advert]) -> Iterator[tuple[str, Row]]:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{path.name} cannot be read", "it must be a CSV in UTF-8") from None
    if len(raw) > MOST_BYTES:
        raise UsageError(f"{path.name} is too long for totals", "ask for totals a day and code")
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = [one.strip().lower() for one in next(rows, [])]
        _check_head(head, path.name)
        for at, cells in enumerate(rows, 2):
            place = f"{path.name}, row {at}"
            if at > MOST_ROWS:
                raise UsageError(f"{path.name} has too many rows for totals", "ask for less detail")
            if any(cells):
                yield place, _row(head, cells, place, adverts)
    except csv.Error:
        raise UsageError(f"{path.name} is no CSV", "export it anew") from None


def _check_head(head: list[str], name: str) -> None:
    """Refuse every column that is not one of ours, by its place and never by its words."""
    for at, one in enumerate(head, 1):
        if one in COLUMNS:
            continue
        if _SEARCHES.search(one):
            what = "looks like searches or keywords"
        elif _PERSONS.search(one):
            what = "looks like persons, devices or visits"
        else:
            what = "is not one of those that totals have"
        raise UsageError(
            f"{name}: column {at} {what}; nothing was read",
            f"ask the advertising service for {', '.join(COLUMNS)} only, and delete this file",
        )
    if sorted(head) != sorted(COLUMNS):
        raise UsageError(
            f"{name} lacks a column or has one twice", f"each once: {', '.join(COLUMNS)}"
        )


def _row(head: list[str], cells: list[str], place: str, adverts: Mapping[str, Advert]) -> Row:
    if len(cells) != len(head):
        raise UsageError(f"{place} has {len(cells)} cells", f"there are {len(head)} columns")
    told = {name: cell.strip() for name, cell in zip(head, cells, strict=True)}
    advert = adverts.get(told["variant"])
    if advert is None:
        raise UsageError(f"{place}: variant is no code of this campaign", "nothing was read")
    if told["country"] != advert.country:
        raise UsageError(f"{place}: country is not the one of this code", "nothing was read")
    try:
        row = Row(
            _day(told["day"]),
            advert.country,
            advert.code,
            _number(told["impressions"]),
            _number(told["clicks"]),
            _cost(told["cost"]),
        )
    except ValueError as error:
        raise UsageError(f"{place}: {error}", "nothing was read") from None
    if row.clicks > row.impressions:
        raise UsageError(f"{place}: more clicks than impressions", "nothing was read")
    return row


def _day(told: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", told):
        raise ValueError("day is a day such as 2026-11-27")
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise ValueError("day is no day of the calendar") from None


def _number(told: str) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", told):
        raise ValueError("impressions and clicks are whole numbers")
    return int(told)


def _cost(told: str) -> Decimal:
    if not re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,6})?", told):
        raise ValueError("cost is a number such as 12.50")
    return Decimal(told)
