"""What hangs together with a lead, as a drawing and a table: nodes, edges, each with its reason.

Measures of a graph are help to find one's way; none of them is ever asked for a tier or an order.
"""

import hashlib
import math
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from fanal.model.lead import Deed, Identifier, Joined, Lead

STEPS = 2
MOST_STEPS = 4
MOST, MOST_OF_ONE = 300, 24
"""Nodes that are drawn at most, and of them those that one node brings."""
VAGUE = frozenset({"birth", "name", "username", "language"})
"""Identifiers that many people share by chance: they are told of a lead, and tie it to nobody."""
RING = 150.0
"""Pixels from one ring to the next."""
LEAD, ACCOUNT, VALUE, CONTENT, EXHIBIT, MODEL = (
    "lead",
    "account",
    "identifier",
    "series or content",
    "device",
    "model",
)
KINDS = (LEAD, ACCOUNT, VALUE, CONTENT, EXHIBIT, MODEL)
CONSISTS, SHOWS, SAME, LINKED, PROPOSED, HOLDS, NAMES = (
    "consists of",
    "shows",
    "same person",
    "linked",
    "proposed",
    "holds the same file",
    "names a model on",
)


@dataclass(frozen=True, slots=True)
class Node:
    """One thing of the graph."""

    key: str
    """Ten hexadecimal characters that an address may carry."""
    kind: str
    label: str
    lead: str
    """The lead that it is; "" for all others."""
    steps: int
    """From the node that the graph opened on."""
    x: float = 0.0
    y: float = 0.0
    left: int = 0
    """Neighbours that are not drawn."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Two nodes and why they are joined."""

    a: str
    b: str
    kind: str
    says: str
    firm: bool
    """A row of a site says it, or a person confirmed it; else it is proposed, or a hint."""
    count: int = 1
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes around one lead, and what joins them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left: int
    """Nodes that were found and are not drawn."""


class Leads(Protocol):
    """Where leads are read."""

    def lead(self, name: str) -> Lead | None:
        """Return a lead."""
        ...

    def of_account(self, site: str, account: str) -> str:
        """Return the lead that an account belongs to; "" for none."""
        ...

    def with_identifier(self, kind: str, value: str, most: int = 50) -> Sequence[str]:
        """Return leads that show an identifier."""
        ...

    def with_deed(self, what: str, most: int = 50) -> Sequence[str]:
        """Return leads with a deed about a series or a content."""
        ...


