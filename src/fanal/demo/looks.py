"""Counts looks: one clear picture, or one contact sheet of a series, in the order of the queue."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from fanal.demo.series_truth import TrueSeries
from fanal.model.review import Drawn
from fanal.model.series import SHEET, Member
from fanal.pipeline.grouped import sheets
from fanal.pipeline.queued import Queue
from fanal.stores.interface import CaseStore


@dataclass(frozen=True, slots=True)
class Look:
    """What a person sees at once."""

    contents: tuple[str, ...]
    step: int = 0
    reason: str = ""
    sheet: int = 1
    """Which contact sheet of its series."""
    blind: bool = False
    """It stands where it does only because the blind sample drew it."""


def looks(store: CaseStore) -> Iterator[Look]:
    """Yield the looks at a case: first sheets as the queue goes, then the sheets after them."""
    shown = _sheets(store)
    series = dict(store.columns(Member, "sha256", "series"))
    drawn = {sha256 for (sha256,) in store.columns(Drawn, "sha256")}
    later: list[Look] = []
    for task in Queue(store).tasks():
        sha256, step, reason = task.sha256, task.step, task.reason
        members = tuple(shown.get(series.get(sha256, ""), (sha256,)))
        blind = sha256 in drawn
        yield Look(members[:SHEET], step, reason, 1, blind)
        for sheet, start in enumerate(range(SHEET, len(members), SHEET), 2):
            later.append(Look(members[start : start + SHEET], step, reason, sheet, blind))
    yield from later


def _sheets(store: CaseStore) -> dict[str, list[str]]:
    """Return the contents of each series, in the order in which its sheets show them.

    What fits on one sheet is shown at once, in whatever order.
    """
    members: dict[str, list[str]] = {}
    for sha256, name in store.columns(Member, "sha256", "series", order=("sha256",)):
        members.setdefault(name, []).append(sha256)
    return {
        name: sheets(store, those) if len(those) > SHEET else those
        for name, those in members.items()
    }


def first_seen(shown: Iterable[Sequence[str]], wanted: Sequence[TrueSeries]) -> Mapping[str, int]:
    """Return at which look, counted from 1, each wanted series is first seen, earliest first."""
    of = {sha256: series.id for series in wanted for sha256 in series.contents}
    found: dict[str, int] = {}
    for number, contents in enumerate(shown, 1):
        for sha256 in contents:
            if (name := of.get(sha256)) is not None:
                found.setdefault(name, number)
        if len(found) == len(wanted):
            break
    return found


def never_shown(shown: Iterable[Look], contents: Iterable[str]) -> set[str]:
    """Return which of the contents no look shows: of pictures there must be none."""
    return set(contents) - set(chain.from_iterable(look.contents for look in shown))
