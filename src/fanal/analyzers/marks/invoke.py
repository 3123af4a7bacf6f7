"""Reads what InvokeAI writes, in its three ages: Dream line, sd-metadata, invokeai_metadata."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fanal.analyzers.marks.record import (
    AddOn,
    Input,
    Mark,
    Record,
    hashes,
    known,
    once,
    size_of,
    tag,
)
from fanal.analyzers.marks.values import (
    Value,
    as_number,
    clean,
    dicts_of,
    number_of,
    text_of,
    words,
)

TOOL = "InvokeAI"
PLACEHOLDER = "<too lazy to implement>"
"""What the first versions wrote in place of the command."""
_SWITCH = re.compile(r"\s-(s|S|W|H|C|A|I|M|f|G|U)\s?(\"[^\"]{0,512}\"|\S{1,512})")
_MOST_LINE = 64 << 10


def dream(value: Value) -> Record | Mark | None:
    """Return the record of a command line of the first age (`"prompt" -s 50 -S 42 -W 512 …`)."""
    text = value.text.strip()
    if text == PLACEHOLDER and value.key == "Dream":
        return tag(TOOL, f"{value.where} (a placeholder)", (value,))
    if len(text) > _MOST_LINE or " -S" not in text:
        return None
    found = dict(reversed(_SWITCH.findall(text)))
    if not {"s", "S"} <= found.keys() or not {"W", "H", "C", "A"} & found.keys():
        return None
    prompt = text[: _SWITCH.search(text).start()].strip(' "')  # type: ignore[union-attr]
    inputs = []
    if "I" in found:
        facts = known(denoise=as_number(found.get("f")))
        inputs.append(Input("init", "-I", found["I"].strip('"'), derives=True, facts=facts))
    if "M" in found:
        inputs.append(Input("mask", "-M", found["M"].strip('"')))
    return Record(
        TOOL,
        (value,),
        known(
            format="InvokeAI Dream",
            seed=as_number(found["S"]),
            steps=as_number(found["s"]),
            cfg=as_number(found.get("C")),
            sampler=clean(found.get("A", "")),
            size=size_of(as_number(found.get("W")), as_number(found.get("H"))),
        ),
        known(prompt=words(prompt)),
        tuple(inputs),
    )


def metadata(value: Value, found: Mapping[str, Any]) -> Record | None:
    """Return the record of an object of the second or third age; None where it is neither."""
    picture = found.get("image")
    if picture is None:
        listed = dicts_of(found.get("images"), 1)
        picture = listed[0] if listed else None
    if isinstance(picture, dict) and "seed" in picture and ("app_id" in found or "model" in found):
        return _second(value, found, picture)
    third = "positive_prompt" in found and (
        "generation_mode" in found or "app_version" in found or isinstance(found.get("model"), dict)
    )
    return _third(value, found) if third else None


def _second(value: Value, found: Mapping[str, Any], picture: Mapping[str, Any]) -> Record:
    prompts = picture.get("prompt")
    texts = [text_of(each, "prompt") for each in dicts_of(prompts)]
    prompt = prompts if isinstance(prompts, str) else "\n".join(texts)
    digest = text_of(picture, "orig_hash").lower()
    source = [{"algorithm": "sha256-file", "value": digest}] if len(digest) == 64 else []
    return Record(
        TOOL,
        (value,),
        known(
            format="InvokeAI sd-metadata",
            app=clean(text_of(found, "app_id")),
            version=clean(text_of(found, "app_version")),
            model=clean(text_of(found, "model_weights", "model_id", "model")),
            model_hashes=hashes(text_of(found, "model_hash")),
            seed=number_of(picture, "seed"),
            steps=number_of(picture, "steps"),
            cfg=number_of(picture, "cfg_scale"),
            sampler=clean(text_of(picture, "sampler")),
            size=size_of(picture.get("width"), picture.get("height")),
            scale=_enlarged(picture.get("upscale")),
            init_image_hash=source,
        ),
        known(prompt=words(prompt)),
        tuple(_second_inputs(picture, source)),
    )


def _enlarged(told: Any) -> Any:
    factor = told[0] if isinstance(told, list) and told else None
    return factor if isinstance(factor, int | float) and factor > 1 else None


def _second_inputs(picture: Mapping[str, Any], source: list[dict[str, str]]) -> Iterator[Input]:
    name = text_of(picture, "init_img", "init_image_path", "init_image")
    kind = text_of(picture, "type")
    if kind in {"img2img", "inpaint", "outpaint"} or name or source:
        strength = number_of(picture, "strength", "strength_steps")
        facts = known(digest=source, denoise=strength)
        yield Input("init", clean(kind or "init_img", 40), name, derives=True, facts=facts)
    if mask := text_of(picture, "init_mask", "mask_image_path"):
        yield Input("mask", "init_mask", mask)


def _third(value: Value, found: Mapping[str, Any]) -> Record:
    model = found.get("model")
    model = model if isinstance(model, dict) else {}
    return Record(
        TOOL,
        (value,),
        known(
            format="InvokeAI metadata",
            version=clean(text_of(found, "app_version")),
            model=clean(text_of(model, "name", "model_name") or text_of(found, "model")),
            model_key=clean(text_of(model, "key"), 64),
            model_hashes=hashes(text_of(model, "hash")),
            mode=clean(text_of(found, "generation_mode"), 40),
            seed=number_of(found, "seed"),
            steps=number_of(found, "steps"),
            cfg=number_of(found, "cfg_scale"),
            denoise=number_of(found, "strength"),
            scheduler=clean(text_of(found, "scheduler")),
            size=size_of(found.get("width"), found.get("height")),
            user=clean(text_of(found, "created_by")),
        ),
        known(
            prompt=words(text_of(found, "positive_prompt")),
            negative=words(text_of(found, "negative_prompt")),
        ),
        tuple(_third_inputs(found)),
        once(_third_add_ons(found)),
    )


def _third_inputs(found: Mapping[str, Any]) -> Iterator[Input]:
    mode = text_of(found, "generation_mode")
    name = _name(found.get("init_image"))
    if name or any(each in mode for each in ("img2img", "inpaint", "outpaint")):
        facts = known(denoise=number_of(found, "strength"))
        yield Input("init", clean(mode or "init_image", 40), name, derives=True, facts=facts)
    if mask := _name(found.get("mask_image")):
        yield Input("mask", "mask_image", mask)
    for member, role in _LISTS:
        for each in dicts_of(found.get(member), 16):
            model = each.get("control_model") or each.get("ip_adapter_model") or {}
            named = text_of(model, "name", "model_name") if isinstance(model, dict) else ""
            face = "face" in named.lower()
            yield Input("identity" if face else role, clean(f"{member} {named}"), _image(each))
    yield from _canvas(found.get("canvas_v2_metadata"))


_LISTS = (
    ("controlnets", "control"),
    ("t2iAdapters", "control"),
    ("ipAdapters", "guide"),
    ("ref_images", "guide"),
)


def _canvas(found: Any) -> Iterator[Input]:
    """Yield the pictures on the canvas of later versions; its layers do not say more."""
    layers = (
        ("rasterLayers", "init"),
        ("controlLayers", "control"),
        ("referenceImages", "guide"),
        ("inpaintMasks", "mask"),
    )
    for member, role in layers if isinstance(found, dict) else ():
        for each in dicts_of(found.get(member), 16):
            if each.get("isEnabled", True):
                yield Input(role, f"canvas {member}", _image(each), derives=role == "init")


def _name(found: Any) -> str:
    """Return a picture's name, written bare or in an object."""
    return found if isinstance(found, str) else _image(found)


