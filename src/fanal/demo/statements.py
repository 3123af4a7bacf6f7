"""States of a content of the operation what an analyzer would: an example with its own values."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from fanal.analyzers import camera_facts
from fanal.demo import examples
from fanal.demo.cast import SetUp, Story
from fanal.demo.marking import prompt_of
from fanal.demo.pieces import Made, Piece, Shot
from fanal.model.evidence import (
    ADD_ON,
    BYTES,
    CAMERA,
    INPUT,
    MODEL_FILE,
    PIXELS,
    RECORD,
    SENSITIVE,
    STRUCTURE,
)
from fanal.model.finding import Finding

ISO = (50, 100, 100, 200, 400, 800, 1600)
_PIXEL_DOUBTS = (
    "a picture that was saved again as JPEG, scaled or cropped no longer has these digests",
)


def of_camera(story: Story, piece: Piece, shot: Shot, sha256: str) -> Iterator[Finding]:
    """Yield what is stated of a photograph that still has its camera's record."""
    body = story.bodies[shot.body]
    scaled = (piece.width, piece.height) != (body.width, body.height)
    size = {"claimed_width": float(body.width), "claimed_height": float(body.height)}
    taken = f"{shot.taken:%Y-%m-%dT%H:%M:%S}"
    for found in examples.of_camera(body, again=piece.again, scaled=scaled).findings:
        data = {**found.data, BYTES: _bytes(found.data, sha256)}
        says = found.says
        if found.kind == CAMERA:
            data |= {**size, "taken": f"{taken}+00:00", "digitized": taken, "modified": taken}
            data["iso"] = float(ISO[shot.number % len(ISO)])
            data["exposure_time"] = round(1 / (20 * data["iso"]), 9)
            says = camera_facts.sentence(data)
        elif found.kind == STRUCTURE:
            data |= {"width": piece.width, "height": piece.height}
            data["checks"] = _checks(data["checks"], (body.width, body.height), piece)
        yield replace(found, sha256=sha256, says=says, data=data)


def _checks(checks: list[Any], told: tuple[int, int], piece: Piece) -> list[Any]:
    """Return the checks of a structure with the size of this picture in them."""
    said, own = f"{told[0]} x {told[1]}", f"{piece.width} x {piece.height}"
    what = f"EXIF and picture have {said} pixels"
    if said != own:
        what = f"EXIF has {said} pixels, the picture {own}"
    return [{**one, "what": what} if one["name"] == "pixel size" else one for one in checks]


def of_generator(story: Story, piece: Piece, made: Made, sha256: str) -> Iterator[Finding]:
    """Yield what is stated of a generated picture that still has its record."""
    setup, named = story.setups[made.setup], made.source is not None
    digest = source_digest(story, made.source) if made.source else ""
    named = named and setup.tool != "ComfyUI"
    size = [piece.width, piece.height]
    for found in examples.of_generator(setup, made.role, named=named).findings:
        data = {**found.data, BYTES: _bytes(found.data, sha256)}
        if found.kind == RECORD:
            data |= _record(setup, made, data)
            data |= {name: size for name in ("size", "actual_size") if name in data}
            if "init_image_hash" in data:
                data["init_image_hash"] = [{"algorithm": "md5", "value": digest}]
        elif found.kind == INPUT:
            if "digest" in data:
                data["digest"] = [{"algorithm": "md5", "value": digest}]
            if "file" in data.get(SENSITIVE, {}):
                data[SENSITIVE] = {**data[SENSITIVE], "file": made.file}
        elif found.kind == ADD_ON:
            data[SENSITIVE] = {"name": data[SENSITIVE]["name"]}
        yield replace(found, sha256=sha256, data=data)


def _record(setup: SetUp, made: Made, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"seed": made.seed, SENSITIVE: {**data[SENSITIVE], "prompt": prompt_of(setup, made)}}


def of_screen(sha256: str) -> Iterator[Finding]:
    """Yield what is stated of a screen capture that says so."""
    for found in examples.of_screen().findings:
        data = {**found.data, BYTES: _bytes(found.data, sha256)}
        yield replace(found, sha256=sha256, data=data)


def of_signed(sha256: str) -> Iterator[Finding]:
    """Yield what is stated of a picture that a service signed when it made it."""
    for found in examples.of_signed().findings:
        label, text = found.data["active"], json.dumps(found.data)
        own = f"{label[:-12]}{sha256[:12]}"
        data = json.loads(text.replace(label, own))
        yield replace(found, sha256=sha256, data={**data, BYTES: _bytes(data, sha256)})


def of_model(sha256: str, size: int) -> Iterator[Finding]:
    """Yield what is stated of a model file."""
    example = examples.of_model()
    for found in example.findings:
        if found.kind == MODEL_FILE:
            data: dict[str, Any] = dict(found.data)
            data["digests"] = [
                {**one, "value": sha256[: len(one["value"])]}
                if example.sha256.startswith(one["value"])
                else {**one, "value": _other(sha256, one["dialect"])[: len(one["value"])]}
                for one in data["digests"]
            ]
            data |= {"size": size, BYTES: _bytes(found.data, sha256)}
            yield replace(found, sha256=sha256, data=data)


def of_pixels(story: Story, piece: Piece, sha256: str) -> Finding:
    """Return the digests over the pixels of a picture."""
    md5 = pixel_digest(story, piece.series.number, piece.number)
    wide = f"{piece.width} x {piece.height}"
    data = {
        "mode": "RGB",
        "md5": md5,
        "sha256": hashlib.sha256(md5.encode()).hexdigest(),
        "width": piece.width,
        "height": piece.height,
        "modes": {"RGBA": {"md5": _other(md5, "RGBA")[:32]}},
    }
    says = f"the {wide} decoded pixels have the MD5 {md5}"
    return Finding(sha256, "pixels", "1", PIXELS, says, doubts=_PIXEL_DOUBTS, data=data)


def pixel_digest(story: Story, series: int, number: int) -> str:
    """Return the MD5 over the pixels of one content, which others may name as their source."""
    told = f"fanal story {story.seed} {story.size} pixels {series} {number}"
    return hashlib.md5(told.encode(), usedforsecurity=False).hexdigest()


def source_digest(story: Story, source: tuple[int, int]) -> str:
    """Return the digest by which a record names its source."""
    return pixel_digest(story, *source)


def _other(told: str, about: str) -> str:
    return hashlib.sha256(f"{about} {told}".encode()).hexdigest()


def _bytes(data: Mapping[str, Any], sha256: str) -> list[dict[str, Any]]:
    """Return the stretches that an example rests on, as if they were of this content."""
    return [{**one, "sha256": sha256[::-1]} for one in data.get(BYTES, ())]
