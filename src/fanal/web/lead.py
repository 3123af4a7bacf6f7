"""Shows one lead: facts with their rows, apart from them what people made of it, and its guard."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from starlette.responses import RedirectResponse, Response

from fanal.model.lead import CATEGORIES, Assessment, Lead
from fanal.model.package import INFORMATION, SOURCES
from fanal.pipeline import assess
from fanal.pipeline.assess import Further
from fanal.pipeline.said import Said
from fanal.pipeline.standing import Standing, barriers, open_flags
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.book import lead_of, opened, stands
from fanal.web.lead_checklist import told
from fanal.web.numbers import numbers
from fanal.web.pages import page

HINTS = {
    assess.CATEGORY: "It stands beside the facts. A payment alone never leaves as a suspect.",
    assess.FRAUD: "It is open until two people, each under a login of their own, clear it.",
    assess.JUVENILE: "A possible minor leaves the list of adults and goes its own way.",
    assess.RESTRICTION: "Restricted data go nowhere (Directive (EU) 2016/680, article 16).",
}


def show(asked: Asked) -> Response:
    """Return one lead whole."""
    lead, where = opened(asked, asked.path["name"], "opened its page")
    if not asked.wants_page:
        return as_json(_facts(lead, where))
    return page(
        asked,
        "lead.html",
        number=lead.id,
        lead=lead,
        stands=where,
        bars=barriers(lead, where),
        opens=_opens(asked, lead),
        assessments=_words(where),
        forms=list(_forms(lead, where)),
        sheet=told(asked, lead, where),
        sources=tuple(SOURCES),
        information=tuple(INFORMATION),
    )


def _facts(lead: Lead, where: Standing) -> dict[str, Any]:
    return {
        "lead": asdict(lead),
        "category": where.category,
        "tier": where.tier,
        "keeps": barriers(lead, where),
        "assessments": _words(where),
    }


def _words(where: Standing) -> list[dict[str, Any]]:
    return [asdict(one) | {"gone": one.id in where.gone} for one in where.assessments]


def _opens(asked: Asked, lead: Lead) -> dict[str, str]:
    """Return what a deed is about → the page of that series or content."""
    known, found = asked.desk.of(numbers), {}
    for deed in lead.deeds:
        if deed.what.startswith("s-"):
            found[deed.what] = f"/series/{deed.what}"
        elif len(deed.what) == 64 and known.sha256(known.of(deed.what)) == deed.what:
            found[deed.what] = f"/item/{known.of(deed.what)}"
    return found


def _forms(lead: Lead, where: Standing) -> Iterator[dict[str, Any]]:
    """Yield what may be said of this lead at the desk."""
    yield _form(assess.CATEGORY, "Category", CATEGORIES, evaluated=True)
    if flags := _flags(lead, where):
        values = assess.VALUES[assess.FRAUD]
        others = [(_mark(code, says), code) for code, says in flags]
        yield _form(assess.FRAUD, "A flag of fraud", values, others)
    yield _form(assess.JUVENILE, "Minor or adult", assess.VALUES[assess.JUVENILE])
    yield _form(assess.RESTRICTION, "Restriction", assess.VALUES[assess.RESTRICTION])
    yield _form(assess.NOTE, "Note", (), evaluated=True)


def _form(
    kind: str,
    title: str,
    values: Sequence[str],
    others: Sequence[tuple[str, str]] = (),
    *,
    evaluated: bool = False,
) -> dict[str, Any]:
    return {
        "kind": kind,
        "title": title,
        "may": values,
        "others": others,
        "evaluated": evaluated,
        "hint": HINTS.get(kind, ""),
    }


def _flags(lead: Lead, where: Standing) -> list[tuple[str, str]]:
    still = set(open_flags(lead, where))
    return [(flag.code, flag.says) for flag in lead.flags if flag.says in still]


def _mark(code: str, says: str) -> str:
    """Return by what a flag is chosen: by its sentence, so that nobody clears what they saw not."""
    return hashlib.sha256(f"{code}\n{says}".encode()).hexdigest()[:16]


def record(asked: Asked) -> Response:
    """Record what a person makes of a lead."""
    lead = lead_of(asked, asked.path["name"])
    kind, where = asked.text("kind", 40), stands(asked, lead)
    may = {form["kind"]: form for form in _forms(lead, where)}
    if kind not in may:
        raise Refused(400, "nothing of this kind is said here")
    other, data = _about(asked, kind, lead, where)
    more = Further(other, asked.text("source", 1), asked.text("information", 1), data)
    said = Said(asked.text("reason"), asked.who.name, asked.who.login)
    made = assess.assess(asked.desk.store, said, kind, lead.id, asked.text("value"), more)
    return _done(asked, lead, made)


def _about(asked: Asked, kind: str, lead: Lead, where: Standing) -> tuple[str, Mapping[str, Any]]:
    """Return the flag that is meant, and what stays with the words: its sentence as it was seen."""
    accounts = [f"{one.site}/{one.id}" for one in lead.accounts]
    if kind != assess.FRAUD:
        return "", {"accounts": accounts}
    flags = _flags(lead, where)
    for code, says in flags:
        if _mark(code, says) == asked.text("other", 64):
            return code, {"says": says, "accounts": accounts}
    raise Refused(400, "this flag is not open, or says something else now", "look at it again")


def take_back(asked: Asked) -> Response:
    """Record that a person takes an assessment of this lead back."""
    lead = lead_of(asked, asked.path["name"])
    id_ = asked.text("id", 40)
    if all(one.id != id_ for one in stands(asked, lead).assessments):
        raise Refused(404, "nothing like that was said of this lead")
    said = Said(asked.text("reason"), asked.who.name, asked.who.login)
    return _done(asked, lead, assess.take_back(asked.desk.store, said, id_))


def _done(asked: Asked, lead: Lead, made: Assessment) -> Response:
    if asked.wants_page:
        return RedirectResponse(f"/lead/{lead.id}", 303)
    return as_json({"id": made.id, "lead": lead.id})


WAYS = (
    Way("GET", "/lead/{name}", show, "leads"),
    Way("POST", "/lead/{name}/assess", record, "assess"),
    Way("POST", "/lead/{name}/take-back", take_back, "assess"),
)
