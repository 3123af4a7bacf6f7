"""Shows the leads of the case as a table: filters by codes in the address, search in the body."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape
from starlette.responses import Response

from fanal.leads.book import Book
from fanal.leads.rows import LeadRow, Wanted
from fanal.model.lead import CATEGORIES, DEEDS, LEVELS
from fanal.pipeline.consulted import listed
from fanal.pipeline.facts import printable
from fanal.pipeline.standing import Standing, standing
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.book import Shelf, sites
from fanal.web.pages import page

PAGE = 100
ORDER = "the one that did something last first"
FIELDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "country": ("Country", ()),
    "level": ("Support", LEVELS),
    "category": ("Category by the facts", CATEGORIES),
    "deed": ("Did", DEEDS),
    "flag": ("To know first", ()),
}
"""Filter → its title, and what it may be; () for what the leads themselves hold."""
LONGEST = 200


def table(asked: Asked) -> Response:
    """Return a page of leads; that they were listed is in the audit log."""
    return _answer(asked, "")


def look(asked: Asked) -> Response:
    """Return the leads that show what is looked for: in an id, a username or another value."""
    words = asked.text("search", LONGEST).strip()
    if not words:
        raise Refused(400, "nothing was looked for", "write a part of a name, a number or an id")
    return _answer(asked, words)


def _answer(asked: Asked, words: str) -> Response:
    known = asked.desk.of(Shelf).book()
    if known is None:
        if asked.wants_page:
            return page(asked, "leads.html", there=False)
        return as_json({"total": 0, "rows": []})
    wanted = _wanted(asked, known, words)
    start = asked.number("from", 0, 1 << 40, 0)
    _record(asked, wanted, words)
    total = known.count(wanted)
    rows = known.page(wanted, "last", start, PAGE)
    where = standing(asked.desk.store, [row.id for row in rows])
    told = [_row(row, where[row.id]) for row in rows]
    if not asked.wants_page:
        return as_json({"total": total, "from": start, "rows": told})
    more = start + PAGE < total and not words
    return page(
        asked,
        "leads.html",
        there=True,
        all=f"{known.count():,}",
        sites=_sites(sites(asked)),
        fields=list(_fields(known, wanted)),
        total=f"{total:,}",
        searched=bool(words),
        order=ORDER,
        rows=told,
        earlier=_address(wanted, max(0, start - PAGE)) if start else None,
        later=_address(wanted, start + PAGE) if more else None,
    )


def _sites(count: int) -> str:
    return "1 seized site" if count == 1 else f"{count:,} seized sites"


def _wanted(asked: Asked, known: Book, words: str) -> Wanted:
    """Return what the address asks for; refuse what no lead can be."""
    given = {}
    for name, (title, may) in FIELDS.items():
        value = asked.query.get(name, "")
        if value and value not in (may or known.tally(name)):
            raise Refused(400, f"no lead has this as its {title.casefold()}")
        given[name] = value
    return replace(Wanted(search=words), **given)  # type: ignore[arg-type]


def _record(asked: Asked, wanted: Wanted, words: str) -> None:
    filters = {name: getattr(wanted, name) for name in FIELDS}
    listed(asked.desk.store, asked.who, filters, words)


def _row(row: LeadRow, stands: Standing) -> dict[str, Any]:
    is_said = any(one.kind == "category" for one in stands.assessments)
    return {
        "number": row.id,
        "username": cut(row.username),
        "accounts": row.accounts,
        "countries": countries(row),
        "level": row.level,
        "category": stands.category if is_said else f"{row.category} by the facts",
        "tier": stands.tier or "not set",
        "deeds": ", ".join(f"{kind} {row.deeds[kind]:,}" for kind in DEEDS if row.deeds.get(kind)),
        "flags": ", ".join(row.flags),
        "first": row.first[:10],
        "last": row.last[:10],
    }


def countries(row: LeadRow) -> str:
    """Return the countries of a lead in words: contested ones are possible and no more."""
    sure = [one.country for one in row.countries if not one.possible]
    possible = [one.country for one in row.countries if one.possible]
    return (
        ", ".join([*sure, *(["possible: " + " or ".join(possible)] if possible else [])]) or "none"
    )


def cut(text: str, longest: int = 80) -> str:
    """Return text of evidence as a page may hold it: on one line, not too long."""
    shown = printable(text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def _fields(known: Book, wanted: Wanted) -> Iterator[dict[str, Any]]:
    for name, (title, may) in FIELDS.items():
        counts = known.tally(name)
        chosen = getattr(wanted, name)
        yield {
            "name": name,
            "title": title,
            "options": [
                {
                    "code": Markup(escape(code)),  # noqa: S704 (escaped)
                    "says": code,
                    "count": f"{counts.get(code, 0):,}",
                    "chosen": code == chosen,
                }
                for code in (may or sorted(counts))
                if may or counts.get(code)
            ],
        }


def _address(wanted: Wanted, start: int) -> Markup:
    told = {name: value for name in FIELDS if (value := getattr(wanted, name))}
    if start:
        told["from"] = str(start)
    return Markup(escape(f"/leads?{urlencode(told)}" if told else "/leads"))  # noqa: S704 (escaped)


WAYS = (
    Way("GET", "/leads", table, "leads"),
    Way("POST", "/leads", look, "leads"),
)
