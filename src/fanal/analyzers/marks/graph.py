"""Reads ComfyUI's two forms of a graph, the executed one and the editor's, to one kind of graph."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from fanal.analyzers.marks.values import clean

MOST_NODES = 100_000
"""Nodes read of one graph; JSON of the size that is parsed holds no more that mean anything."""
MOST_DEPTH = 16
"""Graphs inside graphs (subgraphs of the editor)."""
MOST_TEXT = 1 << 16
"""Characters kept of one value of a node."""
EXECUTED, EDITOR = "prompt", "workflow"
NEVER, BYPASSED = 2, 4
"""Modes of a node in the editor (LiteGraph: never; ComfyUI: bypass)."""

WIDGETS: Mapping[str, tuple[str, ...]] = {
    "KSampler": ("seed", "", "steps", "cfg", "sampler_name", "scheduler", "denoise"),
    "KSamplerAdvanced": (
        *("add_noise", "noise_seed", "", "steps", "cfg", "sampler_name", "scheduler"),
        *("start_at_step", "end_at_step", "return_with_leftover_noise"),
    ),
    "SamplerCustom": ("add_noise", "noise_seed", "", "cfg"),
    "RandomNoise": ("noise_seed", ""),
    "KSamplerSelect": ("sampler_name",),
    "BasicScheduler": ("scheduler", "steps", "denoise"),
    "Flux2Scheduler": ("steps", "width", "height"),
    "SDTurboScheduler": ("steps", "denoise"),
    "FluxGuidance": ("guidance",),
    "CFGGuider": ("cfg",),
    "CheckpointLoaderSimple": ("ckpt_name",),
    "ImageOnlyCheckpointLoader": ("ckpt_name",),
    "unCLIPCheckpointLoader": ("ckpt_name",),
    "UNETLoader": ("unet_name", "weight_dtype"),
    "VAELoader": ("vae_name",),
    "CLIPLoader": ("clip_name", "type"),
    "DualCLIPLoader": ("clip_name1", "clip_name2", "type"),
    "LoraLoader": ("lora_name", "strength_model", "strength_clip"),
    "LoraLoaderModelOnly": ("lora_name", "strength_model"),
    "ControlNetLoader": ("control_net_name",),
    "LoadImage": ("image", "upload"),
    "LoadImageMask": ("image", "channel", "upload"),
    "CLIPTextEncode": ("text",),
    "CLIPTextEncodeFlux": ("clip_l", "t5xxl", "guidance"),
    "EmptyLatentImage": ("width", "height", "batch_size"),
    "EmptySD3LatentImage": ("width", "height", "batch_size"),
    "EmptyFlux2LatentImage": ("width", "height", "batch_size"),
    "SaveImage": ("filename_prefix",),
    "SaveAnimatedWEBP": ("filename_prefix", "fps", "lossless", "quality", "method"),
    "PrimitiveNode": ("value",),
    "PrimitiveString": ("value",),
    "PrimitiveStringMultiline": ("value",),
}
"""Classes of the core → the names of their values in the editor's order; "" is the editor's own."""


class Link(NamedTuple):
    """Where an input's value comes from."""

    source: str
    slot: int
    kind: str
    """Type of what runs along it; "" where the form does not say."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node."""

    name: str
    """Its class."""
    links: Mapping[str, Link]
    values: Mapping[str, Any]
    title: str = ""
    mode: int = 0


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes of one graph by their numbers."""

    form: str
    """EXECUTED or EDITOR."""
    nodes: Mapping[str, Node]
    problems: tuple[str, ...] = ()


def executed(found: Any) -> Graph | None:
    """Return the graph of ComfyUI's executed form; None where an object is none."""
    if not isinstance(found, dict) or not found:
        return None
    inner = {
        key: each
        for key, each in found.items()
        if isinstance(each, dict)
        and isinstance(each.get("class_type"), str)
        and isinstance(each.get("inputs"), dict)
    }
    if not inner or len(inner) * 2 < len(found):
        return None
    nodes: dict[str, Node] = {}
    for key, each in list(inner.items())[:MOST_NODES]:
        nodes[key] = _executed_node(each, inner)
    too_many = ("the graph has more nodes than are read",) if len(inner) > MOST_NODES else ()
    return Graph(EXECUTED, nodes, too_many)


def _executed_node(each: Mapping[str, Any], among: Mapping[str, Any]) -> Node:
    links: dict[str, Link] = {}
    values: dict[str, Any] = {}
    for name, value in each["inputs"].items():
        if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str | int):
            source = str(value[0])
            if source in among and isinstance(value[1], int):
                links[name] = Link(source, value[1], "")
                continue
        kept = _kept(value)
        if kept is not None:
            values[name] = kept
    meta = each.get("_meta")
    title = meta.get("title") if isinstance(meta, dict) else ""
    return Node(each["class_type"], links, values, title if isinstance(title, str) else "")


def _kept(value: Any) -> Any:
    if isinstance(value, str):
        return value[:MOST_TEXT]
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict) and len(value) <= 16:
        return {
            key: each[:1024] if isinstance(each, str) else each
            for key, each in value.items()
            if isinstance(each, str | bool | int | float)
        }
    return None


def editor(found: Any) -> Graph | None:
    """Return the graph of ComfyUI's editor; None where an object is none."""
    if not isinstance(found, dict) or not isinstance(found.get("nodes"), list):
        return None
    good = [each for each in found["nodes"] if isinstance(each, dict) and "type" in each]
    drawn = isinstance(found.get("links"), list) or "last_node_id" in found
    if not good or not drawn or not any(isinstance(each["type"], str) for each in good):
        return None
    reader = _Editor(found)
    reader.read()
    return Graph(EDITOR, reader.nodes, tuple(reader.problems))


