"""Describes the HTTP service in OpenAPI 3.1, from the dataclasses that it reads and writes."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from fanal.prevention.doors.wire import Act, Counted, Happened, Refusal, State
from fanal.prevention.nouns import Decision

VERSION = "1"
ASKED = (Act, Happened)
"""What is read: nothing but the names that are known."""


def described() -> dict[str, Any]:
    """Return the whole description."""
    schemas: dict[str, Any] = {}
    for kind in (Act, Happened, Decision, Counted, State, Refusal):
        schema(kind, schemas)
    decided = "Decides one act and counts it; ask once for one act, here or at /v1/page."
    return {
        "openapi": "3.1.0",
        "info": {"title": "fanal: deterrence at a service", "version": VERSION},
        "paths": {
            "/v1/decide": {"post": _asked("decide", decided, Act, _json(Decision))},
            "/v1/page": {"post": _asked("page", "Likewise, as a page.", Act, *_page())},
            "/v1/outcome": {
                "post": _asked(
                    "outcome", "Counts what happened after a message.", Happened, _json(Counted)
                )
            },
            "/v1/health": {"get": _shown("health", "Says how the service does.", _json(State))},
            "/openapi.json": {
                "get": _shown("openapi", "This description.", _of({"type": "object"}))
            },
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def schema(kind: Any, known: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a type; dataclasses and enumerations are put among the known ones."""
    if is_dataclass(kind):
        name = kind.__name__  # type: ignore[union-attr]
        if name not in known:
            known[name] = {}
            known[name] = _object(kind, known)
        return {"$ref": f"#/components/schemas/{name}"}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        known[kind.__name__] = {"type": "string", "enum": [one.value for one in kind]}
        return {"$ref": f"#/components/schemas/{kind.__name__}"}
    inner = get_args(kind)
    if get_origin(kind) is tuple:
        return {"type": "array", "items": schema(inner[0], known)}
    if get_origin(kind) is Mapping:
        return {"type": "object", "additionalProperties": schema(inner[1], known)}
    if NoneType in inner:
        other = next(one for one in inner if one is not NoneType)
        return {"anyOf": [schema(other, known), {"type": "null"}]}
    return {"type": {str: "string", bool: "boolean"}[kind]}


def _object(kind: Any, known: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    is_asked = kind in ASKED
    needed = [
        one.name
        for one in fields(kind)
        if not is_asked or (one.default is MISSING and one.default_factory is MISSING)
    ]
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip().partition("\n")[0],
        "properties": {name: schema(hint, known) for name, hint in hints.items()},
        "required": needed,
        "additionalProperties": False,
    }


def _of(told: Mapping[str, Any], why: str = "The answer.") -> dict[str, Any]:
    return {"description": why, "content": {"application/json": {"schema": told}}}


def _json(kind: type) -> dict[str, Any]:
    return _of({"$ref": f"#/components/schemas/{kind.__name__}"})


def _page() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the two answers of a page: something is shown, or nothing."""
    said = {"fanal-action": {"schema": {"$ref": "#/components/schemas/Action"}}}
    html = {"text/html": {"schema": {"type": "string"}}}
    return (
        {"description": "What a person reads.", "headers": said, "content": html},
        {"description": "Let through, and nothing is shown.", "headers": said},
    )


def _asked(
    name: str, why: str, kind: type, done: dict[str, Any], nothing: dict[str, Any] | None = None
) -> dict[str, Any]:
    told = _shown(name, why, done)
    body = {"schema": {"$ref": f"#/components/schemas/{kind.__name__}"}}
    told["requestBody"] = {"required": True, "content": {"application/json": body}}
    if nothing:
        told["responses"]["204"] = nothing
    return told


def _shown(name: str, why: str, done: dict[str, Any]) -> dict[str, Any]:
    refused = _of(
        {"$ref": "#/components/schemas/Refusal"},
        "The closed answer: `action` is `block`, whatever was wrong with the request.",
    )
    return {"operationId": name, "summary": why, "responses": {"200": done, "default": refused}}
