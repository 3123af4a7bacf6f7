"""The figures of a case that its report shows: counts and first lines, never whole lists."""

from collections.abc import Mapping
from dataclasses import dataclass

NOT_READ, NOT_DECODED, IN_PART, RECORDED = (
    "not read",
    "not decoded",
    "decoded in part",
    "recorded only",
)
"""Ways in which something was not done; the last one leaves nothing to do."""


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many were read, how many of them differ, and how many are left to look at."""

    files: int
    """Files and archive members read, copies included."""
    contents: int
    pictures: int
    videos: int
    other: int
    queued: int
    """Series and single contents that have a place in the queue."""
    aside: int
    """Of these, placed last (steps 6 to 8): by the digest of a list, or in step 6 by a verified
    signature."""
    left: int
    """Of these, left for people to look at (steps 1 to 5)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the queue and the most frequent reasons that put items there."""

    number: int
    name: str
    items: int
    reasons: tuple[tuple[str, int], ...]
    others: int
    """Items of the step with any other reason."""


@dataclass(frozen=True, slots=True)
class Source:
    """What was read of one exhibit."""

    exhibit: str
    files: int
    contents: int
    size: int
    decoded: int
    not_decoded: int
    in_part: int
    not_read: int


@dataclass(frozen=True, slots=True)
class ListRead:
    """One known list, how it was read and what it knows."""

    name: str
    kind: str
    date: str
    format: str
    profile: str
    sha256: str
    rows: int
    entries: int
    refused: tuple[tuple[str, int], ...]
    exact: int
    """Contents that the list knows by a digest."""
    near: int
    """Contents that only a perceptual hash within the radius ties to the list."""
    radius: int | None
    """Bits of the last matching; None where the list was never matched."""
    turns: bool
    """Whether rotations and mirrors were matched too."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The pictures of one origin state."""

    state: str
    pictures: int
    known: tuple[int, ...]
    """For each column, how many of them."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """Where pictures come from, against what lists know of them."""

    columns: tuple[str, ...]
    rows: tuple[Origin, ...]
    settled: int
    """Pictures whose state rests on a verified signature."""


@dataclass(frozen=True, slots=True)
class Open:
    """One content on which people have not finished, and the sentence that says why."""

    sha256: str
    says: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided."""

    states: tuple[tuple[str, int], ...] = ()
    """Victim state → contents of which people agree on it."""
    waits: int = 0
    """Contents that wait for a second person."""
    disputed: int = 0
    """Contents of which people disagree."""
    first: tuple[Open, ...] = ()
    """The first of those that wait or are disputed."""

    @property
    def contents(self) -> int:
        """How many contents people have said something of that stands."""
        return sum(count for _, count in self.states) + self.waits + self.disputed


@dataclass(frozen=True, slots=True)
class Undone:
    """How often one thing was not done with one exhibit, and why."""

    exhibit: str
    what: str
    reason: str
    count: int
    gap: bool
    """True where it leaves something that may matter unread."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One place or content that was not read or not decoded."""

    exhibit: str
    path: str
    cut: int
    """Characters cut out of the middle of the path."""
    path_hex: str
    """The first bytes of a name that is not UTF-8; "" for any other."""
    what: str
    reason: str
    detail: str
    sha256: str


@dataclass(frozen=True, slots=True)
class NotDone:
    """The account: every group, and the first places of each."""

    groups: tuple[Undone, ...]
    groups_more: int
    """Groups that are not among them."""
    spots: tuple[Spot, ...]
    spots_more: int
    """Places and contents that may matter and are not among the spots."""

    @property
    def gaps(self) -> int:
        """How many things that may matter were left undone."""
        return len(self.spots) + self.spots_more


@dataclass(frozen=True, slots=True)
class Planted:
    """What became of the items planted at one stage."""

    stage: str
    checks: int
    planted: int
    found: int
    last: str
    """Time of the last check."""


@dataclass(frozen=True, slots=True)
class Custody:
    """The log of acts and its last signed head."""

    acts: int
    verbs: tuple[tuple[str, int], ...]
    actors: tuple[tuple[str, int], ...]
    first: str
    last: str
    root: str
    key: str
    signature: str
    is_signed: bool
    """The signature over the head was made with the key beside it."""
    is_at_rest: bool
    """A seal over the files of the case lies beside them; on a server, nobody writes."""
    seals: bool
    """The case lies in files that are sealed, not on a server."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the page says about one case."""

    case_id: str
    made: str
    version: str
    settings: Mapping[str, str]
    warnings: tuple[str, ...]
    """What a reader must know before relying on the figures."""
    funnel: Funnel
    steps: tuple[Step, ...]
    sources: tuple[Source, ...]
    lists: tuple[ListRead, ...]
    distances: tuple[tuple[int, int], ...]
    """(bits, contents): distance to the nearest entry, of contents no list knows by a digest."""
    origin: Crossed
    not_done: NotDone
    planted: tuple[Planted, ...]
    custody: Custody
    decided: Decided = Decided()
