"""Whoever keeps the directory sees what is stale; a release with too much of it is held back."""

import json

from makers.program import called

OWN = """
[[helpline]]
country = "PL"
kind = "help"
service = "Zz Poland"
web = "zz.example"
source = "zz"
checked_on = 2026-11-01
"""


def test_stale_contacts_are_shown_the_oldest_first(capsys):
    assert called("deter", "helplines", "--day", "2026-11-27") == 0
    head, first, *_, last = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["country", "kind", "service"]
    assert first.startswith("DK")
    assert last.endswith("are stale: check them")


def test_a_release_is_held_back_while_more_than_a_tenth_is_stale(capsys):
    assert called("deter", "helplines", "--release", "--day", "2040-01-01") == 1
    assert "before a release" in capsys.readouterr().err


def test_one_country_of_an_operators_own_directory_as_json(capsys, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN, "utf-8")
    shown = ("--book", str(path), "--all", "--json", "--country", "pl", "--kind", "help")
    assert called("deter", "helplines", *shown, "--day", "2026-11-27") == 0
    (one,) = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert (one["service"], one["told"], one["is_stale"]) == ("Zz Poland", "whole", False)
