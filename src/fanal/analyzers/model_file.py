"""States what model files and tool set-ups on a device say: training, digests, output folders.

Nothing is loaded, unpickled or run: headers are read within limits, weights only hashed.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from fanal.analyzers.model_file_digests import digests, known, spelled
from fanal.analyzers.model_file_gguf import read_gguf
from fanal.analyzers.model_file_role import (
    ADAPTER,
    ADD_ONS,
    CHECKPOINT,
    CONTROLNET,
    ENCODER,
    INVERSION,
    LANGUAGE,
    LORA,
    UNKNOWN,
    VAE,
    architecture_by_names,
    role_by_header,
    role_by_names,
)
from fanal.analyzers.model_file_setup import setup_in_database, setup_in_text
from fanal.analyzers.model_file_setup_found import Stated
from fanal.analyzers.model_file_tensors import DAMAGED, Header, read_tensors
from fanal.analyzers.model_file_torch import read_torch
from fanal.analyzers.model_file_training import stated, training
from fanal.content.handle import Content
from fanal.content.image import Undecodable
from fanal.content.media import GGUF, ONNX, PYTORCH, SAFETENSORS, is_model, media_type
from fanal.content.media import UNKNOWN as NO_KIND
from fanal.model.evidence import BYTES, MODEL_FILE, SENSITIVE
from fanal.model.finding import Finding, Record, Seen

DATABASE, TEXT = "application/vnd.sqlite3", "text/plain"
UNTOLD = {NO_KIND, "application/zip"}
"""Kinds under which a case that was read earlier may have model files."""
SNIFFED = {DATABASE, TEXT, *UNTOLD}
"""Kinds that may hold what this looks for."""
MOST_TEXT, MOST_DATABASE = 4 << 20, 1 << 20
"""Bytes of a settings file, and of a database's beginning, that are read."""
FORMATS = {SAFETENSORS: "safetensors", GGUF: "GGUF", PYTORCH: "PyTorch", ONNX: "ONNX"}
READERS: Mapping[str, Callable[[Content], Header]] = {
    SAFETENSORS: read_tensors,
    GGUF: read_gguf,
    PYTORCH: read_torch,
    ONNX: lambda _: Header(0),
}
NOUNS = {
    LORA: "add-on model (LoRA)",
    INVERSION: "add-on model (textual inversion)",
    CHECKPOINT: "checkpoint",
    VAE: "VAE",
    CONTROLNET: "ControlNet",
    ADAPTER: "image adapter",
    ENCODER: "text encoder",
    LANGUAGE: "language model",
    UNKNOWN: "model file",
}
WRITABLE = "whoever has the file can write, change or remove what its header says"
NOTED = "the numbers of pictures are those that the training program noted"
PICTURES_IN = "an image adapter is made to take a person or style from a picture given to it"
FOREIGN = "loading it would run code that PyTorch's own files do not ask for"


