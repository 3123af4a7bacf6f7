"""Says of each place in the queue why it is there."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from fanal.model.finding import Seen
from fanal.model.item import Item
from fanal.model.known import Match
from fanal.model.opinion import Opinion
from fanal.pipeline.order_facts import Gathered
from fanal.review.decisions import Standing
from fanal.review.order import DECODES, Placed, place
from fanal.review.rungs import Told, Units, said
from fanal.review.signals import positions
from fanal.stores.interface import CaseStore

ITEM = ("sha256", "sha1", "md5", "size", "media_type")
OPINION = ("sha256", "state", "grade", "settled", "real_child", "propositions", "reasons")
BY_DISTANCE = ("sha256", "distance", "list", "entry")
PART = 5000
"""Contents that are asked for at once."""
AT_RANDOM = "drawn at random"
WAITS = "waits for a second person"
DISAGREE = "people disagree: what keeps a child in view most holds until they agree"
UNREADABLE = "not to be found any more: run fanal audit verify"
SHORT = 12
"""Characters of a digest that a sentence names."""


class Sentences:
    """Puts together what lists and origin say of one content, and what raises its series."""

    def __init__(
        self, gathered: Gathered, found: Units, told: Told, drawn: Mapping[int, int]
    ) -> None:
        """Take the queue."""
        self._gathered = gathered
        self._units = found
        self._told = told
        self._drawn = drawn
        self._said = self._noted()

    def told(self, store: CaseStore, rows: Sequence[int]) -> Iterator[str]:
        """Yield the sentence of each row; rows come in the order of the contents that speak."""
        iterator = iter(rows)
        while part := list(islice(iterator, PART)):
            asked = [row for row in part if row not in self._drawn]
            names = [self._gathered.names[self._units.speaks[row]] for row in asked]
            own = reasons(store, names)
            for row in part:
                if row in self._drawn:
                    yield AT_RANDOM
                else:
                    speaks = self._gathered.names[self._units.speaks[row]]
                    yield self._sentence(row, speaks, own.get(speaks, UNREADABLE))

    def _sentence(self, row: int, speaks: str, reason: str) -> str:
        found = self._units
        if found.speaks[row] != found.shown[row]:
            reason = f"for {speaks[:SHORT]} of its series: {reason}"
        return "; ".join(
            (reason, *self._danger(row), *said(found, row, self._told), *self._of_series(row))
        )

    def _danger(self, row: int) -> Iterator[str]:
        """Say what makes it a sign of present danger."""
        found = self._units
        if not found.recent[row]:
            return
        yield f"taken within {self._told.days:,} days before the evidence was read in"
        if found.own[row]:
            exhibit = self._gathered.facts.exhibits[found.own[row] - 1]
            yield f"by a camera most of whose pictures lie on exhibit {exhibit}"

    def _of_series(self, row: int) -> Iterator[str]:
        """Say how large its series is, and what people have said of it."""
        number = int(self._gathered.facts.series[self._units.shown[row]])
        size = int(self._gathered.sizes[number]) if number >= 0 else 0
        yield from of_series(size, int(self._units.open[row]), notes(self._said.get(row, ())))

    def _noted(self) -> dict[int, list[Standing]]:
        """Return of each row what people have said that does not close it."""
        facts, found = self._gathered.facts, self._units
        waiting = {
            name: standing
            for name, standing in sorted(self._gathered.standings.items())
            if _is_noted(standing)
        }
        if not waiting:
            return {}
        unit = facts.unit()
        row_of = np.full(int(unit.max(initial=-1)) + 1, -1, np.int64)
        row_of[unit[found.shown]] = np.arange(len(found.shown))
        said_of: dict[int, list[Standing]] = {}
        for at, standing in zip(
            positions(facts.names, list(waiting)).tolist(), waiting.values(), strict=True
        ):
            if at >= 0 and facts.step[at]:
                said_of.setdefault(int(row_of[unit[at]]), []).append(standing)
        return said_of


def _is_noted(standing: Standing) -> bool:
    return not standing.decided and (standing.contradicted or standing.waits_for_second)


def notes(standings: Iterable[Standing]) -> Counter[str]:
    """Return what people have said that does not close a content, and of how many."""
    return Counter(
        DISAGREE if standing.contradicted else WAITS
        for standing in standings
        if _is_noted(standing)
    )


def of_series(size: int, left: int, said: Mapping[str, int]) -> Iterator[str]:
    """Yield the end of a sentence: how large the series is, and what people have said of it."""
    if size:
        yield f"series of {size:,}" if left == size else f"series of {size:,}, {left:,} open"
    for words, count in sorted(said.items()):
        yield words if not size else f"{count:,} of them: {words}"


_SERIES_END = re.compile(r"; series of [\d,]+(, [\d,]+ open)?(; [\d,]+ of them: [^;]*)*\Z")
_ALONE_END = re.compile(f"(; ({re.escape(DISAGREE)}|{re.escape(WAITS)}))*\\Z")


def without_end(sentence: str) -> str:
    """Return a sentence without the end that `of_series` gave it."""
    return _ALONE_END.sub("", _SERIES_END.sub("", sentence))


def reasons(store: CaseStore, names: Sequence[str]) -> dict[str, str]:
    """Return of each content the sentence of its own step."""
    return {name: placed.reason for name, placed in places(store, names).items()}


def places(store: CaseStore, names: Sequence[str]) -> dict[str, Placed]:
    """Return of each content the step that it would get by itself, and its sentence."""
    among = {"sha256": names}
    looked: dict[str, list[Seen]] = {}
    for sha256, outcome, reason in store.columns(
        Seen, "sha256", "outcome", "reason", among=among, analyzer=DECODES
    ):
        looked.setdefault(sha256, []).append(Seen(sha256, DECODES, "", outcome, reason))
    matches: dict[str, list[Match]] = {}
    for match in store.find(Match, order=BY_DISTANCE, among=among):
        matches.setdefault(match.sha256, []).append(match)
    opinions = {row[0]: _opinion(row) for row in store.columns(Opinion, *OPINION, among=among)}
    return {
        row[0]: placed
        for row in store.columns(Item, *ITEM, among=among)
        if (
            placed := place(
                Item(*row),
                matches.get(row[0], ()),
                looked.get(row[0], ()),
                opinions.get(row[0]),
            )
        )
    }


def _opinion(row: Sequence[Any]) -> Opinion:
    """Return an opinion of its columns, without what no sentence needs."""
    sha256, state, grade, settled, real_child, propositions, reasons = row
    told = (json.loads(propositions), tuple(json.loads(reasons)))
    return Opinion(sha256, state, grade, bool(settled), bool(real_child), *told)
