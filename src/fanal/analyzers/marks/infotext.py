"""Reads the text of the A1111 family: prompt, negative prompt, one line of names and values.

Written so by AUTOMATIC1111 (modules/processing.py, create_infotext) and many programs after it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fanal.analyzers.marks.infotext_inputs import inputs_of
from fanal.analyzers.marks.record import (
    AddOn,
    Record,
    hashes,
    known,
    model_hash,
    networks_in,
    once,
    size_in,
)
from fanal.analyzers.marks.values import (
    Value,
    as_number,
    clean,
    decode_json,
    dicts_of,
    text_of,
    words,
)

MOST_LINE = 256 << 10
"""Characters read of the line of names and values."""
MOST_PAIRS = 512
MOST_NAMED = 80
"""Characters of a name before its colon."""
LINES_BACK = 64
"""Lines looked at from the end of a text."""

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_BESIDE = {"Seed", "Sampler", "CFG scale", "Size", "Model", "Model hash", "Guidance", "Version"}
"""Two of these stand beside `Steps` in every such line, back to 2022."""
_NEGATIVE = "Negative prompt:"
_AFTERWARDS = ("Postprocess ", "GFPGAN visibility", "CodeFormer visibility", "CodeFormer weight")
_FORKS = (
    (re.compile(r"f\d+(?:\.\d+)+v?\d*-v"), "reForge"),
    (re.compile(r"f\d+\.\d+"), "Forge"),
    (re.compile(r"neo\b"), "Forge Neo"),
    (re.compile(r"classic\b"), "Forge Classic"),
    (re.compile(r"stable-diffusion\.cpp"), "stable-diffusion.cpp"),
    (re.compile(r"Fooocus"), "Fooocus"),
    (re.compile(r"ComfyUI"), "ComfyUI"),
    (re.compile(r"v\d+\.\d+"), "AUTOMATIC1111"),
)
"""How the value of `Version` begins → who writes it so."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text taken apart."""

    prompt: str
    negative: str
    pairs: Mapping[str, str]


def pairs_of(line: str) -> dict[str, str]:
    """Return the names and values of a line; of a name that stands twice the first value."""
    found: dict[str, str] = {}
    for name, value in _pairs(line[:MOST_LINE]):
        found.setdefault(name, value)
        if len(found) >= MOST_PAIRS:
            break
    return found


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    at, end, patience = 0, len(line), 8
    while at < end:
        colon = line.find(":", at, at + MOST_NAMED)
        if colon < 0:
            comma = line.find(",", at)
            if comma < 0:
                return
            at = comma + 1
            continue
        name = line[at:colon].rpartition(",")[2].strip()
        begin = colon + 1
        while begin < end and line[begin] == " ":
            begin += 1
        value, after = _structured(line, begin) if patience else ("", -1)
        if after < 0:
            patience -= line[begin : begin + 1] in '"{[' and begin < end
            after = line.find(",", begin)
            after = end if after < 0 else after
            value = line[begin:after].strip()
        at = line.find(",", after) + 1 or end
        if name:
            yield name, value


def _structured(line: str, begin: int) -> tuple[str, int]:
    """Return a quoted value or one in JSON and where it ends, -1 where it is neither."""
    start = line[begin : begin + 1]
    if start == '"':
        found = _QUOTED.match(line, begin)
        if found is None:
            return "", -1
        told = decode_json(found[0])
        inside = told[0].value if told else None
        return (inside if isinstance(inside, str) else found[1]), found.end()
    if start and start in "{[":
        made = decode_json(line, begin)
        if made is not None and made[0].value is not None:
            return line[begin : made[1]], made[1]
    return "", -1


def parse(text: str) -> Parsed | None:
    """Take a text apart; None where it has no line of names and values as these programs write."""
    end = len(text)
    for _ in range(LINES_BACK):
        begin = text.rfind("\n", 0, end) + 1
        line = text[begin:end].strip()
        if line.startswith("Steps: "):
            found = pairs_of(line)
            if as_number(found.get("Steps")) is not None and len(_BESIDE & found.keys()) >= 2:
                positive, _, negative = _split(text[:begin])
                return Parsed(positive, negative, found)
        if begin == 0:
            return None
        end = begin - 1
    return None


def _split(head: str) -> tuple[str, str, str]:
    head = head.strip()
    if head.startswith(_NEGATIVE):
        return "", _NEGATIVE, head.removeprefix(_NEGATIVE).strip()
    before, mark, after = head.rpartition("\n" + _NEGATIVE)
    return (before, mark, after.strip()) if mark else (head, "", "")


def read(value: Value) -> Record | None:
    """Return the record that a text holds; None where it is no text of this family."""
    if "Steps: " in value.text:
        parsed = parse(value.text)
        if parsed is not None:
            return _record(value, parsed)
    return _afterwards(value)


