"""The commands that resolve, list, show, join, part and take back."""

import hashlib
import json

import pytest

from fanal.cli.leads_join import join, part, undo
from fanal.cli.leads_list import countries
from fanal.cli.leads_propose import propose
from fanal.cli.leads_resolve import resolve
from fanal.cli.leads_show import show
from fanal.cli.main import main
from fanal.model.desk import AuditRecord
from fanal.model.lead import Assessment, Country
from fanal.pipeline import leads
from makers.canonical_site import account, add_site, event, login, payment
from makers.cases import opened

PHONE = "+99955501"
HOSTILE = "zz\u202eevil\x1b[2J\n"


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("zz")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FANAL_HOME", str(folder / "home"))
        patch.setenv("FANAL_KEY", str(folder / "key"))
        patch.setenv("FANAL_CASE", str(folder / "case"))
        patch.setenv("FANAL_ACTOR", "Zz Analyst")
        store = opened(folder / "case")
        add_site(
            store,
            account=[
                account("a", phone=PHONE, phone_confirmed=True),
                account("b", phone=PHONE, phone_confirmed=True),
                account("c", username=HOSTILE),
                account("idle"),
            ],
            login=[login("a", "2024-03-01 10:00:00")],
            payment=[payment("b", "2024-03-05", payer_name="Zz Owner", billing_checked="failed")],
            media_event=[event("c", "2024-03-03")],
        )
        store.close()
        assert run("leads", "resolve") == 0
        yield folder / "case"


def run(*arguments):
    with pytest.raises(SystemExit) as done:
        main(list(arguments))
    return done.value.code or 0


def told(capsys, *arguments):
    capsys.readouterr()
    assert run(*arguments) == 0
    return capsys.readouterr()


def lines(capsys, *arguments):
    return [json.loads(line) for line in told(capsys, *arguments, "--json").out.splitlines()]


def test_resolve_counts(case, capsys):
    (made,) = lines(capsys, "leads", "resolve")
    assert (made["accounts"], made["persons"], made["leads"], made["new"]) == (4, 3, 2, False)
    out = told(capsys, "leads", "resolve").out
    assert "4 accounts, 3 persons; 2 of them did something that is known" in out
    assert "nothing is different" in out


def test_list_shows_filters_and_counts(case, capsys):
    rows = lines(capsys, "leads", "list")
    assert [row["accounts"] for row in sorted(rows, key=lambda row: row["accounts"])] == [1, 2]
    assert len(lines(capsys, "leads", "list", "--deed", "fetched")) == 1
    assert len(lines(capsys, "leads", "list", "--flag", "billing check failed")) == 1
    assert lines(capsys, "leads", "list", "--country", "de", "--sure") == []
    assert len(lines(capsys, "leads", "list", "--search", PHONE)) == 1
    shown = told(capsys, "leads", "list", "--limit", "1")
    assert "the first 1 of 2: --all shows them" in shown.err
    shown = told(capsys, "leads", "list", "--all", "--sort", "last")
    assert "1 accounts did nothing that is known, and are no lead" in shown.err
    assert "\x1b" not in shown.out
    assert "\u202e" not in shown.out
    assert run("leads", "list", "--category", "guilty") == 2


def test_show_records_that_it_was_read_and_shows_all_of_it(case, capsys):
    rows = {row["accounts"]: row["id"] for row in lines(capsys, "leads", "list")}
    out = told(capsys, "leads", "show", rows[2], "--refs", "--purpose", "zz-purpose").out
    for part_ in (
        "uncategorised",
        "! billing check failed: the processor's check of the billing address failed",
        "Zz Owner  (payer: may be another person's)",
        f"{'phone':<18} {PHONE}  (confirmed)",
        "zz-site/a = zz-site/b  same confirmed phone",
        "      zz-site: shop, raw_payment, byte 1,000, 80 bytes",
    ):
        assert part_ in out
    out = told(capsys, "leads", "show", rows[1]).out
    assert "zz\\u202eevil\\u001b[2J\\u000a" in out
    assert "no lead" not in out
    (whole,) = lines(capsys, "leads", "show", rows[2])
    assert whole["standing"]["category"] == "uncategorised"
    assert {one["of"] for one in whole["identifiers"]} == {"account", "payer"}
    store = opened(case, writing=False)
    read = list(store.find(AuditRecord, action="consult"))
    store.close()
    assert [one.purpose for one in read if one.purpose] == ["zz-purpose"]
    assert {one.data["lead"] for one in read} == set(rows.values())
    assert run("leads", "show", "L-000000000000") == 2


def test_join_part_and_undo_are_events_that_resolve_follows(case, capsys):
    before = lines(capsys, "leads", "resolve")[0]["sha256"]
    (made,) = lines(capsys, "leads", "join", "zz-site/a", "zz-site/c", "--reason", "zz-grounds")
    assert (made["a"], made["b"], made["value"]) == ("zz-site/a", "zz-site/c", "same")
    assert "older than what they hang on" in told(capsys, "leads", "list").err
    assert lines(capsys, "leads", "resolve")[0]["persons"] == 2
    (apart,) = lines(capsys, "leads", "part", "zz-site/a", "zz-site/b", "--reason", "zz-grounds")
    assert lines(capsys, "leads", "resolve")[0]["persons"] == 3
    for one in (made, apart):
        said = told(capsys, "leads", "undo", one["id"], "--reason", "zz-mistake").out
        assert f"{one['id']} is taken back" in said
    assert lines(capsys, "leads", "resolve")[0]["sha256"] == before
    store = opened(case, writing=False)
    said = list(store.find(Assessment, kind="same person"))
    store.close()
    assert len(said) == 4
    assert {one.by for one in said} == {"Zz Analyst"}
    assert run("leads", "undo", made["id"], "--reason", "again") == 2
    assert run("leads", "join", "zz-site/a", "zz-site/a", "--reason", "zz") == 2
    assert run("leads", "join", "zz-site/a", "zz-site/c") == 2


def test_propose_joins_nobody(case, capsys):
    pytest.importorskip("splink")
    shown = told(capsys, "leads", "propose")
    assert "pairs are proposed, none is joined" in shown.err
    assert lines(capsys, "leads", "propose", "--least", "-100", "--limit", "3") is not None


def test_a_case_without_leads_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FANAL_HOME", str(tmp_path / "home"))
    store = opened(tmp_path / "case")
    add_site(store, account=[account("a")])
    store.close()
    assert run("leads", "list", "--case", str(tmp_path / "case")) == 2
    assert "fanal leads resolve" in capsys.readouterr().err


def test_countries_that_are_only_possible_carry_a_question_mark():
    told = (Country("DE", possible=False), Country("FR", possible=True))
    assert countries(told) == "DE FR?"
    assert countries(()) == "-"


def test_every_command_has_help():
    for command in (resolve, show, join, part, undo, propose):
        assert command.help


def test_leads_of_a_case_are_read_once_they_are_there(case):
    store = opened(case, writing=False)
    with leads.book(store) as book:
        assert book.count() == 2
    store.close()


def test_who_lists_leads_or_looks_for_words_is_in_the_log(case, capsys):
    told(capsys, "leads", "list", "--level", "unassigned", "--search", "zz-words")
    store = opened(case, writing=False)
    lines = list(store.find(AuditRecord, action="list leads"))
    store.close()
    line = max(lines, key=lambda one: one.when)
    assert line.data["filters"] == {"level": "unassigned"}
    assert line.data["words"] == "zz-words"
    assert line.data["sha256"] == hashlib.sha256(b"zz-words").hexdigest()
