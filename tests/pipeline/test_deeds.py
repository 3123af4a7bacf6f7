"""What a person did is joined to what the case holds: by digest exactly, by PDQ as a link."""

import json

import pytest

from fanal.leads.naming import lead_id
from fanal.pipeline.assess import EXHIBIT, NOT_THEIRS, THEIRS, Further, assess
from fanal.pipeline.deeds import add_deeds, basis
from fanal.pipeline.progress import Silent
from fanal.settings import Settings
from makers import deeds as made
from makers.cases import digest, opened
from makers.deciding import said

SETTINGS = Settings()


@pytest.fixture
def store(tmp_path):
    with_store = opened(tmp_path / "case")
    made.fill(with_store)
    yield with_store
    with_store.close()


def told(store, tmp_path, given=None):
    """Return lead, kind, what → the row, and lead → basis → number."""
    with made.calculator(tmp_path / "zz") as calculator:
        made.open_persons(calculator, store.case_id, tmp_path / "zz", given)
        add_deeds(store, SETTINGS, calculator, tmp_path / "zz", Silent())
        names = ("count", "first", "last", "says", "refs", "data")
        rows = {
            (lead, kind, what, says): dict(
                zip(names, (count, first, last, says, refs, json.loads(data)), strict=True)
            )
            for lead, kind, what, count, first, last, says, refs, data in calculator.rows(
                "SELECT * FROM lead_deed ORDER BY ALL"
            )
        }
        content: dict[str, dict[str, int]] = {}
        for lead, of, count in calculator.rows("SELECT * FROM lead_content ORDER BY ALL"):
            content.setdefault(lead, {})[of] = count
    return rows, content


def one(rows, lead, kind, what, begins=""):
    """Return the only such row."""
    (found,) = (
        row
        for key, row in rows.items()
        if key[:3] == (lead, kind, what) and row["says"].startswith(begins)
    )
    return found


@pytest.fixture
def rows(store, tmp_path):
    return told(store, tmp_path)


def who(store, account="1"):
    return lead_id(store.case_id, made.SITE, account)


def test_accounts_of_one_person_are_told_together_by_series(store, rows):
    row = one(rows[0], who(store), "fetched", "s-1")
    assert (row["count"], row["first"], row["last"]) == (
        3,
        "2026-01-01T10:00:00Z",
        "2026-01-01T12:00:00Z",
    )
    assert row["says"] == (
        "downloaded once, viewed 2 times: 2 media of series s-1;"
        " exhibit server holds the same 2 files, exhibit 17 holds the same file"
    )
    assert row["data"]["joined"] == {"sha1": 1, "sha256": 1}
    assert row["data"]["exhibits"] == [
        {"exhibit": "server", "files": 2},
        {"exhibit": "17", "files": 1},
    ]
    assert row["data"]["contents"] == sorted([digest("sha256", 1), digest("sha256", 2)])


def test_a_row_names_its_events_and_their_media_down_to_the_bytes(store, rows):
    refs = one(rows[0], who(store), "sent", digest("sha256", 3))["refs"]
    assert [(ref["site"], ref["artefact"], ref["ref"], ref["size"]) for ref in refs] == [
        (made.SITE, 0, 300, 90),
        (made.SITE, 0, 200, 90),
    ]


def test_states_of_victim_and_origin_come_with_it(store, rows):
    assert one(rows[0], who(store), "sent", digest("sha256", 3))["data"]["victim"] == {
        "identified": 1
    }
    made_one = one(rows[0], who(store), "made", digest("sha256", 5))
    assert made_one["data"]["origin"] == {"generator": 1}


def test_what_only_looks_alike_is_a_link_to_check(store, rows):
    row = one(rows[0], who(store), "fetched", digest("sha256", 4))
    assert row["says"] == (
        "viewed once: 1 medium (content "
        f"{digest('sha256', 4)[:16]} of the case); 1 of them only look alike (PDQ, 10 bits apart):"
        " a link that a person has to check"
    )
    assert row["data"]["check"]
    assert row["data"]["alike"] == [{"distance": 10, "sha256": digest("sha256", 4)}]
    assert row["data"]["exhibits"] == []


def test_a_weak_digest_joins_nothing_against_a_strong_one(store, rows):
    row = one(rows[0], who(store), "fetched", "")
    assert row["says"] == "viewed 2 times: 2 media that no content of the case is"


def test_a_hash_of_a_flat_picture_joins_nothing(store, rows):
    assert one(rows[0], who(store, "2"), "fetched", "")["data"] == {"media": 1, "views": 1}


def test_a_series_that_only_the_site_names_is_told_as_its_own(store, rows):
    row = one(rows[0], who(store), "fetched", "zz-site/zz-b")
    assert "of series zz-b as the site calls it; the case does not have it" in row["says"]


def test_the_exhibit_with_the_model_is_named(store, rows):
    row = one(rows[0], who(store), "made", made.MODEL)
    assert row["says"] == (
        "exhibit 17 holds the model named by 1 picture that this account let be generated"
        " (1 by name alone)"
    )
    assert row["data"]["said_by_site"] == 1


def test_who_logged_in_and_paid_is_told_without_what_failed(store, rows):
    came = one(rows[0], who(store), "came", "")
    assert came["says"] == "logged in 2 times, from 2 addresses"
    paid = one(rows[0], who(store, "2"), "paid", "", "paid")
    assert (paid["count"], paid["data"]["other"]) == (1, 1)
    assert not any(key[:2] == (who(store), "paid") for key in rows[0])


def test_what_contents_are_is_counted_and_never_called_a_risk(store, rows):
    assert rows[1][who(store)] == {
        "generator": 2,
        "known real": 3,
        "unknown": 3,
    }
    assert not any("risk" in of for told in rows[1].values() for of in told)


def test_an_exhibit_is_a_persons_where_somebody_says_so(store, tmp_path):
    def says(value):
        more = Further("17", data={"accounts": ["zz-site/3"]})
        return assess(store, said("Anna"), EXHIBIT, who(store, "3"), value, more)

    says(THEIRS)
    rows, _ = told(store, tmp_path)
    row = one(rows, who(store), "kept", "s-1")
    assert "exhibit 17 holds 1 content of the site of series s-1" in row["says"]
    assert "Anna" in row["says"]
    says(NOT_THEIRS)
    rows, _ = told(store, tmp_path)
    assert not any(kind == "kept" for _, kind, *_ in rows)


def test_the_same_rows_make_the_same_table(store, tmp_path):
    first, again = told(store, tmp_path), told(store, tmp_path)
    assert first == again


def test_a_site_without_media_and_a_case_without_contents_cost_nothing(tmp_path):
    with_store = opened(tmp_path / "none")
    rows, content = told(with_store, tmp_path, {"login": [{"account": "1", "ts": None}]})
    assert [key[1] for key in rows] == ["came"]
    assert content == {}
    with_store.close()


@pytest.mark.parametrize(
    ("told_of", "expected"),
    [
        (("identified", {"harmless"}, "generator"), "known real"),
        (("likeness_of_real_child", (), "generator"), "made from or like a real child"),
        (("treat_as_real", {"harmless", "illegal"}, "camera"), "on a list of illegal material"),
        (("treat_as_real", (), "inconclusive"), "unknown"),
        (("treat_as_real", (), "camera"), "camera"),
    ],
)
def test_the_basis_is_what_people_say_before_lists_and_findings(told_of, expected):
    assert basis(*told_of) == expected
