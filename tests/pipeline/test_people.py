import pytest

from fanal.errors import UsageError
from fanal.model.desk import AuditRecord, Person, Who
from fanal.pipeline.case import writing
from fanal.pipeline.people import (
    FIRST_ROLES,
    ONCE,
    New,
    add,
    change_roles,
    confirm,
    end,
    first,
    keep,
    people,
    renew,
    standings,
    supervisors,
    turn_down,
)

ANNA, BERTA, CARLA = (Who(login, login, (), "s") for login in ("anna", "berta", "carla"))

KEPT = "kept"


def new(login, roles=("reviewer",), name=""):
    return New(login, name or f"Person {login}", roles, KEPT)


@pytest.fixture
def store(case, settings):
    with writing(case, settings) as made:
        first(made, new("anna"))
        yield made


@pytest.fixture
def two(store):
    """A case with two supervisors."""
    add(store, ANNA, new("berta", ("reviewer", "supervisor")), "second supervisor")
    return store


def state(store, login):
    one = standings(store)[login]
    return (one.now and (one.now.state, one.now.roles), one.waiting and one.waiting.roles)


def said(store):
    return [(one.login, one.action) for one in store.find(AuditRecord)]


def test_the_first_person_has_all_but_the_auditors_role(store):
    assert people(store)["anna"].roles == FIRST_ROLES
    with pytest.raises(UsageError, match="has its first person"):
        first(store, new("berta"))
    assert said(store) == [("anna", "first person")]


def test_one_supervisor_adds_at_once_and_two_wait_for_each_other(two):
    add(two, ANNA, new("carla"), "joins")
    assert state(two, "carla") == (None, ("reviewer",))
    assert not standings(two)["carla"].is_active
    number = standings(two)["carla"].waiting.number
    with pytest.raises(UsageError, match="another supervisor"):
        confirm(two, ANNA, "carla", number)
    with pytest.raises(UsageError, match="changed meanwhile"):
        confirm(two, BERTA, "carla", number - 1)
    confirm(two, BERTA, "carla", number)
    assert state(two, "carla") == (("active", ("reviewer",)), None)
    assert people(two)["carla"].by == "berta"
    with pytest.raises(UsageError, match="changed meanwhile"):
        confirm(two, BERTA, "carla", number)  # it counts once


def test_a_change_of_roles_waits_and_the_old_ones_hold_meanwhile(two):
    change_roles(two, ANNA, "berta", ["reviewer", "supervisor", "exporter"], "exports too")
    assert state(two, "berta")[0] == ("active", ("reviewer", "supervisor"))
    turn_down(two, BERTA, "berta", standings(two)["berta"].waiting.number, "no need")
    assert state(two, "berta") == (("active", ("reviewer", "supervisor")), None)
    change_roles(two, ANNA, "berta", ["reviewer", "supervisor", "exporter"], "exports too")
    confirm(two, BERTA, "berta", standings(two)["berta"].waiting.number)
    assert state(two, "berta") == (("active", ("reviewer", "supervisor", "exporter")), None)


def test_whoever_is_no_supervisor_changes_nothing(two):
    add(two, ANNA, new("carla"), "joins")
    confirm(two, BERTA, "carla", standings(two)["carla"].waiting.number)
    before = two.last_act(Person)
    for attempt in (
        lambda: add(two, CARLA, new("dora"), "joins"),
        lambda: change_roles(two, CARLA, "carla", ["supervisor"], "please"),
        lambda: end(two, CARLA, "anna", "please"),
        lambda: renew(two, CARLA, "anna", f"{ONCE}x", "please"),
    ):
        with pytest.raises(UsageError, match="only a supervisor"):
            attempt()
    assert two.last_act(Person) == before


@pytest.mark.parametrize(
    "roles", [(), ("auditor", "reviewer"), ("admin",), ("auditor", "supervisor")], ids=str
)
def test_roles_that_do_not_go_together_are_refused(store, roles):
    with pytest.raises(UsageError):
        add(store, ANNA, new("berta", roles), "joins")
    with pytest.raises(UsageError):
        change_roles(store, ANNA, "anna", roles, "so")


@pytest.mark.parametrize("login", ["Anna", "ANNA", "anna", " anna "])
def test_two_logins_are_never_one_person(store, login):
    with pytest.raises(UsageError, match="of that login"):
        add(store, ANNA, new(login, name="Somebody Else"), "joins")


@pytest.mark.parametrize("name", ["person anna", "Person  Ánna", "PERSON-ANNA"])
def test_one_person_has_not_two_logins(store, name):
    with pytest.raises(UsageError, match="count as one person"):
        add(store, ANNA, new("berta", name=name), "joins")


@pytest.mark.parametrize("login", ["", "an na", "ann\u0430", "../x", "-x", "a" * 65, "a\u200bb"])
def test_a_login_is_plain(store, login):
    with pytest.raises(UsageError, match="a login has"):
        add(store, ANNA, new(login), "joins")


def test_the_last_supervisor_stays(two):
    end(two, ANNA, "berta", "left")
    for attempt in (
        lambda: end(two, ANNA, "anna", "leave"),
        lambda: change_roles(two, ANNA, "anna", ["reviewer"], "less"),
    ):
        with pytest.raises(UsageError, match="last supervisor"):
            attempt()
    assert supervisors(standings(two)) == {"anna"}


def test_ending_holds_at_once_and_what_waited_is_dropped(two):
    add(two, ANNA, new("carla"), "joins")
    end(two, BERTA, "carla", "not here")
    assert state(two, "carla")[0] == ("ended", ("reviewer",))
    assert standings(two)["carla"].waiting is None
    with pytest.raises(UsageError, match="ended before"):
        end(two, BERTA, "carla", "again")


def test_nobody_takes_the_place_of_another_alone(two):
    """Whoever has the code of a beginning has the place: a third supervisor agrees to it."""
    add(two, ANNA, new("carla", ("supervisor",)), "third")
    confirm(two, BERTA, "carla", standings(two)["carla"].waiting.number)
    renew(two, ANNA, "berta", f"{ONCE}2030 kept", "lost the key")
    assert people(two)["berta"].state == "waiting"
    assert standings(two)["berta"].now.password == KEPT
    number = standings(two)["berta"].waiting.number
    with pytest.raises(UsageError, match="themselves"):
        confirm(two, BERTA, "berta", number)
    confirm(two, CARLA, "berta", number)
    assert standings(two)["berta"].begins
    assert standings(two)["berta"].broken == people(two)["berta"].number


def test_who_changes_their_own_proofs_keeps_their_roles_and_drops_what_waits(two):
    change_roles(two, ANNA, "berta", ["reviewer"], "less")
    keep(two, BERTA, "a password was set", password=KEPT * 2)
    assert state(two, "berta") == (("active", ("reviewer", "supervisor")), None)
    assert people(two)["berta"].password == KEPT * 2
    last = list(two.find(AuditRecord))[-1]
    assert "dropped" in last.says


@pytest.mark.parametrize("reason", ["", "  ", "...", "two\nlines", "a\u202eb"])
def test_a_change_has_a_reason(store, reason):
    with pytest.raises(UsageError, match="say why"):
        end(store, ANNA, "anna", reason)


def test_every_change_is_in_the_audit_log(two):
    change_roles(two, ANNA, "berta", ["reviewer"], "less")
    confirm(two, BERTA, "berta", standings(two)["berta"].waiting.number)
    end(two, ANNA, "berta", "left")
    assert said(two) == [
        ("anna", "first person"),
        ("anna", "add person"),
        ("anna", "role change"),
        ("berta", "confirm person"),
        ("anna", "end person"),
    ]
