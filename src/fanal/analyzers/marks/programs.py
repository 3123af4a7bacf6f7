"""Reads the JSON records of programs with a form of their own: Fooocus, SwarmUI, mflux, others."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fanal.analyzers.marks.record import (
    AddOn,
    Input,
    Record,
    hashes,
    known,
    networks_in,
    once,
    size_in,
    size_of,
)
from fanal.analyzers.marks.values import (
    Value,
    as_number,
    clean,
    dicts_of,
    number_of,
    plain,
    text_of,
    words,
)

Found = Mapping[str, Any]


def fooocus(value: Value, found: Found) -> Record | None:
    """Return the record of Fooocus, whose JSON has a base model and the program's own terms."""
    own = {"metadata_scheme", "performance", "full_prompt", "styles", "sharpness", "adm_guidance"}
    if "base_model" not in found or not own & found.keys() or "seed" not in found:
        return None
    add_ons = [
        AddOn(clean(str(each[0])), "lora", as_number(each[1]), _first_hash(each[2:]))
        for each in _rows(found.get("loras"))
    ]
    for number in range(1, 6):
        told = found.get(f"lora_combined_{number}")
        if isinstance(told, str) and not told.startswith("None"):
            name, _, weight = told.rpartition(" : ")
            add_ons.append(AddOn(clean(name), "lora", as_number(weight)))
    return Record(
        "Fooocus",
        (value,),
        known(
            format="Fooocus JSON",
            version=clean(text_of(found, "version")),
            model=clean(text_of(found, "base_model")),
            model_hashes=hashes(text_of(found, "base_model_hash")),
            refiner=clean(text_of(found, "refiner_model")).removesuffix("None"),
            vae=clean(text_of(found, "vae")),
            seed=number_of(found, "seed"),
            steps=number_of(found, "steps"),
            cfg=number_of(found, "guidance_scale"),
            sampler=clean(text_of(found, "sampler")),
            scheduler=clean(text_of(found, "scheduler")),
            size=size_in(text_of(found, "resolution"))
            or size_of(found.get("width"), found.get("height")),
            user=clean(text_of(found, "created_by")),
            styles=clean(str(found.get("styles", "")), 200),
        ),
        _prompts(found, "prompt", "negative_prompt"),
        (),
        once([*add_ons, *networks_in(text_of(found, "prompt"))]),
    )


def _rows(found: Any) -> list[list[Any]]:
    rows = found if isinstance(found, list) else []
    return [each for each in rows[:64] if isinstance(each, list) and len(each) >= 2]


def _first_hash(found: list[Any]) -> dict[str, str] | None:
    made = hashes(*found[:1])
    return made[0] if made else None


def _prompts(found: Found, positive: str, negative: str) -> dict[str, Any]:
    return known(
        prompt=words(text_of(found, positive)) or None,
        negative=words(text_of(found, negative)) or None,
    )


def ruined_fooocus(value: Value, found: Found) -> Record | None:
    """Return the record of RuinedFooocus."""
    if not {"Prompt", "base_model_name"} <= found.keys():
        return None
    add_ons = [
        AddOn(clean(text_of(each, "name")), "lora", as_number(each.get("weight")))
        for each in dicts_of(found.get("loras"))
    ]
    return Record(
        "RuinedFooocus",
        (value,),
        known(
            format="RuinedFooocus JSON",
            version=clean(text_of(found, "software")),
            model=clean(text_of(found, "base_model_name")),
            model_hashes=hashes(text_of(found, "base_model_hash")),
            **_settings(found),
        ),
        _prompts(found, "Prompt", "Negative"),
        (),
        once([*add_ons, *networks_in(text_of(found, "Prompt"))]),
    )


def _settings(found: Found) -> dict[str, Any]:
    """Return settings under the names that most programs use."""
    return known(
        seed=number_of(found, "seed", "Seed"),
        steps=number_of(found, "steps", "Steps", "num_inference_steps"),
        cfg=number_of(found, "cfg", "cfg_scale", "cfgscale", "guidance_scale", "scale", "guidance"),
        sampler=clean(text_of(found, "sampler_name", "sampler")),
        scheduler=clean(text_of(found, "scheduler")),
        denoise=number_of(found, "denoise", "strength"),
        size=size_of(number_of(found, "width", "Width"), number_of(found, "height", "Height"))
        or size_in(text_of(found, "size", "resolution")),
    )


