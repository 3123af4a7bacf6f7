"""Lets a person set what is theirs, and supervisors what holds for the team."""

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape
from starlette.responses import RedirectResponse, Response

from fanal.errors import UsageError
from fanal.model.desk import Choice
from fanal.pipeline import check_in
from fanal.pipeline.choices import TEXTS, choose, chosen_by_team, hours, own, purposes, retention
from fanal.pipeline.facts import printable
from fanal.review.limits import RANGES, Limits, Team, names
from fanal.review.own import DEFAULTS, KEYS, THEMES
from fanal.review.permits import allowed
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.decisions import states
from fanal.web.pages import page

YES = {"1", "on", "true", "yes"}
NOS = {"", "0", "false", "no"}
RECENT = 20
BETWEEN = "-"
"""Stands between the two hours of work in a form."""


def read(asked: Asked) -> Response:
    """Return the page."""
    store = asked.desk.store
    mine, team = own(store, asked.who.login), chosen_by_team(store)
    said = {f"state-{at}": one["says"] for at, one in enumerate(states(), 1)}
    if not asked.wants_page:
        return as_json({"own": dict(mine), "limits": _limits(team.limits)})
    return page(
        asked,
        "settings.html",
        mine=mine,
        themes=THEMES,
        levels=list(range(team.limits.cap + 1)),
        prompt=team.limits.prompt_after,
        keys=[
            {
                "name": name,
                "says": said.get(name, says),
                "key": _attribute(mine["keys"][name]),
                "default": key,
            }
            for name, (key, says) in KEYS.items()
        ],
        limits=[_limit(name, team, asked.who.login) for name in names()],
        purposes=Markup("\n").join(_attribute(one) for one in purposes(store)),
        retention=printable(retention(store)),
        retention_plain=_attribute(retention(store)),
        hours=BETWEEN.join(map(str, hours(store))),
        may_limit=allowed(asked.who.roles, "limits"),
        sees=allowed(asked.who.roles, "covered"),
        recent=_recent(asked),
        done=asked.query.get("done", "") == "1",
    )


def _limits(held: Limits) -> dict[str, Any]:
    return {name: getattr(held, name) for name in names()}


def _limit(name: str, team: Team, login: str) -> dict[str, Any]:
    told, waits = RANGES[name], team.waiting.get(name)
    return {
        "name": name,
        "says": told.says,
        "now": str(getattr(team.limits, name)),
        "default": str(getattr(Limits(), name)),
        "least": str(told.least),
        "most": str(told.most),
        "step": "0.01" if isinstance(told.most, float) else "1",
        "waits": None
        if waits is None
        else {"to": str(waits.to), "by": printable(waits.who), "mine": waits.login == login},
    }


def _recent(asked: Asked) -> list[dict[str, str]]:
    every = asked.desk.store.find(Choice, order=("number", "name"), login="")
    return [
        {
            "when": one.when[:16].replace("T", " "),
            "by": printable(one.by),
            "name": RANGES[one.name].says if one.name in RANGES else one.name,
            "to": printable(_to(one.value)),
        }
        for one in list(every)[: -RECENT - 1 : -1]
    ]


def _to(value: str) -> str:
    try:
        to = json.loads(value)["to"]
    except (ValueError, KeyError, TypeError):
        return "?"
    return ", ".join(map(str, to)) if isinstance(to, list) else str(to)


def _attribute(text: str) -> Markup:
    return Markup(escape(printable(text)))  # noqa: S704 (escaped)


def set_one(asked: Asked) -> Response:
    """Record one choice: of the person's own, or of the team's."""
    name = asked.text("name", 40)
    value = asked.told.get("value")
    if isinstance(value, str):
        value = _read(name, value)
    made = choose(asked.desk.store, asked.who, name, value)
    return _done(asked, {"waits": made.waits, "says": made.says})


def set_own(asked: Asked) -> Response:
    """Record a form of own settings; a box that is not ticked is not sent."""
    store, before = asked.desk.store, own(asked.desk.store, asked.who.login)
    for name, default in DEFAULTS.items():
        if name == "keys":
            continue
        given = asked.told.get(name, "" if isinstance(default, bool) else None)
        if given is None:
            continue
        value = _read(name, given) if isinstance(given, str) else given
        if value != before[name]:
            choose(store, asked.who, name, value)
    return _done(asked, {"own": dict(own(store, asked.who.login))})


