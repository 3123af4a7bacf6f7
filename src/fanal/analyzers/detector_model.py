"""Looks through an ONNX file before it is run: standard operators only, nothing outside the file.

The file is a protocol buffer (ONNX `onnx.proto3`; wire format of protobuf.dev). Only what must be
known is read: the domains of operators, where tensors lie, which operators there are. Everything
else is stepped over, within a number of fields and a depth.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fanal.analyzers.detector_manifest import Unfit

DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml"})
"""What the ONNX standard itself defines."""
DICE = frozenset(
    {
        *("RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"),
        *("Bernoulli", "Multinomial"),
    }
)
"""Operators that draw numbers: the same picture would get another score each time."""
MOST_FIELDS = 2_000_000
MOST_DEPTH = 40
"""Graphs inside graphs: the bodies of If, Loop and Scan."""
MOST_NODES = 200_000
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MODEL, _GRAPH, _NODE, _ATTRIBUTE, _TENSOR, _SPARSE, _OPSET = range(7)
_INSIDE: dict[int, dict[int, int]] = {
    _MODEL: {7: _GRAPH, 8: _OPSET},
    _GRAPH: {1: _NODE, 5: _TENSOR, 15: _SPARSE},
    _NODE: {5: _ATTRIBUTE},
    _ATTRIBUTE: dict.fromkeys((5, 10), _TENSOR)
    | dict.fromkeys((6, 11), _GRAPH)
    | dict.fromkeys((22, 23), _SPARSE),
    _SPARSE: {1: _TENSOR, 2: _TENSOR},
    _TENSOR: {},
    _OPSET: {},
}
"""Kind of message → field → kind of the message in it."""
_REFUSED = {
    (_MODEL, 20): "a part for training, which no detector needs",
    (_MODEL, 25): "functions of its own; export it with all of them written out",
    (_TENSOR, 13): "tensors in another file; export it as one file",
}
_TEXTS = {(_OPSET, 1): "domain", (_NODE, 7): "domain", (_NODE, 4): "operator"}
_DATA_LOCATION = 14


@dataclass(slots=True)
class _Count:
    fields: int = 0
    nodes: int = 0


def inspect(data: bytes) -> int:
    """Return the number of operators in a model; raise Unfit where it holds what is not taken."""
    count = _Count()
    waiting: list[tuple[int, int, memoryview]] = [(_MODEL, 0, memoryview(data))]
    while waiting:
        kind, depth, held = waiting.pop()
        if depth > MOST_DEPTH:
            raise Unfit(f"the model nests deeper than {MOST_DEPTH}")
        count.nodes += kind == _NODE
        if count.nodes > MOST_NODES:
            raise Unfit(f"the model has more than {MOST_NODES} operators")
        for field, value in _fields(held, count):
            _check(kind, field, value)
            inner = _INSIDE[kind].get(field)
            if inner is not None and isinstance(value, memoryview):
                waiting.append((inner, depth + 1, value))
    if not count.nodes:
        raise Unfit("the model is no ONNX file, or has no operators")
    return count.nodes


def _check(kind: int, field: int, value: int | memoryview) -> None:
    if told := _REFUSED.get((kind, field)):
        raise Unfit(f"the model has {told}")
    if kind == _TENSOR and field == _DATA_LOCATION and value:
        raise Unfit("the model has tensors in another file; export it as one file")
    text = _TEXTS.get((kind, field))
    if text is None or not isinstance(value, memoryview):
        return
    name = bytes(value[:100]).decode("utf-8", "replace")
    if text == "domain" and name not in DOMAINS:
        raise Unfit(f"the model has operators of the domain {_shown(name)}, not of the standard")
    if text == "operator" and name in DICE:
        raise Unfit(f"the model has the operator {name}, which throws dice")


def _fields(held: memoryview, count: _Count) -> Iterator[tuple[int, int | memoryview]]:
    """Yield the fields of one message: a number, or the bytes of what lies inside."""
    at, end = 0, len(held)
    while at < end:
        count.fields += 1
        if count.fields > MOST_FIELDS:
            raise Unfit(f"the model has more than {MOST_FIELDS} fields")
        key, at = _varint(held, at)
        field, wire = key >> 3, key & 7
        if wire == _VARINT:
            number, at = _varint(held, at)
            yield field, number
            continue
        if wire == _BYTES:
            size, at = _varint(held, at)
        else:
            size = {_FIXED64: 8, _FIXED32: 4}.get(wire, end)
        if not field or size > end - at:
            raise Unfit("the model is no ONNX file, or is cut off")
        if wire == _BYTES:
            yield field, held[at : at + size]
        at += size


def _varint(held: memoryview, at: int) -> tuple[int, int]:
    number = 0
    for shift in range(0, 70, 7):
        if at >= len(held):
            break
        byte = held[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
    raise Unfit("the model is no ONNX file, or is cut off")


def _shown(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in repr(name))
