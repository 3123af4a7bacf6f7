from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.leads.calculator import Calculator
from fanal.leads.times import (
    EARLIEST,
    IN_TEXT,
    LATEST,
    Bounds,
    Form,
    fixed,
    form_problem,
    give_days,
    read,
)

ALWAYS = Bounds(EARLIEST, LATEST)
ZONES = (
    "Europe/Copenhagen",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time
    "America/Havana",  # set back to midnight
    "America/Sao_Paulo",  # midnight did not exist
    "Asia/Beirut",
    "Africa/Casablanca",  # summer time that pauses
    "Pacific/Apia",  # a day that did not exist
    "America/St_Johns",
    "Asia/Kolkata",
    "Europe/Dublin",  # winter time is the exception
    "Antarctica/Troll",  # two hours
)


@pytest.fixture(scope="module")
def calculator(tmp_path_factory):
    with Calculator(tmp_path_factory.mktemp("times")) as opened:
        yield opened


def times(calculator, texts, form, bounds=ALWAYS):
    """Return of each text: instant or None, precision, zone, problem."""
    days = ""
    if form.zone not in {"", IN_TEXT} and fixed(form.zone) is None:
        days = "days"
        calculator.run("DROP TABLE IF EXISTS days")
        give_days(calculator, days, form.zone)
    calculator.give("given", {"nr": [str(at).zfill(9) for at in range(len(texts))], "x_ts": texts})
    told = read("ts", form, bounds, days)
    layer = f"SELECT *, {told.local} AS l_ts, {told.exact} AS e_ts FROM given"  # noqa: S608
    layer = f"SELECT s.*, {', '.join(told.ts)} FROM ({layer}) s {told.join}"  # noqa: S608
    shown = f"CASE WHEN {told.problem} IS NULL THEN t_ts END, {told.precision}, {told.zone}"
    return list(calculator.rows(f"SELECT {shown}, {told.problem} FROM ({layer}) ORDER BY nr"))  # noqa: S608


def one(calculator, text, form, bounds=ALWAYS):
    """Return instant, precision and problem of one text."""
    ((ts, precision, _, problem),) = times(calculator, [text], form, bounds)
    return ts, float(precision) if ts else None, problem


def changes(zone):
    """Return the local days on which a zone's offset changed, as the standard library has it."""
    day, found = date(1990, 1, 2), []
    while day.year < 2038:
        here, next_ = (
            datetime(each.year, each.month, each.day, tzinfo=UTC).astimezone(zone).utcoffset()
            for each in (day, day + timedelta(days=1))
        )
        if here != next_:
            found.append(day)
        day += timedelta(days=1)
    return found


@pytest.mark.parametrize("name", ZONES)
def test_every_hour_around_every_change_is_read_as_the_standard_library_does(calculator, name):
    zone = ZoneInfo(name)
    locals_ = [
        datetime(day.year, day.month, day.day, 12) + timedelta(minutes=30 * step)  # noqa: DTZ001
        for day in (*changes(zone), date(2024, 5, 5))
        for step in range(-50, 50)
    ]
    told = times(calculator, [str(local) for local in locals_], Form("iso", name))
    assert len(told) == len(locals_)
    for local, (ts, precision, says, problem) in zip(locals_, told, strict=True):
        first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        instant = first.astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) != local:
            assert (ts, problem) == (None, "an hour that the zone skipped"), local
        else:
            assert (ts, problem) == (instant.replace(tzinfo=None), None), local
            is_twice = first.utcoffset() != second.utcoffset()
            assert precision == (3600.0 if is_twice else 1.0), local
            assert ("told twice" in says) == is_twice


