"""Gathers what a person is told who opens one content; what they must not see is left out here."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from fanal.model.desk import Remark
from fanal.model.finding import Picture
from fanal.model.known import Match
from fanal.model.review import Drawn
from fanal.model.series import MADE_FROM, SAME_PICTURE, Link
from fanal.pipeline import facts
from fanal.pipeline.claims import active, contents_of, name_of
from fanal.pipeline.decided import standings
from fanal.pipeline.mosaics import mosaics
from fanal.pipeline.order_says import BY_DISTANCE
from fanal.pipeline.remarks import SECOND, remarks_of
from fanal.review.order import GENERATOR, HARMLESS, IDENTIFIED, by_lists
from fanal.review.tiles import tile
from fanal.stores.interface import CaseStore

MOST_LINKED = 50
"""Contents linked with one that are told."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Another content that is linked with one."""

    sha256: str
    relation: str
    """`near copy`, `made from` or `source of`."""
    says: str


@dataclass(frozen=True, slots=True)
class ToldItem:
    """All that a person is told of one content."""

    facts: dict[str, Any]
    """The public object; without what shows where a content was drawn from, if it was."""
    is_drawn: bool
    """The blind sample drew it, and nobody decided yet."""
    is_veiled: bool
    """Somebody decided, and this person shall say what they think without knowing it."""
    is_listed: bool
    """A list settled it: it is not shown; not told of one that was drawn."""
    tile: str
    frames: int
    linked: tuple[Linked, ...] = ()
    remarks: tuple[Remark, ...] = ()


def told_item(store: CaseStore, sha256: str, veiled: Collection[str] = ()) -> ToldItem:
    """Return what a person is told of a content; on those that are veiled they were not asked."""
    (told,) = told_items(store, [sha256], veiled)
    linked = () if told.is_drawn else tuple(_linked(store, sha256))
    return replace(told, linked=linked)


def told_items(
    store: CaseStore, contents: Sequence[str], veiled: Collection[str] = ()
) -> list[ToldItem]:
    """Return what a person is told of contents, in their order; links are left out."""
    among = {"sha256": list(contents)}
    known = {one["sha256"]: one for one in facts.items(store, among=contents)}
    drawn = drawn_of(store, contents)
    listed = settled_by_list(store, contents) - drawn
    shown = mosaics(store, [one for one in contents if one not in listed])
    frames = dict(store.columns(Picture, "sha256", "frames", among=among))
    said = remarks_of(store, contents)
    return [
        _hidden(
            ToldItem(
                known[sha256],
                sha256 in drawn,
                sha256 in veiled,
                sha256 in listed,
                tile(shown.get(sha256)),
                frames.get(sha256, 0),
                (),
                tuple(said.get(sha256, ())),
            )
        )
        for sha256 in contents
    ]


def drawn_of(store: CaseStore, contents: Sequence[str]) -> set[str]:
    """Return which of these contents the blind sample drew and nobody decided yet."""
    among = {"sha256": list(contents)}
    drawn = [sha256 for (sha256,) in store.columns(Drawn, "sha256", among=among)]
    decided = {one for one, at in standings(store, drawn).items() if at.decided} if drawn else set()
    return {*drawn} - decided


def settled_by_list(store: CaseStore, contents: Sequence[str]) -> set[str]:
    """Return which of these contents a list settles: nobody needs to see them.

    Known with a victim who is identified, generated, or harmless; by a digest, and uncontradicted.
    """
    matches = store.find(Match, order=BY_DISTANCE, among={"sha256": list(contents)})
    found = set()
    for sha256, group in groupby(matches, key=lambda match: match.sha256):
        placed = by_lists(tuple(group))
        if placed is not None and placed.step in _SETTLED:
            found.add(sha256)
    return found


_SETTLED = {GENERATOR, IDENTIFIED, HARMLESS}


def held_by(store: CaseStore, sha256: str, login: str, now: datetime) -> str:
    """Return the name of whoever else works on a content or on its series now; "" for nobody."""
    when = now.astimezone(UTC).isoformat(timespec="milliseconds")
    held = active(store, contents_of(store, sha256), when).values()
    return next((name_of(store, one.login) for one in held if one.login != login), "")


def _hidden(told: ToldItem) -> ToldItem:
    """Leave out what this person must not see."""
    known, said = told.facts, told.remarks
    if told.is_drawn:
        known = without_origin(known)
    if told.is_veiled:
        known = known | {"victim_state": None, "decisions": None, "queue": None}
        nameless = (replace(one, by="a colleague", login="", when="") for one in said)
        said = tuple(one for one in nameless if one.kind != SECOND)
    return replace(told, facts=known, remarks=said)


def without_origin(known: dict[str, Any]) -> dict[str, Any]:
    """Return a public object without what shows from which step a content was drawn."""
    return known | dict.fromkeys(facts.VEILED) | {"queue": None, "problems": []}


def _linked(store: CaseStore, sha256: str) -> Iterator[Linked]:
    """Yield near copies of a content, what it was made from and what was made from it."""
    found = 0
    for end in ("a", "b"):
        among = {end: [sha256], "kind": [SAME_PICTURE, MADE_FROM]}
        for link in store.find(Link, order=("kind", "a", "b", "how"), among=among):
            other = link.b if end == "a" else link.a
            relation = "near copy" if link.kind == SAME_PICTURE else _MADE[end]
            if found < MOST_LINKED:
                yield Linked(other, relation, link.says)
            found += 1


_MADE = {"a": "made from", "b": "source of"}
"""Which end of a link `made from` a content is → what the other one is to it."""
