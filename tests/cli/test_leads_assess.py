"""From the command line: a checklist, answers, tiers, words, the report, the chain of a lead."""

import json

import pytest

from fanal.leads.rows import Wanted
from fanal.model.desk import AuditRecord
from fanal.pipeline import leads
from fanal.pipeline.case import reading, writing
from makers import seized, tiered
from makers.checklists import TEXT, private, signed
from makers.program import called


@pytest.fixture
def filled(case, settings, tmp_path):
    """A case with a seized site, leads and a checklist."""
    with writing(case, settings) as store:
        seized.fill(store, tmp_path / "files", settings)
    return case


@pytest.fixture
def ids(filled):
    with reading(filled) as store, leads.book(store) as book:
        return book.ids()


@pytest.fixture
def run(filled, capsys, monkeypatch):
    """Run a command as somebody; return what it printed."""

    def command(*words, code=0, login="anna"):
        monkeypatch.setattr("fanal.pipeline.said.login", lambda: login)
        assert called("leads", *words, "--case", filled) == code
        out = capsys.readouterr()
        return out.out if code == 0 else out.err

    capsys.readouterr()
    return command


@pytest.fixture
def checked(run, tmp_path):
    given = signed(tmp_path / "list")
    run("checklist", "add", given.rules, "--signature", given.signature, "--key", given.key)
    return run


def actions(case):
    with reading(case) as store:
        return [one.action for one in store.find(AuditRecord, order=("act", "id"))]


def test_a_checklist_is_signed_added_and_shown(run, tmp_path, filled, capsys):
    assert run("checklist", "show").startswith("no checklist")
    given = signed(tmp_path / "list")
    given.signature.unlink()
    key = private(tmp_path)
    assert called("leads", "checklist", "sign", given.rules, "--key", key) == 0
    capsys.readouterr()
    signature = given.rules.with_name("zz.toml.sig")
    out = run("checklist", "add", given.rules, "--signature", signature, "--key", given.key)
    assert "tier A: at once, within 24 hours" in out
    assert "the signature holds" in run("checklist", "show")
    assert json.loads(run("checklist", "show", "--json"))["name"] == "zz checklist 2026"
    given.rules.write_text(TEXT.replace("presses", "of religion presses"), "utf-8")
    assert called("leads", "checklist", "sign", given.rules, "--key", key) == 2
    assert "item 'other' of the checklist asks about religion" in capsys.readouterr().err


def test_items_are_shown_first_and_the_proposed_tier_second(checked, ids, filled):
    """PRIO-06."""
    out = checked("answer", ids[0], "shares", "unknown", "--reason", "zz", "--source", "B")
    assert out.index("unknown    shares: ") < out.index("proposed: insufficient information")
    out = checked("answer", ids[0], "live", "yes", "--reason", "zz")
    assert "proposed: A (child-safety screen" in out
    assert "regardless" in checked("tier", ids[0], "--set", "C", "--reason", "zz", code=2)
    out = checked("tier", ids[0], "--set", "A", "--reason", "zz")
    assert "tier A, set by" in out
    told = json.loads(checked("tier", ids[0], "--json"))
    assert (told["tier"], told["proposed"], told["items"][3]["answer"]) == ("A", "A", "yes")
    line = json.loads(checked("tier", "--json"))
    assert (line["id"], line["tier"]) == (ids[0], "A")
    assert {"consult", "assess"} <= {*actions(filled)}


def test_another_tier_than_proposed_needs_a_reason(checked, ids):
    assert "needs a reason" in checked("tier", ids[0], "--set", "B", code=2)
    out = checked("tier", *ids, "--set", "insufficient information")
    assert out.count("tier insufficient information, set by") == len(ids)
    assert "no lead is named" in checked("tier", "--set", "B", code=2)


def test_minors_are_listed_apart(checked, ids):
    """PRIO-09."""
    checked("tier", ids[0], "--set", "insufficient information")
    checked("assess", ids[0], "juvenile", "possible minor", "--reason", "zz")
    out = checked("tier")
    assert ids[0] not in out
    assert "1 that may be about minors go their own way" in out
    assert ids[0] in checked("tier", "--juvenile")


def test_words_are_recorded_and_taken_back(run, ids):
    told = json.loads(run("assess", ids[0], "category", "witness", "--reason", "zz", "--json"))
    assert "a named officer has to set its tier" in told["keeps"]
    assert "witness" in run("show", ids[0])
    assert "is taken back" in run("assess", "--undo", told["id"], "--reason", "zz")
    assert "witness" not in run("show", ids[0])
    assert "either a lead is assessed" in run("assess", ids[0], "--reason", "zz", code=2)
    assert "nothing is assessed as" in run("assess", ids[0], "tier", "A", "--reason", "z", code=2)
    assert "a decision needs a reason" in run("assess", ids[0], "category", "other", code=2)
    assert "no exhibit" in run("assess", ids[0], "exhibit", "theirs", "--reason", "zz", code=2)
    flag = ("assess", ids[0], "fraud", "cleared", "--about", "zz", "--reason", "zz")
    assert "the lead has no flag 'zz'" in run(*flag, code=2)


def test_two_people_clear_a_flag(case, settings, tmp_path, capsys, monkeypatch):
    with writing(case, settings) as store:
        tiered.fill(store, tmp_path / "list")
    with reading(case) as store, leads.book(store) as book:
        (id_,) = book.ids(Wanted(flag="chargeback"))
    for login, still in (("anna", True), ("anna", True), ("bela", False)):
        monkeypatch.setattr("fanal.pipeline.said.login", lambda login=login: login)
        words = ("assess", id_, "fraud", "cleared", "--about", "chargeback", "--reason", "zz")
        assert called("leads", *words, "--by", login, "--case", case, "--json") == 0
        assert ("open flag" in json.loads(capsys.readouterr().out)["keeps"]) == still


def test_the_report_of_a_month(checked, ids):
    checked("tier", ids[0], "--set", "B", "--reason", "zz")
    out = checked("quality")
    assert "1 tiers set" in out
    assert "another tier than proposed: 1 (100%)" in out
    assert json.loads(checked("quality", "--month", "2020-01", "--json"))["count"] == 0
    assert "is no month" in checked("quality", "--month", "2026-13", code=2)


def test_the_whole_chain_of_a_lead(run, ids, filled):
    out = run("show", ids[0], "--why")
    assert "read again" in out
    assert "4111 1111" not in out
    told = json.loads(run("show", ids[0], "--why", "--json"))
    assert told["rows"][0]["state"] == "read again"
    assert actions(filled) == ["consult", "consult"]


def test_a_disclosure_is_logged_and_written(run, ids, filled, tmp_path):
    """LAW-18."""
    words = ("disclose", ids[0], "--out", tmp_path / "out" / "zz")
    (tmp_path / "out").mkdir()
    assert "needs a reason" in run(*words, "--reason", " ", code=2)
    out = run(*words, "--reason", "for the defence")
    assert out.splitlines() == [str(tmp_path / "out" / f"zz.{end}") for end in ("html", "json")]
    assert actions(filled) == ["disclose"]
