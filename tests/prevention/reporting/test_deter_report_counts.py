"""`fanal deter report counts` publishes once and prints the same again."""

import json
import re
from datetime import timedelta

import pytest
from click.testing import CliRunner

from fanal.cli.deter_report import report
from fanal.prevention.config import read_config
from fanal.prevention.counting import ledger


@pytest.fixture
def asked(service, days, monkeypatch):
    """Return a function that runs `report counts` five days after the first day."""
    monkeypatch.setattr("fanal.cli.deter_report_counts.today", lambda: days[0] + timedelta(days=4))

    def run(*arguments):
        period = ("--from", "2026-11-20", "--until", "2026-11-23")
        return CliRunner().invoke(report, ["counts", str(service), *period, *arguments])

    return run


def test_the_command_publishes_once_and_prints_the_same_again(asked, service, tmp_path):
    first = asked("--json", "--country", "dk", "--csv", str(tmp_path / "a.csv"))
    again = asked("--json", "--epsilon", "0.01", "--csv", str(tmp_path / "b.csv"))
    assert first.exit_code == again.exit_code == 0
    assert first.output == again.output
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert json.loads(first.output)["period"]["days_not_published"] == ["2026-11-23"]
    lines = ledger.read(read_config(service).counting)
    assert [str(line.epsilon) for line in lines] == ["1/2"] * 3


def test_the_command_shows_a_table_and_writes_a_block(asked, tmp_path):
    done = asked("--measure", "shown", "--dsa15", str(tmp_path / "block.json"))
    assert re.search(r"shown +search +all +1,[0-9]{3}\n", done.output)
    assert "left out" in done.output
    assert "1 days are not over" in done.output
    block = json.loads((tmp_path / "block.json").read_bytes())
    assert block["provision"].startswith("Regulation (EU) 2022/2065")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--epsilon", "many"), "write it as 1/2"),
        (("--until", "2026-11-01"), "is no period"),
        (("--country", "Denmark"), "two capital letters"),
        (("--epsilon", "2"), "more than is left"),
    ],
)
def test_what_is_wrong_is_said_and_costs_nothing(service, asked, arguments, told):
    done = asked(*arguments)
    assert told in done.output + str(done.exception) + getattr(done.exception, "advice", "")
    assert done.exit_code
    assert not (read_config(service).counting / "ledger.jsonl").exists()
