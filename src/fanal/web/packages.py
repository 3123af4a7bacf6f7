"""Shows leads by country and packages, and takes a package through its steps: two people each."""

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from starlette.responses import RedirectResponse, Response

from fanal.content import countries
from fanal.leads.book import Book
from fanal.leads.rows import CountryRow
from fanal.leads.rows import Wanted as Chosen
from fanal.model.lead import LEVELS, UNASSIGNED
from fanal.model.package import APPROVED, DRAFT, HANDLING, SENT, Package, Recipient
from fanal.pipeline import package_acts, package_build
from fanal.pipeline.audit_records import Doing, enter
from fanal.pipeline.case import actor
from fanal.pipeline.package_acts import Sending
from fanal.pipeline.package_build import Wanted, guarded
from fanal.pipeline.packages import Rendered, history, packages, rendered
from fanal.pipeline.recipients import ACTIVE, recipients
from fanal.pipeline.said import Said
from fanal.review.permits import allowed
from fanal.review.world import atlas, world
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.book import Shelf, book
from fanal.web.leads import cut
from fanal.web.pages import page
from fanal.web.sign_in import proved

NAME = re.compile(r"p-[0-9a-f]{12}")
LEAD = re.compile(r"L-[0-9a-f]{12}")
FAMILIES = 4
"""Families of facts that are named for a country, those of the most leads first."""
HINTS = {
    "approve": "What you see is what will be sent: if anything changes, it is refused and told.",
    "refuse": "It is not sent. Leads stay as they are.",
    "send": "You get the encrypted file. Hand it over by the channel that both services use.",
    "recall": "You get a signed message that says to stop using what was sent.",
}


def overview(asked: Asked) -> Response:
    """Return leads by country, and every package as it stands."""
    known = asked.desk.of(Shelf).book()
    made = packages(asked.desk.store)
    rows = known.countries() if known is not None else []
    told = [_country(one, made) for one in rows]
    if not asked.wants_page:
        return as_json({"countries": told, "packages": [_package(one) for one in made]})
    return page(
        asked,
        "packages.html",
        countries=told,
        unassigned=f"{known.tally('level').get(UNASSIGNED, 0):,}" if known is not None else "0",
        map=world("country-leads", "Leads by country", _drawn(rows)) if rows else "",
        packages=[_package(one) for one in reversed(made)],
        recipients=_active(asked),
        handling=list(HANDLING.items()),
    )


def _drawn(rows: Sequence[CountryRow]) -> dict[str, int]:
    """Return the map's names of countries with how many leads name each."""
    names = {one.number: one.name for one in atlas().countries if one.number}
    found = {names.get(countries.number(one.country), ""): one.sure + one.possible for one in rows}
    return {name: count for name, count in found.items() if name}


def _country(row: CountryRow, made: Sequence[Package]) -> dict[str, Any]:
    families = sorted(row.families.items(), key=lambda one: (-one[1], one[0]))
    return {
        "code": row.country if row.country in countries.codes() else "",
        "name": f"{countries.name(row.country)} ({row.country})",
        "address": f"/leads?country={row.country}",
        "sure": f"{row.sure:,}",
        "possible": f"{row.possible:,}",
        "levels": ", ".join(
            f"{level} {row.levels[level]:,}" for level in LEVELS if row.levels.get(level)
        ),
        "families": ", ".join(f"{name} ({count:,})" for name, count in families[:FAMILIES]),
        "series": f"{row.series:,}",
        "contents": f"{row.contents:,}",
        "packages": [_package(one) for one in made if one.country == row.country],
    }


def _package(one: Package) -> dict[str, Any]:
    return {
        "id": one.id,
        "version": one.version,
        "country": one.country,
        "recipient": cut(one.recipient),
        "handling": one.handling,
        "leads": len(one.leads),
        "state": one.state,
        "by": cut(one.by),
        "when": f"{one.when[:16].replace('T', ' ')} UTC",
    }


def _active(asked: Asked) -> list[Recipient]:
    every = recipients(asked.desk.store)
    return [every[name] for name in sorted(every) if every[name].state == ACTIVE]