def set_keys(asked: Asked) -> Response:
    """Record keys: those of a form, those of a file, or the ones everybody begins with."""
    if asked.told.get("reset"):
        told: object = {}
    elif text := asked.text("file", 20_000):
        told = _parsed(text)
    elif "keys" in asked.told:
        told = asked.told["keys"]
    else:
        told = {name: asked.text(f"key-{name}", 20) for name in KEYS if f"key-{name}" in asked.told}
    choose(asked.desk.store, asked.who, "keys", told)
    return _done(asked, {"keys": own(asked.desk.store, asked.who.login)["keys"]})


def _parsed(text: str) -> object:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise UsageError("that is no file of keys", "hand yours out to see how one looks") from None
    return told.get("keys", told) if isinstance(told, dict) else told


def keys_file(asked: Asked) -> Response:
    """Hand out a person's keys as a file, to be taken in elsewhere."""
    keys = own(asked.desk.store, asked.who.login)["keys"]
    text = json.dumps({"keys": keys}, indent=1, sort_keys=True)
    headers = {"Content-Disposition": 'attachment; filename="fanal-keys.json"'}
    return Response(f"{text}\n", media_type="application/json", headers=headers)


def _read(name: str, text: str) -> Any:
    """Return what a field of a form says, as the kind of value that its name asks for."""
    if name in TEXTS:
        return _read_text(name, text)
    default = DEFAULTS.get(name, getattr(Limits(), name, ""))
    if isinstance(default, bool):
        if text.casefold() not in YES | NOS:
            raise Refused(400, f"{name} is either yes or no")
        return text.casefold() in YES
    if isinstance(default, int | float):
        try:
            return type(default)(text.strip())
        except ValueError:
            raise Refused(400, f"{name} must be a number") from None
    return text


def _read_text(name: str, text: str) -> Any:
    if name == "purposes":
        return [line for line in text.splitlines() if line.strip()]
    if name == "hours":
        parts = text.replace("–", BETWEEN).split(BETWEEN)
        return [int(part) for part in parts if part.strip().isdecimal() and len(part) < 9]
    return text


def rest(asked: Asked) -> Response:
    """Return the page of a break: nothing to do, nothing to see."""
    held = chosen_by_team(asked.desk.store).limits
    checks_in = own(asked.desk.store, asked.who.login)["check_in"]
    return page(asked, "break.html", minutes=held.break_minutes, checks_in=checks_in)


def ask_how(asked: Asked) -> Response:
    """Return the page with one question at the end of a session, for whoever wants it."""
    settings, login = asked.desk.settings, asked.who.login
    return page(
        asked,
        "check_in.html",
        wanted=own(asked.desk.store, login)["check_in"],
        question=check_in.QUESTION,
        answers=check_in.ANSWERS,
        kept=check_in.kept(settings, login),
    )


def told_how(asked: Asked) -> Response:
    """Keep the answer for that person alone, or remove all of theirs; no log knows of it."""
    settings, login = asked.desk.settings, asked.who.login
    if asked.told.get("remove"):
        check_in.remove(settings, login)
    elif own(asked.desk.store, login)["check_in"]:
        check_in.keep(settings, login, asked.text("answer", 80))
    else:
        raise Refused(400, "you did not ask for this question", "it is among your settings")
    if asked.wants_page:
        return RedirectResponse("/check-in", 303)
    return as_json({"done": True})


def _done(asked: Asked, facts: Mapping[str, Any]) -> Response:
    if asked.wants_page:
        return RedirectResponse("/settings?done=1", 303)
    return as_json(facts)


WAYS = (
    Way("GET", "/settings", read, "own"),
    Way("POST", "/settings", set_one, "own"),
    Way("POST", "/settings/own", set_own, "own"),
    Way("POST", "/settings/keys", set_keys, "own"),
    Way("GET", "/settings/keys", keys_file, "own"),
    Way("GET", "/break", rest, "own"),
    Way("GET", "/check-in", ask_how, "own"),
    Way("POST", "/check-in", told_how, "own"),
)
