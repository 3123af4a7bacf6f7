"""Takes remarks, and shows a person the questions that were put to them and how cases went on."""

import re
from typing import Any

from markupsafe import Markup, escape
from starlette.responses import RedirectResponse, Response

from fanal.model.desk import Remark
from fanal.pipeline.facts import printable
from fanal.pipeline.remarks import (
    NOTE,
    OUTCOME,
    OUTCOMES,
    QUESTION,
    Told,
    of_kind,
    questions,
    remark,
    take_back,
)
from fanal.review.permits import SUPERVISOR
from fanal.web.asked import Asked, Way, as_json
from fanal.web.numbers import item_of, numbers
from fanal.web.pages import page

BACK = re.compile(r"/(?:inbox|(?:item|series)/[0-9a-z-]{1,40})")
"""Our own pages to which a form leads back."""
MOST = 200
LONGEST_LINE = 240


def write(asked: Asked) -> Response:
    """Record a remark."""
    item, other = asked.text("item", 40), asked.text("other", 40)
    told = Told(
        asked.text("kind", 40) or NOTE,
        asked.text("says"),
        item_of(asked, item) if item else "",
        asked.text("reason"),
        asked.text("to", 200),
        item_of(asked, other) if other else "",
    )
    made = remark(asked.desk.store, asked.who, told)
    return _done(asked, {"id": made.id})


def undo(asked: Asked) -> Response:
    """Take a remark back."""
    made = take_back(asked.desk.store, asked.who, asked.text("id", 40))
    return _done(asked, {"id": made.id})


def inbox(asked: Asked) -> Response:
    """Return the page of questions and of news."""
    store = asked.desk.store
    mine = questions(store, asked.who.login)[:MOST]
    sent = [one for one in of_kind(store, QUESTION) if one.login == asked.who.login][-MOST:]
    facts: dict[str, Any] = {
        "questions": [_told(asked, one) for one in mine],
        "sent": [_told(asked, one) for one in sent[::-1] if one.to != asked.who.login],
        "news": [_told(asked, one) for one in of_kind(store, OUTCOME)[::-1][:MOST]],
    }
    if not asked.wants_page:
        return as_json(facts)
    may_tell = SUPERVISOR in asked.who.roles
    return page(asked, "inbox.html", **facts, outcomes=OUTCOMES, may_tell=may_tell)


def _told(asked: Asked, one: Remark) -> dict[str, Any]:
    return {
        "id": one.id,
        "item": asked.desk.of(numbers).of(one.sha256) if one.sha256 else "",
        "says": _line(one.says),
        "reason": _line(one.reason),
        "by": _line(one.by),
        "answer_to": Markup(escape(printable(one.login))),  # noqa: S704 (escaped)
        "to": one.to,
        "when": one.when[:16].replace("T", " "),
        "own": one.login == asked.who.login,
    }


def _line(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= LONGEST_LINE else f"{shown[: LONGEST_LINE - 1]}…"


def _done(asked: Asked, facts: dict[str, Any]) -> Response:
    if not asked.wants_page:
        return as_json(facts)
    back = asked.text("back", 60)
    return RedirectResponse(back if BACK.fullmatch(back) else "/inbox", 303)


WAYS = (
    Way("GET", "/inbox", inbox, "remark"),
    Way("POST", "/remark", write, "remark"),
    Way("POST", "/remark/undo", undo, "remark"),
)
