"""Finds the language that a service means by a locale, whatever it sends.

Tags are read as RFC 5646 writes them: a language, perhaps a script, perhaps a region. What is
no such tag means nothing here; it is never repeated and never an error.
"""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

ENGLISH = "en"
LONGEST = 35
"""Characters of a tag that are looked at (RFC 5646, section 4.4.1)."""
SAME = {"no": "nb", "nn": "nb", "iw": "he", "in": "id", "mo": "ro", "sh": "hr", "ji": "yi"}
"""Subtags that other ones stand for, or that were replaced (IANA language subtag registry)."""
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
"""Languages written from right to left where no script is named (Unicode CLDR, script metadata)."""
_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"})
_TAG = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?(?:-[a-z0-9]{1,8})*")
_COUNTRY = re.compile(r"[A-Za-z]{2}")


def subtags(locale: str) -> tuple[str, str, str]:
    """Return language, script and region of a tag in lower case; "" for each that is not there."""
    if len(locale) > LONGEST:
        return "", "", ""
    found = _TAG.fullmatch(locale.strip().replace("_", "-").partition(".")[0].lower())
    if found is None:
        return "", "", ""
    language, script, region = (part or "" for part in found.groups())
    return language, script, region


def best(locale: str, known: Collection[str]) -> str:
    """Return the known locale nearest to a tag: itself, without its region, else English."""
    language, script, region = subtags(locale)
    by_form = _by_form(frozenset(known))
    for spoken in (language, SAME.get(language, language), *_alike(language)):
        for rest in ((script, region), ("", region), (script, ""), ("", "")):
            form = "-".join(part for part in (spoken, *rest) if part)
            if found := by_form.get(form):
                return found
    return ENGLISH


@lru_cache(maxsize=16)
def _by_form(known: frozenset[str]) -> Mapping[str, str]:
    return {"-".join(part for part in subtags(one) if part): one for one in sorted(known)}


def canonical(locale: str) -> str:
    """Return a tag in the spelling of RFC 5646, section 2.1.1; Norwegian by itself is Bokmål."""
    language, script, region = subtags(locale)
    own = language if language == "nn" else SAME.get(language, language)
    return "-".join(part for part in (own, script.title(), region.upper()) if part)


def _alike(language: str) -> tuple[str, ...]:
    """Return the other tags of a language."""
    main = SAME.get(language, language)
    return tuple(other for other, stands_for in SAME.items() if stands_for == main)


def direction(locale: str) -> str:
    """Return `rtl` for what is written from right to left, else `ltr`."""
    language, script, _ = subtags(locale)
    return "rtl" if script in _SCRIPTS or (not script and language in RIGHT_TO_LEFT) else "ltr"


def country_code(country: str) -> str:
    """Return a country by its two letters, or "" for anything else."""
    return country.upper() if _COUNTRY.fullmatch(country) else ""
