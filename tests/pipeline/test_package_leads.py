"""Whatever leads there are: a country's documents hold no value that leads to another one only."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.model.lead import Assessment, Country
from fanal.pipeline.package_leads import Asked, LeadTerms, spelt
from makers.handed import MOMENT, Book, case, identifier, lead, link, reason, ref

LANDS = ("DE", "FR", "ES", "SE")
PHONES = {"DE": "+4930234560{:02}", "FR": "+331990000{:02}", "SE": "+4687777{:03}"}
"""From ranges reserved for fiction; Spain has none."""
sets = st.sets(st.sampled_from(LANDS), min_size=1, max_size=3)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    words = [
        Assessment(
            f"j-{n}",
            "tier",
            lead(n).id,
            "",
            "1",
            f"he knows {private(m, land)}",
            "",
            "",
            {},
            "zz",
            "Zz",
            "2026-11-25T00:00:00Z",
        )
        for n in range(1, 5)
        for m in range(1, 5)
        for land in LANDS
    ]
    words = [replace(one, id=f"j-{at}") for at, one in enumerate(words)]
    return case(tmp_path_factory.mktemp("leads") / "case", *words)


def private(number, land):
    """The address that a lead used in a country."""
    return f"240.{LANDS.index(land)}.{number}.77"


def made(number, lands, linked):
    """A lead for these countries, with an address in each and a telephone where there is one."""
    rows = {land: ref(number * 10 + at, "logins") for at, land in enumerate(LANDS)}
    places = [identifier("address", private(number, land), 0, ref=rows[land]) for land in lands]
    phones = [
        identifier("phone", PHONES[land].format(number), number, confirmed=True)
        for land in lands
        if land in PHONES
    ]
    own = lead(number)
    says = " ".join(one.value for one in (*places, *phones))
    return replace(
        own,
        countries=tuple(Country(land, possible=len(lands) > 1) for land in sorted(lands)),
        identifiers=(own.identifiers[0], *places, *phones),
        reasons=tuple(
            reason(land, "access network", 0, refs=(rows[land],), says=f"came from {says}")
            for land in sorted(lands)
        ),
        category_says=f"acted from {says}",
        joins=tuple(link(own, lead(other), f"both knew {says}") for other in linked),
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(sets, st.sets(st.integers(1, 4), max_size=3)), min_size=4, max_size=4))
def test_no_value_of_another_country_or_of_another_lead_is_told(store, drawn):
    leads = [
        made(number, lands, linked - {number}) for number, (lands, linked) in enumerate(drawn, 1)
    ]
    book = Book(*leads)
    for country in LANDS:
        inside = [one for one in leads if country in {each.country for each in one.countries}]
        if not inside:
            continue
        wanted = {one.id: LeadTerms() for one in inside}
        told = spelt(store, Asked("p-0", 1, country, "Zz", wanted, MOMENT), book)
        text = json.dumps(list(told.documents.values()))
        for number, (lands, _) in enumerate(drawn, 1):
            one = leads[number - 1]
            if one in inside and len(lands) == 1:
                continue
            for land in lands - {country}:
                assert private(number, land) not in text
                assert PHONES.get(land, "zz-none{}").format(number) not in text
            if one not in inside:
                for own in (one.id, f"zz-site/a{number}", f"zz-test-{number:04}"):
                    assert own not in text


def test_what_people_said_of_accounts_of_one_lead_is_told_and_of_others_not(store, tmp_path):
    two = replace(lead(1), accounts=(*lead(1).accounts, *lead(2).accounts))
    words = [
        Assessment(
            f"w-{at}",
            "same person",
            "zz-site/a1",
            other,
            "same",
            "zz",
            "",
            "",
            {},
            "zz",
            "Zz",
            "2026-11-25T00:00:00Z",
        )
        for at, other in enumerate(("zz-site/a2", "zz-site/a3"))
    ]
    here = case(tmp_path / "case", *words)
    asked = Asked("p-0", 1, "DE", "Zz", {two.id: LeadTerms()}, MOMENT)
    (told,) = spelt(here, asked, Book(two, lead(3))).documents.values()
    assert [one["other"] for one in told["assessments"]] == ["zz-site/a2"]


def test_a_lead_that_is_not_there_is_refused(store):
    asked = Asked("p-0", 1, "DE", "Zz", {"L-0": LeadTerms()}, MOMENT)
    with pytest.raises(UsageError, match="no lead"):
        spelt(store, asked, Book())
