"""Makes the record of a ComfyUI graph: settings, models, inputs, the editor's own traces."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fanal.analyzers.marks import walk as walking
from fanal.analyzers.marks.graph import Graph, Node, shape
from fanal.analyzers.marks.nodes import class_of
from fanal.analyzers.marks.record import (
    AddOn,
    Record,
    known,
    networks_in,
    once,
    size_in,
    size_of,
)
from fanal.analyzers.marks.values import (
    Loaded,
    Value,
    as_number,
    clean,
    dicts_of,
    plain,
    text_of,
    words,
)

MOST_MODELS = 32
MOST_TITLES = 64
_FORMATS = (".safetensors", ".ckpt", ".pt", ".pth", ".bin", ".gguf", ".sft", ".onnx")
_MAIN = ("ckpt_name", "unet_name", "base_ckpt_name", "checkpoint", "model_name", "model")


def record(
    values: Sequence[Value], ran: Graph | None, drawn: Graph | None, told: Sequence[Loaded]
) -> Record:
    """Return the record of a graph: what ran where that is known, else what was drawn."""
    graph = ran or drawn
    assert graph is not None  # noqa: S101 (who calls has met a graph)
    found = walking.walk(graph)
    inputs = walking.inputs_of(found)
    loaded, words_of_editor = _editor(told)
    settings, prompts = _settings(found)
    models = _models(found)
    facts = known(
        format=f"ComfyUI {graph.form}",
        graph_shape=shape(graph),
        nodes=len(graph.nodes),
        samplers=len(found.makers),
        pass_through=found.pass_through,
        model=next(iter(models), ""),
        models=models,
        resources=[each for one in told for each in _resources(one.value)][:MOST_MODELS],
        paths=_paths(found),
        **settings,
        **loaded,
    )
    sensitive = known(
        **{name: words("\n".join(texts)) for name, texts in prompts.items() if texts},
        titles=_titles(graph, drawn),
        **words_of_editor,
    )
    prompt = "\n".join(prompts["prompt"])
    return Record(
        "ComfyUI",
        tuple(values),
        facts,
        sensitive,
        inputs,
        once([*_add_ons(found), *networks_in(prompt)]),
        tuple(_doubts(found, graph, told)),
    )


def _doubts(found: walking.Walk, graph: Graph, told: Sequence[Loaded]) -> Iterator[str]:
    yield from dict.fromkeys(
        (*graph.problems, *(problem for each in told for problem in each.problems))
    )
    if found.pass_through is None:
        yield "no node is known to make pixels, and none brings a picture in"
    if len(found.sources) > walking.MOST_INPUTS:
        yield f"{len(found.sources)} pictures go in; {walking.MOST_INPUTS} of them are told"


def _settings(found: walking.Walk) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Return the settings and prompts of the sampler that is nearest to the output."""
    graph = found.graph
    prompts: dict[str, list[str]] = {"prompt": [], "negative": []}
    if not found.makers:
        return {}, prompts
    for key in found.makers[:8]:
        maker = graph.nodes[key]
        prompts["prompt"] += walking.texts_of(graph, maker, "positive")
        prompts["negative"] += walking.texts_of(graph, maker, "negative")
    prompts = {name: list(dict.fromkeys(texts)) for name, texts in prompts.items()}
    node = graph.nodes[found.makers[0]]
    settings = known(
        seed=walking.setting(graph, node, "seed", "noise_seed", through=("noise",)),
        sampler=walking.text_setting(graph, node, "sampler_name", through=("sampler",)),
        scheduler=walking.text_setting(graph, node, "scheduler", through=("sigmas",)),
        steps=walking.setting(graph, node, "steps", through=("sigmas",)),
        cfg=walking.setting(graph, node, "cfg", through=("guider",)),
        denoise=walking.strength_of(graph, node),
        seeds=_seeds(found),
        size=_size(found),
    )
    return settings, prompts


def _seeds(found: walking.Walk) -> list[Any]:
    """Return the seeds of all samplers where there are several."""
    graph = found.graph
    seeds = [
        walking.setting(graph, graph.nodes[key], "seed", "noise_seed", through=("noise",))
        for key in found.makers[:32]
    ]
    each = [seed for seed in dict.fromkeys(seeds) if seed is not None]
    return each if len(each) > 1 else []


def _size(found: walking.Walk) -> list[int] | None:
    """Return the size at which the picture was begun, None where nodes after that change it."""
    size = None
    for key in found.order:
        node = found.graph.nodes[key]
        if not found.roles[key] & {walking.DIRECT, walking.LATENT}:
            continue
        known_class = class_of(node.name)
        if known_class.resizes or known_class.loads:
            return None
        if "latent" in node.name.lower():
            width = walking.setting(found.graph, node, "width")
            height = walking.setting(found.graph, node, "height")
            size = size_of(width, height) or size_in(node.values.get("dimensions")) or size
    return size


def _models(found: walking.Walk) -> list[str]:
    """Return the names of the model files, the main one first."""
    main: list[str] = []
    others: list[str] = []
    for key in found.order:
        node = found.graph.nodes[key]
        if class_of(node.name).lora:
            continue
        for name, value in node.values.items():
            if not isinstance(value, str) or len(value) > 1024:
                continue
            if name in _MAIN[:4] or value.lower().endswith(_FORMATS):
                (main if name in _MAIN else others).append(clean(value))
    return list(dict.fromkeys([*main, *others]))[:MOST_MODELS]


