"""Shows the audit log to whoever checks it: who did what, without any picture."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape
from starlette.responses import RedirectResponse, Response, StreamingResponse

from fanal.custody.spelling import canonical
from fanal.pipeline import choices
from fanal.pipeline.audit_chain import Chain
from fanal.pipeline.audit_export import COLUMNS, comma_separated, json_lines, row
from fanal.pipeline.audit_log import ALL, VIEWS, AuditLog, Line
from fanal.pipeline.audit_log import Asked as Wanted
from fanal.pipeline.audit_records import Doing, enter
from fanal.pipeline.case import signer
from fanal.pipeline.facts import printable
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.desk import Desk
from fanal.web.numbers import item_of, numbers
from fanal.web.pages import page
from fanal.web.sign_in import proved
from fanal.web.veiled import unheard, veiled

PAGE = 100
TITLES = {
    "all": "All",
    "exposure": "Exposure",
    "undecided": "Shown, not decided",
    "hours": "Out of hours",
    "denied": "Refused",
    "bulk": "Bulk, limits and overrides",
}
HIDDEN = "told after your own opinion"
LONGEST = 240
FORMS = {"jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8"}


def log(desk: Desk) -> AuditLog:
    """Return the log of the case, to be asked for by `desk.of(log)`."""
    return AuditLog(desk.store, lambda: choices.hours(desk.store))


def chain(desk: Desk) -> Chain:
    """Return what checks the log, to be asked for by `desk.of(chain)`."""
    return Chain(desk.store)


def read(asked: Asked) -> Response:
    """Return a page of the log; that it was read is recorded first."""
    filters = _filters(asked, asked.query)
    view = filters.pop("view")
    wanted, start = _wanted(asked, view, filters), asked.number("from", 0, 1 << 40, 0)
    _record(asked, "read the log", view, filters)
    kept = asked.desk.of(log)
    asked.desk.of(chain).begin()
    facts: dict[str, Any] = {"view": view, "chain": banner(asked), "filters": filters}
    if view == "exposure":
        facts["exposure"] = [_exposure(one) for one in kept.exposure(wanted)]
    else:
        found = kept.page(wanted, start, PAGE)
        lines = list(_told(asked, wanted, found.lines))
        rows = [_row(asked, line, hidden=hidden) for line, hidden in lines]
        facts |= {"total": found.total, "from": start, "rows": rows}
    if not asked.wants_page:
        return as_json(facts)
    facts["start"] = facts.pop("from", 0)
    return page(asked, "audit.html", **facts, **_frame(kept, view, filters, start, facts))


def _frame(
    kept: AuditLog, view: str, filters: Mapping[str, str], start: int, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the page needs around the rows: tabs, choices, the way to other parts."""
    total = facts.get("total", 0)
    earlier = start + PAGE if start + PAGE < total else None
    later = max(0, start - PAGE) if start else None
    return {
        "tabs": [(code, title, _address(code, filters)) for code, title in TITLES.items()],
        "people": [
            {"value": Markup(code), "says": printable(login), "chosen": code == filters["person"]}  # noqa: S704 (hexadecimal)
            for code, login in _people(kept).items()
            if login
        ],
        "actions": [
            {"value": _attribute(one), "says": printable(one), "chosen": one == filters["action"]}
            for one in kept.actions()
        ],
        "fields": {name: _attribute(value) for name, value in filters.items()},
        "earlier": None if earlier is None else _address(view, filters, earlier),
        "later": None if later is None else _address(view, filters, later),
        "shown": len(facts.get("rows", ())),
    }


def export(asked: Asked) -> Response:
    """Hand out what the filters choose, signed; whoever asks proved who they are just before."""
    proved(asked)
    form = asked.text("form", 10) or "jsonl"
    if form not in FORMS:
        raise Refused(400, "the log is handed out as jsonl or csv")
    filters = _filters(asked, asked.told)
    view = filters.pop("view")
    wanted = _wanted(asked, view if view in VIEWS else ALL, filters)
    _record(asked, "export the log", view, filters, form=form)
    store = asked.desk.store
    lines = _told(asked, wanted, asked.desk.of(log).every(wanted))
    rows = (_plain(asked, line, hidden=hidden) for line, hidden in lines)
    chosen = _chosen(filters, wanted, held_back=len(veiled(asked)))
    spell = json_lines if form == "jsonl" else comma_separated
    parts = spell(rows, store.case_id, store.head(), signer(asked.desk.settings), chosen)
    name = f'attachment; filename="log-{store.case_id[:8]}.{form}"'
    return StreamingResponse(
        _together(parts), media_type=FORMS[form], headers={"Content-Disposition": name}
    )


def _told(asked: Asked, wanted: Wanted, lines: Iterable[Line]) -> Iterator[tuple[Line, bool]]:
    """Yield records, and whether what was said in them is hidden from this person until later.

    Of one person's records those are left out: that they are that person's would tell whose it is.
    """
    contents, decisions = veiled(asked), unheard(asked)
    for line in lines:
        about = {str(line.record.data.get(name, "")) for name in ("id", "decision", "undoes")}
        hidden = line.record.sha256 in contents or not decisions.isdisjoint(about)
        if not (hidden and wanted.login):
            yield line, hidden


def _chosen(filters: Mapping[str, str], wanted: Wanted, *, held_back: int) -> str:
    """Spell what was chosen of the log: whoever reads a part of it must not take it for all."""
    told: dict[str, Any] = {name: value for name, value in filters.items() if value}
    if wanted.login:
        told["person"] = wanted.login
    more = {"contents_held_back": held_back} if held_back else {}
    return canonical({"view": wanted.view, **told, **more})


