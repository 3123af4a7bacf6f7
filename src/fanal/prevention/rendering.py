"""Makes pages for operators: whole in themselves, without script, nothing loaded from anywhere."""

import base64
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

PACKAGE = "fanal.prevention"
STYLE = files(PACKAGE).joinpath("templates/page.css").read_text("utf-8").strip()
_HASH = base64.b64encode(sha256(STYLE.encode("utf-8")).digest()).decode("ascii")
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What is sent with a page."""


def page(package: str, template: str, **told: Any) -> str:
    """Return a page of a package's templates in the frame that all share."""
    return (
        _environment(package)
        .get_template(template)
        .render(policy=POLICY, style=Markup(STYLE), **told)  # noqa: S704 (our own file)
    )


@lru_cache(maxsize=4)
def _environment(package: str) -> Environment:
    """Return how templates are read: escaping on, nothing undefined passes."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader(PACKAGE)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["count"] = _count
    return made


def _count(n: int | None) -> str:
    """Return a number as people read it, or that it is left out."""
    return "left out" if n is None else f"{n:,}"