class ModelFile:
    """Yields one finding over a model file or a tool's settings; silent over anything else."""

    name: ClassVar[str] = "model_file"
    version: ClassVar[str] = "1"

    @staticmethod
    def asks_for(media_type: str) -> bool:
        """Tell whether a content of this kind may be a model file or a tool's settings."""
        return is_model(media_type) or media_type in SNIFFED

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield what the header or the settings say, and one Seen."""
        found = _stated(content)
        if found is None:
            yield Seen(content.sha256, self.name, self.version, "silent")
            return
        yield Finding(
            content.sha256,
            self.name,
            self.version,
            found.kind,
            found.says,
            doubts=found.doubts,
            data=found.data,
        )
        outcome = "partly" if found.problem else "spoke"
        yield Seen(
            content.sha256, self.name, self.version, outcome, found.problem, found.detail[:300]
        )


def _stated(content: Content) -> Stated | None:
    kind = content.media_type
    if not ModelFile.asks_for(kind):
        return None
    try:
        if kind in UNTOLD:
            kind = media_type(content.read_at(0, min(4096, content.size)))
        if kind == TEXT and content.size <= MOST_TEXT:
            return setup_in_text(content.read_at(0, MOST_TEXT))
        if kind == DATABASE:
            return setup_in_database(content.read_at(0, MOST_DATABASE))
    except Undecodable:  # a large content that lies elsewhere and does not begin as a model does
        return None
    return _model(content, kind) if is_model(kind) else None


def _model(content: Content, kind: str) -> Stated:
    try:
        header = READERS[kind](content)
    except Undecodable as why:
        header = Header(0, problem=why.reason, detail=why.detail)
    role, told_by = _role(header)
    facts, words = training(header.metadata)
    computed = _digests(content, kind, header)
    data: dict[str, Any] = {
        "format": FORMATS[kind],
        "size": content.size,
        "role": role,
        "role_by": told_by,
        "add_on": role in ADD_ONS,
        "family": architecture_by_names(header.names),
        "header": {"length": header.length, "keys": len(header.metadata), **header.facts},
        "training": facts,
        "digests": computed,
        "stated_digests": stated(header.metadata),
        "agrees": _agrees(stated(header.metadata), computed),
        SENSITIVE: words,
        BYTES: list(header.rests_on),
    }
    says = _says(role, FORMATS[kind], facts, header)
    doubts = _doubts(role, facts, header)
    return Stated(MODEL_FILE, says, data, doubts, header.problem, header.detail)


def _role(header: Header) -> tuple[str, str]:
    if role := role_by_header(header.metadata):
        return role, "header"
    role = role_by_names(header.names)
    return role, "" if role == UNKNOWN else "names of tensors"


def _digests(content: Content, kind: str, header: Header) -> list[dict[str, str]]:
    """Return the digests by which pictures may name the file; few where no tool could load it."""
    unloadable = kind == SAFETENSORS and not header.length
    if unloadable or kind == ONNX:
        return spelled(known(content))
    try:
        return digests(content, header.length)
    except Undecodable:
        return spelled(known(content))


def _agrees(told: list[dict[str, str]], computed: list[dict[str, str]]) -> bool | None:
    """Tell whether the tensors are those whose digest the header states; None where it does not."""
    values = {one["value"] for one in told if one["dialect"] == "tensors"}
    tensors = [one["value"] for one in computed if one["dialect"] == "tensors"]
    return tensors[0] in values if values and tensors else None


def _says(role: str, form: str, facts: Mapping[str, Any], header: Header) -> str:
    article = "an" if form == FORMATS[ONNX] else "a"
    noun = f"{NOUNS[role]} in {article} {form} file"
    if header.problem and not header.metadata:
        unread = "cannot be read" if header.problem == DAMAGED else "was not read whole"
        return f"{noun}; its header {unread}"
    if "foreign_calls" in header.facts:
        return f"{noun}, which was not loaded: that would run code of its own"
    if "container" in header.facts:
        return f"{noun}, which was not loaded"
    known = header.metadata or header.names
    return f"{noun}; its header {_learnt(facts)}" if known else noun


def _learnt(facts: Mapping[str, Any]) -> str:
    first, last = (str(facts.get(end, ""))[:10] for end in ("started", "finished"))
    when = f" between {first} and {last}" if first and last else ""
    if not when and (first or last):
        when = f" from {first} on" if first else f" up to {last}"
    if (pictures := facts.get("pictures")) is not None:
        folders = facts["folders"]
        plural = "" if pictures == 1 else "s", "" if folders == 1 else "s"
        return (
            f"says it was trained on {pictures} picture{plural[0]}"
            f" in {folders} folder{plural[1]}{when}"
        )
    return f"says it was trained{when}" if when else "says nothing of its training"


def _doubts(role: str, facts: Mapping[str, Any], header: Header) -> tuple[str, ...]:
    doubts = [WRITABLE]
    if "pictures" in facts:
        doubts.append(NOTED)
    if role == ADAPTER:
        doubts.append(PICTURES_IN)
    if "foreign_calls" in header.facts:
        doubts.append(FOREIGN)
    return tuple(doubts)
