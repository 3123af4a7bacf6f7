"""Makes a page of one of our templates that needs nothing but itself."""

from functools import lru_cache
from itertools import count
from typing import Any, cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fanal.review.report_names import name, output, size

STYLES = ("report.css", "figures.css")


@lru_cache(maxsize=2)
def environment(package: str) -> Environment:
    """Return how the templates of a package are read: escaping on, nothing undefined passes."""
    made = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        finalize=output,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["name"] = name
    made.filters["size"] = size
    return made


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
