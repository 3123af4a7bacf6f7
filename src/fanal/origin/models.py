"""Ties pictures to model files by the digests and names that their records hold, both ways.

Tools shorten and choose digests differently, and one number of digits may stand for several
computations; so a value is compared with every digest of a file that can begin so, and the match
says which one it was. `docs/guide/model_files.md` has the table with its sources.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fanal.model.evidence import SENSITIVE

SHA256, TENSORS, BLAKE3, LEGACY = "sha256", "tensors", "blake3", "autov1"
STATED, KOHYA, MD5, SHA1, NAME = "stated tensors", "kohya legacy", "md5", "sha1", "name"
ONLY = {"blake3": {BLAKE3}, "swarm": {TENSORS, STATED}, "md5": {MD5}, "sha1": {SHA1}}
"""Dialects of records that can be one computation only → which."""
NEVER = {"novelai"}
"""Dialects that no file can be compared with."""
FEWEST = 8
"""Hexadecimal digits below which nothing is compared."""
FULL, SHORT, COLLIDES, NAMED = "full digest", "short digest", "digest that collides", "name alone"
GRADES = (FULL, SHORT, COLLIDES, NAMED)
"""How much a match says, the most first: the same bytes beyond doubt; the same but for a chance of
one in a million million; a digest of a part, or of 8 digits, that other files may have, or one that
a file claims of itself; nothing but a name that anyone can give to any file."""
GENERIC = {
    "model",
    "last",
    "lora",
    "checkpoint",
    "pytorch_model",
    "pytorch_lora_weights",
    "adapter_model",
    "unet",
    "vae",
    "none",
    "automatic",
    "diffusion_pytorch_model",
    "text_encoder",
    "embedding",
    "embeddings",
    "test",
    "new",
    "final",
}
"""Names that so many files have that they tell nothing."""
MOST_EXAMPLES = 1000
MOST_SAME = 64
"""Model files to which one value leads by one computation, or one name; where more have it, it
tells little, and pictures times files are more than can be told."""
_ENDING = re.compile(r"\.(?:safetensors|sft|ckpt|pth?|bin|gguf|onnx)$")
_HASH_BEHIND = re.compile(r"\s*\[[0-9a-f]{6,64}\]$")


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model file of the case: every digest it may be named by, and its names."""

    sha256: str
    digests: tuple[tuple[str, str], ...]
    """Computation and whole value; the legacy ones have 8 digits."""
    names: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        sha256: str,
        data: Mapping[str, Any],
        others: Mapping[str, str] | None = None,
        names: Iterable[str] = (),
    ) -> "ModelEntry":
        """Take the data of a finding `model file`, MD5 and SHA-1 of the item, and its file names.

        What the header calls itself counts among the names.
        """
        told = [(SHA256, sha256), *(others or {}).items()]
        told += _pairs(data.get("digests"), {TENSORS, BLAKE3, LEGACY})
        for kind, value in _pairs(data.get("stated_digests"), {TENSORS, KOHYA}):
            told.append((STATED if kind == TENSORS else kind, value))
        words = data.get(SENSITIVE)
        words = words if isinstance(words, dict) else {}
        called = [words.get(key) for key in ("output_name", "title", "name")]
        every = dict.fromkeys(shortened(name) for name in (*names, *called))
        kept = tuple(name for name in every if name and name not in GENERIC)
        return cls(sha256, tuple(dict.fromkeys(told)), kept)


@dataclass(frozen=True, slots=True)
class ModelMatch:
    """A model file that a record names."""

    model: str
    """SHA-256 of the file."""
    by: str
    """Which digest of the file agrees, or `name`."""
    value: str
    """The digits as the record has them; the name."""
    digits: int
    """Hexadecimal digits that agree; 0 for a name."""

    @property
    def grade(self) -> str:
        """Return how much it says: one of GRADES."""
        if not self.digits:
            return NAMED
        if self.digits <= FEWEST or self.by in {LEGACY, KOHYA, STATED}:
            return COLLIDES
        return FULL if self.digits >= 32 else SHORT

    @property
    def rank(self) -> tuple[int, int]:
        """Return what to sort by, the weightiest first."""
        return GRADES.index(self.grade), -self.digits


@dataclass(slots=True)
class Naming:
    """The pictures that name one model file: how many by grade, and some of them."""

    counts: dict[str, int] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    """SHA-256 of the first ones met, at most MOST_EXAMPLES."""


