"""Roles count where the case knows its people, and two people are two names and two logins."""

import pytest

from fanal.errors import UsageError
from fanal.model.desk import Person
from fanal.pipeline.case import writing
from fanal.pipeline.permitted import permitted, two_people
from fanal.pipeline.said import Said
from makers.packages import ANNA, BERT, case

__all__ = ["case"]


@pytest.fixture
def store(case, settings):
    with writing(case, settings) as opened:
        yield opened


def registered(store, login, *roles, state="active"):
    with store.act("zz", "people") as act:
        told = (login, act.number, login, roles, state, "zz", "", ())
        act.put([Person(*told, "zz", "2026-01-01T00:00:00Z")])


def test_where_nobody_is_registered_nobody_is_refused(store):
    permitted(store, ANNA, "package")
    registered(store, "carl", "supervisor", state="ended")
    permitted(store, ANNA, "approve")


def test_where_people_are_registered_only_their_roles_count(store):
    registered(store, "anna", "exporter")
    permitted(store, ANNA, "package")
    permitted(store, ANNA, "approve", "package")
    with pytest.raises(UsageError, match="no role"):
        permitted(store, ANNA, "approve")
    with pytest.raises(UsageError, match=r"bert has no role"):
        permitted(store, BERT, "package")
    registered(store, "anna", "reviewer")
    with pytest.raises(UsageError, match="no role"):
        permitted(store, ANNA, "package")


@pytest.mark.parametrize(
    "other",
    [
        ANNA,
        Said("zz", "ANNA", "second"),
        Said("zz", "Ánna ", "second"),
        Said("zz", "somebody", "Anna"),
    ],
)
def test_the_same_name_or_login_is_one_person(other):
    two_people(ANNA, BERT, "drafted it")
    with pytest.raises(UsageError, match="anna drafted it"):
        two_people(ANNA, other, "drafted it")