def check(asked: Asked) -> Response:
    """Begin to check the log anew."""
    asked.desk.of(chain).begin(anew=True)
    _record(asked, "check the log", ALL, {})
    if asked.wants_page:
        return RedirectResponse("/audit", 303)
    return as_json({"chain": banner(asked)})


def banner(asked: Asked) -> dict[str, Any]:
    """Return what the last check of the log found, in a sentence."""
    kept = asked.desk.of(chain)
    last, runs = kept.last(), kept.is_running()
    if why := kept.failed():
        says = f"The log could not be checked: {printable(why)}"
    elif last is None:
        says = "The log is being checked for the first time." if runs else "Not checked yet."
    elif last.differs:
        says = f"Not verified: {last.differs}. Checked at {_clock(last.when)}."
    else:
        says = f"Verified to record {last.number:,} at {_clock(last.when)}."
    return {"says": says, "ok": bool(last and not last.differs and not why), "runs": runs}


def _clock(when: str) -> str:
    return f"{when[11:16]} UTC"


def _filters(asked: Asked, told: Mapping[str, Any]) -> dict[str, str]:
    """Return the filters as they were given; refuse what none of them can be."""
    found = {}
    for name, longest in _NAMES.items():
        value = told.get(name, "")
        if not isinstance(value, str) or len(value) > longest:
            raise Refused(400, f"{name} must be text of at most {longest} characters")
        found[name] = value.strip()
    found["view"] = found["view"] or ALL
    if found["view"] not in TITLES:
        raise Refused(404, "there is no such view of the log")
    if found["item"]:
        item_of(asked, found["item"])
    return found


_NAMES = {
    "view": 20,
    "person": 12,
    "action": 40,
    "item": 16,
    "level": 1,
    "since": 10,
    "until": 10,
    "denied": 1,
}


def _wanted(asked: Asked, view: str, filters: Mapping[str, str]) -> Wanted:
    level = filters["level"]
    if level and level not in "012345":
        raise Refused(400, "a level is a number from 0 to 5")
    login = _people(asked.desk.of(log)).get(filters["person"], "")
    if filters["person"] and not login:
        raise Refused(404, "the log has nothing of such a person")
    until = _day(filters["until"])
    hidden = veiled(asked) if login else frozenset()
    return Wanted(
        view,
        login,
        filters["action"],
        item_of(asked, filters["item"]) if filters["item"] else "",
        int(level) if level else -1,
        day.timestamp() if (day := _day(filters["since"])) else 0.0,
        (until + timedelta(days=1)).timestamp() - 1e-3 if until else float("inf"),
        denied=filters["denied"] == "1",
        without=hidden,
    )


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise Refused(400, "a day is written like 2026-03-01") from None


def _record(asked: Asked, action: str, view: str, filters: Mapping[str, str], **more: str) -> None:
    told = {name: value for name, value in filters.items() if value} | more
    says = f"{TITLES[view].casefold()}"
    enter(asked.desk.store, asked.who, Doing(action, says, data={"filters": told}))


def _plain(asked: Asked, line: Line, *, hidden: bool) -> dict[str, Any]:
    found = row(line, asked.desk.of(numbers).of)
    return found | dict.fromkeys(_TELLS, "") | {"says": HIDDEN} if hidden else found


_TELLS = ("before", "after", "reason", "person", "session", "roles", "when")
"""Columns that would tell what somebody said of a content before a second person has."""


def _row(asked: Asked, line: Line, *, hidden: bool) -> dict[str, Any]:
    found = _plain(asked, line, hidden=hidden)
    shown = {name: _cell(found[name]) for name in COLUMNS if name not in _NUMBERS}
    return found | shown | {"when": str(found["when"])[:19].replace("T", " ")}


_NUMBERS = {"number", "level", "milliseconds"}


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        value = ", ".join(f"{name}: {count}" for name, count in value.items())
    text = printable("" if value is None else str(value))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _exposure(one: Any) -> dict[str, Any]:
    return {
        "person": printable(one.login),
        "levels": list(one.reveals[2:]),
        "minutes": one.minutes,
        "days": one.days,
        "most": one.most_minutes_a_day,
    }


def _people(kept: AuditLog) -> dict[str, str]:
    """Return what stands in addresses for each login: no address names a person."""
    return {hashlib.sha256(login.encode()).hexdigest()[:12]: login for login in kept.people()}


def _attribute(text: str) -> Markup:
    return Markup(escape(printable(text)))  # noqa: S704 (escaped)


def _address(view: str, filters: Mapping[str, str], start: int = 0) -> Markup:
    told = {name: value for name, value in filters.items() if value}
    if view != ALL:
        told["view"] = view
    if start:
        told["from"] = str(start)
    return Markup(escape(f"/audit?{urlencode(told)}" if told else "/audit"))  # noqa: S704 (escaped)


def _together(parts: Iterator[bytes], size: int = 1 << 16) -> Iterator[bytes]:
    held = bytearray()
    for part in parts:
        held += part
        if len(held) >= size:
            yield bytes(held)
            held.clear()
    yield bytes(held)


WAYS = (
    Way("GET", "/audit", read, "audit"),
    Way("POST", "/audit/check", check, "audit"),
    Way("POST", "/audit/export", export, "audit"),
)
