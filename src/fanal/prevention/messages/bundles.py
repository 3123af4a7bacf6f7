"""Reads an operator's own wording: one signed TOML file a language, checked, reviewed, with an end.

A bundle that is unsigned, changed, expired, not reviewed or that could lead anywhere is not used at
all; the built-in texts stand in its place, and the class of the fault is told without any text.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from fanal.prevention.messages.builtin import english, is_new
from fanal.prevention.messages.keys import is_signed, signature_of
from fanal.prevention.messages.locales import canonical, subtags
from fanal.prevention.messages.variants import families_of, variants_of, wrong_variants
from fanal.prevention.messages.wording import (
    HAPPENED,
    LINE,
    SUPPORTS,
    WORD,
    Fault,
    Text,
    Wrong,
    messages_of,
    wrong_message,
    wrong_text,
    wrong_words,
)
from fanal.prevention.nouns import FAMILIES

MOST_BYTES = 500_000
HEAD: Mapping[str, type] = {
    "version": int,
    "locale": str,
    "families": list,
    "reading_level": str,
    "reviewer": str,
    "review_date": date,
    "legal_check": str,
    "legal_date": date,
    "expires": date,
}
"""Key of `[bundle]` → what it must be."""
SECTIONS = frozenset(
    {"bundle", "image", "happened", "family", "neutral", "support", "variant", "words"}
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A file of texts that is not used, and why; none of its words."""

    file: str
    fault: Fault
    where: str = ""

    def __str__(self) -> str:
        """Return it as one sentence."""
        place = f"{self.where} " if self.where else ""
        return f"{self.file}: {place}{self.fault}"


@dataclass(frozen=True, slots=True)
class Bundle:
    """An operator's wording in one language, accepted."""

    locale: str
    version: int
    happened: Mapping[str, str]
    messages: Mapping[str, Text]
    """Family, `neutral`, `support.…`, variant → text."""
    words: Mapping[str, str]
    """Headings and the notice, for a language without built-in texts; else empty."""
    families: Mapping[str, str]
    """Variant → its family."""
    reading_level: str
    reviewer: str
    review_date: date
    legal_check: str
    legal_date: date
    expires: date
    """The first day on which it is not used any more."""
    sha256: str
    alt: str = ""
    """What an image shows that the operator puts beside the text; the image stays theirs."""
    is_reviewed: bool = True

    def holds_on(self, day: date) -> bool:
        """Tell whether it was reviewed and checked by then, and has not expired."""
        return not list(wrong_days(self.review_date, self.legal_date, self.expires, day))


def wrong_days(reviewed: date, checked: date, expires: date, day: date) -> Iterator[Wrong]:
    """Yield what is wrong with the days of a bundle on a day."""
    if reviewed > day:
        yield Wrong(Fault.UNREVIEWED, "bundle.review_date")
    if checked > day:
        yield Wrong(Fault.UNLAWFUL, "bundle.legal_date")
    if expires <= day:
        yield Wrong(Fault.EXPIRED, "bundle.expires")


def read_bundles(
    paths: Iterable[Path], keys: tuple[str, ...], day: date
) -> tuple[tuple[Bundle, ...], tuple[Trouble, ...]]:
    """Return the bundles that can be used, one a language, and what is wrong with the others."""
    accepted: dict[str, tuple[str, Bundle]] = {}
    troubles = []
    for path in paths:
        bundle, found = examine(path, keys, day)
        troubles += [Trouble(path.name, one.fault, one.where) for one in found]
        if bundle is None:
            continue
        other = accepted.get(bundle.locale)
        if other and other[1].version >= bundle.version:
            troubles.append(Trouble(path.name, Fault.OLDER))
            continue
        if other:
            troubles.append(Trouble(other[0], Fault.OLDER))
        accepted[bundle.locale] = (path.name, bundle)
    return tuple(bundle for _, bundle in accepted.values()), tuple(troubles)


def examine(
    path: Path, keys: tuple[str, ...], day: date
) -> tuple[Bundle | None, tuple[Wrong, ...]]:
    """Return a bundle, or None and everything that is wrong with it.

    What is not signed by a configured key is not read any further.
    """
    raw = _bytes(path, MOST_BYTES)
    if isinstance(raw, Wrong):
        return None, (raw,)
    signature = _bytes(signature_of(path), 1_000)
    if isinstance(signature, Wrong):
        return None, (Wrong(Fault.UNSIGNED),)
    if not is_signed(raw, signature.decode("ascii", "replace").strip(), keys):
        return None, (Wrong(Fault.SIGNATURE),)
    return read(raw, day)


