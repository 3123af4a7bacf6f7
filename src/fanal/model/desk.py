"""Who works at the review desk, what they did there, and what they said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Who:
    """A person who is signed in, in one session."""

    login: str
    name: str
    roles: tuple[str, ...]
    session: str
    """Short name of the session, from which nobody can make its secret."""

    @property
    def is_somebody(self) -> bool:
        """Tell whether anybody is signed in."""
        return bool(self.login)


NOBODY = Who("", "", (), "")


@dataclass(frozen=True, slots=True)
class Person:
    """A person who may sign in, as they stood after one event; the highest number counts."""

    KEY: ClassVar[tuple[str, ...]] = ("login", "number")

    login: str
    number: int
    """Act that wrote it."""
    name: str
    """The person."""
    roles: tuple[str, ...]
    """Of `importer`, `reviewer`, `supervisor`, `exporter`, `auditor`."""
    state: str
    """`active`; `waiting` for a second supervisor; `ended`."""
    password: str
    """As Argon2id encodes it (RFC 9106); "" where the person signs in with passkeys only; `once`,
    a time and such a hash where a one-time code stands for it until then."""
    code: str
    """The secret of one-time codes (RFC 6238), sealed under the password; "" for none."""
    passkeys: tuple[str, ...]
    """One JSON object each: id, public key, counter and day of registration (WebAuthn, level 2)."""
    by: str
    """Login of whoever wrote it."""
    when: str
    """ISO 8601, UTC."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One line of the audit log: somebody did something at the desk, or was refused."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)

    id: str
    when: str
    """ISO 8601, UTC."""
    login: str
    """"" where nobody was signed in."""
    role: str
    """The roles it was done under."""
    session: str
    """Short name of the session, from which nobody can make its secret."""
    action: str
    """`reveal`, `cover`, `sign in`, `decide`, …"""
    sha256: str
    """The content; "" where it is about none."""
    level: int
    """Of the ladder of pictures, 0 to 5; 0 where nothing was shown."""
    purpose: str
    outcome: str
    """`done` or `refused`."""
    says: str
    """What was done or why it was refused, in one sentence."""
    milliseconds: int = 0
    """How long a picture was shown, in the entry that covers it."""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """A person works on a task of the queue until a time; the highest number counts."""

    KEY: ClassVar[tuple[str, ...]] = ("sha256", "number")

    sha256: str
    """The content that stands for the task."""
    number: int
    """Act that wrote it."""
    login: str
    until: str
    """ISO 8601, UTC; the time of writing where it was given back."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person said of a content or of the case that is no decision; never changed."""

    KEY: ClassVar[tuple[str, ...]] = ("id",)

    id: str
    kind: str
    """`note`, `lead`, `second opinion`, `question`, `compared`, `origin`, `outcome`,
    `violent`."""
    sha256: str
    """The content; "" for the whole case."""
    other: str
    """SHA-256 of the content that it was compared with; "" for none."""
    says: str
    """`compared`: one of the outcomes; `origin`: one of the states; else the words."""
    reason: str
    to: str
    """Login of whom a question is for; "" for everybody."""
    login: str
    by: str
    """The person."""
    when: str
    """ISO 8601, UTC."""
    undoes: str = ""
    """The id of the remark that is taken back."""


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """A decision that was made as a second opinion, without sight of the first, or as a third."""

    KEY: ClassVar[tuple[str, ...]] = ("decision", "sha256")

    decision: str
    """The id of the decision."""
    sha256: str
    login: str
    turn: int
    """2: blind; 3: with sight of both reasons, without names."""
    first: str
    """The id of the decision that it is about."""
    why: str
    """Why a second opinion was asked for."""
    agrees: bool
    when: str
    """ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a person chose for themselves or for the team; the highest number counts.

    Under the name `door` it is kept of them which one-time code and passkey count came last.
    """

    KEY: ClassVar[tuple[str, ...]] = ("login", "name", "number")

    login: str
    """Whose setting it is; "" for the team's."""
    name: str
    number: int
    """Act that wrote it."""
    value: str
    """As JSON."""
    by: str
    """Login of whoever chose."""
    when: str
    """ISO 8601, UTC."""
