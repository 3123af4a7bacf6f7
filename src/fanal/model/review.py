"""What a person sees next."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Task:
    """One item in the queue, with the sentence that put it there."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256",)

    sha256: str
    step: int
    """1 to 8, the steps of the queue; lower is looked at first."""
    turn: int
    """Order inside the step: items of all exhibits take turns."""
    exhibit: str
    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a content stands in the queue since the last full order; overrides its task."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256", "number")

    sha256: str
    number: int
    """Act that moved it; the highest number counts."""
    step: int
    """0: out of the queue, a person decided."""
    turn: int
    exhibit: str
    reason: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A content that the blind sample put among the first, to measure what would be missed."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256",)

    sha256: str
    step: int
    """The step it was drawn from; not shown before it is decided."""


@dataclass(frozen=True, slots=True)
class Priorities:
    """A rule file in which an authority says what comes first, and its signature."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256",)

    sha256: str
    """Digest of the file that was read."""
    name: str
    text: str
    signer: str
    """The Ed25519 public key that signed it, in hexadecimal."""
    signature: str
    """In hexadecimal, over the bytes of the text."""
