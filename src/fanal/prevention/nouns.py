"""The nouns of prevention: what is asked, what is answered, what may happen afterwards.

Nothing here can hold what a person entered: a `Decision` names a class of reasons and never a term.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Surface(StrEnum):
    """Where at a service a person acts."""

    SEARCH = "search"
    UPLOAD = "upload"
    GENERATE = "generate"
    BROWSE = "browse"


class Action(StrEnum):
    """What the service must do; there is no way through for a person."""

    ALLOW = "allow"
    BLOCK = "block"
    """Refuse, with the neutral text: something could not be read or went wrong."""
    INTERVENE = "block_and_intervene"
    """Refuse, with a message and help."""


class Reason(StrEnum):
    """The class of what led to a decision; all that may be told of it."""

    NONE = "none"
    WORDS = "listed_words"
    FILE = "listed_file"
    NEAR = "near_listed_file"
    CLASSIFIER = "operator_classifier"
    SELF = "support_self"
    VICTIM = "support_victim"
    FAMILY = "support_family"
    UNREADABLE = "unreadable_input"
    FAULT = "fault"


SUPPORT = {Reason.SELF: "self", Reason.VICTIM: "victim", Reason.FAMILY: "family"}
"""Reasons of the support path, which are never counted as hits → key of their text."""

FAMILIES = ("illegal", "traceable", "harm", "help", "social", "combined")
"""The families of wording; `combined` tells a consequence and the help together."""


@dataclass(frozen=True, slots=True, repr=False)
class Signals:
    """What a service shows of one act; never kept, and not printed."""

    text: str = ""
    """A search, a prompt, a title; "" for none."""
    negative: str = ""
    """The negative prompt of an image service."""
    sha256: str = ""
    """Digests of an upload in lower-case hexadecimal; "" where the service has none."""
    sha1: str = ""
    md5: str = ""
    pdq: str = ""
    """64 hexadecimal characters."""
    country: str = ""
    """What the operator declares (site edition, account), ISO 3166-1; never looked up."""

    def __repr__(self) -> str:
        """Return a text that tells nothing of what a person entered."""
        return "Signals(…)"


@dataclass(frozen=True, slots=True)
class Link:
    """One contact of help as a page shows it: a name and how to reach it."""

    service: str
    phone: str = ""
    """As people dial it; "" for none."""
    web: str = ""
    """An https address without query and fragment; "" for none."""
    note: str = ""
    languages: tuple[str, ...] = ()
    chat: str = ""
    """Likewise, where it differs from `web`."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is shown in place of what was asked for."""

    locale: str
    direction: str
    """`ltr` or `rtl`."""
    title: str
    body: tuple[str, ...]
    links: tuple[Link, ...]
    """Help for this country and language; never empty."""
    crisis: tuple[Link, ...]
    """Where somebody in danger of life is heard; never empty."""
    notice: str
    """What is kept and passed on, truthfully."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Headings and labels of the page in this language."""
    is_reviewed: bool = False
    """A person who speaks the language has read this text."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the service must do and show; holds no word of what was entered."""

    action: Action
    reason_class: Reason
    variant_id: str = ""
    """The text that is shown, e.g. `combined`; "" where none is."""
    content: Content | None = None
    list_version: str = ""
    """Digest of the lists that were asked."""
    trial_id: str = ""
    """The trial that chose the variant; "" outside one."""

    def told(self) -> dict[str, Any]:
        """Return it as plain JSON: exactly what leaves the engine."""
        return asdict(self)


class Outcome(StrEnum):
    """What may be counted of a session, each at most once."""

    SHOWN = "shown"
    CONTINUED = "continued"
    """A further match in the same session after a message: the primary outcome."""
    ABANDONED = "abandoned"
    """The operator saw the act given up after the message (upload, prompt)."""
    HELP = "help"
    """A help contact was chosen."""
    APPEAL = "appeal"
    LEFT = "left"
    """The page of the message was closed at once: a guard."""
    SUPPORT = "support"
    """The support path was shown; never a hit."""
    MISHIT = "support_mishit"
    """A person told that they had looked for help and met a warning: a guard."""
