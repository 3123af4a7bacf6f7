"""Recognizes the small JSON files that lie in a folder of model weights.

`_class_name` and `_diffusers_version` are keys of diffusers (its configuration_utils.py),
`peft_type` and its neighbours those of PEFT (src/peft/config.py).
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from fanal.analyzers.model_file_role import CHECKPOINT, CONTROLNET, LORA, UNKNOWN, VAE
from fanal.analyzers.model_file_setup_found import CHANGEABLE, Stated
from fanal.analyzers.model_file_values import number, plain, read_json
from fanal.model.evidence import BYTES, MODEL_FILE, SENSITIVE, extent

PEFT = {"peft_type", "base_model_name_or_path", "target_modules", "r", "lora_alpha"}
_ROLES = (
    (r"Pipeline$", CHECKPOINT),
    (r"ControlNet", CONTROLNET),
    (r"^Autoencoder", VAE),
    (r"^UNet|Transformer2DModel$", CHECKPOINT),
)
_CLASS = re.compile(r"[A-Z][A-Za-z0-9]{3,80}")


def folder_file(text: str) -> Stated | None:
    """Return what a JSON file of such a folder says; None for any other."""
    value = read_json(text)
    if not isinstance(value, dict):
        return None
    if len(PEFT & value.keys()) >= 4 and value.get("peft_type") == "LORA":
        facts = {"trainer": "PEFT", "rank": number(value.get("r"))}
        base = plain(value.get("base_model_name_or_path"))
        return _stated(text, "PEFT", LORA, facts, base)
    name = plain(value.get("_class_name"), 80)
    if "_diffusers_version" not in value or not _CLASS.fullmatch(name):
        return None
    role = next((role for pattern, role in _ROLES if re.search(pattern, name)), UNKNOWN)
    if role == UNKNOWN:  # schedulers and the like tell nothing of a model
        return None
    facts = {"class": name, "version": plain(value["_diffusers_version"], 40)}
    return _stated(text, "diffusers", role, facts, plain(value.get("_name_or_path")))


def _stated(text: str, form: str, role: str, facts: Mapping[str, Any], base: str) -> Stated:
    data = text.encode("utf-8", "replace")
    told: dict[str, Any] = {
        "format": form,
        "size": len(data),
        "role": role,
        "role_by": "settings of a folder",
        "add_on": role == LORA,
        "header": dict(facts),
        "training": {},
        "digests": [],
        "stated_digests": [],
        SENSITIVE: {"base_name": base} if base else {},
        BYTES: [extent(0, len(data), hashlib.sha256(data).hexdigest())],
    }
    noun = "add-on model (LoRA)" if role == LORA else role
    says = f"settings of a {form} folder that holds a model: {noun}"
    return Stated(MODEL_FILE, says, told, (CHANGEABLE,))