def build(asked: Asked) -> Response:
    """Draft a package of leads that are named, or of every lead of the country that may leave."""
    known, to = book(asked), _active(asked)
    if not to:
        raise Refused(400, "there is no recipient", "fanal package recipients add")
    recipient = to[asked.number("recipient", 0, len(to) - 1, -1)]
    country, named = asked.text("country", 2), asked.text("leads", 40_000).split()
    if country not in countries.codes():
        raise Refused(400, "a country has a code of two letters")
    if wrong := [one for one in named if not LEAD.fullmatch(one)]:
        raise Refused(400, f"{wrong[0][:20]!r} is no id of a lead", "copy it from the table")
    desk = asked.desk
    wanted = Wanted(
        country,
        recipient.name,
        tuple(named) or tuple(known.ids(Chosen(country=country))),
        actor(desk.settings),
        asked.text("handling", 2),
        asked.text("terms", 1_000),
        operation=asked.text("operation", 100),
        skip=not named,
    )
    made = package_build.build(desk.store, desk.settings, _said(asked), wanted, known)
    if asked.wants_page:
        return RedirectResponse(f"/packages/{made.package.id}", 303)
    return as_json({"id": made.package.id, "left_out": dict(made.left_out)})


def _said(asked: Asked) -> Said:
    return Said(asked.text("reason"), asked.who.name, asked.who.login)


def show(asked: Asked) -> Response:
    """Return one package: its manifest in words, its history, and the steps that are open."""
    name, events = _history(asked)
    now = events[-1]
    says = f"opened package {name}"
    data = {"package": name, "leads": sorted(now.leads)}
    enter(asked.desk.store, asked.who, Doing("read a package", says, data=data))
    known = book(asked)
    made, warning = _rendered(asked, now, known)
    leads = list(_leads(asked, now, known))
    if not asked.wants_page:
        return as_json(_package(now) | {"rows": leads, "digest": made.digest if made else ""})
    return page(
        asked,
        "package.html",
        number=name,
        told=now,
        words=_words(now, made),
        country=countries.name(now.country),
        handling=HANDLING.get(now.handling, ""),
        warning=warning,
        leads=leads,
        files=_files(made),
        losses=made.losses if made else (),
        events=events,
        forms=list(_forms(asked, now, made)),
    )


def _history(asked: Asked) -> tuple[str, list[Package]]:
    name = asked.path["name"]
    if not NAME.fullmatch(name) or all(one.id != name for one in packages(asked.desk.store)):
        raise Refused(404, "there is no such package in this case")
    return name, history(asked.desk.store, name)


def _rendered(asked: Asked, now: Package, known: Book) -> tuple[Rendered | None, str]:
    """Return what would be sent, and a sentence where it is not what was approved."""
    if now.state not in {DRAFT, APPROVED}:
        return None, ""
    made = rendered(asked.desk.store, known, now)
    if now.state == APPROVED and made.digest != now.manifest:
        return made, "The case has changed since this was approved: it will not be sent as it is."
    return made, ""


def _words(now: Package, made: Rendered | None) -> str:
    """Say in a sentence what the package is."""
    count = len(now.leads)
    possible = sum(bool(about.get("possible")) for about in now.leads.values())
    doubt = f", {possible:,} of them only possible for it" if possible else ""
    size = f" It would be {len(made.files):,} files." if made else ""
    leads = f"{count:,} lead{'s' * (count != 1)}"
    return f"{leads} for {countries.name(now.country)}{doubt}, to {cut(now.recipient)}.{size}"


def _files(made: Rendered | None) -> list[tuple[str, str, str]]:
    if made is None:
        return []
    return [(one.name, f"{one.size:,}", one.sha256) for one in made.manifest.files]


