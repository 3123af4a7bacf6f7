"""The other half of the table: programs with forms of their own, services, labels, hidden text."""

import json
from typing import Any

from makers import parts
from makers.marking import Row, comment_of, hidden_bytes
from makers.marks_rows import (
    _SPACES,
    COMMON,
    MD5,
    NEGATIVE,
    PROMPT,
    ROWS,
    SEED,
    SHA256,
    SIGNATURE,
    UUID,
    infotext,
    row,
)

__all__ = ["ROWS"]
TAG, LABEL, SOURCE = "generator tag", "AI label", "digital source type"


@row("invokeai dream")
def _(width: int, height: int) -> Row:
    text = f'"{PROMPT}" -s 20 -S {SEED} -W {width} -H {height} -C 7 -A k_euler_a'
    facts = {"seed": SEED, "steps": 20, "cfg": 7, "sampler": "k_euler_a"}
    return Row("png", "InvokeAI", texts={"Dream": text}, facts=facts)


@row("invokeai dream from a picture")
def _(width: int, height: int) -> Row:
    text = f'"{PROMPT}" -s 20 -S {SEED} -W {width} -H {height} -C 7 -I zz-input.png -f 0.6'
    return Row("png", "InvokeAI", texts={"Dream": text}, inputs=[("init", True)])


@row("invokeai placeholder")
def _(width: int, height: int) -> Row:
    return Row("png", "InvokeAI", TAG, texts={"Dream": "<too lazy to implement>"}, agrees=None)


def _sd_metadata(width: int, height: int, **more: Any) -> dict[str, Any]:
    picture = {
        "prompt": [{"prompt": PROMPT, "weight": 1.0}],
        "steps": 20,
        "cfg_scale": 7.5,
        "seed": SEED,
        "sampler": "k_lms",
        "width": width,
        "height": height,
        "type": "txt2img",
        **more,
    }
    return {
        "model": "stable diffusion",
        "model_hash": SHA256,
        "app_id": "invoke-ai/InvokeAI",
        "app_version": "v2.2.0",
        "image": picture,
    }


@row("invokeai second age")
def _(width: int, height: int) -> Row:
    texts = {"sd-metadata": json.dumps(_sd_metadata(width, height))}
    hashes = [{"dialect": "sha256", "value": SHA256}]
    facts = {"seed": SEED, "sampler": "k_lms", "model_hashes": hashes}
    return Row("png", "InvokeAI", texts=texts, chunk="zTXt", facts=facts)


@row("invokeai second age from a picture")
def _(width: int, height: int) -> Row:
    told = _sd_metadata(width, height, type="img2img", init_img="zz-in.png", orig_hash=SHA256)
    facts = {"init_image_hash": [{"algorithm": "sha256-file", "value": SHA256}]}
    texts = {"sd-metadata": json.dumps(told)}
    return Row("png", "InvokeAI", texts=texts, facts=facts, inputs=[("init", True)])


def _invoke(width: int, height: int, **more: Any) -> dict[str, Any]:
    return {
        "app_version": "6.10.0",
        "generation_mode": "sdxl_txt2img",
        "positive_prompt": PROMPT,
        "negative_prompt": NEGATIVE,
        "width": width,
        "height": height,
        "seed": SEED,
        "cfg_scale": 6.0,
        "steps": 24,
        "scheduler": "euler_a",
        "model": {"key": UUID, "hash": f"blake3:{SHA256}", "name": "zz-model", "base": "sdxl"},
        **more,
    }


@row("invokeai third age")
def _(width: int, height: int) -> Row:
    told = _invoke(
        width,
        height,
        loras=[{"model": {"name": "zz-lora", "hash": f"blake3:{SHA256}"}, "weight": 0.5}],
    )
    graph = {
        "id": "zz",
        "nodes": {"noise:1": {"id": "noise:1", "type": "noise", "seed": 1}},
        "edges": [],
    }
    texts = {"invokeai_metadata": json.dumps(told), "invokeai_graph": json.dumps(graph)}
    hashes = [{"dialect": "blake3", "value": SHA256}]
    facts = {"seed": SEED, "model": "zz-model", "model_hashes": hashes, "version": "6.10.0"}
    return Row("png", "InvokeAI", texts=texts, chunk="iTXt", facts=facts, add_ons=["zz-lora"])


