"""Reads the built-in texts: one file a language, all with the keys of the English one."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from fanal.errors import FanalError
from fanal.prevention.messages.locales import ENGLISH, SAME, direction, subtags
from fanal.prevention.messages.wording import (
    HAPPENED,
    SUPPORTS,
    Fault,
    Text,
    Wrong,
    messages_of,
    wrong_message,
    wrong_words,
)
from fanal.prevention.nouns import FAMILIES

PACKAGE = "fanal.prevention.texts"
_MADE = ("drafted_by", "drafted_on", "reviewed_by", "reviewed_on")
ABOUT = frozenset({"locale", "name", "direction", "version", *_MADE})
SECTIONS = frozenset({"about", "happened", "family", "neutral", "support", "words", "dialogue"})


@dataclass(frozen=True, slots=True)
class Tongue:
    """All texts of one language."""

    locale: str
    name: str
    """As its speakers call it."""
    direction: str
    happened: Mapping[str, str]
    messages: Mapping[str, Text]
    """Family, `neutral`, `support.self`, `.victim`, `.family` → text."""
    words: Mapping[str, str]
    dialogue: Mapping[str, str]
    version: int = 1
    drafted_by: str = "machine"
    drafted_on: str = ""
    reviewed_by: str = ""
    reviewed_on: str = ""

    @property
    def is_reviewed(self) -> bool:
        """A person who speaks the language has read all of it, and said when."""
        return bool(self.reviewed_by and self.reviewed_on)


def locales() -> tuple[str, ...]:
    """Return the languages that built-in texts are in."""
    names = (one.name for one in files(PACKAGE).iterdir())
    return tuple(sorted(name[:-5] for name in names if name.endswith(".toml")))


def is_new(locale: str) -> bool:
    """Tell whether there are no built-in texts in the language of a locale."""
    alike = {SAME.get(one, one) for one in (subtags(known)[0] for known in locales())}
    language = subtags(locale)[0]
    return SAME.get(language, language) not in alike


@lru_cache(maxsize=128)
def tongue(locale: str) -> Tongue | Wrong:
    """Return the built-in texts of a language, or what is wrong with their file."""
    try:
        told = _raw(locale)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return Wrong(Fault.SPELLING)
    faults = wrong(told, locale)
    return faults[0] if faults else _tongue(told)


def english() -> Tongue:
    """Return the English texts, whose keys all others have."""
    found = tongue(ENGLISH)
    if isinstance(found, Wrong):
        raise FanalError(
            f"the built-in English texts cannot be used: the file {found.fault}",
            "install fanal again",
        )
    return found


def wrong(told: Mapping[str, Any], locale: str) -> list[Wrong]:
    """Return everything that is wrong with a file of built-in texts."""
    if told.keys() != SECTIONS or any(not isinstance(one, Mapping) for one in told.values()):
        return [Wrong(Fault.KEYS)]
    found = _wrong_about(told["about"], locale)
    found += wrong_words(told["happened"], HAPPENED, "happened")
    for section, keys in (("family", FAMILIES), ("support", SUPPORTS)):
        if told[section].keys() != set(keys):
            found.append(Wrong(Fault.KEYS, section))
        for key in sorted(told[section].keys() & set(keys)):
            found += wrong_message(
                told[section][key], f"{section}.{key}", advert=section == "family"
            )
    found += wrong_message(told["neutral"], "neutral")
    model = _raw(ENGLISH)
    for section in ("words", "dialogue"):
        found += wrong_words(told[section], frozenset(model[section]), section)
    return found


def _wrong_about(about: Mapping[str, Any], locale: str) -> list[Wrong]:
    if about.keys() != ABOUT:
        return [Wrong(Fault.KEYS, "about")]
    found = []
    if about["locale"] != locale or not subtags(locale)[0]:
        found.append(Wrong(Fault.LOCALE, "about.locale"))
    if about["direction"] != direction(locale):
        found.append(Wrong(Fault.VALUE, "about.direction"))
    if not isinstance(about["version"], int) or about["version"] < 1:
        found.append(Wrong(Fault.VALUE, "about.version"))
    texts = ("name", "drafted_by", "reviewed_by")
    found += [
        Wrong(Fault.VALUE, f"about.{one}") for one in texts if not isinstance(about[one], str)
    ]
    for one in ("drafted_on", "reviewed_on"):
        if not isinstance(about[one], date) and about[one] != "":
            found.append(Wrong(Fault.VALUE, f"about.{one}"))
    if bool(about["reviewed_by"]) != bool(about["reviewed_on"]):
        found.append(Wrong(Fault.UNREVIEWED, "about.reviewed_by"))
    return found


@lru_cache(maxsize=1)
def _model() -> Mapping[str, Any]:
    return _read(ENGLISH)


def _raw(locale: str) -> Mapping[str, Any]:
    return _model() if locale == ENGLISH else _read(locale)


def _read(locale: str) -> Mapping[str, Any]:
    return tomllib.loads(files(PACKAGE).joinpath(f"{locale}.toml").read_text("utf-8"))


def _tongue(told: Mapping[str, Any]) -> Tongue:
    about = told["about"]
    return Tongue(
        about["locale"],
        about["name"],
        about["direction"],
        dict(told["happened"]),
        messages_of(told),
        dict(told["words"]),
        dict(told["dialogue"]),
        about["version"],
        about["drafted_by"],
        str(about["drafted_on"]),
        about["reviewed_by"],
        str(about["reviewed_on"]),
    )
