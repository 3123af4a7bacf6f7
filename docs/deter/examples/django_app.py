"""A site in one file with a search and uploads, behind the WSGI door.

    FANAL_DETER=deterrence/deter.toml python django_app.py      # for a look, on 127.0.0.1:8000

A server runs `from_environment()`. Uploads are asked about by their digests and their title.
"""

import os
import secrets
import sys
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html
from django.views.decorators.csrf import csrf_exempt

from fanal.prevention.config import read_config
from fanal.prevention.deterrent import Deterrent
from fanal.prevention.doors.answers import beside
from fanal.prevention.doors.asking import Decides
from fanal.prevention.doors.door import Declared
from fanal.prevention.doors.requests import Asked, digests_of, in_form, in_query
from fanal.prevention.doors.routes import Route
from fanal.prevention.doors.wsgi import Deterring
from fanal.prevention.nouns import Surface

ROUTES = (
    Route("/search/", Surface.SEARCH, text=(in_query("q"),)),
    Route(
        "/upload/",
        Surface.UPLOAD,
        text=(in_form("title"),),
        digests=digests_of("file"),
        methods=frozenset({"POST"}),
        most=20_000_000,
    ),
)
EDITIONS = {"dk.site.example": "DK", "fr.site.example": "FR"}
"""The site's own editions; nobody's address is looked up."""


def edition(asked: Asked) -> str:
    """Return the country that an edition of the site is for."""
    return EDITIONS.get(asked.header("host").partition(":")[0], "")


def search(request: HttpRequest) -> HttpResponse:
    """Show what was found, with help beside it where somebody looks for help."""
    found = format_html("<p>Nothing was found for {}.</p>", request.GET.get("q", ""))
    return HttpResponse("<!DOCTYPE html><title>Search</title>" + beside(request.META) + found)


@csrf_exempt  # a site of yours keeps its protection; the door reads the same form beside it
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file."""
    files = request.FILES.getlist("file")
    return HttpResponse(f"{len(files)} taken, {sum(one.size for one in files)} bytes")


urlpatterns = [path("search/", search), path("upload/", upload)]


def site() -> Any:
    """Return the site itself."""
    if not settings.configured:
        settings.configure(
            ROOT_URLCONF=sys.modules[__name__],
            SECRET_KEY=secrets.token_urlsafe(32),
            ALLOWED_HOSTS=["localhost", "127.0.0.1", *EDITIONS],
            LOGGING_CONFIG=None,
        )
        django.setup()
    return get_wsgi_application()


def guarded(deterrent: Decides) -> Deterring:
    """Return the site with the door before it."""
    return Deterring(site(), deterrent, ROUTES, Declared(country=edition))


def from_environment() -> Deterring:
    """Return what a server runs: one process with threads, so that a session meets one memory."""
    return guarded(Deterrent.open(read_config(Path(os.environ["FANAL_DETER"]))))


if __name__ == "__main__":
    make_server("127.0.0.1", 8000, from_environment()).serve_forever()