@row("invokeai third age from pictures")
def _(width: int, height: int) -> Row:
    told = _invoke(
        width,
        height,
        generation_mode="sdxl_img2img",
        init_image="zz-in.png",
        strength=0.6,
        controlnets=[{"image": {"image_name": "zz-c.png"}, "control_model": {"name": "zz-canny"}}],
        ipAdapters=[
            {"image": {"image_name": "zz-f.png"}, "ip_adapter_model": {"name": "zz-faceid"}}
        ],
    )
    inputs = [("init", True), ("control", False), ("identity", False)]
    return Row("png", "InvokeAI", texts={"invokeai_metadata": json.dumps(told)}, inputs=inputs)


def _fooocus(width: int, height: int) -> str:
    return json.dumps(
        {
            "base_model": "zz-model",
            "base_model_hash": "aeb7e9e689",
            "full_prompt": [PROMPT],
            "guidance_scale": 4,
            "loras": [["zz-lora", 0.5, "45b5bd0819"]],
            "metadata_scheme": "fooocus",
            "negative_prompt": NEGATIVE,
            "performance": "Speed",
            "prompt": PROMPT,
            "resolution": f"({width}, {height})",
            "sampler": "dpmpp_2m_sde_gpu",
            "scheduler": "karras",
            "seed": str(SEED),
            "sharpness": 2,
            "steps": 30,
            "created_by": "zz-user",
            "version": "Fooocus v2.4.3",
        }
    )


FOOOCUS = {"seed": SEED, "steps": 30, "version": "Fooocus v2.4.3", "user": "zz-user"}


@row("fooocus png")
def _(width: int, height: int) -> Row:
    texts = {"parameters": _fooocus(width, height), "fooocus_scheme": "fooocus"}
    return Row("png", "Fooocus", texts=texts, facts=FOOOCUS, add_ons=["zz-lora"])


@row("fooocus png in a1111 text")
def _(width: int, height: int) -> Row:
    text = infotext(width, height, "Version: Fooocus v2.4.3")
    return Row(
        "png", "Fooocus", texts={"parameters": text, "fooocus_scheme": "a1111"}, facts=COMMON
    )


@row("fooocus jpeg")
def _(width: int, height: int) -> Row:
    tags = {
        "0": [
            parts.ascii_tag(0x0131, "Fooocus v2.4.3"),
            parts.ascii_tag(0x9286, _fooocus(width, height)),
            parts.ascii_tag(0x927C, "fooocus"),
        ]
    }
    return Row("jpeg", "Fooocus", exif=tags, facts=FOOOCUS, add_ons=["zz-lora"])


@row("fooocus jpeg comment")
def _(width: int, height: int) -> Row:
    text = _fooocus(width, height).encode()
    return Row("jpeg", "Fooocus", comment=text, facts=FOOOCUS, add_ons=["zz-lora"])


@row("ruinedfooocus")
def _(width: int, height: int) -> Row:
    told = {
        "Prompt": PROMPT,
        "Negative": NEGATIVE,
        "steps": 30,
        "cfg": 8,
        "width": width,
        "height": height,
        "seed": SEED,
        "sampler_name": "dpmpp_2m",
        "scheduler": "karras",
        "base_model_name": "zz-model",
        "loras": [{"name": "zz-lora", "weight": 0.5}],
        "software": "RuinedFooocus",
    }
    facts = {"seed": SEED, "model": "zz-model"}
    texts = {"parameters": json.dumps(told)}
    return Row("png", "RuinedFooocus", texts=texts, facts=facts, add_ons=["zz-lora"])


def novelai(width: int, height: int, **more: Any) -> dict[str, Any]:
    """Return the service's record."""
    return {
        "prompt": PROMPT,
        "steps": 23,
        "height": height,
        "width": width,
        "scale": 5.0,
        "uncond_scale": 0.0,
        "seed": SEED,
        "n_samples": 1,
        "noise_schedule": "karras",
        "sampler": "k_euler_ancestral",
        "uc": NEGATIVE,
        "request_type": "PromptGenerateRequest",
        **more,
    }


