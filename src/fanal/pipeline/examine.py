"""Asks analyzers that are not asked about everything, about the contents that somebody chose."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import islice

from fanal import sources
from fanal.analyzers import ANALYZERS
from fanal.engines import ENGINES
from fanal.engines.interface import Engine
from fanal.errors import UsageError
from fanal.model.finding import Seen
from fanal.model.item import Exhibit, Item
from fanal.model.series import Member
from fanal.pipeline.case import actor, reading, writing
from fanal.pipeline.due import Asked, Due
from fanal.pipeline.follow import follow
from fanal.pipeline.intake import intake
from fanal.pipeline.plugins import DETECTOR, trial
from fanal.pipeline.progress import Progress
from fanal.pipeline.queued import Queue
from fanal.pipeline.work import Made, build
from fanal.settings import Settings
from fanal.sources import object_store
from fanal.stores.interface import CaseStore, Where

ASKED = 5000
"""Contents asked for at once."""
SHA256 = 64
"""Characters of a whole digest."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which contents are looked at: those of any of these."""

    sha256: tuple[str, ...] = ()
    """Digests, or how they begin."""
    steps: tuple[int, ...] = ()
    """Steps of the queue."""
    everything: bool = False


@dataclass(frozen=True, slots=True)
class With:
    """What looks at them."""

    analyzers: tuple[str, ...] = ()
    """Names of the table."""
    plugins: tuple[str, ...] = ()
    """Folders of plug-ins."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What a look on request did."""

    wanted: int
    """Contents that were chosen."""
    looked: int
    """Contents looked at in this run; the others had been before, or were not reached."""
    left: int
    """Contents that were chosen and that an analyzer has still not seen."""
    outcomes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Analyzer → outcome → chosen contents of which it said so, in this run or before."""
    absent: Mapping[str, str] = field(default_factory=dict)
    """Exhibit that could not be read → where it should lie."""

    @property
    def gaps(self) -> bool:
        """Tell whether something that was wanted was not looked at."""
        failed = any(counts.get("failed") for counts in self.outcomes.values())
        return bool(self.left or self.absent or failed)


def examine(
    case: Where, settings: Settings, asking: With, wanted: Wanted, progress: Progress
) -> Examined:
    """Look at the chosen contents of a case where its evidence lies; what was seen is not again."""
    made = tuple(plugged_in(folder, settings) for folder in asking.plugins)
    versions = _versions(asking, made)
    with reading(case, settings) as store:  # where there is no case, none is made
        chosen = None if wanted.everything else chosen_of(store, wanted)
    engine = ENGINES.get(settings.engine)(settings)
    with writing(case, settings) as store:
        only = {} if chosen is None else dict.fromkeys(versions, chosen)
        asked = Asked(versions, only, made, known=True)
        try:
            progress.step("looking at what was asked for")
            looked, absent = look(store, engine, settings, asked, progress)
        finally:
            engine.close()
        follow(store, settings, actor(settings), progress)
        return Examined(
            store.count(Item) if chosen is None else len(chosen),
            looked,
            _left(store, asked, chosen),
            _outcomes(store, versions, chosen),
            absent,
        )


def look(
    store: CaseStore, engine: Engine, settings: Settings, asked: Asked, progress: Progress
) -> tuple[int, dict[str, str]]:
    """Look at what is due, exhibit by exhibit; return how much, and what evidence is not there."""
    due = Due(store, asked)
    looked, absent = 0, {}
    for exhibit in list(store.find(Exhibit, order=("name",))):
        due.begin()  # a copy in an earlier exhibit may have been looked at meanwhile
        if not due.paths(exhibit.name):
            continue
        if not _is_there(exhibit.root):
            absent[exhibit.name] = os.fsdecode(exhibit.root)
            continue
        looked += intake(store, engine, settings, [exhibit], progress, asked).contents
    return looked, absent


def _of_steps(store: CaseStore, steps: Sequence[int]) -> set[str]:
    """Return the contents of steps of the queue: single ones, and all of a series that waits."""
    found = {task.sha256 for task in Queue(store).tasks(steps=sorted(set(steps)))}
    first = store.columns(Member, "series", among={"sha256": sorted(found)})
    names = sorted({name for (name,) in first})
    among = {"series": names}
    return found | {sha256 for (sha256,) in store.columns(Member, "sha256", among=among)}


def chosen_of(store: CaseStore, wanted: Wanted) -> frozenset[str]:
    """Return the digests of the chosen contents; say so where a beginning leads to none."""
    chosen = _of_steps(store, wanted.steps) if wanted.steps else set()
    given = {text.lower() for text in wanted.sha256}
    whole = {text for text in given if len(text) == SHA256}
    found = {item.sha256 for item in store.find(Item, among={"sha256": whole})} if whole else set()
    if begun := tuple(given - whole):
        found.update(item.sha256 for item in store.find(Item) if item.sha256.startswith(begun))
    for text in sorted(given):
        if not text or not any(sha256.startswith(text) for sha256 in found):
            raise UsageError(
                f"no item has a SHA-256 that begins with {text!r}", "fanal items lists them all"
            )
    return frozenset(chosen | found)


def plugged_in(folder: str, settings: Settings) -> Made:
    """Return the analyzer that lies in a folder, with its name and version, once it was tried."""
    place = os.path.realpath(folder)
    analyzer = build(DETECTOR, place)
    made = Made(analyzer.name, analyzer.version, DETECTOR, place)
    trial(made, settings)
    return made


def _versions(asking: With, made: Sequence[Made]) -> dict[str, str]:
    for name in asking.analyzers:
        _require(name)
    versions = {name: ANALYZERS.get(name).version for name in asking.analyzers}
    for one in made:
        if one.name in versions or one.name in ANALYZERS.names():
            raise UsageError(
                f"two analyzers are named {one.name!r}", f"rename the one in {one.argument}"
            )
        versions[one.name] = one.version
    if not versions:
        raise UsageError(
            "nothing was said of what shall look", f"--with one of: {', '.join(ANALYZERS.names())}"
        )
    return versions


def _require(name: str) -> None:
    """Raise UsageError where an analyzer cannot look without a package that is not here."""
    needs = getattr(ANALYZERS.get(name), "needs", None)
    if needs and find_spec(needs[0]) is None:
        _, package, extra = needs
        raise UsageError(
            f"the analyzer {name!r} needs the package {package}", f"pip install 'fanal[{extra}]'"
        )


def _is_there(root: bytes) -> bool:
    """Tell whether evidence can be read now."""
    if not sources.is_store(root):
        return os.path.lexists(root)
    try:
        object_store.require(object_store.placed(root))
    except UsageError:
        return False
    return True


def _left(store: CaseStore, asked: Asked, chosen: Iterable[str] | None) -> int:
    """Return of how many chosen contents an analyzer has still said nothing."""
    due, left = Due(store, asked), 0
    for part in _parts(chosen if chosen is not None else _all(store)):
        left += len(set().union(*(due.pending(name, part) for name in asked.versions)))
    return left


def _outcomes(
    store: CaseStore, versions: Mapping[str, str], chosen: Iterable[str] | None
) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {name: Counter() for name in versions}
    if chosen is None:
        for name, version, outcome, number in store.tally(Seen, "analyzer", "version", "outcome"):
            if versions.get(name) == version:
                counts[name][outcome] += number
    else:
        for part in _parts(chosen):
            for name, version in versions.items():
                said = store.find(Seen, analyzer=name, version=version, among={"sha256": part})
                counts[name].update(seen.outcome for seen in said)
    return {name: dict(sorted(outcomes.items())) for name, outcomes in counts.items()}


def _all(store: CaseStore) -> Iterator[str]:
    return (item.sha256 for item in store.find(Item))


def _parts(of: Iterable[str]) -> Iterator[list[str]]:
    iterator = iter(of)
    while part := list(islice(iterator, ASKED)):
        yield part
