"""What a handler is given and what it gives back: one request of one person, read and checked."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from fanal.errors import FanalError
from fanal.model.desk import NOBODY, Who
from fanal.web.desk import Desk
from fanal.web.sessions import Session


class Refused(FanalError):  # noqa: N818 (what happened, as the other errors say it)
    """A request that is not answered: the status says how, the sentence why."""

    exit_code = 2

    def __init__(self, status: int, message: str, advice: str = "", **facts: Any) -> None:
        """Keep the status (RFC 9110) beside the sentence, and further facts for a script."""
        super().__init__(message, advice)
        self.status = status
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    desk: Desk
    who: Who = NOBODY
    path: Mapping[str, str] = field(default_factory=dict)
    """Parts of the address that have names."""
    query: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)
    """The fields of the form or of the JSON object that was sent."""
    wants_page: bool = True
    """A browser opens it as a page, or sends a form of one; else a script asks for JSON."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """All but the cookie, by their names in small letters."""
    session: Session | None = None
    """Of whoever asks, locked or not."""
    secret: str = field(default="", repr=False)
    """Of that session, as the browser holds it."""

    def text(self, name: str, longest: int = 2_000) -> str:
        """Return a field that must be text, "" where it is absent; refuse anything else."""
        value = self.told.get(name, "")
        if not isinstance(value, str) or len(value) > longest:
            raise Refused(400, f"{name} must be text of at most {longest:,} characters")
        return value

    def number(self, name: str, least: int, most: int, default: int) -> int:
        """Return a field of the request or of the address that must be a whole number."""
        value = self.told.get(name, self.query.get(name, default))
        if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit():
            value = int(value) if len(value) < 16 else most + 1
        if type(value) is not int or not least <= value <= most:
            raise Refused(400, f"{name} must be a whole number from {least} to {most}")
        return value


Handler = Callable[[Asked], Response]


@dataclass(frozen=True, slots=True)
class Way:
    """One address: how it is asked, who may, and what answers."""

    method: str
    """`GET` changes nothing and shows no clear pixel; `POST` does either."""
    path: str
    """As Starlette spells it; a name in braces matches no slash."""
    handler: Handler
    permit: str = ""
    """What the person must be allowed (`fanal.review.permits`); "" for anybody."""


def as_json(facts: Any, status: int = 200) -> Response:
    """Return facts as JSON in plain ASCII."""
    text = json.dumps(facts, ensure_ascii=True, separators=(",", ":"))
    return Response(text, status, media_type="application/json")
