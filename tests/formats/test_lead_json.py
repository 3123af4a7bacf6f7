"""A lead's document tells facts with their rows, people's words apart, and what nobody knows."""

import json
from dataclasses import replace

import pytest

from fanal.formats.lead_json import Terms, Told, contents, document, evaluation, losses, spelt
from fanal.formats.lead_unknown import NEVER
from fanal.model.lead import UNCATEGORISED, Assessment
from makers.cases import digest
from makers.handed import DUMP, SITE, lead, ref, torn


def word(kind, value="", **told):
    given = {"other": "", "grounds": "zz", "source": "B", "information": "2", "data": {}}
    given |= {"login": "zz-login", "by": "Zz Officer", "when": "2026-11-25T00:00:00Z"} | told
    return Assessment("j-1", kind, lead().id, value=value, **given)


TERMS = Terms("H2")


def told(*assessments, possible=False, terms=TERMS):
    return Told(
        "p-0", 1, "DE", possible, terms, assessments=assessments, artefacts={(SITE, "dump"): DUMP}
    )


def test_every_fact_says_where_it_is_read_and_what_it_is_worth():
    facts = document(lead(), told())["facts"]
    parts = (facts["accounts"], facts["identifiers"], facts["deeds"], facts["countries"]["reasons"])
    for part in parts:
        assert part
        for one in part:
            assert one["evaluation"] == {"source": "X", "information": "4"}
    row = {
        "site": SITE,
        "artefact": "dump",
        "sha256": DUMP,
        "table": "users",
        "offset": 100,
        "size": 90,
    }
    assert facts["accounts"][0]["from"] == [row]
    assert facts["flags"][0]["from"][0]["table"] == "logins"


def test_a_person_may_evaluate_one_fact_or_all():
    one = word("evaluation", other="email: zz1@mail.example", source="A", information="2")
    facts = document(lead(), told(word("evaluation"), one))["facts"]
    worth = {each["kind"]: each["evaluation"] for each in facts["identifiers"]}
    assert worth["email"] == {"source": "A", "information": "2"}
    assert worth["wallet"] == {"source": "B", "information": "2"}
    whole = document(lead(), told(terms=Terms("H1", "", "C", "3")))["facts"]["deeds"][0]
    assert evaluation(whole["evaluation"]) == (
        "C3: mostly unreliable; not known personally, but corroborated by recorded information"
    )


def test_notes_requests_and_logins_stay_with_the_case():
    words = (word("note", "zz-note"), word("request", "zz-request"), word("tier", "1"))
    made = document(lead(), told(*words))
    assert [one["kind"] for one in made["assessments"]] == ["tier"]
    assert "zz-login" not in json.dumps(made)
    lost = {(loss.field, loss.note) for loss in losses(lead(), words)}
    assert ("assessments", "not handed over: note, request") in lost
    assert {field for field, _ in lost} == {
        "assessments",
        "assessments.login",
        "identifiers.shared",
    }


def test_how_many_others_show_a_value_is_told_as_yes_or_no():
    first, second, *_ = document(lead(), told())["facts"]["identifiers"]
    assert (first["shared"], second["shared"]) == (False, True)


def test_contents_are_those_that_deeds_name_and_not_those_that_look_alike():
    one = replace(
        lead().deeds[0],
        data={"contents": ["zz", digest("sha256", 3)], "alike": [{"sha256": digest("sha256", 4)}]},
    )
    made = document(replace(lead(), deeds=(one, lead().deeds[1])), told())
    assert contents(made) == sorted([digest("sha256", 1), digest("sha256", 3)])


def test_the_file_is_sorted_ascii_and_the_same_every_time():
    made = document(replace(lead(), category_says="é\u202e"), told())
    raw = spelt(made)
    assert raw.isascii()
    assert json.loads(raw) == made
    assert raw == spelt(dict(reversed(made.items())))


@pytest.mark.parametrize(
    ("one", "possible", "says"),
    [
        (lead(), False, "Who sat at the device"),
        (lead(), False, "Whether the payer used the account"),
        (lead(), False, "carrier-grade NAT"),
        (lead(), False, "Whether the site's clock was right"),
        (lead(), False, "Whether a real child is concerned"),
        (lead(), False, "Who of several persons a shared value belongs to"),
        (torn(), True, "DE, FR are named, none is settled"),
        (replace(lead(), category=UNCATEGORISED), False, "Whether the person is a suspect"),
        (replace(lead(), identifiers=(lead().identifiers[0],)), False, "confirmed none of them"),
    ],
)
def test_what_is_not_known_is_said(one, possible, says):
    unknown = document(one, told(possible=possible))["unknown"]
    assert any(says in each for each in unknown)
    assert unknown[0] == NEVER


def test_what_is_known_is_not_called_unknown():
    bare = replace(
        lead(),
        identifiers=(replace(lead().identifiers[1], shared=0),),
        deeds=(),
        reasons=(replace(lead().reasons[0], refs=(ref(1),)),),
    )
    unknown = " ".join(document(bare, told())["unknown"])
    for says in ("payer", "confirmed none", "shared value", "real child", "settled", "NAT"):
        assert says not in unknown
