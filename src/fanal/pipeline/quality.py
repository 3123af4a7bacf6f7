"""Gathers the monthly report on tiers: what was set, against what was proposed, what came of it."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from fanal.leads.book import Book
from fanal.model.lead import Assessment
from fanal.model.package import SENT, Package
from fanal.pipeline import assess
from fanal.pipeline.worklist import LATER, imported
from fanal.review.quality import Report, Set, report
from fanal.stores.interface import CaseStore

ORDER = ("act", "when", "id")


def quality(store: CaseStore, book: Book, month: str = "") -> Report:
    """Return the report of a month, the present one where none is told."""
    return report(sets(store, book), month or datetime.now(UTC).strftime("%Y-%m"))


def sets(store: CaseStore, book: Book) -> list[Set]:
    """Return every tier that was set and not taken back, in the order of writing."""
    came, sent = imported(store), _sent(store, book)
    outcomes: dict[str, list[Assessment]] = {}
    for one in assess.standing_of(store.find(Assessment, order=ORDER, kind=assess.OUTCOME)):
        outcomes.setdefault(book.current(one.about) or one.about, []).append(one)
    found = []
    for one in assess.standing_of(store.find(Assessment, order=ORDER, kind=assess.TIER)):
        name = book.current(one.about)
        lead = book.lead(name) if name else None
        told = outcomes.get(name, []) if name else []
        acted = [*sent.get(name, ()), *(word.when for word in told)]
        sites = {each.site for each in lead.accounts} if lead else set()
        found.append(
            Set(
                name or one.about,
                one.when,
                one.value,
                str(one.data.get("proposed", "")),
                bool(one.data.get("differs", False)),
                tuple(country.country for country in lead.countries) if lead else (),
                tuple(one.data.get("missing", ())),
                min((came[site] for site in sites if site in came), default=LATER),
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
