"""Asks the authority's checklist of one lead: items first, the tier that an officer sets second."""

from typing import Any

from markupsafe import Markup, escape
from starlette.responses import RedirectResponse, Response

from fanal.model.lead import Assessment, Lead
from fanal.pipeline import assess, checklist
from fanal.pipeline.assess import Further
from fanal.pipeline.said import Said
from fanal.pipeline.standing import Standing
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.book import lead_of, stands


def told(asked: Asked, lead: Lead, where: Standing) -> dict[str, Any] | None:
    """Return the checklist of a lead as its page shows it; None where the authority set none."""
    if checklist.current(asked.desk.store) is None:
        return None
    sheet = checklist.sheet(asked.desk.store, lead, where)
    return {
        "name": sheet.name,
        "seen": sheet.digest,
        "answers": [
            {
                "place": place,
                "family": one.item.family,
                "asks": one.item.asks,
                "needed": one.item.needed,
                "value": one.value,
                "word": one.word,
                "shows": [f"{name}: {value}" for name, value in one.shows.items()],
            }
            for place, one in enumerate(sheet.answers)
        ],
        "may": assess.ANSWERS,
        "tiers": [{"code": Markup(escape(one)), "says": one} for one in sheet.order],  # noqa: S704 (escaped)
        "proposed": sheet.proposal.tier,
        "says": sheet.proposal.says,
        "missing": sheet.proposal.missing,
        "screen": sheet.proposal.screen,
    }


def answer(asked: Asked) -> Response:
    """Record the answer of a person to one item."""
    lead = lead_of(asked, asked.path["name"])
    sheet = checklist.sheet(asked.desk.store, lead, stands(asked, lead))
    if asked.text("seen", 64) != sheet.digest:
        raise Refused(400, "the checklist is another one than was shown", "look at it again")
    item = sheet.answers[asked.number("item", 0, len(sheet.answers) - 1, -1)].item
    more = Further(source=asked.text("source", 1), information=asked.text("information", 1))
    pair = (item.id, asked.text("value", 20))
    return _done(asked, lead, checklist.answer(asked.desk.store, _said(asked), lead, pair, more))


def tier(asked: Asked) -> Response:
    """Record the tier that a named officer sets; another one than proposed needs a reason."""
    lead = lead_of(asked, asked.path["name"])
    where = stands(asked, lead)
    if not where.assessments:
        raise Refused(400, "no item of the checklist was answered yet", "items come first")
    (made,) = checklist.set_tiers(
        asked.desk.store, _said(asked), [(lead, where)], asked.text("tier", 200)
    )
    return _done(asked, lead, made)


def _said(asked: Asked) -> Said:
    return Said(asked.text("reason"), asked.who.name, asked.who.login)


def _done(asked: Asked, lead: Lead, made: Assessment) -> Response:
    if asked.wants_page:
        return RedirectResponse(f"/lead/{lead.id}", 303)
    return as_json({"id": made.id, "lead": lead.id})


WAYS = (
    Way("POST", "/lead/{name}/answer", answer, "assess"),
    Way("POST", "/lead/{name}/tier", tier, "assess"),
)
