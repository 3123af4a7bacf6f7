"""Times as sites write them: read in SQL, with how exact they are and which zone was assumed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fanal.leads.calculator import Calculator, literal

UNIX = {"unix": (1_000_000, 1.0), "unix ms": (1_000, 0.001), "unix us": (1, 0.000_001)}
"""Counts since 1970 → microseconds of one, and seconds that it is exact to."""
ISO = "iso"
IN_TEXT = "in the text"
EARLIEST, LATEST = date(1990, 1, 1), date(2038, 1, 1)
"""No site is older than the web, and 32-bit clocks end in January 2038: what lies outside is no
time of a login, but a zero, a wrong unit or a wrong form."""
TWICE = 3600.0
"""Seconds to which a time is exact that a clock showed twice when summer time ended."""
_FULL = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_LOOSE = (
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]((?:[01][0-9]|2[0-3]):[0-5][0-9])"
    r"(?:(:[0-5][0-9])(?:[.,]([0-9]{1,9}))?)?)? ?(Z|z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_OFFSET = re.compile(r"(?:UTC)?([+-])([0-9]{2}):?([0-9]{2})")
_DIRECTIVES = frozenset("YymdbBeHIMSfpzjaA%")
_NO_TIME = r"0|0{4}[-/.]0{2}[-/.]0{2}([ T]0{2}:0{2}(:0{2}([.]0+)?)?)?|0{1,13}"


@dataclass(frozen=True, slots=True)
class Form:
    """How a column writes times, and in which zone."""

    form: str
    """A key of `UNIX`, `iso`, or a pattern of strptime."""
    zone: str
    """IANA name, offset like `+02:00`, `UTC`, or `in the text`; "" for counts since 1970."""

    @property
    def says(self) -> str:
        """Return the assumption on the zone, in words."""
        if self.form in UNIX:
            return "counted since 1970 in UTC"
        if self.zone == IN_TEXT:
            return "the offset stands beside each time"
        return f"{self.zone}, as the mapping says"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which days a site can have written a time; the last one counts."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Read:
    """How SQL reads one column, in layers that each know the columns of those before.

    The text is in `x_NAME`; then come `l_NAME` and `e_NAME`, then `t_NAME`, then the rest.
    """

    local: str
    exact: str
    ts: tuple[str, ...]
    """With their names: the instant, and where a zone has changes of its offset, two flags."""
    join: str
    """What must be joined to know `ts`; "" where nothing must."""
    precision: str
    zone: str
    problem: str


def form_problem(form: str, zone: str) -> str:
    """Return what is wrong with a form and its zone, in words; "" where nothing is."""
    if form in UNIX:
        return "" if zone in {"", "UTC"} else "counts since 1970 are in UTC: leave its zone out"
    if form != ISO and (wrong := _pattern_problem(form)):
        return wrong
    if not zone:
        return (
            "its zone is missing: an IANA name like Europe/Copenhagen, an offset like +02:00, UTC,"
            f" or {IN_TEXT!r}"
        )
    has_offset = form == ISO or "%z" in form
    if zone == IN_TEXT:
        return "" if has_offset else "no offset stands in such a text: its form has no %z"
    if form != ISO and has_offset:
        return f"its form has %z: its zone is {IN_TEXT!r}"
    return "" if fixed(zone) is not None or _zone(zone) else f"there is no zone named {zone!r}"


def _pattern_problem(form: str) -> str:
    found = re.findall(r"%-?(.?)", form)
    if not found:
        return f"its form cannot be {form!r}: {', '.join((*UNIX, ISO))} or a pattern like %Y-%m-%d"
    if wrong := sorted(set(found) - _DIRECTIVES):
        return f"its form has %{wrong[0]}, which is not read"
    has_day = {"d", "e", "j"} & set(found) and {"Y", "y"} & set(found)
    return "" if has_day else "its form names no day: it needs at least %Y, %m and %d"


def fixed(zone: str) -> int | None:
    """Return the seconds of an offset from UTC; None where it is a name of a place."""
    if zone in {"UTC", "Z"}:
        return 0
    if not (found := _OFFSET.fullmatch(zone)):
        return None
    seconds = int(found[2]) * 3600 + int(found[3]) * 60
    return None if seconds > 14 * 3600 else -seconds if found[1] == "-" else seconds


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def read(name: str, form: Form, bounds: Bounds, days: str) -> Read:
    """Return how to read the column of that name; `days` is the table of days in its zone."""
    raw, parsed, ts = f"x_{name}", f"l_{name}", f"t_{name}"
    local, exact, is_local = _parsed(raw, form)
    precision, zone, join, gap = f"e_{name}", literal(form.says), "", "false"
    told = parsed
    flags: tuple[str, ...] = ()
    if is_local and (offset := fixed(form.zone)) is not None:
        told = f"({parsed} - INTERVAL ({offset}) SECOND)"
    elif is_local:
        join = f"LEFT JOIN {days} ON {days}.day = CAST({parsed} AS DATE)"
        before = f"{parsed} < {days}.change, false)"
        told = (
            f"({parsed} - to_seconds(CASE WHEN {parsed} >= {days}.change THEN {days}.after"
            f" ELSE {days}.before END))"
        )
        flags = (
            f"coalesce({parsed} >= {days}.gap AND {before} AS g_{name}",
            f"coalesce({parsed} >= {days}.twice AND {before} AS w_{name}",
        )
        gap, twice = f"g_{name}", f"w_{name}"
        precision = f"CASE WHEN {twice} THEN greatest({precision}, {TWICE}) ELSE {precision} END"
        says = f"{form.says}; told twice when summer time ended: the first is taken"
        zone = f"CASE WHEN {twice} THEN {literal(says)} ELSE {zone} END"
    reasons = (
        f"{raw} IS NULL THEN NULL",
        *_outside(f"coalesce({ts}, {parsed})", bounds),
        f"{gap} THEN 'an hour that the zone skipped'",
        f"{parsed} IS NULL AND regexp_full_match({raw}, {literal(_NO_TIME)}) THEN 'no time'",
        f"{parsed} IS NULL THEN {literal(_unread(form))}",
    )
    problem = f"CASE{''.join(f' WHEN {reason}' for reason in reasons)} END"
    return Read(local, exact, (f"{told} AS {ts}", *flags), join, precision, zone, problem)


def _unread(form: Form) -> str:
    has_offset = form.zone == IN_TEXT and form.form == ISO
    return f"not of the form {form.form}" + (" with an offset" if has_offset else "")


def _outside(ts: str, bounds: Bounds) -> Iterator[str]:
    """Yield the conditions under which an instant cannot be, each with its reason."""
    yield f"{ts} = TIMESTAMP '1970-01-01 00:00:00' THEN 'no time'"
    yield f"{ts} < TIMESTAMP '{EARLIEST} 00:00:00' THEN 'before {EARLIEST.year}'"
    yield f"{ts} >= TIMESTAMP '{LATEST} 00:00:00' THEN '{LATEST.year} or later'"
    if bounds.first > EARLIEST:
        yield f"{ts} < TIMESTAMP '{bounds.first} 00:00:00' THEN 'before the site was there'"
    if bounds.last < LATEST:
        end = bounds.last + timedelta(days=1)
        yield f"{ts} >= TIMESTAMP '{end} 00:00:00' THEN 'after the site was there'"


def _parsed(raw: str, form: Form) -> tuple[str, str, bool]:
    """Return expressions of the time and its precision, and whether it is local to a zone."""
    if form.form in UNIX:
        each, exact = UNIX[form.form]
        good = f"regexp_full_match({raw}, '[0-9]{{1,12}}([.][0-9]{{1,6}})?|[0-9]{{13,18}}')"
        longest = 20 - len(str(each)) + 1  # digits beyond would overflow, and are no time
        whole = f"CASE WHEN length({raw}) <= {longest} THEN TRY_CAST({raw} AS BIGINT) * {each} END"
        parts = f"CAST(TRY_CAST({raw} AS DECIMAL(28, 6)) * {each} AS BIGINT)"
        micros = f"CASE WHEN contains({raw}, '.') THEN {parts} ELSE {whole} END"
        fraction = f"length(split_part({raw}, '.', 2))"
        precision = f"({exact} * pow(10, -{fraction}))" if form.form == "unix" else f"{exact}"
        return f"CASE WHEN {good} THEN make_timestamp({micros}) END", precision, False
    if form.form == ISO:
        return _iso(raw, form.zone)
    pattern = literal(form.form)
    if "%z" in form.form:
        return f"CAST(try_strptime({raw}, {pattern}) AS TIMESTAMP)", _exact(form.form), False
    return f"try_strptime({raw}, {pattern})", _exact(form.form), True


def _exact(pattern: str) -> str:
    letters = set(re.findall(r"%-?(.)", pattern))
    for letter, seconds in (("f", 0.000_001), ("S", 1.0), ("M", 60.0)):
        if letter in letters:
            return f"{seconds:f}"
    return "3600.0" if letters & {"H", "I"} else "86400.0"


def _iso(raw: str, zone: str) -> tuple[str, str, bool]:
    """Read ISO 8601 (and SQL's blank for its T): days, minutes, seconds, fractions, offsets."""
    part = "regexp_extract({raw}, {pattern}, {at})"
    whole = literal(f"^{_LOOSE}$")
    day, minute, second, fraction, offset = (
        part.format(raw=raw, pattern=whole, at=at) for at in range(1, 6)
    )
    local = (
        f"TRY_CAST({day} || ' ' || CASE WHEN {minute} = '' THEN '00:00' ELSE {minute} END"
        f" || CASE WHEN {second} = '' THEN ':00' ELSE {second} END"
        f" || CASE WHEN {fraction} = '' THEN '' ELSE '.' || left({fraction}, 6) END AS TIMESTAMP)"
    )
    is_full = f"regexp_full_match({raw}, {literal(_FULL)})"
    full = f"TRY_CAST({raw} AS TIMESTAMP)"
    exact = (
        f"CASE WHEN {is_full} THEN 1.0 WHEN {fraction} <> '' THEN pow(10, -least(length({fraction}"
        f"), 6)) WHEN {second} <> '' THEN 1.0 WHEN {minute} <> '' THEN 60.0 ELSE 86400.0 END"
    )
    digits = f"replace({offset}, ':', '')"
    hours = f"CAST(substr({digits}, 2, 2) AS INTEGER)"
    minutes = f"coalesce(TRY_CAST(substr({digits}, 4, 2) AS INTEGER), 0)"
    seconds = (
        f"(CASE WHEN upper({offset}) = 'Z' THEN 0 WHEN {hours} > 14 OR {minutes} > 59 THEN NULL"
        f" ELSE ({hours} * 3600 + {minutes} * 60) * CASE WHEN left({offset}, 1) = '-' THEN -1"
        " ELSE 1 END END)"
    )
    if zone == IN_TEXT:
        told = f"CASE WHEN {offset} <> '' THEN {local} - to_seconds({seconds}) END"
        return told, exact, False
    return f"CASE WHEN {is_full} THEN {full} WHEN {offset} = '' THEN {local} END", exact, True


def give_days(calculator: Calculator, name: str, zone: str) -> None:
    """Make a table of every day in a zone: offset before and after the change, if there is one."""
    days = list(_days(zone))
    calculator.run(
        f"CREATE TABLE {name} (day DATE, before BIGINT, after BIGINT, change TIMESTAMP,"
        " gap TIMESTAMP, twice TIMESTAMP)"
    )
    columns = list(zip(*days, strict=True))
    names = ("day", "before", "after", "change", "gap", "twice")
    given = {each: [_text(v) for v in column] for each, column in zip(names, columns, strict=True)}
    calculator.give(f"{name}_given", given)
    calculator.run(f"INSERT INTO {name} SELECT * FROM {name}_given")  # noqa: S608
    calculator.run(f"DROP TABLE {name}_given")


def _text(value: object) -> str | None:
    return None if value is None else str(value)


Day = tuple[date, int, int, datetime | None, datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of a zone's offset, as clocks in the zone showed it."""

    before: int
    after: int
    first: datetime
    """From here to `end` such a clock showed nothing, or everything twice."""
    end: datetime


def _days(name: str) -> Iterator[Day]:
    """Yield day, offsets in seconds, when the later one begins, what is skipped or doubled.

    All times are those of a clock in the zone. After `change` the later offset holds; from `gap`
    to `change` such a clock showed nothing; from `twice` to `change` it showed everything twice.
    """
    zone = ZoneInfo(name)
    start, end = (datetime(day.year, day.month, day.day) for day in (EARLIEST, LATEST))  # noqa: DTZ001
    day, last = start - timedelta(days=2), end + timedelta(days=2)
    changes = list(_changes(zone, day, last))
    offset = changes[0].before if changes else _offset(zone, day)
    while day < last:
        next_ = day + timedelta(days=1)
        while changes and changes[0].end <= day:
            offset = changes.pop(0).after
        if changes and changes[0].first < next_:
            one = changes[0]
            skipped, doubled = (one.first, None) if one.after > one.before else (None, one.first)
            yield day.date(), one.before, one.after, one.end, skipped, doubled
        else:
            yield day.date(), offset, offset, None, None, None
        day = next_


def _changes(zone: ZoneInfo, day: datetime, last: datetime) -> Iterator[_Change]:
    """Yield the changes between two instants (UTC), of which there is at most one a day."""
    before = _offset(zone, day)
    while day < last:
        next_ = day + timedelta(days=1)
        after = _offset(zone, next_)
        if after != before:
            at = _instant(zone, day, before)
            first, end = sorted(at + timedelta(seconds=each) for each in (before, after))
            yield _Change(before, after, first, end)
        day, before = next_, after


def _offset(zone: ZoneInfo, instant: datetime) -> int:
    """Return the offset at an instant (UTC)."""
    told = instant.replace(tzinfo=UTC).astimezone(zone).utcoffset() or timedelta()
    return round(told.total_seconds())


def _instant(zone: ZoneInfo, day: datetime, before: int) -> datetime:
    """Return when, in the day that begins at an instant, the offset stops to be the one before."""
    low, high = 0, 24 * 3600
    while high - low > 1:
        middle = (low + high) // 2
        same = _offset(zone, day + timedelta(seconds=middle)) == before
        low, high = (middle, high) if same else (low, middle)
    return day + timedelta(seconds=high)
