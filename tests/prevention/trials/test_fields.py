"""Fields of a registration: every key known, every value within its range, defaults where told."""

import tomllib
from datetime import date, datetime
from decimal import Decimal

import pytest

from fanal.prevention.trials.fields import Wrong, is_day, read
from makers.trials import DRAFT


def draft():
    return tomllib.loads(DRAFT, parse_float=Decimal)


def test_a_draft_is_read_with_its_defaults():
    told = read(draft())
    assert told["trial"]["first_day"] == date(2026, 12, 1)
    assert [arm["variant"] for arm in told["arm"]] == ["combined", "help"]
    assert told["effect"]["minimum"] == Decimal("0.04")
    assert {guard["outcome"] for guard in told["guard"]} == {"support_mishit", "appeal", "left"}


@pytest.mark.parametrize(
    ("section", "key", "value", "told"),
    [
        ("trial", "name", "Not A Name", "trial.name"),
        ("trial", "name", None, "trial.name is missing"),
        ("trial", "first_day", "2026-12-01", "without quotes"),
        ("trial", "first_day", datetime(2026, 12, 1, 3), "without quotes"),  # noqa: DTZ001
        ("trial", "primary", "help", "trial.primary"),
        ("trial", "surfaces", ["lamp"], "trial.surfaces"),
        ("trial", "hypothesis", "fewer crimes are committed", "cannot show"),
        ("trial", "hypothesis", "a\x1b[0m sentence that is long enough", "control characters"),
        ("trial", "lamp", 1, "no trial.lamp"),
        ("effect", "base", Decimal("1.5"), "effect.base"),
        ("effect", "base", True, "effect.base"),
        ("effect", "base", Decimal("NaN"), "effect.base"),
        ("stopping", "alpha", "0.05", "stopping.alpha"),
        ("stopping", "sessions", 2.5, "stopping.sessions"),
        ("stopping", "rule", "when I like", "stopping.rule"),
    ],
)
def test_a_field_that_is_wrong_is_named(section, key, value, told):
    table = draft()
    if value is None:
        del table[section][key]
    else:
        table[section][key] = value
    with pytest.raises(Wrong, match=told.replace(".", r"\.")):
        read(table)


@pytest.mark.parametrize("variant", ["none", "no_warning", "neutral", "support", "Help", "a b", ""])
def test_showing_nothing_is_no_arm(variant):
    table = draft()
    table["arm"][1]["variant"] = variant
    with pytest.raises(Wrong, match=r"arm\.variant"):
        read(table)


@pytest.mark.parametrize("value", [{}, [], 1, [1], None])
def test_sections_are_sections(value):
    for name in ("trial", "arm"):
        with pytest.raises(Wrong):
            read(draft() | {name: value})
    with pytest.raises(Wrong, match=r"no section \[lamp\]"):
        read(draft() | {"lamp": value})


def test_a_day_has_no_time():
    assert is_day(date(2026, 12, 1))
    assert not is_day(datetime(2026, 12, 1))  # noqa: DTZ001
    assert not is_day("2026-12-01")
