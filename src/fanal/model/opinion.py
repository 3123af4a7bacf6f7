"""What the findings of a content amount to, and what they are weighed against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

STATES = (
    "not_assessed",
    "camera",
    "altered",
    "made_from_picture",
    "generator",
    "reproduction",
    "conflicting",
    "inconclusive",
)
"""Where a picture comes from; `inconclusive` is the default once assessed, treated as camera."""
PROPOSITIONS = {
    "C1": "the file is as a camera wrote it",
    "C2": "a camera picture, re-encoded, cropped or retouched",
    "C3": "a camera picture with generated or swapped parts",
    "G1": "generated, with a real picture as input or guide",
    "G2": "generated without picture input",
    "S": "a screen capture, scan, collage or drawing",
    "U": "not enough evidence; treated as a camera picture",
}
GRADES = (
    "none",
    "weak",
    "moderate",
    "moderately strong",
    "strong",
    "very strong",
    "extremely strong",
)
"""In order; the laboratory's scale says which likelihood ratios each stands for."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the findings say of one content's origin: derived, to be thrown away and made again."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256",)

    sha256: str
    state: str
    """One of STATES."""
    grade: str
    """Grade of the strongest reason for that state; "none" where nothing speaks."""
    settled: bool
    """It rests on a verified signature, and nothing speaks against it; only then may it place a
    picture in a later step of the queue."""
    real_child: bool
    """A real child may be behind it: a source picture, a swapped face, an add-on model."""
    propositions: Mapping[str, str] = field(default_factory=dict)
    """Code of PROPOSITIONS → the strongest grade that speaks for it."""
    reasons: tuple[Mapping[str, Any], ...] = ()
    """Each weighed finding: rule, analyzer, version, kind, says, for, against, grade, log10_lr,
    doubts, bytes; and how the signer of a content credential was judged, by which list."""
    rules: str = ""
    """Digests of the rules, and of the scale with its caps, that it was weighed with."""


@dataclass(frozen=True, slots=True)
class TrustList:
    """Certificates that a laboratory trusts to sign content credentials, as of a date."""

    KEY: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    date: str
    """ISO 8601, as the user gives it; "" where unknown."""
    sha256: str
    """Digest of the file that was read."""
    anchors: int
    pem: str
    """The certificates, one after the other (RFC 7468)."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Reason → certificates not taken."""


@dataclass(frozen=True, slots=True)
class Device:
    """A camera whose sensor noise is known from pictures that it took."""

    KEY: ClassVar[tuple[str, ...]] = ("name", "version")

    name: str
    version: str
    """Version of the extractor: references of another one are not compared with."""
    make: str
    model: str
    serial: str
    width: int
    height: int
    pictures: tuple[str, ...]
    """SHA-256 of the contents that the reference was made from."""
    folder: str
    """Folder under `devices/` of the case."""
    files: Mapping[str, str] = field(default_factory=dict)
    """File → SHA-256."""
    facts: Mapping[str, Any] = field(default_factory=dict)


def number_of(log10_lr: float) -> str:
    """Return a likelihood ratio, or its inverse below 1, with one digit that counts."""
    size = abs(log10_lr)
    digits = int(size)
    return f"{max(1, round(10 ** (size - digits))) * 10**digits:,}"
