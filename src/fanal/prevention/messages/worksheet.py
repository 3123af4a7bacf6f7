"""Sets a language beside the English texts, so that a person can read and correct all of it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fanal.prevention.messages.builtin import Tongue, english, is_new
from fanal.prevention.messages.page import environment
from fanal.prevention.nouns import FAMILIES


@dataclass(frozen=True, slots=True)
class Pair:
    """One sentence in English and in the language that is reviewed."""

    key: str
    english: str
    other: str


def pairs(told: Tongue) -> tuple[Pair, ...]:
    """Return every sentence of a language beside the English one; "" where one has none."""
    first, second = dict(_sentences(english())), dict(_sentences(told))
    keys = sorted({**first, **second}, key=[*first, *second].index)
    return tuple(Pair(key, first.get(key, ""), second.get(key, "")) for key in keys)


def html(told: Tongue) -> str:
    """Return the worksheet as a page to print: both texts, and room for what is better."""
    made = environment().get_template("worksheet.html")
    return made.render(told=told, pairs=pairs(told))


def draft(told: Tongue, locale: str) -> str:
    """Return a bundle that repeats texts, for a person to change or, in a new language, translate.

    Its head says that nobody has reviewed it, so it is not accepted before somebody did.
    """
    lines = [
        "[bundle]",
        "version = 1",
        f"locale = {_quoted(locale)}",
        f"families = [{', '.join(map(_quoted, FAMILIES))}]",
        'reading_level = "plain words"',
        'reviewer = ""',
        "review_date = 9999-01-01",
        'legal_check = ""',
        "legal_date = 9999-01-01",
        "expires = 9999-12-31",
        *_table("happened", told.happened),
    ]
    for key, text in told.messages.items():
        section = f"family.{key}" if key in FAMILIES else key
        lines += ["", f"[{section}]", f"title = {_quoted(text.title)}", "body = ["]
        lines += [f"  {_quoted(one)}," for one in text.body] + ["]"]
    if is_new(locale):
        lines += _table("words", told.words)
    return "\n".join(lines) + "\n"


def _table(section: str, told: Mapping[str, str]) -> list[str]:
    return ["", f"[{section}]", *(f"{key} = {_quoted(one)}" for key, one in told.items())]


def _quoted(text: str) -> str:
    """Return a text as a basic string of TOML 1.0, which JSON's strings are."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _sentences(told: Tongue) -> Iterator[tuple[str, str]]:
    yield from ((f"happened.{key}", one) for key, one in told.happened.items())
    for key, text in told.messages.items():
        yield f"{key}.title", text.title
        yield from _numbered(f"{key}.body", text.body)
        yield from ((f"{key}.{n}", one) for n, one in _advert(text.headline, text.line) if one)
    yield from ((f"words.{key}", one) for key, one in told.words.items())
    yield from ((f"dialogue.{key}", one) for key, one in told.dialogue.items())


def _advert(headline: str, line: str) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("headline", headline), ("line", line)


def _numbered(key: str, sentences: Iterable[str]) -> Iterator[tuple[str, str]]:
    for at, one in enumerate(sentences, 1):
        yield f"{key}.{at}", one
