"""Builds tiny model files and tools' settings: random numbers, neutral words, no weights."""

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

TRAINED = {
    "ss_network_module": "networks.lora",
    "ss_output_name": "zz-test-0001",
    "ss_training_started_at": "1700000000.5",
    "ss_training_finished_at": "1700086400.25",
    "ss_num_train_images": "240",
    "ss_dataset_dirs": json.dumps({"10_zz-test-0002": {"n_repeats": 10, "img_count": 24}}),
    "ss_tag_frequency": json.dumps({"10_zz-test-0002": {"zz-test-0003": 24, " zz-test-0004": 6}}),
    "ss_sd_model_name": "zz-base.safetensors",
    "ss_sd_model_hash": "0123abcd",
    "ss_new_sd_model_hash": "cd" * 32,
    "ss_session_id": "4077",
    "sshs_model_hash": "ab" * 32,
    "sshs_legacy_hash": "89abcdef",
    "modelspec.title": "zz-test-0005",
    "modelspec.architecture": "stable-diffusion-v1/lora",
    "modelspec.date": "2023-11-15T22:13:20",
}
"""Metadata such as kohya-ss/sd-scripts writes."""
LORA_NAMES = ("lora_unet_a.lora_up.weight", "lora_unet_a.lora_down.weight", "lora_unet_a.alpha")
CHECKPOINT_NAMES = (
    "model.diffusion_model.input_blocks.0.0.weight",
    "first_stage_model.encoder.conv_in.weight",
    "cond_stage_model.transformer.text_model.embeddings.position_ids",
)


def numbers(count: int, seed: int = 1) -> bytes:
    """Return so many random bytes, to stand for tensors."""
    return Random(seed).randbytes(count)


def safetensors(
    metadata: Mapping[str, Any] | None = None,
    names: Sequence[str] = LORA_NAMES,
    each: int = 32,
    *,
    header: bytes | None = None,
    length: int | None = None,
) -> bytes:
    """Return a safetensors file of F16 tensors; header and length may be given as they lie."""
    listed: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata is not None else {}
    for index, name in enumerate(names):
        offsets = [index * each, (index + 1) * each]
        listed[name] = {"dtype": "F16", "shape": [each // 2], "data_offsets": offsets}
    spelt = json.dumps(listed).encode() if header is None else header
    size = len(spelt) if length is None else length
    return struct.pack("<Q", size % (1 << 64)) + spelt + numbers(each * len(names))


def gguf(
    pairs: Sequence[tuple[str, int, Any]] = (),
    names: Sequence[str] = ("double_blocks.0.img_attn.qkv.weight",),
    version: int = 3,
    order: str = "<",
) -> bytes:
    """Return a GGUF file: (key, kind, value) and names of tensors (ggml/docs/gguf.md)."""
    count = "Q" if version > 1 else "I"

    def text(value: str) -> bytes:
        return struct.pack(order + count, len(value.encode())) + value.encode()

    def spelt(kind: int, value: Any) -> bytes:
        if kind == 8:
            return text(value)
        if kind == 9:
            inner, values = value
            told = struct.pack(order + "I" + count, inner, len(values))
            return told + b"".join(spelt(inner, one) for one in values)
        letters = {0: "B", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 12: "d"}
        return struct.pack(order + letters[kind], value)

    out = b"GGUF" + struct.pack(order + "I" + count * 2, version, len(names), len(pairs))
    for key, kind, value in pairs:
        out += text(key) + struct.pack(order + "I", kind) + spelt(kind, value)
    for name in names:
        out += text(name) + struct.pack(order + "I" + count + "IQ", 1, 8, 0, 0)
    return out + bytes(-len(out) % 32) + numbers(64)


class _Runs:
    """An object whose pickle makes a folder when it is loaded."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return (__import__("os").mkdir, (self._path,))


def pickled(names: Sequence[str] = CHECKPOINT_NAMES, makes: str = "") -> bytes:
    """Return a pickle of names; one that makes a folder when loaded, where that is asked for."""
    held: dict[str, Any] = dict.fromkeys(names, 1)
    if makes:
        held["zz-test-0009"] = _Runs(makes)
    return pickle.dumps(held, protocol=2)


def torch_zip(
    names: Sequence[str] = CHECKPOINT_NAMES,
    folder: str = "archive",
    tensors: int = 2,
    *,
    makes: str = "",
    compressed: bool = False,
) -> bytes:
    """Return a checkpoint laid out as `torch.save` lays it out since version 1.6."""
    out = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(out, "w", method) as made:
        made.writestr(f"{folder}/data.pkl", pickled(names, makes))
        for index in range(tensors):
            made.writestr(f"{folder}/data/{index}", numbers(40, index))
        made.writestr(f"{folder}/version", "3\n")
    return out.getvalue()


def torch_pickle(names: Sequence[str] = CHECKPOINT_NAMES, makes: str = "") -> bytes:
    """Return the beginning of a checkpoint as `torch.save` laid it out before version 1.6."""
    first = (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True})
    return b"".join(pickle.dumps(one, protocol=2) for one in first) + pickled(names, makes)
