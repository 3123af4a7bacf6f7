"""Reports print what was published, and nothing exact."""

import csv
import io
import json
import re
from dataclasses import replace

import pytest

from fanal.errors import UsageError
from fanal.prevention.config import read_config
from fanal.prevention.counting.publish import Published
from fanal.prevention.counting.suppress import table
from fanal.prevention.reporting.counts import COLUMNS, csv_bytes, dsa15, facts, number
from fanal.prevention.trials.claims import is_claim

NOISE = 300
"""Three days of epsilon 1/8: a standard deviation of 20 a cell, 55 a sum of eight."""


def rows(raw):
    return list(csv.DictReader(io.StringIO(raw.decode("ascii"))))


def test_a_table_has_every_number_once_and_leaves_small_ones_out(released):
    told = rows(csv_bytes(released))
    at = {(row["measure"], row["surface"], row["country"]): row for row in told}
    assert len(at) == len(told) == 4 * (1 + 4 + 8)
    assert tuple(told[0]) == COLUMNS
    shown = at["shown", "search", "all"]
    assert abs(int(shown["count"]) - 1_200) < NOISE
    assert (shown["first_day"], shown["last_day"]) == ("2026-11-20", "2026-11-22")
    assert shown["days"] == "3"
    small = at["shown", "upload", "other"]
    assert (small["count"], small["left_out"]) == ("", "yes")
    assert abs(int(at["continued", "search", "all"]["count"]) - 300) < NOISE / 2


def test_no_cell_runs_in_a_spreadsheet(released):
    cells = [cell for row in csv.reader(io.StringIO(csv_bytes(released).decode())) for cell in row]
    assert not [cell for cell in cells if re.match(r"[=+\-@\t\r]", cell)]


def test_plain_totals_and_wordings_are_in_no_report(released, service):
    told = json.dumps([facts(released), dsa15(released, read_config(service))])
    told += csv_bytes(released).decode()
    for hidden in ("25926", "25,926", "8642", "acts", "zz-"):
        assert hidden not in told


def test_facts_say_how_noisy_they_are_and_what_they_cannot_show(released):
    told = facts(released)
    assert told["period"]["days"] == 3
    assert told["noise"]["days_by_epsilon_and_measures"] == [
        {"epsilon_a_day": "1/2", "measures": 4, "days": 3}
    ]
    assert any("several sessions" in one for one in told["limits"])
    assert any("moved elsewhere" in one for one in told["limits"])


def test_a_block_for_the_yearly_report(released, service):
    told = dsa15(released, read_config(service))
    found = {one["surface"]: one["number"] for one in told["own_initiative"]}
    assert abs(found["search"] - 1_200) < NOISE
    assert abs(found["generate"] - 600) < NOISE
    assert found["upload"] is None
    assert abs(told["own_initiative_number"] - 1_809) < 2 * NOISE
    assert told["complaints"]["number"] is None
    assert told["service"] == "=Made-up service"


def test_a_number_that_was_not_published_is_none(released):
    lines = table(released.releases)
    assert number(lines, "support") is None
    assert number((), "shown") is None


def test_nothing_published_is_said_so(service):
    told = facts(Published((), ()))
    assert told["period"]["first_day"] is None
    assert told["lines"] == []
    assert rows(csv_bytes(Published((), ()))) == []


def test_no_report_can_claim_that_there_is_less_crime(released, service):
    told = json.dumps([facts(released), dsa15(released, read_config(service))])
    assert not is_claim(told)
    boast = replace(read_config(service), operator="We had fewer crimes")
    with pytest.raises(UsageError, match="service claims"):
        dsa15(released, boast)
