import math

import pytest

from fanal.leads import graph as graphs
from fanal.leads.graph import Edge, Graph, Node, graph, way
from fanal.model import lead as nouns
from makers.leads import Leads, account, deed, identifier, joined, lead

WALLET = identifier("wallet", "zz-wallet", 1)


def two():
    """Two leads that one wallet joins, and a third that fetched the same series."""
    first = lead(
        1,
        identifiers=(WALLET,),
        deeds=(deed(nouns.MADE, "s-7", exhibits=["zz-17"], models=["zz-model"]),),
    )
    second = lead(2, identifiers=(WALLET,), deeds=(deed(nouns.CAME),))
    third = lead(3, identifiers=(), deeds=(deed(nouns.FETCHED, "s-7"),))
    return first, second, third, Leads(first, second, third)


def labels(drawn):
    return {node.label for node in drawn.nodes}


def test_two_steps_reach_those_who_share_a_value_or_a_series():
    first, second, third, leads = two()
    drawn = graph(leads, first.id)
    assert {node.lead for node in drawn.nodes} - {""} == {first.id, second.id, third.id}
    assert {"wallet zz-wallet", "s-7", "zz-17", "zz-model", "zz-user-1"} <= labels(drawn)
    assert "zz-user-2" not in labels(drawn)  # a third step
    kinds = {edge.kind for edge in drawn.edges}
    assert {"consists of", "shows", "made", "fetched", "holds the same file"} <= kinds
    assert drawn.left == 0


def test_one_step_reaches_no_other_lead_and_a_node_can_be_expanded():
    first, second, _, leads = two()
    near = graph(leads, first.id, 1)
    assert {node.lead for node in near.nodes} - {""} == {first.id}
    (wallet,) = (node for node in near.nodes if node.kind == graphs.VALUE)
    more = graph(leads, first.id, 1, {wallet.key})
    assert {node.lead for node in more.nodes} - {""} == {first.id, second.id}


def test_it_opens_on_the_lead_and_places_the_same_nodes_alike():
    first, _, _, leads = two()
    drawn = graph(leads, first.id)
    assert drawn == graph(leads, first.id)
    assert (drawn.nodes[0].lead, drawn.nodes[0].x, drawn.nodes[0].y) == (first.id, 0, 0)
    places = {(node.x, node.y) for node in drawn.nodes}
    assert len(places) == len(drawn.nodes)
    for node in drawn.nodes[1:]:
        assert math.hypot(node.x, node.y) >= graphs.RING - 1


def test_what_is_typed_in_of_a_payer_or_proposed_is_not_firm():
    one = lead(
        *(1,),
        identifiers=(
            identifier("email", "zz@a.example", 1, confirmed=False),
            identifier("card", "zz-card", 1, of="payer"),
        ),
        joins=(joined(1, 2, "proposed"), joined(1, 2, "same confirmed phone", identity=True)),
    )
    drawn = graph(Leads(one, lead(2)), one.id)
    firm = {
        edge.says.split(" shows ")[-1].split(" ")[0]: edge.firm
        for edge in drawn.edges
        if edge.kind == "shows"
    }
    assert firm == {"email": False, "card": False}
    told = {
        edge.kind: edge.firm for edge in drawn.edges if edge.kind in {"proposed", "same person"}
    }
    assert told == {"proposed": False, "same person": True}


def test_why_accounts_of_one_lead_are_one_person_stands_between_them():
    one = lead(1, (account(1), account(4)), joins=(joined(1, 4, "same wallet", identity=True),))
    drawn = graph(Leads(one), one.id, 1)
    (edge,) = (edge for edge in drawn.edges if edge.kind == "same person")
    assert {node.label for node in drawn.nodes if node.key in {edge.a, edge.b}} == {
        "zz-user-1",
        "zz-user-4",
    }


def test_a_value_that_thousands_share_is_cut_and_what_is_left_is_told():
    many = [lead(n, identifiers=(identifier("wallet", "zz", 999),)) for n in range(200)]
    drawn = graph(Leads(*many), many[0].id, 4)
    leads = [node for node in drawn.nodes if node.lead]
    assert 2 <= len(leads) <= graphs.MOST_OF_ONE + 1
    wide = lead(1, tuple(account(n) for n in range(500)))
    drawn = graph(Leads(wide), wide.id)
    assert len(drawn.nodes) <= graphs.MOST
    assert drawn.nodes[0].left > 0


def test_an_address_of_a_node_names_nobody():
    first, _, _, leads = two()
    for node in graph(leads, first.id).nodes:
        assert len(node.key) == 10
        int(node.key, 16)


def test_a_lead_that_is_not_there_is_a_lone_node():
    drawn = graph(Leads(), "L-000000000001")
    assert [node.label for node in drawn.nodes] == ["L-000000000001"]
    assert drawn.edges == ()


def line(*edges):
    keys = sorted({key for a, b, *_ in edges for key in (a, b)})
    nodes = tuple(Node(key, graphs.LEAD, key, key, 0) for key in keys)
    return Graph(
        nodes, tuple(Edge(a, b, kind, f"{a}-{b}", firm=firm) for a, b, kind, firm in edges), 0
    )


def test_the_way_between_two_nodes_is_the_shortest():
    drawn = line(
        ("a", "b", "x", True),
        ("b", "c", "x", True),
        ("a", "d", "x", True),
        ("d", "e", "x", True),
        ("e", "c", "x", True),
    )
    assert [edge.says for edge in way(drawn, "a", "c")] == ["a-b", "b-c"]
    assert [edge.says for edge in way(drawn, "c", "a")] == ["b-c", "a-b"]


@pytest.mark.parametrize("ends", [("a", "z"), ("a", "a"), ("y", "z")])
def test_where_nothing_joins_two_nodes_there_is_no_way(ends):
    assert way(line(("a", "b", "x", True)), *ends) == ()


def test_of_two_edges_the_firm_one_is_told():
    drawn = line(("a", "b", "proposed", False), ("a", "b", "same person", True))
    assert [edge.kind for edge in way(drawn, "a", "b")] == ["same person"]


def test_what_many_share_by_chance_ties_nobody():
    born = identifier("birth", "1955", 40)
    one, two_ = lead(1, identifiers=(born,)), lead(2, identifiers=(born,))
    drawn = graph(Leads(one, two_), one.id)
    assert {node.lead for node in drawn.nodes} - {""} == {one.id}
