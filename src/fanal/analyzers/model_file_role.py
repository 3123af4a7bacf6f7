"""Tells what a model file is for, by what its header says and how its tensors are named.

The names are those that AUTOMATIC1111 (extensions-builtin/Lora), ComfyUI (comfy/model_detection.py,
comfy/sd.py) and diffusers go by.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

CHECKPOINT, LORA, INVERSION, VAE = "checkpoint", "lora", "textual inversion", "vae"
CONTROLNET, ADAPTER, ENCODER = "controlnet", "image adapter", "text encoder"
LANGUAGE, UNKNOWN = "language model", "unknown"
ADD_ONS = {LORA, INVERSION}
"""Small models that are loaded on top of a large one."""

_STARTS = {
    CONTROLNET: r"control_model\.|controlnet_|zero_convs\.|input_hint_block\.",
    ADAPTER: r"ip_adapter\.|image_proj\.",
    CHECKPOINT: r"(?:model\.)?diffusion_model\.|input_blocks\.|(?:double|single|joint)_blocks\.|"
    r"(?:single_)?transformer_blocks\.|(?:down|up)_blocks\.|mid_block\.",
    VAE: r"first_stage_model\.|(?:vae\.)?(?:encoder|decoder)\.(?:conv_in|conv_out|mid|down|up)|"
    r"(?:post_)?quant_conv\.",
    ENCODER: r"cond_stage_model\.|conditioner\.|text_encoders\.|text_model\.|"
    r"encoder\.block\.\d|encoder\.layers\.|enc\.blk\.",
    LANGUAGE: r"blk\.\d+\.|token_embd\.|model\.layers\.\d",
}
_LORA = (
    r"(?:^|[._])(?:lora_(?:up|down|mid|A|B)|lora\.(?:up|down)|hada_[wt][12]|lokr_w[12]"
    r"|oft_blocks|oft_diag|dora_scale|lora_magnitude_vector)(?:[._]|$)"
)
_PATTERNS = (
    (LORA, re.compile(_LORA)),
    *((role, re.compile(f"^(?:{start})")) for role, start in _STARTS.items()),
)
_EMBEDDINGS = {"emb_params", "clip_l", "clip_g", "string_to_param", "string_to_token", "t5xxl"}
MOST_NAMES = 50_000
"""Names that are looked at."""
_ARCHITECTURES = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("SDXL", r"conditioner\.embedders\.1\.|^lora_te2_|(?:^|[._])add_embedding[._]"),
        ("FLUX", r"(?:^|[._])double_blocks[._]"),
        ("SD3", r"(?:^|[._])joint_blocks[._]"),
        ("SD2", r"^cond_stage_model\.model\.transformer"),
        ("SD1", r"^cond_stage_model\.transformer\."),
    )
)


def role_by_header(metadata: Mapping[str, Any]) -> str:
    """Return the role that a header states, "" where it states none."""
    architecture = str(metadata.get("modelspec.architecture", ""))[:200]
    added = metadata.get("ss_network_module") or metadata.get("adapter.type") == "lora"
    if architecture.endswith("/lora") or added:
        return LORA
    if architecture.endswith("/textual-inversion"):
        return INVERSION
    if architecture.endswith("/control-net"):
        return CONTROLNET
    return ""


def role_by_names(names: Iterable[str]) -> str:
    """Return the role that the names of the tensors tell."""
    met: Counter[str] = Counter()
    total, bare = 0, True
    for name in islice(names, MOST_NAMES):
        total += 1
        bare = bare and name in _EMBEDDINGS
        met[next((role for role, pattern in _PATTERNS if pattern.search(name)), UNKNOWN)] += 1
    if total and bare:
        return INVERSION
    if met[LORA] * 3 >= total > 0:
        return LORA
    order = (CONTROLNET, ADAPTER, CHECKPOINT, VAE, ENCODER, LANGUAGE)
    return next((role for role in order if met[role]), UNKNOWN)


def architecture_by_names(names: Iterable[str]) -> str:
    """Return the family of models that the names belong to, "" where they do not tell."""
    found = {family for name in names for family, pattern in _ARCHITECTURES if pattern.search(name)}
    return next((family for family, _ in _ARCHITECTURES if family in found), "")
