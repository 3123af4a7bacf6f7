"""The one spelling of leaves, rows and heads that digests and signatures are made over.

`fanal.custody.verifier` spells the same things again on purpose: it must stand alone.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any


def canonical(value: Any) -> str:
    """Return JSON with sorted keys, no white space and plain ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def row_digest(kind: str, values: Sequence[Any]) -> bytes:
    """Return the SHA-256 of a stored row: its kind and its columns in order, bytes as `x'hex'`."""
    spelt = [f"x'{value.hex()}'" if isinstance(value, bytes) else value for value in values]
    return hashlib.sha256(canonical([kind, *spelt]).encode()).digest()


def rows_digest(digests: Iterable[bytes]) -> str:
    """Return the SHA-256 over the digests of rows, sorted, so that their order does not matter."""
    return hashlib.sha256(b"".join(sorted(digests))).hexdigest()


def head_message(case: str, size: int, root: str, time: str) -> bytes:
    """Return the text that a head's signature covers."""
    return f"fanal head\n{case}\n{size}\n{root}\n{time}\n".encode()
