"""Walks a graph from its outputs back: which pictures reach the output, and what they were for."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal.analyzers.marks.graph import BYPASSED, NEVER, Graph, Link, Node
from fanal.analyzers.marks.nodes import class_of, meaning_of
from fanal.analyzers.marks.record import PICTURE_NAME, ROLES, Input
from fanal.analyzers.marks.values import as_number, clean

DIRECT, LATENT, GUIDE = "direct", "latent", "guide"
"""On the way back: nothing but pixels so far; through a sampler; only as a condition."""
_OPEN = {DIRECT, LATENT, GUIDE}
"""Roles that a node further back may still make more exact."""
_PICTURES = {"IMAGE", "LATENT", "VIDEO", "*", ""}
_MASKS = {"MASK"}
MOST_INPUTS = 64
"""Input pictures told of one graph."""
FULL = 1.0
"""Strength at which a sampler leaves nothing of the picture it starts from."""


@dataclass(slots=True)
class Walk:
    """What was met on the way back from the outputs."""

    graph: Graph
    outputs: tuple[str, ...]
    roles: dict[str, set[str]] = field(default_factory=dict)
    """Node → the roles in which it was met."""
    order: list[str] = field(default_factory=list)
    """The nodes met, nearest to the output first."""
    makers: list[str] = field(default_factory=list)
    """Samplers and their like, nearest to the output first."""
    sources: list[str] = field(default_factory=list)
    """Nodes that bring a picture in from outside."""

    @property
    def pass_through(self) -> bool | None:
        """Tell whether the graph only carries a picture through; None where that is unknown."""
        if self.makers:
            return False
        return True if self.sources else None


def walk(graph: Graph) -> Walk:
    """Walk back from the outputs; each node is met at most once in each role."""
    found = Walk(graph, _outputs(graph))
    waiting = deque((key, DIRECT) for key in found.outputs)
    while waiting:
        key, role = waiting.popleft()
        node = graph.nodes.get(key)
        if node is None or node.mode == NEVER:
            continue
        roles = found.roles.setdefault(key, set())
        if role in roles:
            continue
        if not roles:
            _meet(found, key, node)
        roles.add(role)
        for name, link in node.links.items():
            waiting.append((link.source, _entering(node, name, link, role)))
    return found


def _meet(found: Walk, key: str, node: Node) -> None:
    found.order.append(key)
    if is_maker(node):
        found.makers.append(key)
    if is_source(node):
        found.sources.append(key)


def is_maker(node: Node) -> bool:
    """Tell whether a node makes pixels where there were none."""
    return class_of(node.name).makes and bool(node.links or node.values) and node.mode != BYPASSED


def is_source(node: Node) -> bool:
    """Tell whether a node brings a picture in from outside the graph."""
    known = class_of(node.name)
    if known.saves or known.lora or node.mode == BYPASSED:
        return False
    brought = any(
        meaning_of(name) == "picture" or link.kind in {"IMAGE", "LATENT", "VIDEO"}
        for name, link in node.links.items()
    )
    if brought:
        return False
    return known.loads or bool(_file(node))


def _file(node: Node) -> str:
    """Return the name of a picture file among a node's values, "" where there is none."""
    for name, value in node.values.items():
        if isinstance(value, str) and len(value) < 1024 and not _is_prose(node, name):
            found = PICTURE_NAME.search(value)
            if found and found.end() >= len(value) - 24 and "\n" not in value:
                return value
    return ""


def _is_prose(node: Node, name: str) -> bool:
    """Tell whether a value is a prompt or a prefix, in which a file's name means nothing."""
    small = node.name.lower()
    prose = "text" in small or "string" in small or "prompt" in small or "note" in small
    return prose or name in _PROMPTS or "prefix" in name.lower()


def _outputs(graph: Graph) -> tuple[str, ...]:
    """Return the nodes that give out a result: those that save, else show one, else the last."""
    fed = {link.source for node in graph.nodes.values() for link in node.links.values()}
    best: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for key, node in graph.nodes.items():
        if node.links and node.mode not in {NEVER, BYPASSED}:
            rank = class_of(node.name).saves
            if rank or key not in fed:
                best[rank].append(key)
    return tuple(best[2] or best[1] or best[0])


def _entering(node: Node, name: str, link: Link, role: str) -> str:
    """Return the role of what comes in through an input of a node that was met in a role."""
    if role not in _OPEN or node.mode == BYPASSED or node.name == "Reroute":
        return role
    known = class_of(node.name)
    small = name.lower()
    meaning = _meaning(small, link)
    if meaning == "mask":
        return "mask"
    for inputs, entered in known.enters:
        if small in inputs or ("*" in inputs and meaning != "condition"):
            return entered
    if meaning == "condition":
        return GUIDE
    if known.makes and role == DIRECT:
        return LATENT
    return role


def _meaning(name: str, link: Link) -> str:
    """Return what comes in: mask, picture or condition, by its type where the form says it."""
    if link.kind in _MASKS:
        return "mask"
    if link.kind not in _PICTURES:
        return "condition"
    return meaning_of(name) or "picture"


def inputs_of(found: Walk) -> tuple[Input, ...]:
    """Return the pictures that reach the output, the weightiest first."""
    made = [_input(found, key) for key in found.sources]
    made.sort(key=lambda each: (ROLES.index(each.role), not each.derives))
    return tuple(made[:MOST_INPUTS])