NOVEL = {
    "seed": SEED,
    "steps": 23,
    "model_hashes": [{"dialect": "novelai", "value": "c02d4f98"}],
    "scheduler": "karras",
}


def novelai_texts(comment: dict[str, Any]) -> dict[str, str]:
    """Return the service's texts of a PNG."""
    return {
        "Title": "NovelAI generated image",
        "Description": PROMPT,
        "Software": "NovelAI",
        "Source": "NovelAI Diffusion V4.5 C02D4F98",
        "Generation time": "3.6",
        "Comment": json.dumps(comment),
    }


@row("novelai png")
def _(width: int, height: int) -> Row:
    return Row("png", "NovelAI", texts=novelai_texts(novelai(width, height)), facts=NOVEL)


@row("novelai from a picture")
def _(width: int, height: int) -> Row:
    told = novelai(width, height, request_type="NativeInfillingRequest", strength=0.7)
    inputs = [("init", True), ("mask", False)]
    return Row("png", "NovelAI", texts=novelai_texts(told), facts=NOVEL, inputs=inputs)


@row("novelai webp")
def _(width: int, height: int) -> Row:
    told = json.dumps(novelai_texts(novelai(width, height)))
    tags = {
        "0": [
            parts.ascii_tag(0x0131, "NovelAI Diffusion V4.5 C02D4F98"),
            parts.ascii_tag(0x010D, "NovelAI generated image"),
            parts.ascii_tag(0x010E, PROMPT),
        ],
        "exif": [parts.undefined_tag(0x9286, comment_of(told, "ascii"))],
    }
    return Row("webp", "NovelAI", exif=tags, facts=NOVEL)


@row("novelai alpha only")
def _(width: int, height: int) -> Row:
    told = json.dumps(novelai_texts(novelai(width, height)))
    payload = hidden_bytes(b"stealth_pngcomp", told)
    return Row("png", "NovelAI", hidden=("alpha", payload), facts=NOVEL)


def _hidden(name: str, where: str, signature: bytes, container: str = "png") -> None:
    @row(name)
    def build(width: int, height: int) -> Row:
        text = infotext(width, height, "Version: v1.10.1")
        payload = hidden_bytes(signature, text)
        return Row(container, "AUTOMATIC1111", hidden=(where, payload), facts=COMMON)


_hidden("hidden in alpha", "alpha", b"stealth_pnginfo")
_hidden("hidden in alpha, packed", "alpha", b"stealth_pngcomp")
_hidden("hidden in colours", "colours", b"stealth_rgbinfo")
_hidden("hidden in colours, packed", "colours", b"stealth_rgbcomp")
_hidden("hidden in alpha of a webp", "alpha", b"stealth_pngcomp", "webp")


def _swarm(width: int, height: int, **more: Any) -> str:
    return json.dumps(
        {
            "sui_image_params": {
                "prompt": PROMPT,
                "negativeprompt": NEGATIVE,
                "model": "zz-model",
                "seed": SEED,
                "steps": 20,
                "cfgscale": 7.0,
                "width": width,
                "height": height,
                "sampler": "euler",
                "scheduler": "karras",
                "swarm_version": "0.9.7.4",
                **more,
            },
            "sui_extra_data": {"date": "2026-01-03", "generation_time": "6.53 sec"},
            "sui_models": [{"name": "zz-model", "param": "model", "hash": f"0x{SHA256}"}],
        }
    )


SWARM = {
    "seed": SEED,
    "cfg": 7.0,
    "version": "0.9.7.4",
    "model_hashes": [{"dialect": "swarm", "value": SHA256}],
}


@row("swarmui png")
def _(width: int, height: int) -> Row:
    told = _swarm(width, height, loras=["zz-lora"], loraweights=["0.7"])
    return Row("png", "SwarmUI", texts={"parameters": told}, facts=SWARM, add_ons=["zz-lora"])


