"""Reads what a request brings: a form or one JSON object, of limited size, within limited time."""

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from fanal.web.asked import Refused

MOST = 1 << 20
"""Bytes of a request's body."""
SECONDS = 10.0
"""Seconds in which it must be here."""
FIELDS = 200
"""Fields of a form."""
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


async def body(request: Request) -> dict[str, Any]:
    """Return the fields that were sent; whatever is not said plainly is refused."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {JSON, FORM}:
        raise Refused(415, "send a form or a JSON object")
    if request.headers.get("content-encoding"):
        raise Refused(415, "send it as it is, not compressed")
    try:
        async with asyncio.timeout(SECONDS):
            held = await _held(request)
    except TimeoutError:
        raise Refused(408, f"what is sent must be here within {SECONDS:g} seconds") from None
    return read(held, kind)


async def _held(request: Request) -> bytes:
    declared = request.headers.get("content-length", "0")
    held = bytearray()
    if not declared.isascii() or not declared.isdigit() or len(declared) > 12:
        raise Refused(400, "what was sent cannot be read")
    if int(declared) > MOST:
        raise Refused(413, f"a request may have {MOST:,} bytes")
    async for part in request.stream():
        held += part
        if len(held) > MOST:
            raise Refused(413, f"a request may have {MOST:,} bytes")
    return bytes(held)


def read(held: bytes, kind: str) -> dict[str, Any]:
    """Return the fields of a body; text that no case can keep is refused with the rest."""
    told: Any = None
    try:
        if kind == JSON:
            text = held.decode("utf-8")
            told = json.loads(text, parse_constant=_no_number, object_pairs_hook=_once)
        else:
            pairs = parse_qsl(
                held.decode("ascii"),
                keep_blank_values=True,
                strict_parsing=bool(held),
                errors="strict",
                max_num_fields=FIELDS,
            )
            told = dict(pairs) if len(dict(pairs)) == len(pairs) else None
        # Half a character that stands alone, and the character nothing, can be kept nowhere.
        bad = "\\u0000" in json.dumps(told, ensure_ascii=False).encode("utf-8").decode("utf-8")
    except (ValueError, RecursionError):
        raise Refused(400, "what was sent cannot be read") from None
    if bad or not isinstance(told, dict):
        raise Refused(400, "what was sent cannot be read")
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; refuse one in which a name stands twice (RFC 8259, section 4)."""
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError
    return told


def _no_number(name: str) -> float:
    raise ValueError(name)
