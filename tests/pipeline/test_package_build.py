"""A draft holds only what may leave, for one country, under terms that are said."""

from dataclasses import replace

import pytest

from fanal.errors import UsageError
from fanal.leads.fraud import CARD_SHARED
from fanal.model.desk import AuditRecord
from fanal.model.lead import CONTESTED, Country, Flag
from fanal.model.package import DRAFT, Package
from fanal.pipeline.assess import EVALUATION, RESTRICTION, Further, assess
from fanal.pipeline.case import writing
from fanal.pipeline.package_build import Wanted, build, guarded
from fanal.pipeline.package_leads import LeadTerms
from fanal.pipeline.packages import manifest_of, named, packages
from makers.handed import Book
from makers.packages import ANNA, LEAD, OTHER, case, plain, quick, ready, wanted
from makers.packages import settings as told

__all__ = ["case", "quick"]
pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def store(case, settings):
    with writing(case, settings) as opened:
        yield opened


def drafted(store, book, *leads, **given):
    return build(store, told(), ANNA, wanted(*leads, **given), book)


def test_a_draft_says_what_holds_for_each_lead(store):
    book = ready(store)
    made = drafted(store, book, of_lead={LEAD: LeadTerms("H3", "zz-only", "B", "3")}).package
    assert (made.version, made.state, made.country, made.handling) == (1, DRAFT, "DE", "H2")
    assert (made.leads[LEAD]["handling"], made.leads[LEAD]["terms"]) == ("H3", "zz-only")
    assert (made.leads[LEAD]["source"], made.leads[LEAD]["information"]) == ("B", "3")
    other = made.leads[OTHER]
    assert (other["handling"], other["source"], other["information"]) == ("H2", "X", "4")
    assert other["category"] == "suspect"
    assert made.losses
    assert packages(store) == [made]
    (line,) = store.find(AuditRecord, action="package drafted")
    assert line.data["leads"] == [LEAD, OTHER]
    assert (line.data["country"], line.login) == ("DE", "anna")


def test_nothing_is_evaluated_by_itself_but_what_people_said_counts(store):
    book = ready(store)
    assess(store, ANNA, EVALUATION, LEAD, "seen", Further(source="A", information="1"))
    made = drafted(store, book, of_lead={LEAD: LeadTerms("H1", "", "", "")}).package
    assert (made.leads[LEAD]["source"], made.leads[LEAD]["information"]) == ("A", "1")
    assert made.leads[LEAD]["handling"] == "H1"
    assert (made.leads[OTHER]["source"], made.leads[OTHER]["information"]) == ("X", "4")


def test_the_manifest_tells_no_case_and_no_count_of_others(store):
    book = ready(store)
    made = drafted(store, book, LEAD).package
    text = str(manifest_of(made))
    assert store.case_id not in text
    assert OTHER not in text
    assert made.version == 1


def contested(number):
    return plain(
        number,
        level=CONTESTED,
        countries=(Country("DE", possible=True), Country("FR", possible=True)),
    )


def test_a_contested_lead_goes_only_as_possible_with_the_conflict(store):
    book = ready(store, plain(1), contested(2))
    made = drafted(store, book).package
    assert (made.leads[OTHER]["possible"], made.leads[OTHER]["others"]) == (True, ["FR"])
    assert (made.leads[LEAD]["possible"], made.leads[LEAD]["others"]) == (False, [])


FRENCH = {"countries": (Country("FR", possible=False),)}
PAYMENT = {"flags": (Flag("payment only", "paid and nothing else"),)}
STOLEN = {"flags": (Flag(CARD_SHARED, "the card is on several persons"),)}
MINOR = {"flags": (Flag("possible minor", "born 2013 as the site has it"),)}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (FRENCH, "names FR and not DE"),
        ({"countries": ()}, "names no country"),
        (PAYMENT, "payment alone"),
        (STOLEN, "open flag"),
        (MINOR, "minor"),
    ],
)
def test_what_may_not_leave_is_refused_or_left_out(store, change, why):
    book = ready(store, plain(1), plain(2, **change))
    with pytest.raises(UsageError, match=f"{OTHER}: .*{why}"):
        drafted(store, book)
    made = drafted(store, book, skip=True)
    assert set(made.package.leads) == {LEAD}
    assert why in made.left_out[OTHER]
    with pytest.raises(UsageError, match=why):
        drafted(store, book, OTHER, skip=True)