def read(raw: bytes, day: date) -> tuple[Bundle | None, tuple[Wrong, ...]]:
    """Return what the bytes of a bundle say, or None and everything that is wrong with it."""
    try:
        told = tomllib.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return None, (Wrong(Fault.SPELLING),)
    found = tuple(wrong(told))
    if not found:
        head = told["bundle"]
        found = tuple(wrong_days(head["review_date"], head["legal_date"], head["expires"], day))
    return (None, found) if found else (_bundle(told, raw), ())


def _bytes(path: Path, most: int) -> bytes | Wrong:
    try:
        with path.open("rb") as stream:
            raw = stream.read(most + 1)
    except OSError:
        return Wrong(Fault.ABSENT)
    return raw if len(raw) <= most else Wrong(Fault.LONG)


def wrong(told: Mapping[str, Any]) -> Iterator[Wrong]:
    """Yield what is wrong with a bundle besides its days."""
    if not told.keys() <= SECTIONS or not all(isinstance(one, dict) for one in told.values()):
        yield Wrong(Fault.KEYS)
        return
    head = told.get("bundle", {})
    if faults := list(_wrong_head(head)):
        yield from faults
        return
    if "image" in told:
        yield from wrong_words(told["image"], frozenset({"alt"}), "image")
    yield from _wrong_happened(told.get("happened", {}))
    yield from _wrong_family(told.get("family", {}), head["families"])
    if "neutral" in told:
        yield from wrong_message(told["neutral"], "neutral")
    support = told.get("support", {})
    if not support.keys() <= set(SUPPORTS):
        yield Wrong(Fault.KEYS, "support")
    for key in sorted(support.keys() & set(SUPPORTS)):
        yield from wrong_message(support[key], f"support.{key}")
    yield from wrong_variants(told.get("variant", {}))
    yield from _wrong_words(told)


def _wrong_head(head: Mapping[str, Any]) -> Iterator[Wrong]:
    if head.keys() != HEAD.keys():
        yield Wrong(Fault.KEYS, "bundle")
        return
    for key, kind in HEAD.items():
        if type(head[key]) is not kind or (kind is str and len(head[key]) > LINE):
            yield Wrong(Fault.VALUE, f"bundle.{key}")
    if type(head["version"]) is int and head["version"] < 1:
        yield Wrong(Fault.VALUE, "bundle.version")
    for key, fault in (("reviewer", Fault.UNREVIEWED), ("legal_check", Fault.UNLAWFUL)):
        if isinstance(head[key], str) and not head[key].strip():
            yield Wrong(fault, f"bundle.{key}")
    if isinstance(head["locale"], str) and not subtags(head["locale"])[0]:
        yield Wrong(Fault.LOCALE, "bundle.locale")


def _wrong_happened(table: Mapping[str, Any]) -> Iterator[Wrong]:
    if not table.keys() <= HAPPENED:
        yield Wrong(Fault.KEYS, "happened")
    for key in sorted(table.keys() & HAPPENED):
        yield from wrong_text(table[key], WORD, f"happened.{key}")


def _wrong_family(table: Mapping[str, Any], listed: list[Any]) -> Iterator[Wrong]:
    if not table.keys() <= set(FAMILIES):
        yield Wrong(Fault.KEYS, "family")
    if not all(isinstance(one, str) for one in listed) or sorted(listed) != sorted(table):
        yield Wrong(Fault.VALUE, "bundle.families")
    for key in sorted(table.keys() & set(FAMILIES)):
        yield from wrong_message(table[key], f"family.{key}")


def _wrong_words(told: Mapping[str, Any]) -> Iterator[Wrong]:
    """Yield what a language needs that has no built-in texts; others may not change the notice."""
    if not is_new(told["bundle"]["locale"]):
        if "words" in told:
            yield Wrong(Fault.KEYS, "words")
        return
    yield from wrong_words(told.get("words"), frozenset(english().words), "words")
    whole = {
        "happened": HAPPENED,
        "family": set(FAMILIES),
        "support": set(SUPPORTS),
        "neutral": {"title", "body"},
    }
    for section, keys in whole.items():
        if told.get(section, {}).keys() != keys:
            yield Wrong(Fault.KEYS, section)


def _bundle(told: Mapping[str, Any], raw: bytes) -> Bundle:
    head = told["bundle"]
    return Bundle(
        locale=canonical(head["locale"]),
        version=head["version"],
        happened=dict(told.get("happened", {})),
        messages=messages_of(told) | variants_of(told.get("variant", {})),
        words=dict(told.get("words", {})),
        families=families_of(told.get("variant", {})),
        reading_level=head["reading_level"],
        reviewer=head["reviewer"],
        review_date=head["review_date"],
        legal_check=head["legal_check"],
        legal_date=head["legal_date"],
        expires=head["expires"],
        sha256=sha256(raw).hexdigest(),
        alt=told.get("image", {}).get("alt", ""),
    )
