"""Answers a person in place of the app: the page or its JSON, and nothing that leads on.

The status is 403 (RFC 9110, section 15.5.4). 451 would say that a law or a court demanded it
(RFC 7725), which is not so.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from fanal.prevention.doors.requests import Asked
from fanal.prevention.messages import page
from fanal.prevention.messages.builtin import locales
from fanal.prevention.messages.locales import ENGLISH, best, subtags
from fanal.prevention.nouns import Action, Decision, Surface

STATUS = 403
KEY = "fanal.deter"
"""Where an app finds the answer to an act that was let through: `scope[KEY]`, `environ[KEY]`."""
NOTHING = (
    b"This is not available.\n"
    b"If a life is in danger, call the emergency number of your country.\n"
    b"Crisis lines by country: https://findahelpline.com\n"
)
"""What is answered where even the page fails."""
JSON_HEADERS: Mapping[str, str] = {
    "Content-Type": "application/json",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
LONGEST = 1_000
"""Characters of an Accept or Accept-Language header that are read."""
_RANGE = re.compile(r"\s*([\w*+./-]+)\s*((?:;[^,]*)?)")
_QUALITY = re.compile(r";\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)", re.IGNORECASE)


def answer(decision: Decision, surface: Surface, asked: Asked) -> tuple[dict[str, str], bytes]:
    """Return headers and body of a refusal, as the client prefers them."""
    try:
        if wants_json(asked):
            content = asdict(page.shown(decision, surface))
            told = {"action": decision.action.value, "content": content}
            return dict(JSON_HEADERS), json.dumps(told).encode("ascii")
        return dict(page.HEADERS), page.html(decision, surface=surface).encode("utf-8")
    except Exception:  # noqa: BLE001 (a fault of a page is no way through, and is not told)
        return {**JSON_HEADERS, "Content-Type": "text/plain; charset=utf-8"}, NOTHING


def wants_json(asked: Asked) -> bool:
    """Tell whether a client prefers JSON to a page; one that says nothing gets what it sent."""
    told = _ranges(_joined(asked, "accept"))
    page_at = max(told.get("text/html", 0.0), told.get("application/xhtml+xml", 0.0))
    json_at = max((q for kind, q in told.items() if _is_json(kind)), default=0.0)
    if page_at or json_at:
        return json_at > page_at
    return any(_is_json(one.partition(";")[0].strip()) for one in (_joined(asked, "content-type"),))


def spoken(asked: Asked) -> str:
    """Return the language that a browser prefers and texts exist in; never its country."""
    told = _ranges(_joined(asked, "accept-language"))
    tags = [_language(tag) for tag, q in sorted(told.items(), key=lambda at: -at[1]) if q]
    tags = [tag for tag in tags if tag]
    for tag in tags:
        if best(tag, _known()) != ENGLISH or subtags(tag)[0] == ENGLISH:
            return tag
    return tags[0] if tags else ""


def beside(raw: Mapping[str, Any]) -> Markup:
    """Return help to show beside results, for a scope or an environ; empty where there is none."""
    found = raw.get(KEY)
    if not isinstance(found, Decision) or found.action is not Action.ALLOW or not found.content:
        return Markup()
    return Markup(page.fragment(found, surface=Surface.SEARCH))  # noqa: S704 (our own template)


@lru_cache(maxsize=1)
def _known() -> tuple[str, ...]:
    return locales()


def _language(tag: str) -> str:
    """Return language and script of a tag: Taiwan, Hong Kong and Macau write Chinese in Hant."""
    language, script, region = subtags(tag)
    if language == "zh" and not script and region in {"tw", "hk", "mo"}:
        script = "hant"
    return f"{language}-{script.title()}" if script else language


def _joined(asked: Asked, name: str) -> str:
    return ",".join(value.decode("latin-1") for key, value in asked.headers if key == name)


def _is_json(kind: str) -> bool:
    return kind == "application/json" or kind.endswith("+json")


def _ranges(header: str) -> dict[str, float]:
    """Return what a header prefers, with its weights (RFC 9110, section 12.4.2)."""
    told: dict[str, float] = {}
    for piece in header[:LONGEST].split(","):
        if match := _RANGE.fullmatch(piece):
            quality = _QUALITY.search(match[2])
            told.setdefault(match[1].lower(), float(quality[1]) if quality else 1.0)
    return told
