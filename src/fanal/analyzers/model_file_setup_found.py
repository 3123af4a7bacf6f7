"""What a tool's settings, cache or log say, and how that becomes a finding."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal.analyzers.model_file_setup_known import Known
from fanal.analyzers.model_file_values import SHORT, hexadecimal, plain
from fanal.model.evidence import BYTES, SENSITIVE, SETUP, extent

MOST_VALUES = 40
"""Folders, models or names that are kept of each sort; all are counted."""
MOST_LISTED = 300
"""Pictures or digests of a log or cache that are kept."""
CHANGEABLE = "whoever has the file can change what it says"


@dataclass(frozen=True, slots=True)
class Stated:
    """One finding before it is signed, and what was not read of it."""

    kind: str
    says: str
    data: dict[str, Any]
    doubts: tuple[str, ...] = (CHANGEABLE,)
    problem: str = ""
    detail: str = ""


@dataclass(slots=True)
class Found:
    """What one file of a tool says."""

    tool: str
    file: str
    version: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    """Setting → folder into which pictures are written."""
    models: dict[str, str] = field(default_factory=dict)
    """Setting → model, or folder of models."""
    hashes: list[dict[str, str]] = field(default_factory=list)
    """Digests of models, as a picture's record has them: dialect and value."""
    facts: dict[str, Any] = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)
    """What is not shown unless asked for, besides the folders."""

    def stated(self, data: bytes) -> Stated:
        """Return the finding over the bytes in which all this stands."""
        version = self.version if re.fullmatch(r"[\w.+-]{1,40}", self.version) else ""
        told: dict[str, Any] = {
            "tool": self.tool,
            "file": self.file,
            "version": version,
            "outputs": len(self.outputs),
            "models": len(self.models),
            "model_hashes": self.hashes[:MOST_LISTED],
            **self.facts,
            SENSITIVE: {
                "outputs": _first(self.outputs),
                "models": _first(self.models),
                **self.words,
            },
            BYTES: [extent(0, len(data), hashlib.sha256(data).hexdigest())],
        }
        says = f"{self.file} of {self.tool} {version}".strip()
        named = self._counted()
        return Stated(SETUP, f"{says}; it names {named}" if named else says, told)

    def _counted(self) -> str:
        counts = (
            (len(self.outputs), "output folder", "output folders"),
            (len(self.models), "setting of models", "settings of models"),
            (len(self.hashes), "digest of a model", "digests of models"),
            (int(self.facts.get("pictures", 0)), "picture", "pictures"),
        )
        return ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in counts if n)


def settings(known: Known, value: Mapping[str, Any]) -> Found:
    """Return what a settings file of a known tool says."""
    found = Found(known.tool, known.file, plain(value.get(known.version), 40))
    found.outputs = chosen(value, known.outputs)
    found.models = chosen(value, known.models)
    for name, keys in (("names", known.names), ("training_folders", known.pictures)):
        if texts := chosen(value, keys):
            found.words[name] = texts
    if digest := hexadecimal(value.get("sd_checkpoint_hash"), 64):
        found.hashes = [{"dialect": "sha256", "value": digest}]
    return found


def chosen(value: Mapping[str, Any], keys: Iterable[str]) -> dict[str, str]:
    """Return key → text, lists of texts joined, for those of the keys that hold any."""
    told = {}
    for key in sorted(keys):
        one = value.get(key)
        parts = one[:8] if isinstance(one, list) else [one]
        if text := "; ".join(plain(part) for part in parts if isinstance(part, str) and part):
            told[key] = text[: 4 * SHORT]
    return told


def _first(named: Mapping[str, str]) -> dict[str, str]:
    return dict(list(named.items())[:MOST_VALUES])
