"""The table of generators' marks: one row a form that is met, with what a reader must say of it."""

import json
from collections.abc import Callable
from typing import Any

from makers import graphs, parts
from makers.marking import Row, comment_of

SEED, PROMPT, NEGATIVE = graphs.SEED, graphs.PROMPT, graphs.NEGATIVE
UUID = "0b0f1d6e-5b1e-4b7b-9a86-0c2d1f5a7e11"
MD5 = "9e107d9d372bb6826bd81d3542a419d6"
SHA256 = "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592"
SIGNATURE = "Zm9vYmFy" * 20
Builder = Callable[[int, int], Row]
ROWS: dict[str, Builder] = {}

_SPACES = {
    "exif": "http://ns.adobe.com/exif/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "TC260": "http://www.tc260.org.cn/ns/AIGC/1.0/",
}


def row(name: str) -> Callable[[Builder], Builder]:
    """Put a builder into the table under a name."""

    def keep(builder: Builder) -> Builder:
        ROWS[name] = builder
        return builder

    return keep


def infotext(width: int, height: int, *extra: str, prompt: str = PROMPT) -> str:
    """Return a text of the A1111 family."""
    told = ("Steps: 20", "Sampler: Euler a", "CFG scale: 7", f"Seed: {SEED}")
    line = ", ".join((*told, f"Size: {width}x{height}", *extra))
    return f"{prompt}\nNegative prompt: {NEGATIVE}\n{line}"


MODEL = ("Model hash: 45a21ea00a", "Model: zz-model")
COMMON = {"seed": SEED, "steps": 20, "sampler": "Euler a", "cfg": 7}
HASHED = {"model": "zz-model", "model_hashes": [{"dialect": "a1111_short", "value": "45a21ea00a"}]}


def _a1111(name: str, tool: str, *extra: str, **more: Any) -> None:
    facts = more.pop("facts", {})

    @row(name)
    def build(width: int, height: int) -> Row:
        text = infotext(width, height, *MODEL, *extra, prompt=more.get("prompt", PROMPT))
        told = {name: value for name, value in more.items() if name != "prompt"}
        return Row(
            "png", tool, texts={"parameters": text}, facts={**COMMON, **HASHED, **facts}, **told
        )


_a1111("a1111 png", "AUTOMATIC1111", "Version: v1.10.1", facts={"version": "v1.10.1"})
_a1111("a1111 without version", "AUTOMATIC1111")
_a1111("a1111 itxt", "AUTOMATIC1111", "Version: v1.10.1", chunk="iTXt")
_a1111("a1111 ztxt behind the pixels", "AUTOMATIC1111", "Version: v1.9", chunk="zTXt", after=True)
_a1111("forge", "Forge", "Version: f2.0.1v1.10.1-previous-669-gdfdcbab6")
_a1111("reforge", "reForge", "Version: f1.0.0v2-v1.10.1RC-latest-2498-g5120e679")
_a1111("forge neo", "Forge Neo", "Version: neo")
_a1111("forge classic", "Forge Classic", "Version: classic")
_a1111("sd.next", "SD.Next", "App: SD.Next", "Version: 56a8aea", "Operations: txt2img")
_a1111("stable-diffusion.cpp", "stable-diffusion.cpp", "Version: stable-diffusion.cpp")
_a1111("a1111 by a comfyui saver", "ComfyUI", "Version: ComfyUI")
_a1111(
    "a1111 picture to picture",
    "AUTOMATIC1111",
    "Denoising strength: 0.6",
    f"Init image hash: {MD5}",
    "Version: v1.10.1",
    facts={"init_image_hash": [{"algorithm": "md5", "value": MD5}], "denoise": 0.6},
    inputs=[("init", True)],
)
_a1111(
    "sd.next picture to picture",
    "SD.Next",
    "App: SD.Next",
    "Operations: img2img",
    "Init image hash: 9e107d9d",
    facts={"init_image_hash": [{"algorithm": "sha256-8", "value": "9e107d9d"}]},
    inputs=[("init", True)],
)
_a1111(
    "a1111 in-painting",
    "AUTOMATIC1111",
    "Denoising strength: 0.75",
    "Mask blur: 4",
    "Inpaint area: Only masked",
    "Version: v1.10.1",
    inputs=[("init", True), ("mask", False)],
)
_a1111(
    "a1111 controlnet",
    "AUTOMATIC1111",
    'ControlNet 0: "Module: canny, Model: zz-canny [abcd1234], Weight: 1"',
    'ControlNet 1: "Module: ip-adapter_face_id_plus, Model: zz-face, Weight: 0.5"',
    "Version: v1.10.1",
    inputs=[("control", False), ("identity", False)],
)
_a1111(
    "a1111 add-ons",
    "AUTOMATIC1111",
    'Lora hashes: "zz-lora: 45b5bd0819cf"',
    "Version: v1.10.1",
    prompt=f"{PROMPT} <lora:zz-lora:0.8>",
    add_ons=["zz-lora"],
)
_a1111(
    "user in a1111", "AUTOMATIC1111", "Version: v1.10.1", "User: zz-user", facts={"user": "zz-user"}
)


