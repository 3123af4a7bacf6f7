"""What the engine asks of its parts; each part is a frozen snapshot, replaced as a whole."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from fanal.prevention.nouns import Content, Reason, Signals, Surface


@dataclass(frozen=True, slots=True)
class Heard:
    """What word lists say of one text; holds neither the text nor a term."""

    is_hit: bool = False
    support: Reason | None = None
    """`SELF`, `VICTIM` or `FAMILY` where somebody looks for help."""
    is_readable: bool = True
    """False where the text is longer than the limit, or no valid Unicode."""


class Words(Protocol):
    """The operator's word lists, read and built."""

    @property
    def version(self) -> str:
        """Digest over all that was read."""

    def ask(self, text: str) -> Heard:
        """Say what the lists know of a text; keeps nothing of it."""


class Files(Protocol):
    """The operator's lists of digests and perceptual hashes."""

    @property
    def version(self) -> str:
        """Digest over all that was read."""

    def ask(self, signals: Signals) -> Reason:
        """Return `FILE`, `NEAR`, `UNREADABLE` (a digest that is none) or `NONE`."""


class Texts(Protocol):
    """What people read, from signed bundles and the built-in texts."""

    def content(
        self, key: str, surface: Surface | None, locale: str, country: str, day: date
    ) -> Content:
        """Compose a message with help and crisis contacts.

        `key` is a family, a variant of a bundle, `neutral`, `support.self`, `.victim` or `.family`;
        `surface` is None where nothing was refused: then no sentence says so. Never fails: what is
        missing, unsigned or expired falls back to the built-in text, an unknown locale to English.
        """


class Trial(Protocol):
    """A running trial: who sees which wording."""

    @property
    def trial_id(self) -> str:
        """Name of the trial, as registered."""

    def covers(self, surface: Surface, country: str, day: date) -> bool:
        """Tell whether an act takes part, by what was registered."""

    def variant(self, session: str) -> str:
        """Return the family that a session sees: HMAC of the reference under a key in memory."""


Classifier = Callable[[Surface, Signals], bool]
"""The operator's own: True for what must not pass."""
