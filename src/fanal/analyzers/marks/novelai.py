"""Reads NovelAI's record and checks the signature over pixels and record.

The record is the JSON of the text `Comment`; `signed_hash` in it is an Ed25519 signature over the
bytes of red, green and blue, row by row, followed by the JSON without that member as Python spells
it. Key and message are those of the script that the service publishes (NovelAI/novelai-image-
metadata, nai_sig.py, commit 34c4f67e).
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from numpy.typing import NDArray

from fanal.analyzers.marks.record import Input, Mark, Record, known, size_of
from fanal.analyzers.marks.values import (
    Value,
    clean,
    dicts_of,
    load_json,
    number_of,
    plain,
    text_of,
    words,
)
from fanal.model.evidence import SIGNED

TOOL = "NovelAI"
PUBLIC_KEY = base64.b64decode("Y2JcQAOhLwzwSDUJPNgL04nS0Tbqm7cSRc4xk0vRMic=")
"""The service's key, as nai_sig.py has it."""
MOST_SIGNED = 192 << 20
"""Bytes of pixels over which a signature is checked; the service makes a few megapixels."""
NOT_CHECKABLE = "not checkable"
_OUTCOMES = {
    "True": "holds",
    "False": "does not hold",
    NOT_CHECKABLE: "could not be checked",
}
_MEMBER = re.compile(r'\s*"signed_hash"\s*:\s*"[A-Za-z0-9+/=]{1,128}"\s*')
_ONLY_HERE = {
    "request_type",
    "noise_schedule",
    "v4_prompt",
    "uncond_scale",
    "signed_hash",
    "n_samples",
}
FROM_TEXT = "PromptGenerateRequest"
"""What a record calls a request without a picture."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """The first frame as decoded, and whether its container keeps every bit."""

    plane: NDArray[np.uint8] | None
    lossless: bool
    why: str = ""
    """Why there is none."""


def comment(value: Value, found: Mapping[str, Any], beside: Sequence[Value]) -> Record | None:
    """Return the record of the service's JSON; None where an object is something else."""
    if not {"steps", "sampler", "seed"} <= found.keys() or "scale" not in found:
        return None
    if "uc" not in found and not _ONLY_HERE & found.keys():
        return None
    source = _beside(beside, "Source") or _beside(beside, "Software")
    build = re.search(r"\b([0-9A-F]{8})\b", source)
    inputs = tuple(_inputs(found))
    doubts: tuple[str, ...] = ()
    if "request_type" not in found and "strength" in found and not inputs:
        doubts = ("records of that age have a strength whether or not a picture went in",)
    return Record(
        TOOL,
        (value,),
        known(
            format="NovelAI comment",
            model=clean(source, 120) if source != TOOL else "",
            model_hashes=[{"dialect": "novelai", "value": build[1].lower()}] if build else [],
            request=clean(text_of(found, "request_type"), 80),
            seed=number_of(found, "seed"),
            steps=number_of(found, "steps"),
            cfg=number_of(found, "scale"),
            sampler=clean(text_of(found, "sampler")),
            scheduler=clean(text_of(found, "noise_schedule")),
            denoise=number_of(found, "strength"),
            size=size_of(found.get("width"), found.get("height")),
            generation_time=plain(_beside(beside, "Generation time")[:40]),
        ),
        known(
            prompt=words(text_of(found, "prompt") or _beside(beside, "Description")),
            negative=words(text_of(found, "uc")),
            characters=_characters(found),
        ),
        inputs,
        doubts=doubts,
    )


def _beside(values: Sequence[Value], key: str) -> str:
    return next((each.text for each in values if each.key == key), "")


def _characters(found: Mapping[str, Any]) -> Any:
    told = found.get("v4_prompt")
    caption = told.get("caption") if isinstance(told, dict) else None
    listed = dicts_of(caption.get("char_captions"), 16) if isinstance(caption, dict) else []
    texts = [text_of(each, "char_caption") for each in listed]
    return words("\n".join(text for text in texts if text)) if any(texts) else None