@settings(max_examples=20)
@given(st.datetimes(datetime(1991, 1, 1), datetime(2037, 12, 1)), st.integers(-840, 840))  # noqa: DTZ001
def test_offsets_in_the_text_are_taken(calculator, instant, minutes):
    instant = instant.replace(microsecond=0)
    sign, ahead = "-" if minutes < 0 else "+", abs(minutes)
    local = instant + timedelta(minutes=minutes)
    offset = f"{sign}{ahead // 60:02}:{ahead % 60:02}"
    for text in (f"{local:%Y-%m-%d %H:%M:%S}{offset}", f"{local:%Y-%m-%dT%H:%M:%S} {offset}"):
        assert one(calculator, text, Form("iso", IN_TEXT)) == (instant, 1.0, None)
    log = f"{local:%d/%b/%Y:%H:%M:%S} {offset.replace(':', '')}"
    pattern = Form("%d/%b/%Y:%H:%M:%S %z", IN_TEXT)
    assert one(calculator, log, pattern) == (instant, 1.0, None)


@settings(max_examples=20)
@given(st.integers(946684800, 2145916799), st.integers(0, 999_999))
def test_counts_since_1970_are_exact_to_their_last_digit(calculator, seconds, micros):
    instant = datetime(1970, 1, 1) + timedelta(seconds=seconds)  # noqa: DTZ001
    assert one(calculator, f"{seconds}", Form("unix", "")) == (instant, 1.0, None)
    exact = instant + timedelta(microseconds=micros)
    ts, precision, problem = one(calculator, f"{seconds}.{micros:06}", Form("unix", ""))
    assert (ts, problem) == (exact, None)
    assert precision == pytest.approx(1e-6)
    whole = instant + timedelta(milliseconds=micros // 1000)
    text = f"{seconds}{micros // 1000:03}"
    assert one(calculator, text, Form("unix ms", "")) == (whole, 0.001, None)
    text = f"{seconds}{micros:06}"
    assert one(calculator, text, Form("unix us", "UTC")) == (exact, 0.000001, None)


@pytest.mark.parametrize(
    ("text", "ts", "precision"),
    [
        ("2024-03-05", datetime(2024, 3, 5), 86400.0),  # noqa: DTZ001
        ("2024-03-05 10:11", datetime(2024, 3, 5, 10, 11), 60.0),  # noqa: DTZ001
        ("2024-03-05T10:11:12", datetime(2024, 3, 5, 10, 11, 12), 1.0),  # noqa: DTZ001
        ("2024-03-05 10:11:12.5", datetime(2024, 3, 5, 10, 11, 12, 500000), 0.1),  # noqa: DTZ001
        ("2024-03-05 10:11:12,123", datetime(2024, 3, 5, 10, 11, 12, 123000), 0.001),  # noqa: DTZ001
        ("2024-03-05 10:11:12.123456789", datetime(2024, 3, 5, 10, 11, 12, 123456), 1e-6),  # noqa: DTZ001
    ],
)
def test_precision_follows_the_form(calculator, text, ts, precision):
    told = one(calculator, text, Form("iso", "UTC"))
    assert told == (ts, pytest.approx(precision), None)


@pytest.mark.parametrize(
    ("form", "text", "ts", "precision"),
    [
        ("%d.%m.%Y %H:%M", "5.3.2024 9:01", datetime(2024, 3, 5, 8, 1), 60.0),  # noqa: DTZ001
        ("%m/%d/%Y %I:%M %p", "03/05/2024 09:01 PM", datetime(2024, 3, 5, 20, 1), 60.0),  # noqa: DTZ001
        ("%Y%m%d", "20240305", datetime(2024, 3, 4, 23), 86400.0),  # noqa: DTZ001
    ],
)
def test_patterns_are_read_in_their_zone(calculator, form, text, ts, precision):
    assert one(calculator, text, Form(form, "+01:00")) == (ts, precision, None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0000-00-00 00:00:00", "no time"),
        ("0000-00-00", "no time"),
        ("0", "no time"),
        ("1970-01-01 00:00:00", "no time"),
        ("1969-12-31 23:59:59", "before 1990"),
        ("0001-01-01 00:00:00", "before 1990"),
        ("2038-01-02 00:00:00", "2038 or later"),
        ("9999-12-31 23:59:59", "2038 or later"),
        ("2024-13-01 00:00:00", "not of the form iso"),
        ("2024-02-30 00:00:00", "not of the form iso"),
        ("2024-02-28 24:00:00", "not of the form iso"),
        ("2024-02-28 23:59:60", "not of the form iso"),
        ("2024-02-28 23:59:59+02:00", "not of the form iso"),
        ("28.02.2024", "not of the form iso"),
        ("epoch", "not of the form iso"),
        ("infinity", "not of the form iso"),
        ("zz", "not of the form iso"),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Copenhagen"])
def test_what_cannot_be_is_not_taken(calculator, text, why, zone):
    assert one(calculator, text, Form("iso", zone)) == (None, None, why)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0", "no time"),
        ("-5", "not of the form unix"),
        ("1e9", "not of the form unix"),
        ("1700000000123", "2038 or later"),  # milliseconds, where seconds are told
        ("99999999999999999999", "not of the form unix"),
        ("999999999999999999", "not of the form unix"),
        (" 1700000000", "not of the form unix"),
    ],
)
def test_counts_that_cannot_be_are_not_taken(calculator, text, why):
    assert one(calculator, text, Form("unix", "")) == (None, None, why)


