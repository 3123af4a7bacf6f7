"""What hangs together with a lead, at the desk: a drawing, the same as a table, ways in words."""

import re

import pytest

from fanal.leads import graph as graphs
from fanal.model.desk import AuditRecord
from makers.desk import client, desk_on
from makers.lead_desk import WALLET, resolved

ANALYST = ("analyst",)


@pytest.fixture
def desk(led):
    with desk_on(led) as made:
        yield made


@pytest.fixture
def leads(desk):
    return resolved(desk)


def facts(desk, name, query=""):
    browser = client(desk, "zz", ANALYST)
    return browser.get(f"/lead/{name}/graph{query}", accept="application/json").facts


def page(desk, name, query=""):
    return client(desk, "zz", ANALYST).get(f"/lead/{name}/graph{query}").text


def test_the_drawing_and_the_table_say_the_same(desk, leads):
    told, text = facts(desk, leads[0]), page(desk, leads[0])
    assert text.count('<g class="node') == len(told["nodes"])
    assert text.count("<line ") == text.count("<tr data-kind=") == len(told["edges"])
    assert f"{len(told['nodes'])} nodes and {len(told['edges'])} lines" in text
    assert desk.store.count(AuditRecord, action="consult") == 2
    assert "<img" not in text


def test_other_leads_that_are_drawn_are_in_the_log_too(desk, leads, monkeypatch):
    other = graphs.Node("0" * 10, "lead", leads[3], leads[3], 1)
    one = graphs.Node("1" * 10, "lead", leads[0], leads[0], 0)
    monkeypatch.setattr(graphs, "graph", lambda *_: graphs.Graph((one, other), (), 0))
    facts(desk, leads[0])
    (line,) = desk.store.find(AuditRecord, action="consult")
    assert line.data == {"lead": leads[0], "leads": [leads[3]]}


def test_who_used_the_same_wallet_is_two_steps_away(desk, leads):
    labels = {one["label"] for one in facts(desk, leads[0])["nodes"]}
    assert {leads[0], leads[1]} <= labels or leads[0] == leads[1]
    near = {one["label"] for one in facts(desk, leads[0], "?steps=1")["nodes"]}
    assert leads[2] not in near


def test_a_way_is_told_as_a_sentence(desk, leads):
    nodes = {one["label"]: one["key"] for one in facts(desk, leads[0])["nodes"]}
    account = next(label for label in nodes if label.startswith("zz-"))
    text = page(desk, leads[0], f"?a={nodes[leads[0]]}&b={nodes[account]}")
    assert re.search(r"lines apart: L-[0-9a-f]+ consists of account zz-site/", text)
    assert "not drawn" in page(desk, leads[0], f"?a={nodes[leads[0]]}&b=0000000000")


@pytest.mark.parametrize(
    "query",
    ["?more=<script>", "?a=zz", "?steps=99", "?steps=zz", f"?more={','.join(['0' * 10] * 99)}"],
)
def test_what_no_address_of_ours_says_is_refused(desk, leads, query):
    assert client(desk, "zz", ANALYST).get(f"/lead/{leads[0]}/graph{query}").status == 400


def test_no_address_on_the_page_holds_a_name_or_a_value(desk, leads):
    text = page(desk, leads[0])
    for address in re.findall(r'(?:href|action)="([^"]*)"', text):
        assert "zz" not in address
        assert WALLET not in address