def _image(found: Any) -> str:
    """Return the first `image_name` in an object, a few steps down."""
    waiting = [found]
    for _ in range(64):
        if not waiting:
            return ""
        each = waiting.pop(0)
        if isinstance(each, dict):
            if name := text_of(each, "image_name"):
                return name
            waiting.extend(list(each.values())[:32])
        elif isinstance(each, list):
            waiting.extend(each[:32])
    return ""


def _third_add_ons(found: Mapping[str, Any]) -> Iterator[AddOn]:
    for each in dicts_of(found.get("loras")):
        told = each.get("model", each.get("lora"))
        told = told if isinstance(told, dict) else {}
        named = text_of(told, "name", "model_name") or text_of(each, "model_name")
        made = hashes(text_of(told, "hash"))
        weight = as_number(each.get("weight"))
        yield AddOn(clean(named), "lora", weight, made[0] if made else None)


def graph(value: Value, found: Mapping[str, Any]) -> Record | None:
    """Return the record of InvokeAI's own graph or workflow, for the pictures that it names."""
    nodes = found.get("nodes")
    edges = found.get("edges")
    if not isinstance(edges, list):
        return None
    listed = list(nodes.values()) if isinstance(nodes, dict) else nodes
    if not isinstance(listed, list) or not any(_is_node(each) for each in listed[:64]):
        return None
    inputs = []
    for each in listed[:4096]:
        if _is_node(each) and (name := _image(each)):
            kind = _kind(each)
            if kind not in {"core_metadata", "save_image"}:
                inputs.append(Input(_role(kind), clean(kind, 80), name, _role(kind) == "init"))
    facts = known(format="InvokeAI graph", nodes=len(listed))
    return Record(TOOL, (value,), facts, inputs=tuple(inputs[:64]))


def _is_node(found: Any) -> bool:
    return isinstance(found, dict) and isinstance(found.get("id"), str) and bool(_kind(found))


def _kind(found: Mapping[str, Any]) -> str:
    inner = found.get("data")
    return text_of(inner if isinstance(inner, dict) else found, "type") or text_of(found, "type")


def _role(kind: str) -> str:
    if "mask" in kind:
        return "mask"
    if "control" in kind or "t2i" in kind:
        return "control"
    if "ip_adapter" in kind or "redux" in kind:
        return "guide"
    return "init"
