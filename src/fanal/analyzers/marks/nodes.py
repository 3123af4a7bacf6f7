"""Tells what the node classes of ComfyUI do and what their inputs mean: a table of data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Class:
    """What a node class does."""

    makes: bool
    """It makes pixels where there were none."""
    loads: bool
    """It brings a picture in from outside."""
    saves: int
    """2 where it gives out the result, 1 where it shows one, 0 else."""
    resizes: bool
    keeps: bool
    """It keeps part of the source picture whatever the strength."""
    lora: bool
    enters: tuple[tuple[frozenset[str], str], ...]
    """Names of inputs, and the role of a picture that comes in there."""


@dataclass(frozen=True, slots=True)
class _Table:
    enters: tuple[tuple[tuple[str, ...], frozenset[str], str], ...]
    classes: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]


@cache
def _table() -> _Table:
    raw = tomllib.loads(files(__package__).joinpath("nodes.toml").read_text("utf-8"))
    enters = tuple(
        (tuple(each["class"]), frozenset(each["inputs"]), each["role"]) for each in raw["enter"]
    )
    classes = {kind: tuple(pieces) for kind, pieces in raw["classes"].items()}
    names = {name: meaning for meaning, all_ in raw["names"].items() for name in all_}
    return _Table(enters, classes, names)


@lru_cache(maxsize=4096)
def class_of(name: str) -> Class:
    """Return what is known of a node class; of an unknown one what its name says."""
    table = _table()
    short = squeezed(name)

    def has(kind: str) -> bool:
        return any(piece in short for piece in table.classes[kind])

    enters = tuple(
        (inputs, role) for pieces, inputs, role in table.enters if any(p in short for p in pieces)
    )
    return Class(
        makes=has("makes") and not has("not_makes"),
        loads=has("loads") and not has("not_loads"),
        saves=0 if short.startswith("load") else 2 if has("saves") else 1 if has("previews") else 0,
        resizes=has("resizes"),
        keeps=has("keeps"),
        lora="lora" in short,
        enters=enters,
    )


def meaning_of(input_name: str) -> str:
    """Return what an input of this name carries: mask, picture, condition, or "" for unknown."""
    return _table().names.get(input_name.lower(), "")


def squeezed(name: str) -> str:
    """Return the name of a class in lower case without what writers put between its words."""
    return "".join(letter for letter in name[:128].lower() if letter not in " _-|/.()[]")
