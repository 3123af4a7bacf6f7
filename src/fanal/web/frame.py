"""Says how a page looks and listens for one person: theme, keys, text only, level."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup, escape

from fanal.pipeline.choices import limits, own
from fanal.review.own import THEMES
from fanal.web.asked import Asked

NO_KEYS = Markup("{}")


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands on the body of a page, in words of our own."""

    theme: str = "theme-auto"
    keys: Markup = NO_KEYS
    """Command → key, as JSON."""
    single: int = 1
    """0: single keys do nothing (WCAG 2.2, 2.1.4)."""
    advance: int = 1
    """1: after a grade the next ungraded item is taken up."""
    text_only: int = 0
    level: int = 5
    """The highest that the person wants to be shown."""
    check_in: int = 0
    """1: they want one question before they go."""
    grid: int = 3
    """The highest that the team shows in tiles."""


def frame(asked: Asked) -> Frame:
    """Return the frame of whoever asks."""
    if not asked.who.is_somebody:
        return Frame()
    held = limits(asked.desk.store)
    return replace(made(own(asked.desk.store, asked.who.login)), grid=held.grid_cap)


def made(chosen: Mapping[str, Any]) -> Frame:
    """Return the frame of somebody with these settings."""
    return Frame(
        f"theme-{chosen['theme']}" if chosen["theme"] in THEMES else "theme-auto",
        Markup(escape(json.dumps(chosen["keys"], ensure_ascii=True))),  # noqa: S704 (escaped)
        int(chosen["single_keys"]),
        int(chosen["advance"]),
        int(chosen["text_only"]),
        int(chosen["level"]),
        int(chosen["check_in"]),
    )