def swarm(value: Value, found: Found) -> Record | None:
    """Return the record of SwarmUI: `sui_image_params`, with models and times beside it."""
    told = found.get("sui_image_params")
    if not isinstance(told, dict):
        return None
    extra = found.get("sui_extra_data")
    extra = extra if isinstance(extra, dict) else {}
    models = dicts_of(found.get("sui_models"))
    main = next((each for each in models if each.get("param") == "model"), {})
    return Record(
        "SwarmUI",
        (value,),
        known(
            format="SwarmUI JSON",
            version=clean(text_of(told, "swarm_version")),
            model=clean(text_of(told, "model")),
            model_hashes=hashes(text_of(main, "hash"), dialect="swarm"),
            tiles=number_of(told, "images"),
            created=clean(text_of(extra, "date"), 40),
            generation_time=clean(text_of(extra, "generation_time"), 80),
            **_settings(told),
        ),
        known(
            **_prompts(told, "prompt", "negativeprompt"),
            original_prompt=words(text_of(extra, "original_prompt")) or None,
            note=words(text_of(told, "personalnote")) or None,
        ),
        tuple(_swarm_inputs(told)),
        once([*_swarm_loras(told, models), *networks_in(text_of(told, "prompt"))]),
    )


def _swarm_inputs(told: Found) -> Iterator[Input]:
    """Yield the pictures whose settings stand in the record, for the pictures do not."""
    if "initimage" in told or "initimagecreativity" in told:
        facts = known(denoise=number_of(told, "initimagecreativity"))
        yield Input("init", "initimage", derives=True, facts=facts)
    if "maskimage" in told:
        yield Input("mask", "maskimage")
    if "promptimages" in told:
        yield Input("guide", "promptimages")
    if "useipadapter" in told or "ipadapterstart" in told:
        yield Input("guide", "useipadapter")
    for name in ("controlnetmodel", "controlnettwomodel", "controlnetthreemodel"):
        if name in told:
            yield Input("control", clean(f"{name} {told[name]}"))


def _swarm_loras(told: Found, models: list[dict[str, Any]]) -> Iterator[AddOn]:
    names, weights = _several(told.get("loras")), _several(told.get("loraweights"))
    for place, name in enumerate(names[:64]):
        weight = as_number(weights[place]) if place < len(weights) else None
        yield AddOn(clean(name), "lora", weight)
    for each in models:
        if "lora" in text_of(each, "param").lower():
            made = hashes(text_of(each, "hash"), dialect="swarm")
            yield AddOn(clean(text_of(each, "name")), "lora", None, made[0] if made else None)


def _several(found: Any) -> list[str]:
    if isinstance(found, list):
        return [str(each) for each in found]
    return [each.strip() for each in found.split(",")] if isinstance(found, str) else []


def draw_things(value: Value, found: Found) -> Record | None:
    """Return the record of Draw Things, whose JSON calls its prompts `c` and `uc`."""
    if not {"c", "uc", "seed", "steps"} <= found.keys():
        return None
    settings = _settings(found)
    strength = settings.get("denoise")
    inputs = []
    if strength is not None and strength < 1:
        doubts = ("concluded from the strength: at less than 1 it starts from a picture",)
        facts = {"denoise": strength}
        inputs.append(Input("init", "strength", derives=True, facts=facts, doubts=doubts))
    inputs.extend(
        Input("control", clean(text_of(each, "file", "model") or "control"))
        for each in dicts_of(found.get("control"), 16)
    )
    loras = [
        AddOn(clean(text_of(each, "model", "file")), "lora", as_number(each.get("weight")))
        for each in dicts_of(found.get("lora"))
    ]
    facts = known(format="Draw Things JSON", model=clean(text_of(found, "model")), **settings)
    return Record(
        "Draw Things", (value,), facts, _prompts(found, "c", "uc"), tuple(inputs), once(loras)
    )


_EASY = {"use_stable_diffusion_model", "Stable Diffusion model", "Stable Diffusion Model"}


def easy_diffusion(value: Value, found: Found) -> Record | None:
    """Return the record of Easy Diffusion in either of its spellings, or of its separate texts."""
    named = _EASY & found.keys()
    small = {name.lower().replace(" ", "_"): each for name, each in found.items()}
    if not named or not {"seed", "sampler_name", "sampler", "num_inference_steps"} & small.keys():
        return None
    path = text_of(found, *_EASY)
    inputs = []
    if small.get("init_image") or as_number(small.get("prompt_strength")) is not None:
        facts = known(denoise=as_number(small.get("prompt_strength")))
        name = text_of(small, "init_image")
        short = "" if name.startswith("data:") else name[:512]
        inputs.append(Input("init", "init_image", short, derives=True, facts=facts))
    if small.get("mask"):
        inputs.append(Input("mask", "mask"))
    loras = _several(small.get("use_lora_model", small.get("lora_model")))
    strengths = _several(small.get("lora_alpha", small.get("lora_strength")))
    return Record(
        "Easy Diffusion",
        (value,),
        known(
            format="Easy Diffusion",
            model=clean(re.split(r"[\\/]", path)[-1]),
            paths=[clean(path)] if re.search(r"[\\/]", path) else [],
            vae=clean(text_of(small, "use_vae_model", "vae_model")),
            **{**_settings(small), **known(denoise=as_number(small.get("prompt_strength")))},
        ),
        _prompts(small, "prompt", "negative_prompt"),
        tuple(inputs),
        once(
            AddOn(clean(name), "lora", as_number(strengths[at]) if at < len(strengths) else None)
            for at, name in enumerate(loras[:64])
            if name not in {"", "None"}
        ),
    )


