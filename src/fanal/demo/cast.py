"""The nouns of the made-up operation: suspects, exhibits, cameras, generators, series."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from random import Random

SEIZED_ON = datetime(2025, 5, 20, 6, 0, tzinfo=UTC)
"""The day on which everything was seized."""
ILLEGAL, UNIDENTIFIED, HARMLESS, GENERATED = (
    "known-illegal-demo",
    "unidentified-demo",
    "harmless-demo",
    "generated-demo",
)
LIST_KIND = {
    ILLEGAL: "illegal",
    UNIDENTIFIED: "unidentified",
    HARMLESS: "harmless",
    GENERATED: "generated",
}
"""Name of a list → what it means."""


@dataclass(frozen=True, slots=True)
class Body:
    """One camera: what it writes, how it names its files."""

    number: int
    make: str
    model: str
    serial: str
    """"" where it writes none."""
    width: int
    height: int
    telephone: bool
    """Names its files by the time, else by a number that grows."""
    firmware: str
    first: int
    """Number of the first file."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """One seized thing that holds files, and the folders on it."""

    name: str
    kind: str
    suspect: int
    camera: str
    received: str
    downloads: str
    cache: str
    screens: str
    outputs: str
    """Where generators put what they make."""
    system: str
    kept: tuple[str, ...]
    """Where the suspect keeps listed material."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """One suspect."""

    number: int
    carriers: tuple[Carrier, ...]
    body: Body
    learned: bool
    """The camera was seized, and the noise of its sensor is known."""
    sorts: bool
    """Listed material lies in a folder a series."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """One generator as one suspect runs it."""

    number: int
    suspect: int
    tool: str
    """`AUTOMATIC1111`, `Forge` or `ComfyUI`."""
    version: str
    model: str
    model_digest: str
    """SHA-256 of its file."""
    add_on: str
    """Name of an add-on model, "" for none."""
    family: str
    """Neutral token that all its prompts begin with."""
    seeds: str
    """`run` (one after the other), `random` or `fixed`."""
    width: int
    height: int
    records: bool
    signed: bool
    """A service that signs; it keeps no other record."""
    model_seized: bool


@dataclass(frozen=True, slots=True)
class Series:
    """One true series: everything in it belongs together."""

    number: int
    id: str
    kind: str
    """`real`, `source`, `altered`, `known`, `identified`, `generated` or `clutter`."""
    way: str
    planted: bool
    count: int
    """Contents."""
    pictures: int
    """Different pictures among them."""
    carriers: tuple[int, ...]
    """Numbers of exhibits, the first being where it began."""
    days: int
    """Days before the seizure."""
    using: int = -1
    """Number of the camera or of the set-up; -1 for none that is in the case."""
    of: str = ""
    """Another series that it was made from, or is a part of."""
    listed: str = ""
    victim_identified: bool | None = None
    apart: bool = False
    """Each content is a true series of its own; they are planned together only."""
    note: str = ""


@dataclass(frozen=True)
class Story:
    """All of it."""

    size: int
    seed: int
    suspects: tuple[Suspect, ...]
    bodies: tuple[Body, ...]
    """Cameras of suspects first, then those that took what was passed on."""
    setups: tuple[SetUp, ...]
    series: tuple[Series, ...] = field(repr=False)

    @cached_property
    def carriers(self) -> tuple[Carrier, ...]:
        """Return every exhibit, in the order of its number."""
        return tuple(carrier for suspect in self.suspects for carrier in suspect.carriers)

    @cached_property
    def by_id(self) -> Mapping[str, Series]:
        """Return every series by its name."""
        return {series.id: series for series in self.series}

    @cached_property
    def _kin(self) -> Mapping[str, Series]:
        return {series.of: series for series in self.series if series.way == "kin" and series.of}

    def kin_of(self, known: Series) -> Series:
        """Return the unlisted pictures of the session of which some are listed."""
        return self._kin[known.id]

    @cached_property
    def _listed(self) -> Mapping[int, tuple[str, ...]]:
        found: dict[int, list[str]] = {}
        for series in self.series:
            if series.kind in {"known", "identified"}:
                for number in series.carriers:
                    found.setdefault(number, []).append(series.id)
        return {number: tuple(names) for number, names in found.items()}

    def listed_on(self, carrier: int) -> tuple[str, ...]:
        """Return the names of the listed series that lie on an exhibit."""
        return self._listed.get(carrier, ())

    def random(self, about: str, number: int) -> Random:
        """Return the numbers of one piece, the same whatever else is made."""
        return Random(f"fanal story {self.seed} {self.size} {about} {number}")