def test_an_offset_that_is_missing_is_not_assumed(calculator):
    told = one(calculator, "2024-03-05 10:00:00", Form("iso", IN_TEXT))
    assert told == (None, None, "not of the form iso with an offset")
    assert one(calculator, "2024-03-05 10:00:00+25:00", Form("iso", IN_TEXT))[0] is None


def test_times_before_and_after_the_site_are_not_taken(calculator):
    bounds = Bounds(date(2024, 2, 1), date(2024, 2, 29))
    form = Form("iso", "UTC")
    assert one(calculator, "2024-01-31 23:59:59", form, bounds)[2] == "before the site was there"
    assert one(calculator, "2024-02-01 00:00:00", form, bounds)[2] is None
    assert one(calculator, "2024-02-29 23:59:59", form, bounds)[2] is None
    assert one(calculator, "2024-03-01 00:00:00", form, bounds)[2] == "after the site was there"


def test_nothing_is_said_of_nothing(calculator):
    assert one(calculator, None, Form("iso", "Europe/Copenhagen")) == (None, None, None)


@settings(max_examples=20)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_any_text_is_a_time_or_has_a_reason(calculator, texts):
    for form in (Form("iso", IN_TEXT), Form("unix ms", ""), Form("%d/%m/%y %H", "-03:30")):
        for ts, _, _, problem in times(calculator, texts, form):
            assert (ts is None) != (problem is None)


@pytest.mark.parametrize(
    ("form", "zone", "says"),
    [
        ("iso", "", "its zone is missing"),
        ("%Y-%m-%d", "", "its zone is missing"),
        ("iso", "Europe/Kopenhagen", "there is no zone named"),
        ("iso", "../etc/passwd", "there is no zone named"),
        ("iso", "+15:00", "there is no zone named"),
        ("unix", "Europe/Copenhagen", "leave its zone out"),
        ("isoo", "UTC", "its form cannot be"),
        ("%Y-%m-%d", IN_TEXT, "has no %z"),
        ("%Y-%m-%d %z", "UTC", "has %z"),
        ("%H:%M", "UTC", "names no day"),
        ("%Y-%m-%d %Q", "UTC", "which is not read"),
    ],
)
def test_a_form_that_cannot_be_read_says_why(form, zone, says):
    assert says in form_problem(form, zone)


@pytest.mark.parametrize(
    ("form", "zone"),
    [("iso", IN_TEXT), ("iso", "+05:45"), ("unix ms", ""), ("%d/%b/%Y:%H:%M:%S %z", IN_TEXT)],
)
def test_a_form_that_can_be_read_has_no_problem(form, zone):
    assert form_problem(form, zone) == ""
