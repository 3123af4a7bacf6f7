"""Spells what travels from a worker to its parent; the parent takes nothing but plain records.

A worker may have been taken over by the bytes it read. A pickle can call what it names, and even
one that names records only can call a record that is callable, set what its class holds, or ask for
all memory there is in ten bytes. So answers come as JSON, and the parent makes records of it field
by field: of classes that it has loaded already, and that do nothing when they are made.
"""

import builtins
import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any

LARGEST = 1 << 24
"""Bytes of one message, and of all answers to one batch: many times what honest workers send."""
_PLAIN = frozenset({str, int, float, bool, type(None)})
_SEQUENCES: dict[type, str] = {tuple: "tuple", list: "list"}


class UntrustedError(Exception):
    """A message that no honest worker sends."""


def spelled(answer: Any, *, good: bool) -> bytes:
    """Return an answer, or the error that came in its place, as the parent can read it."""
    try:
        data = _written(good, answer)
        if not good:
            _said(json.loads(data))  # not every error can be made from what it says of itself
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (an object of the work's own making)
        fault = RuntimeError(f"an answer cannot be sent: {answer!r}: {error!r}"[:2000])
        for note in getattr(answer, "__notes__", ()):
            fault.add_note(note)
        data = _written(False, fault)  # noqa: FBT003 (as it is sent)
    return data


def together(answers: Sequence[bytes]) -> bytes:
    """Return one message of several answers that are spelled."""
    return b"[" + b",".join(answers) + b"]"


def read(message: bytes) -> list[tuple[bool, Any]]:
    """Return what a worker sent together: whether each is an answer, and it; never nothing."""
    try:
        told = json.loads(message)
        if type(told) is list and told:
            return [_said(each) for each in told]
    except Exception as error:  # whatever a forged message provokes
        raise UntrustedError(f"a message that cannot be read: {type(error).__name__}") from error
    raise UntrustedError("a message without an answer")


def _written(good: bool, answer: Any) -> bytes:  # noqa: FBT001 (as it is sent)
    return json.dumps([good, _packed(answer)], separators=(",", ":")).encode("ascii")


def _said(told: Any) -> tuple[bool, Any]:
    good, answer = told[0], _unpacked(told[1])
    if good is not True and not isinstance(answer, Exception):
        raise UntrustedError("a fault that is no error")
    return good is True, answer


def _packed(value: Any) -> Any:
    """Return plain values as they are, and every other one as a list that begins with its kind."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if name := _SEQUENCES.get(kind):
        return [name, *map(_packed, value)]
    if kind is bytes:
        return ["bytes", b64encode(value).decode("ascii")]
    if kind is dict and all(type(key) is str for key in value):
        return {key: _packed(part) for key, part in value.items()}
    if kind.__module__.startswith("fanal.") and is_dataclass(kind):
        parts = (_packed(getattr(value, field.name)) for field in fields(kind))
        return ["record", kind.__module__, kind.__name__, *parts]
    if isinstance(value, Exception):
        notes = [str(note) for note in getattr(value, "__notes__", ())]
        return ["error", kind.__name__, notes, *map(_packed, value.args)]
    raise TypeError(f"{kind.__name__} does not travel")


def _unpacked(value: Any) -> Any:
    if type(value) is dict:
        return {key: _unpacked(part) for key, part in value.items()}
    if type(value) is not list:
        return value
    return _KINDS[value[0]](value)


def _record(told: list[Any]) -> Any:
    _, module, name, *values = told
    kind, count = _class(module, name)
    if len(values) != count:
        raise UntrustedError("a record with other fields")
    return kind(*map(_unpacked, values))


@lru_cache(maxsize=64)
def _class(module: str, name: str) -> tuple[Any, int]:
    """Return a class of records and the number of its fields; nothing is loaded for it."""
    kind = vars(sys.modules[module])[name] if module.startswith("fanal.") else None
    frozen = getattr(kind, "__dataclass_params__", None)
    if (
        isinstance(kind, type)
        and (kind.__module__, kind.__name__) == (module, name)
        and frozen is not None
        and frozen.frozen
        and not hasattr(kind, "__post_init__")
        and all(field.init for field in fields(kind))
    ):
        return kind, len(fields(kind))
    raise UntrustedError(f"a worker may not send {module}.{name}"[:300])


def _error(told: list[Any]) -> Exception:
    _, name, notes, *values = told
    kind = vars(builtins)[name]
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        raise UntrustedError(f"a worker may not send {name}"[:300])
    error = kind(*map(_unpacked, values))
    for note in notes:
        error.add_note(note)
    return error


_KINDS: dict[str, Callable[[list[Any]], Any]] = {
    "tuple": lambda told: tuple(map(_unpacked, told[1:])),
    "list": lambda told: [_unpacked(part) for part in told[1:]],
    "bytes": lambda told: b64decode(told[1], validate=True),
    "record": _record,
    "error": _error,
}
