"""Checks a value against the part of JSON Schema (draft 2020-12) that our description uses."""

from collections.abc import Iterator, Mapping
from typing import Any

KINDS: Mapping[str, Any] = {
    "string": str,
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}
KNOWN = frozenset(
    {
        "$ref",
        "type",
        "enum",
        "anyOf",
        "items",
        "properties",
        "required",
        "additionalProperties",
        "description",
    }
)


def faults(value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any]) -> list[str]:
    """Return what does not fit; a keyword that is not known here is a fault too."""
    return [*_faults(value, schema, whole, "$")]


def _faults(
    value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any], at: str
) -> Iterator[str]:
    if schema.keys() - KNOWN:
        yield f"{at}: unknown keyword"
    if "$ref" in schema:
        found: Any = whole
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        yield from _faults(value, found, whole, at)
    if "type" in schema and not isinstance(value, KINDS[schema["type"]]):
        yield f"{at}: {type(value).__name__} is no {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: not among the values"
    if "anyOf" in schema and all(faults(value, one, whole) for one in schema["anyOf"]):
        yield f"{at}: none of these"
    if isinstance(value, list) and "items" in schema:
        for number, one in enumerate(value):
            yield from _faults(one, schema["items"], whole, f"{at}[{number}]")
    if isinstance(value, dict):
        yield from _object(value, schema, whole, at)


def _object(
    value: Mapping[str, Any], schema: Mapping[str, Any], whole: Mapping[str, Any], at: str
) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{at}: lacks {name}"
    for name, one in value.items():
        inner = schema.get("properties", {}).get(name, schema.get("additionalProperties", True))
        if inner is False:
            yield f"{at}: {name} is not described"
        elif inner is not True:
            yield from _faults(one, inner, whole, f"{at}.{name}")