def _record(value: Value, parsed: Parsed) -> Record:
    pairs = parsed.pairs
    tool, certain = _tool(pairs)
    doubts = () if certain else ("no program is named: many write such a text",)
    hash_table = _hashes(pairs.get("Hashes", ""))
    inputs, source = inputs_of(pairs, parsed.prompt)
    version, models = _sdcpp(pairs)
    return Record(
        tool,
        (value,),
        known(
            format="A1111 text",
            version=clean(version or pairs.get("Version", ""), 120),
            model=clean(pairs.get("Model", "")),
            model_hashes=hashes(pairs.get("Model hash"), hash_table.get("model")),
            models=models,
            vae=clean(pairs.get("VAE", "")),
            vae_hashes=hashes(pairs.get("VAE hash"), hash_table.get("vae")),
            seed=as_number(pairs.get("Seed")),
            sampler=clean(pairs.get("Sampler", "")),
            scheduler=clean(pairs.get("Schedule type", "")),
            steps=as_number(pairs.get("Steps")),
            cfg=as_number(pairs.get("CFG scale")),
            denoise=as_number(pairs.get("Denoising strength")),
            size=size_in(pairs.get("Size")),
            scale=_scale(pairs),
            user=clean(pairs.get("User", "")),
            created=clean(pairs.get("Created Date", ""), 40),
            init_image_hash=source,
            resources=_resources(pairs),
        ),
        known(prompt=words(parsed.prompt), negative=words(parsed.negative)),
        inputs,
        once([*networks_in(parsed.prompt), *_add_ons(pairs, hash_table)]),
        doubts,
    )


def _tool(pairs: Mapping[str, str]) -> tuple[str, bool]:
    """Return who wrote the line, and whether it says so."""
    if pairs.get("App", "").startswith("SD.Next"):
        return "SD.Next", True
    version = pairs.get("Version", "")
    for beginning, tool in _FORKS:
        if beginning.match(version):
            return tool, True
    if "Civitai resources" in pairs or "Civitai metadata" in pairs:
        return "Civitai", True
    return "AUTOMATIC1111", False


def _sdcpp(pairs: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return version and model files as stable-diffusion.cpp writes them beside the line."""
    told = _hashes(pairs.get("SDCPP", ""))
    made, models = told.get("generator"), told.get("models")
    version = text_of(made, "version", "commit") if isinstance(made, dict) else ""
    files = models.values() if isinstance(models, dict) else map(pairs.get, ("Unet", "TE"))
    names = [clean(each) for each in list(files)[:16] if isinstance(each, str) and each.strip()]
    return f"stable-diffusion.cpp {version}" if version else "", names


def _scale(pairs: Mapping[str, str]) -> float | None:
    """Return by how much the picture was made larger than `Size` says."""
    factor = 1.0
    for name in ("Hires upscale", "Postprocess upscale by", "Upscale by"):
        told = as_number(pairs.get(name))
        if told is not None and 0 < told <= 64:
            factor *= float(told)
    return factor if factor != 1.0 else None


def _hashes(text: str) -> dict[str, Any]:
    told = decode_json(text) if text[:1] == "{" else None
    value = told[0].value if told else None
    return value if isinstance(value, dict) else {}


def _add_ons(pairs: Mapping[str, str], table: Mapping[str, Any]) -> Iterator[AddOn]:
    for field, kind in (("Lora hashes", "lora"), ("TI hashes", "embedding")):
        for part in pairs.get(field, "").split(",")[:64]:
            name, _, digits = part.rpartition(":")
            if name.strip():
                yield AddOn(clean(name.strip()), kind, None, model_hash(digits))
    kinds = {"lora": "lora", "lyco": "lora", "embed": "embedding", "hypernet": "hypernetwork"}
    for named, digits in list(table.items())[:64]:
        kind, _, name = named.partition(":")
        if kind in kinds and name:
            yield AddOn(clean(name), kinds[kind], None, model_hash(digits))
    for each in _json_list(pairs.get("Civitai resources", "")):
        if str(each.get("type", "")).lower() in {"lora", "lycoris", "embed", "hypernet"}:
            name = each.get("modelName") or f"civitai {each.get('modelVersionId')}"
            yield AddOn(clean(str(name)), str(each["type"]).lower(), as_number(each.get("weight")))
    for number in range(1, 6):
        if name := pairs.get(f"AddNet Model {number}", ""):
            weight = as_number(pairs.get(f"AddNet Weight A {number}"))
            yield AddOn(clean(name.partition("(")[0]), "lora", weight)


def _json_list(text: str) -> list[dict[str, Any]]:
    told = decode_json(text) if text[:1] == "[" else None
    return dicts_of(told[0].value) if told else []


def _resources(pairs: Mapping[str, str]) -> list[str]:
    """Return the service's numbers of the models, as `civitai 2514310`."""
    ids = [each.get("modelVersionId") for each in _json_list(pairs.get("Civitai resources", ""))]
    return [f"civitai {number}" for number in ids if isinstance(number, int)]


def _afterwards(value: Value) -> Record | None:
    """Return the record of a picture that was only made larger or had its faces mended."""
    if len(value.text) > 4096 or not value.text.startswith((*_AFTERWARDS, "Upscale: ")):
        return None
    found = pairs_of(value.text.strip())
    upscaled = "Upscale" in found and "visibility" in found
    if not upscaled and not any(name.startswith(_AFTERWARDS) for name in found):
        return None
    facts = known(format="A1111 post-processing", pass_through=True, settings=sorted(found)[:32])
    doubts = ("such a text is also written over a photograph that was only enlarged or mended",)
    return Record("AUTOMATIC1111", (value,), facts, doubts=doubts)
