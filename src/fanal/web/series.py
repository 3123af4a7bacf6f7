"""Shows one series: why it is one, its contents in time, one decision for all of them."""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from fanal.model.series import SHEET
from fanal.pipeline import regroup
from fanal.pipeline.audit_records import Doing, enter
from fanal.pipeline.group_says import counted
from fanal.pipeline.progress import Silent
from fanal.pipeline.regroup import Regrouped
from fanal.pipeline.said import Said
from fanal.pipeline.told_series import Card, ToldSeries, after, series_of, told_series
from fanal.review.panel_facts import VERDICTS
from fanal.series.naming import PREFIX
from fanal.stores.interface import CaseStore
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.decisions import words as state_words
from fanal.web.item import keyed
from fanal.web.numbers import item_of, numbers
from fanal.web.pages import page
from fanal.web.veiled import veiled

NAME = re.compile(r"s-[0-9a-z-]{1,40}")
MOST_PAGES = 1 << 20
MOST_RELATED = 20
"""Contents and series that are told as proposed, linked or related."""
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def series(asked: Asked) -> Response:
    """Return the page of one series."""
    store = asked.desk.store
    name = _named(asked, asked.path["name"])
    told = told_series(store, name, asked.number("page", 1, MOST_PAGES, 1), veiled(asked))
    return page(
        asked,
        "series.html",
        told=told,
        facts=told.facts,
        shown=told.name or "no series",
        number=asked.desk.of(numbers).of(told.facts["representative"]),
        glance=_glance(told),
        sheet=_cards(asked, told.sheet, told.facts["representative"]),
        strip=_cards(asked, told.strip, told.facts["representative"]),
        others=_others(asked, told.facts),
        stands=_stands(asked, told),
        states=keyed(),
        token=secrets.token_hex(16),
        is_many=told.facts["size"] > SHEET,
        sheets=SHEET,
    )


def _named(asked: Asked, name: str) -> str:
    """Return the series that an address names; the content itself where it is in none."""
    if name.startswith(PREFIX):
        if not NAME.fullmatch(name):
            raise Refused(404, "there is no such series in this case")
        return name
    sha256 = item_of(asked, name)
    return series_of(asked.desk.store, sha256) or sha256


def _glance(told: ToldSeries) -> list[tuple[str, str | list[str]]]:
    facts = told.facts
    size = facts["size"]
    rows: list[tuple[str, str | list[str]]] = [("Contents", f"{size:,}")]
    if facts.get("first"):
        span = f"{facts['first']} to {facts['last']}, by the {facts['clock']}'s clock"
        rows.append(("Dates", span))
    if facts.get("exhibits"):
        rows.append(("Exhibits", f"{facts['exhibits']:,}"))
    devices = [f"{name}: {count:,}" for name, count in told.devices[:5]]
    rows.append(("Devices", devices or "no metadata name one; neutral"))
    rows.append(("Places", f"{told.positions:,} of {size:,} name a position"))
    known = [f"{count:,} of {size:,} on a list ({kind})" for kind, count in told.known.items()]
    rows.append(("Known", known or "none is on a list by a digest"))
    if facts["queue"]:
        queue = facts["queue"]
        rows.append(("In the queue", [f"step {queue['step']}", *queue["reason"].split("; ")]))
    saved = f"{told.decided:,} of {size:,}"
    if told.decided:
        saved += f"; {told.saved:,} of them never shown clearer than a mosaic"
    rows.append(("Decided", saved))
    return rows


def _stands(asked: Asked, told: ToldSeries) -> str:
    """Say why the representative stands for the series."""
    first = told.facts["contents"][0]
    pixels = f"{first['pixels']:,} pixels" if first["pixels"] else "not decoded"
    number = asked.desk.of(numbers).of(told.facts["representative"])
    return (
        f"Item {number} stands for it: what tells most of where it comes from (evidence of a"
        f" camera, kinds of evidence, then size: {pixels}), never what shows most."
    )


def _cards(asked: Asked, cards: Iterable[Card], first: str) -> list[dict[str, Any]]:
    known = asked.desk.of(numbers)
    return [
        {
            "item": known.of(card.sha256),
            "tile": Markup(card.tile),  # noqa: S704 (base64)
            "origin": _origin(card),
            "exhibit": card.place["exhibit"] if card.place else "",
            "path": card.place["path"] if card.place else "",
            "state": state_words(card.state) if card.state else "",
            "gap": gap(card.gap),
            "is_listed": card.is_listed,
            "stands": card.sha256 == first,
        }
        for card in cards
    ]


