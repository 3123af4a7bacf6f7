"""What the overview of a case says: counts, dates and first lines, never whole lists."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """Pictures and videos of one group of origins, by what lists know of them."""

    group: str
    """`camera`, `edited`, `ai` or `unknown`."""
    known: int
    """On a list by a digest."""
    new: int
    """On no list by a digest."""
    near: int = 0
    """Of the new ones, near to an entry of a list."""

    @property
    def total(self) -> int:
        """All of them."""
        return self.known + self.new


@dataclass(frozen=True, slots=True)
class Counted:
    """From the files to what people have to look at."""

    exhibits: int
    files: int
    """Files and archive members read, copies included."""
    contents: int
    decoded: int
    """Contents of which a picture could be made."""
    pictures: int
    videos: int
    other: int
    rows: tuple[Row, ...]
    series: int
    members: int
    """Contents of series."""

    @property
    def looked(self) -> int:
        """Pictures and videos: what has an origin, and what lists know or do not."""
        return self.pictures + self.videos

    @property
    def known(self) -> int:
        """Of these, on a list by a digest."""
        return sum(row.known for row in self.rows)

    @property
    def new(self) -> int:
        """Of these, on no list by a digest."""
        return sum(row.new for row in self.rows)


@dataclass(frozen=True, slots=True)
class Card:
    """One series or single content of those that come first, in words."""

    sha256: str
    """The content that stands for it."""
    step: int
    rank: int
    reasons: tuple[str, ...]
    """Why it is there, one sentence a reason."""
    exhibit: str
    size: int
    """Contents of the series; 1 where it is alone."""
    in_series: bool
    cameras: tuple[str, ...]
    """What its camera records name."""
    since: str
    """When the first of its contents was read in; ISO 8601, "" where the log does not say."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The queue: how many in each step, and what comes first."""

    steps: tuple[tuple[int, str, int], ...]
    """Number, name and places, of every step."""
    danger: tuple[Card, ...]
    """The first of step 1."""
    first: tuple[Card, ...]
    """The first of all others."""
    current: bool
    """The queue is as new as the facts."""

    @property
    def waiting(self) -> int:
        """Places in the queue."""
        return sum(count for _, _, count in self.steps)


@dataclass(frozen=True, slots=True)
class Taken:
    """When one camera took pictures, by its own clock."""

    device: str
    own: bool
    """It has a serial number that tells it from others of its model."""
    months: tuple[tuple[int, int], ...]
    """Month (12 × year + month − 1) and pictures, in order; without those that have no date."""
    undated: int = 0

    @property
    def pictures(self) -> int:
        """All of its pictures."""
        return self.undated + sum(count for _, count in self.months)


@dataclass(frozen=True, slots=True)
class Found:
    """What camera records and programs say of time, place and origin."""

    devices: tuple[Taken, ...]
    """Those with most pictures first."""
    others: Taken
    """All further cameras together."""
    more: int
    """How many they are."""
    programs: tuple[tuple[str, str, int], ...]
    """What it is (`editor`, `generator`, …), its name, and pictures that name it; most first."""
    more_programs: int
    countries: tuple[tuple[str, int], ...]
    """Name of a country and pictures whose record has a position in it, most first."""
    unassigned: tuple[tuple[str, int], ...]
    """Why a position is given to no country, and how many are not."""

    @property
    def positions(self) -> int:
        """Pictures whose record has a position that can be one."""
        return sum(count for _, count in (*self.countries, *self.unassigned))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of something, as somebody wrote it down."""

    when: str
    by: str
    says: str
    sha256: str
    """The content it is about; "" for the whole case."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far people are."""

    states: tuple[tuple[str, int], ...]
    """Victim state → contents of which people agree on it."""
    waits: int
    """Contents that wait for a second person."""
    disputed: int
    """Contents of which people disagree."""
    second: tuple[tuple[str, int], ...]
    """What second opinions came to, in words → how many."""
    settled: int
    """Contents that are settled; of these"""
    unseen: int
    """so many without anybody having seen more than a mosaic."""
    outcomes: tuple[Outcome, ...] = ()
    """The latest first."""
    asked: tuple[tuple[int, int], ...] = ()
    """2 for a second opinion, 3 for a third → contents that wait for one."""

    @property
    def graded(self) -> int:
        """Contents of which somebody's word stands."""
        return self.waits + self.disputed + sum(count for _, count in self.states)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the processing: how much of it is done."""

    name: str
    done: int
    of: int
    """Out of so many; 0 where there is no such number."""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Undone:
    """What was not done with one exhibit, by reason."""

    exhibit: str
    files: int
    contents: int
    size: int
    decoded: int
    reasons: tuple[tuple[str, str, int, bool], ...]
    """What was not done, why, how often, and whether something that may matter is unread."""


@dataclass(frozen=True, slots=True)
class Processed:
    """How far the programs are, and what they could not do."""

    stages: tuple[Stage, ...]
    open: tuple[str, ...]
    """Exhibits whose run did not come to its end."""
    exhibits: tuple[Undone, ...]
    errors: tuple[tuple[str, int], ...] = field(default=())
    """Reason → how often something that may matter was left unread, most often first."""
    planted: int = 0
    found: int = 0
    """Planted items, and how many of them were found again."""