def mflux(value: Value, found: Found) -> Record | None:
    """Return the record of mflux."""
    if "mflux_version" not in found:
        return None
    paths = _several(found.get("lora_paths"))
    scales = found.get("lora_scales")
    scales = scales if isinstance(scales, list) else []
    return Record(
        "mflux",
        (value,),
        known(
            format="mflux JSON",
            version=clean(text_of(found, "mflux_version")),
            model=clean(text_of(found, "model")),
            created=clean(text_of(found, "created_at"), 40),
            **_settings(found),
        ),
        _prompts(found, "prompt", "negative_prompt"),
        tuple(_mflux_inputs(found)),
        once(
            AddOn(clean(path), "lora", as_number(scales[at]) if at < len(scales) else None)
            for at, path in enumerate(paths[:64])
        ),
    )


def _mflux_inputs(found: Found) -> Iterator[Input]:
    strength = known(denoise=number_of(found, "image_strength"))
    members = (
        ("image_path", "init"),
        ("image_paths", "init"),
        ("masked_image_path", "mask"),
        ("controlnet_image_path", "control"),
        ("depth_image_path", "control"),
        ("redux_image_paths", "guide"),
    )
    for member, role in members:
        told = found.get(member)
        names = told if isinstance(told, list) else [told]
        for name in names[:16]:
            if isinstance(name, str) and name:
                facts = strength if role == "init" else {}
                yield Input(role, member, name, derives=role == "init", facts=facts)


def tensor_art(value: Value, found: Found) -> Record | None:
    """Return the record of TensorArt (`generation_data`)."""
    base = found.get("baseModel")
    if not isinstance(base, dict) or "prompt" not in found:
        return None
    loras = [
        AddOn(
            clean(text_of(each, "modelFileName", "label")),
            "lora",
            as_number(each.get("weight")),
            _first_hash([each.get("hash")]),
        )
        for each in dicts_of(found.get("models"))
        if text_of(each, "type").upper() in {"LORA", "LOCON", "LYCORIS", "DORA"}
    ]
    facts = known(
        format="TensorArt JSON",
        model=clean(text_of(base, "modelFileName", "label")),
        model_hashes=hashes(text_of(base, "hash")),
        resources=[clean(str(base["modelId"]), 64)] if base.get("modelId") else [],
        job_ids=[clean(str(found["workEngineId"]), 64)] if found.get("workEngineId") else [],
        **_settings({**found, "cfg": found.get("cfgScale"), "sampler": found.get("samplerName")}),
    )
    prompts = _prompts(found, "prompt", "negativePrompt")
    return Record("TensorArt", (value,), facts, prompts, (), once(loras))


def stability_matrix(value: Value, found: Found) -> Record | None:
    """Return the record of Stability Matrix (`parameters-json`)."""
    if not {"PositivePrompt", "Seed", "Steps"} <= found.keys():
        return None
    facts = known(
        format="Stability Matrix JSON",
        model=clean(text_of(found, "ModelName")),
        model_hashes=hashes(text_of(found, "ModelHash")),
        sampler=clean(text_of(found, "Sampler")),
        cfg=number_of(found, "CfgScale"),
        **_settings({**found, "sampler": None, "cfg": None}),
    )
    prompts = _prompts(found, "PositivePrompt", "NegativePrompt")
    return Record("Stability Matrix", (value,), facts, prompts)


def diffusers(value: Value, found: Found) -> Record | None:
    """Return the record of a JSON with the settings of the diffusers library and no program's name.

    Hugging Face Spaces write such JSON.
    """
    settings = _settings(found)
    if "prompt" not in found or "seed" not in settings or "steps" not in settings:
        return None
    if not isinstance(found["prompt"], str) or len(settings) < 4:
        return None
    space = {"num_inference_steps", "guidance_scale"} <= found.keys() and "Model" in found
    facts = known(
        format="diffusers-style JSON",
        model=clean(text_of(found, "Model", "model", "base_model")),
        model_hashes=hashes(text_of(found, "Model hash", "model_hash")),
        strength_given=plain(found.get("strength")),
        **settings,
    )
    tool = "Hugging Face Space" if space else "unnamed program"
    doubts = () if space else ("no program is named: the form of the settings is all there is",)
    prompts = _prompts(found, "prompt", "negative_prompt")
    return Record(tool, (value,), facts, prompts, doubts=doubts)


READERS: tuple[Callable[[Value, Found], Record | None], ...] = (
    swarm,
    mflux,
    ruined_fooocus,
    fooocus,
    tensor_art,
    stability_matrix,
    easy_diffusion,
    draw_things,
)
"""Who reads an object, in order; the general form is tried after all others."""
