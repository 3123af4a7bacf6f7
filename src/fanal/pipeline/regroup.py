"""Writes what people say of series: these belong together, or apart; and makes the series anew."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from fanal.errors import CaseError, UsageError
from fanal.model.series import Member, Regroup, Series
from fanal.pipeline.group import bring, events_of
from fanal.pipeline.named import wholes
from fanal.pipeline.order import order
from fanal.pipeline.progress import Progress
from fanal.pipeline.reflect import reflect
from fanal.pipeline.said import Said, checked
from fanal.series.events import MERGE, SPLIT, UNDO, taken_back
from fanal.series.naming import PREFIX
from fanal.stores.interface import CaseStore

VERB = "regroup"
LONGEST = 80
"""Characters of a wrong name that an error repeats."""
ADVICE = "fanal series lists them, fanal series NAME shows one"
Sides = tuple[tuple[str, ...], tuple[str, ...]]
"""The contents of an event, and those of a split that stay."""


@dataclass(frozen=True, slots=True)
class Regrouped:
    """What was recorded, and what became of it."""

    event: Regroup
    series: tuple[Series, ...]
    """The series in which contents of the event are now."""
    alone: int
    """Contents of the event that are in none."""


def merge(store: CaseStore, names: Sequence[str], said: Said, progress: Progress) -> Regrouped:
    """Record that series and contents belong together: a series with all its contents."""

    def sides() -> Sides:
        return _together(store, names), ()

    return _record(store, (MERGE, ""), said, sides, progress)


def split(
    store: CaseStore, name: str, contents: Sequence[str], said: Said, progress: Progress
) -> Regrouped:
    """Record that some contents of a series do not belong to the rest of it."""

    def sides() -> Sides:
        return _apart(store, name, contents)

    return _record(store, (SPLIT, ""), said, sides, progress)


def undo(store: CaseStore, id_: str, said: Said, progress: Progress) -> Regrouped:
    """Record that an event is taken back; taking back can be taken back as well."""

    def sides() -> Sides:
        every = {event.id: event for event in events_of(store)}
        if id_ not in every:
            raise UsageError(
                f"there is no event {id_[:LONGEST]!r} in this case",
                "fanal series events lists them",
            )
        if id_ in taken_back(list(every.values())):
            raise UsageError(f"{id_} was taken back already", "fanal series events says by whom")
        return every[id_].contents, every[id_].others

    return _record(store, (UNDO, id_), said, sides, progress)


def _record(
    store: CaseStore,
    what: tuple[str, str],
    said: Said,
    sides: Callable[[], Sides],
    progress: Progress,
) -> Regrouped:
    """Write the event and the series that follow in one act, then bring the queue up to date."""
    said, (verb, undoes) = checked(said), what
    near: set[str] = set()
    with store.act(said.by, VERB, event=verb, account=said.account) as act:
        contents, others = sides()  # as it is while nobody else writes
        when = datetime.now(UTC).isoformat(timespec="milliseconds")
        told = "\0".join((store.case_id, str(act.number), when, said.by, said.account))
        id_ = f"r-{hashlib.sha256(told.encode('utf-8', 'backslashreplace')).hexdigest()[:12]}"
        event = Regroup(
            id_, verb, said.by, said.account, when, said.reason, contents, others, undoes
        )
        if act.put([event]) != 1:
            raise CaseError("an event of this id is in the case already", "run it again")
        act.note(id=id_, contents=len(contents), others=len(others))
        near = _around(store, (*contents, *others))
        progress.step("grouping contents into series")
        bring(store, act, progress, [event])
    if not reflect(store, said.by, near | _around(store, near)):
        order(store, said.by, progress)
    return _told(store, event)


def _around(store: CaseStore, contents: Iterable[str]) -> set[str]:
    """Return these contents and all that are in a series with any of them."""
    own = set(contents)
    names = {name for (name,) in store.columns(Member, "series", among={"sha256": sorted(own)})}
    members_ = store.columns(Member, "sha256", among={"series": sorted(names)}) if names else ()
    return own | {sha256 for (sha256,) in members_}


def _told(store: CaseStore, event: Regroup) -> Regrouped:
    about = sorted({*event.contents, *event.others})
    series = dict(store.columns(Member, "sha256", "series", among={"sha256": about}))
    among = {"name": sorted({*series.values()})}
    known = tuple(store.find(Series, order=("name",), among=among)) if series else ()
    return Regrouped(event, known, len(about) - len(series))


def members(store: CaseStore, name: str) -> list[str]:
    """Return the contents of the series of that name; say so where there is none."""
    found = [sha256 for (sha256,) in store.columns(Member, "sha256", series=name)]
    if not found:
        raise UsageError(f"there is no series {name[:LONGEST]!r} in this case", ADVICE)
    return sorted(found)


def _together(store: CaseStore, names: Sequence[str]) -> tuple[str, ...]:
    contents = sorted({*_named(store, names)})
    if len(contents) < 2:
        raise UsageError(
            f"{len(contents)} content is no series",
            "name two or more: fanal series merge NAME|SHA256 NAME|SHA256 … --reason TEXT",
        )
    series = dict(store.columns(Member, "sha256", "series", among={"sha256": contents}))
    if len(series) == len(contents) and len(own := {*series.values()}) == 1:
        (name,) = own
        (known,) = store.find(Series, name=name)
        if known.size > len(contents):
            raise UsageError(
                f"these {len(contents)} contents are in one series already: {name}",
                "to part them from the rest of it: fanal series split",
            )
        if known.facts.get("event"):
            raise UsageError(f"these are the series {name} already", f"fanal series {name}")
    return tuple(contents)


def _named(store: CaseStore, names: Sequence[str]) -> Iterator[str]:
    """Yield the contents that names of series and beginnings of SHA-256 stand for."""
    for name in names:
        if name.startswith(PREFIX):
            yield from members(store, name)
    if given := [name for name in names if not name.startswith(PREFIX)]:
        yield from wholes(store, given)


def _apart(store: CaseStore, name: str, contents: Iterable[str]) -> Sides:
    every = members(store, name)
    part = sorted(wholes(store, contents))
    if not part:
        raise UsageError(
            "nothing was said of what is taken out",
            f"name it: fanal series split {name} SHA256 … --reason TEXT",
        )
    inside, chosen = set(every), set(part)
    for sha256 in part:
        if sha256 not in inside:
            raise UsageError(
                f"{sha256[:16]} is not in series {name}", f"fanal series {name} lists its contents"
            )
    rest = tuple(sha256 for sha256 in every if sha256 not in chosen)
    if not rest:
        raise UsageError(
            f"these are all contents of {name}: nothing would stay", "leave at least one out"
        )
    return tuple(part), rest
