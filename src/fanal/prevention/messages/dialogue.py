"""A short dialogue by buttons: a machine of a few states, each a page of its own.

There is no free text, no language model and nothing kept: a state is an address, and what a person
chooses is known to nobody but the page that they open. Every page says first that it is a program.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from fanal.prevention.messages.locales import subtags
from fanal.prevention.messages.page import render
from fanal.prevention.messages.texts import BookOfTexts
from fanal.prevention.nouns import Content


@dataclass(frozen=True, slots=True)
class State:
    """One page of the dialogue."""

    text: str
    """Key of what it says: `support.…`, or a sentence of the dialogue's own."""
    choices: tuple[str, ...]
    """States that its buttons lead to, in this order."""


START, END = "ask", "leave"
STATES: Mapping[str, State] = {
    "ask": State("ask", ("self", "family", "victim", "leave")),
    "self": State("support.self", ("family", "victim", "leave")),
    "family": State("support.family", ("self", "victim", "leave")),
    "victim": State("support.victim", ("self", "family", "leave")),
    "leave": State("goodbye", ("ask",)),
}
"""Name, the last part of the address → page; it begins with `ask` and ends with `leave`."""


def page(book: BookOfTexts, state: str, locale: str, country: str, day: date) -> str:
    """Return the page of a state; one that is not known begins anew.

    Its buttons are links beside its own address: below `/dialogue/`, `self` is `/dialogue/self`.
    """
    told = STATES.get(state, STATES[START])
    said = book.tongue(locale).dialogue
    content = _content(book, told, said, (locale, country, day))
    return render(
        "dialogue.html",
        content,
        is_refused=False,
        machine=said["machine"],
        question=said["ask"],
        choices=[(one, said[one]) for one in told.choices],
    )


def _content(
    book: BookOfTexts, state: State, said: Mapping[str, str], place: tuple[str, str, date]
) -> Content:
    """Return the message of a state, all of it in the language of the dialogue's own sentences."""
    locale, country, day = place
    spoken = book.tongue(locale).locale
    is_own = state.text.startswith("support.")
    key = state.text if is_own else "support.self"
    content = book.content(key, None, locale, country, day)
    if subtags(content.locale)[0] != subtags(spoken)[0]:
        content = book.content(key, None, spoken, country, day)
    return content if is_own else replace(content, title=said[state.text], body=())
