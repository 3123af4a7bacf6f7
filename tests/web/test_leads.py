"""The table of leads at the desk: filters, search, and what of it is in the log."""

import hashlib
import re
import shutil

import pytest

from fanal.model.desk import AuditRecord
from fanal.pipeline.leads import resolve_in
from fanal.pipeline.progress import Silent
from fanal.settings import Settings
from makers.canonical_site import account, add_site, login
from makers.desk import client, desk_on

ANALYST = ("analyst",)
HOSTILE = "<script>zz</script>\u202e\x1b[2J"


@pytest.fixture
def desk(own):
    with desk_on(own) as made:
        yield made


@pytest.fixture(scope="module")
def made(reviewed, tmp_path_factory):
    """The demonstration's case with three accounts of one site, one with a hostile name."""
    case = shutil.copytree(reviewed, tmp_path_factory.mktemp("leads") / "case")
    with desk_on(case) as desk:
        fill(desk)
    return case


@pytest.fixture
def resolved(made, tmp_path):
    with desk_on(shutil.copytree(made, tmp_path / "led")) as desk:
        yield desk


def fill(desk):
    phone = {"phone": "+4520123456", "phone_raw": "20 12 34 56", "phone_confirmed": True}
    accounts = [
        account("1", phone_region="DK", **phone),
        account("2", username=HOSTILE),
        account("3", username="zz-three"),
    ]
    logins = [login(name, f"2024-03-0{name} 10:00:00", f"240.0.0.{name}") for name in "123"]
    add_site(desk.store, "zz-site", account=accounts, login=logins)
    resolve_in(desk.store, Settings(), Silent())


def rows(desk, query="", roles=ANALYST):
    return client(desk, "zz", roles).get(f"/leads{query}", accept="application/json").facts


def test_a_case_without_leads_says_how_they_are_made(desk):
    text = client(desk, "zz", ANALYST).get("/leads").text
    assert "fanal leads resolve" in text
    assert rows(desk) == {"total": 0, "rows": []}


def test_each_lead_is_a_row_the_newest_first(resolved):
    facts = rows(resolved)
    assert facts["total"] == 3
    assert [one["last"] for one in facts["rows"]] == ["2024-03-03", "2024-03-02", "2024-03-01"]
    page = client(resolved, "zz", ANALYST).get("/leads").text
    assert [f"/lead/{one['number']}" in page for one in facts["rows"]] == [True] * 3
    assert "1 seized site" in page


def test_a_hostile_name_is_spelt_out(resolved):
    page = client(resolved, "zz", ANALYST).get("/leads").text
    assert "<script>zz" not in page
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert "&lt;script&gt;" in page


def test_filters_are_codes_and_anything_else_is_refused(resolved):
    level = rows(resolved)["rows"][0]["level"]
    assert rows(resolved, f"?level={level}")["total"] >= 1
    for query in ("?level=zz", "?country=XX", "?flag=%3Cscript%3E", "?deed=zz"):
        answer = client(resolved, "zz", ANALYST).get(f"/leads{query}")
        assert answer.status == 400
        assert "<script>" not in answer.text


def test_what_is_looked_for_stands_in_the_log_and_in_no_address(resolved):
    sent = client(resolved, "zz", ANALYST).form("/leads", {"search": "zz-three"})
    assert sent.status == 200
    assert len(re.findall(r'href="/lead/L-', sent.text)) == 1
    assert "search=" not in sent.text
    (line,) = (
        one for one in resolved.store.find(AuditRecord, action="list leads") if "words" in one.data
    )
    assert line.data["words"] == "zz-three"
    assert line.data["sha256"] == hashlib.sha256(b"zz-three").hexdigest()
    assert line.login == "zz"
    assert client(resolved, "zz", ANALYST).form("/leads", {"search": " "}).status == 400


@pytest.mark.parametrize("roles", [("reviewer",), ("importer",), ("auditor",)])
def test_who_works_on_pictures_or_the_log_sees_no_lead(resolved, roles):
    browser = client(resolved, "zz", roles)
    name = rows(resolved)["rows"][0]["number"]
    for path in ("/leads", f"/lead/{name}", f"/lead/{name}/graph"):
        assert browser.get(path).status == 403


def test_leads_that_are_resolved_anew_are_shown(resolved):
    assert rows(resolved)["total"] == 3
    more = [account(name) for name in "1234"]
    logins = [login(name, f"2024-03-0{name} 10:00:00") for name in "1234"]
    add_site(resolved.store, "zz-other", account=more, login=logins)
    resolve_in(resolved.store, Settings(), Silent())
    assert rows(resolved)["total"] > 3
