"""A country is told what concerns it; a value of another country or person stands nowhere."""

import json
from dataclasses import asdict, replace

import pytest

from fanal.errors import UsageError
from fanal.exchange.minimum import cut, linked, of_account, phone_country, refs
from fanal.model.lead import Country
from makers.handed import FRENCH, GERMAN, lead, link, ref, torn


def own(*leads):
    return {of_account(one) for each in leads for one in each.accounts}


def values(one):
    return {each.value for each in one.lead.identifiers}


def test_a_lead_of_one_country_goes_whole_but_for_weights_and_devices_of_others():
    whole = lead()
    made = cut(whole, "DE", own(whole))
    assert made.lead.identifiers == whole.identifiers
    assert made.lead.reasons == whole.reasons
    assert not made.possible
    assert not made.conflict
    fetched, kept = made.lead.deeds[1:3]
    assert fetched.says == (
        "downloaded once: 1 medium (content zz of the case); the case holds the same;"
        " 1 of them only look alike"
    )
    assert "exhibits" not in fetched.data
    assert kept.data["exhibit"] == "exhibit-2"
    assert {"zz-other-1", "d7"} <= made.hidden
    assert "exhibit-2" not in made.hidden


def test_a_lead_that_does_not_name_the_country_is_refused():
    with pytest.raises(UsageError, match="names DE, not FR"):
        cut(lead(), "FR", own(lead()))


@pytest.mark.parametrize(
    ("country", "held", "gone"),
    [
        ("DE", {GERMAN, "240.0.1.1"}, {FRENCH, "240.0.2.2"}),
        ("FR", {FRENCH, "240.0.2.2"}, {GERMAN, "240.0.1.1"}),
    ],
)
def test_each_of_two_possible_countries_gets_its_own_values_and_the_conflict(country, held, gone):
    made = cut(torn(), country, own(torn()))
    assert held <= values(made)
    assert not gone & values(made)
    assert gone <= made.hidden
    assert {"zz-test-0002", "zz2@mail.example"} <= values(made)
    assert made.possible
    assert made.lead.countries == torn().countries
    assert {each.country for each in made.lead.reasons} == {country}
    (other,) = {"DE", "FR"} - {country}
    assert [(each.country, each.family) for each in made.conflict] == [
        (other, "phone confirmed"),
        (other, "access network"),
    ]
    assert not any(value in str(made.conflict) for value in (*gone, "2025"))
    assert "ES" not in str(made.conflict)


def test_an_agency_of_the_union_sees_every_country():
    assert cut(torn(), "EU", own(torn())).lead.identifiers == torn().identifiers


def test_links_lead_nowhere_but_into_the_package():
    first, second, third = lead(1), lead(7), lead(8)
    first = replace(first, joins=(link(first, second), link(first, third, "as zz-test-0008")))
    made = cut(first, "DE", own(first, second), [third])
    assert [each.b for each in made.lead.joins] == ["zz-site/a7"]
    assert {"zz-test-0008", "zz-site/a8", third.id} <= made.hidden
    assert GERMAN not in made.hidden, "a value that it has itself is not another's"
    assert linked(first) == ("zz-site/a7", "zz-site/a8")


def test_the_same_is_lost_however_many_links_there_are():
    one, many = lead(1), replace(lead(1), joins=(link(lead(1), lead(8)), link(lead(1), lead(9))))
    assert cut(one, "DE", own(one)).losses == cut(many, "DE", own(many)).losses


def test_a_name_of_a_payer_goes_only_where_its_row_does():
    payer = torn()
    payer = replace(payer, identifiers=lead(2).identifiers)
    assert "Zz Payer" not in values(cut(payer, "DE", own(payer)))
    named = replace(payer.reasons[0], refs=(ref(2, "payments"),))
    tied = replace(payer, reasons=(named, *payer.reasons[1:]))
    assert "Zz Payer" in values(cut(tied, "DE", own(tied)))


def test_who_else_holds_a_model_is_not_told():
    says = "exhibit d7, exhibit zz-other-1 hold the model named by 3 pictures"
    exhibits = ["d7", "zz-other-1"]
    made = replace(lead().deeds[0], says=says, data={"exhibits": exhibits, "model": "zz"})
    told = cut(replace(lead(), deeds=(made,)), "DE", own(lead())).lead.deeds[0]
    assert told.says == "the case holds the model named by 3 pictures"
    assert told.data == {"model": "zz"}


def test_possible_alone_is_no_conflict():
    alone = replace(torn(), countries=(Country("DE", possible=True),))
    made = cut(alone, "DE", own(alone))
    assert made.possible
    assert made.lead.identifiers == alone.identifiers


@pytest.mark.parametrize(
    ("number", "country"), [(GERMAN, "DE"), (FRENCH, "FR"), ("+80012345678", "001"), ("zz", "")]
)
def test_the_country_of_a_number_is_that_of_its_plan(number, country):
    assert phone_country(number) == country


def test_every_row_of_a_lead_is_named_once():
    rows = refs(lead())
    assert len(rows) == len(set(rows)) == 5
    assert json.dumps([asdict(each) for each in rows])
