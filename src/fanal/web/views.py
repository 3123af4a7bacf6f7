"""Keeps what each person chose to see of the queue: frozen lists under numbers that say nothing."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from fanal.pipeline.choices import own
from fanal.pipeline.desk_index import DeskIndex
from fanal.pipeline.desk_rows import MARKS
from fanal.pipeline.desk_table import TITLES, Slots, Table, expanded
from fanal.pipeline.desk_words import Words
from fanal.review.facets import Choice, Counted
from fanal.web.asked import Asked, Refused
from fanal.web.desk import Desk

MOST = 12
"""Views kept for each person; the one that was not used for longest goes."""
SORTS = {
    "queue": "the queue's order",
    "newest": "newest first",
    "oldest": "oldest first",
    "size": "largest series first",
}
MOST_CODES, LONGEST_CODE, LONGEST_SEARCH = 100, 40, 200
OPEN = "undecided"
_IS_OPEN = Choice(frozenset({OPEN}))
TELLING = frozenset({"grade", "agreement", "reviewer"})
"""Facets that tell what people said."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to see of the queue."""

    filters: Mapping[str, Choice] = field(default_factory=dict)
    sort: str = "queue"
    search: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What a person chose to see, as it was when they chose."""

    number: str
    login: str
    wish: Wish
    slots: Slots
    version: int
    """Of the index when it was made."""
    facets: tuple[tuple[str, str, list[Counted]], ...] = ()


class Views:
    """The views of all people on one desk."""

    def __init__(self, desk: Desk) -> None:
        """Begin without any."""
        self.index = DeskIndex(desk.store, self._moved, desk.clock)
        self.words = Words(desk.store)
        self._lock = threading.RLock()
        self._of: dict[str, OrderedDict[str, View]] = {}

    def make(
        self,
        login: str,
        wish: Wish,
        leave_out: frozenset[str],
        hidden: int = 0,
        veiled: Collection[str] = (),
    ) -> View:
        """Choose, count and sort; `hidden` are bits of remarks that this person is not shown.

        What is `veiled` is in no list and no count that would tell what somebody said of it.
        """
        found = self.words.find(wish.search) if wish.search else None
        with self.index.lock:
            table = self.index.table
            if table is None:
                raise Refused(503, "the queue is being read", "wait a moment and ask again")
            chosen = {"grade": _IS_OPEN} | dict(wish.filters)
            masks = table.masks(chosen)
            if hidden:
                masks["not shown"] = (table.column["marks"][: table.count] & hidden) == 0
            if found is not None:
                masks["search"] = _among(table, found)
            told = masks | {"veiled": ~_among(table, veiled)}
            if any(wish.filters.get(name) not in {None, _IS_OPEN} for name in TELLING):
                masks = told
            every = np.logical_and.reduce([*masks.values()])
            facets = table.facets(masks, chosen, leave_out | TELLING)
            facets += table.facets(told, chosen, leave_out | (TITLES.keys() - TELLING))
            facets.sort(key=lambda facet: list(TITLES).index(facet[0]))
            slots = table.sorted(every, wish.sort)
            number = secrets.token_hex(8)
            return self._keep(View(number, login, wish, slots, self.index.version, tuple(facets)))

    def exactly(self, login: str, contents: Sequence[str]) -> View:
        """Keep a view of these contents in their order, decided or not."""
        with self.index.lock:
            if self.index.table is None:
                raise Refused(503, "the queue is being read", "wait a moment and ask again")
            slots = self.index.table.keep(contents)
            number = secrets.token_hex(8)
            return self._keep(View(number, login, Wish(), slots, self.index.version))

    def _keep(self, view: View) -> View:
        with self._lock:
            own = self._of.setdefault(view.login, OrderedDict())
            own[view.number] = view
            while len(own) > MOST:
                own.popitem(last=False)
        return view

    def find(self, login: str, number: str) -> View:
        """Return a view of this person; refuse whatever is none of theirs."""
        with self._lock:
            own = self._of.get(login, OrderedDict())
            if number not in own:
                raise Refused(404, "there is no such view", "choose anew what to see")
            own.move_to_end(number)
            return own[number]

    def close(self) -> None:
        """Let go of the case."""
        self.index.close()

    def _moved(self, before: Table, table: Table) -> None:
        """Take every view to the table that takes the place of another."""
        with self._lock:
            for own in self._of.values():
                for number, view in own.items():
                    names = [before.sha256(slot) for slot in view.slots.tolist()]
                    own[number] = replace(view, slots=table.keep(names))


def views(desk: Desk) -> Views:
    """Return the views of a desk, to be asked for by `desk.of(views)`."""
    return Views(desk)


def unwanted(asked: Asked) -> int:
    """Return the bits of remarks of which this person wants to see nothing."""
    opted = own(asked.desk.store, asked.who.login).get("violence_opt_out")
    return 1 << MARKS.index("violent") if opted else 0


def _among(table: Table, contents: Any) -> Any:
    found = np.zeros(table.count, np.bool_)
    slots = np.array([table.slot(sha256) for sha256 in contents], np.int64)
    found[slots[slots >= 0]] = True
    return found


def wish_of(asked: Asked) -> Wish:
    """Read what a person wants to see; refuse what says nothing plain."""
    if unknown := asked.told.keys() - {"filters", "sort", "search"}:
        raise Refused(400, f"there is no wish {min(unknown)[:40]!r}")
    told = asked.told.get("filters", {})
    if not isinstance(told, dict):
        raise Refused(400, "filters must be an object")
    filters = {name: _choice(name, one) for name, one in told.items()}
    sort = asked.text("sort", 20) or "queue"
    if sort not in SORTS:
        raise Refused(400, "there is no such order")
    search = " ".join(asked.text("search", LONGEST_SEARCH).split())
    return Wish({name: one for name, one in filters.items() if one}, sort, search)


def _choice(name: str, told: object) -> Choice:
    if name not in TITLES:
        raise Refused(400, "there is no such facet")
    if isinstance(told, list):
        told = {"only": told}
    if not isinstance(told, dict) or not told.keys() <= {"only", "not"}:
        raise Refused(400, "a filter has only and not")
    return Choice(*(_codes(name, told.get(side, [])) for side in ("only", "not")))


def _codes(name: str, told: object) -> frozenset[str]:
    if not isinstance(told, list) or len(told) > MOST_CODES:
        raise Refused(400, "a filter is a list of codes")
    if not all(isinstance(one, str) and len(one) <= LONGEST_CODE for one in told):
        raise Refused(400, "a filter is a list of codes")
    return expanded(name, told)


def form_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a form without scripts as a script would send them.

    `only-FACET-CODE` and `not-FACET-CODE` are boxes that were ticked; so is `only-FACET` = CODE.
    """
    filters: dict[str, dict[str, list[str]]] = {}
    for name, value in told.items():
        side, _, rest = name.partition("-")
        facet, _, code = rest.partition("-")
        code = code or str(value)
        if side in {"only", "not"} and code:
            filters.setdefault(facet, {}).setdefault(side, []).append(code)
    return {"filters": filters, "sort": told.get("sort", ""), "search": told.get("search", "")}
