"""Moves in the queue what one decision, merge or split is about, without ordering all anew."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from fanal.content.media import is_picture, is_video
from fanal.model.decision import Decision
from fanal.model.item import Item, Place
from fanal.model.known import Match
from fanal.model.review import Drawn, Moved, Task
from fanal.model.series import Member, Regroup, Series
from fanal.pipeline.decided import standings
from fanal.pipeline.order import VERB, Log
from fanal.pipeline.order_says import (
    AT_RANDOM,
    SHORT,
    notes,
    of_series,
    places,
    reasons,
    without_end,
)
from fanal.pipeline.queued import OUT, standing
from fanal.review.decisions import UNDECIDED, Standing
from fanal.review.order import DANGER, HARMLESS, UNKNOWN, Placed
from fanal.stores.interface import Act, CaseStore

MOST = 100_000
"""Contents past which the whole queue is better put in order anew."""
Put = tuple[int, int]
"""Step and turn."""


def reflect(store: CaseStore, actor: str, contents: Iterable[str]) -> bool:
    """Bring the queue up to date with what people said of these contents, and of any others since.

    What was decided leaves the queue, and the next of its series takes its place; what was put
    together has the first of its places, and what was taken apart keeps the place it had. Return
    whether the queue is as new as the facts; if not, the next full order brings it there.
    """
    with store.act(actor, VERB) as act:
        log = Log.of(store)
        touched = _touched(store, max(log.facts, log.spoken), contents)
        if len(touched) > MOST:
            act.note(facts=log.facts, spoken=log.spoken)
            return False
        act.put(_Moving.of(store, touched, act).records())
        is_whole = log.others <= log.facts
        act.note(facts=act.number - 1 if is_whole else log.facts, spoken=act.number - 1)
        return is_whole


def is_reflected(store: CaseStore, act: int) -> bool:
    """Tell whether the queue knows what people said up to that act."""
    log = Log.of(store)
    return act <= max(log.facts, log.spoken)


def _touched(store: CaseStore, since: int, contents: Iterable[str]) -> set[str]:
    """Return the contents, and those of which people said something since the last order."""
    newer = chain(
        contents,
        (decision.sha256 for decision in store.since(Decision, since)),
        chain.from_iterable(map(_about, _regroups(store, since))),
    )
    return set(islice(newer, 2 * MOST + 1))


def _regroups(store: CaseStore, since: int) -> Iterator[Regroup]:
    """Yield what was put together or apart, and what was taken back."""
    events = list(store.since(Regroup, since))
    while events:
        yield from events
        undone = [event.undoes for event in events if event.undoes]
        events = list(store.find(Regroup, among={"id": undone})) if undone else []


def _about(event: Regroup) -> Iterator[str]:
    yield from event.contents
    yield from event.others


@dataclass(slots=True)
class _Unit:
    """A series, or a content that is alone."""

    name: str
    """"" where it is alone."""
    members: list[str]
    first: str
    """Who stands for it, unless that is decided."""
    open: list[str] = field(default_factory=list)
    holders: list[Task] = field(default_factory=list)
    """Places in the queue that its members have now, in order."""


class _Moving:
    """Works out what moves."""

    def __init__(self, store: CaseStore, units: Sequence[_Unit], act: Act) -> None:
        self._store = store
        self._act = act
        self._units = units
        every = [sha256 for unit in units for sha256 in unit.members]
        self._standings: Mapping[str, Standing] = standings(store, every)
        self._looked = _with_place(store, every)
        self._tasks = standing(store, every)
        self._before = {task.sha256: task for task in store.find(Task, among={"sha256": every})}
        drawn = store.columns(Drawn, "sha256", "step", among={"sha256": every})
        self._drawn: dict[str, int] = dict(drawn)
        for unit in units:
            unit.open = [sha256 for sha256 in unit.members if self._is_open(sha256)]
            held = (self._tasks[sha256] for sha256 in unit.members if sha256 in self._tasks)
            unit.holders = sorted(held, key=lambda task: (task.step, task.turn, task.sha256))

    @classmethod
    def of(cls, store: CaseStore, touched: Iterable[str], act: Act) -> "_Moving":
        """Find the series of these contents, and who stands for each."""
        alone = set(touched)
        names = sorted(
            {name for (name,) in store.columns(Member, "series", among={"sha256": sorted(alone)})}
        )
        among = {"name": names}
        first = dict(store.columns(Series, "name", "representative", among=among))
        members: dict[str, list[str]] = {name: [] for name in names}
        by_name = store.columns(Member, "sha256", "series", among={"series": names})
        for sha256, name in sorted(by_name):
            members[name].append(sha256)
            alone.discard(sha256)
        units = [_Unit(name, of, first.get(name, "")) for name, of in members.items()]
        units += [_Unit("", [sha256], sha256) for sha256 in sorted(alone)]
        return cls(store, units, act)

    def _is_open(self, sha256: str) -> bool:
        standing = self._standings.get(sha256, UNDECIDED)
        return sha256 in self._looked and not standing.decided

    def records(self) -> Iterator[Moved | Drawn]:
        """Yield what is written."""
        shown = {id(unit): self._shown(unit) for unit in self._units}
        own = reasons(self._store, sorted({name for name in shown.values() if name}))
        for unit in self._units:
            yield from self._of_unit(unit, shown[id(unit)], own)

    def _shown(self, unit: _Unit) -> str:
        """Return who stands for a series now: as before where that is open still.

        Else an open content of the earliest step, so that none that a list knows stands for others.
        """
        held = next((task.sha256 for task in unit.holders if task.sha256 in unit.open), "")
        if held or not unit.open:
            return held
        own = places(self._store, unit.open)
        step = {name: own[name].step if name in own else HARMLESS for name in unit.open}
        return min(unit.open, key=lambda name: (step[name], name != unit.first, name))

    def _of_unit(self, unit: _Unit, shown: str, own: Mapping[str, str]) -> Iterator[Moved | Drawn]:
        for task in unit.holders:
            if task.sha256 != shown:
                yield self._moved(replace(task, step=OUT, turn=0, reason=""))
        if not shown:
            return
        step, turn = self._place(unit)
        speaks, placed = self._earliest(unit, step)
        if placed:
            told = f"for {speaks[:SHORT]} of its series: " if speaks != shown else ""
            own = {**own, shown: told + placed.reason}
            step, turn = self._danger_or(placed.step), 0
        reason = self._reason(unit, shown, own, anew=bool(placed))
        task = Task(shown, step, turn, self._exhibit(shown), reason)
        if (drawn := self._drawn_from(unit)) and step < drawn:
            task = replace(task, reason=AT_RANDOM)
            if shown not in self._drawn:
                yield Drawn(shown, drawn)
        if task != self._tasks.get(shown):
            yield self._moved(task)

    def _drawn_from(self, unit: _Unit) -> int:
        """Return the step that the blind sample drew the unit's place from; 0 where it did not."""
        return next(
            (self._drawn[task.sha256] for task in unit.holders if task.sha256 in self._drawn), 0
        )

    def _place(self, unit: _Unit) -> Put:
        """Return the place of a unit: its first one, the one it had, or that it was split from."""
        others = (task for other in self._units for task in other.holders[:1])
        before = (self._before[name] for name in unit.members if name in self._before)
        for tasks in (unit.holders, before, others if unit.name or len(self._units) > 1 else ()):
            if places := sorted((task.step, task.turn) for task in tasks):
                return places[0]
        return UNKNOWN, 0

    def _earliest(self, unit: _Unit, step: int) -> tuple[str, Placed | None]:
        """Return an open content that would stand in an earlier step by itself, and its place.

        It was closed or stood elsewhere when the unit's place was found.
        """
        if step <= UNKNOWN:
            return "", None
        every = places(self._store, unit.open)
        speaks = min(every, key=lambda name: (every[name].step, name), default="")
        earlier = bool(speaks) and every[speaks].step < step
        return (speaks, every[speaks]) if earlier else ("", None)

    def _danger_or(self, step: int) -> int:
        """Return the step, or that of present danger where what it stood with was there."""
        known = (task.step for unit in self._units for task in unit.holders)
        return DANGER if step == UNKNOWN and DANGER in known else step

    def _exhibit(self, sha256: str) -> str:
        named = (
            task.exhibit for task in (self._tasks.get(sha256), self._before.get(sha256)) if task
        )
        lies = (exhibit for (exhibit,) in self._store.columns(Place, "exhibit", sha256=sha256))
        return next(chain(named, [min(lies, default="")]))

    def _reason(self, unit: _Unit, shown: str, own: Mapping[str, str], *, anew: bool) -> str:
        """Return the sentence: what was said before, and what people have said since."""
        first = next(iter(unit.holders), self._before.get(shown))
        if anew:
            core = own[shown]
        elif first and first.sha256 == shown and first.reason != AT_RANDOM:
            core = without_end(first.reason)
        else:
            core = own.get(shown, "")
            if first and first.sha256 != shown:
                core += f"; takes the place of {first.sha256[:SHORT]}"
        size, left = len(unit.members), len(unit.open)
        said = notes(self._standings[name] for name in unit.open if name in self._standings)
        return "; ".join((core, *of_series(size if unit.name else 0, left, said)))

    def _moved(self, task: Task) -> Moved:
        return Moved(task.sha256, self._act.number, task.step, task.turn, task.exhibit, task.reason)


def _with_place(store: CaseStore, contents: Sequence[str]) -> set[str]:
    """Return which of the contents people have to look at, as long as nobody decided."""
    among = {"sha256": contents}
    media = store.columns(Item, "sha256", "media_type", among=among)
    listed = {sha256 for (sha256,) in store.columns(Match, "sha256", among=among)}
    lies = {sha256 for (sha256,) in store.columns(Place, "sha256", among=among)}
    return {
        sha256
        for sha256, kind in media
        if sha256 in lies and (sha256 in listed or is_picture(kind) or is_video(kind))
    }
