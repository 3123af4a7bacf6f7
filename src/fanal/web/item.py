"""Shows one content: what is known of it in words, where it comes from, and its covered picture."""

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from fanal.content.media import is_picture, is_video
from fanal.model.desk import Remark
from fanal.model.opinion import STATES
from fanal.pipeline.choices import limits, purposes
from fanal.pipeline.remarks import may_take_back
from fanal.pipeline.told_item import Linked, ToldItem, held_by, told_item
from fanal.review import item_facts
from fanal.review.panel_facts import CAUTION, CONFLICT, NO_MATCH, RESEMBLANCE, VERDICTS, laid_out
from fanal.web.asked import Asked, Way
from fanal.web.decisions import states, words
from fanal.web.numbers import item_of, numbers
from fanal.web.pages import page
from fanal.web.veiled import veiled

MOST_PLACES = 50
"""Places of copies that the page lists; the others are counted."""


def item(asked: Asked) -> Response:
    """Return the page of one content."""
    sha256 = item_of(asked, asked.path["number"])
    told = told_item(asked.desk.store, sha256, veiled(asked))
    holder = held_by(asked.desk.store, sha256, asked.who.login, asked.desk.clock())
    return page(
        asked,
        "item.html",
        number=asked.path["number"],
        told=told,
        facts=told.facts,
        glance=list(glance(told)),
        dates=item_facts.dates(told.facts),
        places=_places(told.facts["locations"]),
        linked=_linked(asked, told.linked),
        panel=None if told.is_drawn else laid_out(told.facts),
        stage=stage(asked, told, sha256),
        stands=words(told.facts["victim_state"] or ""),
        states=keyed(),
        origins=[(code, VERDICTS[code]) for code in STATES if code != "not_assessed"],
        token=secrets.token_hex(16),
        held_by=holder,
        remarks=[_remark(asked, one) for one in told.remarks],
        history=history(told),
        fixed=_FIXED,
    )


_FIXED = {
    "caution": CAUTION,
    "conflict": CONFLICT,
    "no_match": NO_MATCH,
    "resemblance": RESEMBLANCE,
}


def keyed() -> list[dict[str, str]]:
    """Return what can be decided: the number of the key, the code, and the words."""
    return [one | {"key": str(at)} for at, one in enumerate(states(), 1)]


def stage(asked: Asked, told: ToldItem, sha256: str) -> dict[str, Any]:
    """Return what the picture pane needs: the covered picture, its shape, how far it goes."""
    facts, held = told.facts, limits(asked.desk.store)
    return {
        "item": asked.desk.of(numbers).of(sha256),
        "tile": Markup(told.tile),  # noqa: S704 (base64)
        "width": f"{facts['width'] or 4}",
        "height": f"{facts['height'] or 3}",
        "cap": f"{held.cap}",
        "latch": f"{held.latch_seconds}",
        "frames": f"{told.frames}",
        "is_video": is_video(facts["media_type"]),
        "is_sound": facts["media_type"].startswith("audio/"),
        "why_not": _why_not(told),
        "purposes": list(purposes(asked.desk.store)),
    }


def _why_not(told: ToldItem) -> str:
    """Return why there is nothing to show; "" where a clearer picture can be asked for."""
    media = told.facts["media_type"]
    if told.is_listed:
        return "A list settled this content: nobody needs to see it, and it is not shown."
    if not (is_picture(media) or is_video(media)):
        return "This file is no picture and no video: there is nothing to show."
    if told.tile or told.facts["width"] or is_video(media):
        return ""
    why = [f"{one['reason']}" for one in told.facts["problems"] if one["reason"] != "low quality"]
    reason = f" ({why[0]})" if why else ""
    return f"No picture could be made of this file{reason}. It can be decided all the same."


def glance(told: ToldItem) -> Iterator[tuple[str, str | list[str]]]:
    """Yield what is read before anything is looked at."""
    facts = told.facts
    if told.is_drawn:
        yield "Origin", "told once it is decided"
    else:
        panel = laid_out(facts)
        yield "Origin", f"{panel.words}{f', {panel.grade}' if panel.grade else ''}"
    yield "Known", item_facts.known(facts["matches"])
    if device := item_facts.device(facts):
        yield "Source device", device
    if dated := item_facts.dates(facts):
        yield "Date", f"{dated[0].when} ({dated[0].what})"
    exhibits = {one["exhibit"] for one in facts["locations"]}
    copies = len(facts["locations"])
    yield "Copies", f"{copies:,} on {len(exhibits):,} exhibit{'s' * (len(exhibits) != 1)}"
    if at := facts["queue"]:
        yield "In the queue", [f"step {at['step']}", *at["reason"].split("; ")]


def _places(locations: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "rows": [
            {"path_hex": "", "odd": item_facts.odd(one["path"])} | one
            for one in locations[:MOST_PLACES]
        ],
        "more": max(0, len(locations) - MOST_PLACES),
    }


def _linked(asked: Asked, linked: Sequence[Linked]) -> list[dict[str, str]]:
    known = asked.desk.of(numbers)
    return [
        {"item": known.of(one.sha256), "relation": one.relation, "says": one.says} for one in linked
    ]


def _remark(asked: Asked, one: Remark) -> dict[str, Any]:
    other = asked.desk.of(numbers).of(one.other) if one.other else ""
    says = VERDICTS.get(one.says, one.says) if one.kind == "origin" else one.says
    return {
        "id": one.id,
        "kind": one.kind,
        "says": says,
        "reason": one.reason,
        "by": one.by,
        "when": one.when[:19].replace("T", " "),
        "to": one.to,
        "other": other,
        "own": may_take_back(asked.who, one),
    }


def history(told: ToldItem) -> list[dict[str, Any]]:
    """Return what people decided of a content, in the order in which they did."""
    decisions = told.facts["decisions"]
    return [
        {
            "when": one["when"][:19].replace("T", " "),
            "by": one["by"],
            "account": one["account"],
            "what": (one["victim_state"] or f"takes back {one['undoes']}").replace("_", " "),
            "via": one["via"] or "",
            "reason": one["reason"],
            "undone": one["undone"],
        }
        for one in (decisions["events"] if decisions else ())
    ]


WAYS = (Way("GET", "/item/{number}", item, "queue"),)
