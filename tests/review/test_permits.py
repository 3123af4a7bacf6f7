from itertools import combinations

import pytest

from fanal.review.permits import AUDITOR, PERMITS, ROLES, SUPERVISOR, allowed, unfit

PICTURES = ("covered", "reveal")


def test_an_auditor_sees_no_picture_and_decides_nothing():
    """OWASP ASVS 5.0, 8.2: what a role may do is listed; the rest it may not."""
    may = {permit for permit in PERMITS if allowed([AUDITOR], permit)}
    assert may == {"own", "overview", "audit"}


def test_no_roles_may_nothing_and_everybody_may_what_asks_for_nothing():
    assert not any(allowed([], permit) for permit in PERMITS)
    assert not any(allowed(["admin", "", "Reviewer"], permit) for permit in PERMITS)
    assert allowed([], "")


def test_a_permit_that_is_not_listed_nobody_has():
    assert not allowed(ROLES, "everything")


def test_only_supervisors_change_people_and_limits():
    for permit in ("people", "limits"):
        assert [role for role in ROLES if allowed([role], permit)] == [SUPERVISOR]


@pytest.mark.parametrize("count", range(1, len(ROLES) + 1))
def test_no_set_of_roles_that_fits_joins_the_log_s_checker_with_pictures(count):
    for roles in combinations(ROLES, count):
        fits = unfit(roles) == ""
        assert fits == (AUDITOR not in roles or count == 1)
        if fits and AUDITOR in roles:
            assert not any(allowed(roles, permit) for permit in PICTURES)


@pytest.mark.parametrize("roles", [[], ["admin"], ["reviewer", "root"], ["REVIEWER"], [""]])
def test_roles_that_are_none_do_not_fit(roles):
    assert unfit(roles)
