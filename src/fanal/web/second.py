"""Lends what waits for a second or third person, and shows how far people agree; ranks nobody."""

import secrets
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from fanal.pipeline.facts import printable
from fanal.pipeline.second_opinions import Answer, Unit, answer, pairs
from fanal.pipeline.told_item import ToldItem, told_items
from fanal.review.agreement import FEW, Agreement, by_category, by_week, overall
from fanal.review.panel_facts import laid_out
from fanal.review.second import ADJUDICATION
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.decisions import states, words
from fanal.web.item import glance, stage
from fanal.web.numbers import item_of, numbers
from fanal.web.pages import page
from fanal.web.veiled import seconds

MOST_LINES = 6
"""Lines of evidence on the page; the item's own page has all."""


def queue(asked: Asked) -> Response:
    """Return the page of one unit that this person is asked about, or how many there are."""
    every = asked.desk.of(seconds).units(asked.who)
    if not asked.wants_page:
        return as_json({"left": len(every)})
    at = asked.number("at", 0, 1 << 30, 0)
    if not every:
        return page(asked, "second.html", unit=None, **_open(asked))
    at %= len(every)
    known = asked.desk.of(numbers)
    unit = every[at]
    told = told_items(asked.desk.store, unit.contents, unit.contents)
    first = without_place(told[0])
    return page(
        asked,
        "second.html",
        unit=unit,
        is_third=unit.turn == ADJUDICATION,
        reasons=[(words(state), printable(why)) for state, why in unit.reasons],
        glance=[*glance(first), ("File", first.facts["media_type"])],
        evidence=_evidence(first),
        stage=stage(asked, first, unit.contents[0]),
        number=known.of(unit.contents[0]),
        others=_others(asked, unit, told),
        items=Markup(",".join(known.of(one) for one in unit.contents)),  # noqa: S704 (hexadecimal)
        states=[one | {"key": str(at)} for at, one in enumerate(states(), 1)],
        token=secrets.token_hex(16),
        left=len(every),
        next=(at + 1) % len(every),
        **_open(asked),
    )


def without_place(told: ToldItem) -> ToldItem:
    """Return what is told of a content without its place in the queue, which tells of decisions."""
    told.facts["queue"] = None
    return told


def _evidence(told: ToldItem) -> list[str]:
    """Return what speaks of the origin, the first lines of it."""
    if not told.facts["origin"]:
        return []
    parts = laid_out(told.facts).parts
    return [printable(line.says) for part in parts for line in part.lines][:MOST_LINES]


def _others(asked: Asked, unit: Unit, told: Sequence[ToldItem]) -> list[dict[str, Any]]:
    known = asked.desk.of(numbers)
    return [
        {"item": known.of(sha256), "tile": Markup(one.tile)}  # noqa: S704 (base64)
        for sha256, one in zip(unit.contents[1:], told[1:], strict=True)
    ]


def _open(asked: Asked) -> dict[str, Any]:
    """Return the contents on which three people or more disagree, but those of this person's."""
    found = asked.desk.of(seconds).unresolved()
    return {"unresolved": [asked.desk.of(numbers).of(one.sha256) for one in found]}


def give(asked: Asked) -> Response:
    """Record what a second or third person says; tell nothing of what others said."""
    told = asked.told.get("items")
    named = told.split(",") if isinstance(told, str) else told
    if not isinstance(named, list) or not named:
        raise Refused(400, "items must be numbers of items")
    contents = tuple(item_of(asked, one) for one in named)
    given = Answer(contents, asked.text("state", 40), asked.text("reason"), asked.text("token", 80))
    kept = asked.desk.of(seconds)
    answer(asked.desk.store, kept, asked.who, given)
    if asked.wants_page:
        return RedirectResponse("/second", 303)
    return as_json({"done": True, "left": len(kept.units(asked.who))})


def agreement(asked: Asked) -> Response:
    """Return the page on how far people agree."""
    drawn = asked.query.get("of") == "drawn"
    found = pairs(asked.desk.store, drawn=drawn)
    waiting = asked.desk.of(seconds).waiting()
    facts: dict[str, Any] = {
        "of": "drawn" if drawn else "all",
        "all": _row(overall(found)),
        "categories": [_row(one, of_states=True) for one in by_category(found)],
        "weeks": [_row(one) for one in by_week(found)],
        "waiting": {str(turn): count for turn, count in sorted(waiting.items())},
    }
    if not asked.wants_page:
        return as_json(facts)
    return page(asked, "agreement.html", **facts, few=FEW)


def _row(one: Agreement, *, of_states: bool = False) -> dict[str, Any]:
    share = None if one.share is None else round(one.share, 4)
    return {
        "of": words(one.of) if of_states else one.of,
        "pairs": one.pairs,
        "agree": one.agree,
        "share": share,
        "low": round(one.low, 4),
        "high": round(one.high, 4),
        "kappa": None if one.kappa is None else round(one.kappa, 3),
        "few": one.rests_on_few,
    }


WAYS = (
    Way("GET", "/second", queue, "second"),
    Way("POST", "/second", give, "second"),
    Way("GET", "/second/agreement", agreement, "overview"),
)
