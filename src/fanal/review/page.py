"""Makes a page of one of our templates that needs nothing but itself."""

from itertools import count
from typing import Any, cast

from jinja2 import PackageLoader
from markupsafe import Markup

from fanal.content.pages import environment

STYLES = ("report.css", "figures.css")


def page(template: str, **told: Any) -> str:
    """Return a page; a text that nobody thought of is spelt out all the same."""
    made = environment("fanal.review")
    loader = cast("PackageLoader", made.loader)
    style = "".join(loader.get_source(made, name)[0] for name in STYLES)
    return made.get_template(template).render(
        style=Markup(style),  # noqa: S704 (our own file)
        table=count(1).__next__,
        figure=count(1).__next__,
        **told,
    )
