"""Grades at the desk as a person does: with the keys, from one tile of the queue to the next."""

from pathlib import Path
from typing import Any

from fanal.model.decision import Decision
from fanal.pipeline.case import reading
from makers.browser import WAIT, Watched

REAL, KNOWN, IDENTIFIED, NOBODY = "1", "2", "5", "6"
"""The keys of states until somebody chooses others (docs/guide/review.md)."""


def queue(seen: Watched, address: str = "/queue") -> Any:
    """Open the queue and put the focus on its first tile."""
    seen.open(address)
    seen.see("#grid [data-item]:not([data-item=''])")
    first = seen.page.locator("#grid [tabindex='0']").first
    first.focus()
    return first


def at(seen: Watched) -> str:
    """Return the item of the tile with the focus; "" for none."""
    found: str = seen.page.evaluate("() => document.activeElement.dataset.item ?? ''")
    return found


def press(seen: Watched, *keys: str) -> None:
    """Press keys, one after the other."""
    for key in keys:
        seen.page.keyboard.press(key)


def grade(seen: Watched, key: str) -> str:
    """Grade the tile with the focus and wait until the desk has kept it; return its item."""
    item = at(seen)
    with seen.page.expect_response(lambda answer: answer.url.endswith("/decide")) as told:
        press(seen, key)
    assert told.value.status == 200, told.value.text()
    return item


def unsent(seen: Watched) -> int:
    """Return how many decisions the page still keeps to send."""
    return int(seen.page.locator("#say").get_attribute("data-unsent") or "0")


def settled(seen: Watched) -> None:
    """Wait until the page has nothing left to send."""
    seen.page.locator("#say[data-unsent='0']").wait_for(state="attached", timeout=WAIT)


def decided(case: Path | str, settings: Any = None) -> list[Decision]:
    """Return every decision and taking back of a case, in the order of their acts."""
    with reading(case, settings) as store:
        return list(store.find(Decision))


def gives_second_opinion(
    seen: Watched, key: str, reason: str = "seen in a blind second opinion"
) -> str:
    """Take the task that is lent, say a state by its key, and return the page's words before."""
    seen.open("/second")
    words = seen.text("main")
    seen.page.locator("main").focus()
    press(seen, key)
    seen.page.locator("#answer [name=reason]").fill(reason)
    with seen.page.expect_navigation():
        seen.page.get_by_role("button", name="Say so").click()
    return words
