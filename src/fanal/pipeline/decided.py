"""Reads what people decided: the events of contents, and where each stands."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from fanal.model.decision import Decision
from fanal.review.decisions import Standing, fold
from fanal.stores.interface import CaseStore

WRITTEN = ("sha256", "act")
"""Content by content, in the order in which the events were written; no clock is asked."""


def events(store: CaseStore, among: Iterable[str] | None = None) -> Iterator[list[Decision]]:
    """Yield the events of each content that has any, by SHA-256, in the order of writing."""
    chosen = {"sha256": sorted(among)} if among is not None else None
    every = store.find(Decision, order=WRITTEN, among=chosen)
    for _, group in groupby(every, key=lambda event: event.sha256):
        yield list(group)


def standings(store: CaseStore, among: Iterable[str] | None = None) -> dict[str, Standing]:
    """Return where each content stands on which somebody decided."""
    return {group[0].sha256: fold(group) for group in events(store, among)}


def spelled(decisions: Sequence[Decision], standing: Standing) -> dict[str, Any] | None:
    """Return what people said of a content as the public object spells it; None for nothing."""
    if not decisions:
        return None
    return {
        "says": standing.says,
        "decided": standing.decided,
        "waits_for_second": standing.waits_for_second,
        "contradicted": standing.contradicted,
        "events": [event_facts(event, standing) for event in decisions],
        "ignored": list(standing.ignored),
    }


def event_facts(event: Decision, standing: Standing) -> dict[str, Any]:
    """Return one event as the public object spells it."""
    return {
        "id": event.id,
        "when": event.when,
        "by": event.by,
        "account": event.account,
        "victim_state": event.victim_state or None,
        "undoes": event.undoes or None,
        "reason": event.reason,
        "via": event.via or None,
        "undone": event.id in standing.undone,
    }