def _inputs(found: Mapping[str, Any]) -> Iterator[Input]:
    request = text_of(found, "request_type")
    facts = known(denoise=number_of(found, "strength"))
    if "Img2Img" in request or "Infill" in request:
        yield Input("init", clean(request, 80), derives=True, facts=facts)
    if "Infill" in request:
        yield Input("mask", clean(request, 80))
    for _ in _numbers(found.get("reference_strength_multiple")):
        yield Input("guide", "vibe transfer (reference_strength_multiple)")
    for _ in _numbers(found.get("director_reference_strengths")):
        yield Input("identity", "character reference (director_reference_strengths)")
    if text_of(found, "controlnet_model"):
        yield Input("control", "controlnet_model")


def _numbers(found: Any) -> list[Any]:
    return (
        [each for each in found if isinstance(each, int | float)][:16]
        if isinstance(found, list)
        else []
    )


def signed(value: Value, pixels: Pixels, key: bytes = PUBLIC_KEY) -> Mark | None:
    """Return what checking the signature of a record gave; None where it has none."""
    loaded = load_json(value.text)
    found = loaded.value if loaded else None
    if not isinstance(found, dict) or not isinstance(found.get("signed_hash"), str):
        return None
    verified, why = _checked(found, value.text, pixels, key)
    size = size_of(found.get("width"), found.get("height"))
    shape = None if pixels.plane is None else [pixels.plane.shape[1], pixels.plane.shape[0]]
    agrees = size == shape if size and shape and pixels.lossless else None
    facts = known(
        tool=TOOL,
        carrier=value.where,
        why=why,
        request=clean(text_of(found, "request_type"), 80),
        size=size,
        algorithm="Ed25519 over red, green and blue and the record",
        key=base64.b64encode(key).decode(),
    )
    if facts.get("request") != FROM_TEXT:  # older records do not say what the service was given
        facts["ingredients_unknown"] = True
    outcome = _OUTCOMES[str(verified)]
    says = f"the signature of NovelAI in {value.where} {outcome}"
    doubts = []
    if verified is False:
        doubts.append("the pixels were changed after signing, or the record is of another picture")
        doubts.append("checked as the service's script does; another way of signing would fail too")
    if loaded is not None:
        doubts.extend(loaded.problems)
    return Mark(
        SIGNED,
        says,
        (value,),
        {**facts, "verified": verified, "size_agrees": agrees},
        doubts=tuple(doubts),
    )


def _checked(
    found: Mapping[str, Any], text: str, pixels: Pixels, key: bytes
) -> tuple[bool | str, str]:
    """Return true, false or `not checkable`, and why."""
    if pixels.plane is None:
        return NOT_CHECKABLE, pixels.why or "the picture could not be decoded"
    if not pixels.lossless:
        return (
            NOT_CHECKABLE,
            "such a file may keep pixels with losses, over which no signature holds",
        )
    if pixels.plane.nbytes > MOST_SIGNED:
        return NOT_CHECKABLE, "the picture is larger than any that the service makes"
    if pixels.plane.ndim != 3:
        return NOT_CHECKABLE, "the picture has no red, green and blue"
    try:
        signature = base64.b64decode(found["signed_hash"], validate=True)
    except (binascii.Error, ValueError):
        return False, "the signature is no Base64"
    colours = np.ascontiguousarray(pixels.plane[:, :, :3]).tobytes()
    public = Ed25519PublicKey.from_public_bytes(key)
    for spelled in _messages(found, text):
        try:
            public.verify(signature, colours + spelled)
        except InvalidSignature:
            continue
        return True, ""
    return False, "the signature is not over these pixels and this record"


def _messages(found: Mapping[str, Any], text: str) -> Iterator[bytes]:
    """Yield the record without its signature: as Python spells it, then as it stands."""
    rest = {name: each for name, each in found.items() if name != "signed_hash"}
    yield json.dumps(rest).encode("utf-8", "replace")
    inner = _MEMBER.search(text)
    if inner is not None:
        before, after = text[: inner.start()], text[inner.end() :]
        joined = (
            before.rstrip().removesuffix(",") + after if after[:1] != "," else before + after[1:]
        )
        yield joined.encode("utf-8", "replace")