def _resources(told: Any) -> list[str]:
    """Return the addresses of models that Civitai puts beside a graph."""
    extra = told.get("extra") if isinstance(told, dict) else None
    listed = extra.get("airs") if isinstance(extra, dict) else None
    named = listed if isinstance(listed, list) else []
    return [clean(each) for each in named if isinstance(each, str) and each]


def _paths(found: walking.Walk) -> list[str]:
    """Return the prefixes under which the outputs were saved."""
    prefixes = [
        clean(value)
        for key in found.outputs
        for name, value in found.graph.nodes[key].values.items()
        if isinstance(value, str) and ("prefix" in name or "path" in name) and value.strip()
    ]
    return list(dict.fromkeys(prefixes))[:8]


def _add_ons(found: walking.Walk) -> Iterator[AddOn]:
    for key in found.order:
        node = found.graph.nodes[key]
        for name, value in node.values.items():
            if isinstance(value, dict):
                yield from _listed(value)
            elif _names_lora(node, name, value):
                yield AddOn(clean(value), "lora", _strength(node.values, name))


def _names_lora(node: Node, name: str, value: Any) -> bool:
    if not isinstance(value, str) or value.lower() in {"", "none"}:
        return False
    lora = "lora" in name.lower() or class_of(node.name).lora
    if name.startswith("lora_name") or value.lower().endswith(_FORMATS):
        return lora and not name.lower().startswith(("ckpt", "vae", "unet", "clip"))
    return False


def _listed(value: Mapping[str, Any]) -> Iterator[AddOn]:
    """Yield the add-on of one row of a list widget (rgthree's Power Lora Loader)."""
    name = text_of(value, "lora", "lora_name")
    if name and name != "None" and value.get("on") is not False:
        yield AddOn(clean(name), "lora", as_number(value.get("strength")))


def _strength(values: Mapping[str, Any], name: str) -> float | int | None:
    ending = name.rpartition("_")[2]
    names: tuple[str, ...] = ("strength_model", "strength", "lora_strength", "lora_model_strength")
    if ending.isdigit():
        names = tuple(f"{each}_{ending}" for each in (*names, "lora_wt", "model_weight"))
    for each in names:
        number = as_number(values.get(each))
        if number is not None:
            return number
    return None


def _titles(graph: Graph, drawn: Graph | None) -> list[str]:
    """Return the titles that people gave to nodes."""
    titled = [
        clean(node.title, 80)
        for each in (graph, drawn)
        if each is not None
        for node in list(each.nodes.values())[:4096]
        if node.title and node.title != node.name
    ]
    return list(dict.fromkeys(titled))[:MOST_TITLES]


def _editor(told: Sequence[Loaded]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the editor left of itself, and the words among it."""
    for each in told:
        found = each.value
        if isinstance(found, dict) and isinstance(found.get("nodes"), list):
            return {"editor": _fingerprint(found)}, _editor_words(found)
    return {}, {}


def _fingerprint(found: Mapping[str, Any]) -> dict[str, Any]:
    extra = found.get("extra")
    extra = extra if isinstance(extra, dict) else {}
    view = extra.get("ds")
    view = view if isinstance(view, dict) else {}
    offset = view.get("offset")
    offset = list(offset.values()) if isinstance(offset, dict) else offset
    told = extra.get("info")
    return known(
        workflow_id=plain(found.get("id")),
        revision=plain(found.get("revision")),
        last_node_id=plain(found.get("last_node_id")),
        last_link_id=plain(found.get("last_link_id")),
        format_version=plain(found.get("version")),
        scale=as_number(view.get("scale")),
        offset=[as_number(each) for each in offset[:2]] if isinstance(offset, list) else None,
        frontend=plain(extra.get("frontendVersion")),
        renderer=plain(extra.get("workflowRendererVersion")),
        author=plain(told.get("author")) if isinstance(told, dict) else None,
        packs=_packs(found),
    )


def _packs(found: Mapping[str, Any]) -> list[str]:
    """Return the custom node packs that the nodes come from, with their versions."""
    packs: dict[str, None] = {}
    for node in dicts_of(found.get("nodes"), 10_000):
        told = node.get("properties")
        if not isinstance(told, dict):
            continue
        name = text_of(told, "cnr_id", "aux_id")
        if name and len(packs) < 64:
            packs[clean(f"{name} {text_of(told, 'ver')}".strip(), 120)] = None
    return sorted(packs)


def _editor_words(found: Mapping[str, Any]) -> dict[str, Any]:
    groups = [text_of(group, "title") for group in dicts_of(found.get("groups"))]
    notes = [
        text
        for node in dicts_of(found.get("nodes"), 10_000)
        if text_of(node, "type") in {"Note", "MarkdownNote"}
        for text in _strings(node.get("widgets_values"))
    ]
    return known(
        groups=[clean(group, 80) for group in groups if group][:32],
        notes=words("\n".join(notes)[:4096]) if notes else None,
    )


def _strings(found: Any) -> list[str]:
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
