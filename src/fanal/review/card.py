"""Writes the card of a validation as one page that needs nothing but itself."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from fanal.review.page import page
from fanal.review.tippett import Plot, draw


def render_card(card: Mapping[str, Any]) -> str:
    """Return the page of a card."""
    return page("card.html", card=card, figures=figures(card))


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
