"""Gives people tasks of the queue: taken, kept by activity, given back, never to two at once."""

from starlette.responses import Response

from fanal.model.desk import Claim
from fanal.pipeline import claims
from fanal.pipeline.audit_records import REFUSED, Doing
from fanal.pipeline.claims import HeldError
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.numbers import item_of, numbers
from fanal.web.queue_rows import cut
from fanal.web.refusals import Refusals
from fanal.web.views import unwanted, views

MOST = 12
"""Tasks that one person holds at the same time: nobody keeps a queue from all others."""


def take(asked: Asked) -> Response:
    """Take the task of an item, or keep it; 409 where somebody else works on it."""
    sha256 = item_of(asked, asked.told.get("item"))
    try:
        taken = claims.claim(asked.desk.store, asked.who, sha256, asked.desk.clock)
    except HeldError as held:
        asked.desk.of(Refusals).enter(
            asked.who, Doing("claim", held.message, sha256, outcome=REFUSED)
        )
        raise Refused(
            *(409, held.message, held.advice),
            holder=cut(held.holder),
            until=held.claim.until,
            next=_next(asked, sha256),
        ) from held
    _let_go(asked)
    return as_json({"until": taken.until, "item": asked.desk.of(numbers).of(taken.sha256)})


def _let_go(asked: Asked) -> None:
    """Give back what this person took first, where they hold more than anybody works on."""
    index = asked.desk.of(views).index
    if index.refresh():
        for one in sorted(index.claims.of(asked.who.login), key=lambda one: one.number)[:-MOST]:
            claims.give_back(asked.desk.store, asked.who, one.sha256, asked.desk.clock)


def give_back(asked: Asked) -> Response:
    """Let others take the task of an item."""
    sha256 = item_of(asked, asked.told.get("item"))
    given = claims.give_back(asked.desk.store, asked.who, sha256, asked.desk.clock)
    return as_json({"given": given})


def following(asked: Asked) -> Response:
    """Tell the next place that this person may take, of a view or of the whole queue."""
    after = asked.told.get("after", "")
    sha256 = item_of(asked, after) if after else ""
    return as_json({"item": _next(asked, sha256, asked.text("view", 40))})


def _next(asked: Asked, after: str, number: str = "") -> str:
    kept = asked.desk.of(views)
    if not kept.index.refresh():
        return ""
    among = kept.find(asked.who.login, number).slots if number else None
    found = kept.index.free(asked.who.login, among, after, unwanted(asked))
    return asked.desk.of(numbers).of(found) if found else ""


def mine(asked: Asked) -> Response:
    """Tell what this person works on."""
    kept = asked.desk.of(views)
    kept.index.refresh()
    own: list[Claim] = kept.index.claims.of(asked.who.login)
    spell = asked.desk.of(numbers)
    return as_json({"claims": [{"item": spell.of(one.sha256), "until": one.until} for one in own]})


WAYS = (
    Way("POST", "/claim", take, "decide"),
    Way("POST", "/give-back", give_back, "decide"),
    Way("POST", "/next", following, "queue"),
    Way("GET", "/claims", mine, "decide"),
)
