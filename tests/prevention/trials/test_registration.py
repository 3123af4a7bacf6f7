import hashlib
import json
import stat
import tomllib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.errors import FanalError, UsageError
from fanal.prevention.trials.registration import (
    canonical,
    read_draft,
    read_registration,
    write_registered,
)
from makers.trials import DRAFT, draft, registered

DAY = date(2026, 11, 30)


def test_the_copy_is_read_only_and_says_what_the_draft_said(tmp_path):
    path = draft(tmp_path)
    made = write_registered(path, tmp_path / "r.toml", DAY)
    assert stat.S_IMODE((tmp_path / "r.toml").stat().st_mode) == 0o444
    assert (tmp_path / "r.toml").read_text().startswith(DRAFT)
    assert made.arms == ("combined", "help")
    assert made.treatments == ("help",)
    assert made.registered_on == DAY
    assert made.runs_on(date(2026, 12, 1))
    assert made.runs_on(date(2027, 1, 31))
    assert not made.runs_on(date(2027, 2, 1))
    assert [one.e_value for one in made.guards] == [20, 20, 100]


def test_the_digest_is_that_of_sorted_json(tmp_path):
    arms = [{"variant": "combined", "weight": 1}, {"variant": "help", "weight": 1}]
    told = {
        "trial": {
            "name": "wording-1",
            "hypothesis": "After `help` a smaller share of sessions has a further match than after"
            " `combined`.",
            "primary": "continued",
            "surfaces": ["search", "generate"],
            "reference": "combined",
            "first_day": "2026-12-01",
            "last_day": "2027-01-31",
            "registered_by": "Desk of trials",
        },
        "arm": arms,
        "effect": {"base": "0.27", "minimum": "0.04"},
        "stopping": {"rule": "e_value", "alpha": "0.05", "sessions": 20000},
        "guard": [
            {"outcome": "support_mishit", "limit": "0.01"},
            {"outcome": "appeal", "limit": "0.02"},
            {"outcome": "left", "limit": "0.6", "e_value": 100},
        ],
        "registered": "2026-11-30",
    }
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    made = registered(tmp_path)
    assert made.digest == hashlib.sha256(text.encode()).hexdigest()
    assert made.trial_id == f"wording-1.{made.digest[:16]}"


def test_form_is_not_content(tmp_path):
    first = read_draft(draft(tmp_path), DAY)
    same = {"0.27": "0.270", "[effect]": "# a remark\n[effect]", "20000": "20_000"}
    assert read_draft(draft(tmp_path, same), DAY) == first
    assert read_draft(draft(tmp_path), date(2026, 11, 29)).digest != first.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [("0.04", "0.05"), ("weight = 1", "weight = 2"), ("after `combined`", "after `Combined`")],
)
def test_a_change_after_registering_is_refused_and_is_another_trial(tmp_path, old, new):
    made = registered(tmp_path)
    path = tmp_path / "changed.toml"
    path.write_text((tmp_path / "registered.toml").read_text().replace(old, new))
    with pytest.raises(UsageError, match="was changed after it was registered"):
        read_registration(path)
    other = read_draft(draft(tmp_path, {old: new}), DAY)
    assert other.trial_id != made.trial_id


def test_another_day_on_the_stamp_is_a_change_too(tmp_path):
    registered(tmp_path)
    path = tmp_path / "changed.toml"
    text = (tmp_path / "registered.toml").read_text()
    path.write_text(text.replace("day = 2026-11-30", "day = 2026-11-01"))
    with pytest.raises(UsageError, match="was changed"):
        read_registration(path)


def test_nothing_is_overwritten_and_a_draft_is_no_registration(tmp_path):
    registered(tmp_path)
    with pytest.raises(UsageError, match="nothing is overwritten"):
        registered(tmp_path)
    with pytest.raises(UsageError, match="is not registered"):
        read_registration(tmp_path / "draft.toml")
    with pytest.raises(UsageError, match="is registered already"):
        read_draft(tmp_path / "registered.toml", DAY)


