"""Members of the made-up site live, come and own as is assumed."""

from collections import Counter

import pytest

from fanal.demo import assumptions
from fanal.demo.site_cast import BEGAN, ENDED, World
from fanal.demo.site_people import DORMITORY, FAMILY, Population, counts, pick


@pytest.fixture(scope="module")
def crowd():
    crowd = Population(World(5000, 9, (), ()))
    for _ in range(5000):
        crowd.phone(crowd.person())
    return crowd


def test_people_come_as_often_in_each_way_as_assumed(crowd):
    told = Counter(person.habit for person in crowd.people)
    for habit, share in assumptions.HABITS.items():
        assert abs(told[habit] / 50 - share) < 2.5, habit


def test_who_shares_a_line_lives_in_one_country_and_is_no_crowd(crowd):
    households: dict[int, list] = {}
    for person in crowd.people:
        if person.household >= 0:
            households.setdefault(person.household, []).append(person)
    for members in households.values():
        assert len({(one.land.code, one.slot, one.habit, one.lease) for one in members}) == 1
        assert len(members) <= (FAMILY if members[0].habit == "family" else DORMITORY)
    assert any(len(members) > 1 for members in households.values())
    person = next(one for one in crowd.people if one.habit == "family" and crowd.relative(one))
    other = crowd.relative(person)
    assert other.household == person.household
    assert other is not person
    loner = next(one for one in crowd.people if one.habit == "home")
    assert crowd.relative(loner) is None


def test_phones_are_abroad_lent_and_used_again_as_seldom_as_assumed(crowd):
    people = [one for one in crowd.people if not one.lent]
    abroad = sum(one.phone_land != one.land.code for one in people) / len(people)
    assert abs(abroad - assumptions.PHONE_ABROAD) < 0.015
    lent = 1 - len(people) / len(crowd.people)
    assert abs(lent - assumptions.VIRTUAL) < 0.006
    first = crowd.people[0]
    assert crowd.phone(first) == first.phone


def test_who_travels_is_elsewhere_for_days_while_the_site_is_there(crowd):
    trips = [one for one in crowd.people if one.trip]
    assert abs(len(trips) / len(crowd.people) - assumptions.TRAVELS) < 0.015
    for one in trips:
        first, last, land = one.trip
        assert BEGAN <= first < last <= ENDED
        assert assumptions.TRIP[0] <= (last - first) / 86400 <= assumptions.TRIP[1]
        assert land is not one.land


def test_as_many_accounts_are_dealt_out_as_there_are():
    world = World(1000, 1, (), ())
    told = list(counts(world, world.random("zz")))
    assert sum(told) == 1000
    assert set(told) <= set(range(1, 7))


def test_a_name_without_weight_is_never_picked():
    random = World(1, 1, (), ()).random("zz")
    assert {pick(random, {"a": 1, "b": 0}) for _ in range(50)} == {"a"}
