"""The nouns: frozen, comparable, with a key that their fields can fill, and fit to travel."""

import dataclasses
import importlib
import pickle
import pkgutil
import typing

import pytest

import fanal.model
from fanal.model import finding
from fanal.model.item import Digests, MemoryBody
from fanal.model.known import LIST_KINDS


def modules():
    for found in pkgutil.iter_modules(fanal.model.__path__):
        yield importlib.import_module(f"fanal.model.{found.name}")


NOUNS = [
    noun
    for module in modules()
    for noun in vars(module).values()
    if isinstance(noun, type)
    and dataclasses.is_dataclass(noun)
    and noun.__module__ == module.__name__
]
EACH = pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.__name__)
VALUES = {str: "zz", bytes: b"\xff", int: 3, float: 0.5, bool: True}


def made(noun):
    """One record with a value in every field that has no default."""
    hints = typing.get_type_hints(noun)
    given = {
        field.name: VALUES.get(hints[field.name], "zz")
        for field in dataclasses.fields(noun)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }
    return noun(**given)


def test_there_are_nouns():
    assert {"Item", "Place", "Failure", "Finding", "Seen", "Match", "Leaf", "Task"} <= {
        noun.__name__ for noun in NOUNS
    }


@EACH
def test_a_record_is_frozen_and_has_no_other_attribute(noun):
    record = made(noun)
    name = dataclasses.fields(noun)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(record, name, "other")
    assert not hasattr(record, "__dict__")


@EACH
def test_a_record_equals_its_like_and_travels(noun):
    assert made(noun) == made(noun)
    assert pickle.loads(pickle.dumps(made(noun))) == made(noun)  # noqa: S301 (our own)


@EACH
def test_a_key_is_of_its_own_fields(noun):
    names = [field.name for field in dataclasses.fields(noun)]
    assert set(getattr(noun, "KEY", ())) <= set(names)
    assert "KEY" not in names


@EACH
def test_every_noun_says_what_it_is(noun):
    assert noun.__doc__.strip().endswith(".")


def test_bytes_of_evidence_are_not_spelled_out():
    assert "secret" not in repr(MemoryBody(b"secret"))
    assert "secret" not in repr(Digests("", "", "", 6, b"secret"))


def test_what_an_analyzer_may_yield():
    assert {kind.__name__ for kind in typing.get_args(finding.Record)} == {
        "Finding",
        "Picture",
        "Fingerprint",
        "Mosaic",
        "Seen",
    }


def test_what_a_list_may_mean():
    assert LIST_KINDS == ("illegal", "unidentified", "generated", "harmless")
