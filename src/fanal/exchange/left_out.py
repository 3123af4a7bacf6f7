"""Takes values out of every sentence of a document, however deep it stands, and says so there."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

SHORTEST = 4
"""Characters of a value that is searched for in sentences; shorter ones are in every word."""
LONGEST_YEAR = 4
LEFT_OUT = "[left out: concerns another country]"
SENTENCES = frozenset({"says", "because", "fact", "grounds", "other", "terms", "data"})
"""Fields of a document that hold what people or rules wrote about persons."""
WORDED = frozenset({"evaluation", "note"})
"""Kinds of assessment whose value is a sentence, too."""
_RUN = re.compile(r"\w+")


class Values:
    """Values that must stand in no sentence, found by their first word: there may be thousands."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Take the values; those of a few characters are not searched for."""
        self._by_word: dict[str, list[str]] = defaultdict(list)
        self._always: list[str] = []
        for text in sorted(filter(_is_searched, set(texts))):
            run = _RUN.search(text)
            if run is None or not text.isascii():
                self._always.append(text)
            else:
                self._by_word[run[0].lower()].append(text)

    def met(self, words: AbstractSet[str]) -> Iterator[str]:
        """Yield the values that may stand in a text of these words."""
        yield from self._always
        for word in self._by_word.keys() & words:
            yield from self._by_word[word]


def _is_searched(text: str) -> bool:
    """Tell whether a value is long enough to tell anybody; a year of birth stands in every date."""
    return len(text) >= (LONGEST_YEAR + 1 if text.isdigit() else SHORTEST)


def without(value: Any, *values: Values) -> Any:
    """Return a document none of whose sentences holds any of these values, in any case of letters.

    Sentences are what stands in the fields of `SENTENCES`. Nothing else is touched: a person may
    call themselves `strong` or `facts`, and what makes a document must stay what it is.
    """
    words = {run.lower() for text in _texts(value, inside=False) for run in _RUN.findall(text)}
    found = {text for each in values for text in each.met(words)}
    if not found:
        return value
    longest = sorted(found, key=lambda text: (-len(text), text))
    pattern = "|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in longest)
    return _without(value, re.compile(pattern, re.IGNORECASE), inside=False)


def _texts(value: Any, *, inside: bool) -> Iterator[str]:
    if isinstance(value, str):
        if inside:
            yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _texts(each, inside=inside or _is_sentence(value, name))
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each, inside=inside)


def _is_sentence(within: Mapping[str, Any], name: str) -> bool:
    """Tell whether people or rules wrote what stands in this field."""
    return name in SENTENCES or (
        name == "value" and "grounds" in within and within.get("kind") in WORDED
    )


def _without(value: Any, pattern: re.Pattern[str], *, inside: bool) -> Any:
    if isinstance(value, str):
        return pattern.sub(LEFT_OUT, value) if inside else value
    if isinstance(value, Mapping):
        return {
            name: _without(each, pattern, inside=inside or _is_sentence(value, name))
            for name, each in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_without(each, pattern, inside=inside) for each in value]
    return value
