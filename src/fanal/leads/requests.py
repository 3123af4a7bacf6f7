"""Lays out what a provider would have to be asked: who used an address at a time.

After Europol's notes on carrier-grade NAT: behind one address may be thousands of subscribers, and
only the source port with a time to the second tells one of them.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fanal.leads.addresses import Table
from fanal.leads.calculator import Calculator
from fanal.leads.country_access import CAVEATS
from fanal.leads.country_rules import Rules
from fanal.leads.networks import Looked, bits, look_up
from fanal.leads.opening import open_sites
from fanal.model.lead import Ref

SECOND = 1.0
"""Seconds to which a time must be known where subscribers share addresses."""
SHARED = ("carrier", "mobile")
"""Marks of networks whose subscribers share addresses."""
UNKNOWN_OPERATOR = "operator not known"
ONE, NOBODY, PERHAPS = "one subscriber", "no one subscriber", "one subscriber only if not shared"
"""What a provider could answer a line with."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How far a clock of a site was ahead of UTC; None where nobody measured."""

    offset_s: float | None
    by: str = ""
    at: str = ""

    @property
    def says(self) -> str:
        """Return a sentence of it."""
        if self.offset_s is None:
            return "not measured: the true time may differ from what the site's clock said"
        ahead = "ahead of" if self.offset_s >= 0 else "behind"
        return f"{abs(self.offset_s):g} s {ahead} UTC, measured by {self.by} at {self.at}"


@dataclass(frozen=True, slots=True)
class Line:
    """One use of an address, as a provider would be asked of it."""

    ip: str
    port: int | None
    utc: str
    """As the site's clock said, in UTC."""
    corrected: str
    """With the clock's offset taken off; "" where it was not measured."""
    precision_s: float | None
    raw: str
    zone: str
    """The assumption of the time zone, in words."""
    clock: str
    what: str
    """`login` or `media event`."""
    singles_out: str
    missing: tuple[str, ...]
    """What would be needed to single out a subscriber and is not there."""
    table: str
    """Table of addresses that the country rests on."""
    ref: Ref


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines for one provider of one country."""

    country: str
    provider: str
    asn: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sheets:
    """All that can be asked of a lead, and what cannot."""

    sheets: tuple[Sheet, ...]
    left: Mapping[str, int]
    """Why a use of an address leads to no subscriber → how many."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site of the case, as it lies on the disk."""

    folder: Path
    artefacts: Sequence[str]
    clocks: Sequence[Clock]


def lay_out(
    calculator: Calculator,
    sites: Mapping[str, Site],
    accounts: Sequence[tuple[str, str]],
    tables: Sequence[Table],
    rules: Rules,
) -> Sheets:
    """Return what providers can be asked of these accounts (site, account)."""
    open_sites(calculator, {name: site.folder for name, site in sites.items()})
    calculator.give(
        "asked",
        {"site": [site for site, _ in accounts], "account": [name for _, name in accounts]},
    )
    _only_asked(calculator)
    looked = look_up(calculator, tables, rules, operators=True)
    return _sorted_out(calculator, looked, sites, rules)


def _only_asked(calculator: Calculator) -> None:
    """Let the views of logins and events show rows of these accounts alone."""
    for name, columns in (
        ("login", "site, account, ip, ip_hi, ip_lo, port, ts_raw, ts, precision_s, zone, src"),
        ("media_event", "site, account, ip, ts_raw, ts, precision_s, zone, src"),
    ):
        worked = " AND outcome IS DISTINCT FROM 'failed'" if name == "login" else ""
        calculator.run(
            f"CREATE OR REPLACE TABLE asked_{name} AS SELECT {columns} FROM {name}"  # noqa: S608
            f" JOIN asked USING (site, account) WHERE ip IS NOT NULL{worked}"
        )
        calculator.run(f"DROP VIEW {name}")
        calculator.run(f"CREATE VIEW {name} AS SELECT * FROM asked_{name}")  # noqa: S608