def test_a_restricted_lead_stays(store):
    book = ready(store)
    assess(store, ANNA, RESTRICTION, OTHER, "restricted")
    with pytest.raises(UsageError, match="restricted"):
        drafted(store, book)


def test_a_lead_without_a_tier_stays(store):
    book = ready(store, plain(1))
    book.leads[OTHER] = plain(2)
    with pytest.raises(UsageError, match="tier"):
        drafted(store, book)


def test_an_agency_of_the_union_gets_leads_of_every_country(store):
    book = ready(store, plain(1, **FRENCH), contested(2), country="EU")
    made = drafted(store, book, country="EU").package
    assert (made.leads[LEAD]["possible"], made.leads[LEAD]["others"]) == (False, [])
    assert (made.leads[OTHER]["possible"], made.leads[OTHER]["others"]) == (True, ["DE", "FR"])


def test_a_transfer_without_ground_is_refused_with_all_that_is_missing(store):
    book = ready(
        store, plain(1, countries=(Country("AU", possible=False),)), name="ZZ Far", country="AU"
    )
    with pytest.raises(UsageError, match=r"--ground .*--ground-date.*--justification.*--consent"):
        drafted(store, book, LEAD, recipient="ZZ Far", country="AU")


def test_with_its_ground_it_is_drafted_and_the_condition_travels(store):
    transfer = {
        "ground": "38(1)(d)",
        "date": "2026-01-01",
        "justification": "zz-test-0001",
        "consent": "no other state supplied any",
    }
    book = ready(
        store,
        plain(1, countries=(Country("AU", possible=False),)),
        name="ZZ Far",
        country="AU",
        transfer=transfer,
    )
    made = drafted(store, book, LEAD, recipient="ZZ Far", country="AU").package
    assert made.data["transfer"]["ground"] == "38(1)(d)"
    assert "35(1)(e)" in manifest_of(made).notes[0]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"country": "FR"}, "not of FR"),
        ({"recipient": "nobody"}, "no recipient"),
        ({"handling": "H4"}, "no handling code"),
        ({"handling": "H3"}, "in words"),
        ({"terms": "zz\n"}, "printable"),
        ({"sender": ""}, "sender"),
        ({"of_lead": {LEAD: LeadTerms("H3")}}, "in words"),
        ({"of_lead": {LEAD: LeadTerms("H2", "", "A", "9")}}, "no evaluation"),
        ({"of_lead": {"L-zz": LeadTerms()}}, "no lead of this package"),
        ({"corrects": "p-000000000000"}, "no package"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(store, change, why):
    book = ready(store)
    with pytest.raises(UsageError, match=why):
        drafted(store, book, **change)
    assert not list(store.find(Package))


def test_leads_that_are_none_are_refused(store):
    book = ready(store)
    with pytest.raises(UsageError, match="no lead 'L-zz'"):
        drafted(store, book, "L-zz")
    with pytest.raises(UsageError, match="one lead at least"):
        build(store, told(), ANNA, Wanted("DE", "ZZ Receiver", (), "zz"), book)


def test_ids_tell_neither_order_nor_number(store):
    book = ready(store)
    ids = [drafted(store, book).package.id for _ in range(3)]
    assert len(set(ids)) == 3
    assert all(len(one) == 14 and one.startswith("p-") for one in ids)
    assert named(store, ids[0]).id == ids[0]


def test_the_guard_tells_of_each_lead_why(store):
    book = ready(store, plain(1), plain(2, **FRENCH))
    told_of = {lead.id: why for lead, _, why in guarded(store, book.leads, "DE", book)}
    assert told_of[LEAD] == ""
    assert "not DE" in told_of[OTHER]


def test_a_draft_is_made_of_leads_as_they_are(store):
    book = ready(store)
    first = drafted(store, book).package
    changed = Book(*(replace(one, level="moderate") for one in book.leads.values()))
    assert drafted(store, changed).package.leads == first.leads
