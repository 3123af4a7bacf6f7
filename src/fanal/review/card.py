"""Writes the card of a validation as one page that needs nothing but itself."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from fanal.review.report_names import name, output
from fanal.review.tippett import Plot, draw


def render_card(card: Mapping[str, Any]) -> str:
    """Return the page of a card."""
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
    style, _, _ = loader.get_source(Environment(autoescape=True), "report.css")
    page = environment.get_template("card.html")
    return page.render(
        card=card,
        figures=figures(card),
        style=Markup(style),  # noqa: S704 (our own file)
        table=count(1).__next__,
        figure=count(1).__next__,
    )


def figures(card: Mapping[str, Any]) -> dict[str, Markup]:
    """Return condition → its Tippett plot."""
    first, second = card["sides"]
    found = {}
    for number, each in enumerate(card["bins"], 1):
        if each["tippett"] is None:
            continue
        told = each["tippett"]
        caps = (each["caps"]["low"], each["caps"]["high"]) if each["caps"] else None
        plot = Plot(told["log10_lr"], told["same"], told["other"], (first, second), caps)
        title = f"Tippett plot, condition {each['condition'] or 'any'}"
        found[each["condition"]] = draw(f"tippett-{number}", title, plot)
    return found