@row("swarmui from pictures")
def _(width: int, height: int) -> Row:
    told = _swarm(width, height, initimagecreativity=0.6, controlnetmodel="zz-canny")
    inputs = [("init", True), ("control", False)]
    return Row("png", "SwarmUI", texts={"parameters": told}, facts=SWARM, inputs=inputs)


def _swarm_jpeg(name: str, order: str) -> None:
    @row(name)
    def build(width: int, height: int) -> Row:
        raw = comment_of(_swarm(width, height), order)
        return Row(
            "jpeg", "SwarmUI", exif={"exif": [parts.undefined_tag(0x9286, raw)]}, facts=SWARM
        )


_swarm_jpeg("swarmui jpeg, big end first", "be")
_swarm_jpeg("swarmui jpeg, little end first", "le")


@row("swarmui legacy")
def _(width: int, height: int) -> Row:
    tags = {"0": [parts.ascii_tag(0x0110, _swarm(width, height))]}
    return Row("jpeg", "SwarmUI", exif=tags, end=">", facts=SWARM)


def xmp(inside: str = "", attributes: str = "") -> bytes:
    """Return an XMP packet."""
    return parts.packet(inside, _SPACES, attributes)


@row("draw things")
def _(width: int, height: int) -> Row:
    told = {
        "c": PROMPT,
        "uc": NEGATIVE,
        "model": "zz-model.ckpt",
        "sampler": "Euler a",
        "scale": 7,
        "seed": SEED,
        "steps": 20,
        "strength": 1,
        "size": f"{width}x{height}",
        "lora": [{"model": "zz-lora.ckpt", "weight": 0.5}],
    }
    text = json.dumps(told).replace('"', "&quot;")
    inside = (
        "<xmp:CreatorTool>Draw Things</xmp:CreatorTool><exif:UserComment><rdf:Alt>"
        f'<rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></exif:UserComment>'
    )
    facts = {**COMMON, "model": "zz-model.ckpt"}
    return Row("png", "Draw Things", xmp=xmp(inside), facts=facts, add_ons=["zz-lora.ckpt"])


def _easy(width: int, height: int) -> dict[str, Any]:
    return {
        "prompt": PROMPT,
        "negative_prompt": NEGATIVE,
        "seed": SEED,
        "use_stable_diffusion_model": "C:\\Users\\zz-user\\models\\zz-model",
        "sampler_name": "Euler a",
        "width": width,
        "height": height,
        "num_inference_steps": 20,
        "guidance_scale": 7,
    }


EASY = {**COMMON, "model": "zz-model", "paths": ["C:\\Users\\zz-user\\models\\zz-model"]}


@row("easy diffusion png")
def _(width: int, height: int) -> Row:
    texts = {name: str(value) for name, value in _easy(width, height).items()}
    return Row("png", "Easy Diffusion", texts=texts, facts=EASY)


@row("easy diffusion jpeg")
def _(width: int, height: int) -> Row:
    raw = comment_of(json.dumps(_easy(width, height)))
    tags = {"exif": [parts.undefined_tag(0x9286, raw)]}
    return Row("jpeg", "Easy Diffusion", exif=tags, facts=EASY)


@row("tensorart")
def _(width: int, height: int) -> Row:
    told = {
        "prompt": PROMPT,
        "negativePrompt": NEGATIVE,
        "width": width,
        "height": height,
        "seed": str(SEED),
        "steps": 20,
        "cfgScale": 7,
        "samplerName": "Euler a",
        "baseModel": {"modelId": "123", "modelFileName": "zz-model", "hash": SHA256},
        "models": [{"type": "LORA", "modelFileName": "zz-lora", "weight": 0.5}],
    }
    texts = {"generation_data": json.dumps(told) + "\0"}
    facts = {**COMMON, "model": "zz-model", "resources": ["123"]}
    return Row("png", "TensorArt", texts=texts, facts=facts, add_ons=["zz-lora"])


