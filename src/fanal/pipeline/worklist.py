"""Puts the leads that people looked at in order: by tier, then by deadlines, then as they came in.

Nothing that was computed of a person enters (reference, PRIO-04, -07). Possible minors go their own
way and are told apart from the list of adults (PRIO-09).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fanal.leads.book import Book
from fanal.model.lead import Assessment
from fanal.model.site import Dataset
from fanal.pipeline import assess
from fanal.pipeline.checklist import effective, filled, needed
from fanal.pipeline.clocks import deadlines
from fanal.pipeline.leads import SITE
from fanal.pipeline.standing import Standing, is_juvenile, standing
from fanal.review.checklist import Checklist
from fanal.stores.interface import CaseStore

LATER = "9999"
"""Sorts behind every deadline."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a lead stands in the list of what is to be done."""

    id: str
    tier: str
    """The one it is worked on in."""
    tier_says: str
    proposed: str
    came: str
    """When the first site of its accounts was imported; ISO 8601, UTC."""
    deadline: str
    """The next one that the law sets; "" for none that is known."""
    due: str
    """When the authority wants something done, by the hours of its tier; "" for nothing."""
    juvenile: bool
    stands: Standing


def worklist(store: CaseStore, book: Book) -> list[Placed]:
    """Return the leads that somebody answered for or set a tier of, in order."""
    kept, checklist = needed(store)
    rows = book.rows(_looked_at(store, book))
    came, ends = came_in(store, book, list(rows)), _deadlines(store, book)
    placed = []
    for id_, stands in standing(store, rows, rows, book).items():
        told = filled(kept.sha256, checklist, None, stands)
        tier, says = effective(stands, told)
        placed.append(
            Placed(
                id_,
                tier,
                says,
                told.proposal.tier,
                came[id_],
                ends.get(id_, ""),
                _due(checklist, tier, stands),
                is_juvenile(rows[id_], stands),
                stands,
            )
        )
    order = checklist.order
    return sorted(
        placed,
        key=lambda one: (order.index(one.tier), one.deadline or LATER, one.came, one.id),
    )


def _deadlines(store: CaseStore, book: Book) -> dict[str, str]:
    """Return lead → when the next period of the law ends that somebody started for it."""
    found: dict[str, str] = {}
    for about, end in deadlines(store).items():
        name = book.current(about)
        found[name] = min(end, found.get(name, end))
    return found


def came_in(store: CaseStore, book: Book, ids: Sequence[str]) -> dict[str, str]:
    """Return lead → when the first of its sites was imported; LATER where nothing tells."""
    first: dict[str, str] = {}
    for name, when in store.columns(Dataset, "name", "when", kind=SITE):
        first[name] = min(when, first.get(name, when))
    sites = book.sites(ids)
    return {
        id_: min((first[site] for site in sites.get(id_, ()) if site in first), default=LATER)
        for id_ in ids
    }


def _looked_at(store: CaseStore, book: Book) -> list[str]:
    among = {"kind": [assess.TIER, assess.ANSWER]}
    names = {about for (about,) in store.columns(Assessment, "about", among=among)}
    return sorted({book.current(name) for name in names} - {""})


def _due(checklist: Checklist, tier: str, stands: Standing) -> str:
    """Return when the hours of a tier are over, counted from the word that put it there."""
    hours = next((one.hours for one in checklist.tiers if one.name == tier), 0)
    words = assess.standing_of(stands.assessments)
    last = [one for one in words if one.kind in {assess.TIER, assess.ANSWER}]
    if not hours or not last:
        return ""
    since = next((one for one in reversed(last) if one.value == tier), last[-1])
    return (datetime.fromisoformat(since.when) + timedelta(hours=hours)).isoformat()
