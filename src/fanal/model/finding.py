"""What analyzers state about a content."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement by one analyzer in one version, with its weight between two propositions."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256", "analyzer", "version", "kind", "says")

    sha256: str
    analyzer: str
    version: str
    kind: str
    says: str
    speaks_for: str = ""
    speaks_against: str = ""
    grade: str = ""
    log10_lr: float | None = None
    """Base-ten logarithm of the likelihood ratio; None where no weight is claimed."""
    doubts: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Picture:
    """A content that could be decoded: its size in pixels and how many pictures it holds."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256",)

    sha256: str
    width: int
    height: int
    frames: int
    """Pictures in the file: frames of an animation or pages of a TIFF; 1 for a plain picture."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A perceptual hash of one frame of a content."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256", "dialect", "frame")

    sha256: str
    dialect: str
    """Which computation made it: `pdq` is PDQ over the full-size picture, as `pdqhash` does it."""
    frame: int
    value: bytes
    """32 bytes, most significant bit first, as the usual 64 hexadecimal characters spell it."""
    quality: int
    """0 to 100; below 50 the picture has too little structure for a near match."""
    turned: bytes
    """The values of the seven other rotations and mirrors, 7 x 32 bytes: 90, 180, 270 degrees
    counter-clockwise, top-bottom mirror, left-right mirror, transposed, transversed."""


@dataclass(frozen=True, slots=True)
class Mosaic:
    """One frame in squares so few that no more can be seen: what a covered preview is made of."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256", "frame")

    sha256: str
    frame: int
    columns: int
    """Squares across; the longer side has at most 32."""
    rows: int
    grey: bytes
    """16 steps of grey, row by row, two squares a byte, the first in its upper half."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An analyzer in a version looked at a content, and spoke, was silent or failed."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256", "analyzer", "version")

    sha256: str
    analyzer: str
    version: str
    outcome: str
    """`spoke`, `partly` (spoke over a damaged content), `silent` or `failed`."""
    reason: str = ""
    """Short code of the account, e.g. `no perceptual hash: video`; "" when it spoke."""
    detail: str = ""


Record = Finding | Picture | Fingerprint | Mosaic | Seen
"""What an analyzer may yield."""