def _input(found: Walk, key: str) -> Input:
    node = found.graph.nodes[key]
    roles = {_final(role, found) for role in found.roles[key]}
    role = min(roles, key=ROLES.index)
    facts: dict[str, Any] = {"node": clean(node.name)}
    if len(roles) > 1:
        facts["roles"] = sorted(roles, key=ROLES.index)
    doubts = []
    if len(found.outputs) > 1:
        doubts.append(f"the graph gives out {len(found.outputs)} pictures; this may be any of them")
    derives = _derives(found, key)
    file = _file(node) or next((node.values[name] for name in _PLACES if _is_text(node, name)), "")
    if role == "init" and not derives:
        doubts.append("the sampler ran at full strength: of the picture only its size need be left")
    return Input(role, clean(node.name), file, derives, facts, tuple(doubts))


_PLACES = ("image", "url", "image_url", "path", "image_path", "file", "video", "face_model")
"""Values of a loading node that say where the picture lies, or what was made of a face."""


def _is_text(node: Node, name: str) -> bool:
    value = node.values.get(name)
    return isinstance(value, str) and 0 < len(value) < 4096


def _final(role: str, found: Walk) -> str:
    if not found.makers:
        return role if role in {"face", "mask"} else "init"
    return {DIRECT: "composite", LATENT: "init"}.get(role, role)


def _derives(found: Walk, key: str) -> bool:
    """Tell whether pixels of the output derive from a source."""
    roles = found.roles[key]
    if roles & {DIRECT, "init", "face"} or (not found.makers and roles != {"mask"}):
        return True
    return LATENT in roles and not full_strength(found)


def full_strength(found: Walk) -> bool:
    """Tell whether every sampler ran at full strength and nothing keeps part of the source."""
    nodes = found.graph.nodes
    if any(class_of(nodes[key].name).keeps for key in found.order):
        return False
    strengths = [strength_of(found.graph, nodes[key]) for key in found.makers]
    return bool(strengths) and all(each is not None and each >= FULL for each in strengths)


def strength_of(graph: Graph, node: Node) -> float | int | None:
    """Return the strength at which a sampler ran; None where it does not say."""
    begin = as_number(node.values.get("start_at_step"))
    if begin is not None:
        return FULL if begin == 0 and node.values.get("add_noise") == "enable" else 0.5
    return setting(graph, node, "denoise", "denoise_strength", through=("sigmas", "denoise"))


def setting(
    graph: Graph, node: Node, *names: str, through: tuple[str, ...] = ()
) -> float | int | None:
    """Return a number among a node's values, or of a node that is joined to it by an input."""
    for each in _near(graph, node, (*names, *through)):
        for name in names if each is node else (*names, "value", "int", "float", "number"):
            number = as_number(each.values.get(name))
            if number is not None:
                return number
    return None


def text_setting(graph: Graph, node: Node, *names: str, through: tuple[str, ...] = ()) -> str:
    """Return a text in the same way."""
    for each in _near(graph, node, (*names, *through)):
        for name in names:
            value = each.values.get(name)
            if isinstance(value, str) and value:
                return clean(value)
    return ""


def _near(graph: Graph, node: Node, inputs: tuple[str, ...], most: int = 6) -> Iterator[Node]:
    """Yield a node and those before it along some of its inputs, no more than a few steps."""
    waiting, seen = deque([(node, 0)]), {id(node)}
    while waiting:
        each, steps = waiting.popleft()
        yield each
        if steps == most:
            continue
        for link in _ways(each, inputs, first=each is node):
            source = graph.nodes.get(link.source)
            if source is not None and id(source) not in seen:
                seen.add(id(source))
                waiting.append((source, steps + 1))


def _ways(node: Node, inputs: tuple[str, ...], *, first: bool) -> Iterator[Link]:
    for name, link in node.links.items():
        if name in inputs or (not first and len(node.links) <= 2):
            yield link


def texts_of(graph: Graph, node: Node, side: str) -> list[str]:
    """Return the prompts that reach an input of a sampler (`positive` or `negative`)."""
    other = "negative" if side == "positive" else "positive"
    start = node.links.get(side)
    if start is None and (guider := node.links.get("guider")):
        return _through_guider(graph, guider, side)
    if start is None:
        return []
    found: list[str] = []
    waiting, seen = deque([start.source]), {start.source}
    while waiting and len(seen) < 512 and len(found) < 32:
        each = graph.nodes.get(waiting.popleft())
        if each is None:
            continue
        found.extend(prompts_in(each.values))
        for name, link in each.links.items():
            if name != other and link.source not in seen and name not in {"model", "vae", "image"}:
                seen.add(link.source)
                waiting.append(link.source)
    return found


def _through_guider(graph: Graph, guider: Link, side: str) -> list[str]:
    node = graph.nodes.get(guider.source)
    if node is None or "guider" in node.links:
        return []
    if side == "positive" and "positive" not in node.links and "conditioning" in node.links:
        renamed = {"positive": node.links["conditioning"]}
        return texts_of(graph, Node(node.name, renamed, node.values), side)
    return texts_of(graph, node, side)


_PROMPTS = (
    *("text", "text_g", "text_l", "clip_l", "clip_g", "t5xxl", "prompt", "positive", "Text"),
    *("string", "wildcard_text", "populated_text", "prompt_text", "caption", "text_positive"),
)


def prompts_in(values: Mapping[str, Any]) -> list[str]:
    """Return the prompts among a node's values."""
    found = [values[name] for name in _PROMPTS if isinstance(values.get(name), str)]
    if isinstance(values.get("value"), str):
        found.append(values["value"])
    return list(dict.fromkeys(text for text in found if text.strip()))
