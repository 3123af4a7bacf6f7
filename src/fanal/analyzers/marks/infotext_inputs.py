"""Concludes from a line of names and values of the A1111 family which pictures went in."""

from collections.abc import Iterator, Mapping
from typing import Any

from fanal.analyzers.marks.record import Input, known, networks_in
from fanal.analyzers.marks.values import as_number, clean

MOST_UNITS = 10
"""Units of ControlNet looked at."""
_ENLARGED = ("Hires ", "Second pass", "First pass size", "Refiner ", "HiRes ")
"""Settings of a second pass over the generated picture, which has a strength of its own."""
_MASKED = ("Mask blur", "Masked content", "Masked area padding", "Inpaint area", "Soft inpainting")
_SWAPPED = ("reactor", "roop", "faceswap", "face swap")


def inputs_of(
    pairs: Mapping[str, str], prompt: str
) -> tuple[tuple[Input, ...], list[dict[str, Any]]]:
    """Return the pictures that went in, and the digest of the source where it is written."""
    digest = pairs.get("Init image hash", "").strip().lower()
    source = _source(digest)
    inputs = [*_init(pairs, digest), *_units(pairs), *_faces(pairs, prompt)]
    return tuple(inputs), source


def _source(digest: str) -> list[dict[str, Any]]:
    """Name the digest's algorithm by its length: 32 digits A1111, 8 digits SD.Next."""
    algorithm = {32: "md5", 8: "sha256-8"}.get(len(digest))
    if algorithm is None or set(digest) - set("0123456789abcdef"):
        return []
    return [{"algorithm": algorithm, "value": digest}]


def _init(pairs: Mapping[str, str], digest: str) -> Iterator[Input]:
    strength = as_number(pairs.get("Denoising strength"))
    masked = any(name.startswith(_MASKED) for name in pairs)
    if not (digest or masked or _concluded(pairs, strength)):
        return
    how = "Init image hash" if digest else "settings of a picture-to-picture run"
    doubts = () if digest else ("concluded from settings that only such a run writes",)
    facts = known(digest=_source(digest), denoise=strength)
    yield Input("init", how, derives=True, facts=facts, doubts=doubts)
    if masked:
        yield Input("mask", "settings of an in-painting run")


def _concluded(pairs: Mapping[str, str], strength: float | None) -> bool:
    operations = pairs.get("Operations", "").lower()
    if "img2img" in operations or "inpaint" in operations or "Image CFG scale" in pairs:
        return True
    if "txt2img" in operations or strength is None or strength >= 1:
        return False
    return not any(name.startswith(_ENLARGED) for name in pairs)


def _units(pairs: Mapping[str, str]) -> Iterator[Input]:
    """Yield the picture of each ControlNet unit (sd-webui-controlnet, infotext of its units)."""
    if "ControlNet Enabled" in pairs or "ControlNet Model" in pairs:
        yield _unit(pairs.get("ControlNet Module", "") or pairs.get("ControlNet Preprocessor", ""))
    for number in range(MOST_UNITS):
        told = pairs.get(f"ControlNet {number}")
        if told is not None:
            module = told.partition("Module: ")[2].partition(",")[0]
            yield _unit(module or told.partition("preprocessor: ")[2].partition(",")[0])
        elif f"ControlNet-{number} Enabled" in pairs:
            yield _unit(pairs.get(f"ControlNet-{number} Module", ""))


def _unit(module: str) -> Input:
    name = module.lower()
    role = "control"
    if "face" in name or "instant_id" in name or "instantid" in name or "pulid" in name:
        role = "identity"
    elif name.startswith(("ip-adapter", "ip_adapter", "reference", "revision", "clip_vision")):
        role = "guide"
    return Input(role, clean(f"ControlNet {module}", 80))


def _faces(pairs: Mapping[str, str], prompt: str) -> Iterator[Input]:
    if any(name.lower().startswith(_SWAPPED) for name in pairs):
        yield Input("face", "a face swap is among the settings", derives=True)
    if any("faceid" in each.name.lower() for each in networks_in(prompt)):
        doubts = ("concluded from an add-on that works with a picture of a face only",)
        yield Input("identity", "an add-on of FaceID is called in the prompt", doubts=doubts)
