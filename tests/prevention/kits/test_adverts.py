"""A campaign goes out as plain files: neutral words, codes of no person, pages with help."""

import csv
import io
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from fanal.errors import UsageError
from fanal.prevention.kits.adverts import Plan, code_of, export, read_campaign
from fanal.prevention.messages.texts import read_texts
from fanal.prevention.nouns import FAMILIES

TODAY = date(2026, 11, 27)
PLAN = Plan("zz-1", ("GB", "DE"), ("en",), FAMILIES, TODAY, with_drafts=True)
TEXTS = read_texts((), (), TODAY)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("campaign") / "zz-1"
    export(PLAN, TEXTS, out)
    return out


def table(folder):
    return list(csv.DictReader(io.StringIO((folder / "adverts.csv").read_text("utf-8"))))


def test_a_campaign_is_a_table_its_pages_and_words_on_how_to_use_them(folder):
    assert sorted(one.name for one in folder.iterdir()) == [
        "README.txt",
        "adverts.csv",
        "campaign.json",
        "landing",
    ]
    rows = table(folder)
    assert len(rows) == 2 * len(FAMILIES) == len(list((folder / "landing").iterdir()))
    for row in rows:
        page = (folder / row["landing"]).read_bytes()
        assert sha256(page).hexdigest() == row["sha256"]
        assert row["reviewed"] == "no"
        assert len(row["headline"]) <= 40
        assert len(row["line"]) <= 140
    assert len({row["code"] for row in rows}) == len(rows)


def test_no_column_and_no_file_has_place_for_keywords(folder):
    assert list(table(folder)[0]) == [
        *("code", "country", "locale", "variant", "headline", "line"),
        *("landing", "reviewed", "sha256"),
    ]
    readme = (folder / "README.txt").read_text("utf-8")
    assert "the program suggests none" in readme
    assert readme.startswith("DRAFT: campaign zz-1, 2026-11-27")


def test_every_page_has_help_and_a_crisis_contact_of_its_country_and_runs_nothing(folder):
    for row in table(folder):
        page = (folder / row["landing"]).read_text("utf-8")
        assert {"GB": "999", "DE": "112"}[row["country"]] in page
        assert {"GB": "stopitnow.org.uk", "DE": "kein-taeter-werden.de"}[row["country"]] in page
        assert not any(each in page for each in ("<script", "<form", "<img", "?", row["code"]))
        assert "There is no way on" not in page  # nothing was refused


def test_the_same_plan_gives_the_same_bytes(folder, tmp_path):
    export(PLAN, TEXTS, tmp_path / "again")
    first, second = (
        {one.relative_to(root): one.read_bytes() for one in root.rglob("*") if one.is_file()}
        for root in (folder, tmp_path / "again")
    )
    assert first == second


def test_a_code_stands_for_a_wording_in_a_country_and_a_language():
    assert code_of("a", "DE", "de", "help") == code_of("a", "DE", "de", "help")
    codes = {code_of(*each) for each in (("a", "DE", "de", "help"), ("b", "DE", "de", "help"))}
    codes |= {code_of("a", "AT", "de", "help"), code_of("a", "DE", "de", "harm")}
    assert len(codes) == 4


def test_a_campaign_is_read_again(folder, tmp_path):
    name, adverts = read_campaign(folder)
    assert name == "zz-1"
    assert {one.code for one in adverts.values()} == {row["code"] for row in table(folder)}
    foreign = (folder / "campaign.json").read_text("utf-8").replace('"en"', '"=1+1"')
    for told in (None, "[" * 50_000, foreign):
        if told is not None:
            (tmp_path / "campaign.json").write_text(told, "utf-8")
        with pytest.raises(UsageError, match="holds no campaign"):
            read_campaign(tmp_path)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"with_drafts": False}, "nobody has reviewed the texts in en"),
        ({"name": "zz 1"}, "campaign's name"),
        ({"name": "../zz"}, "campaign's name"),
        ({"countries": ("de",)}, "is no country"),
        ({"countries": ()}, "that makes 0 adverts"),
        ({"families": ("zz",)}, "no wording 'zz'"),
        ({"locales": ("tlh",)}, "no texts in 'tlh'"),
    ],
)
def test_what_is_no_campaign_is_refused_before_anything_is_written(tmp_path, changed, fault):
    with pytest.raises(UsageError, match=fault):
        export(replace(PLAN, **changed), TEXTS, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_there_stays_as_it_is(folder):
    with pytest.raises(UsageError, match="there already"):
        export(PLAN, TEXTS, folder)