@row("a1111 of 2022")
def _(width: int, height: int) -> Row:
    text = f"{PROMPT}\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: {SEED}"
    return Row("png", "AUTOMATIC1111", texts={"parameters": text}, facts=COMMON, agrees=None)


@row("a1111 hires")
def _(width: int, height: int) -> Row:
    extra = ("Denoising strength: 0.4", "Hires upscale: 2", "Hires upscaler: Latent")
    text = infotext(width // 2, height // 2, *extra, "Version: v1.10.1")
    return Row("png", "AUTOMATIC1111", texts={"parameters": text}, facts=COMMON)


def _exif(name: str, container: str, charset: str, tool: str, *extra: str) -> None:
    @row(name)
    def build(width: int, height: int) -> Row:
        text = infotext(width, height, *MODEL, *extra)
        tags = {"exif": [parts.undefined_tag(0x9286, comment_of(text, charset))]}
        return Row(container, tool, exif=tags, facts={**COMMON, **HASHED})


_exif("a1111 jpeg", "jpeg", "be", "AUTOMATIC1111", "Version: v1.10.1")
_exif("a1111 jpeg, other byte order", "jpeg", "le", "AUTOMATIC1111", "Version: v1.10.1")
_exif("a1111 jpeg, ascii", "jpeg", "ascii", "AUTOMATIC1111", "Version: v1.10.1")
_exif("a1111 jpeg, no charset", "jpeg", "none", "AUTOMATIC1111", "Version: v1.10.1")
_exif("a1111 webp", "webp", "be", "AUTOMATIC1111", "Version: v1.10.1")
_exif("a1111 avif", "avif", "be", "AUTOMATIC1111", "Version: v1.10.1")


@row("a1111 gif")
def _(width: int, height: int) -> Row:
    text = infotext(width, height, "Version: v1.10.1")
    return Row("gif", "AUTOMATIC1111", comment=text.encode(), facts=COMMON)


@row("a1111 post-processing")
def _(width: int, height: int) -> Row:
    text = "Postprocess upscale by: 4, Postprocess upscaler: zz-4x"
    facts = {"pass_through": True}
    return Row("png", "AUTOMATIC1111", texts={"postprocessing": text}, facts=facts, agrees=None)


@row("stability matrix")
def _(width: int, height: int) -> Row:
    told = {
        "PositivePrompt": PROMPT,
        "NegativePrompt": NEGATIVE,
        "Steps": 20,
        "Sampler": "Euler a",
        "CfgScale": 7,
        "Seed": SEED,
        "Width": width,
        "Height": height,
        "ModelName": "zz-model",
        "ModelHash": SHA256,
    }
    texts = {
        "parameters": infotext(width, height, "Model: zz-model"),
        "parameters-json": json.dumps(told),
        "smproj": json.dumps({"Version": 2, "ProjectType": "TextToImage", "State": {}}),
    }
    facts = {**COMMON, "model_hashes": [{"dialect": "sha256", "value": SHA256}]}
    return Row("png", "Stability Matrix", texts=texts, facts=facts)


@row("civitai jpeg")
def _(width: int, height: int) -> Row:
    made = '[{"type":"lora","weight":0.6,"modelVersionId":12,"modelName":"zz-lora"}]'
    text = infotext(width, height, f"Civitai resources: {made}", "Civitai metadata: {}")
    tags = {
        "0": [parts.ascii_tag(0x0131, UUID), parts.ascii_tag(0x013B, "ai")],
        "exif": [parts.undefined_tag(0x9286, comment_of(text))],
    }
    facts = {**COMMON, "resources": ["civitai 12"]}
    return Row("jpeg", "Civitai", exif=tags, facts=facts, add_ons=["zz-lora"])


def _comfy(name: str, build: Callable[..., Any], *, sized: bool = True, **told: Any) -> None:
    @row(name)
    def made(width: int, height: int) -> Row:
        graph = build(width, height) if sized else build()
        texts = {"prompt": json.dumps(graph), "workflow": json.dumps(graphs.editor(graph))}
        facts = {"pass_through": False, **told.get("facts", {})}
        rest = {key: value for key, value in told.items() if key != "facts"}
        return Row("png", "ComfyUI", texts=texts, facts=facts, **rest)


COMFY = {"seed": SEED, "steps": 20, "cfg": 7.5, "sampler": "euler", "scheduler": "karras"}
_comfy("comfyui", graphs.text_to_picture, facts=COMFY)
_comfy("comfyui add-on", graphs.add_on, facts=COMFY, add_ons=["zz-folder/zz-lora.safetensors"])
_comfy("comfyui unused input", graphs.unused_input, facts=COMFY)
_comfy(
    "comfyui picture to picture",
    graphs.picture_to_picture,
    inputs=[("init", True)],
    agrees=None,
)
_comfy("comfyui in-painting", graphs.in_painting, inputs=[("init", True)], agrees=None)
_comfy("comfyui out-painting", graphs.out_painting, inputs=[("init", True)], agrees=None)
_comfy("comfyui control", graphs.control, inputs=[("control", False)])
_comfy("comfyui face swap", graphs.face_swap, inputs=[("face", True)])
_comfy("comfyui identity", graphs.identity, inputs=[("identity", False)])
_comfy("comfyui guide", graphs.guide, inputs=[("guide", False)])
_comfy("comfyui unknown node", graphs.unknown_guide, inputs=[("guide", False)])
_comfy("comfyui composite", graphs.composite, inputs=[("composite", True)], agrees=None)
_comfy(
    "comfyui pass-through",
    graphs.pass_through,
    sized=False,
    facts={"pass_through": True},
    inputs=[("init", True)],
    agrees=None,
)
_comfy(
    "comfyui face swap of a photograph",
    graphs.face_swap_of_photograph,
    sized=False,
    facts={"pass_through": True},
    inputs=[("init", True), ("face", True)],
    agrees=None,
)


@row("comfyui editor only")
def _(width: int, height: int) -> Row:
    texts = {"workflow": json.dumps(graphs.editor(graphs.picture_to_picture(width, height)))}
    return Row("png", "ComfyUI", texts=texts, facts=COMFY, inputs=[("init", True)], agrees=None)


@row("comfyui editor with a graph inside")
def _(width: int, height: int) -> Row:
    texts = {"workflow": json.dumps(graphs.with_subgraph(width, height))}
    facts = {"seed": SEED, "pass_through": False}
    return Row("png", "ComfyUI", texts=texts, facts=facts, inputs=[("init", True)], agrees=None)


@row("comfyui webp")
def _(width: int, height: int) -> Row:
    graph = graphs.text_to_picture(width, height)
    tags = {
        "0": [
            parts.ascii_tag(0x010F, "workflow:" + json.dumps(graphs.editor(graph))),
            parts.ascii_tag(0x0110, "prompt:" + json.dumps(graph)),
        ]
    }
    return Row("webp", "ComfyUI", exif=tags, facts=COMFY)


@row("comfyui description")
def _(width: int, height: int) -> Row:
    graph = graphs.text_to_picture(width, height)
    tags = {
        "0": [
            parts.ascii_tag(0x010E, "Workflow: " + json.dumps(graphs.editor(graph))),
            parts.ascii_tag(0x010F, "Prompt: " + json.dumps(graph)),
        ]
    }
    return Row("jpeg", "ComfyUI", exif=tags, facts=COMFY)


@row("comfyui user comment")
def _(width: int, height: int) -> Row:
    graph = graphs.text_to_picture(width, height)
    text = json.dumps({"prompt": graph, "workflow": graphs.editor(graph)})
    return Row("jpeg", "ComfyUI", exif={"0": [parts.ascii_tag(0x9286, text)]}, facts=COMFY)


@row("comfyui texts in one object")
def _(width: int, height: int) -> Row:
    graph = graphs.text_to_picture(width, height)
    text = json.dumps({"prompt": json.dumps(graph), "workflow": json.dumps(graphs.editor(graph))})
    tags = {"exif": [parts.undefined_tag(0x9286, comment_of(text))]}
    return Row("jpeg", "ComfyUI", exif=tags, facts=COMFY)
