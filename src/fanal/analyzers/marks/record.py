"""What one mark says, before it becomes findings: a record, its inputs, its add-ons."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal.analyzers.marks.values import Value, clean, plain
from fanal.model.evidence import TAG

ROLES = ("init", "composite", "face", "identity", "control", "guide", "mask")
"""What a picture was put in for, the weightiest first."""
PICTURE_NAME = re.compile(
    r"\.(?:png|jpe?g|webp|gif|bmp|tiff?|avif|heic|heif|jfif|mp4|mov|webm|mkv|avi|latent)\b",
    re.IGNORECASE,
)
_HEX = re.compile(r"(?:0x)?([0-9a-fA-F]{8,64})")
_DIALECTS = {8: "a1111_old", 10: "a1111_short", 12: "autov3", 32: "md5", 64: "sha256"}
"""Hexadecimal digits of a model's hash → how programs of the A1111 family computed it."""


@dataclass(frozen=True, slots=True)
class Input:
    """A picture that went into the making."""

    role: str
    """One of ROLES."""
    how: str = ""
    """The node class or the setting that took it."""
    file: str = ""
    """Its name as the record has it; kept among the sensitive words."""
    derives: bool = False
    """Pixels of the output derive from it."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddOn:
    """A small model loaded on top."""

    name: str
    kind: str = "lora"
    weight: float | int | None = None
    hash: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A program's own account of how it made the picture."""

    tool: str
    values: tuple[Value, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)
    """Words that are not shown unless asked for."""
    inputs: tuple[Input, ...] = ()
    add_ons: tuple[AddOn, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Anything smaller than a record: a tag, a label, a source type."""

    kind: str
    says: str
    values: tuple[Value, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


def tag(tool: str, what: str, values: tuple[Value, ...], **facts: Any) -> Mark:
    """Return a mark that names a generator and says nothing of these pixels."""
    says = f"{what} names {tool}"
    return Mark(TAG, says, values, known(tool=tool, carrier=values[0].where, **facts))


def known(**named: Any) -> dict[str, Any]:
    """Return what is known of it: members without a value are left out."""
    return {name: value for name, value in named.items() if value not in (None, "", [], {}, ())}


def model_hash(value: Any, dialect: str = "") -> dict[str, str] | None:
    """Return a model's hash and how it was computed, None where it is no hash."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.startswith("blake3:"):
        dialect, text = "blake3", text.removeprefix("blake3:")
    found = _HEX.fullmatch(text)
    if found is None:
        return None
    digits = found[1].lower()
    return {"dialect": dialect or _DIALECTS.get(len(digits), "unknown"), "value": digits}


def hashes(*values: Any, dialect: str = "") -> list[dict[str, str]]:
    """Return the hashes among some values, each once."""
    found: list[dict[str, str]] = []
    for value in values:
        made = model_hash(value, dialect)
        if made and made not in found:
            found.append(made)
    return found


def size_of(width: Any, height: Any) -> list[int] | None:
    """Return a declared size, None where it is none."""
    if not isinstance(width, int | float) or not isinstance(height, int | float):
        return None
    if isinstance(width, bool) or not (1 <= width <= 1 << 20 and 1 <= height <= 1 << 20):
        return None
    return [int(width), int(height)]


_SIZE = re.compile(r"\(?\s*(\d{1,6})\s*[x×*,]\s*(\d{1,6})\s*\)?(?:\D|$)")


def size_in(text: Any) -> list[int] | None:
    """Return the size that `512x768`, `(512, 768)` or `512 x 768` spells."""
    found = _SIZE.match(text.strip()) if isinstance(text, str) else None
    return size_of(int(found[1]), int(found[2])) if found else None


_NETWORK = re.compile(r"<(lora|lyco|hypernet):([^:<>]{1,200})(?::([-+0-9.]{1,12}))?[^<>]{0,40}>")
_EMBEDDING = re.compile(r"\bembedding:([\w.\-/\\]{1,200})")


def networks_in(prompt: str) -> list[AddOn]:
    """Return the add-ons that a prompt calls in the spelling of the A1111 family and ComfyUI."""
    kinds = {"lora": "lora", "lyco": "lora", "hypernet": "hypernetwork"}
    found = [
        AddOn(clean(name), kinds[kind], _weight(weight))
        for kind, name, weight in _NETWORK.findall(prompt[:65536])
    ]
    found += [AddOn(clean(name), "embedding") for name in _EMBEDDING.findall(prompt[:65536])]
    return found


def _weight(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def once(add_ons: Iterable[AddOn]) -> tuple[AddOn, ...]:
    """Return add-ons, those of one name joined to one."""
    kept: dict[tuple[str, str], AddOn] = {}
    for each in add_ons:
        name = (each.kind, base_name(each.name).lower())
        if not name[1]:
            continue
        before = kept.get(name)
        if before is None:
            kept[name] = each
            continue
        weight = before.weight if before.weight is not None else each.weight
        kept[name] = AddOn(before.name, before.kind, weight, before.hash or each.hash)
    return tuple(kept.values())


def base_name(name: str) -> str:
    """Return a model's name without folders and without the suffix of its format."""
    short = name.replace("\\", "/").rpartition("/")[2]
    return re.sub(r"\.(?:safetensors|ckpt|pth?|bin|gguf|sft|onnx)$", "", short, flags=re.IGNORECASE)


def scalars(found: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return the named members that are plain values."""
    return {name: plain(found[name]) for name in names if plain(found.get(name)) is not None}