def _origin(card: Card) -> str:
    if card.is_drawn:
        return "told once it is decided"
    return VERDICTS.get(card.origin, "not assessed")


def gap(milliseconds: int | None) -> str:
    """Return a stretch of time in words; "" for none."""
    if milliseconds is None:
        return ""
    for size, word in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if milliseconds >= size:
            return counted(milliseconds // size, word)
    return "under a minute"


def _others(asked: Asked, facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what is proposed, cut off, linked and related, as links in words."""
    known = asked.desk.of(numbers)
    titles = (("proposals", "Proposed to join"), ("cut_off", "Cut off"), ("linked", "Linked"))
    parts = []
    for key, title in titles:
        rows = [
            {
                "to": f"/item/{known.of(one['sha256'])}",
                "words": f"item {known.of(one['sha256'])} ({one['series'] or 'in no series'})",
                "says": f"{one['relation']} item {known.of(one['to'])}: {one['says']}",
            }
            for one in facts[key][:MOST_RELATED]
        ]
        parts.append({"title": title, "rows": rows, "all": len(facts[key])})
    related = [
        {
            "to": f"/series/{of['name']}",
            "words": of["name"],
            "says": f"{one['kind']}: {one['says']}",
        }
        for one in facts["related"]
        for of in one["series"]
    ]
    parts.append({"title": "Related", "rows": related[:MOST_RELATED], "all": len(related)})
    return [part for part in parts if part["rows"]]


def change(asked: Asked) -> Response:
    """Record that contents belong together or apart, or that what was said so is taken back."""
    store, who = asked.desk.store, asked.who
    said = Said(asked.text("reason"), who.name, who.login)
    verb = asked.text("verb")
    if verb not in _VERBS:
        raise Refused(400, f"choose one of: {', '.join(_VERBS)}")
    done = _VERBS[verb](asked, store, said)
    event = done.event
    about = (*event.contents, *event.others)
    says = f"{verb}: {counted(len(event.contents), 'content')}"
    data = {"id": event.id, "reason": event.reason, "contents": len(about)}
    enter(store, who, Doing("regroup", says, about[0] if about else "", data=data))
    go = f"/series/{done.series[0].name if done.series else _number(asked, about)}"
    if asked.wants_page:
        return RedirectResponse(go, 303)
    return as_json({"id": event.id, "says": says, "go": go, "alone": done.alone})


def _number(asked: Asked, contents: Sequence[str]) -> str:
    return asked.desk.of(numbers).of(contents[0])


def _merge(asked: Asked, store: CaseStore, said: Said) -> Regrouped:
    names = [_named(asked, asked.text("series")), _named(asked, asked.text("with").strip())]
    if names[0] == names[1]:
        raise Refused(400, "that is this series itself", "name another one, or an item")
    return regroup.merge(store, names, said, Silent())


def _split(asked: Asked, store: CaseStore, said: Said) -> Regrouped:
    """Take out the contents that were chosen, or all from one on in the order of time."""
    name = _named(asked, asked.text("series"))
    if start := asked.text("after"):
        contents = after(store, name, item_of(asked, start))
    else:
        contents = [item_of(asked, number) for number in _chosen(asked)]
    return regroup.split(store, name, contents, said, Silent())


def _chosen(asked: Asked) -> list[str]:
    """Return the items of a request: a list from a script, fields `item-…` from a form."""
    given = asked.told.get("items", [])
    if not isinstance(given, list) or len(given) > SHEET:
        raise Refused(400, f"items must be a list of at most {SHEET}")
    return [*given, *(key.removeprefix("item-") for key in asked.told if key.startswith("item-"))]


def _undo(asked: Asked, store: CaseStore, said: Said) -> Regrouped:
    return regroup.undo(store, asked.text("event", 40), said, Silent())


_VERBS = {"merge": _merge, "split": _split, "undo": _undo}
WAYS = (
    Way("GET", "/series/{name}", series, "queue"),
    Way("POST", "/series/change", change, "decide"),
)
