"""Gathers the monthly report on tiers: what was set, against what was proposed, what came of it."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from fanal.leads.book import Book
from fanal.model.lead import Assessment
from fanal.model.package import SENT, Package
from fanal.pipeline import assess
from fanal.pipeline.worklist import LATER, came_in
from fanal.review.quality import Report, Set, report
from fanal.stores.interface import CaseStore

ORDER = ("act", "when", "id")


def quality(store: CaseStore, book: Book, month: str = "") -> Report:
    """Return the report of a month, the present one where none is told."""
    return report(sets(store, book), month or datetime.now(UTC).strftime("%Y-%m"))


def sets(store: CaseStore, book: Book) -> list[Set]:
    """Return every tier that was set and not taken back, in the order of writing."""
    sent = _sent(store, book)
    outcomes: dict[str, list[Assessment]] = {}
    for one in assess.standing_of(store.find(Assessment, order=ORDER, kind=assess.OUTCOME)):
        outcomes.setdefault(book.current(one.about) or one.about, []).append(one)
    words = assess.standing_of(store.find(Assessment, order=ORDER, kind=assess.TIER))
    names = {one.about: book.current(one.about) for one in words}
    ids = sorted({*names.values()} - {""})
    rows, came = book.rows(ids), came_in(store, book, ids)
    found = []
    for one in words:
        name = names[one.about] or one.about
        told = outcomes.get(name, [])
        acted = [*sent.get(name, ()), *(word.when for word in told)]
        found.append(
            Set(
                name,
                one.when,
                one.value,
                str(one.data.get("proposed", "")),
                bool(one.data.get("differs", False)),
                tuple(each.country for each in rows[name].countries) if name in rows else (),
                tuple(one.data.get("missing", ())),
                came.get(name, LATER),
                min((when for when in acted if when >= one.when), default=""),
                tuple(word.value for word in told),
            )
        )
    return found


def _sent(store: CaseStore, book: Book) -> dict[str, list[str]]:
    """Return lead → when packages with it were sent."""
    found: dict[str, list[str]] = {}
    for one in store.find(Package, state=SENT):
        for name in one.leads:
            found.setdefault(book.current(name) or name, []).append(one.when)
    return found


def facts(told: Report) -> dict[str, Any]:
    """Return a report as JSON spells it."""
    return asdict(told) | {"count": told.count}
