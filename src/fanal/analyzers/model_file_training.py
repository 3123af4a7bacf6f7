"""Reads what a model file's header says of its training: pictures, folders, times, base model.

The keys are those of kohya-ss/sd-scripts (train_network.py, library/train_util.py), which other
trainers write too, of the ModelSpec of Stability AI (library/sai_model_spec.py there), and of GGUF
(ggml/docs/gguf.md).
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from fanal.analyzers.model_file_values import (
    LONG,
    SHORT,
    hexadecimal,
    mapping,
    moment,
    number,
    plain,
)

MOST_FOLDERS, MOST_WORDS, MOST_KEYS = 64, 60, 60
"""Folders, words and other keys that are kept; all of them are counted."""
STATED = {
    "sshs_model_hash": ("tensors", 64),
    "sshs_legacy_hash": ("kohya legacy", 8),
    "modelspec.hash_sha256": ("tensors", 64),
}
"""Digests of itself that a header states → dialect, hexadecimal digits."""
BASE = (("ss_new_sd_model_hash", "sha256", 64), ("ss_sd_model_hash", "autov1", 8))
VAE = (("ss_new_vae_hash", "sha256", 64), ("ss_vae_hash", "autov1", 8))
NUMBERS = {
    "ss_num_train_images": "pictures_with_repeats",
    "ss_num_reg_images": "regularization_pictures",
    "ss_num_epochs": "epochs",
    "ss_epoch": "epoch",
    "ss_steps": "steps",
    "ss_max_train_steps": "planned_steps",
    "ss_session_id": "session",
    "ss_network_dim": "rank",
}
PLAIN = {
    "ss_network_module": "network",
    "ss_base_model_version": "base_architecture",
    "ss_sd_scripts_commit_hash": "trainer_commit",
    "modelspec.architecture": "architecture",
    "modelspec.implementation": "implementation",
    "modelspec.date": "date",
    "modelspec.sai_model_spec": "model_spec",
    "general.architecture": "architecture",
}
"""Keys whose values name software and times, never persons or pictures."""
WORDS = {
    "ss_output_name": "output_name",
    "ss_sd_model_name": "base_name",
    "ss_vae_name": "vae_name",
    "ss_training_comment": "comment",
    "modelspec.title": "title",
    "modelspec.author": "author",
    "modelspec.description": "description",
    "modelspec.trigger_phrase": "trigger",
    "modelspec.usage_hint": "usage",
    "modelspec.tags": "tags_stated",
    "modelspec.merged_from": "merged_from",
    "name": "name",
    "general.name": "title",
    "general.author": "author",
    "general.description": "description",
    "general.finetune": "finetune",
}
"""Keys whose values people chose."""
LENGTHY = {"ss_training_comment", "modelspec.description", "general.description"}
BULKY = {"ss_dataset_dirs", "ss_reg_dataset_dirs", "ss_tag_frequency", "ss_datasets"}
BULKY |= {"modelspec.thumbnail", "software", "training_info"}
"""Keys that are counted or passed over; of the others the beginnings are kept."""


def training(metadata: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the facts of the training, and the words in it that are not shown unless asked for."""
    facts: dict[str, Any] = {
        name: value
        for key, name in NUMBERS.items()
        if (value := number(metadata.get(key))) is not None
    }
    facts |= _texts(metadata, PLAIN)
    words: dict[str, Any] = dict(_texts(metadata, WORDS))
    for end in ("started", "finished"):
        if when := moment(metadata.get(f"ss_training_{end}_at")):
            facts[end] = when
    _folders(metadata, facts, words)
    _tags(metadata, facts, words)
    _software(metadata, facts)
    for name, keys in (("base_digests", BASE), ("vae_digests", VAE)):
        if digests := _digests(metadata, keys):
            facts[name] = digests
    if others := _others(metadata):
        words["metadata"] = others
    return facts, words


def _texts(metadata: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, str]:
    return {
        name: text
        for key, name in keys.items()
        if (text := plain(metadata.get(key), LONG if key in LENGTHY else SHORT))
    }


def stated(metadata: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the digests of itself that a header states; nobody has checked them."""
    return [
        {"key": key, "dialect": dialect, "value": value}
        for key, (dialect, length) in STATED.items()
        if (value := hexadecimal(metadata.get(key), length))
    ]


def _digests(
    metadata: Mapping[str, Any], keys: tuple[tuple[str, str, int], ...]
) -> list[dict[str, str]]:
    return [
        {"dialect": dialect, "value": value}
        for key, dialect, length in keys
        if (value := hexadecimal(metadata.get(key), length))
    ]


def _folders(metadata: Mapping[str, Any], facts: dict[str, Any], words: dict[str, Any]) -> None:
    """Count the pictures of each folder that was trained on, as each was before repeats."""
    listed = [
        (plain(name), count, number(told.get("n_repeats")))
        for name, told in mapping(metadata.get("ss_dataset_dirs")).items()
        if isinstance(told, dict) and (count := number(told.get("img_count"))) is not None
    ]
    if listed:
        facts["folders"] = len(listed)
        facts["pictures"] = sum(count for _, count, _ in listed)
        words["folders"] = [
            {"name": name, "pictures": count, "repeats": repeats}
            for name, count, repeats in listed[:MOST_FOLDERS]
        ]


def _tags(metadata: Mapping[str, Any], facts: dict[str, Any], words: dict[str, Any]) -> None:
    """Count the words of the captions; the most frequent ones are kept apart."""
    uses: Counter[str] = Counter()
    folders = mapping(metadata.get("ss_tag_frequency"))
    for tags in folders.values():
        if isinstance(tags, dict):
            for tag, count in tags.items():
                uses[tag] += number(count) or 0
    if uses:
        facts["caption_words"] = len(uses)
        facts["caption_uses"] = sum(uses.values())
        words["caption_words"] = [
            [plain(tag.strip(), 100), count] for tag, count in uses.most_common(MOST_WORDS)
        ]
        words["caption_folders"] = [plain(name) for name in list(folders)[:MOST_FOLDERS]]


def _software(metadata: Mapping[str, Any], facts: dict[str, Any]) -> None:
    """Note the trainer's name where a header gives one, as text or as a JSON object."""
    told = metadata.get("software")
    named = mapping(told)
    if text := plain(named.get("name") if named else told):
        version = plain(named.get("version"), 60) if named else ""
        facts["trainer"] = f"{text} {version}".strip()
    elif any(key.startswith("ss_") for key in metadata):
        facts["trainer"] = "keys of kohya-ss/sd-scripts"
    for key, value in mapping(metadata.get("training_info")).items():
        if key in {"step", "epoch"} and (count := number(value)) is not None:
            facts.setdefault("steps" if key == "step" else key, count)


def _others(metadata: Mapping[str, Any]) -> dict[str, str]:
    known = {*NUMBERS, *PLAIN, *WORDS, *STATED, *BULKY}
    others = [
        (plain(key, 100), plain(value, 200))
        for key, value in metadata.items()
        if key not in known and isinstance(value, str)
    ]
    return dict(others[:MOST_KEYS])
