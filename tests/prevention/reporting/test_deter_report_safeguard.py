"""`fanal deter report safeguard` writes a page and overwrites nothing."""

import json

from click.testing import CliRunner

from fanal.cli.deter_report import report as command


def test_the_command_writes_a_page_and_overwrites_nothing(service, released, tmp_path):
    period = ("--from", "2026-11-20", "--until", "2026-11-22")
    out = tmp_path / "page.html"
    ask = ["safeguard", str(service), *period, "--html", str(out)]
    assert CliRunner().invoke(command, ask).exit_code == 0
    assert out.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert CliRunner().invoke(command, ask).exit_code
    done = CliRunner().invoke(command, ["safeguard", str(service), *period, "--json"])
    assert json.loads(done.output)["human_contact"] == "safety@service.example"