@row("hugging face space")
def _(width: int, height: int) -> Row:
    told = {
        "prompt": PROMPT,
        "negative_prompt": NEGATIVE,
        "resolution": f"{width} x {height}",
        "guidance_scale": 7,
        "num_inference_steps": 20,
        "seed": SEED,
        "sampler": "Euler a",
        "Model": "zz-model",
        "Model hash": "45a21ea00a",
    }
    facts = {**COMMON, "model": "zz-model"}
    return Row("png", "Hugging Face Space", texts={"parameters": json.dumps(told)}, facts=facts)


@row("hugging face job")
def _(width: int, height: int) -> Row:
    job = "6712ab34cd56ef7890ab12cd"
    facts = {"job_ids": [job]}
    return Row("png", "Hugging Face job", TAG, texts={"hf-job-id": job}, facts=facts, agrees=None)


DESCRIPTION = f"{PROMPT} --v 5.2 --seed {SEED} Job ID: {UUID}"
MIDJOURNEY = {"job_ids": [UUID], "seed": SEED, "version": "5.2"}
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


@row("midjourney png")
def _(width: int, height: int) -> Row:
    attributes = f'Iptc4xmpExt:DigImageGUID="{UUID}" Iptc4xmpExt:DigitalSourceType="{TRAINED}"'
    texts = {
        "Description": DESCRIPTION,
        "Author": "zz-account",
        "XML:com.adobe.xmp": xmp("", attributes).decode(),
    }
    facts = {**MIDJOURNEY, "account": "zz-account", "picture_id": UUID}
    return Row("png", "Midjourney", texts=texts, facts=facts, agrees=None)


@row("midjourney jpeg")
def _(width: int, height: int) -> Row:
    inside = (
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{DESCRIPTION}</rdf:li></rdf:Alt>'
        "</dc:description><dc:creator><rdf:Seq><rdf:li>zz-account</rdf:li></rdf:Seq></dc:creator>"
    )
    facts = {**MIDJOURNEY, "account": "zz-account"}
    return Row("jpeg", "Midjourney", xmp=xmp(inside), facts=facts, agrees=None)


@row("midjourney with pictures")
def _(width: int, height: int) -> Row:
    text = (
        f"https://s.example/zz.png {PROMPT} --cref https://s.example/zz-face.png --v 6 "
        f"Job ID: {UUID}"
    )
    inputs = [("guide", False), ("identity", False)]
    return Row("png", "Midjourney", texts={"Description": text}, inputs=inputs, agrees=None)


@row("grok")
def _(width: int, height: int) -> Row:
    text = f"Signature: {SIGNATURE}"
    tags = {
        "0": [parts.ascii_tag(0x010E, text), parts.ascii_tag(0x013B, UUID)],
        "exif": [parts.undefined_tag(0x9286, comment_of(text, "ascii"))],
    }
    facts = {"picture_id": UUID, "verified": "not checkable"}
    return Row("jpeg", "xAI Grok", TAG, exif=tags, facts=facts, agrees=None)


def _tagged(name: str, tool: str, number: int, text: str) -> None:
    @row(name)
    def build(width: int, height: int) -> Row:
        tags = {"0": [parts.ascii_tag(number, text)]}
        return Row("jpeg", tool, TAG, exif=tags, agrees=None)


_tagged("ideogram", "Ideogram", 0x010F, "Ideogram AI")
_tagged("reve", "Reve", 0x0131, "reve.com")
_tagged("aphrodite", "Aphrodite AI", 0x010F, "Aphrodite AI")


@row("dall-e 2")
def _(width: int, height: int) -> Row:
    tags = {
        "0": [
            parts.ascii_tag(0x927C, "OpenAI--ImageGeneration--generation-zz0001"),
            parts.ascii_tag(0x9286, "Made with OpenAI Labs"),
        ]
    }
    facts = {"job_ids": ["generation-zz0001"]}
    return Row("jpeg", "OpenAI DALL-E 2", TAG, exif=tags, facts=facts, agrees=None)


