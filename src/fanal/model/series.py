"""Which contents belong together, why, and what people said of that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

SAME_PICTURE = "same picture"
SAME_SESSION = "same session"
SAME_DEVICE = "same device"
SAME_SETUP = "same set-up"
MADE_FROM = "made from"
SAME_PLACE = "same place"
LINK_KINDS = (SAME_PICTURE, SAME_SESSION, SAME_DEVICE, SAME_SETUP, MADE_FROM, SAME_PLACE)
SHEET = 48
"""Contents that one contact sheet shows; what fits on one sheet hides nothing."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two contents that belong together, with the sentence that explains it.

    Links are kept sparse: a chain or a forest over a group, never all of its pairs.
    """

    KEY: ClassVar[tuple[str, ...]] = ("a", "b", "kind", "how")

    a: str
    """SHA-256 of one content, the smaller one; of `made from` what was made."""
    b: str
    """SHA-256 of the other; of `made from` the source."""
    kind: str
    """One of LINK_KINDS."""
    how: str
    """Short code of how it was found, e.g. `pdq`, `burst`, `seed run`."""
    strength: int
    """1 to 100: higher ones join first and are cut last; it orders, and is no probability."""
    joins: bool
    """It may put both into one series; else they are shown as related."""
    says: str


@dataclass(frozen=True, slots=True)
class Tie:
    """A content belongs to a group that joins nothing: what is shown as related."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256", "kind", "common")

    sha256: str
    kind: str
    """One of LINK_KINDS."""
    common: str
    """What its contents have in common, e.g. a serial number; contents of equal kind and `common`
    are related."""
    says: str


@dataclass(frozen=True, slots=True)
class Series:
    """Contents that strong links hold together, or that a person put together."""

    KEY: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    """Kept when a series is made anew: the name of the one it shares most contents with."""
    size: int
    representative: str
    """SHA-256 of the content with most evidence of origin and background."""
    held: bool
    """A person formed it or decided in it: nothing joins or leaves it by itself."""
    says: str
    """Why it is a series, in one sentence."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Exhibits, links of each kind, first and last time, what was proposed to join it."""


@dataclass(frozen=True, slots=True)
class Member:
    """A content's series; one that is alone has none."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256",)

    sha256: str
    series: str


@dataclass(frozen=True, slots=True)
class Cut:
    """A cluster that would have swallowed a tenth of the case, and was taken apart."""

    KEY: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    kind: str
    """Kind of link that held most of it together."""
    contents: int
    parts: int
    """Series and single contents that were made of it."""
    says: str
    first: tuple[str, ...] = ()
    """SHA-256 of some of its contents, in order."""


@dataclass(frozen=True, slots=True)
class Regroup:
    """A person's event: these belong together, or apart, or an earlier event is taken back."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)

    id: str
    verb: str
    """`merge`, `split` or `undo`."""
    by: str
    """The person."""
    account: str
    """The login name it was done under."""
    when: str
    """ISO 8601, UTC."""
    reason: str
    contents: tuple[str, ...] = ()
    """Merge: all that belong together. Split: the part that is taken out."""
    others: tuple[str, ...] = ()
    """Split: the part that stays."""
    undoes: str = ""
    """The id of the event taken back."""
