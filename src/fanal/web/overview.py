"""The first page of a case."""

from starlette.responses import Response

from fanal.web.asked import Asked, Way
from fanal.web.pages import page


def overview(asked: Asked) -> Response:
    """Return the page."""
    return page(asked, "overview.html")


WAYS = (Way("GET", "/", overview, "overview"),)
