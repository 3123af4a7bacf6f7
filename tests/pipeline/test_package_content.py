"""What a package holds: everything that its receiver needs, nothing that is another country's."""

import json
from dataclasses import replace

import pytest

from fanal.errors import UsageError
from fanal.exchange.paths import unfit
from fanal.exchange.seal import media
from fanal.model.lead import Assessment
from fanal.pipeline.package_content import Asked, LeadTerms, content
from makers.handed import DUMP, FRENCH, GERMAN, MOMENT, Book, case, lead, link, torn

OTHERS = ("240.0.2.2", FRENCH, "zz-test-0009", "zz9@mail.example", "zz-site/a9", "240.0.0.9")


def asked(*ids, **told):
    given = {"package": "p-0123456789ab", "version": 1, "country": "DE", "recipient": "Zz Office"}
    given |= {"leads": {id_: LeadTerms() for id_ in ids}, "moment": MOMENT} | told
    return Asked(**given)


def word(about, kind, value, number, **told):
    given = {"other": "", "grounds": f"zz grounds {number}", "source": "B", "information": "3"}
    given |= {"data": {}, "login": "zz-login", "by": "Zz Officer", "when": "2026-11-25T00:00:00Z"}
    given |= told
    return Assessment(f"as-{number}", kind, about, value=value, **given)


@pytest.fixture
def store(tmp_path):
    torn_id = torn().id
    return case(
        tmp_path / "case",
        word(torn_id, "category", "witness", 1),
        word(torn_id, "note", "zz-note-kept-back", 2),
        word(torn_id, "answer", "yes", 3, other="access", grounds=f"he said {FRENCH} too"),
        word(torn_id, "answer", "", 4, undoes="as-3"),
        word(torn_id, "tier", "1", 5, grounds=f"he wrote to zz-site/a9 as {FRENCH}"),
    )


@pytest.fixture
def book():
    french = lead(9, countries=torn().countries[1:])
    first = torn()
    says = "came from 240.0.0.9 as zz-test-0009 did"
    return Book(lead(), replace(first, joins=(link(first, french, says),)), french)


def test_no_file_holds_a_value_that_is_only_another_countrys(store, book):
    made = content(store, asked(lead().id, torn().id), book)
    for name, data in made.files.items():
        for value in OTHERS:
            assert value.encode() not in data, name
    assert GERMAN.encode() in made.files["leads.csv"]


def test_the_conflict_is_shown(store, book):
    made = content(store, asked(torn().id), book)
    told = json.loads(made.files[f"leads/{torn().id}.json"])
    assert told["only_possible"]
    assert {each["country"] for each in told["facts"]["countries"]["conflict"]} == {"FR"}
    assert any("DE, FR are named, none is settled" in each for each in told["unknown"])


def test_facts_and_assessments_are_apart_and_what_was_taken_back_is_gone(store, book):
    told = json.loads(content(store, asked(torn().id), book).files[f"leads/{torn().id}.json"])
    assert [each["kind"] for each in told["assessments"]] == ["category", "tier"]
    assert told["category"]["is"] == "witness"
    assert told["category"]["facts_allow"] == "suspect"
    assert "zz grounds 1" in told["category"]["because"]
    assert "zz-note-kept-back" not in json.dumps(told)
    assert "grounds" not in json.dumps(told["facts"])


def test_the_same_at_the_same_time_has_the_same_bytes(store, book):
    wanted = asked(lead().id, torn().id)
    assert content(store, wanted, book) == content(store, wanted, book)


def test_evidence_names_the_files_that_rows_lie_in_and_no_folder_of_ours(store, book):
    made = content(store, asked(lead().id), book)
    index = json.loads(made.files["evidence.json"])
    assert [(each["artefact"], each["sha256"]) for each in index["artefacts"]] == [("dump", DUMP)]
    assert index["datasets"] == ["zz-table 2025-01-01"]
    assert b"zz-secret-folder" not in b"".join(made.files.values())


def test_losses_are_told_in_one_place(store, book):
    made = content(store, asked(lead().id), book)
    told = json.loads(made.files["losses.json"])["losses"]
    assert [each["field"] for each in told] == [each.field for each in made.losses]
    assert any(each.field.startswith("csv: ") for each in made.losses)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (asked(), "without a lead"),
        (asked("L-0"), "no lead"),
        (asked(lead().id, country="FR"), "names DE, not FR"),
        (asked(lead().id, handling="H9"), "no handling code"),
        (asked(lead().id, moment=MOMENT.replace(tzinfo=None)), "needs its zone"),
    ],
)
def test_what_cannot_be_is_refused(store, book, wanted, says):
    with pytest.raises(UsageError, match=says):
        content(store, wanted, book)


def test_everything_that_is_promised_is_there_and_may_be_sealed(store, book):
    made = content(store, asked(lead().id, torn().id), book)
    assert set(made.files) >= {"README.txt", "brief.html", "brief.pdf", "leads.csv", "umf.csv"}
    assert set(made.files) >= {"support.json", "evidence.json", "losses.json"}
    for name, data in made.files.items():
        assert unfit(name) == ""
        assert media(name, data) == ""
        assert name in made.files["README.txt"].decode() or name.startswith("leads/")
    assert "Germany" in made.files["brief.html"].decode()
