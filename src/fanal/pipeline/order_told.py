"""Finds what the log's clock and a signed rule file say of contents, for the order of the queue."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from fanal.errors import CaseError, UsageError
from fanal.model import evidence
from fanal.model.finding import Finding
from fanal.model.review import Priorities
from fanal.pipeline.order_facts import Gathered
from fanal.review.priorities import HOUSE, Rules, parse, verified, words
from fanal.review.rungs import Told, suspected
from fanal.review.signals import Bits, Signals, Whole, positions
from fanal.stores.interface import CaseStore

ZONES = timedelta(hours=14)
"""How far a clock without a zone may be ahead of UTC."""
SERIALS = ("serial", "internal_serial", "dng_serial")


def rules_of(store: CaseStore, digest: str) -> Rules:
    """Return the rule file of that digest, checked anew; the rules of the house where it is ""."""
    if not digest:
        return HOUSE
    why = "it is not in the case"
    for kept in store.find(Priorities, sha256=digest):
        try:
            text = kept.text.encode("utf-8")
            if verified(text, bytes.fromhex(kept.signature), kept.signer) == kept:
                return parse(text)
            why = "it is not the file that was read"
        except (UsageError, ValueError) as error:
            why = str(error)
    raise CaseError(
        f"the rule file {digest[:16]} cannot be trusted any more: {why}",
        "check the case: fanal audit verify; set a file again: fanal priorities set",
    )


def told_of(
    store: CaseStore, gathered: Gathered, signals: Signals, rules: Rules, began: str
) -> Told:
    """Return what is known of contents besides their facts; `began` is when intake began."""
    facts = gathered.facts
    named = _Named(gathered, rules)
    if rules.serials or rules.places:
        named.cameras(_records(store, {"kind": [evidence.CAMERA]}))
    asked = suspected(facts, signals)
    return Told(
        _recent(store, gathered, asked, rules.days, began),
        named.number,
        named.danger,
        rules.days,
        rules.order,
        words(rules),
    )


def _records(
    store: CaseStore, among: Mapping[str, Iterable[Any]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the camera records of contents."""
    for sha256, data in store.columns(Finding, "sha256", "data", among=among):
        yield sha256, json.loads(data)


def _recent(store: CaseStore, gathered: Gathered, asked: Bits, days: int, began: str) -> Bits:
    """Tell which of those asked for were taken so many days before the intake at most."""
    recent = np.zeros(len(asked), np.bool_)
    names = [gathered.names[at] for at in np.flatnonzero(asked).tolist()]
    if not names or not began:
        return recent
    end = datetime.fromisoformat(began)
    among = {"sha256": names, "kind": [evidence.CAMERA]}
    good = [
        sha256
        for sha256, data in _records(store, among)
        if _is_recent(data.get("taken"), end, days)
    ]
    recent[positions(gathered.facts.names, good)] = True
    return recent


def _is_recent(told: Any, end: datetime, days: int) -> bool:
    """Tell whether a camera's clock lies so many days before; a time to come is no sign."""
    try:
        taken = datetime.fromisoformat(told)
        ahead = ZONES if taken.tzinfo is None else timedelta()
        since = end - taken.replace(tzinfo=taken.tzinfo or UTC)
    except (TypeError, ValueError, OverflowError):
        return False
    return -ahead <= since <= timedelta(days=days) + ahead


class _Named:
    """Numbers each content by the strongest thing that the rule file says of it."""

    def __init__(self, gathered: Gathered, rules: Rules) -> None:
        facts = gathered.facts
        self._facts = facts
        self._rules = rules
        self.number: Whole = np.zeros(facts.count, np.int64)
        self.danger: Bits = np.zeros(facts.count, np.bool_)
        number = 0
        for name in rules.lists:
            number += 1
            self.number[np.array(gathered.lists.get(name, ()), np.int64)] = number
        content, exhibit = facts.places
        for name in rules.exhibits:
            number += 1
            if name in facts.exhibits:
                self.number[content[exhibit == facts.exhibits.index(name)]] = number
        self._serials = {name: number + at for at, name in enumerate(rules.serials, 1)}
        self._first_place = number + len(rules.serials) + 1

    def cameras(self, records: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Look at the serial numbers and positions in the records of cameras."""
        found: dict[str, int] = {}
        inside: list[str] = []
        for sha256, data in records:
            number = max((self._serials.get(_text(data.get(key)), 0) for key in SERIALS), default=0)
            if (place := self._place(data.get("gps"))) >= 0:
                number = self._first_place + place
                inside.append(sha256)
            if number:
                found[sha256] = max(number, found.get(sha256, 0))
        at = positions(self._facts.names, list(found))
        number_of = np.fromiter(found.values(), np.int64, len(found))
        np.maximum.at(self.number, at[at >= 0], number_of[at >= 0])
        within = positions(self._facts.names, inside)
        self.danger[within[within >= 0]] = True

    def _place(self, gps: Any) -> int:
        """Return the number of the first place that holds a position; -1 where none does."""
        if not isinstance(gps, dict):
            return -1
        latitude, longitude = gps.get("latitude"), gps.get("longitude")
        if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
            return -1
        every = enumerate(self._rules.places)
        holds = (at for at, circle in every if circle.holds(latitude, longitude))
        return next(holds, -1)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
