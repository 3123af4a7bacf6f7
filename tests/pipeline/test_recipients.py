"""Authorities are kept as events; what a country asks for is asked for before a package goes."""

from dataclasses import replace

import pytest

from fanal.errors import UsageError
from fanal.model.desk import AuditRecord, Person
from fanal.model.package import Recipient
from fanal.pipeline.case import writing
from fanal.pipeline.recipients import ENDED, New, active, add, end, group, missing, recipients
from makers.packages import ANNA, BERT, case, public

NEW = New("ZZ Receiver", "DE", public(), "ab" * 32)


__all__ = ["case"]


@pytest.fixture
def store(case, settings):
    with writing(case, settings) as opened:
        yield opened


def test_the_last_word_counts(store):
    add(store, ANNA, NEW)
    add(store, BERT, replace(NEW, age_key=public(2)))
    assert active(store, NEW.name).age_key == public(2)
    assert store.count(Recipient) == 2
    assert [one.login for one in store.find(AuditRecord, action="recipient")] == ["anna", "bert"]


def test_an_ended_one_gets_no_package(store):
    add(store, ANNA, NEW)
    end(store, ANNA, NEW.name)
    assert recipients(store)[NEW.name].state == ENDED
    with pytest.raises(UsageError, match="no recipient"):
        active(store, NEW.name)
    with pytest.raises(UsageError, match="no recipient"):
        end(store, ANNA, NEW.name)
    add(store, ANNA, NEW)
    assert active(store, NEW.name).age_key == public()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"name": ""}, "printable name"),
        ({"name": " zz"}, "printable name"),
        ({"name": "zz\n"}, "printable name"),
        ({"name": "z" * 300}, "characters"),
        ({"country": "de"}, "no country"),
        ({"country": "DEU"}, "no country"),
        ({"age_key": "age1zz"}, "no public age key"),
        ({"signing_key": "zz"}, "no Ed25519"),
        ({"transfer": {"ground": "39"}}, "no ground"),
        ({"transfer": {"other": "zz"}}, "of a transfer"),
        ({"transfer": {"consent": "zz\u202e"}}, "of a transfer"),
    ],
)
def test_what_cannot_be_is_refused(store, change, why):
    with pytest.raises(UsageError, match=why):
        add(store, ANNA, replace(NEW, **change))
    assert not recipients(store)


def test_a_name_stays_in_its_country(store):
    add(store, ANNA, NEW)
    with pytest.raises(UsageError, match="authority of DE"):
        add(store, ANNA, replace(NEW, country="AU"))


def test_a_country_without_adequacy_asks_for_more(store):
    there = add(store, ANNA, replace(NEW, name="ZZ Far", country="AU"))
    assert group(there).name == "no adequacy decision"
    assert len(missing(there)) == 4
    assert missing(add(store, ANNA, NEW)) == ()


def test_where_people_have_roles_only_they_add(store):
    with store.act("zz", "people") as act:
        act.put(
            [
                Person(
                    *("anna", act.number, "Anna", ("analyst",), "active", "zz", "", ()),
                    *("zz", "2026-01-01T00:00:00Z"),
                )
            ]
        )
    for said in (ANNA, BERT):
        with pytest.raises(UsageError, match="no role"):
            add(store, said, NEW)
