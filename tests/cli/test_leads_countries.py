"""Commands of addresses, requests, law and periods, from the file to what is written out."""

import json

import pytest

from fanal.cli.leads import COMMANDS
from fanal.pipeline.leads import book, resolve_in
from fanal.pipeline.progress import Silent
from fanal.settings import Settings
from makers.canonical_site import account, add_site, event, login
from makers.cases import opened
from makers.program import called

LAND = "start,end,cc\n240.1.0.0,240.1.255.255,DE\n240.9.0.0,240.8.0.0,DE\n"
NETS = "start,end,mark,name\n240.1.0.0,240.1.0.255,mobile,ZZ \x1b[31mMobile\n"
ACCOUNT = {"phone": "+491713920012", "phone_region": "DE", "phone_confirmed": True}


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command of `fanal leads` on one case, as one of two logins; return what it says."""
    monkeypatch.setenv("FANAL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FANAL_KEY", str(tmp_path / "home" / "signing.key"))
    monkeypatch.setenv("FANAL_CASE", str(tmp_path / "case"))
    store = opened(tmp_path / "case")
    logins = [login("a", f"2024-02-0{day} 10:00:00", "240.1.0.1", port=7) for day in (1, 2, 3)]
    add_site(
        store,
        account=[account("a", **ACCOUNT)],
        login=logins,
        media_event=[event("a", "2024-02-01 11:00:00")],
    )
    store.close()

    def command(*arguments, code=0, login="anna"):
        monkeypatch.setattr("fanal.pipeline.said.login", lambda: login)
        monkeypatch.setenv("FANAL_ACTOR", login.title())
        capsys.readouterr()
        assert called("leads", *arguments) == code
        out = capsys.readouterr()
        return out.out if code == 0 else out.err

    return command


def add(run, tmp_path, name, text, kind):
    (tmp_path / f"{name}.csv").write_text(text)
    told = ("--kind", kind, "--date", "2024-01-01", "--name", name, "--licence", "zz terms")
    return run("addresses", "add", str(tmp_path / f"{name}.csv"), *told)


def resolved(tmp_path):
    store = opened(tmp_path / "case")
    resolve_in(store, Settings(), Silent())
    with book(store) as leads:
        found = leads.lead(leads.of_account("zz-site", "a"))
    store.close()
    return found


def test_addresses_are_added_listed_checked_and_set_aside(run, tmp_path):
    said = add(run, tmp_path, "lands", LAND, "country")
    assert "lands of 2024-01-01: 2 rows read, 1 ranges (country)" in said
    assert "not taken: last address before the first 1" in said
    assert "last address before the first: first in line 3" in said
    assert "lands: files unchanged, 1 of 1 ranges found" in run("addresses", "check")
    (told,) = map(json.loads, run("addresses", "list", "--json").splitlines())
    assert (told["name"], told["licence"], told["set_aside"]) == ("lands", "zz terms", "")
    run("addresses", "set-aside", "lands", "--reason", "wrong day")
    assert "no: wrong day" in run("addresses", "list")


def test_a_lead_gets_its_countries_and_a_provider_is_asked_by_two_persons(run, tmp_path):
    add(run, tmp_path, "lands", LAND, "country")
    add(run, tmp_path, "nets", NETS, "network")
    lead = resolved(tmp_path)
    assert (lead.level, [one.country for one in lead.countries]) == ("strong", ["DE"])
    listed = run("requests", "list", lead.id)
    assert "\x1b" not in listed
    (told,) = map(json.loads, run("requests", "list", lead.id, "--json").splitlines())
    assert (told["country"], told["lines"], told["cannot"]) == ("DE", 3, 3)
    wanted = ("--country", "DE", "--provider", told["provider"], "--destination", "203.0.113.7:443")
    basis = ("--legal-basis", "zz-act", "--deadline", "2026-12-24", "--reason", "zz-purpose")
    id_ = run("requests", "prepare", lead.id, *wanted, *basis).partition(":")[0]
    shown = run("requests", "show", id_)
    assert "measured clock" in shown
    assert "clock: not measured" in shown
    assert "prepared by Anna" in run("requests", "sign", id_, "--reason", "seen", code=2)
    run("requests", "sign", id_, "--reason", "seen", login="berta")
    out = tmp_path / "out.html"
    run("requests", "export", id_, "--out", str(out), "--reason", "sent")
    assert out.with_suffix(".csv").is_file()
    assert "signed by Berta" in run("requests", "list")


def test_law_is_set_shown_and_asked_of_a_lead(run, tmp_path):
    add(run, tmp_path, "lands", LAND, "country")
    lead = resolved(tmp_path)
    assert "no table of law" in run("law", "show")
    file = tmp_path / "law.toml"
    file.write_text(
        '[[rule]]\ncountry = "DE"\nconduct = "view"\nmaterial = "real"\nin_force = 2015-01-01\n'
        'source = "zz-act"\nchecked_by = "Zz Jurist"\n'
    )
    assert "2015-01-01" in run("law", "check", str(file))
    assert "1 rules" in run("law", "set", str(file))
    (told,) = map(json.loads, run("law", "show", "--json").splitlines())
    assert told["country"] == "DE"
    says = run("law", "of", lead.id)
    assert "DE, view, real: punishable since 2015-01-01" in says
    assert "DE, view, realistic AI: the table of law says nothing of it" in says


def test_periods_are_started_listed_and_ended(run):
    assert "preservation order" in run("clocks", "rules")
    told = ("--rule", "information", "--began", "2024-03-01T10:00:00Z", "--reason", "zz-order")
    id_ = run("clocks", "start", "L-1", *told).partition(":")[0]
    assert "overdue" in run("clocks", "list", "--due")
    run("clocks", "end", id_, "--outcome", "met", "--reason", "answered")
    (found,) = map(json.loads, run("clocks", "list", "--json").splitlines())
    assert (found["state"], found["deadline"]) == ("met", "2024-03-08T10:00:00+00:00")
    assert id_ not in run("clocks", "list", "--due")


def test_the_groups_are_in_the_table_of_commands():
    assert COMMANDS["addresses"] == "fanal.cli.leads_addresses:addresses"
    assert COMMANDS["requests"] == "fanal.cli.leads_requests:requests"
    assert COMMANDS["clocks"] == "fanal.cli.leads_clocks:clocks"
    assert COMMANDS["law"] == "fanal.cli.leads_law:law"
