"""Reads an operator's word lists into one book that answers for a text."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyrage

from fanal.errors import ListError, UsageError
from fanal.prevention.nouns import Reason
from fanal.prevention.ports import Heard
from fanal.prevention.words.automaton import Crowded, Found, Profile
from fanal.prevention.words.fuzzy import EVERY, Nearly
from fanal.prevention.words.normalise import capitals, is_text, normalise
from fanal.prevention.words.stems import Stems, read_stems
from fanal.prevention.words.terms import Entry, read_entries

MOST_BYTES = 200_000_000
AGE = ".age"
FIRST = (Reason.VICTIM, Reason.FAMILY, Reason.SELF)
"""Whose help is shown where a text speaks of several."""


@dataclass(frozen=True, slots=True)
class WordFiles:
    """Which files are read, and for which day."""

    lists: tuple[Path, ...] = ()
    support: tuple[Path, ...] = ()
    stems: Path | None = None
    identity: Path | None = None
    limit: int = 20_000
    """Characters of one text."""
    day: date = date.max


@dataclass(frozen=True, slots=True, repr=False)
class TermBook:
    """The operator's word lists, ready to be asked; implements `ports.Words`."""

    version: str
    limit: int
    entries: tuple[Entry, ...]
    profiles: tuple[Profile, ...]
    contexts: Profile
    """Harmless contexts alone, which nearly listed words are looked for outside of."""
    nearly: Nearly
    stems: Stems

    def __repr__(self) -> str:
        """Return how many entries there are."""
        return f"TermBook({len(self.entries):,} entries)"

    def ask(self, text: str) -> Heard:
        """Say what the lists know of a text; keeps nothing of it."""
        if len(text) > self.limit or not (text.isascii() or is_text(text)):
            return Heard(is_readable=False)
        try:
            found = list(self.found(text))
        except Crowded:
            return Heard(is_readable=False)
        support = frozenset().union(*(one.support for one in found))
        first = next((one for one in FIRST if one in support), None)
        return Heard(any(one.hits for one in found), first)

    def found(self, text: str) -> Iterator[Found]:
        """Yield what each profile finds in a text within the limit."""
        for profile in self.profiles:
            for one in self._readings(text, profile.steps):
                yield profile.find(normalise(one, profile.steps))
        if self.nearly:
            for one in dict.fromkeys((text, capitals(text))):
                yield Found(self.nearly.find(self.contexts.outside(normalise(one, EVERY))))

    def _readings(self, text: str, steps: frozenset[str]) -> tuple[str, ...]:
        """Return what a text is asked about as: most are asked about once."""
        read = [text]
        if {"fold", "lookalikes"} <= steps and (other := capitals(text)) != text:
            read.append(other)
        if self.stems:
            read += [self.stems.stemmed(one) for one in read]
        return tuple(dict.fromkeys(read))


@dataclass(frozen=True, slots=True, repr=False)
class Contents:
    """What some files hold, those entries included that are not valid yet."""

    lists: tuple[tuple[str, tuple[Entry, ...]], ...]
    """The name of each file, and its entries."""
    stems: Stems
    version: str
    """SHA-256 over all bytes that were read; "" where no file is named."""

    def entries(self, day: date) -> tuple[Entry, ...]:
        """Return the entries of all files that are valid on a day."""
        return tuple(
            one
            for _, entries in self.lists
            for one in entries
            if one.valid_from is None or one.valid_from <= day
        )


def read_words(files: WordFiles) -> TermBook:
    """Read every list whole, or raise a ListError that names the file and the rows at fault."""
    read = read_contents(files)
    return book(read.entries(files.day), read.version, files.limit, read.stems)


def read_contents(files: WordFiles) -> Contents:
    """Read every file once, and take its digest from the same bytes as its entries."""
    digest = hashlib.sha256()
    lists: list[tuple[str, tuple[Entry, ...]]] = []
    for path, is_support in (
        *((p, False) for p in files.lists),
        *((p, True) for p in files.support),
    ):
        data = read_list(path, files.identity)
        digest.update(hashlib.sha256(data).digest() + bytes([is_support]))
        lists.append((path.name, read_entries(data, path.name, is_support=is_support)))
    stems = Stems({})
    if files.stems is not None:
        data = read_list(files.stems, files.identity)
        digest.update(hashlib.sha256(data).digest() + b"\2")
        stems = read_stems(data, files.stems.name)
    version = digest.hexdigest() if files.lists or files.support or files.stems else ""
    return Contents(tuple(lists), stems, version)


def book(
    entries: tuple[Entry, ...], version: str = "", limit: int = 20_000, stems: Stems | None = None
) -> TermBook:
    """Build what answers for a text from entries."""
    by_steps: Mapping[frozenset[str], list[int]] = defaultdict(list)
    for number, entry in enumerate(entries):
        if entry.kind != "context":
            by_steps[entry.steps].append(number)
    contexts = [number for number, entry in enumerate(entries) if entry.kind == "context"]
    stems = stems or Stems({})
    profiles = []
    for steps, numbers in sorted(by_steps.items(), key=lambda one: sorted(one[0])):
        patterns = _patterns(entries, (*numbers, *contexts), stems)
        profiles.append(Profile(steps, patterns, entries))
    alone = Profile(EVERY, _patterns(entries, contexts, Stems({})), entries)
    return TermBook(version, limit, entries, tuple(profiles), alone, Nearly(entries), stems)


def _patterns(
    entries: tuple[Entry, ...], numbers: Iterable[int], stems: Stems
) -> Iterator[tuple[str, int]]:
    """Yield patterns, as they stand and with their stems, each with the number of its entry."""
    for number in numbers:
        one = entries[number]
        yield one.pattern, number
        if stems:
            yield stems.stemmed(one.pattern), number
        if one.kind == "context" and not one.pattern.isascii():
            for cased in (one.pattern, one.pattern.upper(), one.pattern.title()):
                yield capitals(cased), number  # as a text reads that is asked about twice


def read_list(path: Path, identity: Path | None) -> bytes:
    """Read a file once into memory, decrypted where its name ends in `.age`."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise ListError(f"{path} cannot be read: {error.strerror}", "correct its name") from None
    if len(data) > MOST_BYTES:
        raise ListError(f"{path} is larger than {MOST_BYTES:,} bytes", "divide it")
    if path.suffix != AGE:
        return data
    if identity is None:
        raise UsageError(f"{path} is encrypted", "name the age identity: [words] identity")
    try:
        key = pyrage.x25519.Identity.from_str(_secret(identity))
        return bytes(pyrage.decrypt(data, [key]))
    except (ValueError, OSError, pyrage.IdentityError, pyrage.DecryptError):
        raise ListError(f"{path} does not open with {identity}", "name its identity") from None


def _secret(identity: Path) -> str:
    lines = identity.read_text("utf-8").splitlines()
    return next((line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")), "")
