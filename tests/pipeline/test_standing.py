"""Where a lead stands by facts and people; the guard lets no payment pass for a suspect."""

from dataclasses import replace

import pytest

from fanal.errors import UsageError
from fanal.leads.naming import lead_id
from fanal.model import lead as nouns
from fanal.model.lead import Country
from fanal.pipeline.assess import Further, assess, take_back
from fanal.pipeline.standing import barriers, is_juvenile, may_leave, open_flags, standing
from makers.cases import opened
from makers.deciding import said
from makers.leads import account, deed, flag, lead

SITE = "zz-site"


@pytest.fixture
def store(tmp_path):
    with_store = opened(tmp_path / "case")
    yield with_store
    with_store.close()


@pytest.fixture
def tiered(store):
    """Give a lead of these facts a tier; return how it stands."""

    def make(one):
        more = Further(data={"accounts": [f"{a.site}/{a.id}" for a in one.accounts]})
        assess(store, said("Tier"), "tier", one.id, "2", more)
        return now(store, one)

    return make


def now(store, one):
    return standing(store, [one.id], {one.id: one})[one.id]


def says(store, by, kind, one, value, **more):
    return assess(store, said(by), kind, one.id, value, Further(**more))


def test_without_people_only_what_the_facts_allow_stands(store):
    one = lead(1)
    stands = now(store, one)
    assert (stands.category, stands.category_says) == (one.category, one.category_says)
    assert (stands.tier, stands.outcome, stands.restriction, stands.juvenile) == ("",) * 4
    assert stands.waits == ("a named officer has to set its tier",)


def test_the_last_word_wins_until_it_is_taken_back(store):
    one = lead(1)
    says(store, "Anna", "category", one, "witness")
    second = says(store, "Béla", "category", one, "victim")
    stands = now(store, one)
    assert stands.category == "victim"
    assert "Béla" in stands.category_says
    take_back(store, said("Anna"), second.id)
    stands = now(store, one)
    assert stands.category == "witness"
    assert second.id in stands.gone
    assert len(stands.assessments) == 3


def test_a_lead_with_an_access_and_a_tier_may_leave(store, tiered):
    one = lead(1)
    assert may_leave(one, now(store, one)) == "a named officer has to set its tier"
    assert may_leave(one, tiered(one)) == ""


@pytest.mark.parametrize("word", ["", "suspect", "convicted"])
@pytest.mark.parametrize(
    "facts",
    [{"flags": (flag(),)}, {"deeds": (deed(nouns.PAID),)}, {"deeds": ()}],
    ids=["flag", "deeds", "nothing"],
)
def test_a_payment_alone_never_leaves_whatever_people_say(store, tiered, word, facts):
    one = lead(1, category="uncategorised", **facts)
    if word:
        says(store, "Anna", "category", one, word)
        says(store, "Béla", "category", one, word)
    assert "a payment alone makes nobody a suspect" in may_leave(one, tiered(one))


def test_a_victim_of_a_stolen_card_may_be_told_as_a_witness(store, tiered):
    one = lead(1, flags=(flag(),), category="uncategorised")
    says(store, "Anna", "category", one, "witness")
    assert may_leave(one, tiered(one)) == ""


def test_a_flag_of_fraud_is_open_until_two_people_under_two_logins_clear_it(store, tiered):
    one = lead(1, flags=(flag("chargeback"),))
    seen = {"other": "chargeback", "data": {"says": one.flags[0].says}}
    assert "open flag: chargeback" in may_leave(one, tiered(one))
    says(store, "Anna", "fraud", one, "cleared", **seen)
    assert "a second person" in now(store, one).waits[0]
    more = Further(**seen)
    assess(store, said("Anna again", "Anna"), "fraud", one.id, "cleared", more)
    assess(store, said("anna", "other"), "fraud", one.id, "cleared", more)
    assert open_flags(one, now(store, one)), "one name or one login is one person"
    says(store, "Béla", "fraud", one, "cleared", **seen)
    assert may_leave(one, now(store, one)) == ""


def test_whoever_upholds_a_flag_keeps_it_open(store, tiered):
    one = lead(1, flags=(flag("refunded"),))
    seen = {"other": "refunded", "data": {"says": one.flags[0].says}}
    for by in ("Anna", "Béla"):
        says(store, by, "fraud", one, "cleared", **seen)
    held = says(store, "Chloé", "fraud", one, "confirmed", **seen)
    assert "open flag" in may_leave(one, tiered(one))
    with pytest.raises(UsageError, match="neither of you takes back"):
        take_back(store, said("Anna"), held.id)
    take_back(store, said("Chloé"), held.id)
    assert may_leave(one, now(store, one)) == ""


