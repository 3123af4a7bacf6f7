"""What people decided of a content; decisions are events, never changed and never removed."""

from dataclasses import dataclass
from typing import ClassVar

TREAT_AS_REAL = "treat_as_real"
IDENTIFIED = "identified"
KNOWN_UNIDENTIFIED = "known_unidentified"
LIKENESS = "likeness_of_real_child"
MADE_FROM_REAL = "made_from_real_photo"
NO_REAL_PERSON = "no_real_person_found"
VICTIM_STATES = (
    TREAT_AS_REAL,
    KNOWN_UNIDENTIFIED,
    LIKENESS,
    MADE_FROM_REAL,
    IDENTIFIED,
    NO_REAL_PERSON,
)
"""From what keeps a child in view most to what does least; the first is the default."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's decision on one content, or its taking back."""

    KEY: ClassVar[tuple[str, ...]] = ("id", "sha256")

    id: str
    """Shared by all contents that were decided in one go."""
    sha256: str
    by: str
    """The person."""
    account: str
    """The login name it was made under."""
    when: str
    """ISO 8601, UTC."""
    victim_state: str
    """One of VICTIM_STATES; "" where an earlier decision is taken back."""
    reason: str
    undoes: str = ""
    """The id of the decision taken back."""
    via: str = ""
    """Why this content: "" it was looked at; else the series or near copy it was decided with."""