@row("mflux")
def _(width: int, height: int) -> Row:
    told = {
        "mflux_version": "0.15.0",
        "model": "zz/model",
        "seed": SEED,
        "steps": 8,
        "guidance": 4.0,
        "height": height,
        "width": width,
        "image_path": "/srv/zz-user/zz-in.png",
        "image_strength": 0.4,
        "lora_paths": ["zz-lora.safetensors"],
        "lora_scales": [0.5],
        "prompt": PROMPT,
        "negative_prompt": None,
    }
    return Row(
        "png",
        "mflux",
        exif={"exif": [parts.undefined_tag(0x9286, comment_of(json.dumps(told), "ascii"))]},
        xmp=xmp("<photoshop:Credit>Generated by MFLUX</photoshop:Credit>"),
        iptc=parts.iim((2, 25, b"AI;Generated;MFLUX;seed-4711")),
        facts={"seed": SEED, "cfg": 4.0, "model": "zz/model"},
        inputs=[("init", True)],
        add_ons=["zz-lora.safetensors"],
    )


AIGC = {
    "Label": "1",
    "ContentProducer": "001191110102ZZTEST0001",
    "ProduceID": MD5,
    "ReservedCode1": "",
    "ContentPropagator": "",
    "PropagateID": "",
    "ReservedCode2": "",
}
AIGC_FACTS = {"value": "1", "producer": "001191110102ZZTEST0001", "job_ids": [MD5]}


@row("tc260 xmp")
def _(width: int, height: int) -> Row:
    text = json.dumps(AIGC).replace('"', "&quot;")
    inside = f"<TC260:AIGC>{text}</TC260:AIGC>"
    return Row("png", "TC260", LABEL, xmp=xmp(inside), facts=AIGC_FACTS, agrees=None)


@row("tc260 chunk")
def _(width: int, height: int) -> Row:
    texts = {"AIGC": json.dumps(AIGC)}
    return Row("png", "TC260", LABEL, texts=texts, facts=AIGC_FACTS, agrees=None)


@row("tc260 exif")
def _(width: int, height: int) -> Row:
    raw = comment_of(json.dumps({"AIGC": AIGC}), "none")
    tags = {"exif": [parts.undefined_tag(0x9286, raw)]}
    return Row("jpeg", "TC260", LABEL, exif=tags, facts=AIGC_FACTS, agrees=None)


@row("tc260 segment")
def _(width: int, height: int) -> Row:
    segments = [parts.segment(0xEB, b"AIGC" + json.dumps(AIGC).encode())]
    return Row("jpeg", "TC260", LABEL, segments=segments, facts=AIGC_FACTS, agrees=None)


@row("google credit")
def _(width: int, height: int) -> Row:
    inside = "<photoshop:Credit>Made with Google AI</photoshop:Credit>"
    facts = {"value": "Made with Google AI", "edited": False}
    return Row("jpeg", "credit line", LABEL, xmp=xmp(inside), facts=facts, agrees=None)


@row("google credit of an edit")
def _(width: int, height: int) -> Row:
    iptc = parts.iim((2, 110, b"Edited with Google AI"))
    facts = {"value": "Edited with Google AI", "edited": True}
    return Row("jpeg", "credit line", LABEL, iptc=iptc, facts=facts, agrees=None)


VOCABULARY = (
    "digitalCapture",
    "computationalCapture",
    "negativeFilm",
    "positiveFilm",
    "print",
    "humanEdits",
    "compositeCapture",
    "algorithmicallyEnhanced",
    "dataDrivenMedia",
    "digitalCreation",
    "virtualRecording",
    "compositeSynthetic",
    "trainedAlgorithmicMedia",
    "compositeWithTrainedAlgorithmicMedia",
    "algorithmicMedia",
    "screenCapture",
)
"""IPTC NewsCodes, vocabulary `digitalsourcetype`, as published in 2025."""


def _source(value: str) -> None:
    @row(f"source type {value}")
    def build(width: int, height: int) -> Row:
        address = f"http://cv.iptc.org/newscodes/digitalsourcetype/{value}"
        packet = xmp("", f'Iptc4xmpExt:DigitalSourceType="{address}"')
        return Row("jpeg", value, SOURCE, xmp=packet, facts={"value": value}, agrees=None)


for _value in VOCABULARY:
    _source(_value)
