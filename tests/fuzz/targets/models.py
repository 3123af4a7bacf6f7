"""Targets: headers of model files, a tool's settings, and what ties pictures to them."""

import json

from fanal.analyzers.model_file import ModelFile
from fanal.analyzers.model_file_setup import setup_in_database, setup_in_text
from fanal.content.handle import Content
from fanal.content.media import is_model, media_type
from fanal.custody.spelling import canonical
from fanal.model.finding import Finding, Seen
from fanal.model.item import MemoryBody
from fanal.origin.models import ModelEntry, ModelIndex
from fuzz.target import Target, require, watched
from makers import models, setups

MOST_ANSWER = 128 << 10
SHA = "5a" * 32


def headers(data: bytes) -> None:
    """State whatever begins like a model file; nothing is run, written or started."""
    kind = media_type(data[:4096])
    if not is_model(kind):
        kind = "application/x-safetensors"
    with watched():
        records = list(ModelFile().analyze(Content(SHA, kind, MemoryBody(data))))
    require(isinstance(records[-1], Seen) and len(records) == 2, f"records {len(records)}")
    told = records[0]
    require(isinstance(told, Finding), "no finding")
    spelt = canonical(told.data)
    require(len(spelt) < MOST_ANSWER, f"{len(spelt)} characters")
    require(told.says.isprintable() and len(told.says) <= 200, f"says {told.says!r}")
    entry = ModelEntry.of(SHA, told.data)
    require(ModelIndex([entry]).named_by({"model_hashes": told.data["digests"]}), "not itself")


def texts(data: bytes) -> None:
    """Read any bytes as a tool's settings."""
    for read in (setup_in_text, setup_in_database):
        if stated := read(data):
            require(len(canonical(stated.data)) < MOST_ANSWER, "a long answer")
            require(stated.says.isprintable() and len(stated.says) <= 200, f"{stated.says!r}")


def _headers() -> list[bytes]:
    pairs = [
        ("general.name", 8, "zz"),
        ("zz", 9, (8, ["a"])),
        ("zz", 9, (9, [(4, [1])])),
    ]
    begun = json.dumps({"__metadata__": models.TRAINED}).encode()
    return [
        models.safetensors(models.TRAINED),
        models.safetensors(None, models.CHECKPOINT_NAMES),
        models.safetensors(length=1 << 63),
        models.safetensors(header=begun[:-2]),
        models.gguf(pairs),
        models.gguf(pairs, version=1),
        models.gguf(pairs, order=">"),
        models.torch_zip(),
        models.torch_pickle(),
    ]


TARGETS = (
    Target("model-file", headers, _headers),
    Target("tool-setup", texts, lambda: list(setups.ALL.values())),
)
