"""Whoever keeps the contacts of help sees which are too old."""

import json

from makers.program import called


def test_contacts_are_shown_with_their_age_and_what_is_told(capsys):
    assert called("package", "contacts", "--day", "2026-11-26") == 0
    head, first, *_, last = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["country", "service"]
    assert first.startswith("DK")
    assert first.endswith("not at all")
    assert last.endswith("are not told whole: check them")


def test_contacts_as_json(capsys):
    assert called("package", "contacts", "--day", "2026-11-26", "--json") == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["told"] for one in told} >= {"whole", "without its number", "not at all"}
    assert list(told[0]) == ["country", "service", "checked_on", "days", "told"]