def _leads(asked: Asked, now: Package, known: Book) -> Iterator[dict[str, Any]]:
    there = [one for one in sorted(now.leads) if known.current(one) == one]
    why: dict[str, tuple[str, str]] = {}
    for lead, stands, bars in guarded(asked.desk.store, there, now.country, known):
        why[lead.id] = (stands.outcome, bars)
    for id_, about in sorted(now.leads.items()):
        outcome, bars = why.get(id_, ("", "it is no lead any more"))
        yield {
            "id": id_,
            "possible": bool(about.get("possible")),
            "category": cut(str(about.get("category", ""))),
            "handling": about["handling"],
            "evaluation": f"{about['source']}{about['information']}",
            "bars": bars,
            "outcome": outcome,
        }


def _forms(asked: Asked, now: Package, made: Rendered | None) -> Iterator[dict[str, str]]:
    """Yield the steps that this person may take now; whether they are the second is asked then."""
    open_ = {DRAFT: ("approve", "refuse"), APPROVED: ("send", "refuse"), SENT: ("recall",)}
    for verb in open_.get(now.state, ()):
        if _may(asked, verb):
            seen = made.digest if made is not None and verb == "approve" else ""
            yield {"verb": verb, "title": verb.capitalize(), "hint": HINTS[verb], "seen": seen}


def _may(asked: Asked, verb: str) -> bool:
    return any(allowed(asked.who.roles, permit) for permit in _PERMITS[verb])


def _admit(asked: Asked, verb: str) -> None:
    if not _may(asked, verb):
        raise Refused(403, "your roles do not allow this")


def approve(asked: Asked) -> Response:
    """Approve what was seen; whoever does proved who they are just before."""
    proved(asked)
    name, _ = _history(asked)
    seen = asked.text("seen", 64)
    if not seen:
        raise Refused(400, "what was seen is not told", "open the package and approve it there")
    package_acts.approve(asked.desk.store, _said(asked), name, book(asked), seen)
    return _after(asked, name)


def refuse(asked: Asked) -> Response:
    """Refuse a draft."""
    _admit(asked, "refuse")
    name, _ = _history(asked)
    package_acts.refuse(asked.desk.store, _said(asked), name)
    return _after(asked, name)


def send(asked: Asked) -> Response:
    """Hand out the encrypted file of an approved package."""
    proved(asked)
    name, _ = _history(asked)
    desk, known = asked.desk, book(asked)
    return _handed_out(
        name,
        lambda what: package_acts.send(desk.store, desk.settings, _said(asked), what, known),
    )


def recall(asked: Asked) -> Response:
    """Hand out the message that withdraws a package."""
    _admit(asked, "recall")
    proved(asked)
    name, _ = _history(asked)
    desk = asked.desk
    return _handed_out(
        f"{name}-recall",
        lambda what: package_acts.recall(desk.store, desk.settings, _said(asked), what),
        name,
    )


def _handed_out(file: str, act: Callable[[Sending], Package], name: str = "") -> Response:
    with tempfile.TemporaryDirectory(prefix="fanal-package-") as aside:
        out = Path(aside) / f"{file}.age"
        act(Sending(name or file, out))
        data = out.read_bytes()
    shown = {"Content-Disposition": f'attachment; filename="{file}.age"'}
    return Response(data, media_type="application/octet-stream", headers=shown)


def _after(asked: Asked, name: str) -> Response:
    if asked.wants_page:
        return RedirectResponse(f"/packages/{name}", 303)
    return as_json({"id": name, "state": history(asked.desk.store, name)[-1].state})


_PERMITS: Mapping[str, tuple[str, ...]] = {
    "approve": ("approve",),
    "refuse": ("approve", "package"),
    "send": ("package",),
    "recall": ("package", "approve"),
}
"""Step → permits of which one is needed."""

WAYS = (
    Way("GET", "/packages", overview, "packages"),
    Way("POST", "/packages/build", build, "package"),
    Way("GET", "/packages/{name}", show, "packages"),
    Way("POST", "/packages/{name}/approve", approve, "approve"),
    Way("POST", "/packages/{name}/refuse", refuse, "packages"),
    Way("POST", "/packages/{name}/send", send, "package"),
    Way("POST", "/packages/{name}/recall", recall, "packages"),
)
