"""`deter trial`: from a draft to a report, as it is typed."""

import csv
import json
import random
import stat
from datetime import timedelta

import pytest

from fanal.cli.deter_trial import COMMANDS
from fanal.prevention.trials.counts import COLUMNS
from fanal.prevention.trials.registration import read_registration
from makers.trials import FIRST, draft, rows_of

HOME = {
    "power": "fanal.cli.deter_trial_power",
    "register": "fanal.cli.deter_trial_register",
    "show": "fanal.cli.deter_trial_show",
    "analyse": "fanal.cli.deter_trial_analyse",
    "simulate": "fanal.cli.deter_trial_simulate",
    "series": "fanal.cli.deter_trial_series",
}
"""Command → its file."""
POWER = [
    (0.27, 0.38, 379),
    (0.27, 0.52, 79),
    (0.40, 0.57, 180),
    (0.18, 0.142, 1_964),
    (0.0015, 0.003, 20_966),
    (0.0073, 0.0095, 36_164),
    (0.0006, 0.0009, 174_991),
]
"""Sessions of each arm for 90 % power, two-sided 5 %, as published shares ask for."""


@pytest.fixture
def registered(fanal, tmp_path):
    """Return where a registered copy lies."""
    out = tmp_path / "trial.toml"
    done = fanal("trial", "register", draft(tmp_path), "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    return out


def counted(path, told, shares, **more):
    """Write made-up counts of three weeks."""
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for row in rows_of(told, shares, 21, 100, **more):
            writer.writerow([getattr(row, name) for name in COLUMNS])
    return path


def test_each_command_has_its_file():
    assert {name: where.partition(":")[0] for name, where in COMMANDS.items()} == HOME


def test_the_power_table_is_that_of_the_studies(fanal):
    rows = [json.loads(line) for line in fanal("trial", "power", "--json").stdout.splitlines()]
    assert [tuple(row.values())[:3] for row in rows] == POWER
    one = json.loads(
        fanal("trial", "power", "--base", 0.27, "--other", 0.31, "--sessions", 400, "--json").stdout
    )
    assert one["sessions"] == 400
    assert 0.2 < one["power"] < 0.3
    assert fanal("trial", "power", "--base", 0.3).returncode == 2


def test_a_registered_copy_is_read_only_and_is_not_written_twice(fanal, registered, tmp_path):
    assert stat.S_IMODE(registered.stat().st_mode) & 0o222 == 0
    again = fanal("trial", "register", draft(tmp_path), "--out", registered)
    assert again.returncode == 2
    shown = json.loads(fanal("trial", "show", registered, "--json").stdout)
    assert shown["digest"] == read_registration(registered).digest
    plain = fanal("trial", "show", registered).stdout
    assert shown["digest"] in plain
    registered.chmod(0o600)
    registered.write_text(registered.read_text().replace("minimum = 0.04", "minimum = 0.05"))
    done = fanal("trial", "show", registered)
    assert (done.returncode, "was changed after" in done.stderr) == (2, True)


def test_counts_are_analysed_by_the_registered_rule(fanal, registered, tmp_path):
    told = read_registration(registered)
    counts = counted(tmp_path / "counts.csv", told, {"combined": 0.6, "help": 0.3})
    day, page = FIRST + timedelta(days=30), tmp_path / "report.html"
    done = fanal("trial", "analyse", registered, "--counts", counts, "--day", day, "--html", page)
    assert done.returncode == 0
    assert told.digest in done.stdout
    assert told.digest in page.read_text("utf-8")
    assert "The same person may appear in several sessions" in done.stdout
    found = json.loads(
        fanal("trial", "analyse", registered, "--counts", counts, "--day", day, "--json").stdout
    )
    assert found["comparisons"][0]["e_value"] >= 20
    assert fanal("trial", "analyse", registered).returncode == 2
    again = fanal("trial", "analyse", registered, "--counts", counts, "--html", page)
    assert again.returncode == 2


def test_no_effect_is_shown_while_the_arms_are_not_as_weighed(fanal, registered, tmp_path):
    told = read_registration(registered)
    counts = counted(tmp_path / "counts.csv", told, {"combined": 0.6, "help": 0.3})
    rows = list(csv.reader(counts.read_text().splitlines()))
    for row in rows[1:]:
        if row[4] == "help":
            row[6] = str(int(row[6]) // 2)
    counts.write_text("".join(",".join(row) + "\n" for row in rows))
    day = FIRST + timedelta(days=30)
    done = fanal("trial", "analyse", registered, "--counts", counts, "--day", day, "--json")
    found = json.loads(done.stdout)
    assert found["sample_ratio"]["p"] < 0.001
    assert found["comparisons"] == []


def test_a_simulation_says_how_often_each_method_errs(fanal):
    done = fanal("trial", "simulate", "--trials", 100, "--looks", 10, "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert len(rows) >= 5


def test_a_series_is_asked_with_the_dates_before_it(fanal, tmp_path):
    pytest.importorskip("statsmodels", reason="the extra `campaigns` is not installed")
    path = tmp_path / "series.csv"
    days = [FIRST - timedelta(days=70) + timedelta(days=at) for at in range(90)]
    drawn = random.Random(3)
    rows = (
        f"{day},{country},{drawn.randint(150, 250)}" for day in days for country in ("DE", "FR")
    )
    path.write_text("\n".join(["day,country,count", *rows]) + "\n")
    told = (
        "trial",
        "series",
        path,
        "--country",
        "DE",
        "--begins",
        FIRST,
        "--before",
        28,
        "--after",
        14,
    )
    done = fanal(*told, "--control", "FR", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout.splitlines()[0])
    outside = fanal("trial", "series", path, "--country", "IT", "--begins", FIRST)
    assert outside.returncode == 2