class _Editor:
    """Lays out an editor's graph and the graphs inside it as one flat graph."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        self.nodes: dict[str, Node] = {}
        self.problems: list[str] = []
        self.named: dict[str, str] = {}
        inside = found.get("definitions")
        listed = inside.get("subgraphs") if isinstance(inside, dict) else None
        self.subgraphs = {
            each["id"]: each
            for each in (listed if isinstance(listed, list) else [])
            if isinstance(each, dict) and isinstance(each.get("id"), str)
        }
        self.waiting: list[tuple[Mapping[str, Any], str, int]] = [(found, "", 0)]

    def read(self) -> None:
        """Take one graph after the other."""
        while self.waiting:
            self.one(*self.waiting.pop())
        for key, node in self.nodes.items():
            if node.name == "GetNode":
                source = self.named.get(str(node.values.get("#0", "")))
                if source is not None:
                    self.nodes[key] = Node(node.name, {"": Link(source, 0, "")}, node.values)

    def one(self, found: Mapping[str, Any], prefix: str, depth: int) -> None:
        """Take the nodes of one graph."""
        links = {link[0]: link[1:] for link in _links(found.get("links"))}
        nodes = found.get("nodes")
        for each in nodes if isinstance(nodes, list) else []:
            if not isinstance(each, dict) or not isinstance(each.get("type"), str):
                continue
            if len(self.nodes) >= MOST_NODES:
                self.problems.append("the graph has more nodes than are read")
                self.waiting.clear()
                return
            self.node(each, links, prefix, depth)

    def node(
        self, each: Mapping[str, Any], links: Mapping[Any, Any], prefix: str, depth: int
    ) -> None:
        """Take one node; of one that stands for a graph, plan that graph."""
        key = f"{prefix}{each.get('id')}"
        incoming: dict[str, Link] = {}
        order: list[Link | None] = []
        for place, told in enumerate(_listed(each.get("inputs"))):
            number = told.get("link")
            link = links.get(number) if isinstance(number, int | str) else None
            made = _link(link, prefix) if link else None
            order.append(made)
            if made:
                incoming[str(told.get("name") or place)] = made
        inside = self.subgraphs.get(each["type"])
        if inside is not None and depth < MOST_DEPTH:
            self.inside(inside, key, order, depth)
            return
        title = each.get("title")
        mode = each.get("mode")
        node = Node(
            each["type"],
            incoming,
            _widgets(each),
            title if isinstance(title, str) else "",
            mode if isinstance(mode, int) else 0,
        )
        if node.name == "SetNode":
            self.named[str(node.values.get("#0", ""))] = key
        self.nodes[key] = node

    def inside(
        self, inner: Mapping[str, Any], key: str, order: list[Link | None], depth: int
    ) -> None:
        """Join a graph inside a node to what leads into that node and out of it."""
        prefix = f"{key}/"
        for slot, link in enumerate(order):
            self.nodes[f"{prefix}-10:{slot}"] = Node("Reroute", {"": link} if link else {}, {})
        outgoing = {
            f"#{place}": made
            for place, (_, *told) in enumerate(_links(inner.get("links")))
            if told[2] == "-20" and (made := _link(told, prefix))
        }
        self.nodes[key] = Node("Reroute", outgoing, {})
        self.waiting.append((inner, prefix, depth + 1))


def _listed(found: Any) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _links(found: Any) -> Iterator[tuple[Any, str, int, str, str]]:
    """Yield number, source, slot, target and type of each link, in either spelling."""
    for link in found if isinstance(found, list) else []:
        if isinstance(link, list) and len(link) >= 5:
            told = (link[0], link[1], link[2], link[3], link[5] if len(link) > 5 else "")
        elif isinstance(link, dict):
            names = ("id", "origin_id", "origin_slot", "target_id", "type")
            told = tuple(link.get(name) for name in names)  # type: ignore[assignment]
        else:
            continue
        number, source, slot, target, kind = told
        if isinstance(number, int | str):
            at = slot if isinstance(slot, int) else 0
            yield number, str(source), at, str(target), kind if isinstance(kind, str) else ""


def _link(told: Any, prefix: str) -> Link:
    source, slot, _, kind = told
    key = f"{prefix}-10:{slot}" if source == "-10" and prefix else f"{prefix}{source}"
    return Link(key, slot, kind)


def _widgets(each: Mapping[str, Any]) -> dict[str, Any]:
    told = each.get("widgets_values")
    if isinstance(told, dict):
        pairs = list(told.items())
    elif isinstance(told, list):
        names = WIDGETS.get(each["type"], ())
        pairs = [(names[at] if at < len(names) else f"#{at}", v) for at, v in enumerate(told)]
    else:
        return {}
    kept = {name: _kept(value) for name, value in pairs[:256] if name}
    return {name: value for name, value in kept.items() if value is not None}


def shape(graph: Graph) -> str:
    """Return a digest of the classes and how they are joined, without numbers and values."""
    notes = {"Note", "MarkdownNote"}
    classes = sorted(clean(node.name) for node in graph.nodes.values() if node.name not in notes)
    edges = sorted(
        (clean(source.name), clean(node.name), name)
        for node in graph.nodes.values()
        for name, link in node.links.items()
        if (source := graph.nodes.get(link.source)) is not None
    )
    told = json.dumps([classes, edges], separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