@dataclass(slots=True)
class _Drawing:
    leads: Leads
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[tuple[str, str, str], Edge] = field(default_factory=dict)
    values: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Node → kind and value of the identifier, or `deed` and what it is about."""
    read: dict[str, Lead | None] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def lead(self, name: str) -> Lead | None:
        if name not in self.read:
            self.read[name] = self.leads.lead(name)
        return self.read[name]

    def node(self, kind: str, name: str, label: str, steps: int, lead: str = "") -> str:
        key = key_of(kind, name)
        if key in self.nodes:
            return key
        if len(self.nodes) >= MOST:
            self.refused.add(key)
            return ""
        self.nodes[key] = Node(key, kind, label, lead, steps)
        return key

    def edge(self, edge: Edge) -> None:
        if edge.a and edge.b and edge.a != edge.b:
            a, b = sorted((edge.a, edge.b))
            self.edges.setdefault((a, b, edge.kind), replace(edge, a=a, b=b))


def key_of(kind: str, name: str) -> str:
    """Return what stands in addresses for a node: they name no person and no account."""
    return hashlib.sha256(f"{kind}\0{name}".encode("utf-8", "surrogateescape")).hexdigest()[:10]


def graph(leads: Leads, start: str, steps: int = STEPS, more: Collection[str] = ()) -> Graph:
    """Return what lies within some steps of a lead, and beside the nodes that were expanded."""
    drawing = _Drawing(leads)
    first = drawing.node(LEAD, start, start, 0, start)
    waiting, done = deque([first]), set[str]()
    while waiting:
        key = waiting.popleft()
        node = drawing.nodes[key]
        if key in done or (node.steps >= steps and key not in more):
            continue
        done.add(key)
        found = list(_beside(drawing, node))
        drawing.nodes[key] = replace(node, left=found.count(""))
        waiting.extend(dict.fromkeys(one for one in found if one))
    return Graph(
        tuple(_placed(drawing, first)),
        tuple(drawing.edges[key] for key in sorted(drawing.edges)),
        len(drawing.refused),
    )


def _beside(drawing: _Drawing, node: Node) -> Iterator[str]:
    """Yield the nodes beside a node, each drawn with its edge; "" for one that has no room."""
    at = node.steps + 1
    if node.kind == LEAD:
        lead = drawing.lead(node.lead)
        if lead is not None:
            yield from _of_lead(drawing, node.key, lead, at)
        return
    kind, value = drawing.values.get(node.key, ("", ""))
    if kind == "account":
        site, _, account = value.partition("/")
        others: Iterable[str] = (drawing.leads.of_account(site, account),)
    elif kind == "deed":
        others = drawing.leads.with_deed(value, MOST_OF_ONE)
    elif kind:
        others = drawing.leads.with_identifier(kind, value, MOST_OF_ONE)
    else:
        return
    for other in others:
        if other:
            yield _other_lead(drawing, node, other, at)


def _other_lead(drawing: _Drawing, node: Node, other: str, at: int) -> str:
    key = drawing.node(LEAD, other, other, at, other)
    lead = drawing.lead(other) if key else None
    if lead is not None:
        for edge, beside in _edges_of(drawing, key, lead, at + 1, only=node.key):
            if beside == node.key:
                drawing.edge(edge)
    return key


def _of_lead(drawing: _Drawing, key: str, lead: Lead, at: int) -> Iterator[str]:
    for count, (edge, beside) in enumerate(_edges_of(drawing, key, lead, at), 1):
        if count <= 4 * MOST_OF_ONE:
            drawing.edge(edge)
            yield beside
        else:
            yield ""


def _edges_of(
    drawing: _Drawing, key: str, lead: Lead, at: int, only: str = ""
) -> Iterator[tuple[Edge, str]]:
    """Yield the edges of a lead and the node at their other end."""

    def drawn(kind: str, name: str, label: str, value: tuple[str, str] = ("", "")) -> str:
        if only and key_of(kind, name) != only:
            return ""
        made = drawing.node(kind, name, label, at)
        if made and value[0]:
            drawing.values.setdefault(made, value)
        return made

    for account in lead.accounts:
        name = f"{account.site}/{account.id}"
        made = drawn(ACCOUNT, name, account.username or name)
        says = f"{lead.id} consists of account {name}"
        yield Edge(key, made, CONSISTS, says, firm=True, first=account.created), made
    for one in _shared(lead.identifiers):
        made = drawn(
            VALUE, f"{one.kind}\0{one.value}", f"{one.kind} {one.value}", (one.kind, one.value)
        )
        yield _showing(key, made, lead, one), made
    for deed in lead.deeds:
        yield from _done(key, lead, deed, drawn)
    for joined in lead.joins:
        yield from _joined(drawing, key, lead, joined, at, only)


def _shared(identifiers: Iterable[Identifier]) -> Iterator[Identifier]:
    """Yield each identifier once that other accounts show, too."""
    seen = set[tuple[str, str]]()
    for one in identifiers:
        if one.shared and one.kind not in VAGUE and (one.kind, one.value) not in seen:
            seen.add((one.kind, one.value))
            yield one


def _showing(key: str, made: str, lead: Lead, one: Identifier) -> Edge:
    whose = "the payer's" if one.of == "payer" else "confirmed" if one.confirmed else "typed in"
    says = f"{lead.id} shows {one.kind} {one.value} ({whose}; {one.shared:,} other accounts do)"
    return Edge(key, made, SHOWS, says, firm=one.confirmed and one.of != "payer")


class _Drawn(Protocol):
    def __call__(self, kind: str, name: str, label: str, value: tuple[str, str] = ...) -> str: ...


def _done(key: str, lead: Lead, deed: Deed, drawn: _Drawn) -> Iterator[tuple[Edge, str]]:
    """Yield what a deed is about, the devices that hold the same, and the models it names."""
    if not deed.what:
        return
    made = drawn(CONTENT, deed.what, deed.what, ("deed", deed.what))
    told = (deed.count, deed.first, deed.last)
    yield Edge(key, made, deed.kind, f"{lead.id}: {deed.says}", True, *told), made  # noqa: FBT003 (a row says it)
    for kind, name, says in (
        (EXHIBIT, "exhibits", HOLDS),
        (MODEL, "models", NAMES),
    ):
        for one in _names(deed.data.get(name)):
            other = drawn(kind, one, one)
            yield Edge(made or key, other, says, f"{deed.what}: {says}: {one}", firm=True), other


def _names(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from map(str, value)
    elif isinstance(value, list | tuple):
        for one in value[:MOST_OF_ONE]:
            yield str(one.get("name", "")) if isinstance(one, Mapping) else str(one)


def _joined(
    drawing: _Drawing, key: str, lead: Lead, joined: Joined, at: int, only: str
) -> Iterator[tuple[Edge, str]]:
    own = {f"{one.site}/{one.id}" for one in lead.accounts}
    other = joined.b if joined.a in own else joined.a
    if other in own:  # why its own accounts are one person
        if not only:
            a, b = key_of(ACCOUNT, joined.a), key_of(ACCOUNT, joined.b)
            if a in drawing.nodes and b in drawing.nodes:
                drawing.edge(Edge(a, b, SAME, f"{joined.rule}: {joined.says}", firm=True))
        return
    site, _, account = other.partition("/")
    name = drawing.leads.of_account(site, account)
    if not name or (only and key_of(LEAD, name) != only):
        return
    kind = PROPOSED if joined.rule == PROPOSED else SAME if joined.identity else LINKED
    made = drawing.node(LEAD, name, name, at, name)
    says = f"{lead.id} and {name}: {joined.rule}: {joined.says}"
    yield Edge(key, made, kind, says, firm=joined.identity), made


def _placed(drawing: _Drawing, first: str) -> Iterator[Node]:
    """Give each node its place: rings by steps, each node in the sector of what brought it.

    The same nodes are placed alike on every visit.
    """
    beside: dict[str, list[str]] = {key: [] for key in drawing.nodes}
    for a, b, _ in sorted(drawing.edges):
        beside[a].append(b)
        beside[b].append(a)
    children: dict[str, list[str]] = {key: [] for key in drawing.nodes}
    order, seen = [first], {first}
    for key in order:
        for other in beside[key]:
            if other not in seen:
                seen.add(other)
                children[key].append(other)
                order.append(other)
    leaves = dict.fromkeys(drawing.nodes, 1)
    for key in reversed(order):
        if children[key]:
            leaves[key] = sum(leaves[other] for other in children[key])
    sector, ring = {first: (0.0, math.tau)}, {first: 0}
    for key in order:
        start, size = sector[key]
        whole = sum(leaves[other] for other in children[key]) or 1
        for other in children[key]:
            part = size * leaves[other] / whole
            sector[other], ring[other] = (start, part), ring[key] + 1
            start += part
    stretch = max(1.0, max((leaves[key] for key in order), default=1) / 40)
    for key in order:
        middle = sector[key][0] + sector[key][1] / 2
        far = RING * ring[key] * (stretch if ring[key] else 1.0)
        x, y = round(far * math.cos(middle), 1), round(far * math.sin(middle), 1)
        yield replace(drawing.nodes[key], x=x, y=y)


def way(drawn: Graph, a: str, b: str) -> tuple[Edge, ...]:
    """Return the edges of a shortest way between two nodes; the firm ones first where it has two.

    An empty tuple means that nothing drawn joins them.
    """
    beside: dict[str, list[Edge]] = {}
    for edge in sorted(drawn.edges, key=lambda one: (not one.firm, one.kind, one.a, one.b)):
        beside.setdefault(edge.a, []).append(edge)
        beside.setdefault(edge.b, []).append(edge)
    came: dict[str, Edge | None] = {a: None}
    waiting = deque([a])
    while waiting and b not in came:
        key = waiting.popleft()
        for edge in beside.get(key, ()):
            other = edge.b if edge.a == key else edge.a
            if other not in came:
                came[other] = edge
                waiting.append(other)
    found, at = list[Edge](), b
    while (edge_back := came.get(at)) is not None:
        found.append(edge_back)
        at = edge_back.a if edge_back.b == at else edge_back.b
    return tuple(reversed(found))
