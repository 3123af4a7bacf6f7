"""Makes a page of one of our templates that needs nothing but itself."""

from itertools import count
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fanal.review.report_names import name, output, size


def page(template: str, **told: Any) -> str:
    """Return a page; a text that nobody thought of is spelt out all the same."""
    loader = PackageLoader("fanal.review")
    environment = Environment(
        loader=loader,
        autoescape=True,
        finalize=output,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["name"] = name
    environment.filters["size"] = size
    style = "".join(
        loader.get_source(environment, name)[0] for name in ("report.css", "figures.css")
    )
    return environment.get_template(template).render(
        style=Markup(style),  # noqa: S704 (our own file)
        table=count(1).__next__,
        figure=count(1).__next__,
        **told,
    )