def test_what_comes_to_light_after_a_flag_was_cleared_opens_it_again(store, tiered):
    before = lead(1, flags=(flag("refunded"),))
    seen = {"other": "refunded", "data": {"says": before.flags[0].says}}
    for by in ("Anna", "Béla"):
        says(store, by, "fraud", before, "cleared", **seen)
    later = lead(1, flags=(nouns.Flag("refunded", "refunded, as further rows say"),))
    assert may_leave(before, tiered(before)) == ""
    assert "open flag: refunded, as further rows say" in may_leave(later, tiered(later))


def test_a_possible_minor_leaves_the_list_of_adults(store, tiered):
    by_facts = lead(1, flags=(flag("possible minor"),))
    assert is_juvenile(by_facts, tiered(by_facts))
    assert "minor" in may_leave(by_facts, now(store, by_facts))
    says(store, "Anna", "juvenile", by_facts, "adult")
    assert may_leave(by_facts, now(store, by_facts)) == ""
    by_people = lead(2)
    says(store, "Anna", "juvenile", by_people, "possible minor")
    assert "minor" in may_leave(by_people, tiered(by_people))


def test_a_restricted_lead_stays(store, tiered):
    one = lead(1)
    says(store, "Anna", "restriction", one, "restricted")
    assert "restricted" in may_leave(one, tiered(one))
    says(store, "Anna", "restriction", one, "lifted")
    assert may_leave(one, now(store, one)) == ""


def test_contested_countries_leave_as_possible_ones_only(store, tiered):
    one = lead(1, countries=("DE", "PL"))
    assert may_leave(one, tiered(one)) == ""
    sure = replace(
        lead(2, countries=("DE", "PL")),
        countries=(Country("DE", possible=False), Country("PL", possible=True)),
    )
    assert "contested" in may_leave(sure, tiered(sure))


def test_every_reason_is_told(store):
    one = lead(1, flags=(flag(), flag("chargeback"), flag("possible minor"), flag("many accounts")))
    says(store, "Anna", "restriction", one, "restricted")
    assert len(barriers(one, now(store, one))) == 5


def test_what_was_said_of_a_lead_holds_after_it_was_joined(store):
    own = [lead_id(store.case_id, SITE, str(number)) for number in (1, 2)]
    assess(store, said("Anna"), "restriction", own[1], "restricted")
    assess(store, said("Anna"), "tier", own[1], "1", Further(data={"accounts": [f"{SITE}/2"]}))
    joined = replace(lead(1, (account(1), account(2))), id=own[0])
    stands = now(store, joined)
    assert "restricted" in may_leave(joined, stands)
    assert stands.tier == "1"
    assert stands.tier_waits == (
        "its tier was set before 1 more account joined it: a named officer has to set it again"
    )


def test_restrictions_and_minors_follow_accounts_that_were_parted(store):
    own = [lead_id(store.case_id, SITE, str(number)) for number in (1, 2)]
    both = Further(data={"accounts": [f"{SITE}/1", f"{SITE}/2"]})
    minor = assess(store, said("Anna"), "juvenile", own[0], "possible minor", both)
    assess(store, said("Anna"), "category", own[0], "witness", both)
    parted = replace(lead(2, (account(2),)), id=own[1])
    stands = now(store, parted)
    assert (stands.juvenile, stands.category) == ("possible minor", parted.category)
    take_back(store, said("Anna"), minor.id)
    assert now(store, parted).juvenile == ""


@pytest.mark.parametrize(
    ("kind", "keeps", "ends"),
    [("restriction", "restricted", "lifted"), ("juvenile", "possible minor", "adult")],
)
def test_what_ends_for_one_account_does_not_end_for_another_that_joins_it(store, kind, keeps, ends):
    alone = [Further(data={"accounts": [f"{SITE}/{number}"]}) for number in (1, 2)]
    own = [lead_id(store.case_id, SITE, str(number)) for number in (1, 2)]
    assess(store, said("Anna"), kind, own[0], keeps, alone[0])
    assess(store, said("Béla"), kind, own[1], keeps, alone[1])
    assess(store, said("Béla"), kind, own[1], ends, alone[1])
    joined = replace(lead(1, (account(1), account(2))), id=own[0])
    word = "restricted" if kind == "restriction" else "minor"
    assert word in may_leave(joined, now(store, joined))
    both = Further(data={"accounts": [f"{SITE}/1", f"{SITE}/2"]})
    assess(store, said("Anna"), kind, own[0], ends, both)
    assert word not in may_leave(joined, now(store, joined))


def test_an_adult_who_is_joined_to_a_possible_minor_is_looked_at_anew(store):
    own = [lead_id(store.case_id, SITE, str(number)) for number in (1, 2)]
    one = Further(data={"accounts": [f"{SITE}/1"]})
    assess(store, said("Anna"), "juvenile", own[0], "adult", one)
    both = (account(1), account(2))
    joined = replace(lead(1, both, flags=(flag("possible minor"),)), id=own[0])
    assert "minor" in may_leave(joined, now(store, joined))


def test_a_lead_of_which_nothing_is_at_hand_is_uncategorised(store):
    assert standing(store, ["L-none"])["L-none"].category == "uncategorised"
