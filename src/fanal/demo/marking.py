"""Spells what generators of the operation write into their files; all tokens are neutral."""

import io
import json
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from fanal.demo.cast import SetUp
from fanal.demo.pieces import Made

STEPS, STRENGTH = 28, 0.6
NEGATIVE = "zz-none, fog"
PLACES = ("a house on a hill", "a boat at a pier", "a lighthouse", "an empty room", "a table")


def prompt_of(setup: SetUp, made: Made) -> str:
    """Return the prompt of a picture."""
    place = PLACES[(made.prompt + setup.number) % len(PLACES)]
    text = f"{setup.family}, {place}, zz-light-{made.prompt % 7}, zz-{made.prompt:04d}"
    return f"{text} <lora:{setup.add_on}:0.8>" if setup.add_on else text


def infotext(setup: SetUp, made: Made, size: tuple[int, int], source: str = "") -> str:
    """Return the text that programs of the A1111 family write; `source`: MD5 of the input."""
    told = {
        "Steps": STEPS,
        "Sampler": "DPM++ 2M",
        "Schedule type": "Karras",
        "CFG scale": 7,
        "Seed": made.seed,
        "Size": f"{size[0]}x{size[1]}",
        "Model hash": setup.model_digest[:10],
        "Model": setup.model,
    }
    if made.role in {"init", "mask", "face"}:
        told["Denoising strength"] = STRENGTH
        if made.role != "init":
            told |= {"Mask blur": 4, "Inpaint area": "Only masked"}
        if source:
            told["Init image hash"] = source
    if made.role == "control":
        told["ControlNet 0"] = '"Module: openpose, Model: zz-pose [abcd1234], Weight: 1"'
    if setup.add_on:
        told["Lora hashes"] = f'"{setup.add_on}: {setup.model_digest[-12:]}"'
    told["Version"] = setup.version
    line = ", ".join(f"{name}: {value}" for name, value in told.items())
    return f"{prompt_of(setup, made)}\nNegative prompt: {NEGATIVE}\n{line}"


def _node(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs}


def graph(setup: SetUp, made: Made, size: tuple[int, int]) -> dict[str, dict[str, Any]]:
    """Return the graph that ComfyUI ran."""
    nodes = {
        "3": _node(
            "KSampler",
            seed=made.seed,
            steps=STEPS,
            cfg=7.0,
            sampler_name="dpmpp_2m",
            scheduler="karras",
            denoise=1.0,
            model=["4", 0],
            positive=["6", 0],
            negative=["7", 0],
            latent_image=["5", 0],
        ),
        "4": _node("CheckpointLoaderSimple", ckpt_name=f"{setup.model}.safetensors"),
        "5": _node("EmptyLatentImage", width=size[0], height=size[1], batch_size=1),
        "6": _node("CLIPTextEncode", text=prompt_of(setup, made), clip=["4", 1]),
        "7": _node("CLIPTextEncode", text=NEGATIVE, clip=["4", 1]),
        "8": _node("VAEDecode", samples=["3", 0], vae=["4", 2]),
        "9": _node("SaveImage", filename_prefix="zz-out", images=["8", 0]),
    }
    if setup.add_on:
        lora = {"lora_name": f"{setup.add_on}.safetensors", "model": ["4", 0], "clip": ["4", 1]}
        nodes["10"] = _node("LoraLoader", strength_model=0.8, strength_clip=1.0, **lora)
        nodes["3"]["inputs"]["model"] = ["10", 0]
    if made.role:
        nodes["20"] = _node("LoadImage", image=made.file or "zz-in.png")
        _put_in(nodes, made.role)
    return nodes


def _put_in(nodes: dict[str, dict[str, Any]], role: str) -> None:
    """Join an input picture to a graph."""
    sampler = nodes["3"]["inputs"]
    if role == "face":
        swap = {"input_image": ["8", 0], "source_image": ["20", 0], "swap_model": "zz.onnx"}
        nodes["21"] = _node("ReActorFaceSwap", **swap)
        nodes["9"]["inputs"]["images"] = ["21", 0]
    elif role == "control":
        nodes["21"] = _node("ControlNetLoader", control_net_name="zz-pose.safetensors")
        joined = {"positive": ["6", 0], "negative": ["7", 0], "control_net": ["21", 0]}
        nodes["22"] = _node("ControlNetApplyAdvanced", image=["20", 0], strength=0.8, **joined)
        sampler |= {"positive": ["22", 0], "negative": ["22", 1]}
    else:
        nodes["21"] = _node("VAEEncode", pixels=["20", 0], vae=["4", 2])
        sampler |= {"latent_image": ["21", 0], "denoise": STRENGTH}


def editor(setup: SetUp, nodes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the editor's drawing of a graph: one installation looks at it from one place."""
    kinds = [
        {"id": int(key), "type": node["class_type"], "pos": [90 * at, 50], "mode": 0}
        for at, (key, node) in enumerate(nodes.items())
    ]
    offset = [setup.number * 31.7309481 + 211.5, -176.37351932 - setup.number]
    return {
        "id": f"0b0f1d6e-5b1e-4b7b-9a86-{setup.number:012x}",
        "last_node_id": max(int(key) for key in nodes),
        "last_link_id": 9,
        "nodes": kinds,
        "links": [],
        "extra": {"ds": {"scale": 1.0, "offset": offset}, "frontendVersion": "1.34.9"},
        "version": 0.4,
    }


def texts_of(setup: SetUp, made: Made, size: tuple[int, int], source: str = "") -> dict[str, str]:
    """Return the texts of a PNG as the set-up's program writes them, by their keys."""
    if setup.tool != "ComfyUI":
        return {"parameters": infotext(setup, made, size, source)}
    nodes = graph(setup, made, size)
    return {"prompt": json.dumps(nodes), "workflow": json.dumps(editor(setup, nodes))}


def png_with(picture: Image.Image, texts: dict[str, str]) -> bytes:
    """Return a picture as a PNG with texts in it."""
    told = PngInfo()
    for key, text in texts.items():
        told.add_text(key, text)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=3, pnginfo=told)
    return out.getvalue()


def screen_capture(picture: Image.Image) -> bytes:
    """Return a picture as a PNG that says of itself that it is a screen capture."""
    block = Image.Exif()
    block[34665] = {0x9286: b"ASCII\0\0\0Screenshot"}
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=3, exif=block.tobytes())
    return out.getvalue()


def model_file(name: str) -> bytes:
    """Return a file in the form of a model's (safetensors) that holds a single number."""
    tensor = {"dtype": "F16", "shape": [1], "data_offsets": [0, 2]}
    header = json.dumps({"__metadata__": {"zz": name}, "zz.weight": tensor}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(2)
