"""Tells of each content of a series what it shows, where it lies and what its file says of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from fanal.demo import assumptions as take
from fanal.demo.cast import SEIZED_ON, Body, Carrier, Series, Story

LONGEST = 1600
"""Longest side of a picture after a messenger scaled it."""
SMALL = 256
"""Longest side of a thumbnail."""
CAMERA, GENERATOR, NEITHER = "camera", "generator", "neither"
"""The side that a picture truly comes from."""


@dataclass(frozen=True, slots=True)
class At:
    """Where a copy lies."""

    carrier: int
    folder: str
    name: str
    modified: datetime


@dataclass(frozen=True, slots=True)
class Shot:
    """What a camera notes."""

    body: int
    number: int
    taken: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """What a generator notes."""

    setup: int
    seed: int
    prompt: int
    """Which of the family's prompts."""
    role: str = ""
    """What an input picture was for: `init`, `mask`, `face`, `control`; "" for none."""
    source: tuple[int, int] | None = None
    """Number of the series and of the content that it names by a digest."""
    file: str = ""
    """The input's name, as a graph keeps it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One content."""

    series: Series
    number: int
    """Which content of its series."""
    scene: str
    """What it shows: pieces of one scene show the same, or nearly so."""
    apart: int
    """Bits between its picture and the scene's first one."""
    kind: str
    """Format of the file: `jpeg`, `png` or `webp`; `model` for a model file."""
    width: int
    height: int
    places: tuple[At, ...]
    again: bool = False
    """Written anew from an earlier file."""
    shot: Shot | None = None
    made: Made | None = None
    screen: bool = False
    """The file says that it is a screen capture."""
    signed: bool = False
    side: str = CAMERA
    taken_by: int = -1
    """Number of the camera whose sensor it is of; -1 where that is not in the story."""
    quality: int = 100


def fit(width: int, height: int, longest: int) -> tuple[int, int]:
    """Return the size of a picture scaled to a longest side; a smaller one stays as it is."""
    scale = min(1.0, longest / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


class Teller:
    """What the pieces of one series are told with."""

    def __init__(self, story: Story, series: Series) -> None:
        """Take the story and the series, and begin its numbers."""
        self.story = story
        self.series = series
        self.random: Random = story.random("series", series.number)
        self.begun = SEIZED_ON - timedelta(days=series.days, seconds=self.random.randrange(80_000))
        self._turn = 0

    def carrier(self, at: int = 0) -> Carrier:
        """Return one of the exhibits of the series."""
        return self.story.carriers[self.series.carriers[at]]

    def body(self) -> Body:
        """Return the camera of the series."""
        return self.story.bodies[self.series.using]

    def kept(self, number: int, of: str = "") -> str:
        """Return where the owner of an exhibit keeps a listed series: this one, or another."""
        carrier = self.story.carriers[number]
        series = self.story.by_id[of] if of else self.series
        folder = carrier.kept[(series.number + number) % len(carrier.kept)]
        return f"{folder}/zz {series.id}" if self.story.suspects[carrier.suspect].sorts else folder

    def beside(self, number: int) -> str:
        """Return a folder of an exhibit in which listed material lies, if there is any on it."""
        listed = self.story.listed_on(number)
        if listed:
            return self.kept(number, self.random.choice(listed))
        return self.story.carriers[number].kept[0]

    def at(self, number: int, folder: str, name: str, after: float = 0.0) -> At:
        """Return a place, dated so many days after the series began, never after the seizure."""
        when = min(self.begun + timedelta(days=after), SEIZED_ON - timedelta(minutes=1))
        return At(number, folder, name, when.replace(microsecond=0))

    def passed_name(self, suffix: str = ".jpg") -> str:
        """Return the name that a messenger or a person gave a copy."""
        self._turn += 1
        if self.random.random() < take.RENAMED:
            return f"zz {self.random.getrandbits(24):06x}{suffix}"
        if self.random.random() < 0.5:
            day = self.begun + timedelta(days=self.random.randrange(0, 20))
            return f"IMG-{day:%Y%m%d}-ZZ{self.random.randrange(10_000):04d}{suffix}"
        return f"{self.random.getrandbits(64):016x}{suffix}"

    def piece(
        self, number: int, scene: str, size: tuple[int, int], places: tuple[At, ...]
    ) -> Piece:
        """Return a photograph of which nothing is noted."""
        return Piece(
            self.series, number, scene, 0, "jpeg", *size, places, taken_by=self.series.using
        )

    def messenger(self, piece: Piece) -> Piece:
        """Return a piece as a messenger passes it on."""
        size = (piece.width, piece.height)
        if self.random.random() < take.SCALED:
            size = fit(*size, LONGEST)
        shot = None if self.random.random() < take.STRIPPED else piece.shot
        return replace(piece, width=size[0], height=size[1], again=True, shot=shot, kind="jpeg")


def scenes(teller: Teller, count: int) -> Iterator[tuple[str, int]]:
    """Yield the scene of each of so many photographs of a session, and how far it is from it."""
    scene = 0
    for number in range(count):
        follows = number > 0 and teller.random.random() < take.BURST
        scene += not follows
        bits = teller.random.randint(*take.BURST_BITS) if follows else 0
        yield f"{teller.series.number} {scene}", bits


def shots(
    teller: Teller, body: Body, scene_of: list[tuple[str, int]], session: int = 0
) -> Iterator[Shot]:
    """Yield what the camera notes of each photograph of a session: numbers and times grow."""
    random = teller.random
    days = (SEIZED_ON - teller.begun).days
    per_day = 3 + body.number % 5
    number = body.first + max(0, (take.YEARS * 365 - days)) * per_day + 40 * session
    taken = (teller.begun + timedelta(hours=26 * session)).replace(microsecond=0)
    taken = min(taken, SEIZED_ON - timedelta(hours=6))
    for _, bits in scene_of:
        number += random.choice((1, 1, 1, 1, 2, 3))
        taken += timedelta(seconds=random.randint(1, 3) if bits else random.randint(4, 180))
        yield Shot(body.number, number, taken)


def camera_name(body: Body, shot: Shot, suffix: str = ".jpg") -> str:
    """Return the name that a camera gives a file."""
    if body.telephone:
        return f"IMG_{shot.taken:%Y%m%d_%H%M%S}{suffix}"
    return f"ZZOP{shot.number % 10_000:04d}{suffix.upper()}"
