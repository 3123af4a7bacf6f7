"""Lines of the custody log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Leaf:
    """One act: who did what, when, and the digest of every record it wrote."""

    KEY: ClassVar[tuple[str, ...]] = ("number",)

    number: int
    time: str
    actor: str
    verb: str
    details: Mapping[str, Any] = field(default_factory=dict)
    records: Mapping[str, Any] = field(default_factory=dict)
    """Kind of record → {"count", "sha256"}."""
    drops: tuple[tuple[str, int], ...] = ()
    """(kind, act) pairs: records written by that earlier act that this act removed."""


@dataclass(frozen=True, slots=True)
class Head:
    """The root of the log after an act, signed."""

    KEY: ClassVar[tuple[str, ...]] = ("size",)

    size: int
    root: str
    time: str
    key: str
    """The signer's Ed25519 public key, 64 hexadecimal characters."""
    signature: str