def test_nobody_registers_after_the_first_day(tmp_path):
    assert read_draft(draft(tmp_path), date(2026, 12, 1))
    with pytest.raises(UsageError, match="before it would be registered"):
        read_draft(draft(tmp_path), date(2026, 12, 2))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"[effect]": "[effects]"}, r"no section \[effects\]"),
        ({"minimum =": "minimal ="}, r"no effect\.minimal"),
        ({"base = 0.27\n": ""}, r"effect\.base is missing"),
        ({"0.27": "1.27"}, r"effect\.base must be a number"),
        ({"0.27": "nan"}, r"effect\.base must be a number|cannot be read"),
        ({"base = 0.27": "base = 0.03"}, "leave the range"),
        ({"weight = 1\n\n[effect]": "weight = 0\n\n[effect]"}, r"arm\.weight must be"),
        ({"weight = 1\n\n[effect]": "weight = true\n\n[effect]"}, r"arm\.weight must be"),
        ({'reference = "combined"': 'reference = "social"'}, "must be one of the arms"),
        ({'"help"': '"combined"'}, "a variant of its own"),
        ({'"help"': '"no_warning"'}, "never an arm"),
        ({'"help"': '"none"'}, "never an arm"),
        ({'"help"': '"neutral"'}, "never an arm"),
        ({'"help"': '"support_self"'}, "never an arm"),
        ({'"continued"': '"help"'}, r"trial\.primary must be one of: continued, abandoned"),
        ({'"generate"]': '"search"]'}, "twice"),
        ({'["search", "generate"]': "[]"}, r"trial\.surfaces must be a list"),
        ({"2027-01-31": "2026-11-30"}, "lies before"),
        ({"2027-01-31": '"2027-01-31"'}, r"trial\.last_day must be a day"),
        ({"2027-01-31": "2027-01-31T00:00:00"}, r"trial\.last_day must be a day"),
        ({'"e_value"': '"peek"'}, r"stopping\.rule"),
        ({"alpha = 0.05": "alpha = 0.5"}, r"stopping\.alpha"),
        ({'"support_mishit"': '"appeal"'}, "once for each of"),
        ({'"support_mishit"': '"shown"'}, r"guard\.outcome"),
        ({"[stopping]": "[exclusions]\ncountries = ['DE']\n\n[stopping]"}, "need a reason"),
        ({"[stopping]": "[exclusions]\ncountries = ['de']\n\n[stopping]"}, "two letters"),
        ({"further match": "further match and fewer crimes"}, "cannot show"),
        ({"After `help`": "After \\u0007`help`"}, "control characters"),
    ],
)
def test_what_is_wrong_is_told(tmp_path, changes, told):
    with pytest.raises(UsageError, match=told):
        read_draft(draft(tmp_path, changes), DAY)


def test_what_is_no_text_is_told(tmp_path):
    (tmp_path / "r.toml").write_bytes(b"\xff\xfe")
    (tmp_path / "long.toml").write_bytes(b"#" * 100_001)
    for name in ("r.toml", "none.toml", "long.toml"):
        with pytest.raises(UsageError, match=r"cannot be read|too long"):
            read_draft(tmp_path / name, DAY)


@settings(max_examples=150)
@given(st.data())
def test_only_a_fanal_error_leaves_a_mangled_file(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("mangled")
    lines = DRAFT.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    value = data.draw(
        st.sampled_from(
            ["", "[arm]", "arm = 1", "[[trial]]", "x = inf", "weight = 1e400", "a.b=[]"]
        )
        | st.text(max_size=20).map(lambda text: f"name = {json.dumps(text)}")
    )
    lines[at] = value
    path = folder / "r.toml"
    path.write_text("\n".join(lines), "utf-8")
    try:
        made = read_draft(path, DAY)
    except FanalError:
        return
    assert made.reference in made.arms


def test_a_stamp_of_a_later_day_than_the_first_is_no_registration(tmp_path):
    table = tomllib.loads(DRAFT, parse_float=Decimal)
    late = date(2026, 12, 2)
    digest = hashlib.sha256(canonical(table, late)).hexdigest()
    path = tmp_path / "late.toml"
    path.write_text(f'{DRAFT}\n[registered]\ndigest = "{digest}"\nday = {late}\n', "utf-8")
    with pytest.raises(UsageError, match="after its first day"):
        read_registration(path)