def _sorted_out(
    calculator: Calculator, looked: Looked, sites: Mapping[str, Site], rules: Rules
) -> Sheets:
    spots = looked.spots
    place = {
        (int(id_), int(day)): at
        for at, (id_, day) in enumerate(zip(spots.id, spots.day, strict=True))
    }
    lines: dict[tuple[str, str, int], list[Line]] = defaultdict(list)
    left: Counter[str] = Counter()
    for row in calculator.rows(
        "SELECT a.id, date_diff('day', DATE '1970-01-01', ts::DATE), w.* FROM ("
        " SELECT 'login' AS what, ip, port, ts_raw, ts, precision_s, zone, src FROM asked_login"
        " UNION ALL SELECT 'media event', ip, NULL, ts_raw, ts, precision_s, zone, src"
        " FROM asked_media_event) w LEFT JOIN address a USING (ip)"
        " ORDER BY w.ts, w.ip, w.src.site, w.src.artefact, w.src.raw_table, w.src.ref"
    ):
        at = place.get((row[0], row[1])) if row[0] is not None and row[1] is not None else None
        if why := _leads_nowhere(looked, at, rules):
            left[why] += 1
            continue
        assert at is not None  # noqa: S101 (what leads nowhere has left)
        country = looked.countries[spots.country[at]]
        operator = looked.operators[spots.operator[at]] if spots.operator[at] >= 0 else ""
        key = (country, operator or UNKNOWN_OPERATOR, int(spots.asn[at]))
        label = looked.tables[spots.tab[at]].label
        lines[key].append(_line(row[2:], sites, int(spots.marks[at]), label))
    sheets = [Sheet(*key, tuple(each)) for key, each in sorted(lines.items())]
    return Sheets(tuple(sheets), dict(sorted(left.items())))


def _leads_nowhere(looked: Looked, at: int | None, rules: Rules) -> str:
    """Return why a use of an address leads to no subscriber of a country; "" where it may."""
    if at is None:
        return "no time or no address that can be read"
    spots = looked.spots
    if spots.special[at] >= 0:
        return f"{rules.special[spots.special[at]][0]} address"
    for mark in rules.weightless:
        if mark not in SHARED and int(spots.marks[at]) & bits([mark]):
            return CAVEATS[mark]
    if spots.tab[at] < 0:
        return "no table before"
    return "in no table" if spots.country[at] < 0 else ""


def _line(row: Sequence[Any], sites: Mapping[str, Site], marks: int, label: str) -> Line:
    what, ip, port, raw, moment, precision, zone, src = row
    site = sites[src["site"]]
    number = src["artefact"]
    clock = site.clocks[number] if number < len(site.clocks) else Clock(None)
    missing = tuple(_missing(port, precision, clock))
    shared = bool(marks & bits(SHARED))
    singles = ONE if not missing else NOBODY if shared else PERHAPS
    name = site.artefacts[number] if number < len(site.artefacts) else str(number)
    return Line(
        ip=ip,
        port=port,
        utc=_told(moment, precision),
        corrected=""
        if clock.offset_s is None
        else _told(moment - timedelta(seconds=clock.offset_s), precision),
        precision_s=precision,
        raw=raw or "",
        zone=zone or "",
        clock=clock.says,
        what=what,
        singles_out=singles,
        missing=missing,
        table=label,
        ref=Ref(src["site"], name, src["raw_table"], src["ref"], src["size"]),
    )


def _missing(port: int | None, precision: float | None, clock: Clock) -> list[str]:
    return [
        what
        for what, is_missing in (
            ("source port", port is None),
            ("time to the second", precision is None or precision > SECOND),
            ("measured clock", clock.offset_s is None),
        )
        if is_missing
    ]


def _told(moment: datetime, precision: float | None) -> str:
    """Return a time in UTC, to the thousandth where it is known so well."""
    fine = precision is not None and precision < SECOND
    text = moment.replace(tzinfo=UTC).isoformat(timespec="milliseconds" if fine else "seconds")
    return text.replace("+00:00", "Z")
