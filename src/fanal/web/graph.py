"""Draws what hangs together with one lead; the same stands in a table, and ways as sentences."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from markupsafe import Markup, escape
from starlette.responses import Response

from fanal.leads import graph as graphs
from fanal.leads.graph import Edge, Graph, Node
from fanal.pipeline.audit_records import Doing, enter
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.book import book, lead_of
from fanal.web.leads import cut
from fanal.web.pages import page

KEYS = re.compile(r"(?:[0-9a-f]{10})(?:,[0-9a-f]{10}){0,39}")
MARGIN = 180
SHORT, LONG = 24, 120
LETTERS = {kind: kind[0].upper() for kind in graphs.KINDS}


def show(asked: Asked) -> Response:
    """Return the graph around a lead; every lead that it shows something of is in the log first."""
    lead = lead_of(asked, asked.path["name"])
    steps = asked.number("steps", 1, graphs.MOST_STEPS, graphs.STEPS)
    more = _keys(asked, "more")
    drawn = graphs.graph(book(asked), lead.id, steps, more)
    others = sorted({one.lead for one in drawn.nodes} - {"", lead.id})
    told = {"lead": lead.id, "leads": others}
    doing = Doing("consult", "opened what hangs together with it", data=told)
    enter(asked.desk.store, asked.who, doing)
    if not asked.wants_page:
        return as_json(_facts(drawn))
    first, last = _days(drawn.edges)
    a, b = next(iter(_keys(asked, "a")), ""), next(iter(_keys(asked, "b")), "")
    address = partial(_address, lead.id, steps=steps, more=more)
    left, top, width, height = _frame(drawn.nodes)
    return page(
        asked,
        "graph.html",
        number=lead.id,
        drawn=drawn,
        nodes=[_node(one, address, more) for one in drawn.nodes],
        edges=_edges(drawn),
        kinds=sorted(Counter(one.kind for one in drawn.edges).items()),
        steps=steps,
        most=graphs.MOST_STEPS,
        more=Markup(",".join(more)),  # noqa: S704 (hexadecimal)
        address=address,
        frame_of=f"{left} {top} {width} {height}",
        width=str(width),
        height=str(height),
        first=str(first),
        days=str(last - first) if last > first else "",
        letters=[(letter, kind) for kind, letter in LETTERS.items()],
        a=a,
        b=b,
        way=_told(drawn, a, b) if a and b else "",
    )


def _keys(asked: Asked, name: str) -> tuple[str, ...]:
    value = asked.query.get(name, "")
    if value and not KEYS.fullmatch(value):
        raise Refused(400, f"{name} names nodes by ten characters each")
    return tuple(sorted({*value.split(",")} - {""}))


def _facts(drawn: Graph) -> dict[str, Any]:
    return {
        "nodes": [
            {
                "key": one.key,
                "kind": one.kind,
                "label": cut(one.label, LONG),
                "x": one.x,
                "y": one.y,
            }
            for one in drawn.nodes
        ],
        "edges": [
            {"a": one.a, "b": one.b, "kind": one.kind, "says": cut(one.says, 240), "firm": one.firm}
            for one in drawn.edges
        ],
        "left": drawn.left,
    }


def _node(node: Node, address: Any, more: Sequence[str]) -> dict[str, Any]:
    can = node.steps > 0 and node.key not in more
    return {
        "key": node.key,
        "kind": node.kind,
        "sort": graphs.KINDS.index(node.kind),
        "letter": LETTERS[node.kind],
        "label": cut(node.label, LONG),
        "short": cut(node.label, SHORT),
        "lead": node.lead,
        "steps": node.steps,
        "left": node.left,
        "turn": _turn(node),
        "side": "end" if node.x < 0 else "start",
        "off": "-14" if node.x < 0 else "14",
        "x": str(node.x),
        "y": str(node.y),
        "expand": address(more=(*more, node.key)) if can else "",
    }


def _turn(node: Node) -> str:
    """Return by how many degrees the name of a node is turned: it points away from the middle."""
    angle = math.degrees(math.atan2(node.y, node.x))
    return str(round(angle if node.x >= 0 else angle - 180, 1))


def _edges(drawn: Graph) -> list[dict[str, Any]]:
    at = {one.key: one for one in drawn.nodes}
    return [
        {
            "a": cut(at[one.a].label, SHORT),
            "b": cut(at[one.b].label, SHORT),
            "x1": str(at[one.a].x),
            "y1": str(at[one.a].y),
            "x2": str(at[one.b].x),
            "y2": str(at[one.b].y),
            "kind": one.kind,
            "says": cut(one.says, 240),
            "firm": one.firm,
            "first": one.first,
            "day": str(day) if (day := _day(one.first)) is not None else "",
        }
        for one in drawn.edges
    ]


def _day(when: str) -> int | None:
    """Return a time as days since 1970; None where it is none."""
    try:
        return int(datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp() // 86_400)
    except ValueError:
        return None


def _days(edges: Sequence[Edge]) -> tuple[int, int]:
    days = [day for one in edges if (day := _day(one.first)) is not None]
    return (min(days), max(days)) if days else (0, 0)


def _frame(nodes: Sequence[Node]) -> tuple[int, int, int, int]:
    left, top = min(one.x for one in nodes), min(one.y for one in nodes)
    right, bottom = max(one.x for one in nodes), max(one.y for one in nodes)
    return (
        int(left - MARGIN),
        int(top - MARGIN),
        int(right - left + 2 * MARGIN),
        int(bottom - top + 2 * MARGIN),
    )


def _address(name: str, *, steps: int, more: Sequence[str]) -> Markup:
    told = f"/lead/{name}/graph?steps={steps}" + (f"&more={','.join(more)}" if more else "")
    return Markup(escape(told))  # noqa: S704 (escaped)


def _told(drawn: Graph, a: str, b: str) -> str:
    """Return the way between two nodes as a sentence."""
    names = {one.key: one for one in drawn.nodes}
    if a not in names or b not in names:
        return "One of the two is not drawn."
    if a == b:
        return "That is one and the same."
    found = graphs.way(drawn, a, b)
    if not found:
        return "Nothing that is drawn joins them."
    loose = sum(not one.firm for one in found)
    doubt = f" Of these {loose} not confirmed." if loose else ""
    steps = "; then ".join(cut(one.says, 240) for one in found)
    return f"{_name(names[a])} and {_name(names[b])}, {len(found)} lines apart: {steps}.{doubt}"


def _name(node: Node) -> str:
    return f"{node.kind} {cut(node.label, SHORT)}"


WAYS = (Way("GET", "/lead/{name}/graph", show, "leads"),)
