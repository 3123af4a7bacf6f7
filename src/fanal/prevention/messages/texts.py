"""Composes what people read: an operator's signed wording where it holds, else what is built in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from fanal.helplines.directory import Book, built_in, read_book
from fanal.prevention.messages.builtin import Tongue, english, locales, tongue
from fanal.prevention.messages.bundles import Bundle, Trouble, read_bundles
from fanal.prevention.messages.contacts import contacts, links
from fanal.prevention.messages.locales import ENGLISH, best, country_code, direction, subtags
from fanal.prevention.messages.wording import Text, Wrong
from fanal.prevention.nouns import Content, Surface

REFERENCE = "combined"
"""The message where a key is known to nobody: it tells a consequence and the help together."""
NEUTRAL = "neutral"
COMPOSED = 512
"""Messages kept ready; they hold nothing of any person."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A text, and whether a person has read it."""

    text: Text
    is_reviewed: bool


class BookOfTexts:
    """All texts of a service at one moment, with the directory that goes with them."""

    def __init__(
        self,
        bundles: tuple[Bundle, ...] = (),
        troubles: tuple[Trouble, ...] = (),
        directory: Book | None = None,
    ) -> None:
        """Take the bundles that were accepted, what was wrong with others, and a directory."""
        found = {one: tongue(one) for one in locales()}
        self.tongues: Mapping[str, Tongue] = {ENGLISH: english()} | {
            locale: one for locale, one in found.items() if isinstance(one, Tongue)
        }
        damaged = (
            Trouble(f"{locale}.toml", one.fault, one.where)
            for locale, one in found.items()
            if isinstance(one, Wrong)
        )
        self.bundles: Mapping[str, Bundle] = {one.locale: one for one in bundles}
        self.faults = (*troubles, *damaged)
        self.directory = directory or built_in()
        self.families: Mapping[str, str] = {
            name: family for one in bundles for name, family in one.families.items()
        }
        """Variant → the family that stands for it where a language lacks it."""
        self._composed = lru_cache(maxsize=COMPOSED)(self._compose)

    @property
    def troubles(self) -> tuple[str, ...]:
        """What stands on built-in texts because its own file cannot be used."""
        return tuple(map(str, self.faults))

    def known(self, day: date) -> frozenset[str]:
        """Return the keys that a text is asked for by: families, variants that hold, the others."""
        variants = (one.families for one in self.bundles.values() if one.holds_on(day))
        return frozenset(self.tongues[ENGLISH].messages).union(*variants)

    def content(
        self, key: str, surface: Surface | None, locale: str, country: str, day: date
    ) -> Content:
        """Compose a message with help and crisis contacts; what is missing is built in."""
        held = {one for one, bundle in self.bundles.items() if bundle.holds_on(day)}
        chosen = best(locale, self.tongues.keys() | held)
        language = subtags(locale)[0] or ENGLISH
        return self._composed(key, surface, chosen, (language, country_code(country), day))

    def tongue(self, locale: str) -> Tongue:
        """Return the built-in texts nearest to a locale."""
        return self.tongues[best(locale, self.tongues)]

    def _compose(
        self, key: str, surface: Surface | None, locale: str, place: tuple[str, str, date]
    ) -> Content:
        language, country, day = place
        layers = self._layers(locale, day)
        found = self._find(key, layers)
        words = dict(next(one.words for one in layers if one.words))
        alts = [one.alt for one in layers if isinstance(one, Bundle) and one.alt]
        words |= {"alt": alts[0]} if alts else {}
        body, is_reviewed = found.text.body, found.is_reviewed
        if surface is not None:
            first = next(one for one in layers if surface in one.happened)
            body = (first.happened[surface], *body)
            is_reviewed = is_reviewed and first.is_reviewed
        help_, crisis = contacts(key, country, language, day, self.directory)
        return Content(
            locale,
            direction(locale),
            found.text.title,
            body,
            links(help_, words, country),
            links(crisis, words, country),
            words["notice"],
            words,
            is_reviewed,
        )

    def _layers(self, locale: str, day: date) -> tuple[Bundle | Tongue, ...]:
        """Return where texts of a locale are looked for, in this order."""
        base = self.tongue(locale)
        names = dict.fromkeys((locale, base.locale))
        own = (self.bundles[one] for one in names if one in self.bundles)
        return (*(one for one in own if one.holds_on(day)), base)

    def _find(self, key: str, layers: tuple[Bundle | Tongue, ...]) -> _Found:
        last = NEUTRAL if key.startswith("support.") else REFERENCE
        for name in (key, self.families.get(key, key), last):
            for one in layers:
                if name in one.messages:
                    return _Found(one.messages[name], one.is_reviewed)
        raise KeyError(last)


def read_texts(
    bundles: tuple[Path, ...], keys: tuple[str, ...], day: date, helplines: Path | None = None
) -> BookOfTexts:
    """Read an operator's bundles, laid over the built-in texts, and their directory likewise.

    A bundle that cannot be used is a trouble and leaves the built-in texts in its place.
    """
    accepted, troubles = read_bundles(bundles, keys, day)
    return BookOfTexts(accepted, troubles, read_book(helplines) if helplines else None)
