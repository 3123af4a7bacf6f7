"""Puts accounts together that one person used, by named rules and by what people said.

After ER-01 to ER-04 of the reference: rules are deterministic and named in the output; a link is
never identity; whatever people said stands before the rules, and `different` before `same`.
"""

# ruff: noqa: S608 (names and values of ours only; what is read is given as a parameter)

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import rustworkx as rx
from numpy.typing import NDArray

from fanal.leads.calculator import Calculator, literal
from fanal.leads.naming import LEAD_ID_SQL
from fanal.leads.splitting import Edge, split
from fanal.leads.values import OTHERS, RULES, find_shared

SAME, DIFFERENT, CANNOT_TELL = "same", "different", "cannot tell"
VALUES = (SAME, DIFFERENT, CANNOT_TELL)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What people said of two accounts, after all events."""

    a: tuple[str, str]
    """Site and account; the smaller of the two."""
    b: tuple[str, str]
    value: str
    """`same` or `different`."""
    says: str


def find_persons(calculator: Calculator, case_id: str, verdicts: Sequence[Verdict]) -> None:
    """Make tables `person` (every account and its lead) and `joined` (why, and what else links)."""
    _find_accounts(calculator)
    find_shared(calculator)
    _find_pairs(calculator)
    _give_verdicts(calculator, verdicts)
    first = _components(calculator)
    calculator.give("component", {"no": np.arange(len(first)), "first": first})
    calculator.run(
        "CREATE OR REPLACE TABLE person AS WITH named AS (SELECT no, site, account,"
        f" {LEAD_ID_SQL} AS own FROM acct) SELECT mine.no AS no, mine.site AS site,"
        " mine.account AS account, mine.own AS own, other.own AS lead,"
        " other.no AS head FROM named AS mine"
        " JOIN component USING (no) JOIN named AS other ON other.no = component.first"
        " ORDER BY mine.no",
        {"case": case_id},
    )


def _find_accounts(calculator: Calculator) -> None:
    """Make table `acct`: every account of every site, those that only other tables name too."""
    named = ("account", "login", "payment", "media_event")
    parts = [f"SELECT site, account FROM {table}" for table in named]
    parts += [
        f"SELECT site, {side}_account AS account FROM message_meta" for side in ("from", "to")
    ]
    calculator.run(
        "CREATE OR REPLACE TABLE acct AS SELECT row_number() OVER (ORDER BY site, account) - 1"
        f" AS no, site, account FROM ({' UNION '.join(parts)})"
        " WHERE account IS NOT NULL AND account <> ''"
    )


def _find_pairs(calculator: Calculator) -> None:
    """Make table `pair`: two accounts, the rule, how many values they share and the first one."""
    calculator.give(
        "rule_told",
        {
            "rule": np.arange(len(RULES)),
            "name": [rule.name for rule in RULES],
            "identity": np.array([rule.identity for rule in RULES]),
            "what": [rule.what for rule in RULES],
        },
    )
    calculator.run(
        "CREATE OR REPLACE TABLE pair AS WITH counting AS (SELECT rule, value, no, src FROM tied"
        " JOIN value_shared USING (rule, value) WHERE discounted = ''), every AS ("
        " SELECT one.rule AS rule, one.no AS a, other.no AS b, count(*) AS shared,"
        " min(one.value) AS value, min(one.src) AS a_src, min(other.src) AS b_src"
        " FROM counting AS one JOIN counting AS other ON one.rule = other.rule"
        " AND one.value = other.value AND one.no < other.no GROUP BY ALL)"
        " SELECT a, b, rule, name, identity, what, shared, value, a_src, b_src FROM every"
        " JOIN rule_told USING (rule)"
        f" QUALIFY (identity AND name <> {literal(OTHERS)}) OR rule = min(rule) OVER"
        " (PARTITION BY a, b, replace(what, 'recovery address', 'email'))"
    )


def _give_verdicts(calculator: Calculator, verdicts: Sequence[Verdict]) -> None:
    """Make table `verdict` of what people said of accounts that are there."""
    calculator.give(
        "verdict_said",
        {
            "a_site": [one.a[0] for one in verdicts],
            "a_account": [one.a[1] for one in verdicts],
            "b_site": [one.b[0] for one in verdicts],
            "b_account": [one.b[1] for one in verdicts],
            "value": [one.value for one in verdicts],
            "says": [one.says for one in verdicts],
        },
    )
    calculator.run(
        "CREATE OR REPLACE TABLE verdict AS SELECT least(one.no, other.no) AS a,"
        " greatest(one.no, other.no) AS b, value, says FROM verdict_said"
        " JOIN acct AS one ON one.site = a_site AND one.account = a_account"
        " JOIN acct AS other ON other.site = b_site AND other.account = b_account"
        " WHERE one.no <> other.no"
    )


def _components(calculator: Calculator) -> NDArray[np.int64]:
    """Return the smallest account that each is together with."""
    first = np.arange(int(calculator.value("SELECT count(*) FROM acct")), dtype=np.int64)
    edges = [
        Edge(int(rank), int(a), int(b))
        for rank, a, b in calculator.rows(
            "SELECT min(rule), a, b FROM pair WHERE identity GROUP BY a, b"
            " UNION ALL SELECT -1, a, b FROM verdict WHERE value = 'same' ORDER BY ALL"
        )
    ]
    apart = list(calculator.rows("SELECT a, b FROM verdict WHERE value = 'different' ORDER BY ALL"))
    for members in _together(edges):
        within = set(members)
        foes = [(a, b) for a, b in apart if a in within and b in within]
        if not foes:
            first[members] = members[0]
            continue
        done = split((edge for edge in edges if edge.a in within), foes)
        for number, lowest in done.first.items():
            first[number] = lowest
    return first


def _together(edges: Sequence[Edge]) -> Iterator[list[int]]:
    """Yield the accounts of each component, in order."""
    numbers = sorted({number for edge in edges for number in (edge.a, edge.b)})
    at = {number: place for place, number in enumerate(numbers)}
    graph = rx.PyGraph()
    graph.add_nodes_from(numbers)
    graph.add_edges_from_no_data([(at[edge.a], at[edge.b]) for edge in edges])
    found = (sorted(numbers[place] for place in part) for part in rx.connected_components(graph))
    yield from sorted(found)
