"""Packages at the desk: leads by country, a draft, a second person, an encrypted file, a recall."""

import pyrage
import pytest

from fanal.model.desk import AuditRecord
from fanal.model.package import Package
from fanal.pipeline.assess import assess
from fanal.web.book import Shelf
from makers.desk import client, desk_on
from makers.lead_desk import ANNA, ready
from makers.packages import identity

EXPORTER, SUPERVISOR = ("exporter",), ("supervisor",)


@pytest.fixture
def desk(led):
    with desk_on(led) as made:
        yield made


@pytest.fixture
def lead(desk):
    """A lead of Denmark that may leave, and an authority there."""
    return ready(desk)


def build(desk, leads="", login="zz-bert", **told):
    form = {"recipient": "0", "country": "DK", "handling": "H2", "terms": "", "operation": "zz"}
    form |= {"leads": leads, "reason": "zz-test-0001", **told}
    return client(desk, login, EXPORTER).form("/packages/build", form)


def drafted(desk, lead):
    answer = build(desk, lead)
    assert answer.status == 303, answer.text[-1500:]
    (made,) = desk.store.find(Package)
    return made.id


def act(desk, name, verb, login, roles, **told):
    form = {"reason": "zz-test-0001", **told}
    return client(desk, login, roles).form(f"/packages/{name}/{verb}", form)


def digest(desk, name):
    browser = client(desk, "zz", SUPERVISOR)
    return browser.get(f"/packages/{name}", accept="application/json").facts["digest"]


def test_countries_are_a_table_and_a_map_of_the_same_numbers(desk, lead):
    browser = client(desk, "zz", EXPORTER)
    (row,) = browser.get("/packages", accept="application/json").facts["countries"]
    assert (row["code"], row["name"]) == ("DK", "Denmark (DK)")
    text = browser.get("/packages").text
    assert "Denmark: 2" in text
    assert "phone" in row["families"]


def test_without_leads_the_page_says_so(bare):
    with desk_on(bare) as desk:
        says_so(desk)


def says_so(desk):
    text = client(desk, "zz", EXPORTER).get("/packages").text
    assert "No lead names a country yet" in text
    assert build(desk).status == 404


def test_two_people_take_a_package_from_a_draft_to_its_receiver(desk, lead):
    name = drafted(desk, lead)
    seen = digest(desk, name)
    page = client(desk, "zz-carla", SUPERVISOR).get(f"/packages/{name}").text
    assert f'value="{seen}"' in page
    assert "1 lead for Denmark" in page
    assert act(desk, name, "approve", "zz-carla", SUPERVISOR, seen=seen).status == 303
    sent = act(desk, name, "send", "zz-bert", EXPORTER)
    assert sent.status == 200
    assert sent.headers["content-disposition"] == f'attachment; filename="{name}.age"'
    assert b"manifest.json" in pyrage.decrypt(sent.body, [identity()])
    assert f'/packages/{name}"' in client(desk, "zz", EXPORTER).get("/packages").text
    back = act(desk, name, "recall", "zz-carla", SUPERVISOR)
    assert b"recall" in pyrage.decrypt(back.body, [identity()])
    states = [one.state for one in desk.store.find(Package, order=("number",))]
    assert states == ["draft", "approved", "sent", "recalled"]


def test_nobody_approves_their_own_draft(desk, lead):
    name = drafted(desk, lead)
    seen = digest(desk, name)
    refused = act(desk, name, "approve", "zz-bert", SUPERVISOR, seen=seen)
    assert refused.status == 400
    assert "another person" in refused.text
    assert [one.state for one in desk.store.find(Package)] == ["draft"]


def test_what_was_not_seen_as_it_is_now_is_not_approved(desk, lead):
    name = drafted(desk, lead)
    assert act(desk, name, "approve", "zz-carla", SUPERVISOR).status == 400
    seen = digest(desk, name)
    assess(desk.store, ANNA, "note", lead, "zz-more")
    assess(desk.store, ANNA, "category", lead, "witness")
    answer = act(desk, name, "approve", "zz-carla", SUPERVISOR, seen=seen)
    assert answer.status in {400, 503}
    assert [one.state for one in desk.store.find(Package)] == ["draft"]


def test_only_approved_packages_are_sent_and_a_draft_may_be_refused(desk, lead):
    name = drafted(desk, lead)
    assert act(desk, name, "send", "zz-bert", EXPORTER).status == 400
    assert act(desk, name, "refuse", "zz-carla", SUPERVISOR).status == 303
    assert act(desk, name, "approve", "zz-carla", SUPERVISOR, seen="00").status == 400


@pytest.mark.parametrize("verb", ["approve", "send", "recall"])
def test_whoever_acts_proved_who_they_are_just_before(desk, lead, verb, monkeypatch):
    name = drafted(desk, lead)
    monkeypatch.setattr(type(desk.sessions), "is_fresh", lambda *_: False)
    answer = act(desk, name, verb, "zz-carla", (*SUPERVISOR, *EXPORTER), seen=digest(desk, name))
    assert answer.status == 303
    assert answer.headers["location"] == "/prove?back=/packages"
    assert desk.store.count(Package) == 1


def test_a_lead_that_may_not_leave_is_named_and_keeps_the_draft_back(desk, lead):
    payer = desk.of(Shelf).book().of_account("zz-site", "3")
    answer = build(desk, f"{lead} {payer}")
    assert answer.status == 400
    assert payer in answer.text
    assert desk.store.count(Package) == 0


@pytest.mark.parametrize(
    "told",
    [
        {"recipient": "7"},
        {"country": "ZZ"},
        {"country": "DE"},
        {"leads": "<script>"},
        {"handling": "H9"},
        {"handling": "H3"},
        {"reason": ""},
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(desk, lead, told):
    answer = build(desk, **({"leads": lead} | told))
    assert answer.status == 400
    assert "<script>" not in answer.text
    assert desk.store.count(Package) == 0


@pytest.mark.parametrize(
    ("roles", "verb"), [(EXPORTER, "approve"), (SUPERVISOR, "send"), (("analyst",), "refuse")]
)
def test_a_step_needs_its_role(desk, lead, roles, verb):
    name = drafted(desk, lead)
    answer = act(desk, name, verb, "zz-carla", roles, seen="00")
    assert answer.status in {400, 403}
    assert [one.state for one in desk.store.find(Package)] == ["draft"]


def test_opening_a_package_is_in_the_log(desk, lead):
    name = drafted(desk, lead)
    client(desk, "zz-carla", SUPERVISOR).get(f"/packages/{name}")
    (line,) = desk.store.find(AuditRecord, action="read a package")
    assert (line.login, line.data) == ("zz-carla", {"package": name, "leads": [lead]})
    for odd in ("p-zz", "p-000000000000", "..%2f.."):
        assert client(desk, "zz", EXPORTER).get(f"/packages/{odd}").status == 404
