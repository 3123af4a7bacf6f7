"""Draws records of any kind by the types of their fields."""

import dataclasses
import types
import typing
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from fanal.stores.rows import KINDS

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_PLAIN: dict[type, st.SearchStrategy[Any]] = {
    str: st.text(),
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    bytes: st.binary(),
    float: st.floats(allow_nan=False),
}


def _of(hint: Any) -> st.SearchStrategy[Any]:
    if isinstance(hint, types.UnionType):
        return st.one_of(*(_of(part) for part in typing.get_args(hint)))
    if hint is types.NoneType:
        return st.none()
    if typing.get_origin(hint) is tuple:
        return st.lists(_of(typing.get_args(hint)[0]), max_size=3).map(tuple)
    if typing.get_origin(hint) is not None:
        held = _JSON if typing.get_args(hint)[1] is Any else _of(typing.get_args(hint)[1])
        return st.dictionaries(st.text(), held, max_size=3)
    return _PLAIN[hint]


@lru_cache(maxsize=64)
def records(kind: type) -> st.SearchStrategy[Any]:
    """Records of that kind."""
    hints = typing.get_type_hints(kind)
    fields = {field.name: _of(hints[field.name]) for field in dataclasses.fields(kind)}
    return st.builds(kind, **fields)


def any_record() -> st.SearchStrategy[Any]:
    """Records of any kind."""
    return st.one_of(*(records(kind) for kind in KINDS))
