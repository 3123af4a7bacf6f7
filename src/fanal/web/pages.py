"""Makes the pages of the desk from its templates, in which every text is spelt out."""

from typing import Any

from starlette.responses import Response

from fanal import __version__
from fanal.content.pages import environment
from fanal.review.permits import allowed
from fanal.web.asked import Asked
from fanal.web.frame import frame

SECTIONS = (
    ("overview", "/", "Overview", "overview"),
    ("queue", "/queue", "Queue", "queue"),
    ("second", "/second", "Second opinions", "second"),
    ("inbox", "/inbox", "Questions", "remark"),
    ("leads", "/leads", "Leads", "leads"),
    ("packages", "/packages", "Packages", "packages"),
    ("prevention", "/prevention", "Prevention", "overview"),
    ("audit", "/audit", "Audit log", "audit"),
    ("people", "/people", "People", "people"),
    ("settings", "/settings", "Settings", "own"),
)
"""Code, address, title and permit of each section, in the same order on every page."""


def page(asked: Asked, template: str, status: int = 200, **told: Any) -> Response:
    """Return a page; a text that nobody thought of is spelt out all the same.

    In attributes only words of our own may stand: what is spelt out there is markup.
    """
    text = (
        environment("fanal.web")
        .get_template(template)
        .render(
            who=asked.who,
            frame=frame(asked),
            case=asked.desk.store.case_id[:8],
            version=__version__,
            sections=[one for one in SECTIONS if allowed(asked.who.roles, one[3])],
            allowed=lambda permit: allowed(asked.who.roles, permit),
            **told,
        )
    )
    return Response(text, status, media_type="text/html")
