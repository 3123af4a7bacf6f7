"""Deeds are told part by part, the many together, and the earliest rows first."""

import json

import pytest

from fanal.leads import deed_rows, deeds
from fanal.leads.opening import MOST_REFS
from makers import deeds as made

NOTHING = {
    "content": ("sha256", "series", "origin", "victim", "basis"),
    "exhibit": ("sha256", "exhibit"),
    "owner": ("site", "account", "exhibit", "says"),
}


def rows(folder, given, held=()):
    """Return the rows of a site whose media of these digests are contents of the case."""
    with made.calculator(folder) as calculator:
        made.open_persons(calculator, "zz", folder, given)
        deeds.begin(calculator)
        digests = {
            "sha256": list(held),
            "sha1": ["0" * 40] * len(held),
            "md5": ["0" * 32] * len(held),
        }
        deeds.join_digests(calculator, digests)
        deeds.settle_digests(calculator)
        told = [[sha256, None, "camera", "treat_as_real", "camera"] for sha256 in held]
        names = NOTHING["content"]
        columns = list(zip(*told, strict=True)) or [()] * len(names)
        deeds.give_contents(calculator, dict(zip(names, columns, strict=True)))
        deeds.give_places(calculator, dict.fromkeys(NOTHING["exhibit"], ()))
        deeds.give_models(
            calculator,
            {"sha256": (), "model": (), "grade": ()},
            {"name": (), "digest": (), "model": (), "grade": ()},
            {"model": (), "exhibit": ()},
        )
        deeds.give_owners(calculator, dict.fromkeys(NOTHING["owner"], ()))
        deed_rows.write_rows(calculator, folder)
        return list(calculator.rows("SELECT * FROM lead_deed"))


def seen(account, media, hour):
    ts = f"2026-01-01T{hour % 24:02}:00:00"
    return {"account": account, "media": media, "kind": "view", "ts": ts}


@pytest.fixture
def given():
    held = [f"{number:064x}" for number in range(5)]
    media = [{"media": f"m{at}", "sha256": sha256} for at, sha256 in enumerate(held)]
    events = [seen("1", f"m{at}", hour) for at in range(5) for hour in range(at + 1)]
    return {"media": media, "media_event": events}, held


def test_of_many_single_contents_the_most_frequent_are_told_one_by_one(
    tmp_path, given, monkeypatch
):
    tables, held = given
    assert len(rows(tmp_path / "a", tables, held)) == 5
    monkeypatch.setattr(deed_rows, "MOST_SINGLE", 2)
    found = rows(tmp_path / "b", tables, held)
    assert [(row[2], row[3]) for row in found] == [("", 6), (held[3], 4), (held[4], 5)]
    assert found[0][6] == "viewed 6 times: 3 media of the case"
    assert json.loads(found[0][8])["contents"] == held[:3]


@pytest.mark.parametrize("each", [2_000_000, 1])
def test_a_large_site_is_worked_on_in_parts_with_the_same_rows(tmp_path, monkeypatch, each):
    monkeypatch.setattr(deed_rows, "EACH", each)
    tables = {"media_event": [seen(str(at % 3 + 1), f"m{at}", at) for at in range(12)]}
    found = rows(tmp_path, tables)
    files = list((tmp_path / deed_rows.FOLDER).glob("*.parquet"))
    assert len(files) == (16 if each == 1 else 1)
    assert [row[0] for row in found] == sorted(row[0] for row in found)
    assert sorted(row[3] for row in found) == [4, 8]


def test_the_first_row_of_each_of_the_earliest_media_is_named(tmp_path):
    events = [seen("1", f"m{hour}", hour) for hour in range(20, 10, -1)]
    events += [seen("1", "m11", 23), {"account": "1", "media": "m1", "kind": "view", "ts": None}]
    (row,) = rows(tmp_path, {"media_event": events})
    assert [ref["ref"] for ref in row[7]] == [900, 800, 700, 600, 500][:MOST_REFS]
    assert (row[3], row[4]) == (12, "2026-01-01T11:00:00Z")


def test_hostile_names_are_data(tmp_path):
    name = "m'; DROP TABLE person; --\u202e"
    media = [{"media": name, "series_said": "zz'/*"}]
    found = rows(tmp_path, {"media": media, "media_event": [seen("1", name, 3)]})
    assert [row[2] for row in found] == ["zz-site/zz'/*"]