class ModelIndex:
    """Every digest and name of the model files of a case, to look records up in."""

    def __init__(self, entries: Iterable[ModelEntry]) -> None:
        """Take the model files; ten thousand of them take about 20 MB."""
        self._digests: dict[str, list[tuple[str, str]]] = {}
        self._names: dict[str, list[str]] = {}
        self._known: dict[tuple[str, str], tuple[ModelMatch, ...]] = {}
        for entry in entries:
            for by, value in entry.digests:
                if len(value) >= FEWEST:
                    self._digests.setdefault(by, []).append((value, entry.sha256))
            for name in entry.names:
                held = self._names.setdefault(name, [])
                if len(held) < MOST_SAME:
                    held.append(entry.sha256)
        for told in self._digests.values():
            told.sort()

    def named_by(self, *told: Mapping[str, Any]) -> list[ModelMatch]:
        """Return the model files that the findings of one content name, the weightiest match first.

        Each is returned once. A finding is a generator's record, an add-on model, a tool set-up or
        a model file (whose base model is then looked for).
        """
        best: dict[str, ModelMatch] = {}
        for match in (match for data in told for match in self._matches(data)):
            before = best.get(match.model)
            if before is None or match.rank < before.rank:
                best[match.model] = match
        return sorted(best.values(), key=lambda match: (match.rank, match.model))

    def _matches(self, data: Mapping[str, Any]) -> Iterator[ModelMatch]:
        for dialect, value in digests_in(data):
            yield from self._by_digest(dialect, value)
        for name in names_in(data):
            for model in self._names.get(name, ()):
                yield ModelMatch(model, NAME, name, 0)

    def _by_digest(self, dialect: str, value: str) -> tuple[ModelMatch, ...]:
        """Return the files of which a digest begins so; asked once for each value."""
        key = dialect, value
        if key not in self._known:
            only = ONLY.get(dialect)
            self._known[key] = tuple(
                ModelMatch(model, by, value, min(len(value), len(whole)))
                for by in self._digests
                if dialect not in NEVER and (only is None or by in only)
                for whole, model in self._beginning(by, value)
            )
        return self._known[key]

    def _beginning(self, by: str, value: str) -> Iterator[tuple[str, str]]:
        """Yield the digests of one computation that begin so, and their files."""
        told = self._digests[by]
        first = bisect_left(told, (value, ""))
        for whole, model in told[first : first + MOST_SAME]:
            if not whole.startswith(value):
                return
            yield whole, model


def naming(
    index: ModelIndex, pictures: Iterable[tuple[str, Iterable[Mapping[str, Any]]]]
) -> dict[str, Naming]:
    """Return model file → the pictures that name it, each once, of pictures and their findings."""
    told: dict[str, Naming] = {}
    for picture, findings in pictures:
        for match in index.named_by(*findings):
            entry = told.setdefault(match.model, Naming())
            entry.counts[match.grade] = entry.counts.get(match.grade, 0) + 1
            if len(entry.pictures) < MOST_EXAMPLES:
                entry.pictures.append(picture)
    return told


def digests_in(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield dialect and digits of every model digest that a finding's data hold."""
    training = data.get("training")
    listed = [data.get(key) for key in ("model_hashes", "vae_hashes", "hashes")]
    if isinstance(training, dict):
        listed += [training.get(key) for key in ("base_digests", "vae_digests")]
    for dialect, value in (pair for one in listed for pair in _pairs(one)):
        prefix, _, digits = value.rpartition(":")
        if prefix in {"blake3", "sha256", "md5", "sha1"}:  # as InvokeAI spells them
            yield prefix, digits
        elif value.startswith("0x"):  # as SwarmUI does
            yield "swarm", value[2:]
        else:
            yield dialect, value


def names_in(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield every name of a model that a finding's data hold, shortened to be compared."""
    words = data.get(SENSITIVE)
    own = "training" in data  # a model file's other names are its own
    for held in (data, words if isinstance(words, dict) else {}):
        for key in ("base_name",) if own else ("model", "add_ons", "name"):
            value = held.get(key)
            for one in value if isinstance(value, list) else [value]:
                if (name := shortened(one)) and name not in GENERIC:
                    yield name


def shortened(name: Any) -> str:
    """Return a model's name without folders, ending and the digest that A1111 puts behind it."""
    if not isinstance(name, str):
        return ""
    bare = re.split(r"[/\\]", name[-400:])[-1].strip().casefold()
    return _ENDING.sub("", _HASH_BEHIND.sub("", bare))


def _pairs(listed: Any, wanted: set[str] | None = None) -> list[tuple[str, str]]:
    """Return (dialect, value) of a list of digests as findings spell them."""
    if not isinstance(listed, list):
        return []
    pairs = [
        (str(one.get("dialect", "")), str(one.get("value", "")).strip().lower())
        for one in listed
        if isinstance(one, dict)
    ]
    return [
        (dialect, value)
        for dialect, value in pairs
        if len(value) >= FEWEST and (wanted is None or dialect in wanted)
    ]
